/* load-world.c - forges packages, and drives their loads step by step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load-world.h"

#include <glib/gstdio.h>
#include <string.h>

/* indices of the parts, in the order of the forge */
enum { MAGIC, URL, LENGTHS, SIGNATURE, HEADERS, BODY };

static char *
write_file (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int descriptor = g_file_open_tmp ("bulla-load-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (descriptor, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static BullaTrust *
trust_of (const Forge *forge)
{
  BullaTrust *trust = bulla_trust_new ();
  g_autofree char *roots = write_file (forge->root_pem);
  g_autofree char *logs = write_file (forge->ct_logs);
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_trust_add_roots (trust, roots, &error));
  g_assert_true (bulla_trust_add_logs (trust, logs, &error));
  g_unlink (roots);
  g_unlink (logs);
  return trust;
}

LoadWorld *
load_world_new (const char *profile, const char *recipe)
{
  LoadWorld *self = g_new0 (LoadWorld, 1);
  g_autofree char *text = g_strconcat ("[package]\n", recipe, NULL);
  g_autoptr (GError) error = NULL;

  self->forge = forge_from_text (text, &error);
  g_assert_no_error (error);
  self->trust = trust_of (self->forge);
  load_world_set_profile (self, profile);
  return self;
}

void
load_world_free (LoadWorld *self)
{
  forge_free (self->forge);
  g_object_unref (self->trust);
  bulla_profile_unref (self->profile);
  g_free (self);
}

void
load_world_set_profile (LoadWorld *self, const char *profile)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->profile, bulla_profile_unref);
  self->profile = bulla_profile_load (profile, &error);
  g_assert_no_error (error);
}

char *
load_world_dup_signature (LoadWorld *self)
{
  const char *data = g_bytes_get_data (self->forge->exchange, NULL);
  const size_t *offsets = self->forge->offsets;

  return g_strndup (data + offsets[SIGNATURE], offsets[HEADERS] - offsets[SIGNATURE]);
}

GBytes *
load_world_with_signature (LoadWorld *self, const char *signature)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->forge->exchange, &size);
  const size_t *offsets = self->forge->offsets;
  size_t length = strlen (signature);
  const guint8 wire[] = {(guint8)(length >> 16), (guint8)(length >> 8), (guint8)length};
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, data, (guint)offsets[LENGTHS]);
  g_byte_array_append (bytes, wire, sizeof wire);
  g_byte_array_append (bytes, data + offsets[LENGTHS] + 3, 3);
  g_byte_array_append (bytes, (const guint8 *)signature, (guint)length);
  g_byte_array_append (bytes, data + offsets[HEADERS], (guint)(size - offsets[HEADERS]));
  return g_byte_array_free_to_bytes (bytes);
}

BullaLoad *
load_world_start (LoadWorld *self, GBytes *by_hand, gint64 now)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new (self->forge->outer_url);

  for (int i = 0; self->forge->outer_headers[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (self->forge->outer_headers[i], ": ", 2);
    bulla_outer_set_header (outer, pair[0], pair[1]);
  }
  return bulla_load_new (self->profile, self->trust, outer, by_hand, now);
}

void
load_push (BullaLoad *load, GBytes *exchange, size_t piece)
{
  gsize size, at = 0;
  const guint8 *data = g_bytes_get_data (exchange, &size);

  while (at < size && bulla_load_get_state (load) == BULLA_LOAD_WANTS_BYTES)
    at += bulla_load_push (load, data + at, MIN (piece, size - at));
  if (bulla_load_get_state (load) == BULLA_LOAD_WANTS_BYTES)
    bulla_load_end (load);
  size_t ahead = MIN (piece, size - at);
  g_autoptr (GBytes) later = g_bytes_new_from_bytes (exchange, at + ahead, size - at - ahead);
  g_autoptr (GInputStream) rest = g_memory_input_stream_new_from_bytes (later);
  bulla_load_set_rest (load, rest, data + at, ahead);
}

GByteArray *
load_read_body (BullaLoad *load, size_t piece, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);
  g_autofree guint8 *buffer = g_malloc (piece);
  GByteArray *out = g_byte_array_new ();
  gssize n;

  g_assert_nonnull (body);
  while ((n = g_input_stream_read (body, buffer, piece, NULL, error)) > 0)
    g_byte_array_append (out, buffer, (guint)n);
  return out;
}

void
assert_verdict (BullaVerdict *verdict, const char *outcome, const char *reason)
{
  g_assert_nonnull (verdict);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==, reason);
  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==, outcome);
}
