/* bulla-caa-records.h - reads DNS records as text and answers CAA queries from them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"

G_BEGIN_DECLS

#define BULLA_CAA_RECORDS_SIZE_MAX (4 << 20) /* most bytes of a text of DNS records */
#define BULLA_CAA_RECORDS_LINES_MAX 65536
#define BULLA_CAA_RECORDS_ALIASES_MAX 16 /* most CNAME and DNAME records followed for one query */
#define BULLA_CAA_RDATA_MAX 65535        /* most bytes of the data of one record */

#define BULLA_CAA_RECORDS_ERROR (bulla_caa_records_error_quark ())
GQuark bulla_caa_records_error_quark (void);

/* why a text is refused; the error message begins with the line number */
typedef enum {
  BULLA_CAA_RECORDS_ERROR_SYNTAX,   /* a line is not a record */
  BULLA_CAA_RECORDS_ERROR_CONFLICT, /* two lines contradict each other */
  BULLA_CAA_RECORDS_ERROR_LIMIT,    /* the text has too many bytes or lines */
} BullaCaaRecordsError;

typedef struct _BullaCaaRecords BullaCaaRecords;

BullaCaaRecords *bulla_caa_records_parse (const char *text, gsize length, GError **error);
void bulla_caa_records_free (BullaCaaRecords *self);
BullaCaaAnswer *bulla_caa_records_answer (const BullaCaaRecords *self, const char *name);
void bulla_caa_records_climb (const BullaCaaRecords *self, BullaCaaClimb *climb);
char *bulla_caa_value_dup_text (GBytes *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaRecords, bulla_caa_records_free)

G_END_DECLS
