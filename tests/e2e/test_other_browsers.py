#!/usr/bin/env python3
"""test_other_browsers.py - Firefox and Chromium get substituted pages from bulla gateway --launch.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import signal
import subprocess
import sys

import harness
from harness import equal, main
from driver import wait
from other_browsers import Launched

KINDS = ('firefox', 'chromium')
CLICK = """
const link = document.createElement('a')
link.href = arguments[0]
document.body.append(link)
link.click()
"""


def case_in_both(function):
    """Makes one case for each browser; the function is called with the bench and its kind."""
    title, *rest = function.__doc__.split('\n', 1)
    for kind in KINDS:

        def run(bench, kind=kind):
            function(bench, kind)

        run.__name__ = f'{function.__name__}_{kind}'
        run.__doc__ = '\n'.join([f'{kind}: {title}', *rest])
        harness.case(run)
    return function


def launch(bench, kind, *arguments):
    """A browser that this case and the next ones use."""
    return bench.keep(Launched, bench.build, bench.world, kind, *arguments)


def wait_at(browser, url):
    wait.until(f'the browser is at {url}', lambda: browser.address() == url, 30)
    wait.until('it is loaded', lambda: browser.run('return document.readyState') == 'complete')


def publishers(bench):
    counts = bench.world.counts().items()
    return {host: n for host, n in counts if host.startswith('publisher') and n}


def asked_packages(launched):
    return [
        each['url']
        for each in launched.contacts()
        if each['kind'] == 'request' and each['source'] == 'network' and '.sxg' in each['url']
    ]


@case_in_both
def shown(bench, kind):
    """one command shows a substituted page at its publisher's URL, and asks for no password.

    The publisher gets no request, not even for an icon; the origin is the publisher's, with a
    storage and cookies of its own.
    """
    link = bench.world.links['good']
    launched = launch(bench, kind, link['url'])
    launched.lines.wait_for(f'serve      {link["signed_url"]}', 60)
    browser = launched.drive(kind)
    wait_at(browser, link['signed_url'])
    origin = browser.run('return window.origin')
    assert link['signed_url'].startswith(origin + '/'), origin
    equal('secure', browser.run('return window.isSecureContext'), True)
    browser.run('document.cookie = "mine=1"; localStorage.setItem("mine", "1")')
    equal('cookie', browser.run('return document.cookie'), 'mine=1')
    equal('requests to publishers', publishers(bench), {})


@case_in_both
def prefetched(bench, kind):
    """a page and its parts are prefetched, and a click on it shows it without any request."""
    delivery = bench.world.deliveries['prefetched-all']
    launched = launch(bench, kind, bench.world.links['good']['url'])
    browser = launched.drive(kind)
    bench.world.reset()
    browser.open(bench.world.aggregator + delivery['page'])
    wait_at(browser, bench.world.aggregator + delivery['page'])
    launched.lines.wait_for(f'substitute {delivery["address"]}')
    bench.world.wait_still('the prefetches')
    before = asked_packages(launched)
    browser.run(CLICK, delivery['link'])
    wait_at(browser, delivery['address'])
    launched.lines.wait_for(f'serve      {delivery["address"]}')
    equal('packages requested after the click', asked_packages(launched)[len(before) :], [])
    equal('requests to publishers', publishers(bench), {})


@case_in_both
def kept_out(bench, kind):
    """no other process can use the gateway, and no secret is in a command line."""
    launched = launch(bench, kind, bench.world.links['good']['url'])
    command = find_browser(launched)
    port = wait.until('the port', lambda: find_port(launched))
    answer = subprocess.run(
        ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code} %{http_connect}']
        + ['--noproxy', '', '--proxy', f'http://127.0.0.1:{port}', bench.world.aggregator],
        capture_output=True,
        text=True,
        check=False,
    )
    equal('the answer to curl', answer.stdout, '000 403')
    for word in ('password', 'token', 'bulla:'):
        assert word not in command.replace('--password-store=basic', ''), command
    equal('mode of the profile', oct(launched.profile().stat().st_mode & 0o777), '0o700')


def processes_below(pid):
    """The descendants of a process, as (pid, arguments)."""
    found = []
    for each in pathlib.Path('/proc').iterdir():
        if not each.name.isdigit():
            continue
        try:
            parent = int((each / 'stat').read_text().rpartition(')')[2].split()[1])
            command = (each / 'cmdline').read_bytes().replace(b'\0', b' ').decode()
        except (OSError, ValueError):
            continue
        found.append((int(each.name), parent, command))
    below = {pid}
    for _ in range(8):
        below |= {one for one, parent, _ in found if parent in below}
    return [(one, command) for one, _, command in found if one in below and one != pid]


def find_browser(launched):
    """The command line of the browser, once it runs."""

    def find():
        profile = str(launched.profile())
        for _, command in processes_below(launched.process.pid):
            if profile in command and 'certutil' not in command:
                return command
        return None

    return wait.until('the browser', find)


def find_port(launched):
    """The port of the only socket on which the gateway itself listens."""
    pid = launched.process.pid
    mine = set()
    for each in pathlib.Path(f'/proc/{pid}/fd').iterdir():
        try:
            mine.add(os.readlink(each))
        except OSError:
            continue
    for line in pathlib.Path('/proc/net/tcp').read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == '0A' and f'socket:[{fields[9]}]' in mine:
            return int(fields[1].split(':')[1], 16)
    return None


def is_gone(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] == 'Z'
    except OSError:
        return True


def check_gone(launched, below):
    wait.until('all processes have ended', lambda: all(is_gone(one) for one, _ in below), 15)
    wait.until('the profile is removed', lambda: launched.profile() is None, 15)


@case_in_both
def closed(bench, kind):
    """the gateway ends with the browser, with status 0; nothing is left."""
    launched = launch(bench, kind, bench.world.links['good']['url'])
    below = processes_below(launched.process.pid)
    browser = launched.drive(kind)
    browser.quit()
    equal('exit status', launched.process.wait(timeout=30), 0)
    check_gone(launched, below)


@case_in_both
def killed(bench, kind):
    """after a signal, and after SIGKILL, no process and no profile is left."""
    for number, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        launched = bench.open(Launched, bench.build, bench.world, kind, 'about:blank')
        launched.lines.wait_for('has started')
        find_browser(launched)
        below = processes_below(launched.process.pid)
        launched.process.send_signal(number)
        equal('exit status', launched.process.wait(timeout=30), status)
        check_gone(launched, below)


if __name__ == '__main__':
    sys.exit(main())
