#!/usr/bin/env python3
"""commands.py - checks that commands and options in README, NEWS and docs/ exist.

SPDX-License-Identifier: LGPL-2.1-or-later

commands.py BULLA
"""
import functools
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BULLA = pathlib.Path(sys.argv[1]).resolve()
PAGES = ['README.md', 'NEWS', *sorted(str(page) for page in (ROOT / 'docs').glob('*.md'))]


def shown(text):
    """Each piece of code: fenced and indented lines, continued ones joined, and `inline` ones."""
    text = re.sub(r'\\\n\s*', '', text)
    in_fence = False
    for line in text.splitlines():
        if line.startswith('```'):
            in_fence = not in_fence
        elif in_fence or line.startswith('    '):
            yield line.strip()
    yield from re.findall(r'`([^`\n]+)`', text)


@functools.lru_cache(maxsize=None)
def options_of(*verb):
    """The options in the help of a VERB; None if the verb does not exist."""
    done = subprocess.run([BULLA, *verb, '--help'], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        return None
    return set(re.findall(r'(?<![\w-])--?[a-z][a-z0-9-]*', done.stdout.split('\nOptions:\n')[1]))


@functools.lru_cache(maxsize=None)
def is_family(word):
    """Whether a verb has verbs of its own, according to its help."""
    done = subprocess.run([BULLA, word, '--help'], capture_output=True, text=True, check=False)
    return done.returncode == 0 and '\nCommands:\n' in done.stdout


@functools.lru_cache(maxsize=None)
def options_of_shell():
    source = (ROOT / 'shell').rglob('bulla-options.c')
    text = next(source).read_text(encoding='utf-8')
    return {f'--{name}' for name in re.findall(r'^\s*\{"([a-z-]+)", [\'0]', text, re.MULTILINE)}


@functools.lru_cache(maxsize=None)
def commands_of_dev():
    cases = (ROOT / 'dev').read_text(encoding='utf-8').split('case $command in', 1)[1]
    return set(re.findall(r'^  ([a-z]+)\)', cases, re.MULTILINE))


def complain(code):
    """What is wrong with one piece of code."""
    words = re.sub(r'\s#.*|\$\([^)]*\)|[|;&].*', '', code.removeprefix('$ ')).split()
    while words and re.fullmatch(r'\S*/dev', words[0]):
        words.pop(0)
        if words and words[0] not in commands_of_dev() | {'--help', 'COMMAND'}:
            yield f'./dev has no command {words[0]}'
        if words and words[0] == 'shell':
            words[0] = 'bulla-shell'
    if not words or words[0] not in ('bulla', 'bulla-shell'):
        return
    known = options_of_shell()
    if words[0] == 'bulla':
        n = 2 if words[1:2] and is_family(words[1]) else 1
        verb = [word for word in words[1 : 1 + n] if re.fullmatch('[a-z]+', word)]
        known = options_of(*verb)
        if known is None:
            yield f'bulla has no command {" ".join(verb)}'
            return
    own = words[1 : words.index('--')] if '--' in words else words[1:]
    for word in own:  # what follows -- is for another program
        option = word.split('=')[0]
        if re.fullmatch(r'--?[a-z][a-z0-9-]*', option) and option not in known:
            yield f'{words[0]} has no option {option}'


def refused_profiles():
    """The profiles that docs/profiles.md shows but bulla refuses."""
    text = (ROOT / 'docs/profiles.md').read_text(encoding='utf-8')
    blocks = re.findall(r'^```ini\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        if '[profile]' not in block:
            block = '[profile]\nname=shown\ninherits=draft-b3\n' + block
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / 'page.sxg').write_text('sxg1-b3', encoding='utf-8')
            (pathlib.Path(name) / 'day.ini').write_text(block, encoding='utf-8')
            done = subprocess.run(
                [BULLA, 'verify', '--offline', '--profile', './day.ini', 'page.sxg'],
                cwd=name, capture_output=True, text=True, check=False,
            )
        if done.returncode != 1:  # judged, and refused as expected
            yield done.stderr


def main():
    print(f'1..{len(PAGES) + 2}')
    failed = 0
    for number, name in enumerate(PAGES, 1):
        page = ROOT / name
        wrong = [
            f'{code}: {each}' for code in shown(page.read_text(encoding='utf-8'))
            for each in complain(code)
        ]
        failed |= bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} {page.name}")
        print(''.join(f'# {line}\n' for line in wrong), end='')
    bad = ['bulla verify --no-such x', 'bulla veriffy x', './dev dmeo', 'bulla-shell --ofline x',
           'bulla logs improt x', 'bulla profiles diff --no-such A B']
    missed = [code for code in bad if not list(complain(code))]
    print(f"{'not ok' if missed else 'ok'} {len(PAGES) + 1} slips are noticed {missed or ''}")
    refused = list(refused_profiles())
    print(f"{'not ok' if refused else 'ok'} {len(PAGES) + 2} profiles are accepted {refused or ''}")
    return 1 if failed or missed or refused else 0


sys.exit(main())
