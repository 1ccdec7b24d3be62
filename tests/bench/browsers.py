#!/usr/bin/env python3
"""browsers.py - measures pages of 50 parts in Firefox and Chromium, through the gateway and not.

SPDX-License-Identifier: LGPL-2.1-or-later

`bulla gateway --launch` of a release build, and the same browser without a proxy, which trusts the
same authority; each loads the page in turn, its parts all at once and past its cache. Figures never
make it fail. Exit status: 2 if the measurement could not run.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / 'shell/demo'), str(HERE.parent / 'e2e')]

from driver import display, wait  # noqa: E402
from gateway_setting import HOST, Setting, Untried, run_bench  # noqa: E402
from other_browsers import Chromium, Launched, Marionette  # noqa: E402
from prefetches import summarise  # noqa: E402

KINDS = ('firefox', 'chromium')
PARTS = 50
WARM_UP = 3
RUNS = {0: 31, 50: 21}  # by the round-trip time to the server, in ms
LOAD = """
const [parts, done] = arguments
const get = async path => (await (await fetch(path, {cache: 'no-store'})).arrayBuffer()).byteLength
const load = async () => {
  const began = performance.now()
  await get('/bytes/4000')
  const all = await Promise.all(Array.from({length: parts}, (_, i) => get(`/bytes/8000?${i}`)))
  return all.every(each => each === 8000) ? performance.now() - began : -1
}
load().then(done, () => done(-1))
"""
PREFERENCES = {
    'network.dns.forceResolve': '"127.0.0.1"',
    'network.proxy.type': '0',
    'marionette.port': '0',
    'datareporting.policy.dataSubmissionEnabled': 'false',
    'app.normandy.enabled': 'false',
    'network.captive-portal-service.enabled': 'false',
}


class Direct:
    """A browser without a proxy, with a profile of its own that trusts the setting's authority."""

    def __init__(self, setting, kind):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix='bulla-bench-browser-'))
        (self.firefox if kind == 'firefox' else self.chromium)(setting)

    def trust(self, setting, folder):
        folder.mkdir(parents=True, exist_ok=True)
        place = f'sql:{folder}'
        for words in (['-N', '--empty-password'],
                      ['-A', '-t', 'C,,', '-n', 'bench', '-i', str(setting.root)]):
            subprocess.run([display.require('certutil'), '-d', place, *words], check=True)

    def start(self, *command):
        self.process = subprocess.Popen(
            command, env={**os.environ, 'HOME': str(self.place)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def read_port(self, file):
        return wait.until(
            f'the browser writes {file.name}',
            lambda: file.exists() and int(file.read_text().split('\n')[0] or 0),
        )

    def firefox(self, setting):
        program = shutil.which('firefox') or display.require('firefox-esr')
        self.trust(setting, self.place)
        lines = [f'user_pref("{name}", {value});' for name, value in PREFERENCES.items()]
        (self.place / 'user.js').write_text('\n'.join(lines))
        self.start(program, '--profile', str(self.place), '--no-remote', '--headless',
                   '--marionette')
        self.browser = Marionette(self.read_port(self.place / 'MarionetteActivePort'))

    def chromium(self, setting):
        self.trust(setting, self.place / '.pki/nssdb')
        sandbox = [] if os.getuid() else ['--no-sandbox']  # which does not work for root
        self.start(
            display.require('chromium'), f'--user-data-dir={self.place}/profile',
            '--headless=new', '--disable-gpu', '--remote-debugging-port=0', '--no-first-run',
            f'--host-resolver-rules=MAP {HOST} 127.0.0.1', *sandbox,
        )
        port = self.read_port(self.place / 'profile/DevToolsActivePort')
        self.browser = Chromium(port, self.place / 'driver')

    def drive(self, _kind):
        return self.browser

    def close(self):
        self.browser.release()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)


class World:
    """What Launched asks of a world."""

    def __init__(self, setting):
        self.setting = setting

    def arguments(self):
        ports = {*self.setting.ports.values(), *self.setting.distant.values()}
        given = [f'--resolve={HOST}:{port}:127.0.0.1' for port in ports]
        return ['--trust', str(self.setting.root), *given]


def prepare(browser, url):
    browser.open(url)
    wait.until('the page', lambda: browser.address() == url)
    for _ in range(WARM_UP):
        load(browser)


def load(browser):
    took = browser.run_async(LOAD, PARTS)
    if took < 0:
        raise Untried('a part is incomplete')
    return took


def compare(setting, kind, trip):
    url = f'https://{HOST}:{setting.distant[trip]}/bytes/4000'
    ways = [Direct(setting, kind), Launched(pathlib.Path(setting.command).parents[2],
                                            World(setting), kind)]
    try:
        browsers = [each.drive(kind) for each in ways]
        for each in browsers:
            prepare(each, url)
        pairs = [[load(each) for each in browsers] for _ in range(RUNS[trip])]
    finally:
        for each in ways:
            each.close()
    return summarise(f'gateway-page-{kind}-{trip}', [each[1] for each in pairs],
                     [each[0] for each in pairs], 'ms', 'the same page without a proxy')


def measure(command, names):
    every = [(kind, trip) for kind in KINDS for trip in RUNS]
    wanted = [each for each in every if 'gateway-page-%s-%d' % each in names] or every
    try:
        with Setting(command, distances=sorted({trip for _, trip in wanted})) as setting:
            for kind, trip in wanted:
                yield compare(setting, kind, trip)
    except (display.Missing, wait.Late, subprocess.CalledProcessError) as error:
        raise Untried(str(error)) from error


if __name__ == '__main__':
    sys.exit(run_bench('gateway-page', __doc__.split('\n\n')[0], measure))
