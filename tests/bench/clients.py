#!/usr/bin/env python3
"""clients.py - measures many concurrent clients, through the gateway, through squid and directly.

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
from squid import Missing, Squid  # noqa: E402

CLIENTS = 200
REQUESTS = 50  # requests of each client
RUNS = 7
KIND = 'http1'


def ask(setting, root, proxy, user=''):
    """Requests per second, and the 99th percentile of the response times in ms.

    PROXY is the port of a proxy whose certificates ROOT vouches for, or None.
    """
    way = [str(proxy)] if proxy else []
    ran = subprocess.run(
        ['node', pathlib.Path(__file__).with_suffix('.cjs'), HOST, str(setting.ports[KIND]), root,
         str(CLIENTS), str(REQUESTS), *way],
        input=user, capture_output=True, text=True, check=False,
    )
    if ran.returncode != 0:
        raise Untried(ran.stderr[-200:])
    said = json.loads(ran.stdout)
    if said['n'] != CLIENTS * REQUESTS:
        raise Untried('some requests have no answer')
    return said['n'] / said['seconds'], said['p99']


def start_peer(setting):
    """squid, or None with the reason on stderr."""
    try:
        return Squid(setting.folder, HOST, setting.root)
    except Missing as error:
        print(f'gateway-clients: left out against squid: {error}', file=sys.stderr)
        return None


def take_turns(setting, squid):
    """The figures of the gateway, of the server itself, and of squid."""
    seen = {'ours': [], 'direct': [], 'squid': []}
    for run in range(RUNS + 1):
        figures = {
            'direct': ask(setting, setting.root, None),
            'ours': ask(setting, setting.gateway_root, setting.port, setting.user),
        }
        if squid:
            figures['squid'] = ask(setting, squid.folder / 'root.pem', squid.port)
        for name in figures if run > 0 else ():  # the first run warms up
            seen[name].append(figures[name])
    return seen


def measure(command, names):
    with Setting(command) as setting:
        squid = start_peer(setting)
        try:
            seen = take_turns(setting, squid)
        finally:
            if squid:
                squid.close()
        for at, part, unit in ((0, 'rate', '/s'), (1, 'p99', 'ms')):
            yield summarise(
                f'gateway-clients-{part}', [each[at] for each in seen['ours']],
                [each[at] for each in seen['direct']], unit, f'{CLIENTS} clients of the server',
            )
        if squid:
            yield summarise(
                'gateway-clients', [each[0] for each in seen['ours']],
                [each[0] for each in seen['squid']], '/s', 'squid with ssl-bump: the rate',
            )
        yield summarise('gateway-clients-memory', [setting.memory()] * 2, [64] * 2, 'MiB', '64 MiB')


if __name__ == '__main__':
    sys.exit(run_bench('gateway-clients', __doc__.split('\n\n')[0], measure))
