#!/usr/bin/env python3
"""summary.py - counts test cases over several runs of `meson test`, and prints the totals.

SPDX-License-Identifier: LGPL-2.1-or-later

A case is one TAP line, or one program that does not print TAP. A program that dies, times out or
breaks its plan counts as one more failed case. A suite in which nothing ran has failed, and so has
a build that did not finish.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

TAP_LINE = re.compile(r'^(not )?ok\b\s*(\d*)\s*(.*)$')
DIRECTIVE = re.compile(r'\s*#\s*(SKIP|TODO)\b\S*\s*(.*)$', re.IGNORECASE)
PLAN = re.compile(r'^1\.\.(\d+)\s*(?:#\s*SKIP\b\s*(.*))?$', re.IGNORECASE)
WELL = ('OK', 'SKIP', 'EXPECTEDFAIL')

NOTES_MAX = 20

Case = collections.namedtuple('Case', 'state name reason notes', defaults=[()])


def read_tap(text):
    """The cases of one TAP stream, the number planned (or None), and why all were skipped."""
    cases, planned, why = [], None, ''
    for line in text.splitlines():
        if line.startswith('#') and cases and cases[-1].state == 'failed':
            cases[-1].notes.append(line)
        elif plan := PLAN.match(line):
            planned, why = int(plan[1]), plan[2] or ''
        elif found := TAP_LINE.match(line):
            directive = DIRECTIVE.search(found[3])
            name = found[3][: directive.start()] if directive else found[3]
            kind = directive[1].upper() if directive else ''
            # a test that is marked TODO does not count as passed
            state = 'failed' if found[1] or kind == 'TODO' else 'skipped' if kind else 'passed'
            reason = directive[2] if directive else ''
            cases.append(Case(state, name.strip(' -') or found[2], reason, []))
    return cases, planned, why


def read_program(test):
    """The cases of one program that meson ran."""
    cases, planned, why = read_tap(test['stdout'] or '')
    result = test['result']
    if planned is None and not cases:  # without TAP the exit status is the only case
        if result == 'SKIP':
            return [Case('skipped', 'all', last_line(test) or 'no reason given')]
        if result == 'OK':
            return [Case('passed', 'exit status', '')]
        return [Case('failed', 'all', f'{result}, exit status {test["returncode"]}')]
    if planned == 0 and result in WELL:
        return (
            [Case('skipped', 'all', why)] if why else [Case('failed', 'all', 'holds no test case')]
        )
    if result not in WELL and not any(case.state == 'failed' for case in cases):
        cases.append(Case('failed', 'the program', f'{result}, exit status {test["returncode"]}'))
    return cases


def last_line(test):
    lines = (test['stdout'] or '').strip().splitlines()
    return lines[-1] if lines else ''


def read_run(logs):
    """(suite, program, case) for each case in meson's newest JSON log under LOGS."""
    for log in sorted(pathlib.Path(logs).glob('testlog*.json')):
        for line in log.read_text(encoding='utf-8', errors='replace').splitlines():
            test = json.loads(line)
            suite, _, program = test['name'].rpartition(' / ')
            for case in read_program(test):
                yield suite.partition(':')[2] or suite, program, case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        '--run',
        nargs=3,
        action='append',
        default=[],
        metavar=('LABEL', 'LOGS', 'SUITES'),
        help='suites that LOGS must show',
    )
    parser.add_argument(
        '--broken',
        action='append',
        default=[],
        metavar='WHAT',
        help='count WHAT as one failed case',
    )
    arguments = parser.parse_args()

    failures = list(arguments.broken)
    skips = collections.Counter()
    passed = 0
    for label, logs, suites in arguments.run:
        ran = collections.Counter()
        for suite, program, case in read_run(logs):
            place = f'{label}: {suite}/{program}'
            if case.state == 'passed':
                passed += 1
            elif case.state == 'failed':
                failures.append(f'{place}: {case.name} {case.reason}'.rstrip())
                failures[-1] += ''.join(f'\n    {note}' for note in case.notes[:NOTES_MAX])
            else:
                skips[f'{place}: {case.reason or "no reason given"}'] += 1
            for name in suite.split('+'):  # meson joins the suites of a test with "+"
                ran[name] += case.state != 'skipped'
        failures += [
            f'{label}: suite {suite} ran no test' for suite in suites.split(',') if not ran[suite]
        ]

    for skip, count in skips.items():
        print(f'skipped ({count}): {skip}')
    for failure in failures:
        print(f'failed: {failure}')
    print(f'tests: {passed} passed, {len(failures)} failed, {sum(skips.values())} skipped')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
