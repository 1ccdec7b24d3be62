#!/usr/bin/env python3
"""test_variants_report.py - the page of `bulla variants --html` in a real browser.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell

SITE = 'https://news.example'
LANGUAGES = 'accept-language;en;fr'
PICTURES = 'accept;image/jpeg;image/webp;image/avif'
PACKED = [
    ('/', 'text/html', LANGUAGES, 'en', 'en'),
    ('/', 'text/html', LANGUAGES, 'fr', 'fr'),
    ('/alps', 'image/jpeg', PICTURES, 'image/jpeg', None),
    ('/alps', 'image/avif', PICTURES, 'image/avif', None),
    ('/style.css', 'text/css', None, None, None),
]

# the lowest contrast of any text with its background, where it is, and how many texts there are;
# WCAG 2.2, 1.4.3
CONTRAST = """
function parse(colour) {
  const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number)
  return {r, g, b, a: a === undefined ? 1 : a}
}
function light({r, g, b}) {
  const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  const [x, y, z] = [r, g, b].map(v => linear(v / 255))
  return 0.2126 * x + 0.7152 * y + 0.0722 * z
}
function ground(element) {
  for (let at = element; at !== null; at = at.parentElement) {
    const found = parse(getComputedStyle(at).backgroundColor)
    if (found.a > 0)
      return found
  }
  return arguments[1]
}
const canvas = document.createElement('p')
canvas.style.background = 'Canvas'
document.body.append(canvas)
const base = parse(getComputedStyle(canvas).backgroundColor)
canvas.remove()
let worst = [99, 'nothing'], measured = 0
const texts = 'h1, h2, p, td, th, caption, li, dt, dd, summary, label'
for (const each of document.querySelectorAll(texts)) {
  if (each.textContent.trim() === '' || each.getClientRects().length === 0)
    continue
  const front = light(parse(getComputedStyle(each).color)), back = light(ground(each, base))
  const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)
  measured++
  if (ratio < worst[0])
    worst = [ratio, each.outerHTML.slice(0, 120)]
}
return [...worst, measured]
"""

# applies the rules of a media query, as if it matched
APPLY = """
const [words, more] = arguments
let text = more
for (const sheet of document.styleSheets)
  for (const rule of sheet.cssRules)
    if (rule instanceof CSSMediaRule && rule.conditionText.includes(words))
      text += [...rule.cssRules].map(each => each.cssText).join('')
const style = document.createElement('style')
style.textContent = text
document.head.append(style)
return text.length - more.length
"""

SHOWN = """return [...document.querySelectorAll('tbody tr')]
    .filter(row => row.getClientRects().length).length"""

# the element that has the focus: its id, or its name and class; '' if none has it
FOCUSED = """
const at = document.activeElement
return at === document.body ? ''
    : at.id || at.tagName.toLowerCase() + (at.className && '.' + at.className)
"""
OUTLINE = """
const at = document.activeElement
return [at.matches(':focus-visible'), getComputedStyle(at).outlineStyle]
"""
# marks the element that has the focus, to notice when another one has it
MARK = """
document.querySelectorAll('[data-left]').forEach(each => delete each.dataset.left)
document.activeElement.dataset.left = ''
"""


class Report:
    """A folder with a small site, and the report on it."""

    def __init__(self, build):
        self.build = build
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-report-')
        self.path = pathlib.Path(self.folder.name)
        self.run('create', 'authority', 'a')
        self.run('create', 'chain', '--authority', 'a', '--host', 'news.example', 'c.cbor')
        (self.path / 'content').write_text('<p>Good morning')
        (self.path / 'site').mkdir()
        for number, (path, kind, variants, key, language) in enumerate(PACKED):
            fields = [f'Content-Type: {kind}']
            fields += [f'Variants-04: {variants}', f'Variant-Key-04: {key}'] if variants else []
            fields += [f'Content-Language: {language}'] if language else []
            words = [word for field in fields for word in ('--header', field)]
            made = ['--certificate', 'c.pem', '--private-key', 'c.key', '--url', SITE + path]
            made += ['--cert-url', f'{SITE}/c', '--content', 'content', *words]
            self.run('create', 'exchange', *made, f'site/{number}.sxg')
        self.run('variants', '--all-clients', '--html', 'out.html', 'site', status=1)

    def run(self, *arguments, status=0):
        ran = subprocess.run(
            [str(self.build.resolve() / 'shell/cli/bulla'), *arguments],
            cwd=self.path,
            env=dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE=''),
            capture_output=True,
            text=True,
            check=False,
        )
        equal(f'status of bulla {arguments[0]}', (ran.returncode, ran.stderr if status == 0 and
              ran.returncode else ''), (status, ''))

    def url(self):
        return (self.path / 'out.html').as_uri()

    def close(self):
        self.folder.cleanup()


def open_report(bench):
    report = bench.keep(Report, bench.build)
    shell = bench.keep(Shell, bench.build, bench.display, bench.world)
    shell.go(report.url(), lambda page: page['url'].startswith('file:'))
    return shell


@case
def structure(bench):
    """its headings and tables have the structure that a screen reader goes by"""
    shell = open_report(bench)
    equal('language', shell.run('return document.documentElement.lang'), 'en')
    equal('headings', shell.run("return document.querySelectorAll('h1').length"), 1)
    preformatted = shell.run("return document.querySelectorAll('main > pre').length")
    equal('preformatted tables', preformatted, 0)
    odd = shell.run(
        """
        const odd = []
        for (const table of document.querySelectorAll('table')) {
          if (table.caption === null || table.caption.textContent.trim() === '')
            odd.push('a table without a caption')
          for (const head of table.querySelectorAll('th'))
            if (!['row', 'col'].includes(head.scope))
              odd.push(head.outerHTML)
          for (const row of table.tBodies[0].rows)
            if (row.cells[0].scope !== 'row'
                || row.cells.length !== table.tHead.rows[0].cells.length)
              odd.push(row.outerHTML)
        }
        return odd
        """
    )
    equal('what has no structure', odd, [])
    captions = shell.run("return [...document.querySelectorAll('caption')].map(c => c.textContent)")
    for wanted in (f'{SITE}/  document  accept-language', f'{SITE}/alps  image  accept'):
        assert wanted in captions, captions
    cells = shell.run(
        """return [...document.querySelectorAll('.matrix tbody tr')]
             .filter(r => r.cells[0].textContent === 'image/webp').map(r => r.innerText)"""
    )
    equal('rows of WebP', len(cells), 1)
    assert 'by no client that can use it' in cells[0], cells


@case
def words_and_signs(bench):
    """each grade is in words and has a sign, so that nothing depends on colours"""
    shell = open_report(bench)
    wrong = shell.run(
        r"""
        const signs = /^[\u25c6\u25c7\u25cb\u25b3\u2717\u25cf\u2013] /
        return [...document.querySelectorAll(
          'td.first-choice, td.later-choice, td.wildcard, td.default, td.out, td.only')]
          .filter(cell => !signs.test(cell.textContent) || !/[a-z]{3}/.test(cell.textContent))
          .map(cell => cell.outerHTML)
        """
    )
    equal('cells without them', wrong, [])
    for grade in ('first-choice', 'wildcard', 'default', 'out'):
        found = shell.run('return document.querySelectorAll(arguments[0]).length', f'td.{grade}')
        assert found > 0, grade


@case
def contrast(bench):
    """its text is readable, in light and in dark mode"""
    shell = open_report(bench)
    ratio, where, measured = shell.run(CONTRAST)
    assert ratio >= 4.5 and measured > 20, (ratio, where, measured)
    added = shell.run(APPLY, 'prefers-color-scheme', ':root{color-scheme:dark!important}')
    assert added > 0, 'the page has no dark mode'
    scheme = shell.run('return getComputedStyle(document.documentElement).colorScheme')
    equal('scheme', scheme, 'dark')
    ratio, where, measured = shell.run(CONTRAST)
    assert ratio >= 4.5 and measured > 20, (ratio, where, measured)


@case
def filters(bench):
    """rows are filtered by words and by who is left out"""
    shell = open_report(bench)
    shown = '''return [...document.querySelectorAll('tbody tr')]
        .filter(row => row.getClientRects().length).length'''
    all_rows = shell.run(shown)
    equal('the field', shell.run("return document.querySelector('#words').checkVisibility()"), True)
    shell.run(
        """const field = document.querySelector('#words')
           field.value = 'alps image/webp'
           field.dispatchEvent(new Event('input'))"""
    )
    few = shell.run(shown)
    assert 0 < few < all_rows, (few, all_rows)
    equal('count', shell.run("return document.querySelector('#found').textContent"), str(few))
    shell.run(
        """const field = document.querySelector('#words')
           field.value = ''
           field.dispatchEvent(new Event('input'))
           document.querySelector('#only-out').click()"""
    )
    left_out = shell.run(shown)
    assert 0 < left_out < all_rows, (left_out, all_rows)
    rows = shell.run(
        """return [...document.querySelectorAll('#table ~ .scroll > table tbody tr')]
             .filter(r => r.getClientRects().length && r.querySelector('td.only, td.out'))
             .map(r => [r.textContent, r.classList.contains('fine')])"""
    )
    assert any(f'{SITE}/  document' in text for text, _ in rows), rows
    assert not any(fine for _, fine in rows), rows


@case
def keyboard(bench):
    """what can be used is in the order of the Tab key, and shows that it has the focus"""
    shell = open_report(bench)
    found = shell.run(
        """
        const found = []
        for (const each of document.querySelectorAll('input, summary, .scroll')) {
          each.focus({focusVisible: true})
          found.push([each.tagName, each.tabIndex, document.activeElement === each])
        }
        return found
        """
    )
    names = [name for name, *_ in found]
    assert {'INPUT', 'SUMMARY', 'DIV'} <= set(names), names
    equal('out of reach', [each for each in found if each[1] != 0 or not each[2]], [])
    # script alone does not make an element match :focus-visible here; real_keys() looks at outlines
    outline = shell.run(
        """return [...document.styleSheets[0].cssRules]
             .filter(r => r.selectorText === ':focus-visible').map(r => r.style.outlineStyle)"""
    )
    equal('outline', outline, ['solid'])
    trace = shell.run("return document.querySelector('details').textContent")
    assert 'asked' in trace and 'offered' in trace and 'ranked' in trace, trace


def move(shell, keys, chord='Tab'):
    """Presses CHORD, and waits until another element has the focus; which one has."""
    shell.run(MARK)
    keys.press(chord)
    wait.until(
        'the focus moves', lambda: shell.run("return !('left' in document.activeElement.dataset)")
    )
    equal('outline', shell.run(OUTLINE), [True, 'solid'])
    return shell.run(FOCUSED)


def move_to(shell, keys, wanted):
    """Presses Tab until an element that begins with WANTED has the focus; those that had it."""
    passed = []
    while not passed or not passed[-1].startswith(wanted):
        assert len(passed) < 40, f'{wanted} is not reached: {passed}'
        passed.append(move(shell, keys))
    return passed


@case
def real_keys(bench):
    """with the keyboard alone its filters are set, its tables reached and its traces opened"""
    shell = open_report(bench)
    keys = bench.open(Keyboard, bench.display)
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(shell.address())
    keys.press('Return')  # the page has the focus now
    shell.decisions.wait_page(mark, 'the report')
    shell.settle()
    all_rows = shell.run(SHOWN)
    move_to(shell, keys, 'words')
    keys.write('alps')
    wait.until('rows are filtered', lambda: 0 < shell.run(SHOWN) < all_rows)
    keys.press('Control+a')
    keys.press('Delete')
    wait.until('all rows are shown', lambda: shell.run(SHOWN) == all_rows)
    before = move_to(shell, keys, 'all')[-2]
    keys.press('Right')
    wait.until('rows of who is left out', lambda: 0 < shell.run(SHOWN) < all_rows)
    equal('choice', shell.run(FOCUSED), 'only-out')
    keys.press('Left')
    wait.until('all rows are shown', lambda: shell.run(SHOWN) == all_rows)
    equal('back', move(shell, keys, 'Shift+Tab'), before)
    move_to(shell, keys, 'div.scroll')
    move_to(shell, keys, 'summary')
    opened = 'return document.activeElement.parentElement.open'
    equal('trace', shell.run(opened), False)
    keys.press('Return')
    wait.until('the trace opens', lambda: shell.run(opened))
    keys.press('Return')
    wait.until('the trace closes', lambda: not shell.run(opened))


@case
def on_paper(bench):
    """on paper the filters are left out, and nothing depends on backgrounds"""
    shell = open_report(bench)
    assert shell.run(APPLY, 'print', '') > 0, 'the page has no rules for paper'
    filters_shown = shell.run(
        "return [...document.querySelectorAll('.filter')].some(each => each.checkVisibility())"
    )
    equal('filters', filters_shown, False)
    painted = shell.run(
        """
        const none = ['rgba(0, 0, 0, 0)', 'transparent']
        return [...document.querySelectorAll('td')]
            .filter(cell => !none.includes(getComputedStyle(cell).backgroundColor)).length
        """
    )
    equal('painted cells', painted, 0)


if __name__ == '__main__':
    sys.exit(main())
