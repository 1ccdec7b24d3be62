"""lintlib.py - functions shared by the checks: lists files, and reports results.

SPDX-License-Identifier: LGPL-2.1-or-later

A check is a function (root, build) that yields complaints. Each runs on the project, and then on
small samples of its own, so that a check that stops detecting anything fails.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

NOT_OURS = ('build', 'demo-output', '__pycache__')
CODE = ('.c', '.h', '.def', '.py', '.sh')
SCRIPTS = ('dev', '.ci/run')


def tracked(root, *suffixes):
    """The files of the project below ROOT, as relative paths; with SUFFIXES, only such files."""
    git = (
        subprocess.run(
            ['git', '-c', 'safe.directory=*', '-C', root, 'ls-files', '-z'],
            capture_output=True,
            text=True,
            check=False,
        )
        if has_git(root)
        else None
    )
    if git and git.returncode == 0:
        names = git.stdout.split('\0')
    else:  # an unpacked tarball
        names = [str(path.relative_to(root)) for path in pathlib.Path(root).rglob('*')]
        names = [
            name
            for name in names
            if not name.startswith(NOT_OURS + ('.git/',)) and '__pycache__' not in name
        ]
    for name in sorted(filter(None, names)):
        if (pathlib.Path(root) / name).is_file() and (not suffixes or name.endswith(suffixes)):
            yield name


def has_git(root):
    if not (pathlib.Path(root) / '.git').exists():
        return False
    try:
        return (
            subprocess.run(['git', '--version'], capture_output=True, check=False).returncode == 0
        )
    except FileNotFoundError:
        return False


def read(root, name):
    return (pathlib.Path(root) / name).read_text(encoding='utf-8', errors='replace')


def code(root):
    """All source files and scripts."""
    yield from (name for name in tracked(root) if name.endswith(CODE) or name in SCRIPTS)


def plant(directory, files):
    for name, text in files.items():
        path = pathlib.Path(directory) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def find_patterns(rules, name, text):
    """Complaints of RULES about the file NAME with TEXT.

    A rule is a pattern, a pattern for the files to search, a pattern for the files in which it is
    allowed (or None), and the complaint.
    """
    for what, where, exempt, complaint in rules:
        if not re.fullmatch(where, name) or (exempt and re.fullmatch(exempt, name)):
            continue
        for found in re.finditer(what, text, re.MULTILINE):
            line = text.count('\n', 0, found.start()) + 1
            yield f'{name}:{line}: {complaint} ({found[0].strip()})'


def run(name, check, bad, good=None, prepare=None):
    """Prints results in TAP: of the project, of each BAD sample, and of GOOD, which must pass.

    A BAD sample is (label, files, part of the complaint). PREPARE (directory) builds the sample in
    that directory as the check expects.
    """
    root, build = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    print(f'1..{1 + len(bad) + (good is not None)}')
    failed = report(1, f'{name} hold in the project', list(check(root, build)), None)
    samples = [(f'{name}: {label} is noticed', files, part) for label, files, part in bad]
    if good is not None:
        samples.append((f'{name}: a good sample passes', good, None))
    for number, (label, files, part) in enumerate(samples, 2):
        with tempfile.TemporaryDirectory() as directory:
            plant(directory, files)
            if prepare:
                prepare(directory)
            failed |= report(number, label, list(check(directory, directory)), part)
    sys.exit(1 if failed else 0)


def report(number, label, complaints, expected):
    """Prints one TAP line. EXPECTED is part of a complaint that must occur; None if none may."""
    well = not complaints if expected is None else any(expected in text for text in complaints)
    print(f'{"ok" if well else "not ok"} {number} {label}')
    if not well:
        for text in complaints or [f'no complaint has "{expected}"']:
            print(f'# {text}')
    return not well
