#!/usr/bin/env python3
"""test_ledger.py - contacts, as the shell records and shows them.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell


class Ledger:
    """A file that a shell appends its contacts to."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-ledger-')
        self.path = pathlib.Path(self.folder.name, 'ledger.jsonl')

    def contacts(self):
        lines = self.path.read_text(encoding='utf-8').splitlines()
        return [json.loads(line) for line in lines if line.endswith('}')]

    def wait_for(self, what, wanted):
        return wait.until(what, lambda: next(filter(wanted, self.contacts()), None))

    def render(self, build):
        """The output of `bulla ledger --json` for this ledger."""
        command = [str(build / 'shell/cli/bulla'), 'ledger', '--json', str(self.path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(ran.stdout)

    def close(self):
        self.folder.cleanup()


def open_shell(bench):
    ledger = bench.open(Ledger)
    return ledger, bench.open(
        Shell, bench.build, bench.display, bench.world, ['--ledger', str(ledger.path)]
    )


def is_shown(each):
    return each['kind'] == 'request' and each['source'] == 'package'


@case
def good(bench):
    """a click to an exchange contacts the aggregator and the certificate host, not the publisher"""
    ledger, shell = open_shell(bench)
    shell.go(bench.world.aggregator + '/')
    shell.run('document.cookie = "visitor=SECRETVALUE; path=/"')
    page = shell.follow('#good')
    equal('standing', page['standing'], 'substituted')
    shown = ledger.wait_for('the page is answered by its package', is_shown)
    link = bench.world.links['good']
    equal('page', shown['url'], link['signed_url'])
    equal('deliverer', shown['deliverer'], link['url'])
    equal('requests to publishers', bench.world.publisher_requests(), 0)
    ledger.wait_for('the package is read', lambda each: each['purpose'] == 'package')
    rendered = ledger.render(bench.build)
    equal('page', rendered['page'], link['signed_url'])
    parties = {each['role']: each for each in rendered['parties']}
    equal('parties', list(parties), ['publisher', 'aggregator', 'certificates'])
    equal(
        'the publisher',
        (parties['publisher']['knows'], parties['publisher']['does_not_know']),
        (
            f'{parties["publisher"]["host"]} has not been contacted.',
            'It does not know that you are reading this page.',
        ),
    )
    for role, before, after in [('publisher', 0, 0), ('aggregator', 1, 1), ('certificates', 0, 1)]:
        counted = (parties[role]['before']['requests'], parties[role]['after']['requests'])
        equal(f'requests to the {role}, before and after the click', counted, (before, after))
    equal('cookies', parties['aggregator']['cookies'], ['visitor'])


@case
def no_secret(bench):
    """the file has neither cookie values nor tokens; for a fallback it names the broken rule"""
    ledger, shell = open_shell(bench)
    shell.go(bench.world.aggregator + '/')
    shell.run('document.cookie = "visitor=SECRETVALUE; path=/"')
    shell.follow('#fallback')
    live = ledger.wait_for(
        'the publisher is asked', lambda each: each['kind'] == 'request' and 'rule' in each
    )
    equal('rule', live['rule'], bench.world.links['fallback']['reason'])
    clicks = [each for each in ledger.contacts() if each['kind'] == 'click']
    equal('clicks', len(clicks), 2)
    text = ledger.path.read_text(encoding='utf-8')
    assert '"visitor"' in text, 'the cookie is not named'
    for never in ['SECRETVALUE', 'Bulla-', 'bulla-', 'roxy']:
        assert never not in text, f'{never} is in the ledger'
    equal('mode', oct(ledger.path.stat().st_mode & 0o777), '0o600')


@case
def panel(bench):
    """a key shows the ledger panel, in place of the verdict panel, and hides it"""
    shell = open_shell(bench)[1]
    shell.go(bench.world.aggregator + '/')
    keys = bench.open(Keyboard, bench.display)

    def width():
        return shell.run('return window.innerWidth')

    whole = width()
    keys.press('F8')
    wait.until('the panel is there', lambda: width() < whole)
    bench.display.still()
    beside = width()
    shell.follow('#good')
    keys.press('F9')
    wait.until('the other panel is as wide', lambda: width() == beside)
    keys.press('F9')
    wait.until('neither is there', lambda: width() == whole)


if __name__ == '__main__':
    sys.exit(main())
