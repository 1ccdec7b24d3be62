/* bulla-dns-message.h - reads the records of a DNS message (RFC 1035 section 4)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_DNS_TYPE_CNAME 5
#define BULLA_DNS_TYPE_DS 43
#define BULLA_DNS_TYPE_RRSIG 46
#define BULLA_DNS_TYPE_DNSKEY 48
#define BULLA_DNS_HEADER_SIZE 12 /* bytes */

typedef struct {
  char *name; /* owned; the owner name, as bulla_dns_name_read() writes it */
  guint16 type;
  const guint8 *rdata; /* borrowed from the message */
  gsize length;        /* bytes of @rdata */
} BullaDnsRecord;

/* Fields of an RRSIG record (RFC 4034 section 3.1). */
typedef struct {
  guint16 covered; /* type of the records that the signature covers */
  guint32 expiration, inception;
  guint16 key_tag;
  char *signer; /* owned */
} BullaDnsSignature;

typedef struct {
  char *name; /* owned; the name in the question */
  guint16 type;
  guint rcode;
  GPtrArray *records; /* owned; of BullaDnsRecord, from the answer and authority sections */
} BullaDnsMessage;

char *bulla_dns_name_read (const guint8 *message, gsize length, gsize *offset);
gboolean bulla_dns_question_read (const guint8 *message, gsize length, char **name, guint16 *type);
BullaDnsMessage *bulla_dns_message_read (const guint8 *message, gsize length);
void bulla_dns_message_free (BullaDnsMessage *self);
BullaDnsSignature *bulla_dns_signature_read (const BullaDnsRecord *record);
void bulla_dns_signature_free (BullaDnsSignature *self);
gint64 bulla_dns_time_widen (guint32 time, gint64 near);
gint64 bulla_dns_message_find_end (const BullaDnsMessage *self, gint64 near);
char *bulla_dns_message_dup_target (const guint8 *message, gsize length,
                                    const BullaDnsRecord *record);
guint16 bulla_dns_key_tag (const guint8 *rdata, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsMessage, bulla_dns_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsSignature, bulla_dns_signature_free)

G_END_DECLS
