#!/usr/bin/env python3
"""bench_names.py - a name that no benchmark has is an error, also for CI.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: bench_names.py BENCH
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402


def unknown_name():
    done = subprocess.run([sys.argv[1], 'nosuch'], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and 'nosuch' in done.stderr, done


tap.run([unknown_name])
