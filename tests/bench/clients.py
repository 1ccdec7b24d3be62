#!/usr/bin/env python3
"""clients.py - measures many concurrent clients, through the gateway and directly.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway` of a release build, Node.js as clients and as server. Each client sends one request
after another on one connection. Figures never make it fail. Exit status: 2 if the measurement
could not run.
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway_setting import HOST, Setting, Untried, run_bench  # noqa: E402
from prefetches import summarise  # noqa: E402

CLIENTS = 200
REQUESTS = 50  # requests of each client
RUNS = 7
KIND = 'http1'


def ask(setting, through):
    """Requests per second, and the 99th percentile of the response times in ms."""
    root = setting.gateway_root if through else setting.root
    way = [str(setting.port)] if through else []
    ran = subprocess.run(
        ['node', pathlib.Path(__file__).with_suffix('.cjs'), HOST, str(setting.ports[KIND]), root,
         str(CLIENTS), str(REQUESTS), *way],
        input=setting.user if through else '', capture_output=True, text=True, check=False,
    )
    if ran.returncode != 0:
        raise Untried(ran.stderr[-200:])
    said = json.loads(ran.stdout)
    if said['n'] != CLIENTS * REQUESTS:
        raise Untried('some requests have no answer')
    return said['n'] / said['seconds'], said['p99']


def measure(command):
    setting = Setting(command)
    try:
        ours, direct = [], []
        for run in range(RUNS + 1):
            both = ask(setting, False), ask(setting, True)
            if run > 0:  # the first run warms up
                direct.append(both[0])
                ours.append(both[1])
        for at, name, unit in ((0, 'rate', '/s'), (1, 'p99', 'ms')):
            yield summarise(
                f'gateway-clients-{name}', [each[at] for each in ours],
                [each[at] for each in direct], unit, f'{CLIENTS} clients of the server itself',
            )
        yield summarise('gateway-clients-memory', [setting.memory()] * 2, [64] * 2, 'MiB', '64 MiB')
    finally:
        setting.close()


if __name__ == '__main__':
    sys.exit(run_bench('clients', __doc__.split('\n\n')[0], measure))
