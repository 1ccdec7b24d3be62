/* bulla-vulnerable.h - list of versions with known flaws, by the digests of headers and bodies
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-version-memory.h"

G_BEGIN_DECLS

#define BULLA_VULNERABLE_SIZE_MAX (16 << 20) /* most bytes of a list that is imported */

typedef enum {
  BULLA_VULNERABLE_HEADERS, /* the digest is the header integrity */
  BULLA_VULNERABLE_BODY,    /* the digest is that of the whole body, in the format of `Digest` */
} BullaVulnerableKind;

typedef struct {
  char *id; /* owned; 16 hexadecimal digits, which depend on kind, digest and URL only */
  BullaVulnerableKind kind;
  char *sha256;    /* owned; lower-case hex */
  char *url;       /* owned; NULL if the version is vulnerable at any URL */
  char *why;       /* owned; nullable */
  char *source;    /* owned; nullable; name of the file that it was imported from */
  gint64 imported; /* Unix time in s */
} BullaVulnerable;

const char *bulla_vulnerable_kind_get_nick (BullaVulnerableKind kind);
char *bulla_vulnerable_dup_digest (BullaVulnerableKind kind, const char *text);
GPtrArray *bulla_vulnerable_parse (const char *text, gsize length, GError **error);
void bulla_vulnerable_free (BullaVulnerable *self);

gboolean bulla_vulnerable_import (BullaStore *store, GPtrArray *entries, const char *source,
                                  gint64 now, guint *added, guint *total, GError **error);
GPtrArray *bulla_vulnerable_list (BullaStore *store, GError **error);
gboolean bulla_vulnerable_remove (BullaStore *store, const char *id, gboolean *removed,
                                  GError **error);
gboolean bulla_vulnerable_find (BullaStore *store, const BullaVersion *version, char **entry,
                                GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaVulnerable, bulla_vulnerable_free)

G_END_DECLS
