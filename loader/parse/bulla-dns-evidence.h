/* bulla-dns-evidence.h - DNS answers with their signatures and proofs, kept for a later check
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_DNS_EVIDENCE_SIZE_MAX (4 << 20) /* most bytes of a file */
#define BULLA_DNS_EVIDENCE_MESSAGES_MAX 4096  /* most DNS messages in a file */
#define BULLA_DNS_MESSAGE_MAX 65507           /* most bytes of one message, as in UDP over IPv4 */

typedef struct _BullaDnsEvidence BullaDnsEvidence;

/* Summary of the evidence, which has not been verified. */
typedef struct {
  gint64 fetched;     /* Unix time in s of the first answer */
  gint64 valid_from;  /* Unix time in s of the latest signature inception; 0 if there is none */
  gint64 valid_until; /* Unix time in s of the earliest signature expiration; 0 if there is none */
  GArray *key_tags;   /* owned; guint16; tags of anchors that sign their zone's keys, ascending */
  guint n_messages;   /* number of answers kept */
  guint n_missing;    /* missing answers that a later check may need; 0 if read from a file */
} BullaDnsEvidenceInfo;

BullaDnsEvidence *bulla_dns_evidence_new (gint64 fetched);
BullaDnsEvidence *bulla_dns_evidence_read (GBytes *bytes, GError **error);
BullaDnsEvidence *bulla_dns_evidence_ref (BullaDnsEvidence *self);
void bulla_dns_evidence_unref (BullaDnsEvidence *self);
GBytes *bulla_dns_evidence_to_bytes (BullaDnsEvidence *self);
BullaDnsEvidenceInfo *bulla_dns_evidence_describe (BullaDnsEvidence *self, const char *const *names,
                                                   guint16 type);
gint64 bulla_dns_evidence_find_end (BullaDnsEvidence *self, const char *name, guint16 type);
void bulla_dns_evidence_info_free (BullaDnsEvidenceInfo *self);

void bulla_dns_evidence_add_anchor (BullaDnsEvidence *self, const char *record);
gboolean bulla_dns_evidence_add_message (BullaDnsEvidence *self, const guint8 *message,
                                         gsize length);
void bulla_dns_evidence_add_missing (BullaDnsEvidence *self);
gboolean bulla_dns_evidence_has (BullaDnsEvidence *self, const char *name, guint16 type);
GBytes *bulla_dns_evidence_find (BullaDnsEvidence *self, const char *name, guint16 type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsEvidence, bulla_dns_evidence_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsEvidenceInfo, bulla_dns_evidence_info_free)

G_END_DECLS
