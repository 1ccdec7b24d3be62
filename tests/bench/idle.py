#!/usr/bin/env python3
"""idle.py - measures requests through the gateway while its connections to servers are idle.

SPDX-License-Identifier: LGPL-2.1-or-later

Two processes of `bulla gateway` of a release build take turns: one has the connection of the
request alone, the other also idle ones to as many other servers. The figure is the processor time
of the gateway for a request. Figures never make it fail. Exit status: 2 if the measurement could
not run.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway_setting import Setting, Untried, ask_small, open_tunnel, run_bench  # noqa: E402
from prefetches import summarise  # noqa: E402

IDLE = (6, 32, 200)
BLOCKS = 25  # of requests that follow each other
REQUESTS = 100  # in a block
KIND = 'http1'
ESTABLISHED = '01'  # a state in /proc/net/tcp


def count_idle(setting):
    """The connections to the further servers."""
    lines = pathlib.Path('/proc/net/tcp').read_text().splitlines()[1:]
    ends = [each.split()[2:4] for each in lines]
    return sum(
        int(remote.split(':')[1], 16) in setting.further and state == ESTABLISHED
        for remote, state in ends
    )


def leave_idle(setting, number):
    """Makes the gateway keep a connection to each of NUMBER further servers."""
    for port in setting.further[:number]:
        with open_tunnel(setting, port) as tunnel:
            ask_small(tunnel, port)
    if count_idle(setting) != number:
        raise Untried(f'{count_idle(setting)} of {number} connections stay open')


def processor_time(setting):
    """Milliseconds that all threads of the gateway have run."""
    tasks = pathlib.Path(f'/proc/{setting.gateway.pid}/task').glob('*/schedstat')
    return sum(int(each.read_text().split()[0]) for each in tasks) / 1e6


def time_block(setting, tunnel, port):
    """The processor time of the gateway for a request, of many that follow each other, in ms."""
    before = processor_time(setting)
    for _ in range(REQUESTS):
        ask_small(tunnel, port)
    return (processor_time(setting) - before) / REQUESTS


def measure_with(number, command):
    """A row: requests while NUMBER connections are idle, against none."""
    with Setting(command, further=number) as busy, Setting(command) as none:
        leave_idle(busy, number)
        port, other = busy.ports[KIND], none.ports[KIND]
        with open_tunnel(busy, port) as ours, open_tunnel(none, other) as theirs:
            time_block(busy, ours, port)
            time_block(none, theirs, other)
            pairs = [(time_block(none, theirs, other), time_block(busy, ours, port))
                     for _ in range(BLOCKS)]
        if count_idle(busy) != number:
            raise Untried('the idle connections were closed during the measurement')
    return summarise(f'gateway-idle-{number}', [each[1] for each in pairs],
                     [each[0] for each in pairs], 'ms', 'no idle connections')


def measure(command, names):
    wanted = [each for each in IDLE if f'gateway-idle-{each}' in names]
    for number in wanted or IDLE:
        yield measure_with(number, command)


if __name__ == '__main__':
    sys.exit(run_bench('gateway-idle', __doc__.split('\n\n')[0], measure))
