/* bulla-cli-inspect-body.c - decodes the bodies of exchanges in the old versions b1 and b2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: draft-yasskin-httpbis-origin-signed-exchanges-impl-02 section 5.3; MICE 02 and 03 */
#include "bulla-cli-inspect-body.h"

#include <string.h>

#include "bulla-body-stream.h"
#include "bulla-mi-sha256.h"

#define DRAFT_2 "mi-sha256-draft2=" /* in b1; its proof is base64url without padding */

static const char *
find_field (const GArray *fields, const char *name)
{
  for (guint i = 0; i < fields->len; i++)
    if (g_ascii_strcasecmp (g_array_index (fields, BullaSxgField, i).name, name) == 0)
      return g_array_index (fields, BullaSxgField, i).value;
  return NULL;
}

static gboolean
read_draft_2 (const char *value, guint8 proof[BULLA_PROOF_SIZE])
{
  gsize length = 0;

  if (!g_str_has_prefix (value, DRAFT_2))
    return FALSE;
  g_autofree char *text = g_strconcat (value + strlen (DRAFT_2), "=", NULL);
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  g_autofree guint8 *decoded = g_base64_decode (text, &length);
  if (length != BULLA_PROOF_SIZE)
    return FALSE;
  memcpy (proof, decoded, BULLA_PROOF_SIZE);
  return TRUE;
}

/* Reads the proof of the first record; the encoding of the body is the same in all versions. */
static gboolean
read_proof (const GArray *fields, guint8 proof[BULLA_PROOF_SIZE])
{
  const char *digest = find_field (fields, "digest");
  const char *draft_2 = find_field (fields, "mi-draft2");

  if (digest != NULL)
    return bulla_field_read_digest (digest, FALSE, proof) == BULLA_DIGEST_FOUND;
  return draft_2 != NULL && read_draft_2 (draft_2, proof);
}

/**
 * bulla_cli_inspect_open_old_body: (skip)
 * @package: an exchange of version b1 or b2
 * @layout: where its parts are
 * @fields: its headers
 * @facts: receives the record size, and while the body is read its length
 *
 * Returns: (transfer full) (nullable): the decoded body, which checks each record; %NULL if the
 *   headers have no digest
 */
GInputStream *
bulla_cli_inspect_open_old_body (GBytes *package, const BullaSxgLayout *layout,
                                 const GArray *fields, BullaFacts *facts)
{
  guint8 proof[BULLA_PROOF_SIZE];

  if (!read_proof (fields, proof))
    return NULL;
  g_autoptr (GBytes) bytes =
      g_bytes_new_from_bytes (package, layout->body.offset, layout->body.length);
  g_autoptr (GInputStream) coded = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (BullaMiSha256) decoder = bulla_mi_sha256_new (proof, layout->body.offset, facts);
  return bulla_body_stream_new (coded, NULL, 0, G_CONVERTER (decoder));
}
