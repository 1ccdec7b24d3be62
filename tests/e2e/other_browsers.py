"""other_browsers.py - Firefox and Chromium as bulla gateway --launch starts them, driven by a test.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

from driver import display, wait
from driver.webdriver import Driver, free_port

# appends what a test needs to the profile that the gateway has written, and starts the real Firefox
FIREFOX = """#!/bin/sh
printf '%s\\n' 'user_pref("marionette.port", 0);' >>"$3/user.js"
exec "{program}" "$@" --marionette
"""


class Lines:
    """What a process prints, read by a thread."""

    def __init__(self, stream):
        self.text = ''
        self.stream = stream
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.stream:
            self.text += line

    def wait_for(self, part, seconds=30):
        return wait.until(f'the gateway prints {part!r}', lambda: part in self.text, seconds)


class Launched:
    """bulla gateway --launch, with a browser, in a world."""

    def __init__(self, build, world, kind, *arguments, options=()):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix='bulla-launch-'))
        self.temporary = self.place / 'tmp'
        self.temporary.mkdir()
        self.ledger = self.place / 'ledger.jsonl'
        self.log = open(self.place / 'log', 'wb')
        self.process = subprocess.Popen(
            [
                str(pathlib.Path(build) / 'shell/cli/bulla'),
                'gateway',
                '--launch',
                self.program(kind),
                '--ledger',
                str(self.ledger),
                '--store',
                str(self.place / 'store'),
                *options,
                *world.arguments(),
                '--',
                *self.options(kind),
                *arguments,
            ],
            env={**os.environ, 'TMPDIR': str(self.temporary), 'LC_ALL': 'C.UTF-8'},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.lines = Lines(self.process.stdout)
        self.browser = None

    def program(self, kind):
        if kind == 'chromium':
            return display.require('chromium')
        program = shutil.which('firefox') or display.require('firefox-esr')
        display.require('certutil')
        wrapper = self.place / 'firefox-with-marionette'
        wrapper.write_text(FIREFOX.format(program=program), encoding='utf-8')
        wrapper.chmod(0o700)
        return str(wrapper)

    def options(self, kind):
        if kind == 'firefox':
            return ['--headless']
        sandbox = [] if os.getuid() else ['--no-sandbox']  # which does not work for root
        return ['--headless=new', '--disable-gpu', '--remote-debugging-port=0', *sandbox]

    def profile(self):
        found = list(self.temporary.glob('bulla-browser-*'))
        return found[0] if found else None

    def read_port(self, name):
        """The port in that file of the profile, once the browser has written it."""

        def read():
            assert self.process.poll() is None, f'it ended with {self.process.returncode}'
            folder = self.profile()
            file = folder / name if folder else None
            return file is not None and file.exists() and int(file.read_text().split('\n')[0] or 0)

        return wait.until(f'the browser writes {name}', read, 60)

    def drive(self, kind):
        """The driver of the browser, once it accepts one."""
        if self.browser is None:
            if kind == 'firefox':
                self.browser = Marionette(self.read_port('MarionetteActivePort'))
            else:
                self.browser = Chromium(self.read_port('DevToolsActivePort'), self.place / 'driver')
        return self.browser

    def contacts(self):
        text = self.ledger.read_text(encoding='utf-8') if self.ledger.exists() else ''
        return [json.loads(line) for line in text.splitlines() if line.endswith('}')]

    def tell(self):
        errors = (self.place / 'log').read_text(encoding='utf-8', errors='replace')
        return f'{self.lines.text}\n{errors[-2000:]}'

    def end(self):
        """Ends the gateway as Ctrl+C does; its exit status."""
        self.release()
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=30)

    def release(self):
        if self.browser is not None:
            self.browser.release()
        self.browser = None

    def close(self):
        self.end()
        self.lines.thread.join()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.place, ignore_errors=True)


class Marionette:
    """Firefox's own protocol, which needs no further program."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=60)
        self.file = self.socket.makefile('rb')
        self.number = 0
        self.read()
        self.call('WebDriver:NewSession', {'pageLoadStrategy': 'none'})

    def read(self):
        length = b''
        while not length.endswith(b':'):
            byte = self.file.read(1)
            if not byte:
                raise OSError('Firefox closed the connection')
            length += byte
        return json.loads(self.file.read(int(length[:-1])))

    def call(self, name, body=None):
        self.number += 1
        text = json.dumps([0, self.number, name, body or {}])
        self.socket.sendall(f'{len(text.encode())}:{text}'.encode())
        _, number, error, result = self.read()
        assert number == self.number, f'an answer to {number}'
        assert error is None, f'{error and error.get("error")}: {error and error.get("message")}'
        return result.get('value') if isinstance(result, dict) and 'value' in result else result

    def open(self, url):
        self.call('WebDriver:Navigate', {'url': url})

    def address(self):
        return self.call('WebDriver:GetCurrentURL')

    def run(self, script, *arguments):
        return self.call('WebDriver:ExecuteScript', {'script': script, 'args': list(arguments)})

    def run_async(self, script, *arguments):
        return self.call(
            'WebDriver:ExecuteAsyncScript', {'script': script, 'args': list(arguments)}
        )

    def quit(self):
        """Closes the browser, as its user does."""
        self.call('Marionette:Quit', {'flags': ['eAttemptQuit']})

    def release(self):
        self.file.close()
        self.socket.close()


class Chromium(Driver):
    """chromedriver, attached to a Chromium that it did not start."""

    def __init__(self, port, log):
        self.port = free_port()
        self.session = None
        self.log = open(log, 'wb')
        self.process = subprocess.Popen(
            [display.require('chromedriver'), f'--port={self.port}'],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait.until('chromedriver answers', lambda: self.call('GET', '/status'))
            wanted = {
                'goog:chromeOptions': {'debuggerAddress': f'127.0.0.1:{port}'},
                'pageLoadStrategy': 'none',
            }
            answer = self.call('POST', '/session', {'capabilities': {'alwaysMatch': wanted}})
            self.session = answer['sessionId']
        except BaseException:
            self.release()
            raise

    def quit(self):
        """Closes the browser, as its user does; without a display its last window does not."""
        self.ask('POST', '/goog/cdp/execute', {'cmd': 'Browser.close', 'params': {}})

    def release(self):
        self.close()
