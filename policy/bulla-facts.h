/* bulla-facts.h - facts learnt about a package; the loader fills them in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-facts.h"
#include "bulla-caa-judge.h"
#include "bulla-field.h"
#include "bulla-url.h"
#include "bulla-validity-facts.h"

G_BEGIN_DECLS

/* One signed header; the strings are in BullaFacts.header_text. */
typedef struct {
  const char *name;  /* borrowed; name in lower case */
  const char *value; /* borrowed; value */
  BullaRange range;
} BullaHeader;

typedef enum { BULLA_KEY_UNKNOWN, BULLA_KEY_P256, BULLA_KEY_OTHER } BullaKeyType;

typedef struct {
  BullaPart read;           /* reading of the response: transport, media type */
  const char *url;          /* URL of the response; NULL if read from a file without one */
  BullaKnown secure;        /* whether the URL is https, loopback or a local file */
  BullaKnown exchange;      /* whether the media type is that of a signed exchange */
  BullaKnown bundle;        /* whether the media type is that of a web bundle */
  const char *content_type; /* nullable; Content-Type value */
  const char *version;      /* nullable; value of the media type's parameter `v` */
  BullaKnown nosniff;
  BullaKnown attachment;
  guint status;          /* HTTP status; 0 if none, as for a file; checked for bundles only */
  BullaKnown redirected; /* whether the request was redirected; checked for bundles only */
} BullaOuterFacts;

typedef struct {
  BullaPart read; /* reading of one member of the Signature list */
  guint index, count;
  const char *label;
  const char *integrity;
  const char *cert_url;
  const char *validity_url;
  BullaRange integrity_range, validity_url_range, date_range, expires_range, cert_sha256_range;
  BullaRange sig_range;
  gint64 date, expires; /* Unix seconds */
  BullaKnown validity_same_origin;
  /* facts from the certificate chain */
  BullaKeyType key;
  const char *key_name; /* description of the leaf certificate's key */
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
  BULLA_CERT_FLAG_CAN_SIGN = 1 << 7,          /* the CanSignHttpExchanges extension is present */
  BULLA_CERT_FLAG_CAN_SIGN_VALUE = 1 << 8,    /* the value of that extension is not 05 00 */
  BULLA_CERT_FLAG_CAN_SIGN_CRITICAL = 1 << 9, /* that extension is critical */
  BULLA_CERT_FLAG_SYSTEM_ROOT = 1 << 10,      /* the path ends at a root of the system's */
} BullaCertFlags;

#define BULLA_REACH_MAX 4096 /* most names of one certificate that are listed */

typedef struct {
  BullaKnown known; /* whether the path was validated */
  BullaCertFlags flags;
  const char *path_detail; /* the first fault of the path; NULL if it is valid */
  const char *names;       /* comma-separated names that the certificate is valid for */
  const char *subject;
  BullaKnown name_matches;
  gint64 not_before, not_after; /* validity of the leaf certificate, Unix seconds */
  gint64 path_end;              /* earliest notAfter of the whole path, Unix seconds */
  BullaKnown listed;            /* whether the local revocation list has one of the path */
  const char *listed_as;  /* which certificate, by which entry, and why; NULL if none is listed */
  const char *key_sha256; /* SHA-256 of the leaf's SubjectPublicKeyInfo in lower-case hex */
  const char *tls_host;   /* host that had the leaf's key in TLS; NULL if none was seen */
  GPtrArray *reach;       /* owned; char *, every host name and address that the leaf is for */
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

/* flags of responses without times and status of the leaf */
#define BULLA_OCSP_NOT_ABOUT_US                                                                    \
  (BULLA_OCSP_FLAG_MALFORMED | BULLA_OCSP_FLAG_UNSUCCESSFUL | BULLA_OCSP_FLAG_OTHER_CERTIFICATE)

typedef struct {
  BullaKnown known;
  BullaOcspFlags flags;
  const char *detail; /* nullable; what was observed */
  gint64 this_update, produced_at;
  gint64 next_update;   /* Unix seconds; -1 if absent */
  gint64 revoked_at;    /* Unix seconds; -1 if not revoked */
  gint64 responder_end; /* end of a delegated responder certificate; G_MAXINT64 if none */
} BullaOcspFacts;

typedef enum {
  BULLA_SCT_FLAG_MALFORMED = 1 << 0,
  BULLA_SCT_FLAG_UNKNOWN_LOG = 1 << 1,
  BULLA_SCT_FLAG_SIGNATURE = 1 << 2,
} BullaSctFlags;

typedef struct {
  BullaKnown known; /* BULLA_UNKNOWN without a log list */
  BullaSctFlags flags;
  const char *detail; /* borrowed */
  guint n_found;      /* number of SCTs found in all three places */
  guint n_valid;      /* number of these with a valid signature by a log of the list */
  gint64 earliest;    /* timestamp of the earliest valid SCT, Unix seconds */
  gint64 until;       /* Unix time in s: last second before the last log of a valid SCT is retired;
                         0 if no such time is known */
} BullaSctFacts;

#define BULLA_CAA_HOSTS_MAX 100 /* most names of one certificate that are looked up in DNS */

/* CAA lookups for the names of the certificate */
typedef struct {
  GStrv hosts;            /* owned; nullable; DNS names of the leaf, as in the certificate */
  GStrv issuers;          /* owned; CAA domains of the leaf's issuer; NULL if not known */
  const char *issuer;     /* distinguished name of the issuer; NULL if not known */
  const char *matched_by; /* nullable; how the CAA domains were found: `ski`, `dn` or `o` */
  GPtrArray *climbs;      /* owned; nullable; of BullaCaaClimb, in the order of @hosts */
  BullaReason unasked;    /* why DNS was not asked about all of @hosts; NONE if it was */
  gint64 since;           /* Unix time in s at which the first of @climbs was taken */
  gint64 ended;           /* Unix time in s of the last second in which the signatures of @climbs
                             were valid, if these were dropped since; 0 if they were not */

  /* results, filled in by bulla_facts_conclude_caa() */
  BullaCaaState exchanges;   /* verdict on the worst of @hosts */
  BullaReason reason;        /* why not all of @hosts are permitted; NONE if they are */
  const char *detail;        /* the worst of @hosts and its records; NULL if some were not asked */
  BullaDnssec dnssec;        /* the weakest DNSSEC state of any answer */
  const char *dnssec_detail; /* name with that state, and why; NULL if all are secure */
} BullaCaaFacts;

/* What is remembered from earlier loads about the URL, and about this version of it */
typedef struct {
  BullaKnown known;       /* BULLA_UNKNOWN if the store was not asked, BULLA_NO if it failed */
  const char *failure;    /* why the store failed; NULL unless @known is BULLA_NO */
  gint64 newest;          /* Unix time in s: date of the newest version seen; -1 if none was seen */
  gboolean live;          /* the newest version came from the publisher's own server */
  const char *older;      /* both dates; NULL unless this version is older */
  const char *vulnerable; /* nullable; the entry for this version in the list of vulnerable ones */
} BullaHistoryFacts;

typedef struct _BullaFacts BullaFacts;

/* All strings lie in one chunk: a verdict that holds the facts may borrow them. */
struct _BullaFacts {
  GStringChunk *strings; /* owned; chunk of all strings */
  BullaForm form;
  BullaUrlReading url_reading; /* how the URLs in the package are read */
  BullaFacts *within; /* owned; facts of the bundle, which keep its strings; NULL if none */
  BullaFacts *former; /* owned; keeps the strings of an adopted signature; NULL if none was */
  BullaOuterFacts outer;

  BullaBundleFacts bundle;       /* facts about the bundle, also set for its responses */
  BullaIntegrityFacts integrity; /* facts about its integrity block */
  BullaResponseFacts response;   /* facts about a response in a bundle */

  BullaPart prologue;
  const char *version;     /* version in the magic; NULL before it is read */
  const char *request_url; /* fallback URL; NULL before it is known to be valid */
  const char *request_host;
  const char *request_origin; /* scheme://host[:port] */
  BullaRange url_range, signature_range, headers_range;

  BullaSignatureFacts signature; /* the member of the Signature list that is being judged */

  BullaPart headers;
  guint status;
  BullaRange status_range;
  char *header_text;
  BullaHeader *header; /* @n_headers signed headers, in the order of the bytes */
  guint n_headers;
  const char *header_integrity; /* sha256-… digest of the header bytes */

  BullaDigestAnswer digest;
  guint8 proof[BULLA_PROOF_SIZE]; /* proof of the first record, if the digest was found */

  BullaPart chain;
  BullaKnown chain_by_hand; /* whether the chain was given on the command line, or in a data: URL */
  BullaCertFacts cert;
  BullaOcspFacts ocsp;
  BullaSctFacts sct;
  BullaCaaFacts caa;
  BullaValidityFacts validity;
  BullaHistoryFacts history;

  BullaPart body;
  guint64 record_size;
  guint64 body_length; /* bytes of the body decoded so far */
  BullaKnown coding;   /* whether the body decodes as @coding_name; BULLA_UNKNOWN if not tried */
  const char *coding_name; /* NULL if it was not tried; else it may have been too long */
};

BullaFacts *bulla_facts_new (void);
BullaFacts *bulla_facts_ref (BullaFacts *self);
void bulla_facts_unref (BullaFacts *self);
void bulla_part_set_ok (BullaPart *self);
const char *bulla_facts_intern (BullaFacts *self, const char *text);
const char *bulla_facts_intern_anew (BullaFacts *self, const char *before, const char *text);
void bulla_facts_take_fault (BullaFacts *self, BullaPart *part, GError *error);
void bulla_facts_skip (BullaFacts *self, BullaPart *part, const char *why);
void bulla_facts_forget_signature (BullaFacts *self);
void bulla_facts_forget_staples (BullaFacts *self);
void bulla_facts_forget_chain (BullaFacts *self);
void bulla_facts_adopt_signature (BullaFacts *self, BullaFacts *other);
void bulla_facts_conclude_caa (BullaFacts *self);
void bulla_facts_judge_caa (const BullaFacts *self, const BullaCaaClimb *climb,
                            BullaCaaJudgement *judgement);
const char *bulla_facts_find_next_caa_host (const BullaFacts *self);
void bulla_facts_take_caa (BullaFacts *self, BullaCaaClimb *climb, BullaReason reason, gint64 now);
gboolean bulla_facts_drop_ended_caa (BullaFacts *self, gint64 now);
void bulla_facts_share_caa (BullaFacts *self, const BullaFacts *from);
void bulla_facts_take_newest (BullaFacts *self, gint64 newest, gboolean live);
char *bulla_facts_dup_body_digest (const BullaFacts *self);
const BullaHeader *bulla_facts_find_header (const BullaFacts *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaFacts, bulla_facts_unref)

G_END_DECLS
