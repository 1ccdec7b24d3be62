#!/usr/bin/env python3
"""introspection.py - uses Bulla-1.0 from Python.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import sys

try:
    import gi
except ImportError:
    print('1..0 # SKIP python3-gi is not installed')
    sys.exit(0)

gi.require_version('Bulla', '1.0')
from gi.repository import Bulla, Gio, GLib  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402


def explains():
    reason = Bulla.reason_from_nick('sxg.magic')
    explanation = Bulla.explain(reason)
    assert reason == Bulla.Reason.SXG_MAGIC, reason
    assert 'zero byte' in explanation.get_meaning()
    assert explanation.get_spec().startswith('https://')


def lists_rules():
    ids = [Bulla.catalogue_get_id(rule) for rule in range(Bulla.catalogue_get_n_rules())]
    assert len(ids) == len(set(ids)) > 100
    assert Bulla.catalogue_get_part(0) == 'outer'


def names_values():
    assert Bulla.outcome_get_nick(Bulla.Outcome.FALL_BACK) == 'fall-back'
    assert Bulla.Outcome.FALL_BACK.value_nick == 'fall-back'
    assert Bulla.Reason.SXG_MAGIC.value_nick == 'sxg-magic'


def refuses_profiles():
    try:
        Bulla.profile_load('no-such-profile')
    except GLib.Error as error:
        assert 'draft-b3' in error.message, error.message
    else:
        raise AssertionError('a profile that does not exist was loaded')


def judges():
    loader = Bulla.Loader.new(Bulla.profile_load('draft-b3'), Bulla.Trust.new())
    loader.set_offline(True)
    stream = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b'no package at all'))
    load = loader.load(Bulla.Outer.new_for_file(None), stream, None, None)
    verdict = load.get_verdict()
    assert verdict.get_outcome() == Bulla.Outcome.REFUSE
    assert verdict.get_reason() == Bulla.Reason.SXG_MAGIC
    assert verdict.get_profile_name() == 'draft-b3'
    broken = [
        step
        for step in range(verdict.get_n_steps())
        if verdict.get_state(step) == Bulla.State.BROKEN
    ]
    assert [verdict.get_rule(step) for step in broken] == ['sxg.magic']
    assert (verdict.get_range(broken[0]).offset, verdict.get_range(broken[0]).length) == (0, 8)
    assert load.get_body() is None


tap.run([explains, lists_rules, names_values, refuses_profiles, judges])
