#!/usr/bin/env python3
"""installed.py - compiles and links a program against the installed library.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

PROGRAM = """
#include <bulla.h>
#include <stdio.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("sxg1-b4", 8, NULL);
  g_autoptr (BullaLoad) load = bulla_loader_load (loader, outer, stream, NULL, NULL, &error);
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  puts (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)));
  return bulla_verdict_get_reason (verdict) == BULLA_REASON_SXG_TRUNCATED ? 0 : 1;
}
"""


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return done.returncode == 0, done.stdout + done.stderr


def copy_headers(build, into):
    plan = json.loads((build / 'meson-info/intro-install_plan.json').read_text(encoding='utf-8'))
    for source, where in plan['headers'].items():
        shutil.copy(source, into / pathlib.PurePath(where['destination']).name)


def flags(what):
    command = ['pkg-config', what, 'gio-2.0']
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return shlex.split(found.stdout)


def main():
    build, compiler = pathlib.Path(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        copy_headers(build, folder)
        (folder / 'program.c').write_text(PROGRAM, encoding='utf-8')
        headers = sorted(folder.glob('*.h'))
        print(f'1..{len(headers) + 1}')
        fine = True
        lines = [(header.name, f'#include <{header.name}>\n') for header in headers]
        for number, (name, text) in enumerate(lines, 1):
            held, said = run(*compiler, '-fsyntax-only', '-x', 'c', f'-I{folder}',
                             *flags('--cflags'), '-', input=text)
            fine = fine and held
            print(f"{'ok' if held else 'not ok'} {number} {name} stands alone")
            print(''.join(f'# {line}\n' for line in said.splitlines()), end='')
        held, said = run(*compiler, str(folder / 'program.c'), '-o', str(folder / 'program'),
                         f'-I{folder}', *flags('--cflags'), f"-L{build / 'loader'}", '-lbulla-1',
                         f"-Wl,-rpath,{build / 'loader'}", *flags('--libs'))
        if held:
            held, said = run(str(folder / 'program'))
        print(f"{'ok' if held else 'not ok'} {len(headers) + 1} a program")
        print(''.join(f'# {line}\n' for line in said.splitlines()), end='')
    return 0 if fine and held else 1


sys.exit(main())
