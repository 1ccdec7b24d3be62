/* bulla-facts.h - what was learnt about a package; the loader fills it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-facts.h"
#include "bulla-field.h"

G_BEGIN_DECLS

/* one signed header; the strings lie in BullaFacts.header_text */
typedef struct {
  const char *name;  /* borrowed; lower case */
  const char *value; /* borrowed */
  BullaRange range;
} BullaHeader;

typedef enum { BULLA_KEY_UNKNOWN, BULLA_KEY_P256, BULLA_KEY_OTHER } BullaKeyType;

typedef struct {
  BullaPart read;           /* the response as such: transport, media type */
  const char *url;          /* where the bytes came from; NULL for a file without one */
  BullaKnown secure;        /* https, loopback or a local file */
  BullaKnown exchange;      /* is the media type that of a signed exchange? */
  BullaKnown bundle;        /* is it that of a web bundle? */
  const char *content_type; /* nullable */
  const char *version;      /* its `v`; nullable */
  BullaKnown nosniff;
  BullaKnown attachment;
  guint status;          /* 0: there is none, as of a file; asked of bundles alone */
  BullaKnown redirected; /* was it asked for at another URL? Asked of bundles alone */
} BullaOuterFacts;

typedef struct {
  BullaPart read; /* one member of the Signature list */
  guint index, count;
  const char *label;
  const char *integrity;
  const char *cert_url;
  const char *validity_url;
  BullaRange integrity_range, validity_url_range, date_range, expires_range, cert_sha256_range;
  BullaRange sig_range;
  gint64 date, expires; /* Unix seconds */
  BullaKnown validity_same_origin;
  /* learnt from the chain */
  BullaKeyType key;
  const char *key_name; /* what the leaf's key is */
  BullaKnown hash_matches, valid;
} BullaSignatureFacts;

typedef enum {
  BULLA_CERT_FLAG_MALFORMED = 1 << 0,
  BULLA_CERT_FLAG_UNTRUSTED = 1 << 1,
  BULLA_CERT_FLAG_EXPIRED = 1 << 2,
  BULLA_CERT_FLAG_NOT_YET_VALID = 1 << 3,
  BULLA_CERT_FLAG_CRITICAL_EXTENSION = 1 << 4,
  BULLA_CERT_FLAG_IS_CA = 1 << 5,
  BULLA_CERT_FLAG_USAGE = 1 << 6,
  BULLA_CERT_FLAG_CAN_SIGN = 1 << 7,          /* the extension is there */
  BULLA_CERT_FLAG_CAN_SIGN_VALUE = 1 << 8,    /* and is not 05 00 */
  BULLA_CERT_FLAG_CAN_SIGN_CRITICAL = 1 << 9, /* and is critical */
  BULLA_CERT_FLAG_SYSTEM_ROOT = 1 << 10,      /* the path ends at a root of the system's */
} BullaCertFlags;

typedef struct {
  BullaKnown known; /* was the path asked for? */
  BullaCertFlags flags;
  const char *path_detail; /* nullable; the first thing wrong with the path */
  const char *names;       /* the names it is for, comma-separated */
  const char *subject;
  BullaKnown name_matches;
  gint64 not_before, not_after; /* of the leaf, Unix seconds */
  gint64 path_end;              /* the last second in which all of the path is valid */
  BullaKnown listed;            /* is one of the path on the local list? Unknown: there is none */
  const char *listed_as;        /* nullable; which one, by what, and why */
} BullaCertFacts;

typedef enum {
  BULLA_OCSP_FLAG_MALFORMED = 1 << 0,
  BULLA_OCSP_FLAG_UNSUCCESSFUL = 1 << 1,
  BULLA_OCSP_FLAG_OTHER_CERTIFICATE = 1 << 2,
  BULLA_OCSP_FLAG_SIGNER = 1 << 3,
  BULLA_OCSP_FLAG_SIGNATURE = 1 << 4,
  BULLA_OCSP_FLAG_CRITICAL_EXTENSION = 1 << 5,
  BULLA_OCSP_FLAG_REVOKED = 1 << 6,
  BULLA_OCSP_FLAG_STATUS_UNKNOWN = 1 << 7,
} BullaOcspFlags;

typedef struct {
  BullaKnown known;
  BullaOcspFlags flags;
  const char *detail; /* nullable */
  gint64 this_update, produced_at;
  gint64 next_update;   /* -1: absent */
  gint64 revoked_at;    /* -1: not revoked */
  gint64 responder_end; /* the last second of a delegation; G_MAXINT64: there is none */
} BullaOcspFacts;

typedef enum {
  BULLA_SCT_FLAG_MALFORMED = 1 << 0,
  BULLA_SCT_FLAG_UNKNOWN_LOG = 1 << 1,
  BULLA_SCT_FLAG_SIGNATURE = 1 << 2,
} BullaSctFlags;

typedef struct {
  BullaKnown known; /* no log list: unknown */
  BullaSctFlags flags;
  const char *detail; /* nullable */
  guint n_found;      /* from all three places */
  guint n_valid;      /* of these, signed by a log of the list */
  gint64 earliest;    /* timestamp of the earliest valid one, Unix seconds */
} BullaSctFacts;

typedef struct _BullaFacts BullaFacts;

/* all strings lie in one chunk: a verdict borrows them for as long as it holds the facts */
struct _BullaFacts {
  GStringChunk *strings; /* owned */
  BullaForm form;
  BullaFacts *within; /* owned; nullable; of the bundle: what is copied of them keeps its strings */
  BullaOuterFacts outer;

  BullaBundleFacts bundle;       /* of a bundle and its responses */
  BullaIntegrityFacts integrity; /* the same */
  BullaResponseFacts response;   /* of a response in a bundle */

  BullaPart prologue;
  const char *version;     /* what the magic says, nullable */
  const char *request_url; /* the fallback URL; NULL until it is known to be good */
  const char *request_host;
  const char *request_origin; /* scheme://host[:port] */
  BullaRange url_range, signature_range, headers_range;

  BullaSignatureFacts signature; /* the member that is being judged */

  BullaPart headers;
  guint status;
  BullaRange status_range;
  char *header_text;
  BullaHeader *header; /* n_headers of them, in the order of the bytes */
  guint n_headers;
  const char *header_integrity; /* sha256-… of the header bytes */

  BullaDigestAnswer digest;
  guint8 proof[BULLA_PROOF_SIZE]; /* of the first record, if the digest was found */

  BullaPart chain;
  BullaKnown chain_by_hand; /* given on the command line, or in a data: URL */
  BullaCertFacts cert;
  BullaOcspFacts ocsp;
  BullaSctFacts sct;

  BullaPart body;
  guint64 record_size;
  guint64 body_length; /* decoded, so far */
};

BullaFacts *bulla_facts_new (void);
BullaFacts *bulla_facts_ref (BullaFacts *self);
void bulla_facts_unref (BullaFacts *self);
void bulla_part_set_ok (BullaPart *self);
const char *bulla_facts_intern (BullaFacts *self, const char *text);
void bulla_facts_take_fault (BullaFacts *self, BullaPart *part, GError *error);
void bulla_facts_skip (BullaFacts *self, BullaPart *part, const char *why);
void bulla_facts_forget_signature (BullaFacts *self);
void bulla_facts_forget_chain (BullaFacts *self);
const BullaHeader *bulla_facts_find_header (const BullaFacts *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaFacts, bulla_facts_unref)

G_END_DECLS
