#!/usr/bin/env python3
"""lint.py - runs every check on a source and a build directory.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import subprocess
import sys


def main():
    failed = []
    for check in sorted(pathlib.Path(__file__).parent.glob('check-*.py')):
        result = subprocess.run(
            [sys.executable, check, *sys.argv[1:3]], capture_output=True, text=True, check=False
        )
        print(f'{"failed" if result.returncode else "ok":<8}{check.stem.removeprefix("check-")}')
        if result.returncode:
            failed.append(check.stem)
            lines = (result.stdout + result.stderr).splitlines()
            print('\n'.join(f'    {line}' for line in lines if not line.startswith(('ok ', '1..'))))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
