#!/usr/bin/env python3
"""scale.py - the commands and the map step of docs/scale.md, over the same packages.

SPDX-License-Identifier: LGPL-2.1-or-later

scale.py BULLA
"""
import concurrent.futures
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BULLA = pathlib.Path(sys.argv[1]).resolve()
PAGE = pathlib.Path(__file__).resolve().parents[2] / 'docs/scale.md'
N = 1200  # more than two jobs of 500
STEP = {}  # in a worker: the names that the page's program defines
ENVIRONMENT = dict(os.environ, LC_ALL='C.UTF-8',
                   PATH=f'{BULLA.parent}{os.pathsep}{os.environ["PATH"]}')


def shell(command, expect=0):
    done = subprocess.run(['sh', '-c', command], cwd=FOLDER, env=ENVIRONMENT,
                          capture_output=True, text=True, check=False)
    assert done.returncode in (expect if isinstance(expect, tuple) else (expect,)), (
        command, done.returncode, done.stderr)
    return done.stdout


def command_of(word):
    """The command of the page that runs WORD."""
    (line,) = [line.strip() for line in PAGE.read_text(encoding='utf-8').splitlines()
               if line.startswith('    ') and f'| {word} ' in line]
    return line


def read_lines(pattern):
    return [json.loads(line) for path in sorted(pathlib.Path(FOLDER).glob(pattern))
            for line in path.read_text(encoding='utf-8').splitlines()]


def judges_with_xargs():
    shell(command_of('xargs'), (0, 123))  # 123: one of the commands had a status other than 0
    lines = read_lines('out.*')
    assert len({line['file'] for line in lines}) == len(lines) == N, len(lines)
    assert {line['reason'] for line in lines} == {'sxg.magic'}


def compares_with_parallel():
    if shutil.which('parallel') is None:
        raise tap.Skip('GNU parallel is not installed')
    shell(command_of('parallel'), 0)  # else the number of jobs whose status is not 0
    lines = read_lines('compared.jsonl')
    assert len({line['file'] for line in lines}) == len(lines) == N, len(lines)


def start_worker(text):
    exec(compile(text, 'docs/scale.md', 'exec'), STEP)


def run_step(paths):
    return STEP['compare'](paths)


def compares_in_a_map_step():
    (text,) = re.findall(r'```python\n(.*?)```', PAGE.read_text(encoding='utf-8'), re.DOTALL)
    paths = sorted(str(path) for path in (pathlib.Path(FOLDER) / 'packages').glob('*/*.sxg'))
    parts = [paths[: N // 2], paths[N // 2 :]]
    os.environ['PATH'] = ENVIRONMENT['PATH']
    with concurrent.futures.ProcessPoolExecutor(
        2, multiprocessing.get_context('fork'), start_worker, (text,)
    ) as workers:
        lines = sum(workers.map(run_step, parts), [])
    assert [line['file'] for line in lines] == paths
    assert all(set(line['verdicts']) == {'draft-b3', 'chromium'} for line in lines)


def load_step():
    (text,) = re.findall(r'```python\n(.*?)```', PAGE.read_text(encoding='utf-8'), re.DOTALL)
    step = {}
    exec(compile(text, 'docs/scale.md', 'exec'), step)
    os.environ['PATH'] = ENVIRONMENT['PATH']
    return step['compare']


def takes_an_empty_partition():
    assert load_step()([]) == []
    assert load_step()(iter(())) == []


def keeps_results_beside_a_lost_file():
    paths = sorted(str(path) for path in (pathlib.Path(FOLDER) / 'packages').glob('*/*.sxg'))[:3]
    lost = '/no/such/package.sxg'
    lines = load_step()([paths[0], lost, *paths[1:]])
    assert [line['file'] for line in lines] == [*paths, lost], lines
    assert all('verdicts' in line for line in lines[:3])
    assert 'No such file' in lines[3]['error'] and lost in lines[3]['error']
    (line,) = load_step()(iter([lost]))
    assert line['file'] == lost and 'No such file' in line['error']


def reports_a_command_that_does_not_run():
    compare = load_step()
    with tempfile.TemporaryDirectory(prefix='bulla-scale-') as folder:
        fake = pathlib.Path(folder, 'bulla')
        fake.write_text('#!/bin/sh\necho broken >&2; exit 3\n', encoding='utf-8')
        fake.chmod(0o755)
        os.environ['PATH'] = f'{folder}{os.pathsep}{ENVIRONMENT["PATH"]}'
        try:
            compare(['a.sxg'])
        except RuntimeError as error:
            assert 'broken' in str(error)
        else:
            raise AssertionError('a command that fails was taken for a result')
        finally:
            os.environ['PATH'] = ENVIRONMENT['PATH']


with tempfile.TemporaryDirectory(prefix='bulla-scale-') as FOLDER:
    for number in range(N):
        place = pathlib.Path(FOLDER, 'packages', f'a folder {number % 7}')
        place.mkdir(parents=True, exist_ok=True)
        (place / f'{number:05}.sxg').write_bytes(b'not an exchange\n' * 4)
    tap.run([judges_with_xargs, compares_with_parallel, compares_in_a_map_step,
             takes_an_empty_partition, keeps_results_beside_a_lost_file,
             reports_a_command_that_does_not_run])
