"""programs.py - where the programs of the demo are: in a build directory, or installed.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib

BUILT = {'bulla-shell': 'shell/bulla-shell', 'bulla-demo': 'shell/demo/bulla-demo'}


def find(place, name):
    """The path of program NAME. PLACE is a build directory, or has the path of each program."""
    return place[name] if isinstance(place, dict) else pathlib.Path(place) / BUILT[name]
