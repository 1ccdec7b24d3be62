/* dns-sample.h - a DNS message written by hand, and a trust anchor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define DNS_SAMPLE_TAG 20326
#define DNS_SAMPLE_ANCHOR                                                                          \
  "test. IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"

/* A response to "a.Test CAA?": an alias to b.Test, signed with key 20326 of test, valid from
 * 1700000000 to 1800000000. */
static const guint8 dns_sample[] = {
    0x12, 0x34, 0x81, 0x80, 0,    1,    0,    2,
    0,    0,    0,    0, /* the message header */
    1,    'a',  4,    'T',  'e',  's',  't',  0,
    1,    1,    0,    1, /* the question at offset 12; "Test" is at offset 14 */
    0xc0, 12,   0,    5,    0,    1,    0,    0,
    1,    44,   0,    4,  /* a CNAME record of 4 bytes */
    1,    'b',  0xc0, 14, /* its target b.Test */
    0xc0, 12,   0,    46,   0,    1,    0,    0,
    1,    44,   0,    28,                           /* an RRSIG record of 28 bytes */
    0,    48,   8,    2,    0,    0,    1,    44,   /* type covered: DNSKEY */
    0x6b, 0x49, 0xd2, 0x00, 0x65, 0x53, 0xf1, 0x00, /* expiration, inception */
    0x4f, 0x66, 4,    't',  'E',  's',  't',  0,    /* key tag, signer */
    1,    2,    3,    4,                            /* the signature */
};

G_END_DECLS
