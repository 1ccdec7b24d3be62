#!/usr/bin/env python3
"""test_copy_verdict.py - the verdict panel groups rules, and copies and saves the verdict.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from wpt_world import HTML, INNER, PAGE, WptWorld

WHEEL_DOWN = 5
LAST_GROUP = (1050, 745)  # in the panel, once it is scrolled to its end
FORM = '<!doctype html><title>form</title><textarea></textarea>'
FOCUS = 'document.querySelector("textarea").focus()'
VALUE = 'return document.querySelector("textarea").value'


def open_panel(bench, standing='substituted', *fields):
    """A page beside its verdict: that of a package with the response header FIELDS."""
    world = bench.world
    url = world.put(world.url(INNER, '/form'), FORM)
    signed = world.sign(url, FORM, headers=[f'Content-Type: {HTML}', *fields])
    shell = bench.open(Shell, bench.build, bench.display, world)
    shell.go(world.put_exchange(world.url(PAGE, '/form.sxg'), signed))
    shell.decisions.wait_page(0, 'the package', lambda each: each['standing'] == standing)
    keys = bench.open(Keyboard, bench.display)
    keys.click(300, 400)  # the page
    before = bench.display.still()
    keys.press('F9')
    bench.display.still(but=before)
    shell.run(FOCUS)
    return shell, keys


@case
def copy(bench):
    """the keyboard leads to the button, and what is pasted has profile and rules"""
    shell, keys = open_panel(bench)

    def pasted():
        keys.press('Control+v')
        return shell.run(VALUE)

    keys.press('F6')  # from the page to the panel: its first button loads the page live
    keys.press('Tab')
    keys.press('Return')
    keys.press('Shift+F6')
    text = wait.until('a pasted verdict', pasted)
    lines = text.splitlines()
    assert lines[0].endswith('/form') and lines[1] == 'Substituted, draft-b3', lines[:2]
    assert any(' signature.lifetime ' in each for each in lines), text


def save_verdict(bench, keys, *moves):
    """Saves the verdict with the button that MOVES lead to: the path of the file, and its JSON."""
    path = bench.world.folder / 'saved.json'
    path.unlink(missing_ok=True)  # of another case
    for key in moves:
        keys.press(key)
    before = bench.display.still()
    keys.press('Return')
    bench.display.still(but=before)
    keys.press('Control+a')
    keys.write(str(path))
    keys.press('Return')
    saved = wait.until('a file', lambda: json.loads(path.read_text()) if path.exists() else None)
    return path, saved


@case
def save(bench):
    """the verdict is saved as JSON, with what each rule has observed, in the chosen file"""
    _, keys = open_panel(bench)
    path, saved = save_verdict(bench, keys, 'F6', 'Tab', 'Tab')
    equal('badge', saved['badge'], 'Substituted')
    equal('outcome', saved['outcome'], 'substitute')
    assert saved['page'].endswith('/form') and saved['delivered_from'].endswith('/form.sxg'), saved
    lifetime = [each for each in saved['steps'] if each['rule'] == 'signature.lifetime']
    equal('state', [each['state'] for each in lifetime], ['held'])
    equal('permissions', path.stat().st_mode & 0o077, 0)


@case
def save_fallback(bench):
    """of a package in another language, the outcome is that for the request, with its reason"""
    variants = 'Variants-04: accept-language;en;fr', 'Variant-Key-04: fr'
    _, keys = open_panel(bench, 'fell-back', *variants)
    _, saved = save_verdict(bench, keys, 'F6', 'Tab')  # the page is live already
    equal('badge', saved['badge'], 'Live, other variant')
    equal('outcome', (saved['outcome'], saved['reason']), ('fall-back', 'request.variants'))


@case
def groups(bench):
    """rules are in groups, which are closed if no rule failed, and opened by a click"""
    _, keys = open_panel(bench)
    for _ in range(60):
        keys.click(1050, 600, WHEEL_DOWN)
    pictures = [bench.display.still()]
    for _ in range(4):
        keys.click(*LAST_GROUP)
        pictures.append(bench.display.still(but=pictures[-1]))
    equal('opened, and opened again', pictures[1] == pictures[3], True)
    equal('closed, and closed again', pictures[2] == pictures[4], True)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
