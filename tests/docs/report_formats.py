#!/usr/bin/env python3
"""report_formats.py - SARIF and JUnit XML of the command, by the rules of their schemas.

SPDX-License-Identifier: LGPL-2.1-or-later
Spec: SARIF 2.1.0, sections 3.13 to 3.49; the schema of JUnit XML that Jenkins' xUnit plugin has

report_formats.py BULLA
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BULLA = str(pathlib.Path(sys.argv[1]).resolve())
ODD = 'b [1] é%:.sxg'
TRUST = ['--offline', '--trust', 'a/root.pem', '--ct-logs', 'a/ctlogs.json']
LEVELS = ('none', 'note', 'warning', 'error')
URI = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")  # RFC 3986
ATTRIBUTES = {  # of each element: the required ones, and others that the schema has
    'testsuites': ((), ('name', 'tests', 'failures', 'errors', 'disabled', 'time')),
    'testsuite': (('name', 'tests'), ('failures', 'errors', 'skipped', 'time', 'timestamp')),
    'testcase': (('name',), ('classname', 'time')),
    'failure': ((), ('type', 'message')),
    'error': ((), ('type', 'message')),
    'skipped': ((), ('message',)),
}
CHILDREN = {
    'testsuites': ('testsuite',),
    'testsuite': ('testcase',),
    'testcase': ('failure', 'error', 'skipped'),
    'failure': (), 'error': (), 'skipped': (),
}


def run(*arguments, expect=0, **more):
    environment = dict(os.environ, **{'LC_ALL': 'C.UTF-8', **more})
    done = subprocess.run([BULLA, *arguments], cwd=FOLDER, env=environment, capture_output=True,
                          text=True, check=False)
    assert done.returncode == expect, (arguments, done.returncode, done.stderr)
    return done.stdout


def prepare():
    place = pathlib.Path(FOLDER)
    (place / 'site').mkdir()
    (place / 'site/index.html').write_text('<p>Hello', encoding='utf-8')
    run('create', 'authority', 'a')
    for language in ('en', 'fr'):
        run('create', 'exchange', '--authority', 'a', '--url', 'https://example.com/', '--header',
            'Content-Type: text/html', '--header', 'Variants-04: accept-language;en;fr',
            '--header', f'Variant-Key-04: {language}', '--content', 'site/index.html',
            f'{language}.sxg')
    run('create', 'bundle', '--dir', 'site', '--base-url', 'https://example.com/', 'plain.wbn')
    (place / ODD).write_text('no', encoding='utf-8')


def check_message(message):
    assert isinstance(message['text'], str) and message['text'], message


def check_uri(uri):
    assert URI.fullmatch(uri), uri


def check_sarif(text):
    """Checks what the schema requires. Returns the rule of each result."""
    log = json.loads(text)
    assert set(log) <= {'$schema', 'version', 'runs'} and log['version'] == '2.1.0', log
    check_uri(log['$schema'])
    (one,) = log['runs']
    driver = one['tool']['driver']
    assert driver['name'] == 'bulla' and driver['version']
    ids = [rule['id'] for rule in driver['rules']]
    assert len(set(ids)) == len(ids), ids
    for rule in driver['rules']:
        check_message(rule['shortDescription'])
        if 'help' in rule:
            check_message(rule['help'])
    for result in one['results']:
        assert result['ruleId'] in ids and result['level'] in LEVELS, result
        check_message(result['message'])
        for location in result['locations']:
            check_uri(location['physicalLocation']['artifactLocation']['uri'])
    found = [result['ruleId'] for result in one['results']]
    assert set(found) == set(ids), (found, ids)
    return found


def count_cases(element):
    cases = list(element.iter('testcase'))
    return {
        'tests': len(cases),
        'failures': len(list(element.iter('failure'))),
        'errors': len(list(element.iter('error'))),
        'skipped': len(list(element.iter('skipped'))),
    }


def check_junit(text):
    """Checks attributes, children and counts. Returns the names of cases by their result."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag in ('testsuites', 'testsuite'), root.tag
    found = {}
    for element in root.iter():
        required, others = ATTRIBUTES[element.tag]
        assert set(required) <= set(element.attrib) <= {*required, *others}, element.attrib
        assert {child.tag for child in element} <= set(CHILDREN[element.tag]), element.tag
        for name, number in count_cases(element).items():
            assert int(element.get(name, number)) == number, (element.attrib, name, number)
        if element.tag == 'testcase':
            assert len(element) <= 1, element.attrib
            state = element[0].tag if len(element) > 0 else 'passed'
            found.setdefault(state, []).append(element.get('name'))
    return found


def verifies():
    names = ['en.sxg', 'plain.wbn', ODD, 'gone.sxg', 'https://example.com/a b[é.sxg']
    arguments = ['verify', *TRUST, '--require', 'substitute', '--quiet', *names]
    rules = check_sarif(run(*arguments, '--sarif', '-', expect=2))
    assert rules == ['separate-origin', 'sxg.truncated', 'not-read', 'not-read'], rules
    found = check_junit(run(*arguments, '--junit', '-', expect=2))
    assert found == {'passed': names[:1], 'failure': names[1:3], 'error': names[3:]}, found


def passes():
    """A package without faults is a case, and not a result."""
    arguments = ['verify', *TRUST, '--quiet', 'en.sxg', 'plain.wbn']
    assert check_sarif(run(*arguments, '--sarif', '-')) == []
    assert check_junit(run(*arguments, '--junit', '-')) == {'passed': ['en.sxg', 'plain.wbn']}


def names_objections():
    """What a distributor objects to is the rule, in every language."""
    arguments = ['verify', *TRUST, '--lint', 'google-cache', 'en.sxg']
    rules = check_sarif(run(*arguments, '--quiet', '--sarif', '-', expect=1))
    assert len(rules) == 1 and rules[0].startswith('google-cache.'), rules
    junit = run(*arguments, '--quiet', '--junit', '-', expect=1)
    assert check_junit(junit) == {'failure': ['en.sxg']}
    assert f'type="{rules[0]}"' in junit and 'required:' in junit, junit
    lint, text = [], []
    for language in ('en', 'de'):
        words = {'LC_ALL': '', 'LANG': 'C.UTF-8', 'LANGUAGE': language}
        text.append(run(*arguments, expect=1, **words))
        lint.append(json.loads(run(*arguments, '--json=full', expect=1, **words))['lint'])
    assert text[0] != text[1], 'the text is not translated'
    assert lint[0] and lint[0] == lint[1], lint


def chooses():
    text = run('variants', '--quiet', '--client', 'curl', '--client', 'lynx', '--junit', '-',
               'en.sxg', 'fr.sxg')
    found = check_junit(text)
    assert sum(map(len, found.values())) == 2, found


if __name__ == '__main__':
    with tempfile.TemporaryDirectory() as FOLDER:
        for variable in ('HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'):
            os.environ[variable] = FOLDER
        prepare()
        tap.run([verifies, passes, names_objections, chooses])
