/* bulla-path.c - builds the path from a leaf to a root, and checks the permitted uses of the leaf
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 5280 section 6, IMPL 4(7) and 4.2. */
#include "bulla-path.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-can-sign.h"
#include "bulla-distinguished-name.h"
#include "bulla-openssl.h"

#define MAX_EXTENSIONS 256 /* most in a certificate; each is compared with all others */

gint64
bulla_time_to_unix (const ASN1_TIME *time)
{
  int days = 0, seconds = 0;
  ASN1_TIME *epoch = ASN1_TIME_set (NULL, 0);
  gboolean fine = time != NULL && ASN1_TIME_diff (&days, &seconds, epoch, time) == 1;

  ASN1_TIME_free (epoch);
  return fine ? (gint64)days * 86400 + seconds : -1;
}

/* The state of building one path. */
typedef struct {
  BullaPath *path;                 /* borrowed */
  BullaKnownIssuers *known;        /* borrowed */
  X509_STORE_CTX_verify_fn verify; /* OpenSSL's check of the signatures and times of a path */
  guint n_faults;                  /* number of errors that OpenSSL reported so far */
} Build;

static void
blame (BullaPath *self, BullaCertFlags flag, const char *detail)
{
  self->flags |= flag;
  if (self->detail == NULL)
    self->detail = g_strdup (detail);
}

static BullaCertFlags
flag_of (int error)
{
  switch (error) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return BULLA_CERT_FLAG_EXPIRED;
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return BULLA_CERT_FLAG_NOT_YET_VALID;
  default:
    return BULLA_CERT_FLAG_UNTRUSTED;
  }
}

/* RFC 5280 4.1.2.5: the second of notAfter is still valid; OpenSSL treats it as expired. */
static gboolean
is_last_second (X509_STORE_CTX *context, int error)
{
  X509 *certificate = X509_STORE_CTX_get_current_cert (context);

  return error == X509_V_ERR_CERT_HAS_EXPIRED && certificate != NULL
         && bulla_time_to_unix (X509_get0_notAfter (certificate))
                >= (gint64)X509_VERIFY_PARAM_get_time (X509_STORE_CTX_get0_param (context));
}

/* Collects all errors, so that the trace is complete. */
static int
verify_cb (int ok, X509_STORE_CTX *context)
{
  Build *build = X509_STORE_CTX_get_app_data (context);
  int error = X509_STORE_CTX_get_error (context);
  /* check_extensions() judges those of the leaf. */
  gboolean own = error == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION
                 && X509_STORE_CTX_get_error_depth (context) == 0;

  build->n_faults += !ok;
  if (!ok && !own && !is_last_second (context, error))
    blame (build->path, flag_of (error), X509_verify_cert_error_string (error));
  return 1;
}

/* Says whether all signatures above that of the leaf are known to be right, and the certificates
 * are valid at the time. */
static gboolean
are_issuers_known (const Build *build, X509_STORE_CTX *context, STACK_OF (X509) * path)
{
  time_t now = X509_VERIFY_PARAM_get_time (X509_STORE_CTX_get0_param (context));
  int n = sk_X509_num (path);

  for (int i = 1; i < n; i++) {
    X509 *certificate = sk_X509_value (path, i);
    if ((i + 1 < n
         && !bulla_known_issuers_has_pair (build->known, certificate, sk_X509_value (path, i + 1)))
        || X509_cmp_time (X509_get0_notBefore (certificate), &now) >= 0
        || X509_cmp_time (X509_get0_notAfter (certificate), &now) <= 0)
      return FALSE;
  }
  return n > 2;
}

/* Has OpenSSL check the signature and the time of the leaf. It sees only the leaf and its issuer.
 * The path is put back as it was. */
static int
verify_leaf (const Build *build, X509_STORE_CTX *context, STACK_OF (X509) * path)
{
  g_autoptr (GPtrArray) above = g_ptr_array_new ();

  while (sk_X509_num (path) > 2)
    g_ptr_array_add (above, sk_X509_pop (path));
  int result = build->verify (context);
  while (above->len > 0)
    sk_X509_push (path, g_ptr_array_steal_index (above, above->len - 1));
  return result;
}

/* Checks the signatures and times of a path that OpenSSL has built. An issuer is verified once: if
 * OpenSSL finds no fault at all in a path, the pairs of issuers in it are remembered. */
static int
verify_signatures (X509_STORE_CTX *context)
{
  Build *build = X509_STORE_CTX_get_app_data (context);

  STACK_OF (X509) *path = X509_STORE_CTX_get0_chain (context);
  if (are_issuers_known (build, context, path))
    return verify_leaf (build, context, path);
  int result = build->verify (context);
  for (int i = 1; result == 1 && build->n_faults == 0 && i + 1 < sk_X509_num (path); i++)
    bulla_known_issuers_add_pair (build->known, sk_X509_value (path, i),
                                  sk_X509_value (path, i + 1));
  return result;
}

/* Narrows the window around @now so that the result, which changes at @from and after @to, is
 * the same within it. */
void
bulla_window_narrow (BullaWindow *window, gint64 from, gint64 to, gint64 now)
{
  gint64 edges[] = {from, to + 1};

  for (int i = 0; i < 2; i++) {
    if (edges[i] <= now)
      window->from = MAX (window->from, edges[i]);
    else
      window->to = MIN (window->to, edges[i] - 1);
  }
}

static gboolean
allows (X509 *certificate, guint32 usage)
{
  guint32 extended = X509_get_extended_key_usage (certificate);

  return extended == G_MAXUINT32 || (extended & (usage | XKU_ANYEKU)) != 0;
}

static void
take_issuer (BullaPath *self, X509 *issuer)
{
  X509_up_ref (issuer);
  self->issuer = issuer;
}

/* the leaf first; the first revoked certificate is reported */
static void
look_at_revocations (BullaPath *self, BullaAnchors *anchors, STACK_OF (X509) * path)
{
  const BullaRevocations *list = bulla_anchors_get_revocations (anchors);
  int n = sk_X509_num (path);

  for (int i = 0; list != NULL && self->revoked == NULL && i < n; i++) {
    X509 *certificate = sk_X509_value (path, i);
    const BullaRevoked *found = bulla_revocations_find (list, certificate);
    if (found == NULL)
      continue;
    const char *role = i == 0 ? "the leaf" : i < n - 1 ? "an intermediate" : "the root";
    const char *by = bulla_revoked_kind_get_nick (found->kind);
    g_autofree char *subject =
        bulla_distinguished_name_to_text (X509_get_subject_name (certificate));
    self->revoked =
        g_strdup_printf ("%s, %s, by its %s%s%s", role, subject, by, found->why != NULL ? ": " : "",
                         found->why != NULL ? found->why : "");
  }
}

static void
look_at_path (BullaPath *self, BullaAnchors *anchors, X509_STORE_CTX *context, gint64 now)
{
  STACK_OF (X509) *path = X509_STORE_CTX_get0_chain (context);
  int n = sk_X509_num (path);
  for (int i = 0; i < n; i++) {
    X509 *certificate = sk_X509_value (path, i);
    self->end = MIN (self->end, bulla_time_to_unix (X509_get0_notAfter (certificate)));
    bulla_window_narrow (&self->window, bulla_time_to_unix (X509_get0_notBefore (certificate)),
                         bulla_time_to_unix (X509_get0_notAfter (certificate)), now);
    if (i > 0 && i < n - 1 && !allows (certificate, XKU_SSL_SERVER))
      blame (self, BULLA_CERT_FLAG_USAGE, "an intermediate that is not for servers");
  }
  if (n > 1)
    take_issuer (self, sk_X509_value (path, 1));
  if (n > 0 && !bulla_anchors_is_added (anchors, sk_X509_value (path, n - 1)))
    self->flags |= BULLA_CERT_FLAG_SYSTEM_ROOT;
  look_at_revocations (self, anchors, path);
}

static gboolean
comes_twice (X509 *leaf, int index)
{
  const ASN1_OBJECT *oid = X509_EXTENSION_get_object (X509_get_ext (leaf, index));

  return X509_get_ext_by_OBJ (leaf, oid, index) >= 0;
}

static void
check_can_sign (BullaPath *self, X509_EXTENSION *extension)
{
  static const guint8 null[] = {0x05, 0x00};
  const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data (extension);

  self->flags |= BULLA_CERT_FLAG_CAN_SIGN;
  if (ASN1_STRING_length (value) != sizeof null
      || memcmp (ASN1_STRING_get0_data (value), null, sizeof null) != 0)
    self->flags |= BULLA_CERT_FLAG_CAN_SIGN_VALUE;
  if (X509_EXTENSION_get_critical (extension))
    self->flags |= BULLA_CERT_FLAG_CAN_SIGN_CRITICAL;
}

static void
check_extensions (BullaPath *self, X509 *leaf)
{
  int n = X509_get_ext_count (leaf);

  if (n > MAX_EXTENSIONS)
    blame (self, BULLA_CERT_FLAG_MALFORMED, "more extensions than Bulla reads");
  for (int i = 0; i < MIN (n, MAX_EXTENSIONS); i++) {
    X509_EXTENSION *extension = X509_get_ext (leaf, i);
    if (comes_twice (leaf, i))
      blame (self, BULLA_CERT_FLAG_MALFORMED, "an extension that comes twice");
    if (bulla_extension_is_can_sign (extension))
      check_can_sign (self, extension);
    else if (X509_EXTENSION_get_critical (extension) && !X509_supported_extension (extension))
      blame (self, BULLA_CERT_FLAG_CRITICAL_EXTENSION, "a critical extension that is not known");
  }
}

static void
check_usage (BullaPath *self, X509 *leaf)
{
  guint32 usage = X509_get_key_usage (leaf);

  if (usage != G_MAXUINT32 && (usage & KU_DIGITAL_SIGNATURE) == 0)
    blame (self, BULLA_CERT_FLAG_USAGE, "a key that is not for signatures");
  if (!allows (leaf, XKU_SSL_SERVER))
    blame (self, BULLA_CERT_FLAG_USAGE, "a leaf that is not for servers");
  if ((X509_get_extension_flags (leaf) & EXFLAG_CA) != 0)
    blame (self, BULLA_CERT_FLAG_IS_CA, "a leaf that is an authority");
}

/* Without a path, looks for the issuer among the hints, because OCSP needs it. */
static void
find_issuer (BullaPath *self, X509 *leaf, STACK_OF (X509) * hints)
{
  for (int i = 0; self->issuer == NULL && i < sk_X509_num (hints); i++)
    if (X509_check_issued (sk_X509_value (hints, i), leaf) == X509_V_OK)
      take_issuer (self, sk_X509_value (hints, i));
}

/**
 * bulla_path_build: (skip)
 * @self: (out caller-allocates): the result
 * @anchors: the roots
 * @leaf: the signer's certificate
 * @hints: further certificates of the chain, in any order
 * @now: Unix seconds
 */
void
bulla_path_build (BullaPath *self, BullaAnchors *anchors, X509 *leaf, STACK_OF (X509) * hints,
                  gint64 now)
{
  *self = (BullaPath){.end = G_MAXINT64, .window = {G_MININT64, G_MAXINT64}};
  self->not_before = bulla_time_to_unix (X509_get0_notBefore (leaf));
  self->not_after = bulla_time_to_unix (X509_get0_notAfter (leaf));
  check_extensions (self, leaf);

  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  X509_STORE_CTX_init (context, bulla_anchors_get_store (anchors), leaf, hints);
  X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param (context);
  X509_VERIFY_PARAM_set_time (param, (time_t)now);
  X509_VERIFY_PARAM_set_auth_level (param, 1);
  X509_VERIFY_PARAM_set_depth (param, 8);
  Build build = {self, bulla_anchors_get_known_issuers (anchors),
                 X509_STORE_CTX_get_verify (context), 0};
  X509_STORE_CTX_set_app_data (context, &build);
  X509_STORE_CTX_set_verify_cb (context, verify_cb);
  X509_STORE_CTX_set_verify (context, verify_signatures);
  if (X509_verify_cert (context) != 1)
    blame (self, BULLA_CERT_FLAG_UNTRUSTED, "no path could be built");
  look_at_path (self, anchors, context, now);
  find_issuer (self, leaf, hints);
  check_usage (self, leaf);
}

void
bulla_path_clear (BullaPath *self)
{
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->issuer, X509_free);
  g_clear_pointer (&self->revoked, g_free);
}
