#!/usr/bin/env python3
"""test_one_process.py - runs of the shell share one process of the session, unless options differ.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import http.server
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

from harness import case, equal, main
from driver import display, wait

NAME, PATH = 'org.bulla.Shell', '/org/bulla/Shell'
CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={place}</listen>
  <servicedir>{place}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Site:
    """A server of ordinary pages, which notes what is asked for."""

    def __init__(self):
        self.seen = seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(self.path)
                body = b'<!doctype html><title>page</title>'
                self.send_response(200)
                self.send_header('Content-Type', 'text/html')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, name):
        return f'http://127.0.0.1:{self.server.server_port}/{name}'

    def wait(self, name):
        wait.until(f'/{name} was asked for', lambda: f'/{name}' in self.seen, seconds=60)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Session:
    """A session bus that can start the shell, and programs that use it."""

    def __init__(self, bench):
        self.shell = str(bench.build / 'shell/bulla-shell')
        self.place = tempfile.TemporaryDirectory()
        place = pathlib.Path(self.place.name)
        (place / 'services').mkdir()
        service = (bench.build / 'shell/org.bulla.Shell.service').read_text(encoding='utf-8')
        here = re.sub(r'^Exec=\S+', f'Exec={self.shell}', service, flags=re.MULTILINE)
        (place / f'services/{NAME}.service').write_text(here, encoding='utf-8')
        (place / 'bus.conf').write_text(CONFIGURATION.format(place=place), encoding='utf-8')
        self.environment = bench.display.environment()
        for name in ('BULLA_STORE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'):
            self.environment.pop(name, None)
        display.require('gdbus')
        self.log = open(place / 'log', 'w+', encoding='utf-8')
        self.bus = subprocess.Popen(
            [display.require('dbus-daemon'), f'--config-file={place}/bus.conf', '--nofork',
             '--print-address'],
            env=self.environment, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = self.bus.stdout.readline().strip()
        self.running = []

    def start(self, *arguments, **more):
        process = subprocess.Popen(
            [self.shell, *arguments], env={**self.environment, **more}, stdout=self.log,
            stderr=self.log,
        )
        self.running.append(process)
        return process

    def bus_tool(self, *words):
        return subprocess.run(
            ['gdbus', *words], env=self.environment, capture_output=True, text=True, check=True,
            timeout=100,
        ).stdout

    def call(self, method, *arguments):
        return self.bus_tool('call', '--session', '--dest', NAME, '--object-path', PATH,
                             '--method', f'org.freedesktop.Application.{method}', *arguments)

    def has_owner(self):
        told = self.bus_tool(
            'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/', '--method',
            'org.freedesktop.DBus.NameHasOwner', NAME)
        return 'true' in told

    def windows(self):
        """How many windows the process with the name has."""
        tree = self.bus_tool('introspect', '--xml', '--session', '--dest', NAME, '--object-path',
                             f'{PATH}/window')
        return len(re.findall(r'<node name="\d+"', tree))

    def wait_windows(self, number):
        wait.until(f'{number} windows', lambda: self.has_owner() and self.windows() == number,
                   seconds=60)

    def quit(self):
        self.call('ActivateAction', 'quit', '[]', '{}')
        wait.until('the process ends', lambda: not self.has_owner(), seconds=60)

    def tell(self):
        self.log.seek(0)
        return self.log.read()

    def close(self):
        for process in self.running:
            process.terminate()
            process.wait()
        self.bus.terminate()
        self.bus.wait()
        self.bus.stdout.close()
        self.log.close()
        self.place.cleanup()


@case
def second_run(bench):
    """A second run opens its page in the process that runs already, and ends"""
    site = bench.open(Site)
    session = bench.open(Session, bench)
    first = session.start(site.url('first'))
    site.wait('first')
    session.wait_windows(1)
    second = session.start(site.url('second'))
    equal('the exit status', second.wait(timeout=100), 0)
    site.wait('second')
    session.wait_windows(2)
    equal('the first process', first.poll(), None)
    session.quit()
    equal('its exit status', first.wait(timeout=100), 0)


@case
def run_with_options(bench):
    """A run with an option, or with a variable that changes trust, is a process of its own"""
    site = bench.open(Site)
    session = bench.open(Session, bench)
    session.start(site.url('first'))
    session.wait_windows(1)
    trust = bench.world.facts['trust']
    other_store = str(bench.world.folder)
    runs = {
        'trusting': session.start('--trust', trust, site.url('trusting')),
        'private': session.start('--private', site.url('private')),
        'after': session.start('--trust', trust, '--', site.url('after')),
        'storing': session.start(site.url('storing'), BULLA_STORE=other_store),
        'certified': session.start(site.url('certified'), SSL_CERT_FILE=trust),
    }
    for name, process in runs.items():
        site.wait(name)
        equal(f'the process of {name}', process.poll(), None)
    equal('windows of the first process', session.windows(), 1)


@case
def bus_starts(bench):
    """The session bus starts the shell: for a URL, and for an action of the desktop entry"""
    site = bench.open(Site)
    session = bench.open(Session, bench)
    session.call('Open', f"['{site.url('one')}', '{site.url('two')}']", '{}')
    site.wait('one')
    site.wait('two')
    session.wait_windows(2)
    session.call('ActivateAction', 'new-private-window', '[]', '{}')
    session.wait_windows(3)
    session.quit()
    session.call('Activate', '{}')
    session.wait_windows(1)
    session.quit()


if __name__ == '__main__':
    sys.exit(main())
