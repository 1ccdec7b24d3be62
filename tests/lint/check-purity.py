#!/usr/bin/env python3
"""check-purity.py - built objects use only allowed symbols, and export only bulla_*.

SPDX-License-Identifier: LGPL-2.1-or-later

policy/ decides and does nothing else: its archive may want GLib's values and C's memory functions.
The parsers and verifiers do no I/O. The library exports nothing but bulla_*, and neither it nor the
command pulls in a widget or a browser engine.
"""
import glob
import pathlib
import re
import subprocess

import lintlib

POLICY = 'policy/libbulla-policy.a'
LIBRARY = 'loader/libbulla-1.so'
COMMAND = 'shell/cli/bulla'

# symbols that policy may use
PURE_C = re.compile(
    r'(__)?(mem(cpy|cmp|move|set|chr|rchr|mem)|str(n?len|n?cmp|n?casecmp|r?chr|str|c?spn|pbrk)'
    r'|strtou?ll?|bsearch|qsort|abort)(_chk)?'
)
RUNTIME = re.compile(
    r'__(asan|ubsan|lsan|sanitizer|sancov|gcov|llvm|tsan)\w*'
    r'|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_'
)

# names of the two sets of symbols: the public one, and that of the programs of this release
VERSION = re.compile(r'BULLA_(1|PRIVATE_[\d.]+)')

# functions of GLib that do I/O, block, wait, log or use randomness
OUTSIDE_GLIB = re.compile(
    r'g_(file_(?!error_quark)\w+|open|creat|access|chdir|mkdir\w*|mkstemp\w*|mkdtemp\w*|remove'
    r'|rename|unlink|rmdir|fopen|freopen|stat|lstat|dir_\w+|mapped_file\w*|io_channel\w*'
    r'|key_file_(load_from_(file|(data_)?dirs)|save_to_file)|spawn\w*|subprocess\w*|timer_\w+'
    r'|usleep|get_(real|monotonic)_time|get_current_\w+|date_time_new_now\w*|timeout\w*|idle\w*'
    r'|main_\w+|random_\w+|rand_\w+|uuid_string_random|(get|set|unset)env|environ\w*|listenv'
    r'|get_(environ|host_name|home|tmp|user|system)\w*|log|log_\w+|logv|print|printerr|v?f?printf'
    r'|thread\w*|socket\w*|resolver\w*|bus_\w+|dbus\w*|settings_\w+|(in|out)put_stream\w*|unix_\w+)'
)
# used by g_return_if_fail, g_return_if_reached and g_assert after a programming error;
# check-calls.py checks that g_log is not called otherwise
PROGRAMMER = re.compile(r'g_(return_if_fail_warning|assertion_message\w*|warn_message|log)')

OUTSIDE_C = re.compile(
    r'(__)?(f?open(at)?(64)?(_2)?|creat|p?read|p?write|recv\w*|send\w*|socket|connect|bind|listen'
    r'|accept4?|getaddrinfo|gethostby\w+|ioctl|mmap|[fl]?stat|unlink|rename|mkdir|fork|execv\w*'
    r'|posix_spawn\w*|system|time|clock\w*|gettimeofday|nanosleep|u?sleep|rand\w*|random|srand\w*'
    r'|getrandom|getentropy|getenv|f?printf|puts|putchar|fwrite|fread|pthread_create)(_chk)?'
)


def symbols(path, *options):
    """(object, symbol) pairs that `nm` lists for an archive, an object or a shared library."""
    listing = subprocess.run(
        ['nm', '-A', *options, path], capture_output=True, text=True, check=True
    )
    for line in listing.stdout.splitlines():
        place, _, symbol = line.rpartition(' ')
        yield pathlib.Path(place.rstrip(' U').rstrip(':')).name, symbol.split('@')[0]


def is_pure(symbol):
    if PROGRAMMER.fullmatch(symbol):
        return True
    if symbol.startswith('g_'):
        return not OUTSIDE_GLIB.fullmatch(symbol)
    return bool(PURE_C.fullmatch(symbol) or RUNTIME.fullmatch(symbol))


def check_policy(path):
    own = {symbol for _, symbol in symbols(path, '--defined-only')}
    for place, symbol in symbols(path, '-u'):
        if symbol not in own and not is_pure(symbol):
            yield f'policy, {place}: wants {symbol}'


def check_still(build):
    """parse/ and verify/ do no I/O and read no clock."""
    objects = [
        path
        for room in ('parse', 'verify')
        for path in glob.glob(f'{glob.escape(build)}/loader/*.p/{room}_*.o')
    ]
    if not objects:
        yield 'no object of loader/parse or loader/verify was built'
    for path in objects:
        for _, symbol in symbols(path, '-u'):
            if (
                OUTSIDE_C.fullmatch(symbol)
                or re.fullmatch(r'soup_\w+|sqlite3_\w+', symbol)
                or (
                    OUTSIDE_GLIB.fullmatch(symbol)
                    and not PROGRAMMER.fullmatch(symbol)
                    and not re.fullmatch(r'g_(in|out)put_stream_\w+', symbol)
                )
            ):
                yield f'{pathlib.Path(path).name}: wants {symbol}'


def check_linkage(path):
    listing = subprocess.run(['readelf', '-d', path], capture_output=True, text=True, check=True)
    for needed in re.findall(r'NEEDED.*\[(.*)\]', listing.stdout):
        if re.match(r'lib(gtk|gdk|adwaita|webkit|javascriptcore)', needed):
            yield f'{path.name}: is linked with {needed}'


def check_library(path):
    yield from check_linkage(path)
    for _, symbol in symbols(path, '-D', '--defined-only'):
        if not symbol.startswith('bulla_') and not RUNTIME.fullmatch(symbol):
            if VERSION.fullmatch(symbol):
                continue
            yield f'{path.name}: exports {symbol}'


def check(_root, build):
    parts = ((POLICY, check_policy), (LIBRARY, check_library), (COMMAND, check_linkage))
    for name, part in parts:
        path = pathlib.Path(build or '.') / name
        if path.exists():
            yield from part(path)
        else:
            yield f'{name} was not built'
    yield from check_still(build or '.')


def prepare(directory):
    """Builds a sample: one C file per part, as meson would place it."""

    def compile_c(name, *options):
        subprocess.run(['cc', *options, '-w', '-x', 'c', f'{directory}/{name}'], check=True)

    for place in ('policy', 'loader/l.p', 'shell/cli'):
        pathlib.Path(directory, place).mkdir(parents=True, exist_ok=True)
    compile_c('p.c', '-c', '-o', f'{directory}/policy/p.o')
    subprocess.run(['ar', 'rcs', f'{directory}/{POLICY}', f'{directory}/policy/p.o'], check=True)
    compile_c('v.c', '-c', '-o', f'{directory}/loader/l.p/verify_v.c.o')
    compile_c('l.c', '-shared', '-fPIC', '-o', f'{directory}/{LIBRARY}')
    compile_c('main.c', '-o', f'{directory}/{COMMAND}')


def sample(**changed):
    clean = {
        'p': 'int g_strdup (), memcmp (); int f (int *s) { return memcmp (s, s) + g_strdup (s); }',
        'v': 'int EVP_DigestVerify (); int bulla_v (void) { return EVP_DigestVerify (); }',
        'l': 'int bulla_l (void) { return 1; }',
        'main': 'int main (void) { return 0; }',
    }
    return {f'{name}.c': text + '\n' for name, text in (clean | changed).items()}


lintlib.run(
    'purity',
    check,
    prepare=prepare,
    bad=[
        (
            'a clock in policy',
            sample(p='long g_get_real_time (); long f (void) { return g_get_real_time (); }'),
            'wants g_get_real_time',
        ),
        (
            'a file in policy',
            sample(p='int open (); int f (void) { return open (); }'),
            'wants open',
        ),
        (
            'a socket in policy',
            sample(p='int socket (); int f (void) { return socket (); }'),
            'wants socket',
        ),
        (
            'GIO in policy',
            sample(p='int g_file_new_for_path (); int f (void) { return g_file_new_for_path (); }'),
            'wants g_file_new_for_path',
        ),
        (
            'the environment in policy',
            sample(p='int g_getenv (); int f (void) { return g_getenv (); }'),
            'g_getenv',
        ),
        (
            'chance in policy',
            sample(p='int g_random_int (); int f (void) { return g_random_int (); }'),
            'g_random_int',
        ),
        (
            'printing in policy',
            sample(p='int g_print (); int f (void) { return g_print (); }'),
            'g_print',
        ),
        (
            'a clock in a verifier',
            sample(v='long time (); long f (void) { return time (); }'),
            'wants time',
        ),
        ('a stray export', sample(l='int stray (void) { return 1; }'), 'exports stray'),
    ],
    good=sample(),
)
