"""gateway_setting.py - an authority, Node.js as servers, and `bulla gateway`, for its benches.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import base64
import contextlib
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from prefetches import print_row

HOST = 'big.test'
KINDS = ('http1', 'http2')


class Untried(Exception):
    """A program is missing or fails to start."""


class Setting:
    """An authority, the servers, and the gateway.

    FURTHER is the number of servers with HTTP/1.1 besides the two; `further` has their ports.
    `distant` has the ports at which the server of HTTP/2 is as far away as DISTANCES say: round
    trips in ms.
    """

    def __init__(self, command, further=0, distances=()):
        self.command, self.processes = command, []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='bulla-bench-'))
        authority = self.folder / 'authority'
        self.run('create', 'authority', authority)
        self.root = authority / 'root.pem'
        chain = self.folder / 'chain.cbor'
        self.run('create', 'chain', '--authority', authority, '--tls', '--host', HOST, chain)
        try:
            self.start_servers(chain, further)
            self.start_relays(distances)
            self.start_gateway()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def run(self, *arguments):
        ran = subprocess.run([self.command, *map(str, arguments)], capture_output=True, check=False)
        if ran.returncode != 0:
            raise Untried(ran.stderr.decode('utf-8', 'replace')[-200:])

    def start_servers(self, chain, further):
        ports = self.start_script('downloads.cjs', chain.with_suffix('.pem'),
                                  chain.with_suffix('.key'), further)
        if len(ports) != len(KINDS) + further:
            raise Untried('the servers do not start')
        self.ports = dict(zip(KINDS, ports))
        self.further = ports[len(KINDS):]

    def start_script(self, name, *arguments):
        """Starts a server. Returns the ports that it prints."""
        node = subprocess.Popen(
            ['node', pathlib.Path(__file__).with_name(name), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.processes.append(node)
        return [int(each) for each in node.stdout.readline().split()]

    def start_relays(self, distances):
        near, far = self.ports['http2'], [each for each in distances if each > 0]
        ports = self.start_script('relay.cjs', near, *far) if far else []
        if len(ports) != len(far):
            raise Untried('the relays do not start')
        self.distant = {0: near, **dict(zip(far, ports))}

    def start_gateway(self):
        out, self.gateway_root = self.folder / 'gateway.out', self.folder / 'gateway.pem'
        given = [f'--resolve={HOST}:{port}:127.0.0.1'
                 for port in {*self.ports.values(), *self.further, *self.distant.values()}]
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
        """The address and the password of the gateway, from its output or from the file named
        there.
        """
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
        """The peak memory of the gateway in MiB."""
        status = pathlib.Path(f'/proc/{self.gateway.pid}/status').read_text()
        return int(re.search(r'VmHWM:\s+(\d+)', status)[1]) / 1024

    def close(self):
        for each in self.processes:
            each.kill()
            each.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def open_tunnel(setting, port):
    """A TLS connection through the gateway to the server at PORT."""
    target = f'{HOST}:{port}'
    word = base64.b64encode(setting.user.encode()).decode()
    trust = ssl.create_default_context(cafile=str(setting.gateway_root))
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
            yield tunnel


def ask_small(tunnel, port):
    """Sends a small request in a tunnel, and waits for its answer."""
    tunnel.sendall(f'GET / HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n'.encode())
    data = b''
    while b'small' not in data:
        more = tunnel.recv(4096)
        if not more:
            raise Untried('a small request has no answer')
        data += more


def run_bench(name, description, measure):
    """Runs a benchmark; MEASURE (command, names) yields rows. Returns the exit status."""
    parser = argparse.ArgumentParser(prog='./dev bench', description=description)
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    parser.add_argument('names', nargs='*', metavar='NAME', help='the benchmarks to run')
    options = parser.parse_args()
    try:
        for row in measure(f'{options.build_dir}/shell/cli/bulla', options.names):
            print_row(row, options.json)
    except (OSError, Untried) as error:
        print(f'{name}: {error}', file=sys.stderr)
        return 2
    return 0
