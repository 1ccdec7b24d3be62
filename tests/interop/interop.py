#!/usr/bin/env python3
"""interop.py - exchanges bundles with the npm packages wbn and wbn-sign, and compares the bytes.

SPDX-License-Identifier: LGPL-2.1-or-later

usage: interop.py BULLA FOLDER. The packages that package-lock.json pins are installed into FOLDER,
of the build directory. Without node, npm or a way to get the packages the tests are skipped, and
why is said.
"""
import base64
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

HERE = pathlib.Path(__file__).parent
PARTS = ('package.json', 'package-lock.json', 'tools.mjs')
ORIGIN = 'https://example.com/'
INSTALL_SECONDS = 150
CONFORM_REASONS = (
    'good', 'bundle.truncated', 'bundle.type', 'index.entry', 'index.range', 'response.type',
)
CONFORM_DIFFERS = {  # docs/forge.md says what these are
    'bundle.truncated/responses': 0,
    'bundle.type/index-key': 0,
    'good/bundle-variants': 1,
    'good/bundle-variants-absent': 1,
    'index.range/length': 0,
}
SITE = {
    'index.html': b'<!doctype html><title>Hello</title><script src=app.js></script>',
    'app.js': b'document.title += "!";\n',
    'style.css': b'body { color: green }\n',
    'data/list.json': b'[1, 2, 3]',
    'data/index.html': b'<p>data',
    'images/dot.png': bytes(range(256)) * 300,
    'images/photo.jpg': b'\xff\xd8\xff' * 7,
    'empty.txt': b'',
}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f'{command}: exit {done.returncode}: {done.stdout}{done.stderr}')
    return done.stdout


def install(folder):
    """Installs the pinned packages into FOLDER, once."""
    for tool in ('node', 'npm'):
        if not shutil.which(tool):
            raise tap.Skip(f'{tool} is not installed')
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / 'installed'
    lock = (HERE / 'package-lock.json').read_text(encoding='utf-8')
    for part in PARTS:
        shutil.copy(HERE / part, folder)
    if stamp.exists() and stamp.read_text(encoding='utf-8') == lock:
        return
    command = ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired as late:
        raise tap.Skip(f'npm had not brought the packages after {INSTALL_SECONDS} s') from late
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if 'error' in line.lower()]
        raise tap.Skip(f'npm could not bring the packages: {(lines or ["no reason given"])[0]}')
    stamp.write_text(lock, encoding='utf-8')


class World:
    """A working folder, the command, and the tools."""

    def __init__(self, bulla, tools, folder):
        self.bulla_program, self.tools_folder = bulla, tools
        self.folder = pathlib.Path(folder)
        for name, body in SITE.items():
            path = self.folder / 'site' / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)

    def bulla(self, *arguments, **environment):
        return run(
            self.bulla_program, *arguments, cwd=self.folder, env=dict(os.environ, **environment)
        )

    def tool(self, *arguments):
        return run('node', self.tools_folder / 'tools.mjs', *arguments, cwd=self.folder)

    def npm(self, package, program, *arguments, **environment):
        script = self.tools_folder / 'node_modules' / package / 'bin' / f'{program}.js'
        return run(
            'node', script, *arguments, cwd=self.folder, env=dict(os.environ, **environment)
        )

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def verify(self, name):
        """Our verdict on a file that must be valid."""
        report = json.loads(self.bulla('verify', '--json=full', '--offline', name))
        assert report['reason'] is None, f'{name}: {report["reason"]}'
        return report

    def create(self, out, *options, base=ORIGIN):
        self.bulla('create', 'bundle', '--dir', 'site', '--base-url', base, *options, out)


def same_folder(world, version):
    """both commands bundle the same folder to the same bytes"""
    ours, theirs = f'ours-{version}.wbn', f'theirs-{version}.wbn'
    world.create(ours, '--format', version)
    world.npm('wbn', 'wbn', '-d', 'site', '-b', ORIGIN, '-p', ORIGIN, '-f', version, '-o', theirs)
    assert world.bytes_of(ours) == world.bytes_of(theirs), 'the files differ'


def they_read(world, version):
    """wbn reads our bundle, and writes the same bytes"""
    name = f'read-{version}.wbn'
    options = ['--manifest', 'style.css'] if version == 'b1' else []
    world.create(name, '--format', version, '-H', 'X-Two: b, a', '-H', 'a-header: 1', *options)
    found = json.loads(world.tool('read', name))
    assert found['version'] == version and found['primary'] == ORIGIN, found
    assert found['manifest'] == (ORIGIN + 'style.css' if options else None), found
    responses = {each['url']: each for each in found['responses']}
    for path, body in SITE.items():
        response = responses[ORIGIN + path.removesuffix('index.html')]
        assert response['status'] == 200, response
        assert base64.b64decode(response['body']) == body, path
        assert response['headers']['x-two'] == 'b, a', response
    assert responses[ORIGIN + 'index.html']['status'] == 301
    world.tool('rebuild', name, 'rebuilt.wbn')
    assert world.bytes_of(name) == world.bytes_of('rebuilt.wbn'), 'rebuilt, the file differs'


def make_responses(base):
    """bundles with large indexes and other media types agree"""
    found = [
        {'url': base, 'status': 200, 'headers': {'content-type': 'text/html'}, 'body': b'<p>Hello'},
        {'url': base + 'moved', 'status': 302, 'headers': {'location': '/'}, 'body': b''},
        {'url': base + 'gone', 'status': 404, 'headers': {'content-type': 'a/b'}, 'body': b'x'},
    ]
    for i in (1, 23, 24, 255, 256, 65535, 65536):
        headers = {'content-type': 'application/octet-stream', 'x' * min(i, 300): 'y' * i}
        found.append(
            {'url': f'{base}{i}/{"n" * min(i, 300)}', 'status': 200, 'headers': headers,
             'body': b'\x00\xff' * i}
        )
    for i in range(300):
        headers = {'content-type': 'text/plain', 'etag': f'"{i}"'}
        found.append(
            {'url': f'{base}many/{i}', 'status': 200, 'headers': headers, 'body': b'%d' % i}
        )
    return found


def write_spec(world, version, base):
    responses = make_responses(base)
    spec = {'version': version, 'responses': []}
    if base == ORIGIN:
        spec['primary'] = base
    for each in responses:
        body = base64.b64encode(each['body']).decode()
        spec['responses'].append(dict(each, body=body))
    (world.folder / 'spec.json').write_text(json.dumps(spec), encoding='utf-8')
    return responses


def we_read(world, version, base):
    """bulla verifies and extracts bundles of wbn"""
    responses = write_spec(world, version, base)
    world.tool('build', 'spec.json', 'built.wbn')
    report = world.verify('built.wbn')
    assert report['version'] == version, report['version']
    found = {each['url']: each for each in report['resources']}
    assert len(found) == len(responses)
    for each in responses:
        assert found[each['url']]['status'] == each['status'], each['url']
    out = world.folder / 'taken'
    shutil.rmtree(out, ignore_errors=True)
    world.bulla('bundle', 'extract', '--url', base + 'many/*', 'built.wbn', 'taken')
    files = {path.name: path.read_bytes() for path in out.rglob('*') if path.is_file()}
    assert files == {str(i): b'%d' % i for i in range(300)}, 'bodies differ'


def they_read_signed(world, version):
    """tools without support for signed subsets read our bundles"""
    world.bulla('create', 'authority', '--force', 'ca')
    world.create('subset.wbn', '--format', version, '--force', '-s', 'all', '-a', 'ca')
    found = json.loads(world.tool('read', 'subset.wbn'))
    home = next(each for each in found['responses'] if each['url'] == ORIGIN)
    assert home['headers']['digest'].startswith('mi-sha256-03='), home
    assert base64.b64decode(home['body'])[8:] == SITE['index.html'], 'one record and its size'


def make_keys(world):
    for kind in ('ed25519', 'p256'):
        world.bulla('sign', '--force', '--generate', kind, f'{kind}.key')
    world.create('app.wbn', '--force', base='/')


def same_ids(world):
    """all tools derive the same ID from a key"""
    make_keys(world)
    for key in ('ed25519.key', 'p256.key'):
        ours = world.bulla('sign', '--id', key).strip()
        theirs = world.npm('wbn-sign', 'wbn-dump-id', '-k', key).strip()
        assert ours == theirs, f'{key}: {ours}, {theirs}'


def same_signature(world):
    """both tools write the same file with Ed25519, which is deterministic"""
    make_keys(world)
    world.bulla('sign', 'app.wbn', '-k', 'ed25519.key', '-o', 'ours.swbn', '--force')
    world.npm('wbn-sign', 'wbn-sign', '-i', 'app.wbn', '-k', 'ed25519.key', '-o', 'theirs.swbn')
    assert world.bytes_of('ours.swbn') == world.bytes_of('theirs.swbn'), 'the files differ'


def they_verify(world):
    """wbn-sign verifies our signatures of both kinds"""
    make_keys(world)
    keys = ['-k', 'p256.key', '-k', 'ed25519.key']
    world.bulla('sign', 'app.wbn', *keys, '-o', 'both.swbn', '--force')
    found = json.loads(world.tool('check', 'both.swbn'))
    assert found['kinds'] == ['ecdsaP256SHA256PublicKey', 'ed25519PublicKey'], found
    assert found['id'] == world.bulla('sign', '--id', 'p256.key').strip(), found


def we_verify(world):
    """bulla verifies wbn-sign's signatures of both kinds, and adds one"""
    make_keys(world)
    world.bulla('sign', '--force', '--generate', 'ed25519', 'third.key')
    for keys in (['ed25519.key'], ['p256.key'], ['p256.key', 'ed25519.key']):
        name = world.bulla('sign', '--id', keys[0]).strip()
        world.npm(
            'wbn-sign', 'wbn-sign', '-i', 'app.wbn', '-k', *keys, '--web-bundle-id', name,
            '-o', 'theirs.swbn',
        )
        report = world.verify('theirs.swbn')
        assert report['kind'] == 'signed-bundle' and report['web_bundle_id'] == name, report
        world.bulla('sign', 'theirs.swbn', '--add', '-k', 'third.key')
        assert world.verify('theirs.swbn')['web_bundle_id'] == name
        assert len(json.loads(world.tool('check', 'theirs.swbn'))['kinds']) == len(keys) + 1


def same_passphrase(world):
    """both tools decrypt the same private key"""
    make_keys(world)
    secret = {'WEB_BUNDLE_SIGNING_PASSPHRASE': 'open sesame'}
    run(
        'openssl', 'pkcs8', '-topk8', '-in', 'ed25519.key', '-out', 'locked.key',
        '-passout', 'pass:open sesame', cwd=world.folder,
    )
    ours = world.bulla('sign', '--id', 'locked.key', **secret)
    assert ours == world.npm('wbn-sign', 'wbn-dump-id', '-k', 'locked.key', **secret)


def conforms(world):
    """bulla conform shows where wbn's parser differs from the expected verdicts"""
    world.bulla('forge', '--all', 'suite')
    path = world.folder / 'suite/manifest.json'
    manifest = json.loads(path.read_text(encoding='utf-8'))
    manifest['packages'] = [
        each for each in manifest['packages']
        if each['file'].endswith('.wbn') and each['name'].split('/')[0] in CONFORM_REASONS
    ]
    path.write_text(json.dumps(manifest), encoding='utf-8')
    command = ['node', str(world.tools_folder / 'tools.mjs'), 'read', '{}']
    ran = subprocess.run(
        [world.bulla_program, 'conform', '--all', '--json', '--command', shlex.join(command),
         'suite'],
        cwd=world.folder, capture_output=True, text=True, check=False,
    )
    assert ran.returncode == 1, ran
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(found) == len(manifest['packages']), (len(found), ran.stderr)
    agrees = [each for each in found if each['result'] == 'agrees']
    assert len(agrees) > 30, ran.stderr
    differs = {each['name']: each['found'] for each in found if each['result'] == 'differs'}
    wanted = {name: {'status': status} for name, status in CONFORM_DIFFERS.items()}
    assert differs == wanted, differs


CASES = [
    ('folder/b1', lambda world: same_folder(world, 'b1')),
    ('folder/b2', lambda world: same_folder(world, 'b2')),
    ('they-read/b1', lambda world: they_read(world, 'b1')),
    ('they-read/b2', lambda world: they_read(world, 'b2')),
    ('we-read/b1', lambda world: we_read(world, 'b1', ORIGIN)),
    ('we-read/b2', lambda world: we_read(world, 'b2', ORIGIN)),
    ('we-read/b2-relative', lambda world: we_read(world, 'b2', '/app/')),
    ('they-read/subset-b1', lambda world: they_read_signed(world, 'b1')),
    ('they-read/subset-b2', lambda world: they_read_signed(world, 'b2')),
    ('sign/same-ids', same_ids),
    ('sign/same-signature', same_signature),
    ('sign/they-verify', they_verify),
    ('sign/we-verify', we_verify),
    ('sign/passphrase', same_passphrase),
    ('conform', conforms),
]


def main():
    bulla, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
    try:
        install(folder)
    except tap.Skip as why:
        print(f'1..0 # SKIP {why}')
        return
    print(f'1..{len(CASES)}')
    failed = False
    for number, (name, case) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory(prefix='bulla-interop-') as place:
            failed |= not tap.report(number, f'- {name}', case, World(bulla, folder, place))
    sys.exit(1 if failed else 0)


main()
