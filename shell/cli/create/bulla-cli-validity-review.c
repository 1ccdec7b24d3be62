/* bulla-cli-validity-review.c - judges an exchange with the new signature of validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md section 3.6 */
#include "bulla-cli-validity-review.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-cli-unfinished.h"
#include "write/bulla-chain-writer.h"

#define URL_OFFSET 10 /* behind the file signature and the length of the URL */
#define LENGTH_SIZE 3 /* bytes of the length of the Signature in an exchange */
#define LENGTHS_SIZE (2 * LENGTH_SIZE)

/* Returns: (transfer full): the exchange with this Signature in place of its own */
static GBytes *
replace_signature (BullaCliSignatures *source, GBytes *signature)
{
  BullaSpan url = bulla_sxg_reader_get_url (source->reader);
  BullaSpan old = bulla_sxg_reader_get_signature (source->reader);
  gsize size, length;
  const guint8 *data = g_bytes_get_data (source->bytes, &size);
  const guint8 *new = g_bytes_get_data (signature, &length);
  const gsize lengths = URL_OFFSET + url.length;
  const gsize behind = lengths + LENGTHS_SIZE + old.length;
  const guint8 head[LENGTH_SIZE] = {(guint8)(length >> 16), (guint8)(length >> 8), (guint8)length};
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_byte_array_append (out, data, (guint)lengths);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data + lengths + LENGTH_SIZE, LENGTHS_SIZE - LENGTH_SIZE);
  g_byte_array_append (out, new, (guint)length);
  g_byte_array_append (out, data + behind, (guint)(size - behind));
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* Makes a file that an interruption removes. Returns: (transfer full) (nullable): its name */
static char *
write_temporary (GBytes *bytes, GError **error)
{
  g_autofree char *path = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  bulla_cli_unfinished_lock ();
  int file = g_file_open_tmp ("bulla-XXXXXX", &path, error);
  if (file >= 0)
    bulla_cli_unfinished_add (path);
  bulla_cli_unfinished_unlock ();
  if (file < 0)
    return NULL;
  close (file);
  return g_file_set_contents (path, data, (gssize)size, error) ? g_steal_pointer (&path) : NULL;
}

/**
 * bulla_cli_review_new_signature: (skip)
 * @source: the exchange whose headers were signed anew
 * @signature: the member of Signature
 * @credential: the certificate that signed
 * @review: how to judge; its chain is set meanwhile
 * @error: set if verification would refuse the exchange with that signature whoever is trusted, and
 *   errors are not ignored; the broken rules are printed on stderr
 *
 * Returns: whether the signature may be written
 */
gboolean
bulla_cli_review_new_signature (BullaCliSignatures *source, GBytes *signature,
                                BullaCredential *credential, BullaCliReview *review, GError **error)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (credential);
  g_autoptr (GBytes) placeholder = g_bytes_new_static ("", 1); /* for the OCSP response */
  g_autoptr (GBytes) chain = bulla_chain_write (certificates, placeholder, NULL, error);
  g_autoptr (GBytes) exchange = replace_signature (source, signature);
  g_autofree char *path = chain != NULL ? write_temporary (exchange, error) : NULL;

  if (path == NULL)
    return FALSE;
  review->chain = chain;
  review->skipped = BULLA_REVIEW_NO_STAPLES;
  gboolean fine = bulla_cli_review_package (review, path, error);
  review->chain = NULL;
  bulla_cli_unfinished_lock ();
  g_unlink (path);
  bulla_cli_unfinished_remove (path);
  bulla_cli_unfinished_unlock ();
  return fine;
}
