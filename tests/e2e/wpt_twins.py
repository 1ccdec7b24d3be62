"""wpt_twins.py - functions shared by the twins of the web-platform-tests.

SPDX-License-Identifier: LGPL-2.1-or-later

A twin is named after its test: `sxg_location` is that of sxg-location.tentative.html. All of them
are listed in docs/testing.md.
"""
import itertools

from driver import wait
from driver.world import Shell
from harness import case, equal
from wpt_world import INNER, PAGE

NO_PAGE = ('refused', 'truncated')
NUMBERS = itertools.count(1)

FRAME = """
const [id, url, policy] = arguments
const frame = document.createElement('iframe')
frame.id = id
if (policy !== null)
  frame.referrerPolicy = policy
frame.src = url
document.body.append(frame)
"""


def twin(name, words, check, *arguments):
    """Adds a case NAME with the title WORDS that runs CHECK."""

    def function(bench):
        check(bench, *arguments)

    function.__name__ = name
    function.__doc__ = f'{name.replace("_", "-")}: {words}'
    return case(function)


def shell_at(bench, url=None, more=()):
    """The shell that the twins share, at the page of the test."""
    shell = bench.keep(Shell, bench.build, bench.display, bench.world, more=tuple(more))
    shell.go(url or bench.world.url(PAGE, '/test.html'), lambda page: True)
    return shell


def open_frame(shell, url, policy=None):
    name = f'frame-{next(NUMBERS)}'
    shell.run(FRAME, name, url, policy)
    return name


def heard(shell, name):
    return shell.run('return window.heard[arguments[0]] || null', name)


def told_in_frame(shell, url, policy=None):
    """The report of the page at URL, loaded in a frame."""
    name = open_frame(shell, url, policy)
    return wait.until(f'{url} has reported', lambda: heard(shell, name))


def silent_in_frame(bench, shell, url):
    """Checks that URL shows no page: the shell reports an error."""
    mark = shell.decisions.mark()
    name = open_frame(shell, url)
    found = wait.until(
        f'{url} is refused',
        lambda: [each for event in NO_PAGE for each in shell.decisions.since(mark, event)],
    )
    # loads another page meanwhile; later messages of the first page would have arrived before it
    told_in_frame(shell, bench.world.url(INNER, '/later.html'))
    equal('what a page said', heard(shell, name), None)
    return found[0]
