#!/usr/bin/env python3
"""test_copy_verdict.py - the verdict panel copies the verdict as text.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from wpt_world import INNER, PAGE, WptWorld

FORM = '<!doctype html><title>form</title><textarea></textarea>'
FOCUS = 'document.querySelector("textarea").focus()'
VALUE = 'return document.querySelector("textarea").value'


@case
def copy(bench):
    """the keyboard leads to the button, and what is pasted has profile and rules"""
    world = bench.world
    signed = world.sign(world.put(world.url(INNER, '/form'), 'live'), FORM)
    shell = bench.open(Shell, bench.build, bench.display, world)
    shell.go(world.put_exchange(world.url(PAGE, '/form.sxg'), signed))
    shell.decisions.wait_page(0, 'the package', lambda each: each['standing'] == 'substituted')
    keys = bench.open(Keyboard, bench.display)
    keys.click(300, 400)  # the page
    before = bench.display.still()
    keys.press('F9')
    bench.display.still(but=before)
    shell.run(FOCUS)

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


if __name__ == '__main__':
    sys.exit(main(WptWorld))
