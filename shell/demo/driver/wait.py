"""wait.py - waits until a condition is true or a deadline has passed.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import time


class Late(Exception):
    """The condition did not become true in time."""


def until(what, ask, seconds=60.0):
    """The first true result of ASK; after SECONDS it raises the last exception of ASK, or Late."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        trouble = None
        try:
            answer = ask()
            if answer:
                return answer
        except (AssertionError, LookupError, OSError) as error:
            trouble = error
        if time.monotonic() > deadline:
            why = f' ({trouble})' if trouble else ''
            raise Late(f'{what}: not within {seconds:g} s{why}') from trouble
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
