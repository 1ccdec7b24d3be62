"""squid.py - squid with ssl-bump, the peer of the gateway in its benchmarks.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import shutil
import socket
import subprocess
import time

CERTGEN = '/usr/lib/squid/security_file_certgen'
CONFIGURATION = """
http_port 127.0.0.1:{port} ssl-bump tls-cert={folder}/authority.pem \
generate-host-certificates=on dynamic_cert_mem_cache_size=4MB
sslcrtd_program {certgen} -s {folder}/certificates -M 4MB
ssl_bump bump all
tls_outgoing_options cafile={root}
hosts_file {folder}/hosts
acl own src 127.0.0.1
http_access allow own
http_access deny all
cache deny all
cache_mem 0
access_log none
cache_store_log none
cache_log {folder}/squid.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
cache_effective_user {user}
shutdown_lifetime 0 seconds
"""


class Missing(Exception):
    """squid is not installed, or does not start."""


def find_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Squid:
    """A squid that opens the tunnels of its clients to HOST, as the gateway does.

    `port` is its address on loopback, and `authority` the file of the root of its certificates.
    """

    def __init__(self, folder, host, root):
        program = shutil.which('squid') or shutil.which('squid', path='/usr/sbin')
        if program is None or not os.path.exists(CERTGEN):
            raise Missing('squid-openssl is not installed')
        self.folder, self.port = folder / 'squid', find_port()
        self.folder.mkdir()
        self.authority = self.folder / 'authority.pem'
        self.write_files(host, root)
        self.process = subprocess.Popen(
            [program, '-N', '-f', self.folder / 'squid.conf'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.wait_ready()

    def write_files(self, host, root):
        user = 'proxy' if os.geteuid() == 0 else os.environ.get('USER', 'proxy')
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
             '-nodes', '-days', '2', '-subj', '/CN=Bulla bench squid',
             '-addext', 'basicConstraints=critical,CA:TRUE',
             '-addext', 'keyUsage=critical,keyCertSign',
             '-keyout', self.authority, '-out', self.folder / 'root.pem'],
            check=True, capture_output=True,
        )
        with open(self.authority, 'a', encoding='ascii') as file:
            file.write((self.folder / 'root.pem').read_text())
        subprocess.run([CERTGEN, '-c', '-s', self.folder / 'certificates', '-M', '4MB'],
                       check=True, capture_output=True)
        (self.folder / 'hosts').write_text(f'127.0.0.1 {host}\n')
        text = CONFIGURATION.format(port=self.port, folder=self.folder, certgen=CERTGEN, root=root,
                                    user=user)
        (self.folder / 'squid.conf').write_text(text)
        if os.geteuid() == 0:  # squid leaves root's rights
            self.folder.parent.chmod(0o711)
            for place in [self.folder, *self.folder.rglob('*')]:
                shutil.chown(place, user)

    def wait_ready(self):
        end = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
        log = self.folder / 'squid.log'
        said = log.read_text(errors='replace')[-300:] if log.exists() else ''
        self.close()
        raise Missing(f'squid does not start: {said}')

    def close(self):
        self.process.kill()
        self.process.wait()
