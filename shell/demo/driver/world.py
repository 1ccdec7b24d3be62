"""world.py - the demo's servers, and a shell under automation that uses them.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

from . import programs, wait
from .webdriver import Driver

STILL = 0.4  # seconds without a request after which no more requests are expected


class World:
    """bulla-demo: new servers on loopback, which end when this is closed.

    They speak HTTP/2, or HTTP/1.1 alone.
    """

    def __init__(self, build, http1=False):
        self.process = subprocess.Popen(
            [str(programs.find(build, 'bulla-demo')), *(['--http1'] if http1 else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise OSError(f'bulla-demo ended with status {self.process.wait()}')
        self.facts = json.loads(line)
        self.deliveries = {each['delivery']: each for each in self.facts['deliveries']}
        self.links = {each['link']: each for each in self.facts['links']}
        self.aggregator = self.facts['aggregator']
        self.publisher_one = self.facts['publisher_one']
        self.publisher_two = self.facts['publisher_two']
        self.publisher_three = self.facts['publisher_three']
        self.folder = pathlib.Path(self.facts['folder'])

    def arguments(self):
        """The options of a shell for this world."""
        told = ['--trust', self.facts['trust'], '--ct-logs', self.facts['ct_logs']]
        for each in self.facts['resolve']:
            told += ['--resolve', each]
        return told

    def dns(self):
        """Further options of a shell that requires CAA, with the DNS answers of this world."""
        answers, anchor = self.folder / 'dns.caa', self.folder / 'anchor.ds'
        return ['--caa', 'require', '--caa-evidence', str(answers), '--trust-anchor', str(anchor)]

    def ask(self, word):
        self.process.stdin.write(word + '\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def counts(self):
        """The number of requests that each host received."""
        return self.ask('counts')

    def reset(self):
        self.ask('reset')

    def set_rtt(self, host, milliseconds):
        """Sets the distance of HOST; `far` means all hosts but the aggregator."""
        self.ask(f'rtt {host} {milliseconds}')

    def parties(self):
        """What each host received since the last reset."""
        return self.ask('parties')

    def wait_still(self, what='all bytes have arrived'):
        """Waits until no bytes are in transit, and no new ones have arrived for a while."""
        seen = {'parties': None, 'since': time.monotonic()}

        def stands():
            parties = self.parties()
            if parties != seen['parties']:
                seen.update(parties=parties, since=time.monotonic())
            for host, each in parties.items():
                assert not each['waiting'], f'{each["waiting"]} bytes from or to {host}'
            return time.monotonic() - seen['since'] > STILL

        wait.until(what, stands, seconds=60)
        return seen['parties']

    def publisher_requests(self):
        return sum(n for host, n in self.counts().items() if host.startswith('publisher-'))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Decisions:
    """The decisions that the shell writes to its log."""

    def __init__(self, path):
        self.path = path

    def all(self):
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding='utf-8')
        return [json.loads(line) for line in text.splitlines() if line.endswith('}')]

    def mark(self):
        return len(self.all())

    def since(self, mark, event=None):
        return [each for each in self.all()[mark:] if event in (None, each['event'])]

    def wait_page(self, mark, what='a page', wanted=lambda page: True):
        """The first page shown since MARK for which WANTED returns true."""
        return wait.until(
            what, lambda: next((p for p in self.since(mark, 'page') if wanted(p)), None)
        )


PACKAGE_SCHEMES = ('webpkg://', 'isolated-app://')


class Shell(Driver):
    """The shell in a world, on a display.

    A package has its own view in the same window, which is another window to the driver; this class
    switches to the visible one.
    """

    def __init__(self, build, display, world, more=()):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix='bulla-shell-'))
        self.decisions = Decisions(self.place / 'decisions.jsonl')
        self.world = world
        self.display = display
        arguments = world.arguments() + ['--decisions', str(self.decisions.path), *more]
        try:
            super().__init__(
                display.environment(),
                programs.find(build, 'bulla-shell'),
                arguments,
                self.place / 'log',
            )
        except BaseException:
            shutil.rmtree(self.place, ignore_errors=True)
            raise
        self.web = self.window()  # the web view of the window that the driver controls
        self.known = {self.web}

    def switch(self, handle):
        super().switch(handle)
        self.web = handle
        self.known.add(handle)

    def attend(self, page):
        """Switches to the view that shows PAGE; returns PAGE."""
        new = [each for each in self.windows() if each not in self.known]
        self.known.update(new)
        if page['url'].startswith(PACKAGE_SCHEMES):
            if new:
                super().switch(new[-1])
        elif self.window() != self.web:
            super().switch(self.web)
        return page

    def go(self, url, wanted=lambda page: page['url'] != 'about:blank'):
        """Opens URL as the user does, and waits for the page."""
        mark = self.decisions.mark()
        if self.window() != self.web:
            super().switch(self.web)
        self.open(url)
        page = self.attend(self.decisions.wait_page(mark, f'a page for {url}', wanted))
        self.settle()
        return page

    def follow(self, selector, wanted=lambda page: page['url'] != 'about:blank'):
        """Clicks the element that SELECTOR matches, and waits for the page."""
        mark = self.decisions.mark()
        self.click(selector)
        page = self.attend(self.decisions.wait_page(mark, f'a page after {selector}', wanted))
        self.settle()
        return page

    def settle(self):
        """Waits until the page is complete or cut off, for which WebKit has no event."""

        def ended():
            pages = self.decisions.since(0, 'page')
            return (pages and pages[-1]['standing'] == 'truncated') or (
                self.run('return document.readyState') == 'complete'
            )

        wait.until('the page is loaded', ended)
        self.run_async(
            'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))'
        )

    def close(self):
        super().close()
        shutil.rmtree(self.place, ignore_errors=True)
