#!/usr/bin/env python3
"""conform.py - the conformance suite of bulla forge, and bulla conform with good and bad verifiers.

SPDX-License-Identifier: LGPL-2.1-or-later

conform.py BULLA
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BULLA = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ['chromium', 'draft-b3', 'loading', 'mozilla', 'separate-origin']
FILES = '--at {at} --trust {root} --ct-logs {logs} --chain {chain}'
ALL = '--url={delivered} --header={header} --request-header={request-header} --set={set}'


def bulla(*words, expect=0):
    done = subprocess.run([BULLA, *words], capture_output=True, text=True, check=False)
    assert done.returncode == expect, (words, done.returncode, done.stdout[:4000], done.stderr)
    return done


def conform(command, *options, folder=None, expect=0):
    """The objects that bulla conform prints, by the names of their packages."""
    done = bulla('conform', '--json', *options, '--command', command, folder or SUITE,
                 expect=expect)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line['name']: line for line in lines}


def verifier(script):
    """A command that is a shell script; {} is its first argument."""
    return 'sh -c ' + shlex.quote(script) + ' - {}'


def packages():
    return json.loads((pathlib.Path(SUITE) / 'manifest.json').read_text())['packages']


def is_whole():
    """Each recipe with a package is in the suite, with files that exist and every verdict."""
    recipes = {
        str(path.relative_to(ROOT / 'tests/vectors'))[:-4]
        for path in (ROOT / 'tests/vectors').glob('*/*.ini')
        if '[package]' in path.read_text(encoding='utf-8')
    }
    made = {package['name']: package for package in packages()}
    assert recipes <= set(made), recipes - set(made)
    for name, package in made.items():
        for member in ('file', 'chain', 'root', 'ct_logs'):
            assert (pathlib.Path(SUITE) / package[member]).is_file(), (name, member)
        network = {'cert-response', 'validity'} & set(package['needs'])
        profiles = set(PROFILES) - ({'mozilla'} if network else set())
        assert set(package['expected']) == profiles, (name, package['expected'])


def breaks_that_rule():
    """A package is in the folder of the reason that a profile gives, or only noted."""
    for package in packages():
        reason = package['name'].split('/')[0]
        found = {verdict['reason'] for verdict in package['expected'].values()}
        if package['name'] != 'response.stateful/noted':
            assert (None if reason == 'good' else reason) in found, package


def repeats():
    """One reason alone has the same bytes, and nothing is replaced unless told so."""
    folder = pathlib.Path(FOLDER) / 'again'
    bulla('forge', 'cert.expired', str(folder))
    whole = {p['name']: p for p in packages() if p['name'].startswith('cert.expired/')}
    manifest = folder / 'manifest.json'
    alone = json.loads(manifest.read_text())['packages']
    assert [package['name'] for package in alone] == sorted(whole)
    for package in alone:
        assert package == whole[package['name']]
        for member in ('file', 'chain', 'root', 'ct_logs'):
            assert (folder / package[member]).read_bytes() == \
                (pathlib.Path(SUITE) / package[member]).read_bytes(), package
    before = manifest.stat().st_mtime_ns
    assert 'already exists' in bulla('forge', 'cert.expired', str(folder), expect=2).stderr
    assert manifest.stat().st_mtime_ns == before
    bulla('forge', '--force', 'good', str(folder))
    assert {p['name'].split('/')[0] for p in json.loads(manifest.read_text())['packages']} == {
        'good'}


def refuses_other_reasons():
    folder = str(pathlib.Path(FOLDER) / 'nothing')
    assert 'not a reason' in bulla('forge', 'no.such', folder, expect=2).stderr
    assert 'depends on servers' in bulla('forge', 'caa.critical', folder, expect=2).stderr
    bulla('forge', 'cert.expired', expect=2)
    bulla('forge', '--all', 'cert.expired', folder, expect=2)
    assert not pathlib.Path(folder).exists()


def bulla_agrees():
    """Told all that surrounds the packages, bulla verify gives every outcome and every reason."""
    for profile in PROFILES:
        command = f'{BULLA} verify --json --offline --profile {{profile}} {FILES} {ALL} {{}}'
        found = conform(command, '--profile', profile, '--all')
        results = [line['result'] for line in found.values()]
        assert results.count('agrees') > 500, (profile, results.count('agrees'))
        assert set(results) == {'agrees', 'left-out'}
        assert found['good/page']['found'] == {
            'status': 1 if profile in ('mozilla', 'separate-origin') else 0,
            **found['good/page']['expected'],
        }, found['good/page']


def the_page_agrees():
    """The commands of docs/forge.md that run Bulla itself find no difference."""
    page = (ROOT / 'docs/forge.md').read_text(encoding='utf-8')
    lines = re.findall(r"^    bulla (conform .*'bulla .*)$", page, re.MULTILINE)
    assert lines, 'the page runs bulla conform on Bulla'
    for line in lines:
        words = [word.replace('bulla verify', f'{BULLA} verify') for word in shlex.split(line)]
        assert words[-1] == 'suite/', line
        done = bulla(*words[:-1], SUITE)
        assert ': 0 differ, ' in done.stderr and done.stdout == '', (line, done)


def statuses_suffice():
    """Without JSON, the exit status is compared, and more packages are left out."""
    done = bulla('conform', '-c', f'{BULLA} verify --offline {FILES} {{}}', SUITE)
    assert done.stdout == '', done.stdout
    assert ': 0 differ, ' in done.stderr, done.stderr


def says_what_is_left_out():
    """Each package that is left out is listed with the reason, and none is left out for nothing."""
    done = bulla('conform', '--all', '-c', f'{BULLA} verify --offline {FILES} {{}}', SUITE)
    found = dict(re.findall(r'^(\S+): left out: (.*)$', done.stdout, re.MULTILINE))
    assert f' {len(found)} left out\n' in done.stderr, done.stderr
    for package in packages():
        why = found.get(package['name'])
        if package['needs']:
            groups = ', '.join(package['needs'])
            assert why == f'it needs more than files and options can express ({groups})', package
        elif not package['delivered_as_usual']:
            assert why == 'the command has no {header}', (package, why)
        elif package['request_headers']:
            assert why == 'the command has no {request-header}', (package, why)
        elif package['settings']:
            assert why == 'the command has no {set}', (package, why)
        else:
            assert why is None, (package, why)
    folder = str(pathlib.Path(FOLDER) / 'stored')
    bulla('forge', 'history.older', folder)
    assert 'can judge none of the packages' in bulla(
        'conform', '-c', 'true {}', folder, expect=2).stderr


def finds_differences():
    """A verifier that takes everything differs on what is wrong, and the other way round."""
    takes_all = conform('true {}', expect=1)
    takes_none = conform('false {}', expect=1)
    assert not set(takes_all) & set(takes_none)
    assert all(name.startswith('good/') or line['expected']['reason'] is None
               for name, line in takes_none.items())
    assert takes_all['cert.expired/leaf'] == {
        'name': 'cert.expired/leaf',
        'file': 'cert.expired/leaf.sxg',
        'result': 'differs',
        'expected': {'outcome': 'fall-back', 'reason': 'cert.expired'},
        'found': {'status': 0},
    }
    text = bulla('conform', '-c', 'true {}', SUITE, expect=1).stdout
    assert 'cert.expired/leaf: expected fall-back cert.expired, found accepted (status 0)\n' in text


def reads_reasons():
    """The right status is not enough if the command names another reason."""
    folder = str(pathlib.Path(FOLDER) / 'expired')
    bulla('forge', 'cert.expired', folder)
    for printed, differs in (
        ('{"outcome": "fall-back", "reason": "cert.expired"}', False),
        ('{"outcome": "fall-back"}', False),
        ('{"outcome": "fall-back", "reason": "cert.name"}', True),
        ('{"outcome": "fall-back", "reason": null}', True),
        ('{"outcome": "refuse", "reason": "cert.expired"}', True),
        ('no object', False),
    ):
        command = verifier(f"echo '{printed}'; exit 1")
        lines = conform(command, folder=folder, expect=1 if differs else 0)
        assert len(lines) == (2 if differs else 0), (printed, lines)


def survives_verifiers():
    """One that crashes, hangs, writes without end or is not there."""
    folder = str(pathlib.Path(FOLDER) / 'expired')
    crashed = conform(verifier('kill -9 $$'), folder=folder, expect=1)
    assert crashed['cert.expired/leaf']['found'] == {'signal': 9}, crashed
    hung = conform(verifier('exec tail -f /dev/null'), '--timeout', '0.2', folder=folder, expect=1)
    assert hung['cert.expired/leaf']['found']['error'] == 'timeout', hung
    # a process of the verifier keeps its output open, until bulla ends
    command = verifier('tail --pid=$PPID -f /dev/null & exit 1')
    hung = conform(command, '--timeout', '0.2', folder=folder, expect=1)
    assert hung['cert.expired/leaf']['found']['error'] == 'timeout', hung
    assert conform(verifier('yes | head -c 10000000; exit 1'), folder=folder) == {}
    # an object that is too long to be read does not agree by its status
    long = conform(verifier(r"""printf '{"outcome": "refuse", "reason": "cert.name", "text": "'
head -c 1100000 /dev/zero | tr '\\0' x; echo '"}'; exit 1"""), folder=folder, expect=1)
    assert long['cert.expired/leaf']['found'] == {'status': 1, 'error': 'object-too-long'}, long
    for command, message in (
        ('/no/such/verifier {}', 'No such file'),
        (verifier('exit 127'), 'cannot be run'),
        ('true', 'write {} in its place'),
        ('true "{}', '--command'),
    ):
        done = bulla('conform', '-c', command, folder, expect=2)
        assert message in done.stderr, done.stderr
    assert '--command is missing' in bulla('conform', folder, expect=2).stderr
    for options in (['--profile', 'nobody'], ['--timeout', '0']):
        bulla('conform', *options, '-c', 'true {}', folder, expect=2)


def shows_no_foreign_lines():
    """What a manifest expects stays on its line."""
    folder = pathlib.Path(FOLDER) / 'forged'
    bulla('forge', 'cert.expired', str(folder))
    manifest = json.loads((folder / 'manifest.json').read_text())
    for package in manifest['packages']:
        package['expected']['draft-b3'] = {'outcome': 'fall\nback', 'reason': 'a\nb'}
    (folder / 'manifest.json').write_text(json.dumps(manifest))
    done = bulla('conform', '-c', 'true {}', str(folder), expect=1)
    assert len(done.stdout.splitlines()) == len(manifest['packages']), done.stdout


def refuses_other_folders():
    folder = pathlib.Path(FOLDER) / 'broken'
    folder.mkdir()
    for text in (None, '', '[]', '{}', '{"packages": 1}', '{"packages": []}', '{"packages": [1]}'):
        if text is not None:
            (folder / 'manifest.json').write_text(text)
        bulla('conform', '-c', 'true {}', str(folder), expect=2)


with tempfile.TemporaryDirectory() as FOLDER:
    SUITE = f'{FOLDER}/suite'
    bulla('forge', '--all', SUITE)
    tap.run([is_whole, breaks_that_rule, repeats, refuses_other_reasons, bulla_agrees,
             the_page_agrees, statuses_suffice, says_what_is_left_out, finds_differences,
             reads_reasons, survives_verifiers, shows_no_foreign_lines, refuses_other_folders])
