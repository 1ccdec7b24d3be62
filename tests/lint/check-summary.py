#!/usr/bin/env python3
"""check-summary.py - tests/summary.py counts test results correctly.

SPDX-License-Identifier: LGPL-2.1-or-later

It prints the last line of `./dev test`; here it reads logs with known counts.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def program(name, stdout='', result='OK', status=0):
    return {'name': f'bulla:{name}', 'stdout': stdout, 'result': result, 'returncode': status}


TAP = '1..4\nok 1 /a\nnot ok 2 /b\n# 1 != 2\nok 3 /c # SKIP no network\nok 4 - /d\n'
# label, programs, required suites, (passed, failed, skipped), a line that must be printed
CASES = [
    (
        'cases are counted',
        [program('unit / t', TAP, 'FAIL', 1)],
        'unit',
        (2, 1, 1),
        'failed: run: unit/t: /b\n    # 1 != 2\n',
    ),
    (
        'a skip prints its reason',
        [program('unit / t', TAP, 'FAIL', 1)],
        'unit',
        (2, 1, 1),
        'skipped (1): run: unit/t: no network',
    ),
    ('a plain program is one case', [program('e2e / p')], 'e2e', (1, 0, 0), ''),
    (
        'a plain program can fail',
        [program('e2e / p', '', 'FAIL', 1), program('e2e / q')],
        'e2e',
        (1, 1, 0),
        '',
    ),
    (
        'a crash fails',
        [program('unit / t', '1..2\nok 1 /a\n', 'ERROR', -6)],
        'unit',
        (1, 1, 0),
        'failed: run: unit/t: the program ERROR, exit status -6',
    ),
    (
        'a timeout fails',
        [program('fuzz / t', '', 'TIMEOUT', -15), program('fuzz / u')],
        'fuzz',
        (1, 1, 0),
        '',
    ),
    (
        'what is left for later fails',
        [program('unit / t', '1..1\nnot ok 1 /a # TODO\n', 'EXPECTEDFAIL'), program('unit / u')],
        'unit',
        (1, 1, 0),
        '',
    ),
    (
        'a program without a case fails',
        [program('unit / t', '1..0\n', 'SKIP'), program('unit / u')],
        'unit',
        (1, 1, 0),
        'holds no test case',
    ),
    (
        'a suite of skips fails',
        [program('e2e / t', '1..0 # SKIP no display\n', 'SKIP')],
        'e2e',
        (0, 1, 1),
        'failed: run: suite e2e ran no test',
    ),
    (
        'an absent suite fails',
        [program('unit / t')],
        'unit,fuzz',
        (1, 1, 0),
        'suite fuzz ran no test',
    ),
    (
        'all well',
        [program('unit / t', '1..1\nok 1 /a\n'), program('fuzz / t')],
        'unit,fuzz',
        (2, 0, 0),
        '',
    ),
]


def summarize(root, *arguments):
    return subprocess.run(
        [sys.executable, f'{root}/tests/summary.py', *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def holds(root, programs, suites, counts, line):
    with tempfile.TemporaryDirectory() as logs:
        text = ''.join(json.dumps(each) + '\n' for each in programs)
        pathlib.Path(logs, 'testlog-all.json').write_text(text, encoding='utf-8')
        result = summarize(root, '--run', 'run', logs, suites)
    last = re.fullmatch(
        r'tests: (\d+) passed, (\d+) failed, (\d+) skipped', result.stdout.splitlines()[-1]
    )
    return (
        last is not None
        and tuple(map(int, last.groups())) == counts
        and line in result.stdout
        and (result.returncode != 0) == (counts[1] > 0)
    )


def main():
    root, failed = sys.argv[1], False
    outcomes = [(label, holds(root, *rest)) for label, *rest in CASES]
    broken = summarize(root, '--broken', 'gcc: the build failed')
    outcomes.append(
        ('a broken build fails', broken.returncode == 1 and '0 passed, 1 failed' in broken.stdout)
    )
    print(f'1..{len(outcomes)}')
    for number, (label, well) in enumerate(outcomes, 1):
        print(f'{"ok" if well else "not ok"} {number} summary: {label}')
        failed |= not well
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
