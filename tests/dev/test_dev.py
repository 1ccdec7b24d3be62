#!/usr/bin/env python3
"""test_dev.py - ./dev waits for a busy package manager, shows progress, and has help.

SPDX-License-Identifier: LGPL-2.1-or-later

test_dev.py SOURCE_ROOT
"""
import contextlib
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

DEV = pathlib.Path(sys.argv[1]) / 'dev'
HOLDER = """
import fcntl, sys
file = open(sys.argv[1], 'w')
fcntl.lockf(file, fcntl.LOCK_EX)
print('held', flush=True)
sys.stdin.read()
"""


def script(text, **more):
    """The command line of a shell that has loaded the functions of ./dev."""
    return {'args': ['bash', '-c', f'source {DEV}\n{text}'], 'text': True, **more}


def ran(text, **more):
    return subprocess.run(**script(text, capture_output=True, check=False, timeout=60, **more))


@contextlib.contextmanager
def apt_root():
    """An environment in which apt uses an empty folder."""
    if not shutil.which('apt-config') or not pathlib.Path('/proc/locks').exists():
        raise tap.Skip('no apt here')
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for folder in ('var/lib/dpkg/updates', 'var/lib/apt/lists/partial', 'etc/apt/apt.conf.d',
                       'etc/apt/preferences.d', 'var/cache/apt/archives/partial', 'var/log/apt'):
            (root / folder).mkdir(parents=True)
        (root / 'var/lib/dpkg/status').touch()
        (root / 'etc/apt/sources.list').touch()
        (root / 'conf').write_text(
            f'Dir "{root}";\nDir::State::status "{root}/var/lib/dpkg/status";\n', encoding='utf-8'
        )
        yield root, dict(os.environ, APT_CONFIG=str(root / 'conf'))


@contextlib.contextmanager
def held(path):
    """A process that holds the lock on PATH until its stdin is closed."""
    holder = subprocess.Popen([sys.executable, '-c', HOLDER, str(path)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == 'held\n'
        yield holder
    finally:
        holder.stdin.close()
        holder.wait()


def waits_for_each_lock():
    with apt_root() as (root, environment):
        for name in ('var/lib/dpkg/lock-frontend', 'var/lib/dpkg/lock', 'var/lib/apt/lists/lock',
                     'var/cache/apt/archives/lock'):
            with held(root / name) as holder:
                waiting = subprocess.Popen(**script('wait_for_package_manager; echo free',
                                                    env=environment, stdout=subprocess.PIPE,
                                                    stderr=subprocess.PIPE))
                said = waiting.stderr.readline()
                assert f'process {holder.pid}) to finish' in said, said
                assert f'holds {root / name}.' in said and '15 minutes' in said, said
                assert waiting.poll() is None, 'it did not wait'
            out, err = waiting.communicate(timeout=60)
            assert (out, err, waiting.returncode) == ('free\n', '', 0), (out, err)


def installs_after_the_lock():
    with apt_root() as (root, environment):
        with held(root / 'var/lib/dpkg/lock-frontend'):
            text = 'as_root () { "$@"; }\napt_get -y install no-such-package'
            waiting = subprocess.Popen(**script(text, env=environment, stderr=subprocess.PIPE))
            assert waiting.stderr.readline().startswith('Waiting for ')
        _, err = waiting.communicate(timeout=60)
        assert 'Unable to locate package no-such-package' in err, err
        assert 'Could not get lock' not in err, err


def tells_apt_to_wait():
    with tempfile.TemporaryDirectory() as name:
        apt = pathlib.Path(name) / 'apt-get'
        apt.write_text('#!/bin/sh\necho "$@" >&2\n', encoding='utf-8')
        apt.chmod(0o755)
        path = f'{name}:{os.environ["PATH"]}'
        done = ran('held_lock () { :; }\nas_root () { "$@"; }\napt_get update',
                   env=dict(os.environ, PATH=path))
        assert '-o DPkg::Lock::Timeout=900 update' in done.stderr, done.stderr


@contextlib.contextmanager
def fake_system(services, status=0):
    """A folder with apt-get and systemctl that write down how they were called, and what the file
    says then that keeps services from starting; and the shell's lines that use them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for program, text in (
            ('apt-get', f'cd "{folder}"; test -x policy-rc.d || exit 7; cat policy-rc.d >>calls; '
                        f'exit {status}'),
            ('systemctl', f'echo "systemctl $*" >>"{folder}/calls"'),
        ):
            (folder / program).write_text(f'#!/bin/sh\n{text}\n', encoding='utf-8')
            (folder / program).chmod(0o755)
        for service in services:
            (folder / f'{service}.service').touch()
        yield folder, (f'PATH={folder}:$PATH\nheld_lock () {{ :; }}\nas_root () {{ "$@"; }}\n'
                       f'service_policy={folder}/policy-rc.d\nunit_dir={folder}\n')


def starts_no_services():
    """Packages with a service are installed under a policy that forbids it, and disabled."""
    for status in (0, 100):
        with fake_system(['nsd', 'caddy', 'ssh'], status) as (folder, text):
            done = ran(text + 'install_packages curl nsd nginx caddy')
            assert (done.returncode, done.stderr) == (status, ''), done
            first, second, *calls = (folder / 'calls').read_text().splitlines()
            assert (first, second) == ('#!/bin/sh', 'exit 101'), first
            # nginx, whose installation failed, has no service
            assert [re.sub(' --now', '', call) for call in calls] == [
                'systemctl --quiet disable nsd', 'systemctl --quiet disable caddy'], calls
            assert not (folder / 'policy-rc.d').exists()


def keeps_the_policy():
    """A policy of this system is neither changed nor removed."""
    with fake_system([]) as (folder, text):
        (folder / 'policy-rc.d').write_text('mine\n', encoding='utf-8')
        (folder / 'policy-rc.d').chmod(0o700)
        assert ran(text + 'install_packages nsd').returncode == 0
        assert (folder / 'calls').read_text() == 'mine\n'
        assert (folder / 'policy-rc.d').read_text() == 'mine\n'


def the_page_has_every_package():
    """docs/dependencies.md names what the tests need."""
    page = (DEV.parent / 'docs/dependencies.md').read_text(encoding='utf-8')
    ask = 'packages_to_run () { :; }\npackages_to_test; packages_to_test_more'
    listed = ran(ask).stdout.split('\n')
    names = [line.split()[0] for line in listed if line]
    assert len(names) > 10, listed
    for name in names:
        assert re.search(rf'(?<![\w-]){re.escape(name)}(?![\w-])', page), name


def gives_up():
    with apt_root() as (root, environment):
        lock = root / 'var/lib/apt/lists/lock'
        with held(lock) as holder:
            done = ran('lock_wait=0\nwait_for_package_manager; echo free', env=environment)
            assert done.returncode == 2 and done.stdout == '', done
            last = done.stderr.splitlines()[-1]
            assert f'(process {holder.pid}) still holds {lock}; run ./dev again' in last, last


def ninja(steps):
    return ''.join(f'[{step}/{steps}] Compiling\n' for step in range(1, steps + 1))


def shows_progress():
    done = ran('step_milliseconds=600\nshow_progress 2', input=ninja(400))
    assert done.stdout == ninja(400), 'the log has all lines'
    lines = done.stderr.splitlines()
    assert lines[:2] == ['Building (about 2 minutes)…', '  10 % of 400 steps'], lines
    assert len(lines) == 11 and lines[-1] == '  100 % of 400 steps', lines
    assert ran('step_milliseconds=600\nshow_progress 1', input=ninja(100)).stderr.startswith(
        'Building (about 1 minute)…\n')
    assert ran('show_progress 8', input=ninja(30)).stderr.startswith(
        'Building (less than a minute)…\n')


def is_silent_about_little():
    done = ran('show_progress 2', input='ninja: no work to do.\n' + ninja(19))
    assert done.stderr == '' and done.stdout.endswith('[19/19] Compiling\n'), done


def read_to_end(terminal):
    """All that was written to a terminal whose other side is closed; each read returns a part."""
    text = b''
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError: # EIO: the other side is closed
            return text
        if not part:
            return text
        text += part


def draws_on_a_terminal():
    ours, its = pty.openpty()
    done = subprocess.run(**script('show_progress 2 >/dev/null', input=ninja(20), stderr=its,
                                   check=False, timeout=60))
    os.close(its)
    drawn = read_to_end(ours).decode()
    os.close(ours)
    assert done.returncode == 0
    assert '\r\x1b[K  step 20 of 20: Compiling' in drawn and drawn.endswith('\r\x1b[K'), drawn


def says_the_log_of_a_failure():
    done = ran('dir_of () { echo /nowhere; }\ncompile () { echo "broken: x.c"; return 1; }\n'
               'compile_quietly gcc && echo built')
    assert done.stdout == '' and 'broken: x.c' in done.stderr, done
    assert done.returncode == 1


def commands():
    """The names that the last `case` of the script takes."""
    cases = DEV.read_text(encoding='utf-8').split('case $command in', 1)[1]
    return re.findall(r'^  ([a-z]+)\)', cases, re.MULTILINE)


def help_has_every_command():
    done = subprocess.run([DEV, '--help'], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == ''
    assert len(commands()) >= 10, commands()
    for name in commands():
        assert re.search(rf'^  (\./dev )?{name} ', done.stdout + ' ', re.MULTILINE), name
    for name in re.findall(r'^  \./dev ([a-z]+)', done.stdout, re.MULTILINE):
        assert name in commands(), name
    assert max(map(len, done.stdout.splitlines())) <= 95


def a_slip():
    done = subprocess.run([DEV, 'biuld'], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == '', done
    assert done.stderr.endswith('dev: no command is called biuld\n'), done.stderr


tap.run([
    waits_for_each_lock, installs_after_the_lock, tells_apt_to_wait, gives_up,
    starts_no_services, keeps_the_policy, the_page_has_every_package,
    shows_progress, is_silent_about_little, draws_on_a_terminal, says_the_log_of_a_failure,
    help_has_every_command, a_slip,
])
