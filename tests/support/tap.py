"""tap.py - runs the cases of a test program and prints TAP.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys
import traceback


class Skip(Exception):
    """Why a case cannot run here."""


def report(number, name, case, *arguments):
    """Calls a case and prints its line. Returns whether it passed or was skipped.

    Any exception means that the case has failed; the caller goes on, and cleans up.
    """
    try:
        case(*arguments)
    except Skip as why:
        print(f'ok {number} {name} # SKIP {why}', flush=True)
    except Exception:
        print(f'not ok {number} {name}')
        lines = traceback.format_exc().splitlines()
        print(''.join(f'# {line}\n' for line in lines), end='', flush=True)
        return False
    else:
        print(f'ok {number} {name}', flush=True)
    return True


def run(cases):
    """Calls each case and ends the program: status 1 if one raised an exception."""
    print(f'1..{len(cases)}')
    passed = [report(number, case.__name__, case) for number, case in enumerate(cases, 1)]
    sys.exit(0 if all(passed) else 1)
