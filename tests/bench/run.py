#!/usr/bin/env python3
"""run.py - runs benchmarks by their names: those of bulla-bench, and those of programs beside it.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: run.py BUILD [OPTION…] [NAME…]. Without names it runs those of bulla-bench, and the
shell's. Exit status: 2 when one could not be run.

run.py --look-up [OPTION…] [NAME…] only says which names no benchmark has, with exit status 2: it
needs no build, because docs/testing.md has all names.
"""
import pathlib
import re
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
    'gateway-page-chromium': 'browsers.py',
    'gateway-page-firefox': 'browsers.py',
    'gateway-page-h2': 'pages.py',
    'shell-start': 'start.py',
}
UNASKED = ('pages.py', 'prefetches.py', 'start.py')  # run also without a name
GROUPS = ('gateway-page',)  # of bulla-bench
TAKE_NAMES = ('browsers.py', 'downloads.py', 'idle.py', 'pages.py', 'prefetches.py')


def program_of(name):
    """The program beside bulla-bench that has the benchmark, or None."""
    return next(
        (PROGRAMS[each] for each in PROGRAMS if name == each or name.startswith(each + '-')), None
    )


def rows_of_the_page():
    """The names in the table of docs/testing.md, and the first number of each target."""
    page = HERE.parents[1] / 'docs/testing.md'
    _, table = page.read_text(encoding='utf-8').split('| name | what, against what | at most |', 1)
    for line in table.split('\n\n', 1)[0].splitlines()[2:]:
        cells = line.strip('| ').split(' | ')
        names = re.findall(r'`([\w-]+)`', cells[0])
        numbers = [re.search(r'[\d.]+', part) for part in cells[-1].split(';')]
        for index, name in enumerate(names):
            number = numbers[index] if len(names) == len(numbers) else numbers[0]
            yield name, number and float(number[0])


def look_up(words):
    """Names each word that is not the name of a benchmark or of a group. Returns the exit status"""
    known = {*PROGRAMS, *GROUPS, *(name for name, _ in rows_of_the_page())}
    strange = [each for each in words if not each.startswith('-') and each not in known]
    for each in strange:
        shown = each.encode('ascii', 'backslashreplace').decode()
        print(f'dev: no benchmark is called {shown}; docs/testing.md lists them', file=sys.stderr)
    return 2 if strange else 0


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
    if sys.argv[1] == '--look-up':
        return look_up(sys.argv[2:])
    status = 0
    for command in commands(sys.argv[1], sys.argv[2:]):
        status = subprocess.run(command, check=False).returncode or status
    return status


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
