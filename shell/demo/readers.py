"""readers.py - opens one article as five clients, and checks which variant each of them gets.

SPDX-License-Identifier: LGPL-2.1-or-later

For each client of data/demo/readers.ini a shell stands for it (`--client`). It follows an exchange
that its request selects, one that it does not, and the bundle with all variants. What the shell
shows has to be what is promised, and what `bulla variants` says of the same files.
"""
import configparser
import json
import pathlib
import subprocess

from driver import wait
from driver.world import Shell

PROMISES = pathlib.Path(__file__).resolve().parents[2] / 'data/demo/readers.ini'
COLUMNS = ('client', 'exchange', 'language', 'set_aside', 'article', 'picture', 'screenshots')
PICTURE = """
const [done] = arguments
const look = () => {
  const image = document.images[0]
  if (!image.complete) return setTimeout(look, 20)
  done(image.naturalWidth)
}
look()
"""


def read_promises():
    """The clients in the order of the walk: each with its promises."""
    found = configparser.ConfigParser(delimiters=('=',))
    found.read(PROMISES, encoding='utf-8')
    return {name: dict(found[name]) for name in found.sections()}


def describe(choice):
    """Grade and key of a choice, as readers.ini has them."""
    return ' '.join([choice['grade'], *choice['chosen']['key']])


def ask_command(build, world, client):
    """What `bulla variants` says: the exchange, and the choices in the bundle."""
    files = [*sorted(world.folder.glob('article.*.sxg')), world.folder / 'variants.wbn']
    ran = subprocess.run(
        [str(pathlib.Path(build) / 'shell/cli/bulla'), 'variants', '--client', client, '--json',
         *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    records = [json.loads(line) for line in ran.stdout.splitlines()]
    choices = [each for each in records if each['record'] == 'choice']
    of_bundle = {each['url'].rpartition('/')[2]: each for each in choices if each['bundle']}
    (article,) = (each for each in choices if not each['bundle'])
    return {
        'exchange': pathlib.Path(article['chosen']['file']).name.removesuffix('.sxg'),
        'article': describe(of_bundle['article']),
        'picture': describe(of_bundle['pass']),
    }


def open_exchange(shell, name):
    """Follows the link to the exchange NAME from the aggregator's list."""
    shell.go(shell.world.aggregator + '/variants')
    return shell.follow('#' + name.replace('.', '-'))


def read_choices(shell):
    """What the panel said of the bundle: the last part of each URL, with grade and key.

    It is written down when the page is left, to be loaded again.
    """
    mark = shell.decisions.mark()
    shell.run('location.reload()')
    left = wait.until(
        'the bundle is left',
        lambda: next((p for p in shell.decisions.since(mark, 'left') if p['variants']), None),
    )
    return {
        row['title'].rpartition('/')[2]: row['value'].splitlines()[0] for row in left['variants']
    }


def name_grade(line):
    """The grade and key in a line of the panel, in the words of the command."""
    grades = {
        'first choice': 'first-choice',
        'later choice': 'later-choice',
        'by wildcard': 'wildcard',
        'default: nothing matched': 'default',
    }
    words, _, key = line.partition(' ')[2].partition(';')[0].rpartition(': ')
    return f'{grades.get(words, words)} {key}'


def visit(shell, number, client, facts, folder):
    """Follows the links of one client; what was shown."""
    pictures = [
        str(folder / f'readers-{number}-{client}-{each}.png')
        for each in ('exchange', 'set-aside', 'bundle')
    ]
    shown = open_exchange(shell, facts['exchange'])
    assert shown['standing'] == 'substituted', shown
    language = shell.run('return document.documentElement.lang')
    shell.display.save(pictures[0])
    aside = open_exchange(shell, facts['other'])
    shell.display.save(pictures[1])
    shell.go(shell.world.aggregator + '/variants')
    bundle = shell.follow('#bundle')
    assert bundle['standing'] == 'separate-origin', bundle
    assert shell.run_async(PICTURE) == 960, 'the picture is not shown'
    of_bundle = shell.run('return document.documentElement.lang')
    shell.display.save(pictures[2])
    choices = read_choices(shell)
    return {
        'client': client,
        'exchange': facts['exchange'],
        'language': language,
        'set_aside': aside['message'],
        'reason': aside['reason'],
        'of_bundle': of_bundle,
        'article': name_grade(choices['article']),
        'picture': name_grade(choices['pass']),
        'screenshots': pictures,
    }


def broken_promises(row, facts, told):
    promised = {
        'language': facts['language'],
        'of_bundle': facts['language'],
        'reason': 'request.variants',
        'article': facts['article'],
        'picture': facts['picture'],
    }
    complaints = [
        f'{row["client"]}: {key} is {row[key]!r}, promised was {value!r}'
        for key, value in promised.items()
        if row[key] != value
    ]
    return complaints + [
        f'{row["client"]}: {key} is {row[key]!r}, bulla variants says {value!r}'
        for key, value in told.items()
        if row[key] != value
    ]


def print_row(row, as_json):
    if as_json:
        print(json.dumps({key: row[key] for key in COLUMNS}), flush=True)
        return
    print(f'{row["client"]:20} {row["exchange"]:20} {row["article"]:34} {row["picture"]}')
    print(f'{"":20} {row["set_aside"]}', flush=True)


def walk(build, display, world, as_json, folder):
    """Visits the article as each client, in a new shell; returns the failures."""
    folder.mkdir(exist_ok=True)
    complaints = []
    if not as_json:
        print(f'{"client":20} {"exchange":20} {"article in the bundle":34} picture in the bundle')
    for number, (client, facts) in enumerate(read_promises().items(), 1):
        shell = Shell(build, display, world, ['--client', client])
        try:
            row = visit(shell, number, client, facts, folder)
        finally:
            shell.close()
        print_row(row, as_json)
        complaints += broken_promises(row, facts, ask_command(build, world, client))
    return complaints
