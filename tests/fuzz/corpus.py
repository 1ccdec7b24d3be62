#!/usr/bin/env python3
"""corpus.py - converts the text form of fuzzing inputs to bytes for the targets.

SPDX-License-Identifier: LGPL-2.1-or-later

    corpus.py unpack FOLDER STAMP FILE…   write the inputs of each FILE below FOLDER
    corpus.py keep BUILD [TARGET…]        take over what fuzzing in BUILD found

corpus/TARGET.txt has an input a line: printable ASCII stands for itself, other bytes and the
backslash are \\xNN. A line that begins with # says where the next one comes from. `keep` adds
inputs that reach code which neither the seeds nor the kept inputs reach, the smallest first, up to
a limit.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

KEPT = pathlib.Path(__file__).parent / 'corpus'
INPUT_MAX = 2048  # bytes
TEXT_MAX = 12288  # bytes of the file of one target; existing inputs are kept


def escape(data):
    text = ''.join(
        chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f'\\x{byte:02x}' for byte in data
    )
    if text.startswith('#'):
        text = '\\x23' + text[1:]
    return text[:-1] + '\\x20' if text.endswith(' ') else text


def unescape(line):
    return re.sub(
        rb'\\x([0-9a-f]{2})', lambda found: bytes([int(found[1], 16)]), line.encode('ascii')
    )


def read(path):
    lines = path.read_text(encoding='ascii').splitlines() if path.exists() else []
    return [unescape(line) for line in lines if line and not line.startswith('#')]


def write_inputs(folder, inputs):
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f'kept-{number:03}').write_bytes(data)


def unpack(folder, stamp, files):
    shutil.rmtree(folder, ignore_errors=True)
    for file in map(pathlib.Path, files):
        write_inputs(pathlib.Path(folder) / file.stem, read(file))
    pathlib.Path(stamp).write_text('', encoding='ascii')


def keep(build, targets):
    for program in sorted(pathlib.Path(build).glob('tests/fuzz/fuzz-*')):
        target = program.name
        found = pathlib.Path(build) / 'corpus' / target
        if not program.is_file() or not found.is_dir() or (targets and target not in targets):
            continue
        kept = KEPT / f'{target}.txt'
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder)
            seeds = pathlib.Path(build) / 'tests/fuzz/corpus' / target
            if seeds.is_dir():
                shutil.copytree(seeds, base, dirs_exist_ok=True)
            write_inputs(base, read(kept))
            before = {path.name for path in base.iterdir()}
            merge = [program, '-merge=1', base, found]
            subprocess.run(merge, stderr=subprocess.DEVNULL, check=True)
            new = sorted(
                (path.read_bytes() for path in base.iterdir() if path.name not in before), key=len
            )
        text = kept.read_text(encoding='ascii') if kept.exists() else ''
        added = 0
        for data in new:
            line = escape(data) + '\n'
            if data and len(data) <= INPUT_MAX and len(text) + len(line) <= TEXT_MAX:
                text, added = text + line, added + 1
        if added:
            kept.write_text(text, encoding='ascii')
        print(f'{target}: {len(new)} reach more, {added} kept')


if __name__ == '__main__':
    if sys.argv[1:2] == ['unpack'] and len(sys.argv) > 3:
        unpack(sys.argv[2], sys.argv[3], sys.argv[4:])
    elif sys.argv[1:2] == ['keep'] and len(sys.argv) > 2:
        keep(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
