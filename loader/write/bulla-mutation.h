/* bulla-mutation.h - private hook by which forge/ writes faulty packages
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * At each stage, a writer passes the data that it is about to use to its hook, which may change it.
 * Without a hook nothing happens. The faulty packages themselves are in loader/write/forge, which
 * is not part of the library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In the order of writing. The comment at each stage gives the type of its subject. */
typedef enum {
  BULLA_STAGE_LEAF,          /* BullaCertificatePlan */
  BULLA_STAGE_INTERMEDIATE,  /* BullaCertificatePlan */
  BULLA_STAGE_LEAF_DER,      /* GByteArray: the signed certificate */
  BULLA_STAGE_OCSP,          /* BullaOcspPlan */
  BULLA_STAGE_OCSP_DER,      /* GByteArray: the whole response */
  BULLA_STAGE_SCT,           /* BullaSctPlan, once per SCT */
  BULLA_STAGE_SCT_LIST,      /* GByteArray: the list with its length */
  BULLA_STAGE_CHAIN,         /* BullaChainPlan */
  BULLA_STAGE_CHAIN_CBOR,    /* BullaCborWriter */
  BULLA_STAGE_CHAIN_BYTES,   /* GByteArray */
  BULLA_STAGE_EXCHANGE,      /* BullaExchangePlan */
  BULLA_STAGE_BODY,          /* BullaBodyPlan */
  BULLA_STAGE_HEADERS,       /* GPtrArray of BullaWrittenHeader, :status included */
  BULLA_STAGE_HEADERS_CBOR,  /* BullaCborWriter */
  BULLA_STAGE_HEADERS_BYTES, /* GByteArray */
  BULLA_STAGE_MESSAGE,       /* BullaMessagePlan */
  BULLA_STAGE_SIGNING,       /* BullaSigningPlan */
  BULLA_STAGE_SIGNATURE_DER, /* GByteArray */
  BULLA_STAGE_PARAMETERS,    /* BullaSignaturePlan */
  BULLA_STAGE_SIGNATURE,     /* GByteArray: the value of the Signature field */
  BULLA_STAGE_CONTAINER,     /* BullaContainerPlan */
  BULLA_STAGE_FILE,          /* BullaFilePlan */

  /* Stages of web bundles. The headers of each response are shown as above, after
   * BULLA_STAGE_RESPONSE. */
  BULLA_STAGE_BUNDLE,              /* BullaBundlePlan */
  BULLA_STAGE_RESPONSE,            /* BullaResponsePlan, before its headers are written */
  BULLA_STAGE_RESPONSE_LAID,       /* BullaResponsePlan, with all but its place */
  BULLA_STAGE_RESPONSES,           /* BullaBundlePlan: every response has its place */
  BULLA_STAGE_INDEX,               /* GPtrArray of BullaIndexRow, in any order */
  BULLA_STAGE_INDEX_CBOR,          /* BullaCborWriter */
  BULLA_STAGE_SUBSET,              /* BullaSubsetPlan; SIGNING and SIGNATURE_DER follow */
  BULLA_STAGE_SUBSET_CBOR,         /* BullaCborWriter: the signed map */
  BULLA_STAGE_SUBSET_BYTES,        /* GByteArray: the same */
  BULLA_STAGE_SIGNATURES_CBOR,     /* BullaCborWriter: the section */
  BULLA_STAGE_SECTIONS,            /* GPtrArray of BullaBundlePart, in the order of the file */
  BULLA_STAGE_SECTION_LENGTHS,     /* BullaCborWriter */
  BULLA_STAGE_BUNDLE_HEAD,         /* BullaBundleHeadPlan */
  BULLA_STAGE_BUNDLE_FILE,         /* BullaBundleFilePlan */
  BULLA_STAGE_INTEGRITY,           /* BullaIntegrityPlan */
  BULLA_STAGE_INTEGRITY_SIGNATURE, /* BullaIntegritySignaturePlan, to be signed */
  BULLA_STAGE_INTEGRITY_SIGNED,    /* BullaIntegritySignaturePlan, signed */
  BULLA_STAGE_INTEGRITY_BYTES,     /* GByteArray: the whole block */
} BullaStage;

typedef struct _BullaMutation BullaMutation;
struct _BullaMutation {
  /* Changes @subject. Returns: FALSE with @error set if the change is not possible */
  gboolean (*apply) (BullaMutation *self, BullaStage stage, gpointer subject, GError **error);
};

static inline gboolean
bulla_mutate (BullaMutation *mutation, BullaStage stage, gpointer subject, GError **error)
{
  return mutation == NULL || mutation->apply (mutation, stage, subject, error);
}

G_END_DECLS
