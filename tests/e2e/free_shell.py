"""free_shell.py - the shell as a user has it, without a driver.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import subprocess
import tempfile

from driver.world import Decisions


class FreeShell:
    """A shell that nobody drives: every view has its own web processes, as for a user."""

    def __init__(self, bench, *more):
        self.place = tempfile.TemporaryDirectory()
        self.decisions = Decisions(pathlib.Path(self.place.name) / 'decisions.jsonl')
        self.log = open(pathlib.Path(self.place.name) / 'log', 'w+', encoding='utf-8')
        self.process = subprocess.Popen(
            [
                str(bench.build / 'shell/bulla-shell'),
                *bench.world.arguments(),
                '--decisions',
                str(self.decisions.path),
                *more,
            ],
            env=bench.display.environment(),
            stdout=self.log,
            stderr=self.log,
        )

    def tell(self):
        self.log.seek(0)
        return self.log.read()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.place.cleanup()
