"""__init__.py - controls the shell from outside: a display, WebKitWebDriver, the demo's servers.

SPDX-License-Identifier: LGPL-2.1-or-later

The headless demo and the end-to-end tests share it.
"""
