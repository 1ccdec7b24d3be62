"""webdriver.py - the part of WebDriver that the demo and the tests need.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import http.client
import json
import pathlib
import socket
import subprocess

from . import display, wait


# WebKitWebDriver finds a free port and releases it again. If another process takes it before the
# shell listens on it, the driver waits forever, and the shell has printed this message.
PORT_TAKEN = 'Failed to start remote inspector server'
STARTS = 3
LOG_MAX = 2000  # characters


class NotStarted(OSError):
    """The driver or the shell did not start."""


class Refused(Exception):
    """The driver answered with an error."""

    def __init__(self, value):
        super().__init__(f'{value.get("error")}: {value.get("message")}')
        self.error = value.get('error')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Driver:
    """WebKitWebDriver, and the one shell that it starts."""

    def __init__(self, environment, shell, arguments, log):
        for left in reversed(range(STARTS)):
            try:
                self.start(environment, shell, arguments, log)
                return
            except BaseException as error:
                self.close()
                text = pathlib.Path(log).read_text(encoding='utf-8', errors='replace')
                if left and isinstance(error, TimeoutError) and PORT_TAKEN in text:
                    continue
                if text and isinstance(error, Exception):
                    raise NotStarted(f'{error!r}; its log ends: {text[-LOG_MAX:]}') from error
                raise

    def start(self, environment, shell, arguments, log):
        self.port = free_port()
        self.session = None
        self.log = open(log, 'wb')
        self.process = subprocess.Popen(
            [display.require('WebKitWebDriver'), '--host=127.0.0.1', f'--port={self.port}'],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        wait.until('WebKitWebDriver answers', lambda: self.call('GET', '/status'))
        options = {'binary': str(pathlib.Path(shell)), 'args': ['--automation', *arguments]}
        wanted = {'webkitgtk:browserOptions': options, 'pageLoadStrategy': 'none'}
        answer = self.call('POST', '/session', {'capabilities': {'alwaysMatch': wanted}})
        self.session = answer['sessionId']

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            text = json.dumps(body if body is not None else {}) if method == 'POST' else None
            connection.request(method, path, text, {'Content-Type': 'application/json'})
            response = connection.getresponse()
            value = json.loads(response.read())['value']
        finally:
            connection.close()
        if response.status >= 400:
            raise Refused(value)
        return value

    def ask(self, method, path, body=None):
        return self.call(method, f'/session/{self.session}{path}', body)

    def open(self, url):
        self.ask('POST', '/url', {'url': url})

    def address(self):
        return self.ask('GET', '/url')

    def title(self):
        return self.ask('GET', '/title')

    def back(self):
        self.ask('POST', '/back')

    def forward(self):
        self.ask('POST', '/forward')

    def reload(self):
        self.ask('POST', '/refresh')

    def run(self, script, *arguments):
        """Runs SCRIPT, the body of a function; its result."""
        return self.ask('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def run_async(self, script, *arguments):
        """Runs SCRIPT; the value that it passes to its last argument, a function."""
        return self.ask('POST', '/execute/async', {'script': script, 'args': list(arguments)})

    def click(self, selector):
        """Clicks by script, because this WebKit cannot move the mouse ("unsupported operation")."""
        self.run('document.querySelector(arguments[0]).click()', selector)

    def window(self):
        return self.ask('GET', '/window')

    def windows(self):
        return self.ask('GET', '/window/handles')

    def new_window(self):
        return self.ask('POST', '/window/new', {'type': 'window'})['handle']

    def switch(self, handle):
        self.ask('POST', '/window', {'handle': handle})

    def cookies(self):
        return {each['name']: each for each in self.ask('GET', '/cookie')}

    def close(self):
        try:
            if self.session is not None:
                self.ask('DELETE', '')
        except (OSError, Refused, http.client.HTTPException):
            pass  # the shell has already exited, as intended
        self.session = None
        self.process.terminate()
        self.process.wait()
        self.log.close()
