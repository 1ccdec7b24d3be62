#!/usr/bin/env python3
"""downloads.py - measures a large download through the gateway, with slow and fast readers.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway` of a release build, curl as its client, Node.js as the server. Nothing fails on a
figure. Exit status: 2 when it could not be tried.
"""
import base64
import pathlib
import socket
import ssl
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from gateway_setting import HOST, KINDS, Setting, Untried, run_bench  # noqa: E402
from prefetches import summarise  # noqa: E402

SMALL = 200  # small requests
RUNS = 3  # downloads at full speed
MEMORY_MIB = 64


def small_requests(setting, kind):
    """The time of each small request on one connection through the gateway, in ms."""
    target = f'{HOST}:{setting.ports[kind]}'
    word = base64.b64encode(setting.user.encode()).decode()
    trust = ssl.create_default_context(cafile=str(setting.gateway_root))
    took = []
    with socket.create_connection(('127.0.0.1', setting.port), timeout=60) as plain:
        plain.sendall(f'CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n'
                      f'Proxy-Authorization: Basic {word}\r\n\r\n'.encode())
        head = b''
        while b'\r\n\r\n' not in head:
            more = plain.recv(4096)
            if not more:
                raise Untried('the gateway opens no tunnel')
            head += more
        with trust.wrap_socket(plain, server_hostname=HOST) as tunnel:
            for _ in range(SMALL):
                began, data = time.monotonic(), b''
                tunnel.sendall(f'GET / HTTP/1.1\r\nHost: {target}\r\n\r\n'.encode())
                while b'small' not in data:
                    more = tunnel.recv(4096)
                    if not more:
                        raise Untried('a small request has no answer')
                    data += more
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


def time_download(setting, kind, through):
    began = time.monotonic()
    if subprocess.run(setting.curl(kind, 1024, through), check=False).returncode != 0:
        raise Untried('a download fails')
    return 1024 / (time.monotonic() - began)


def measure_fast(setting, kind):
    ours, direct = [], []
    for _ in range(RUNS):
        direct.append(time_download(setting, kind, False))
        ours.append(time_download(setting, kind, True))
    yield summarise(f'gateway-download-speed-{kind}', ours, direct, 'MB/s', 'curl directly')


def measure(command):
    for kind in KINDS:
        setting = Setting(command)
        try:
            yield from measure_slow(setting, kind)
            yield from measure_fast(setting, kind)
            yield summarise(f'gateway-download-memory-{kind}', [setting.memory()] * 2,
                            [MEMORY_MIB] * 2, 'MiB', f'{MEMORY_MIB} MiB')
        finally:
            setting.close()


if __name__ == '__main__':
    sys.exit(run_bench('downloads', __doc__.split('\n\n')[0], measure))
