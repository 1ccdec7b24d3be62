/* bulla-issuers.h - maps certificate authorities to the domains that name them in CAA records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_ISSUERS_SIZE_MAX (32 << 20) /* most bytes of a table */
#define BULLA_ISSUERS_ENTRIES_MAX (1 << 18)
#define BULLA_ISSUER_DOMAINS_MAX 256 /* most domains of one authority */

#define BULLA_ISSUERS_ERROR (bulla_issuers_error_quark ())
GQuark bulla_issuers_error_quark (void);

/* why a table is refused; the error message begins with the line number */
typedef enum {
  BULLA_ISSUERS_ERROR_SYNTAX, /* a line is not an entry */
  BULLA_ISSUERS_ERROR_LIMIT,  /* the table has too many bytes, entries or domains */
} BullaIssuersError;

/* kinds of key or name of an authority, in the order of lookup */
typedef enum {
  BULLA_ISSUER_SKI, /* subject key identifier of the issuing certificate, in hex */
  BULLA_ISSUER_DN,  /* subject of the issuing certificate (RFC 4514) */
  BULLA_ISSUER_O,   /* organisation in that subject: a guess */
  BULLA_ISSUER_N_KINDS,
} BullaIssuerKind;

/* one row of the table */
typedef struct {
  BullaIssuerKind kind;
  char *value;       /* owned; value as in the table; a key identifier in lower-case hex */
  char **domains;    /* owned; domains in lower case, at least one */
  char **sources;    /* owned; where the domains are documented */
  gboolean imported; /* whether the user imported the entry; otherwise it came with Bulla */
} BullaIssuer;

/* key and names of one authority, from a certificate */
typedef struct {
  char *ski; /* owned; nullable; key identifier, lower-case hex */
  char *dn;  /* owned; nullable; distinguished name */
  char *o;   /* owned; nullable; organisation */
} BullaIssuerNames;

void bulla_issuer_names_clear (BullaIssuerNames *self);

typedef struct _BullaIssuers BullaIssuers;

BullaIssuers *bulla_issuers_new (void);
BullaIssuers *bulla_issuers_ref (BullaIssuers *self);
void bulla_issuers_unref (BullaIssuers *self);
gboolean bulla_issuers_add_lines (BullaIssuers *self, const char *text, gsize length,
                                  gboolean imported, const char *source, GError **error);
void bulla_issuers_add_lines_later (BullaIssuers *self, GBytes *lines);
void bulla_issuers_add_all (BullaIssuers *self, const BullaIssuers *other, guint *added,
                            guint *already_there);
guint bulla_issuers_get_n (const BullaIssuers *self);
const BullaIssuer *bulla_issuers_get (const BullaIssuers *self, guint i);
const BullaIssuer *bulla_issuers_find (const BullaIssuers *self, const BullaIssuerNames *names);
char *bulla_issuers_dup_lines (const BullaIssuers *self, gboolean imported);
const char *bulla_issuer_kind_get_nick (BullaIssuerKind kind);

gboolean bulla_issuers_put (BullaIssuers *self, BullaIssuerKind kind, const char *value,
                            char **domains, char **sources, gboolean imported);
char **bulla_issuer_domains_split (const char *text, gboolean strict);
char *bulla_issuer_value_fold (BullaIssuerKind kind, const char *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaIssuerNames, bulla_issuer_names_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaIssuers, bulla_issuers_unref)

G_END_DECLS
