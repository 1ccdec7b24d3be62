#!/usr/bin/env python3
"""completion.py - checks the completion scripts in the installed shells, and the man pages.

SPDX-License-Identifier: LGPL-2.1-or-later

completion.py BULLA
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BASH = """
. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_bulla "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef () { }
. "$1" 2>/dev/null; place=$2; prev=$3; _bulla_find; printf '%s\\n' ${=offer}
"""
ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = {'chromium', 'draft-b3', 'loading', 'separate-origin'}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def script(shell):
    name = pathlib.Path(FOLDER) / f'bulla.{shell}'
    name.write_text(run(sys.argv[1], 'help', '--completion', shell), encoding='utf-8')
    return str(name)


def bash(*words):
    return set(run('bash', '-c', BASH, '-', script('bash'), *words).split())


def in_bash():
    assert bash('bulla', 'ver') == {'verify'}
    assert bash('bulla', 'verify', '--profile', '') == SHIPPED
    assert bash('bulla', 'verify', '-p', 'moz') == {'mozilla'}
    assert bash('bulla', 'compare', '--profile', '') == SHIPPED
    assert bash('bulla', 'verify', '--profile', '=', 'ch') == {'chromium'}
    assert bash('bulla', 'verify', '--require', '') == {'substitute'}
    assert bash('bulla', 'create', 'bundle', '--format', '') == {'b1', 'b2'}
    assert 'certificate.ocsp=' in bash('bulla', 'verify', '--set', 'certificate.o')
    # bash makes words of its own of “=” and what surrounds it
    ages = {'lifetime', 'revoked-age', 'age'}
    assert bash('bulla', 'verify', '--set', 'certificate.ocsp', '=') == ages
    assert bash('bulla', 'verify', '--set', 'certificate.ocsp', '=', 'a') == {'age'}
    assert bash('bulla', 'verify', '--set', 'ocsp.max-age', '=', '1') == set()
    # unless COMP_WORDBREAKS lacks it
    whole = {f'certificate.ocsp={age}' for age in ages}
    assert bash('bulla', 'verify', '--set', 'certificate.ocsp=') == whole
    assert bash('bulla', 'verify', '--set', 'certificate.ocsp=a') == {'certificate.ocsp=age'}
    assert bash('bulla', 'verify', '--profile=ch') == {'--profile=chromium'}
    assert bash('bulla', 'verify', '--json=') == {'--json=full'}
    assert bash('bulla', 'verify', '--json', '=') == {'full'}
    assert bash('bulla', 'verify', '--json', '=', 'f') == {'full'}
    assert 'full' not in bash('bulla', 'verify', '--json', '')
    assert bash('bulla', 'inspect', '--json', '=') == set()
    assert bash('bulla', 'help', 'create', '') == {
        'authority', 'bundle', 'chain', 'exchange', 'site', 'validity',
    }
    assert bash('bulla', 'help', 'verify', '') == set()
    assert 'create' in bash('bulla', 'help', 'cr')
    assert bash('bulla', 'verify', '--lint', '') == {'google-cache'}
    assert bash('bulla', 'verify', '--client', 'kai') == {'kaios-2.5'}
    assert bash('bulla', 'variants', '--client', '') == bash('bulla', 'gateway', '--client', '')
    assert bash('bulla', 'gateway', '--launch', '') >= {'firefox', 'chromium'}
    assert 'lint-error' in bash('bulla', 'variants', '--fail-on', '')
    assert bash('bulla', 'create', 'chain', '--sct-in', '') == {'chain', 'certificate', 'ocsp'}
    assert bash('bulla', 'create', 'chain', '--status', '') == {'good', 'revoked', 'unknown'}
    assert bash('bulla', 'create', 'exchange', '--status', '') == set()  # a number
    assert bash('bulla', 'sign', '--generate', '') == {'ed25519', 'p256'}
    assert bash('bulla', 'help', '--completion', '') == {'bash', 'fish', 'zsh'}
    assert bash('bulla', 'explain', 'signature.exp') >= {'signature.expired'}
    assert bash('bulla', 'verify', '--chain', '') == set()  # files, by default
    assert '--send-header' in bash('bulla', 'bundle', 'list', '--')


def in_zsh():
    if shutil.which('zsh') is None:
        raise tap.Skip('zsh is not installed')
    run('zsh', '-n', script('zsh'))
    words = set(run('zsh', '-f', '-c', ZSH, '-', script('zsh'), ' verify', '--profile').split())
    assert words == SHIPPED, words
    words = run('zsh', '-f', '-c', ZSH, '-', script('zsh'), '=', 'certificate.ocsp').split()
    assert set(words) == {'lifetime', 'revoked-age', 'age'}, words
    words = run('zsh', '-f', '-c', ZSH, '-', script('zsh'), ' verify', '--json=').split()
    assert words == ['full'], words
    words = run('zsh', '-f', '-c', ZSH, '-', script('zsh'), ' help create', 'create').split()
    assert 'exchange' in words and 'verify' not in words, words
    words = run('zsh', '-f', '-c', ZSH, '-', script('zsh'), ' bundle', 'bundle').split()
    assert 'list' in words and 'extract' in words, words


def in_fish():
    if shutil.which('fish') is None:
        raise tap.Skip('fish is not installed')
    name = script('fish')
    ask = f'source {name}; complete -C "bulla verify --profile "'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert words >= SHIPPED, words
    ask = f'source {name}; complete -C "bulla verify --set certificate.ocsp="'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert 'certificate.ocsp=age' in words, words
    ask = f'source {name}; complete -C "bulla verify --client kai"'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert words == {'kaios-2.5'}, words
    ask = f'source {name}; complete -C "bulla verify --json="'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert '--json=full' in words, words
    ask = f'source {name}; complete -C "bulla help create "'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert 'exchange' in words and 'verify' not in words, words
    ask = f'source {name}; complete -C "bulla bundle "'
    words = {line.split('\t')[0] for line in run('fish', '--no-config', '-c', ask).splitlines()}
    assert {'list', 'extract'} <= words, words


def man_pages():
    """Each verb has a man page, and the browser's lists all its options."""
    run(sys.argv[1], 'help', '--man-all', FOLDER)
    built = (ROOT / 'shell/cli/meson.build').read_text(encoding='utf-8')
    for page in pathlib.Path(FOLDER).glob('bulla*.1'):
        name = page.stem.removeprefix('bulla').removeprefix('-')
        assert f"'{name}'" in built, f'{name} is not in shell/cli/meson.build'
    source = (ROOT / 'shell/engine/bulla-options.c').read_text(encoding='utf-8')
    page = (ROOT / 'data/bulla-shell.1').read_text(encoding='utf-8').replace('\\-', '-')
    options = re.findall(r'\{"([a-z-]+)", 0, 0, G_OPTION', source)
    assert len(options) > 10, options
    for option in options:
        assert f'\\fB--{option}\\fR' in page, f'--{option} is not in data/bulla-shell.1'


with tempfile.TemporaryDirectory() as FOLDER:
    tap.run([in_bash, in_zsh, in_fish, man_pages])
