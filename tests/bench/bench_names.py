#!/usr/bin/env python3
"""bench_names.py - a name that no benchmark has is an error; targets are those of docs/testing.md.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: bench_names.py BENCH
"""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run  # noqa: E402
import tap  # noqa: E402


def unknown_name():
    done = subprocess.run([sys.argv[1], 'nosuch'], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and 'nosuch' in done.stderr, done


def rows_of_the_page():
    """The names in the table of docs/testing.md, and the first number of each target."""
    page = pathlib.Path(__file__).resolve().parents[2] / 'docs/testing.md'
    _, table = page.read_text(encoding='utf-8').split('| name | what, against what | at most |', 1)
    for line in table.split('\n\n', 1)[0].splitlines()[2:]:
        cells = line.strip('| ').split(' | ')
        names = re.findall(r'`([\w-]+)`', cells[0])
        numbers = [re.search(r'[\d.]+', part) for part in cells[-1].split(';')]
        for index, name in enumerate(names):
            number = numbers[index] if len(names) == len(numbers) else numbers[0]
            yield name, number and float(number[0])


def targets_are_documented():
    """Each benchmark of the program is in the table, with the same target."""
    printed = subprocess.run([sys.argv[1], '--targets'], capture_output=True, text=True, check=True)
    targets = {name: float(number) for name, number in map(str.split, printed.stdout.splitlines())}
    documented = dict(rows_of_the_page())
    assert len(targets) > 10, targets
    for name, target in targets.items():
        assert documented.get(name) == target, (name, target, documented.get(name))


def others_are_documented():
    """Each benchmark in the table that the program does not have is one of a program beside it."""
    printed = subprocess.run([sys.argv[1], '--targets'], capture_output=True, text=True, check=True)
    targets = {line.split()[0] for line in printed.stdout.splitlines()}
    others = {name for name, _ in rows_of_the_page() if name not in targets}
    programs = {run.program_of(name) for name in others}
    assert programs == set(run.PROGRAMS.values()), programs
    here = pathlib.Path(__file__).resolve().parent
    for program in programs:
        assert (here / program).is_file(), program


tap.run([unknown_name, targets_are_documented, others_are_documented])
