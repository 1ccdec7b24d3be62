"""windows.py - what a window manager does for the windows of an X display that has none.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import ctypes

from . import wait
from .keys import library

P_MIN_SIZE = 1 << 4  # the flag of XSizeHints that says that the smallest size is set


class SizeHints(ctypes.Structure):
    """XSizeHints, up to the smallest size."""

    _fields_ = [
        ('flags', ctypes.c_long),
        *((name, ctypes.c_int) for name in ('x', 'y', 'width', 'height', 'least', 'low')),
        ('rest', ctypes.c_char * 64),
    ]


class Windows:
    """The windows of programs on DISPLAY."""

    def __init__(self, display):
        self.x11 = library('X11')
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x11.XInternAtom.restype = ctypes.c_ulong
        found = wait.until(
            f'a connection to {display.name}',
            lambda: self.x11.XOpenDisplay(display.name.encode()),
        )
        self.display = ctypes.c_void_p(found)
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))

    def list(self):
        """The windows, the lowest first."""
        ignored, count = ctypes.c_ulong(), ctypes.c_uint()
        found = ctypes.POINTER(ctypes.c_ulong)()
        self.x11.XQueryTree(
            self.display,
            self.root,
            ctypes.byref(ignored),
            ctypes.byref(ignored),
            ctypes.byref(found),
            ctypes.byref(count),
        )
        windows = [ctypes.c_ulong(found[each]) for each in range(count.value)]
        self.x11.XFree(found)
        return windows

    def main(self):
        """The window of a program that asks for the largest smallest size: no menu, no tooltip."""
        found = [each for each in self.list() if self.minimum(each)]
        return max(found, key=self.minimum, default=None)

    def minimum(self, window):
        """The smallest width and height that WINDOW asks for; None if it does not ask."""
        hints, supplied = SizeHints(), ctypes.c_long()
        known = self.x11.XGetWMNormalHints(
            self.display, window, ctypes.byref(hints), ctypes.byref(supplied)
        )
        return (hints.least, hints.low) if known and hints.flags & P_MIN_SIZE else None

    def resize(self, window, width, height):
        self.x11.XMoveResizeWindow(self.display, window, 0, 0, width, height)
        self.x11.XSync(self.display, 0)

    def close(self):
        self.x11.XCloseDisplay(self.display)
