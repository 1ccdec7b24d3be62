/* bulla-cli-warc-digest.c - compares content with the digest that a web archive states
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: WARC 1.1 sections 5.8 and 5.9; WACZ 1.1.1, "datapackage.json" */
#include "bulla-cli-warc-digest.h"

#include <string.h>

#include "bulla-web-bundle-id.h"

#define SIZE_MAX_BYTES 64 /* of a digest */

static const struct {
  const char *name;
  GChecksumType type;
} ALGORITHMS[] = {
    {"md5", G_CHECKSUM_MD5},        {"sha1", G_CHECKSUM_SHA1},      {"sha-1", G_CHECKSUM_SHA1},
    {"sha256", G_CHECKSUM_SHA256},  {"sha-256", G_CHECKSUM_SHA256}, {"sha512", G_CHECKSUM_SHA512},
    {"sha-512", G_CHECKSUM_SHA512},
};

/* Splits "sha1:VALUE". Returns: (nullable): the value, in base32 or hexadecimal */
static const char *
split (const char *digest, GChecksumType *type)
{
  const char *colon = digest != NULL ? strchr (digest, ':') : NULL;

  for (size_t i = 0; colon != NULL && i < G_N_ELEMENTS (ALGORITHMS); i++) {
    size_t length = strlen (ALGORITHMS[i].name);
    if (length != (size_t)(colon - digest)
        || g_ascii_strncasecmp (digest, ALGORITHMS[i].name, length) != 0)
      continue;
    *type = ALGORITHMS[i].type;
    size_t bytes = (size_t)g_checksum_type_get_length (*type), n = strcspn (colon + 1, "=");
    return n == 2 * bytes || n == (bytes * 8 + 4) / 5 ? colon + 1 : NULL;
  }
  return NULL;
}

/* Returns: whether the algorithm of a digest is known and it has the length of that */
static gboolean
is_readable (const char *digest)
{
  GChecksumType type;

  return split (digest, &type) != NULL;
}

/* Returns: whether a readable digest is that of @bytes; %NULL for no bytes */
static gboolean
is_digest_of (const char *digest, GBytes *bytes)
{
  GChecksumType type = G_CHECKSUM_SHA1;
  const char *value = split (digest, &type);
  guint8 found[SIZE_MAX_BYTES];
  gsize size = 0, length = sizeof found;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  g_return_val_if_fail (value != NULL, FALSE);
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  for (gsize at = 0; at < size;) {
    gsize n = MIN (size - at, (gsize)G_MAXINT32);
    g_checksum_update (checksum, data + at, (gssize)n);
    at += n;
  }
  if (strcspn (value, "=") == 2 * (size_t)g_checksum_type_get_length (type))
    return g_ascii_strncasecmp (g_checksum_get_string (checksum), value,
                                strlen (g_checksum_get_string (checksum)))
           == 0;
  g_checksum_get_digest (checksum, found, &length);
  g_autofree char *text = bulla_base32_encode (found, length);
  size_t n = strcspn (text, "=");
  return n == strcspn (value, "=") && g_ascii_strncasecmp (text, value, n) == 0;
}

/* Returns: whether a readable digest is that of the end of a block */
static gboolean
is_of_end (const char *digest, GBytes *block, gsize at)
{
  gsize size = g_bytes_get_size (block), start = MIN (at, size);
  g_autoptr (GBytes) end = g_bytes_new_from_bytes (block, start, size - start);

  return is_digest_of (digest, end);
}

/**
 * bulla_cli_warc_digest_contradicts: (skip)
 * @fields: (element-type utf8): the fields of a record: name, value, name, value, …
 * @block: its block
 * @http: the response in @block
 *
 * Recorders calculate the digest of the payload with or without chunks and content coding, and
 * with or without the final head behind interim responses.
 *
 * Returns: whether a digest in the fields is not that of the block or the payload
 */
gboolean
bulla_cli_warc_digest_contradicts (GPtrArray *fields, GBytes *block, const BullaHttpBlock *http)
{
  const char *whole = bulla_cli_find_header (fields, "WARC-Block-Digest");
  const char *payload = bulla_cli_find_header (fields, "WARC-Payload-Digest");

  if (is_readable (whole) && !is_digest_of (whole, block))
    return TRUE;
  if (!is_readable (payload) || bulla_cli_find_header (fields, "WARC-Truncated"))
    return FALSE;
  return !is_of_end (payload, block, http->body_at)
         && (http->payload_at == http->body_at || !is_of_end (payload, block, http->payload_at))
         && (http->coded == NULL || !is_digest_of (payload, http->coded))
         && (http->body == NULL || !is_digest_of (payload, http->body));
}
