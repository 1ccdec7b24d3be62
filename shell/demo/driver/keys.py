"""keys.py - presses keys on an X display.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import ctypes
import ctypes.util

from . import wait
from .display import Missing

KEYSYMS = {
    'Return': 0xFF0D,
    'Tab': 0xFF09,
    'Escape': 0xFF1B,
    'Control': 0xFFE3,
    'Shift': 0xFFE1,
    'Alt': 0xFFE9,
    'Home': 0xFF50,
    'Left': 0xFF51,
    'Right': 0xFF53,
    'space': 0x20,
    'Delete': 0xFFFF,
    'Down': 0xFF54,
    'equal': 0x3D,
    'minus': 0x2D,
    'F5': 0xFFC2,
    'F6': 0xFFC3,
    'F7': 0xFFC4,
    'F8': 0xFFC5,
    'F9': 0xFFC6,
    'F11': 0xFFC8,
    'F12': 0xFFC9,
}


def library(name):
    found = ctypes.util.find_library(name)
    if found is None:
        raise Missing(f'lib{name} is not installed')
    return ctypes.CDLL(found)


class Keyboard:
    """The display's keyboard. Without a window manager, the window under the pointer gets keys."""

    def __init__(self, display, pointer=(300, 400)):
        self.x11 = library('X11')
        self.xtst = library('Xtst')
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        # a busy server sometimes refuses clients
        found = wait.until(
            f'a connection to {display.name}',
            lambda: self.x11.XOpenDisplay(display.name.encode()),
        )
        self.display = ctypes.c_void_p(found)
        self.xtst.XTestFakeMotionEvent(self.display, -1, *pointer, 0)
        self.x11.XSync(self.display, 0)

    def keycode(self, keysym):
        return self.x11.XKeysymToKeycode(self.display, ctypes.c_ulong(keysym))

    def turn(self, code, down):
        self.xtst.XTestFakeKeyEvent(self.display, code, down, 0)

    def press(self, chord):
        """Presses CHORD, such as "Control+Shift+n": names of KEYSYMS, or characters."""
        codes = [self.keycode(KEYSYMS.get(name) or ord(name)) for name in chord.split('+')]
        for code in codes:
            self.turn(code, 1)
        for code in reversed(codes):
            self.turn(code, 0)
        self.x11.XSync(self.display, 0)

    def write(self, text):
        for letter in text:
            code = self.keycode(ord(letter))
            plain = self.x11.XkbKeycodeToKeysym(self.display, code, 0, 0)
            shift = [] if plain == ord(letter) else [self.keycode(KEYSYMS['Shift'])]
            for each in [*shift, code]:
                self.turn(each, 1)
            for each in [code, *shift]:
                self.turn(each, 0)
        self.x11.XSync(self.display, 0)

    def click(self, x, y, button=1):
        """Moves the pointer to a place, and clicks there."""
        self.xtst.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        for down in (1, 0):
            self.xtst.XTestFakeButtonEvent(self.display, button, down, 0)
        self.x11.XSync(self.display, 0)

    def close(self):
        self.x11.XCloseDisplay(self.display)
