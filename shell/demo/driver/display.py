"""display.py - runs a virtual X display, and takes pictures of it.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time
import zlib

from . import wait

WIDTH, HEIGHT = 1200, 800
STILL = 0.8  # seconds without a change
# a cursor that blinks changes the picture for ten seconds
SETTINGS = '[Settings]\ngtk-cursor-blink=false\n'


class Missing(Exception):
    """A program that is needed is not installed."""


def require(program):
    path = shutil.which(program)
    if path is None:
        raise Missing(f'{program} is not installed')
    return path


def read_xwd(data):
    """(width, height, RGB rows) of an X window dump of 32 bits per pixel, as Xvfb writes it."""
    fields = struct.unpack('>25I', data[:100])
    header, depth, width, height = fields[0], fields[3], fields[4], fields[5]
    little, bits, stride, colours = fields[7] == 0, fields[11], fields[12], fields[19]
    if depth != 24 or bits != 32:
        raise ValueError(f'a dump of {depth} bits in {bits}, not of 24 in 32')
    start = header + 12 * colours
    red, green, blue = (2, 1, 0) if little else (1, 2, 3)
    rows = []
    for top in range(start, start + stride * height, stride):
        line = data[top : top + 4 * width]
        row = bytearray(3 * width)
        row[0::3], row[1::3], row[2::3] = line[red::4], line[green::4], line[blue::4]
        rows.append(bytes(row))
    return width, height, rows


def write_png(path, width, height, rows):
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', check)

    pixels = zlib.compress(b''.join(b'\0' + row for row in rows), 9)
    head = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    pathlib.Path(path).write_bytes(
        b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', pixels) + chunk(b'IEND', b'')
    )


class Display:
    """Xvfb on a free display number, and the environment of programs that use it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='bulla-display-'))
        self.server = None
        read_end, write_end = os.pipe()
        try:
            self.server = subprocess.Popen(
                [
                    require('Xvfb'),
                    '-displayfd',
                    str(write_end),
                    '-screen',
                    '0',
                    f'{WIDTH}x{HEIGHT}x24',
                    '-fbdir',
                    str(self.folder),
                    '-nolisten',
                    'tcp',
                    '-noreset',  # a reset after the last client leaves would refuse the next
                ],
                pass_fds=[write_end],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(write_end)
            with os.fdopen(read_end) as numbers:
                number = numbers.readline().strip() if self.server else ''
        if not number:
            self.close()
            raise OSError('Xvfb did not start')
        self.name = f':{number}'

    def environment(self):
        """The environment of the shell and the driver, with folders of their own."""
        for place in ('run', 'data', 'cache', 'config'):
            (self.folder / place).mkdir(mode=0o700, exist_ok=True)
        settings = self.folder / 'config/gtk-4.0/settings.ini'
        settings.parent.mkdir(mode=0o700, exist_ok=True)
        settings.write_text(SETTINGS)
        environment = dict(os.environ)
        environment.pop('WAYLAND_DISPLAY', None)
        environment.pop('DBUS_SESSION_BUS_ADDRESS', None)
        # Mesa's software renderer reads freed memory when a page changes its process. With this
        # variable, which test runners set, one web process in a hundred crashes because of it.
        environment.pop('MALLOC_PERTURB_', None)
        environment.update(
            DISPLAY=self.name,
            GDK_BACKEND='x11',
            GTK_A11Y='none',
            GSK_RENDERER='cairo',  # there is no graphics card
            GSETTINGS_BACKEND='memory',
            GIO_USE_VFS='local',
            NO_AT_BRIDGE='1',
            LC_ALL='C.UTF-8',
            XDG_RUNTIME_DIR=str(self.folder / 'run'),
            XDG_DATA_HOME=str(self.folder / 'data'),
            XDG_CACHE_HOME=str(self.folder / 'cache'),
            XDG_CONFIG_HOME=str(self.folder / 'config'),
        )
        return environment

    def picture(self):
        return read_xwd((self.folder / 'Xvfb_screen0').read_bytes())

    def still(self, but=None):
        """Waits until the picture stops changing and differs from BUT; returns it."""
        seen = {'picture': None, 'since': time.monotonic()}

        def stands():
            picture = self.picture()
            if picture != seen['picture']:
                seen.update(picture=picture, since=time.monotonic())
            return time.monotonic() - seen['since'] > STILL and picture != but

        wait.until('the picture stands still', stands)
        return seen['picture']

    def save(self, path):
        write_png(path, *self.still())

    def close(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
