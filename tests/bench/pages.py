#!/usr/bin/env python3
"""pages.py - measures pages of 50 parts over HTTP/2, through the gateway and directly.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway` of a release build; Node.js as a client that speaks HTTP/2 in the gateway's tunnel,
as the server, and as the relay that puts the server at a distance. Figures never make it fail.
Exit status: 2 if the measurement could not run.
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway_setting import HOST, Setting, Untried, run_bench  # noqa: E402
from prefetches import summarise  # noqa: E402

PARTS = 50
RUNS = {0: 81, 50: 31, 100: 21}  # by the round-trip time to the server, in ms


def load_pages(setting, port, runs):
    """Pairs of times in ms: directly, and through the gateway."""
    ran = subprocess.run(
        ['node', pathlib.Path(__file__).with_suffix('.cjs'), HOST, str(port), setting.root,
         str(setting.port), setting.gateway_root, str(PARTS), str(runs)],
        input=setting.user, capture_output=True, text=True, check=False,
    )
    if ran.returncode != 0:
        raise Untried(ran.stderr[-200:])
    return json.loads(ran.stdout)


def measure(command, names):
    wanted = [each for each in RUNS if f'gateway-page-h2-{each}' in names] or list(RUNS)
    with Setting(command, distances=wanted) as setting:
        for trip in wanted:
            pairs = load_pages(setting, setting.distant[trip], RUNS[trip])
            yield summarise(f'gateway-page-h2-{trip}', [each[1] for each in pairs],
                            [each[0] for each in pairs], 'ms', 'the same page directly')


if __name__ == '__main__':
    sys.exit(run_bench('gateway-page-h2', __doc__.split('\n\n')[0], measure))
