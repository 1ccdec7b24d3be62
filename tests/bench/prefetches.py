#!/usr/bin/env python3
"""prefetches.py - measures frames and memory of a page with a hundred prefetches.

SPDX-License-Identifier: LGPL-2.1-or-later

The real shell in a release build, under Xvfb. Nothing fails on a figure. Exit status: 2 when it
could not be tried, or when the page did not keep what it may.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'shell/demo'))

from driver import wait, webdriver  # noqa: E402
from driver.display import Display, Missing  # noqa: E402
from driver.world import Shell, World  # noqa: E402

NUMBER = 100  # most prefetches of a page in profile draft-b3
CAP_MIB = 64  # limit of one page
MIB = 1 << 20
STEADY = 12  # last samples, a tenth of a second apart
SCROLLS, GROWTHS = 15, 5
NAMES = ('prefetch-scroll', 'prefetch-memory')

# Frames of a page that scrolls by itself; half a second after it has begun, all prefetches are
# requested at once.
SCROLL = """
const [paths, done] = arguments
const frames = [], started = performance.now()
let asked = null
const ask = () => {
  asked = performance.now()
  for (const path of paths) {
    const link = document.createElement('link')
    link.rel = 'prefetch'
    link.href = path
    document.head.append(link)
  }
}
const frame = () => {
  const now = performance.now()
  if (asked === null && now - started > 500) ask()
  frames.push(now)
  scrollBy(0, 8)
  if (now - started < 4500) return requestAnimationFrame(frame)
  const ends = performance.getEntriesByType('resource').map(each => each.responseEnd)
  done({ frames, asked, ended: Math.max(...ends, 0), n_ended: ends.filter(end => end > 0).length })
}
requestAnimationFrame(frame)
"""
PREFETCH = """
for (const path of arguments[0]) {
  const link = document.createElement('link')
  link.rel = 'prefetch'
  link.href = path
  document.head.append(link)
}
"""


class Untrue(Exception):
    """The page keeps more or fewer prefetches than its limit."""


def paths(folder='', first=1, number=NUMBER):
    return [f'/many/{folder}{each}.sxg' for each in range(first, first + number)]


def events_of(shell, mark, event):
    """The messages about prefetches since MARK, by URL."""
    return {
        each['url']: each['message'] or ''
        for each in shell.decisions.since(mark, event)
        if '/many/' in each['url'] and each['url'].endswith('.sxg')
    }


def wait_told(shell, mark, number):
    """Waits until the results of NUMBER prefetches are logged and no request is running."""
    wait.until(
        f'{number} prefetches',
        lambda: len(
            events_of(shell, mark, 'prefetched').keys() | events_of(shell, mark, 'refused').keys()
        ) >= number,
        seconds=120,
    )
    shell.world.wait_still()


def check_kept(shell, mark):
    """Checks that all prefetches up to the limit are kept, and no more."""
    wait_told(shell, mark, NUMBER)
    kept, refused = events_of(shell, mark, 'prefetched'), events_of(shell, mark, 'refused')
    if len(kept) != NUMBER or refused:
        raise Untrue(f'{len(kept)} of {NUMBER} are kept, {len(refused)} refused')
    mark = shell.decisions.mark()
    shell.run(PREFETCH, paths(first=NUMBER + 1, number=1))
    wait_told(shell, mark, 1)
    refused = list(events_of(shell, mark, 'refused').values())
    if len(refused) != 1 or not refused[0].startswith('prefetch.full'):
        raise Untrue(f'one more than {NUMBER}: {refused or "it is kept"}')


# --- scrolling


def gaps(frames, begin, end):
    return [b - a for a, b in zip(frames, frames[1:]) if begin <= a < end]


def percentile(values, percent):
    return statistics.quantiles(values, n=100, method='inclusive')[percent - 1]


def scroll_pair(shell, number):
    """The gaps between frames, without and with prefetches, for as long as the prefetches took."""
    seen = {}
    order = ('plain', 'many') if number % 2 else ('many', 'plain')
    for kind in order:
        shell.go(f'{shell.world.aggregator}/many/?{number}-{kind}')
        shell.world.wait_still()
        mark = shell.decisions.mark()
        seen[kind] = shell.run_async(SCROLL, paths() if kind == 'many' else [])
        if kind == 'many':
            check_kept(shell, mark)
    many, plain = seen['many'], seen['plain']
    if many['n_ended'] < NUMBER:
        raise Untrue(f'{many["n_ended"]} of {NUMBER} had come when scrolling ended')
    took = many['ended'] - many['asked']
    return (
        gaps(plain['frames'], plain['asked'], plain['asked'] + took),
        gaps(many['frames'], many['asked'], many['ended']),
        took,
    )


def measure_scroll(build, display, world):
    shell = Shell(build, display, world)
    try:
        scroll_pair(shell, 0)  # warms up: exchanges are signed, connections are open
        pairs = [scroll_pair(shell, number + 1) for number in range(SCROLLS)]
    finally:
        shell.close()
    took = statistics.median(each[2] for each in pairs)
    print(f'prefetch-scroll: {NUMBER} prefetches came in {took:.0f} ms', file=sys.stderr)
    against = 'the same scrolling without'
    for name, percent in (('prefetch-scroll', 50), ('prefetch-scroll-95', 95)):
        yield summarise(
            name,
            [percentile(many, percent) for _, many, _ in pairs],
            [percentile(plain, percent) for plain, _, _ in pairs],
            'ms',
            against,
        )


# --- memory


def find_process(shell):
    """The shell that the driver started."""
    for place in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            name, fields = (place / 'stat').read_text().rsplit(')', 1)
        except OSError:
            continue  # the process has ended
        if fields.split()[1] == str(shell.process.pid) and 'bulla-shell' in name:
            return place
    raise OSError('the shell is not to be found')


def weigh(process):
    """Resident memory and unlinked files, in bytes."""
    pages = int((process / 'statm').read_text().split()[1])
    files = 0
    for each in (process / 'fd').iterdir():
        try:
            if '/bulla-' in os.readlink(each) and '(deleted)' in os.readlink(each):
                files += os.stat(each).st_size
        except FileNotFoundError:
            pass  # the file was closed in between
    return pages * os.sysconf('SC_PAGE_SIZE') + files


def settle(process):
    """Waits until the memory has stopped growing; its size."""
    seen = []

    def stands():
        seen.append(weigh(process))
        return len(seen) > STEADY and seen[-1] - seen[-5] < MIB // 8

    wait.until('memory stands still', stands)
    return seen[-1]


def grow_once(build, display, world, folder):
    """The MiB that 100 prefetches add at their peak, and the number of prefetches kept."""
    shell = Shell(build, display, world)
    try:
        shell.go(f'{world.aggregator}/many/')
        process = find_process(shell)
        before = settle(process)
        mark = shell.decisions.mark()
        shell.run(PREFETCH, paths(folder))
        most = [before]

        def told():
            most.append(weigh(process))
            ended = events_of(shell, mark, 'prefetched') | events_of(shell, mark, 'refused')
            return len(ended) >= NUMBER

        wait.until(f'{NUMBER} prefetches', told, seconds=120)
        world.wait_still()
        most.append(weigh(process))
        kept, refused = events_of(shell, mark, 'prefetched'), events_of(shell, mark, 'refused')
        strange = [each for each in refused.values() if not each.startswith('prefetch.full')]
        if strange:
            raise Untrue(f'refused: {strange[0]}')
        shell.run('return 1')  # fails if the page has crashed
        return (max(most) - before) / MIB, len(kept.keys() - refused.keys())
    finally:
        shell.close()


def measure_memory(build, display, world):
    for name, folder in (('prefetch-memory', ''), ('prefetch-memory-large', 'large/')):
        runs = [grow_once(build, display, world, folder) for _ in range(GROWTHS)]
        kept = sorted({each[1] for each in runs})
        print(f'{name}: {kept} of {NUMBER} are kept', file=sys.stderr)
        if not folder and kept != [NUMBER]:
            raise Untrue(f'{kept} of {NUMBER} are kept')
        yield summarise(
            name,
            [each[0] for each in runs],
            [CAP_MIB] * GROWTHS,
            'MiB',
            'the 64 MiB that a page may keep',
        )


# --- output in the format of bulla-bench


def summarise(name, ours, reference, unit, against):
    ratios = sorted(a / b for a, b in zip(ours, reference))
    ratio = statistics.median(ratios)
    tenths = statistics.quantiles(ratios, n=10, method='inclusive')
    return {
        'name': name,
        'ratio': round(ratio, 3),
        'unit': unit,
        'ours': round(statistics.median(ours), 2),
        'reference': round(statistics.median(reference), 2),
        'runs': len(ours),
        'spread': round((tenths[-1] - tenths[0]) / ratio, 3),
        'against': against,
    }


def print_row(row, as_json):
    against = row.pop('against')
    if as_json:
        print(json.dumps(row, separators=(',', ':')), flush=True)
        return
    print(
        f'{row["name"]:14} {row["ratio"]:6.3f} ×   {row["ours"]:10.4g} {row["unit"]:3}  '
        f'{row["reference"]:10.4g} {row["unit"]:3}  {row["runs"]:3} runs, '
        f'spread {row["spread"] * 100:.1f} %   {against}',
        flush=True,
    )


def measure(options):
    display = Display()
    try:
        world = World(options.build_dir)
        try:
            if NAMES[0] in options.names:
                yield from measure_scroll(options.build_dir, display, world)
            if NAMES[1] in options.names:
                yield from measure_memory(options.build_dir, display, world)
        finally:
            world.close()
    finally:
        display.close()


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__.split('\n\n')[0])
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    parser.add_argument('names', nargs='*', metavar='NAME', help=', '.join(NAMES))
    options = parser.parse_args()
    options.names = options.names or NAMES
    strange = [each for each in options.names if each not in NAMES]
    if strange:
        parser.error(f'no figure is called {strange[0]}')
    if not options.json:
        print(f'{"":14} {"ratio":>6}     {"ours":>10}      {"reference":>10}')
    try:
        for row in measure(options):
            print_row(row, options.json)
    except (Missing, OSError, Untrue, wait.Late, webdriver.Refused) as error:
        print(f'prefetches: {error}', file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
