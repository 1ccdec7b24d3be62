/* dns-mock.h - a name server on loopback that is silent, or lies, or answers what nsd refuses to
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  DNS_MOCK_CAA,      /* answers each question for CAA with one record, unsigned */
  DNS_MOCK_SILENT,   /* receives and says nothing */
  DNS_MOCK_WRONG_ID, /* answers with another id than that of the question */
  DNS_MOCK_GARBAGE,  /* answers with bytes that are not a message */
  DNS_MOCK_RCODE,    /* answers with a response code */
} DnsMockMode;

typedef struct _DnsMock DnsMock;

/* @rdata: of the record; @rcode: for DNS_MOCK_RCODE */
DnsMock *dns_mock_new (DnsMockMode mode, const void *rdata, gsize length, guint rcode);
void dns_mock_free (DnsMock *self);
/* Returns: "127.0.0.1@PORT" */
const char *dns_mock_get_resolver (DnsMock *self);
/* Returns: how many questions came */
guint dns_mock_get_n_questions (DnsMock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DnsMock, dns_mock_free)

G_END_DECLS
