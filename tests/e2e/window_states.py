"""window_states.py - reads from an X display which states its windows ask for.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import ctypes

from driver import wait
from driver.keys import library

ATOM = 4  # XA_ATOM, the type of a list of atoms
STATES_MAX = 64
Handles = ctypes.POINTER(ctypes.c_ulong)


class WindowStates:
    """A connection to DISPLAY. Without a window manager, windows only ask for a state."""

    def __init__(self, display):
        self.x11 = library('X11')
        for name in ('XOpenDisplay', 'XGetAtomName'):
            getattr(self.x11, name).restype = ctypes.c_void_p
        for name in ('XDefaultRootWindow', 'XInternAtom'):
            getattr(self.x11, name).restype = ctypes.c_ulong
        # a busy server sometimes refuses clients
        found = wait.until(
            f'a connection to {display.name}',
            lambda: self.x11.XOpenDisplay(display.name.encode()),
        )
        self.display = ctypes.c_void_p(found)

    def windows(self):
        """The windows on the screen, without those in them."""
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = Handles()
        self.x11.XQueryTree(
            self.display,
            ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display)),
            ctypes.byref(root),
            ctypes.byref(parent),
            ctypes.byref(children),
            ctypes.byref(count),
        )
        found = children[: count.value]
        if children:
            self.x11.XFree(children)
        return found

    def name(self, atom):
        text = self.x11.XGetAtomName(self.display, ctypes.c_ulong(atom))
        name = ctypes.string_at(text).decode()
        self.x11.XFree(ctypes.c_void_p(text))
        return name

    def states(self, window):
        kind, count, after = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
        bits, atoms = ctypes.c_int(), Handles()
        self.x11.XGetWindowProperty(
            self.display,
            ctypes.c_ulong(window),
            ctypes.c_ulong(self.x11.XInternAtom(self.display, b'_NET_WM_STATE', 0)),
            ctypes.c_long(0),
            ctypes.c_long(STATES_MAX),
            0,
            ctypes.c_ulong(ATOM),
            ctypes.byref(kind),
            ctypes.byref(bits),
            ctypes.byref(count),
            ctypes.byref(after),
            ctypes.byref(atoms),
        )
        found = [self.name(each) for each in atoms[: count.value]] if atoms else []
        if atoms:
            self.x11.XFree(atoms)
        return found

    def all(self):
        """The names of the states of all windows."""
        return {state for window in self.windows() for state in self.states(window)}

    def close(self):
        self.x11.XCloseDisplay(self.display)
