/* mutate-subset.c - mutations of signed subsets and of integrity blocks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"

#include <string.h>

static ForgeHash *
first_hash (gpointer subject)
{
  return g_ptr_array_index (((ForgeSubset *)subject)->hashes, 0);
}

static gboolean
set_field (GBytes **field, const char *argument, GError **error)
{
  GByteArray *bytes = argument_bytes (argument, error);

  if (bytes == NULL)
    return FALSE;
  set_bytes (field, bytes);
  return TRUE;
}

static gboolean
set_text (char **field, const char *argument)
{
  g_free (*field);
  *field = g_strdup (argument);
  return TRUE;
}

static gboolean
set_authority (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_number (argument, &((ForgeSubset *)subject)->authority, error);
}

static gboolean
set_cert_sha256 (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeSubset *)subject)->auth_sha256, argument, error);
}

static gboolean
set_header_sha256 (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&first_hash (subject)->header_sha256, argument, error);
}

static gboolean
set_hash_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&first_hash (subject)->url, argument, error);
}

static gboolean
set_integrity (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_text (&first_hash (subject)->integrity, argument);
}

static gboolean
set_unknown_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_text (&((ForgeSubset *)subject)->unknown_key, argument);
}

const MutationRow MUTATIONS_OF_SUBSET[] = {
    {{"subset-authority", "N", "Another authority"}, FORGE_STAGE_SUBSET, set_authority},
    {{"cert-sha256", "BYTES", NULL}, FORGE_STAGE_SUBSET, set_cert_sha256},
    {{"subset-header-sha256", "BYTES", "Another hash of the headers, signed"},
     FORGE_STAGE_SUBSET,
     set_header_sha256},
    {{"subset-url", "BYTES", "Another URL vouched for, signed"}, FORGE_STAGE_SUBSET, set_hash_url},
    {{"subset-integrity", "TEXT", "Another payload-integrity-header, signed"},
     FORGE_STAGE_SUBSET,
     set_integrity},
    {{"subset-unknown-key", "NAME", "A key that nobody knows, signed"},
     FORGE_STAGE_SUBSET,
     set_unknown_key},
    {{"signed-cbor", "WAY@TOKEN", "What is signed, spoilt at a token before"},
     FORGE_STAGE_SIGNED_CBOR,
     cbor_spoil},
    {{"signatures-cbor", "WAY@TOKEN", "The section spoilt at a token; the authorities are one"},
     FORGE_STAGE_SIGNATURES_CBOR,
     cbor_spoil},
    {{NULL}},
};

static gboolean
set_block_magic (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeBlock *)subject)->magic, argument, error);
}

static gboolean
set_block_version (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_field (&((ForgeBlock *)subject)->version, argument, error);
}

static gboolean
set_block_id (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_text (&((ForgeBlock *)subject)->id, argument);
}

static gboolean
upper_block_id (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeBlock *block = subject;
  char *id = g_ascii_strup (block->id, -1);

  g_free (block->id);
  block->id = id;
  return TRUE;
}

static gboolean
make_v1 (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ForgeBlock *block = subject;

  block->v1 = TRUE;
  g_bytes_unref (block->version);
  block->version = g_bytes_new_static ("1b\0", 4);
  return TRUE;
}

static gboolean
remove_signatures (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ((ForgeBlock *)subject)->unsigned_ = TRUE;
  return TRUE;
}

static gboolean
add_unknown (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  int64_t place;

  if (!argument_number (argument, &place, error))
    return FALSE;
  ((ForgeBlock *)subject)->unknown = place;
  return TRUE;
}

const MutationRow MUTATIONS_OF_BLOCK[] = {
    {{"block-magic", "BYTES", "Another file signature of the integrity block"},
     FORGE_STAGE_BLOCK,
     set_block_magic},
    {{"block-version", "BYTES", "Another version of it"}, FORGE_STAGE_BLOCK, set_block_version},
    {{"block-id", "TEXT", "Another web bundle ID, signed"}, FORGE_STAGE_BLOCK, set_block_id},
    {{"block-id-upper", "", "The web bundle ID in capitals, signed"},
     FORGE_STAGE_BLOCK,
     upper_block_id},
    {{"block-v1", "", "Laid out as version 1"}, FORGE_STAGE_BLOCK, make_v1},
    {{"block-unsigned", "", "No signatures in it"}, FORGE_STAGE_BLOCK, remove_signatures},
    {{"block-unknown", "I", "A signature of an unknown kind, before that with number I"},
     FORGE_STAGE_BLOCK,
     add_unknown},
    {{"attributes-cbor", "WAY@TOKEN", "The block’s attributes spoilt at a token, signed"},
     FORGE_STAGE_ATTRIBUTES_CBOR,
     cbor_spoil},
    {{"signer-cbor", "WAY@TOKEN", "The first signature’s attributes spoilt at a token, signed"},
     FORGE_STAGE_SIGNER_CBOR,
     cbor_spoil},
    {{"block-cbor", "WAY@TOKEN", "The block spoilt at a token, attributes as one, not signed"},
     FORGE_STAGE_BLOCK_CBOR,
     cbor_spoil},
    {{NULL}},
};
