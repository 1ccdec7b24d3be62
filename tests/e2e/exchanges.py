"""exchanges.py - makes signed exchanges for the tests with the command, and modifies their bytes.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import base64
import hashlib
import re
import struct
import subprocess

MAGIC = b'sxg1-b3\0'
TYPE = 'application/signed-exchange;v=b3'
CHAIN_TYPE = 'application/cert-chain+cbor'
DAY = 86400


def bulla(build, *arguments):
    """Runs `bulla`, which must succeed; its output."""
    ran = subprocess.run(
        [str(build / 'shell/cli/bulla'), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise OSError(f'bulla {arguments[0]} {arguments[1]}: {ran.stderr.strip()}')
    return ran.stdout


def split(exchange):
    """The URL, the Signature value, the headers and the body of an EXCHANGE, as bytes."""
    assert exchange.startswith(MAGIC), exchange[:8]
    (url_length,) = struct.unpack('>H', exchange[8:10])
    at = 10 + url_length
    headers_at = at + 6 + int.from_bytes(exchange[at : at + 3], 'big')
    body_at = headers_at + int.from_bytes(exchange[at + 3 : at + 6], 'big')
    return (
        exchange[10:at],
        exchange[at + 6 : headers_at],
        exchange[headers_at:body_at],
        exchange[body_at:],
    )


def join(url, signature, headers, body):
    lengths = len(signature).to_bytes(3, 'big') + len(headers).to_bytes(3, 'big')
    return MAGIC + struct.pack('>H', len(url)) + url + lengths + signature + headers + body


def change_url(exchange, change):
    """The exchange with another URL than the signed one, even an invalid one."""
    url, *rest = split(exchange)
    return join(change(url), *rest)


def change_signature(exchange, change):
    """The exchange with another Signature value; nothing is signed again."""
    url, signature, *rest = split(exchange)
    return join(url, change(signature.decode()).encode(), *rest)


def change_body(exchange, change):
    *rest, body = split(exchange)
    return join(*rest, change(body))


def header_integrity(exchange):
    """The header-integrity value of the exchange, for an allowed-alt-sxg link."""
    return 'sha256-' + base64.b64encode(hashlib.sha256(split(exchange)[2]).digest()).decode()


def other_version(exchange):
    """The exchange with the magic of b2; the rest is not read."""
    return b'sxg1-b2\0' + exchange[len(MAGIC) :]


def parameter(signature, name):
    return re.search(rf';\s*{name}=("[^"]*"|\*[^*]*\*|\d+)', signature)[1].strip('"*')


def live_for(exchange, seconds, key):
    """Signs the exchange again with KEY for SECONDS, which `bulla create` would refuse."""
    url, signature, headers, body = split(exchange)
    text = signature.decode()
    date = int(parameter(text, 'date'))
    text = re.sub(r'expires=\d+', f'expires={date + seconds}', text)
    validity = parameter(text, 'validity-url').encode()
    message = b''.join(
        [
            b' ' * 64 + b'HTTP Exchange 1 b3\0\x20',
            base64.b64decode(parameter(text, 'cert-sha256')),
            struct.pack('>Q', len(validity)) + validity,
            struct.pack('>QQ', date, date + seconds),
            struct.pack('>Q', len(url)) + url,
            struct.pack('>Q', len(headers)) + headers,
        ]
    )
    signed = subprocess.run(
        ['openssl', 'dgst', '-sha256', '-sign', str(key)],
        input=message,
        capture_output=True,
        check=True,
    )
    sig = base64.b64encode(signed.stdout).decode()
    text = re.sub(r'sig=\*[^*]*\*', lambda _: f'sig=*{sig}*', text)
    return join(url, text.encode(), headers, body)
