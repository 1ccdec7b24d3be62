/* bulla-reason.h - lists the reasons why a package can fail
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_REASON_NONE = 0,
#ifndef __GI_SCANNER__ /* g-ir-scanner takes the values from the type itself */
#define REASON(id, nick, report, chromium) BULLA_REASON_##id,
#include "bulla-reasons.def"
#undef REASON
#endif
  BULLA_N_REASONS
} BullaReason;

/**
 * BullaRange:
 * @offset: offset from the first byte of the package or chain
 * @length: length in bytes; 0 if only a position is known
 */
typedef struct {
  guint64 offset;
  guint64 length;
} BullaRange;

#define BULLA_FAULT (bulla_fault_quark ())
BULLA_API GQuark bulla_fault_quark (void);

#define BULLA_TYPE_REASON (bulla_reason_get_type ())
BULLA_API GType bulla_reason_get_type (void);
BULLA_API const char *bulla_reason_get_nick (BullaReason reason);
BULLA_API const char *bulla_reason_get_report_type (BullaReason reason);
BULLA_API const char *bulla_reason_get_chromium_name (BullaReason reason);
BULLA_API BullaReason bulla_reason_from_nick (const char *nick);

BULLA_API void bulla_fault_set (GError **error, BullaReason reason, BullaRange range,
                                const char *format, ...) G_GNUC_PRINTF (4, 5);
BULLA_API gboolean bulla_fault_get_range (const GError *error, BullaRange *range);

G_END_DECLS
