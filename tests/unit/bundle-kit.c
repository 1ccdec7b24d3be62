/* bundle-kit.c - writes, opens and inspects bundles in one process
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle-kit.h"

#include <glib/gstdio.h>
#include <string.h>

BundleKit *
bundle_kit_new (void)
{
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;
  BundleKit *self = g_new0 (BundleKit, 1);

  self->now = KIT_NOW;
  self->folder = g_dir_make_tmp ("bulla-XXXXXX", &error);
  self->authority = bulla_authority_new ("Bundles", KIT_NOW - 20 * KIT_DAY, &error);
  self->leaf = bulla_authority_issue (self->authority, hosts, KIT_NOW - 10 * KIT_DAY, 90,
                                      BULLA_ISSUE_SIGN_EXCHANGES, &error);
  self->chain = bulla_authority_write_chain (self->authority, self->leaf, KIT_NOW - KIT_DAY,
                                             KIT_NOW + 5 * KIT_DAY, 0, &error);
  g_autofree char *pem = bulla_authority_dup_root_pem (self->authority);
  g_autofree char *list = bulla_authority_dup_log_list (self->authority);
  g_autofree char *root = bundle_kit_path (self, "root.pem");
  g_autofree char *logs = bundle_kit_path (self, "logs.json");
  g_assert_true (g_file_set_contents (root, pem, -1, NULL));
  g_assert_true (g_file_set_contents (logs, list, -1, NULL));
  self->trust = bulla_trust_new ();
  g_assert_true (bulla_trust_add_roots (self->trust, root, &error));
  g_assert_true (bulla_trust_add_logs (self->trust, logs, &error));
  self->profile = bulla_profile_load ("draft-b3", &error);
  g_assert_no_error (error);
  return self;
}

void
bundle_kit_free (BundleKit *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);

  for (const char *name = g_dir_read_name (folder); name != NULL; name = g_dir_read_name (folder)) {
    g_autofree char *path = bundle_kit_path (self, name);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_object_unref (self->authority);
  g_object_unref (self->leaf);
  g_bytes_unref (self->chain);
  g_object_unref (self->trust);
  bulla_profile_unref (self->profile);
  g_free (self);
}

void
bundle_kit_set_profile (BundleKit *self, const char *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", &error);
  g_autofree char *text = g_strconcat (
      "[profile]\nname = kit\ndate = 2026-11-23\ndescription = of a test\ninherits = draft-b3\n",
      settings, NULL);

  g_clear_pointer (&self->profile, bulla_profile_unref);
  self->profile = bulla_profile_parse (text, parent, &error);
  g_assert_no_error (error);
}

char *
bundle_kit_path (BundleKit *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

char *
bundle_kit_save (BundleKit *self, const char *name, GBytes *bytes)
{
  char *path = bundle_kit_path (self, name);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
  return path;
}

BullaLoader *
bundle_kit_loader (BundleKit *self)
{
  BullaLoader *loader = bulla_loader_new (self->profile, self->trust);

  bulla_loader_set_offline (loader, TRUE);
  bulla_loader_set_time (loader, self->now);
  return loader;
}

guint
bundle_kit_add (BullaBundleWriter *writer, const char *url, const char *type, const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  guint response = bulla_bundle_writer_add_response (writer, 200);

  bulla_bundle_writer_add_header (writer, response, "content-type", type);
  bulla_bundle_writer_set_body (writer, response, bytes);
  bulla_bundle_writer_add_url (writer, url, response);
  return response;
}

guint
bundle_kit_vouch (BundleKit *self, BullaBundleWriter *writer, gint64 date, gint64 expires)
{
  guint subset = bulla_bundle_writer_add_subset (writer, self->leaf, self->chain);

  bulla_bundle_writer_set_subset_validity (writer, subset, KIT_HOST "/validity", date, expires);
  return subset;
}

GBytes *
bundle_kit_write (BullaBundleWriter *writer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bundle = bulla_bundle_writer_write (writer, &error);

  g_assert_no_error (error);
  return bundle;
}

GBytes *
bundle_kit_spoil (GBytes *bundle, const char *text, gsize at)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bundle, &length);
  gsize found = length - strlen (text);

  while (found > 0 && memcmp (data + found, text, strlen (text)) != 0)
    found--;
  g_assert_cmpuint (found, >, 0);
  guint8 *spoilt = g_memdup2 (data, length);
  spoilt[found + strlen (text) + at] ^= 1;
  return g_bytes_new_take (spoilt, length);
}

GBytes *
bundle_kit_join (GBytes *one, GBytes *other)
{
  GByteArray *both = g_byte_array_new ();

  g_byte_array_append (both, g_bytes_get_data (one, NULL), (guint)g_bytes_get_size (one));
  g_byte_array_append (both, g_bytes_get_data (other, NULL), (guint)g_bytes_get_size (other));
  return g_byte_array_free_to_bytes (both);
}

BullaBundle *
bundle_kit_open (BundleKit *self, GBytes *bundle, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoader) loader = bundle_kit_loader (self);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (url);
  g_autofree char *path = bundle_kit_save (self, "bundle.wbn", bundle);
  GObject *opened =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (BULLA_IS_BUNDLE (opened));
  return BULLA_BUNDLE (opened);
}

BullaLoad *
bundle_kit_load (BullaBundle *bundle, const char *url)
{
  g_autoptr (GError) error = NULL;
  gint resource = bulla_bundle_find (bundle, url);

  g_assert_cmpint (resource, >=, 0);
  BullaLoad *load = bulla_bundle_load (bundle, (guint)resource, 0, NULL, &error);
  g_assert_no_error (error);
  return load;
}

char *
bundle_kit_read (BullaLoad *load, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);
  GString *text = g_string_new (NULL);
  char piece[64];
  gssize n = 1;

  g_assert_nonnull (body);
  while (n > 0) {
    n = g_input_stream_read (body, piece, sizeof piece, NULL, error);
    g_string_append_len (text, piece, MAX (n, 0));
  }
  return g_string_free (text, FALSE);
}

typedef struct {
  const char *name;
  char *value;
} Wanted;

static void
take_header_cb (const char *name, const char *value, gpointer user_data)
{
  Wanted *wanted = user_data;

  if (strcmp (name, wanted->name) == 0) {
    g_assert_null (wanted->value);
    wanted->value = g_strdup (value);
  }
}

char *
bundle_kit_header (BullaLoad *load, const char *name)
{
  Wanted wanted = {name, NULL};

  bulla_load_foreach_header (load, take_header_cb, &wanted);
  return wanted.value;
}

void
bundle_kit_assert (BullaVerdict *verdict, const char *outcome, const char *reason)
{
  g_autofree char *trace = bulla_verdict_describe (verdict, FALSE);

  g_test_message ("%s", trace);
  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==, outcome);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==, reason);
}
