#!/usr/bin/env python3
"""downloads.py - a large download through the gateway, read slowly beside small requests, and fast.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway` of a release build, curl as its client, Node.js as the server. Nothing fails on a
figure. Exit status: 2 when it could not be tried.
"""
import argparse
import base64
import os
import pathlib
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from prefetches import print_row, summarise  # noqa: E402

HOST = 'big.test'
SMALL = 200  # small requests
RUNS = 3  # downloads at full speed
MEMORY_MIB = 64
KINDS = ('http1', 'http2')


class Untried(Exception):
    """A program is missing, or does not start."""


class Setting:
    """An authority, the servers, and the gateway."""

    def __init__(self, command):
        self.command, self.processes = command, []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='bulla-bench-'))
        authority = self.folder / 'authority'
        self.run('create', 'authority', authority)
        self.root = authority / 'root.pem'
        chain = self.folder / 'chain.cbor'
        self.run('create', 'chain', '--authority', authority, '--tls', '--host', HOST, chain)
        self.start_servers(chain)
        self.start_gateway()

    def run(self, *arguments):
        ran = subprocess.run([self.command, *map(str, arguments)], capture_output=True, check=False)
        if ran.returncode != 0:
            raise Untried(ran.stderr.decode('utf-8', 'replace')[-200:])

    def start_servers(self, chain):
        script = pathlib.Path(__file__).with_suffix('.cjs')
        node = subprocess.Popen(
            ['node', script, chain.with_suffix('.pem'), chain.with_suffix('.key')],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.processes.append(node)
        ports = node.stdout.readline().split()
        if len(ports) != 2:
            raise Untried('the servers do not start')
        self.ports = dict(zip(KINDS, map(int, ports)))

    def start_gateway(self):
        out, self.gateway_root = self.folder / 'gateway.out', self.folder / 'gateway.pem'
        given = [f'--resolve={HOST}:{port}:127.0.0.1' for port in self.ports.values()]
        with open(out, 'wb') as file:
            self.gateway = subprocess.Popen(
                [self.command, 'gateway', '--trust', self.root, *given,
                 '--export-authority', self.gateway_root],
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )
        self.processes.append(self.gateway)
        end = time.monotonic() + 10
        while not self.find_way_in(out):
            if time.monotonic() > end or self.gateway.poll() is not None:
                raise Untried(f'the gateway says {out.read_text()[:300]}')
            os.sched_yield()

    def find_way_in(self, out):
        """Address and password: printed, or in a file that is named there."""
        text = out.read_text()
        for name in re.findall(r"(/[^\s'\"]+)", text):
            if os.path.isfile(name) and name != str(self.gateway_root):
                text += pathlib.Path(name).read_text(errors='replace')
        address = re.search(r'127\.0\.0\.1:(\d+)', text)
        token = re.search(r'(?:(\w+):)?\b([0-9a-f]{32,})\b', text)
        if address and token:
            self.port, self.user = int(address[1]), f'{token[1] or "bulla"}:{token[2]}'
        return address and token

    def curl(self, kind, megabytes, through, *options):
        way = (
            ['--proxy', f'http://{self.user}@127.0.0.1:{self.port}', '--cacert', self.gateway_root]
            if through
            else ['--noproxy', '*', '--cacert', self.root,
                  '--resolve', f'{HOST}:{self.ports[kind]}:127.0.0.1']
        )
        url = f'https://{HOST}:{self.ports[kind]}/?{megabytes}'
        return ['curl', '-sS', '-o', '/dev/null', *way, *options, url]

    def memory(self):
        """MiB, at the most since it began."""
        status = pathlib.Path(f'/proc/{self.gateway.pid}/status').read_text()
        return int(re.search(r'VmHWM:\s+(\d+)', status)[1]) / 1024

    def close(self):
        for each in self.processes:
            each.kill()
            each.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def small_requests(setting, kind):
    """Milliseconds of each small request on one connection through the gateway."""
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
    small_requests(setting, kind)  # everything is read and warm
    alone = small_requests(setting, kind)
    slow = subprocess.Popen(setting.curl(kind, 1024, True, '--limit-rate', '2M'))
    setting.processes.append(slow)
    small_requests(setting, kind)  # the download is under way, and all buffers are full
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


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__.split('\n\n')[0])
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    options = parser.parse_args()
    try:
        for row in measure(f'{options.build_dir}/shell/cli/bulla'):
            print_row(row, options.json)
    except (OSError, Untried) as error:
        print(f'downloads: {error}', file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
