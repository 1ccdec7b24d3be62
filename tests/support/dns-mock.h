/* dns-mock.h - a name server on loopback with faults that nsd cannot have: no, wrong or malformed
 * answers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DNS_MOCK_DELAY_MS 500

typedef enum {
  DNS_MOCK_CAA,       /* answers each CAA query with one unsigned record */
  DNS_MOCK_SILENT,    /* receives queries and never answers */
  DNS_MOCK_WRONG_ID,  /* answers with another message id than that of the query */
  DNS_MOCK_GARBAGE,   /* answers with bytes that are not a DNS message */
  DNS_MOCK_RCODE,     /* answers with the given response code */
  DNS_MOCK_TRUNCATED, /* answers are marked as truncated, but there is no TCP server */
  DNS_MOCK_LOSSY,     /* like DNS_MOCK_CAA, but ignores the first query for each name */
  DNS_MOCK_KEYS_LOST, /* like DNS_MOCK_CAA, but never answers queries for keys of zones */
  DNS_MOCK_KEYS_FAIL, /* like DNS_MOCK_CAA, but fails to answer queries for keys of zones */
  DNS_MOCK_SLOW,      /* like DNS_MOCK_CAA, but each answer takes DNS_MOCK_DELAY_MS */
} DnsMockMode;

typedef struct _DnsMock DnsMock;

/* @rdata: data of the record; @rcode: response code for DNS_MOCK_RCODE */
DnsMock *dns_mock_new (DnsMockMode mode, const void *rdata, gsize length, guint rcode);
void dns_mock_free (DnsMock *self);
/* Returns: "127.0.0.1@PORT" */
const char *dns_mock_get_resolver (DnsMock *self);
/* Returns: the number of questions received */
guint dns_mock_get_n_questions (DnsMock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DnsMock, dns_mock_free)

G_END_DECLS
