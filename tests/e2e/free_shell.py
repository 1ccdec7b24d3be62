"""free_shell.py - runs the shell without automation.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import subprocess
import tempfile

from driver.world import Decisions


def children(pid):
    """The child processes of PID, with the names of their programs."""
    found = {}
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            name, rest = (folder / 'stat').read_text().rsplit(')', 1)
            found[int(folder.name)] = (int(rest.split()[1]), name.split('(', 1)[1])
        except OSError:
            continue  # the process has ended
    below = {pid}
    while more := {each for each, (parent, _) in found.items() if parent in below} - below:
        below |= more
    return {each: found[each][1] for each in below if each != pid and each in found}


class FreeShell:
    """A shell without automation: each view has its own web processes, as for a user."""

    # variables of its own, besides those of the display
    variables = {}

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
            env={**bench.display.environment(), **self.variables},
            stdout=self.log,
            stderr=self.log,
        )

    def tell(self):
        self.log.seek(0)
        decisions = self.decisions.path
        told = decisions.read_text(encoding='utf-8') if decisions.exists() else ''
        return f'{self.log.read()}\n{told}'

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        self.place.cleanup()
