/* bulla-dns-evidence.h - DNS answers with their signatures and proofs, kept to be judged later
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_DNS_EVIDENCE_SIZE_MAX (4 << 20) /* bytes of the whole file */
#define BULLA_DNS_EVIDENCE_MESSAGES_MAX 4096  /* DNS messages */
#define BULLA_DNS_MESSAGE_MAX 65507           /* bytes of one, as UDP over IPv4 carries them */

typedef struct _BullaDnsEvidence BullaDnsEvidence;

/* what the evidence says of itself; nothing of it is judged */
typedef struct {
  gint64 fetched;     /* Unix time in s at which the first answer came */
  gint64 valid_from;  /* Unix time in s: the latest inception of a signature; 0: there is none */
  gint64 valid_until; /* Unix time in s: the earliest expiration of a signature; 0: there is none */
  GArray *key_tags;   /* owned; of guint16: anchors that sign the keys of their zone, ascending */
  guint n_messages;   /* answers that were kept */
  guint n_missing;    /* answers that a later check may need and that did not come; 0 if read */
} BullaDnsEvidenceInfo;

BullaDnsEvidence *bulla_dns_evidence_new (gint64 fetched);
BullaDnsEvidence *bulla_dns_evidence_read (GBytes *bytes, GError **error);
BullaDnsEvidence *bulla_dns_evidence_ref (BullaDnsEvidence *self);
void bulla_dns_evidence_unref (BullaDnsEvidence *self);
GBytes *bulla_dns_evidence_to_bytes (BullaDnsEvidence *self);
BullaDnsEvidenceInfo *bulla_dns_evidence_describe (BullaDnsEvidence *self);
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
