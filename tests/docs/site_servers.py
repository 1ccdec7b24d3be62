#!/usr/bin/env python3
"""site_servers.py - nginx, Apache and Caddy deliver a site with the files that bulla writes.

SPDX-License-Identifier: LGPL-2.1-or-later

A server that is not installed is skipped.
"""
import contextlib
import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

EXCHANGE = 'application/signed-exchange;v=b3'
CRAWLER = f'text/html,image/webp,*/*;q=0.8,{EXCHANGE}'
BROWSER = f'text/html,*/*;q=0.8,{EXCHANGE};q=0.7'
SECONDS_MAX = 20
PORTS_MAX = 3

FILES = {
    'index.html': '<!doctype html><link rel=stylesheet href=a/style.css><img src=hill><p>Hello\n',
    'plain.html': '<p>Plain\n',
    'a/style.css': 'p { background: url("two words.png") }\n',
    'a/two words.png': 'no picture\n',
    'blog/index.html': '<script src="../app.js"></script>\n',
    'app.js': '// nothing\n',
    'q?x.html': '<p>Question\n',
    'p%41#{}.html': '<p>Signs\n',
    'hill.variants/hill.jpg': 'a photograph\n',
    'hill.variants/hill.svg': '<svg/>\n',
}

NGINX = """
{user}
daemon off;
pid {place}/nginx.pid;
error_log {place}/nginx.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {place}/t1; proxy_temp_path {place}/t2; fastcgi_temp_path {place}/t3;
  uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;
  types {{ text/html html; }}
  server {{
    listen 127.0.0.1:{port};
    root {place}/public;
    include {place}/signed/nginx.conf;
  }}
}}
"""
APACHE = """
ServerRoot {place}
{modules}
PidFile {place}/apache.pid
ErrorLog {place}/apache.log
Listen 127.0.0.1:{port}
ServerName localhost
User www-data
Group www-data
DocumentRoot {place}/public
DirectoryIndex index.html
TypesConfig /dev/null
AddType text/html .html
<Directory {place}/public>
  Require all granted
</Directory>
<VirtualHost 127.0.0.1:{port}>
  Include {place}/signed/apache.conf
</VirtualHost>
"""
CADDY = """
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{port} {{
  import {place}/signed/Caddyfile
  root * {place}/public
  file_server
}}
"""
MODULES = ('mpm_event', 'authz_core', 'dir', 'mime', 'rewrite', 'headers')
MODULE_FOLDERS = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules')


def find_program(*names):
    path = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def start_nginx(place, port):
    program = find_program('nginx')
    user = 'user root;' if os.geteuid() == 0 else ''
    config = place / 'nginx-main.conf'
    config.write_text(NGINX.format(place=place, port=port, user=user), encoding='utf-8')
    return program and [program, '-e', str(place / 'nginx.log'), '-c', str(config)]


def start_apache(place, port):
    program = find_program('apache2', 'httpd')
    folder = next((each for each in MODULE_FOLDERS if pathlib.Path(each).is_dir()), '')
    modules = '\n'.join(
        f'LoadModule {each}_module {folder}/mod_{each}.so'
        for each in MODULES
        if pathlib.Path(folder, f'mod_{each}.so').is_file()
    )
    config = place / 'apache-main.conf'
    config.write_text(APACHE.format(place=place, port=port, modules=modules), encoding='utf-8')
    return program and [program, '-DFOREGROUND', '-f', str(config)]


def start_caddy(place, port):
    program = find_program('caddy')
    config = place / 'Caddyfile-main'
    config.write_text(CADDY.format(place=place, port=port), encoding='utf-8')
    return program and [program, 'run', '--adapter', 'caddyfile', '--config', str(config)]


def get_free_port():
    """A port that was free a moment ago: another program may take it before the server does."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def request(port, path, accept):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=SECONDS_MAX)
    with contextlib.closing(connection):
        connection.request('GET', path, headers={'Accept': accept})
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def wait_for(port, process):
    """Whether the server of PROCESS, and not another that took its port, has begun to respond."""
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if request(port, '/plain.html', '*/*')[2] == FILES['plain.html'].encode():
                return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)  # ends early if the server has failed
    return False


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()


def read_package(place, name):
    return (place / 'signed/packages' / name).read_bytes()


def check_exchange(place, port, path, accept, name):
    status, headers, body = request(port, path, accept)
    assert status == 200, (path, status)
    assert body == read_package(place, name), (path, body[:80])
    assert headers['Content-Type'] == EXCHANGE, (path, headers['Content-Type'])
    assert headers['X-Content-Type-Options'] == 'nosniff', path
    assert 'Accept' in (headers['Vary'] or ''), (path, headers['Vary'])
    return headers


def check_page(place, port, path, accept, name):
    status, headers, body = request(port, path, accept)
    assert status == 200, (path, status)
    assert body == FILES[name].encode(), (path, body[:80])
    assert 'signed-exchange' not in (headers['Content-Type'] or ''), path
    assert 'Accept' in (headers['Vary'] or ''), (path, headers['Vary'])


def check_negotiated(place, port):
    for accept in (CRAWLER, EXCHANGE, EXCHANGE + ';q=1', 'application/signed-exchange;v="b3"'):
        check_exchange(place, port, '/', accept, 'index.html.sxg')
    check_exchange(place, port, '/plain.html', CRAWLER, 'plain.html.sxg')
    check_exchange(place, port, '/blog/', CRAWLER, 'blog/index.html.sxg')
    check_exchange(place, port, '/a/two%20words.png', CRAWLER, 'a/two words.png.sxg')
    check_exchange(place, port, '/p%2541%23%7B%7D.html', CRAWLER, 'p%41#{}.html.sxg')


def check_others(place, port):
    for accept in (BROWSER, '*/*', 'application/signed-exchange;v=b2', EXCHANGE + ';q=0'):
        check_page(place, port, '/', accept, 'index.html')
    check_page(place, port, '/plain.html?x=1', CRAWLER, 'plain.html')
    # no server is asked to rewrite to a name with a question mark
    check_page(place, port, '/q%3Fx.html', CRAWLER, 'q?x.html')
    check_page(place, port, '/q%3Fx.html', BROWSER, 'q?x.html')


def check_direct(place, port):
    check_exchange(place, port, '/plain.html.sxg', '*/*', 'plain.html.sxg')
    check_exchange(place, port, '/a/two%20words.png.sxg', BROWSER, 'a/two words.png.sxg')


def check_links(place, port):
    for path in ('/', '/index.html.sxg'):
        headers = check_exchange(place, port, path, CRAWLER, 'index.html.sxg')
        links = ', '.join(headers.get_all('Link') or [])
        assert (
            f'</a/style.css.sxg>; rel="alternate"; type="{EXCHANGE}"; '
            'anchor="https://example.com/a/style.css"' in links
        ), links
        assert 'anchor="https://example.com/a/two%20words.png"' in links, links
        assert (
            'anchor="https://example.com/hill"; variants-04="accept;image/jpeg;'
            '\\"image/svg+xml\\""; variant-key-04="\\"image/svg+xml\\""' in links
        ), links
    assert check_exchange(place, port, '/plain.html', CRAWLER, 'plain.html.sxg')['Link'] is None
    # the page of another folder with the same file name has links of its own only
    headers = check_exchange(place, port, '/blog/', CRAWLER, 'blog/index.html.sxg')
    assert 'style.css' not in ', '.join(headers.get_all('Link') or []), headers


def check_chain(place, port):
    status, headers, body = request(port, '/chain.cbor', '*/*')
    assert (status, headers['Content-Type']) == (200, 'application/cert-chain+cbor'), headers
    assert headers['X-Content-Type-Options'] == 'nosniff'
    assert body == (place / 'signed/chain.cbor').read_bytes()
    status, _headers, _body = request(port, '/site.json', CRAWLER)
    assert status == 404, status


CHECKS = {
    'negotiated': check_negotiated,
    'others': check_others,
    'direct': check_direct,
    'links': check_links,
    'chain': check_chain,
}
SERVERS = {'nginx': start_nginx, 'apache': start_apache, 'caddy': start_caddy}


def make_site(program, place):
    for name, text in FILES.items():
        path = place / 'public' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
    for command in (
        ['create', 'authority', 'ca'],
        ['create', 'site', 'public', '-b', 'https://example.com/', '-a', 'ca', '-o', 'signed',
         '--variants', 'public'],
    ):
        subprocess.run(
            [program, *command], cwd=place, check=True, stdout=subprocess.DEVNULL, timeout=60
        )
    place.chmod(0o755)


@contextlib.contextmanager
def running(name, place):
    """The port of a server that has started; it is stopped afterwards."""
    for _ in range(PORTS_MAX):
        port = get_free_port()
        with (place / f'{name}.out').open('w') as out, subprocess.Popen(
            SERVERS[name](place, port), stdout=out, stderr=out, cwd=place,
            env=dict(os.environ, HOME=str(place)),
        ) as process:
            try:
                if wait_for(port, process):
                    yield port
                    return
            finally:
                stop(process)
    raise AssertionError(''.join(each.read_text() for each in place.glob(f'{name}.[ol]*')))


def run_server(name, place, number):
    """Returns the number of checks that failed."""
    labels = {at: f'{name} {check}' for at, check in enumerate(CHECKS, number)}
    if SERVERS[name](place, 0) is None:
        for at, label in labels.items():
            print(f'ok {at} {label} # SKIP {name} is not installed')
        return 0
    try:
        with running(name, place) as port:
            passed = [tap.report(at, label, check, place, port)
                      for (at, label), check in zip(labels.items(), CHECKS.values())]
        return passed.count(False)
    except AssertionError as fault:
        for at, label in labels.items():
            print(f'not ok {at} {label}: the server did not start')
        print(''.join(f'# {line}\n' for line in str(fault).splitlines()), end='')
        return len(CHECKS)


def main(program):
    os.umask(0o022)  # the servers run as another user, who has to read the site
    print(f'1..{len(SERVERS) * len(CHECKS)}')
    bad = 0
    with tempfile.TemporaryDirectory(prefix='bulla-site-') as folder:
        place = pathlib.Path(folder)
        make_site(str(pathlib.Path(program).resolve()), place)
        for index, name in enumerate(SERVERS):
            bad += run_server(name, place, 1 + index * len(CHECKS))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
