#!/usr/bin/env python3
"""start.py - measures the start of the shell up to the first paint of a page, against MiniBrowser.

SPDX-License-Identifier: LGPL-2.1-or-later

The shell of a release build and WebKitGTK's MiniBrowser take turns under Xvfb, each with new
folders, and open one page of a server on loopback. Figures never make it fail. Exit status: 2 if
the measurement could not run.
"""
import argparse
import http.server
import pathlib
import statistics
import os
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'shell/demo'))

from driver.display import Display, Missing  # noqa: E402
from prefetches import print_row, summarise  # noqa: E402

RUNS = 7
BEST_OF = 3  # starts of a run, of which the shortest counts
SECONDS = 60  # the longest start
TICK = os.sysconf('SC_CLK_TCK')
PAGE = b"""<!DOCTYPE html><meta charset="utf-8"><title>first paint</title>
<style>body { font: 16px sans-serif; background: #eef }</style>
<h1>A page</h1><p>The first paint of this text is reported to the server.</p>
<script>
new PerformanceObserver(() => fetch('/painted', {method: 'POST'}))
  .observe({type: 'paint', buffered: true})
</script>
"""


class Untried(Exception):
    """A program is missing, or shows no page."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with the page; the server learns of its first paint."""

    def do_GET(self):
        found = self.path == '/'
        self.send_response(200 if found else 404)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(PAGE) if found else 0))
        self.end_headers()
        self.wfile.write(PAGE if found else b'')

    def do_POST(self):
        self.server.painted.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        """Says nothing."""


class Server(http.server.ThreadingHTTPServer):
    """A server of the page on an unused port of loopback."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.painted = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_port}/'


def fields_of(place):
    """The fields of a process after its name: state, parent and so on; None if it has ended."""
    try:
        return (place / 'stat').read_text().rsplit(')', 1)[1].split()
    except OSError:
        return None


def processor_seconds(root):
    """The processor time of a process, its descendants, and those that have ended."""
    seen = {int(each.name): fields_of(each) for each in pathlib.Path('/proc').glob('[0-9]*')}
    tree, before = {root}, 0
    while len(tree) > before:
        before = len(tree)
        tree |= {pid for pid, fields in seen.items() if fields and int(fields[1]) in tree}
    return sum(sum(map(int, seen[pid][11:15])) for pid in tree if seen.get(pid)) / TICK


def start_once(command, display, server):
    """Seconds of processor time and of elapsed time until the first paint."""
    server.painted.clear()
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, server.url], env=display.environment(), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        if not server.painted.wait(SECONDS):
            raise Untried(f'{command[0]} paints nothing')
        return processor_seconds(process.pid), time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


def find_peer():
    """WebKitGTK's own small browser, beside its other programs."""
    found = sorted(pathlib.Path('/usr').glob('lib*/**/webkitgtk-6.0/MiniBrowser'))
    if not found:
        raise Untried('WebKitGTK has no MiniBrowser here')
    return [str(found[0])]


def start_anew(command, server):
    """The figures of a start with new folders, in ms."""
    display = Display()
    try:
        return [each * 1000 for each in start_once(command, display, server)]
    finally:
        display.close()


def measure(build):
    commands = {'ours': [f'{build}/shell/bulla-shell'], 'theirs': find_peer()}
    server, seen = Server(), {name: [] for name in commands}
    for run in range(RUNS + 1):
        starts = {name: [] for name in commands}
        for _ in range(BEST_OF):
            for name, command in commands.items():
                starts[name].append(start_anew(command, server))
        for name in commands if run > 0 else ():  # the first run warms up
            seen[name].append([min(each) for each in zip(*starts[name])])
    for at, name in ((0, 'shell-start'), (1, 'shell-start-elapsed')):
        yield summarise(name, [each[at] for each in seen['ours']],
                        [each[at] for each in seen['theirs']], 'ms', 'WebKitGTK’s MiniBrowser')


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__.split('\n\n')[0])
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    options = parser.parse_args()
    try:
        for row in measure(options.build_dir):
            print_row(row, options.json)
    except (Missing, OSError, Untried) as error:
        print(f'shell-start: {error}', file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
