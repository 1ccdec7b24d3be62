/* bulla-caa.h - CAA records, and the names at which they are looked for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

#define BULLA_CAA_TYPE 257           /* of the DNS record (RFC 8659 section 4) */
#define BULLA_CAA_RECORDS_MAX 1024   /* of one name; an answer with more counts as no answer */
#define BULLA_CAA_NAME_MAX 253       /* bytes of a DNS name without its final dot */
#define BULLA_CAA_TAG_MAX 255        /* bytes; the length has one byte */
#define BULLA_CAA_FLAG_CRITICAL 0x80 /* the other bits mean nothing (RFC 8659 section 4.1) */

/* how far DNSSEC vouches for an answer (RFC 4035 section 4.3), the weakest first */
typedef enum {
  BULLA_DNSSEC_BOGUS,     /* signatures are missing or wrong where they are required */
  BULLA_DNSSEC_NO_ANSWER, /* there is no response, or it says that the server failed */
  BULLA_DNSSEC_INSECURE,  /* the zone is proved to be unsigned, or nothing vouches for it */
  BULLA_DNSSEC_SECURE,    /* a chain of signatures leads to a trust anchor */
} BullaDnssec;

/* one CAA resource record */
typedef struct {
  guint8 flags;
  char *tag;     /* owned; as in the record: tags are compared without case */
  GBytes *value; /* owned; any bytes */
} BullaCaaRecord;

BullaCaaRecord *bulla_caa_record_new (guint8 flags, const char *tag, const guint8 *value,
                                      gsize length);
BullaCaaRecord *bulla_caa_record_read (const guint8 *rdata, gsize length);
void bulla_caa_record_free (BullaCaaRecord *self);

/* what DNS says of the CAA records of one name */
typedef struct {
  char *name;         /* owned; the name asked for: lower-case A-labels without a final dot */
  BullaDnssec dnssec; /* the state of the whole answer, aliases included */
  int rcode;          /* of the response (RFC 1035 section 4.1.1); -1: there is no response */
  char *alias;        /* owned; nullable; the last name of a chain of CNAME or DNAME records */
  GPtrArray *records; /* owned; of BullaCaaRecord; empty unless the answer is to be believed */
  guint unreadable;   /* records whose RDATA has not the form of a CAA record */
  char *detail;       /* owned; nullable; why it is bogus, or why there is no answer */
} BullaCaaAnswer;

BullaCaaAnswer *bulla_caa_answer_new (const char *name, BullaDnssec dnssec, int rcode);
void bulla_caa_answer_free (BullaCaaAnswer *self);

/* the names asked for one host, from the host itself towards the root (RFC 8659 section 3) */
typedef struct {
  char *host;         /* owned; lower-case A-labels without a final dot and without "*." */
  gboolean wildcard;  /* the question is about "*." and @host */
  GPtrArray *answers; /* owned; of BullaCaaAnswer, in the order of the climb */
} BullaCaaClimb;

BullaCaaClimb *bulla_caa_climb_new (const char *host, gboolean wildcard);
BullaCaaClimb *bulla_caa_climb_ref (BullaCaaClimb *self);
void bulla_caa_climb_unref (BullaCaaClimb *self);
const char *bulla_caa_climb_get_next (const BullaCaaClimb *self);
void bulla_caa_climb_take (BullaCaaClimb *self, BullaCaaAnswer *answer);
BullaDnssec bulla_caa_climb_get_dnssec (const BullaCaaClimb *self);
const BullaCaaAnswer *bulla_caa_climb_get_found (const BullaCaaClimb *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaRecord, bulla_caa_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaAnswer, bulla_caa_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaClimb, bulla_caa_climb_unref)

G_END_DECLS
