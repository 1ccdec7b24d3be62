#!/usr/bin/env python3
"""run.py - runs benchmarks by their names: those of bulla-bench, and those of programs beside it.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: run.py BUILD [OPTION…] [NAME…]. Without names it runs those of bulla-bench, and the
shell's. Exit status: 2 when one could not be run.
"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# which program has a benchmark, by its name, or by a name and a hyphen before the rest
PROGRAMS = {
    'navigation': 'navigation.py',
    'prefetch': 'prefetches.py',
    'gateway-clients': 'clients.py',
    'gateway-download': 'downloads.py',
    'gateway-idle': 'idle.py',
    'gateway-page-h2': 'pages.py',
    'shell-start': 'start.py',
}
UNASKED = ('pages.py', 'prefetches.py', 'start.py')  # run also without a name
TAKE_NAMES = ('downloads.py', 'idle.py', 'pages.py', 'prefetches.py')


def program_of(name):
    """The program beside bulla-bench that has the benchmark, or None."""
    return next(
        (PROGRAMS[each] for each in PROGRAMS if name == each or name.startswith(each + '-')), None
    )


def commands(build, words):
    """The commands to run, each with its options and names."""
    names = [each for each in words if not each.startswith('-')]
    if 'navigation' in names:
        rest = [each for each in words if each != 'navigation']
        return [[sys.executable, HERE / 'navigation.py', '--build-dir', build, *rest]]
    options = [each for each in words if each.startswith('-')]
    own = [each for each in names if not program_of(each)]
    found = []
    if own or not names:
        found.append([f'{build}/tests/bench/bulla-bench', *options, *own])
    programs = dict.fromkeys(map(program_of, names) if names else UNASKED)
    for program in filter(None, programs):
        given = [each for each in names if program_of(each) == program]
        found.append(
            [sys.executable, HERE / program, '--build-dir', build,
             *(each for each in options if each != '--http1'),
             *(given if program in TAKE_NAMES else [])]
        )
    return found


def main():
    status = 0
    for command in commands(sys.argv[1], sys.argv[2:]):
        status = subprocess.run(command, check=False).returncode or status
    return status


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
