"""gateway_setting.py - an authority, Node.js as servers, and `bulla gateway`, for its benches.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import argparse
import os
import pathlib
import re
import shutil
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
        script = pathlib.Path(__file__).with_name('downloads.cjs')
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


def run_bench(name, description, measure):
    """Runs a benchmark; MEASURE (command) yields rows. Returns the exit status."""
    parser = argparse.ArgumentParser(prog='./dev bench', description=description)
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    options = parser.parse_args()
    try:
        for row in measure(f'{options.build_dir}/shell/cli/bulla'):
            print_row(row, options.json)
    except (OSError, Untried) as error:
        print(f'{name}: {error}', file=sys.stderr)
        return 2
    return 0
