"""bundles.py - web bundles (b2) for the tests, in as few lines as they take.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import struct

MAGIC = bytes.fromhex('48f09f8c90f09f93a6')


def head(major, value):
    for extra, letter, limit in ((24, 'B', 1 << 8), (25, 'H', 1 << 16), (26, 'I', 1 << 32)):
        if value < 24:
            return bytes([major << 5 | value])
        if value < limit:
            return bytes([major << 5 | extra]) + struct.pack('>' + letter, value)
    return bytes([major << 5 | 27]) + struct.pack('>Q', value)


def data(value):
    return head(2, len(value)) + value


def text(value):
    return head(3, len(value.encode())) + value.encode()


def array(*items):
    return head(4, len(items)) + b''.join(items)


def mapping(pairs):
    return head(5, len(pairs)) + b''.join(k + v for k, v in sorted(pairs, key=lambda p: (len(p[0]), p[0])))


def response(headers, body, status=200):
    fields = {':status': str(status), **headers}
    packed = mapping([(data(k.encode()), data(v.encode())) for k, v in fields.items()])
    return array(data(packed), data(body))


def bundle(resources, primary=None):
    """RESOURCES: URL -> (headers, body) or (headers, body, status); the bytes of a bundle."""
    places, responses = {}, b''
    start = len(head(4, len(resources)))
    for url, (headers, body, *status) in resources.items():
        item = response(headers, body if isinstance(body, bytes) else body.encode(), *status)
        places[url] = (start + len(responses), len(item))
        responses += item
    index = mapping(
        [(text(url), array(head(0, at), head(0, size))) for url, (at, size) in places.items()]
    )
    sections = [('index', index)]
    if primary is not None:
        sections.append(('primary', text(primary)))
    sections.append(('responses', head(4, len(resources)) + responses))
    lengths = array(
        *(part for name, item in sections for part in (text(name), head(0, len(item))))
    )
    whole = b'\x85' + MAGIC + data(b'b2\0\0') + data(lengths)
    whole += array(*(item for _, item in sections)) + b'\x48'
    return whole + struct.pack('>Q', len(whole) + 8)
