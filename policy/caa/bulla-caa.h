/* bulla-caa.h - CAA records, and the climb: their look-ups from a host up through its parent names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

#define BULLA_CAA_TYPE 257           /* type number of CAA records (RFC 8659 section 4) */
#define BULLA_CAA_RECORDS_MAX 1024   /* most records of one name in a valid answer */
#define BULLA_CAA_NAME_MAX 253       /* most bytes of a DNS name without its final dot */
#define BULLA_CAA_TAG_MAX 255        /* most bytes of a tag: its length is stored in one byte */
#define BULLA_CAA_FLAG_CRITICAL 0x80 /* the only flag with a meaning (RFC 8659 section 4.1) */

/* the degree to which DNSSEC authenticates an answer (RFC 4035 section 4.3), the weakest first */
typedef enum {
  BULLA_DNSSEC_BOGUS,     /* required signatures are missing or wrong */
  BULLA_DNSSEC_NO_ANSWER, /* no response arrived, or it says that the server failed */
  BULLA_DNSSEC_INSECURE,  /* the zone is proved to be unsigned, or has no trust anchor */
  BULLA_DNSSEC_SECURE,    /* a chain of signatures leads to a trust anchor */
} BullaDnssec;

/* one CAA resource record */
typedef struct {
  guint8 flags;
  char *tag;     /* owned; tag as in the record, compared without case */
  GBytes *value; /* owned; value of the property, any bytes */
} BullaCaaRecord;

BullaCaaRecord *bulla_caa_record_new (guint8 flags, const char *tag, const guint8 *value,
                                      gsize length);
BullaCaaRecord *bulla_caa_record_read (const guint8 *rdata, gsize length);
void bulla_caa_record_free (BullaCaaRecord *self);

/* answer to a query for the CAA records of one name */
typedef struct {
  char *name;         /* owned; name asked for: lower-case A-labels without a final dot */
  BullaDnssec dnssec; /* DNSSEC state of the whole answer, aliases included */
  int rcode;          /* response code (RFC 1035 section 4.1.1); -1 without a response */
  char *alias;        /* owned; last name of a CNAME or DNAME chain; NULL without one */
  GPtrArray *records; /* owned; of BullaCaaRecord; empty if the answer is bogus or missing */
  guint unreadable;   /* number of records whose RDATA is not a valid CAA record */
  char *detail;       /* owned; why the answer is bogus or missing; NULL if it is not */
  gint64 valid_until; /* Unix time in s of the first signature's expiration; 0 without signatures */
} BullaCaaAnswer;

BullaCaaAnswer *bulla_caa_answer_new (const char *name, BullaDnssec dnssec, int rcode);
void bulla_caa_answer_free (BullaCaaAnswer *self);

/* the CAA lookups for one host, from the host towards the root (RFC 8659 section 3) */
typedef struct {
  char *host;         /* owned; name in lower-case A-labels, without a final dot and without "*." */
  gboolean wildcard;  /* whether the lookup is for "*." followed by @host */
  GPtrArray *answers; /* owned; of BullaCaaAnswer, in the order of the climb */
} BullaCaaClimb;

BullaCaaClimb *bulla_caa_climb_new (const char *host, gboolean wildcard);
BullaCaaClimb *bulla_caa_climb_ref (BullaCaaClimb *self);
void bulla_caa_climb_unref (BullaCaaClimb *self);
const char *bulla_caa_climb_get_next (const BullaCaaClimb *self);
void bulla_caa_climb_take (BullaCaaClimb *self, BullaCaaAnswer *answer);
BullaDnssec bulla_caa_climb_get_dnssec (const BullaCaaClimb *self);
gint64 bulla_caa_climb_get_valid_until (const BullaCaaClimb *self);
const BullaCaaAnswer *bulla_caa_climb_get_found (const BullaCaaClimb *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaRecord, bulla_caa_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaAnswer, bulla_caa_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaClimb, bulla_caa_climb_unref)

G_END_DECLS
