"""harness.py - runs test cases in the real shell, and reports them in TAP.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'shell/demo'))

from driver import display as displays  # noqa: E402
from driver.display import Display, Missing  # noqa: E402
from driver.world import World  # noqa: E402

CASES = []


def case(function):
    """Marks a function as a test case; it is called with the Bench, and fails by raising."""
    CASES.append(function)
    return function


def equal(what, found, wanted):
    assert found == wanted, f'{what} is {found!r}, not {wanted!r}'


class Bench:
    """A display, a world, and the programs that are opened on them for one case or for several."""

    def __init__(self, build, world):
        self.build = build
        self.display = Display()
        try:
            self.world = world(build)
        except BaseException:
            self.display.close()
            raise
        self.opened = []
        self.kept = {}

    def open(self, kind, *arguments):
        """Opens a KIND of thing, and closes it after the case."""
        self.opened.append(kind(*arguments))
        return self.opened[-1]

    def keep(self, kind, *arguments, **more):
        """Opens a KIND of thing for this case and the next ones, until a case fails."""
        key = (kind, repr((arguments, more)))
        if key not in self.kept:
            self.kept[key] = kind(*arguments, **more)
        return self.kept[key]

    def tidy(self, failed):
        if failed:
            self.opened += self.kept.values()
            self.kept.clear()
        while self.opened:
            each = self.opened.pop()
            if failed and hasattr(each, 'tell'):
                print(each.tell(), file=sys.stderr)
            each.close()
        self.world.reset()

    def close(self):
        for each in self.kept.values():
            each.close()
        self.world.close()
        self.display.close()


def run_case(bench, number, function):
    name = function.__doc__.split('\n', 1)[0]
    failed = True
    try:
        function(bench)
        failed = False
        print(f'ok {number} {name}', flush=True)
    except Missing as error:
        failed = False
        print(f'ok {number} {name} # SKIP {error}', flush=True)
    except Exception as error:  # any failure, so that the other cases still run and report
        print(f'not ok {number} {name}')
        for line in f'{type(error).__name__}: {error}'.splitlines():
            print(f'# {line}')
        sys.stdout.flush()
        traceback.print_exc()
    bench.tidy(failed)
    return failed


def main(world=World):
    """Runs the cases on a bench with a WORLD of that kind."""
    build = pathlib.Path(sys.argv[1])
    only = sys.argv[2:]
    cases = [each for each in CASES if not only or each.__name__ in only]
    try:
        for program in ('Xvfb', 'WebKitWebDriver'):
            displays.require(program)
    except Missing as error:
        print(f'1..0 # SKIP {error}')
        return 0
    print(f'1..{len(cases)}', flush=True)
    bench = Bench(build, world)
    try:
        results = [run_case(bench, *pair) for pair in enumerate(cases, 1)]
    finally:
        bench.close()
    return 1 if any(results) else 0
