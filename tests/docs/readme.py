#!/usr/bin/env python3
"""readme.py - runs every command of the README in a new folder, and compares the results.

SPDX-License-Identifier: LGPL-2.1-or-later

readme.py BUILD_DIR

The commands of indented blocks are run in one bash. What a command promises stands below it in its
block, or behind it: `# OUTCOME` or `# OUTCOME: REASON`, perhaps with more after a semicolon. Times,
ports, hashes and names made from keys are new each time. Commands that open a window run on a
display of their own.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'shell/demo'), str(ROOT / 'tests/support')]

import tap  # noqa: E402
from driver import wait  # noqa: E402
from driver.display import Display, Missing, require  # noqa: E402
from driver.world import Decisions  # noqa: E402

# parts of the output that change with each run
CHANGING = [
    (r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', 'TIME'),
    (r':\d{4,5}/', ':PORT/'),
    (r'\b[0-9a-f]{64}\b', 'HASH'),
    (r'\b[a-z2-7]{52,56}\b', 'ID'),
    (r'\[bytes \d+\+\d+\]', '[bytes]'),
]
COMMAND = re.compile(r'\./dev |(echo|mkdir|cp) |[a-z]+=')
OUTCOME = re.compile(r'(substitute|fall-back|refuse|separate-origin)(?:: ([a-z0-9.-]+))?')
# these commands run the tests themselves
NOT_RUN = ['./dev test']
MARK = 'readme-command-ended'


class Command:
    """One command, the lines it promises, or the outcome and reason behind it."""

    def __init__(self, line):
        self.text, _, comment = (part.strip() for part in line.partition('  #'))
        promise = OUTCOME.match(comment)
        self.outcome, self.reason = promise.groups() if promise else ('', '')
        self.lines = []

    def opens_window(self):
        return re.match(r'\S*dev (demo|shell)\b', self.text) and '--headless' not in self.text

    def status(self):
        """Whether a reason is promised: then `verify` exits with 1."""
        if self.lines and not self.opens_window():
            return int(self.lines[0].startswith(('fall-back', 'refuse'))
                       or any(line.startswith('  reason ') for line in self.lines))
        return int(bool(self.reason))


def read_blocks(text):
    """The indented blocks, without their indentation, continued lines joined."""
    for block in re.findall(r'^( {4}.*\n(?:\n* {4}.*\n)*)', text, re.MULTILINE):
        yield re.sub(r'\\\n\s*', '', re.sub(r'^ {4}', '', block, flags=re.MULTILINE)).splitlines()


def read_commands(text):
    commands = []
    for block in read_blocks(text):
        if not COMMAND.match(block[0]):
            continue
        for line in block:
            if COMMAND.match(line):
                commands.append(Command(line))
            elif line:
                commands[-1].lines.append(line)
    return commands


def steady(line):
    for pattern, name in CHANGING:
        line = re.sub(pattern, name, line)
    return line


def compare(promised, found):
    promised, found = [steady(line) for line in promised], [steady(line) for line in found]
    for number, line in enumerate(promised):
        said = found[number] if number < len(found) else 'nothing'
        assert said == line, f'line {number + 1} is\n{said}\nand not\n{line}'
    assert len(found) == len(promised), f'one line more: {found[len(promised)]}'


class Session:
    """A bash in a new folder with only ./dev, which runs the programs of the build directory."""

    def __init__(self, build, display):
        self.display = display
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='bulla-readme-'))
        (self.folder / 'dev').symlink_to(ROOT / 'dev')
        self.log = open(self.folder / 'stderr', 'w+', encoding='utf-8')
        environment = dict(display.environment(), BULLA_DEV_BUILD=str(build))
        self.bash = subprocess.Popen(['bash'], cwd=self.folder, env=environment, text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=self.log)

    def run(self, text):
        """(status, lines) of one command."""
        print(text, f'printf "\\n%s %s\\n" {MARK} $?', sep='\n', file=self.bash.stdin, flush=True)
        lines = []
        for line in self.bash.stdout:
            if line.startswith(MARK):
                return int(line.split()[1]), lines[:-1] if lines[-1] == '' else lines
            lines.append(line.rstrip('\n'))
        raise AssertionError(f'bash ended at {text}')

    def errors(self):
        return pathlib.Path(self.log.name).read_text(encoding='utf-8')

    def close(self):
        self.bash.stdin.close()
        self.bash.wait()
        self.bash.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def see(session, command):
    """Runs a COMMAND that opens a window, until the window shows the expected page."""
    empty = session.display.still()
    shell = ' shell ' in command.text
    decisions = Decisions(session.folder / f'decisions-{len(session.errors())}')
    more = f'--decisions {decisions.path}' if shell else ''
    _, lines = session.run(f'(exec setsid {command.text} {more}) >/dev/null & echo $!')
    group = int(lines[0])
    try:
        session.display.still(but=empty)
        if shell:
            page = decisions.wait_page(0, wanted=lambda each: each['url'] != 'about:blank')
            assert page['standing'] == ('isolated-app' if 'app.swbn' in command.text
                                        else 'substituted'), page
    finally:
        os.killpg(group, signal.SIGTERM)
        session.run(f'wait {group}')
    assert shell or 'The aggregator is at http' in session.errors(), session.errors()


def check(session, command):
    if command.opens_window():
        see(session, command)
        return
    status, lines = session.run(command.text)
    if command.lines:
        compare(command.lines, lines)
    if command.outcome:
        assert lines[0].split()[0] == command.outcome, lines[0]
        reasons = [line for line in lines if line.startswith('  reason ')]
        assert reasons == ([f'  reason {command.reason}'] if command.reason else []), reasons
    assert status == command.status(), f'status {status}; stderr: {session.errors()[-2000:]}'


def places(session):
    """An isolated app and another signed bundle open at the URLs that the text names."""
    for bundle, scheme in (('app', 'isolated-app'), ('site', 'webpkg')):
        _, lines = session.run(f'./dev bulla verify --offline $trust try/{bundle}.swbn')
        opens = [line.split()[-1] for line in lines if line.startswith('  opens at ')]
        assert len(opens) == 1 and opens[0].startswith(f'{scheme}://'), lines


def ignored(session):
    """The commands leave files only in folders that git ignores."""
    left = {path.name for path in session.folder.iterdir()} - {'dev', 'stderr', 'demo-output'}
    left = {name for name in left if not name.startswith('decisions-')}
    assert left == {'try'}, left
    rules = (ROOT / '.gitignore').read_text(encoding='utf-8').split()
    assert '/try/' in rules and '/demo-output/' in rules, rules


def opening(commands):
    """The README opens with ./dev demo and ./dev test."""
    assert [each.text for each in commands[:2]] == ['./dev demo', './dev test']


def main():
    commands = read_commands((ROOT / 'README.md').read_text(encoding='utf-8'))
    run = [each for each in commands if each.text not in NOT_RUN]
    try:
        require('Xvfb')
    except Missing as error:
        print(f'1..0 # SKIP {error}')
        return 0
    display = Display()
    session = Session(pathlib.Path(sys.argv[1]).resolve(), display)
    print(f'1..{len(run) + 3}', flush=True)
    try:
        failed = not tap.report(1, 'it opens with two commands', opening, commands)
        for number, command in enumerate(run, 2):
            name = re.sub(r'[#\\]', '', command.text)
            failed |= not tap.report(number, name, check, session, command)
        failed |= not tap.report(len(run) + 2, 'bundles open where it says', places, session)
        failed |= not tap.report(len(run) + 3, 'git ignores what is left', ignored, session)
    finally:
        session.close()
        display.close()
    return 1 if failed else 0


sys.exit(main())
