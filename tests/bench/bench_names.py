#!/usr/bin/env python3
"""bench_names.py - a name that no benchmark has is an error; targets are those of docs/testing.md.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: bench_names.py BENCH
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run  # noqa: E402
import tap  # noqa: E402


def unknown_name():
    done = subprocess.run([sys.argv[1], 'nosuch'], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and 'nosuch' in done.stderr, done


def dev_looks_names_up():
    """./dev bench NAME fails at once, in ASCII, and builds nothing."""
    root = pathlib.Path(__file__).resolve().parents[2]
    before = (root / 'build-bench').exists()
    for words in (['nosuch'], ['--json', 'verify-1k', 'nosuch']):
        done = subprocess.run(
            ['bash', root / 'dev', 'bench', *words], capture_output=True, check=False, cwd='/',
            env={**os.environ, 'BULLA_DEV_PACKAGES': 'present', 'LC_ALL': 'C'}
        )
        said = done.stderr.decode('ascii')
        assert done.returncode == 2 and not done.stdout, done
        assert said == 'dev: no benchmark is called nosuch; docs/testing.md lists them\n', said
    assert (root / 'build-bench').exists() == before


def names_are_found():
    """Each name of the program, of the programs beside it and of a group is found."""
    printed = subprocess.run([sys.argv[1], '--targets'], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in printed.stdout.splitlines()]
    assert run.look_up([*names, *run.PROGRAMS, 'gateway-page', 'gateway-idle-6', '--json']) == 0


def targets_are_documented():
    """Each benchmark of the program is in the table, with the same target."""
    printed = subprocess.run([sys.argv[1], '--targets'], capture_output=True, text=True, check=True)
    targets = {name: float(number) for name, number in map(str.split, printed.stdout.splitlines())}
    documented = dict(run.rows_of_the_page())
    assert len(targets) > 10, targets
    for name, target in targets.items():
        assert documented.get(name) == target, (name, target, documented.get(name))


def others_are_documented():
    """Each benchmark in the table that the program does not have is one of a program beside it."""
    printed = subprocess.run([sys.argv[1], '--targets'], capture_output=True, text=True, check=True)
    targets = {line.split()[0] for line in printed.stdout.splitlines()}
    others = {name for name, _ in run.rows_of_the_page() if name not in targets}
    programs = {run.program_of(name) for name in others}
    assert programs == set(run.PROGRAMS.values()), programs
    here = pathlib.Path(__file__).resolve().parent
    for program in programs:
        assert (here / program).is_file(), program


tap.run([unknown_name, dev_looks_names_up, names_are_found, targets_are_documented,
         others_are_documented])
