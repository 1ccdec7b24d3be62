#!/usr/bin/env python3
"""downloads.py - measures a large download through the gateway, with slow and fast readers.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway` of a release build, curl as its client, Node.js as the server. Nothing fails on a
figure. Exit status: 2 when it could not be tried.
"""
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway_setting import (  # noqa: E402
    KINDS, Setting, Untried, ask_small, open_tunnel, run_bench,
)
from prefetches import summarise  # noqa: E402

SMALL = 200  # small requests
RUNS = 3  # downloads at full speed
MEMORY_MIB = 64
H2_RUNS = 11  # downloads of 200 MB at full speed
H2_MEMORY_MIB = 32


def small_requests(setting, kind):
    """The time of each small request on one connection through the gateway, in ms."""
    port, took = setting.ports[kind], []
    with open_tunnel(setting, port) as tunnel:
        for _ in range(SMALL):
            began = time.monotonic()
            ask_small(tunnel, port)
            took.append((time.monotonic() - began) * 1000)
    return took


def measure_slow(setting, kind):
    small_requests(setting, kind)  # warms up caches and connections
    alone = small_requests(setting, kind)
    slow = subprocess.Popen(setting.curl(kind, 1024, True, '--limit-rate', '2M'))
    setting.processes.append(slow)
    small_requests(setting, kind)  # the download is running, and all buffers are full
    beside = small_requests(setting, kind)
    if slow.poll() is not None:
        raise Untried('the slow download has ended')
    slow.kill()
    yield summarise(f'gateway-download-beside-{kind}', beside, [statistics.median(alone)] * SMALL,
                    'ms', 'small requests without a slow download')


def time_download(setting, kind, megabytes, through):
    """The speed of a download in MB/s."""
    began = time.monotonic()
    command = setting.curl(kind, megabytes, through)
    if subprocess.run(command, check=False).returncode != 0:
        raise Untried('a download fails')
    return megabytes / (time.monotonic() - began)


def compare_speed(setting, kind, megabytes, runs):
    """The speeds through the gateway and directly, which take turns."""
    pairs = [(time_download(setting, kind, megabytes, False),
              time_download(setting, kind, megabytes, True)) for _ in range(runs)]
    return [each[1] for each in pairs], [each[0] for each in pairs]


def row_of_memory(name, setting, limit):
    """The peak memory of the gateway against a limit in MiB."""
    return summarise(name, [setting.memory()] * 2, [limit] * 2, 'MiB', f'{limit} MiB')


def measure_large(command):
    """A download of 1 GB, with slow and fast readers, from servers of either protocol."""
    for kind in KINDS:
        with Setting(command) as setting:
            yield from measure_slow(setting, kind)
            ours, direct = compare_speed(setting, kind, 1024, RUNS)
            yield summarise(f'gateway-download-speed-{kind}', ours, direct, 'MB/s',
                            'curl directly')
            yield row_of_memory(f'gateway-download-memory-{kind}', setting, MEMORY_MIB)


def measure_h2(command):
    """A download of 200 MB from a server that offers HTTP/2."""
    with Setting(command) as setting:
        compare_speed(setting, 'http2', 200, 1)  # warms up
        ours, direct = compare_speed(setting, 'http2', 200, H2_RUNS)
        yield summarise('gateway-download-h2', ours, direct, 'MB/s', 'curl directly')
        yield row_of_memory('gateway-download-h2-memory', setting, H2_MEMORY_MIB)


def measure(command, names):
    if 'gateway-download' in names or not names:
        yield from measure_large(command)
    if 'gateway-download-h2' in names:
        yield from measure_h2(command)


if __name__ == '__main__':
    sys.exit(run_bench('downloads', __doc__.split('\n\n')[0], measure))
