"""tap.py - runs the cases of a test program and prints TAP.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys
import traceback


class Skip(Exception):
    """Why a case cannot run here."""


def run(cases):
    """Calls each case and ends the program: status 1 if one raised an exception."""
    failed = 0
    print(f'1..{len(cases)}')
    for number, case in enumerate(cases, 1):
        try:
            case()
            print(f'ok {number} {case.__name__}')
        except Skip as why:
            print(f'ok {number} {case.__name__} # SKIP {why}')
        except Exception:  # any exception means that the case has failed
            failed = 1
            print(f'not ok {number} {case.__name__}')
            print(''.join(f'# {line}\n' for line in traceback.format_exc().splitlines()), end='')
    sys.exit(failed)
