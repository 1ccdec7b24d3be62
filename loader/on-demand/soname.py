"""soname.py - prints the name under which the dynamic linker finds a library.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: soname.py LIBRARY COMPILER...
"""
import re
import subprocess
import sys


def main():
    library, *compiler = sys.argv[1:]
    path = subprocess.check_output([*compiler, f'-print-file-name=lib{library}.so'], text=True)
    dynamic = subprocess.check_output(['readelf', '-d', path.strip()], text=True)
    print(re.search(r'SONAME.*\[(.*)\]', dynamic)[1])


main()
