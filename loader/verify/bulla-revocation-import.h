/* bulla-revocation-import.h - lists of revoked certificates that others write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-revocations.h"

G_BEGIN_DECLS

typedef struct {
  const char *format; /* static; `crl`, `onecrl` or `text` */
  guint added, already_there;
} BullaRevocationImport;

gboolean bulla_revocations_import (BullaRevocations *self, GBytes *bytes, GBytes *issuer_pem,
                                   const char *source, gint64 now, BullaRevocationImport *result,
                                   GError **error);

G_END_DECLS
