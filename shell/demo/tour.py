"""tour.py - steps through the tour of the deliveries, and checks each promise.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import urllib.parse

from driver import deliveries
from driver.world import Shell

COLUMNS = (
    'step',
    'delivery',
    'standing',
    'address',
    'origin',
    'publisher_requests_before',
    'publisher_requests_after',
    'fcp_ms',
    'told_ms',
    'screenshots',
)
# what the page says of its own time, as it stands there
TOLD = """
const [done] = arguments
const look = () => {
  const told = /^(\\d+) ms after the click$/.exec(document.getElementById('shown')?.textContent)
  told ? done(Number(told[1])) : setTimeout(look, 20)
}
look()
"""
# the closing step: for each delivery, its address, and how often the publisher was asked
CLOSING = """
return Array.from(document.querySelectorAll('tbody tr'), row => [
  row.className, ...Array.from(row.cells).slice(1, 4).map(each => each.textContent),
  row.cells[4].querySelector('b').textContent])
"""
STANDINGS = {'exchange': 'substituted', 'live': 'live', 'copy': 'live'}
WORDS = {'exchange': 'Substituted.', 'live': 'Live.', 'copy': 'Live, but a copy.'}
# presses keys like a keyboard; pages see no difference
PRESS = """
document.body.dispatchEvent(
  new KeyboardEvent('keydown', {key: arguments[0], bubbles: true, cancelable: true}))
"""


def press(shell, key, wanted=lambda page: True):
    """Presses KEY in the page, and waits for the page that it leads to."""
    mark = shell.decisions.mark()
    shell.run(PRESS, key)
    page = shell.decisions.wait_page(mark, f'a page after {key}', wanted)
    shell.settle()
    return page


def asked(parties):
    return parties[deliveries.PUBLISHER]['requests']


def follow(shell, number, facts, folder):
    """Opens the delivery of a step and returns to the step; what each party saw."""
    world = shell.world
    name = facts['delivery']
    step = str(folder / f'tour-{number}-{name}.png')
    article = str(folder / f'tour-{number}-{name}-article.png')
    before = deliveries.arrive(shell, facts['tour'])
    shell.display.save(step)
    page, times, after = deliveries.click(shell)
    told = shell.run_async(TOLD)
    shell.display.save(article)
    press(shell, 'Escape', lambda page: page['url'] == world.aggregator + facts['tour'])
    return {
        'step': number,
        'delivery': name,
        'standing': page['standing'],
        'address': times['address'],
        'origin': times['origin'],
        'publisher_requests_before': asked(before),
        'publisher_requests_after': asked(after),
        'fcp_ms': round(times['fcp_ms']),
        'told_ms': told,
        'screenshots': [step, article],
    }


def broken_promises(row, facts):
    promised = {
        'standing': STANDINGS[facts['form']],
        'address': facts['address'],
        'origin': facts['origin'],
        'publisher_requests_before': facts['before'],
        'publisher_requests_after': facts['after'],
    }
    return [
        f'{row["delivery"]}: {key} is {row[key]!r}, promised was {value!r}'
        for key, value in promised.items()
        if row[key] != value
    ]


def print_row(row, as_json):
    if as_json:
        print(json.dumps({key: row[key] for key in COLUMNS}), flush=True)
        return
    print(
        f'{row["step"]}  {row["delivery"]:15} {row["publisher_requests_before"]:>6} '
        f'{row["publisher_requests_after"]:>6} {row["fcp_ms"]:>6} ms  {row["address"]}',
        flush=True,
    )


def close(shell, world, rows, folder):
    """Goes on to the closing step, and compares its table with what was measured; the failures."""
    url = world.aggregator + f'/tour/{len(world.deliveries) + 1}'
    press(shell, 'ArrowRight', lambda page: page['url'] == url)
    shell.display.save(str(folder / 'tour-closing.png'))
    measured = [
        [
            row['delivery'],
            urllib.parse.urlsplit(row['address']).hostname,
            str(row['publisher_requests_before']),
            str(row['publisher_requests_after']),
            WORDS[world.deliveries[row['delivery']]['form']],
        ]
        for row in rows
    ]
    told = shell.run(CLOSING)
    return [] if told == measured else [f'the closing step says {told}, measured was {measured}']


def walk(build, display, world, as_json, folder):
    """Takes each step in a new shell; returns the failures."""
    folder.mkdir(exist_ok=True)
    complaints, rows = [], []
    if not as_json:
        print(f'   {"delivery":15} {"publisher asked":13} {"paint":>7}     address')
    for number, facts in enumerate(world.deliveries.values(), 1):
        shell = Shell(build, display, world)
        try:
            row = follow(shell, number, facts, folder)
            if number < len(world.deliveries):
                further = world.aggregator + f'/tour/{number + 1}'
                press(shell, 'ArrowRight', lambda page, url=further: page['url'] == url)
            else:
                complaints += close(shell, world, [*rows, row], folder)
        finally:
            shell.close()
        rows.append(row)
        print_row(row, as_json)
        complaints += broken_promises(row, facts)
    return complaints
