/* bulla-demo-bundles.c - writes the demo's web bundles: unsigned, signed in part, signed as a whole
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-bundle-writer.h"
#include "bulla-integrity-writer.h"

#define HOUR 3600
#define DAY (24 * HOUR)
#define RECORD_SIZE 4096

/* Returns the prefix of the responses' URLs; subresources belong to a page of the aggregator. */
static char *
dup_base (DemoWorld *world, const char *link, const char *kind)
{
  if (g_str_equal (kind, "app"))
    return g_strdup ("/");
  if (g_str_equal (kind, "parts"))
    return g_strconcat (world->hosts[DEMO_AGGREGATOR].origin, "/packages/parts/", NULL);
  return demo_dup_signed_url (world, link);
}

/* @body: (transfer full) */
static void
add (BullaBundleWriter *writer, const char *base, const char *name, const char *type, GBytes *body)
{
  g_autofree char *url = g_strconcat (base, name, NULL);
  guint response = bulla_bundle_writer_add_response (writer, SOUP_STATUS_OK);

  bulla_bundle_writer_add_header (writer, response, "content-type", type);
  bulla_bundle_writer_add_header (writer, response, "x-note", DEMO_NOTE);
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, url, response);
  g_bytes_unref (body);
}

static GBytes *
take_text (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static void
add_pages (DemoWorld *world, BullaBundleWriter *writer, const char *link, const char *base)
{
  GBytes *picture =
      g_resources_lookup_data ("/org/bulla/Demo/lightship.svg", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  add (writer, base, "", "text/html; charset=utf-8",
       take_text (demo_write_article (world, link, TRUE)));
  add (writer, base, "more.html", "text/html; charset=utf-8",
       take_text (demo_write_more (world, link, TRUE)));
  add (writer, base, "lightship.svg", "image/svg+xml", picture);
}

static gboolean
vouch (DemoWorld *world, BullaBundleWriter *writer, const char *link, const char *flaw,
       const char *base, GError **error)
{
  static const char *const names[] = {"", "more.html", "lightship.svg"};
  g_autoptr (BullaCredential) credential = demo_issue (world, link, flaw, error);
  g_autofree char *validity =
      g_strconcat (demo_find_publisher (world, link)->origin, "/resource.validity", NULL);

  if (credential == NULL)
    return FALSE;
  guint subset = bulla_bundle_writer_add_subset (writer, credential, demo_get_chain (world, link));
  bulla_bundle_writer_set_subset_validity (writer, subset, validity, world->now - HOUR,
                                           world->now - HOUR + 6 * DAY);
  bulla_bundle_writer_set_record_size (writer, RECORD_SIZE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *url = g_strconcat (base, names[i], NULL);
    bulla_bundle_writer_cover (writer, subset, url);
  }
  return TRUE;
}

/* Returns: (transfer full): @bundle behind an integrity block that is signed with a new key */
static GBytes *
sign (GBytes *bundle, GError **error)
{
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, error);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bundle);
  g_autoptr (GBytes) digest =
      key != NULL ? bulla_integrity_writer_digest (stream, NULL, error) : NULL;

  if (digest == NULL)
    return NULL;
  g_autoptr (BullaIntegrityWriter) writer =
      bulla_integrity_writer_new (bulla_signing_key_get_web_bundle_id (key));
  bulla_integrity_writer_add_key (writer, key);
  g_autoptr (GBytes) block = bulla_integrity_writer_write (writer, digest, error);
  if (block == NULL)
    return NULL;
  GByteArray *whole = g_byte_array_new ();
  g_byte_array_append (whole, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  g_byte_array_append (whole, g_bytes_get_data (bundle, NULL), g_bytes_get_size (bundle));
  return g_byte_array_free_to_bytes (whole);
}

/* Changes one character of the note, in the first response that contains it. */
static GBytes *
alter_first (GBytes *package)
{
  gsize size;
  GByteArray *bytes = g_bytes_unref_to_array (package);

  size = bytes->len;
  for (gsize i = 0; i + strlen (DEMO_NOTE) <= size; i++)
    if (memcmp (bytes->data + i, DEMO_NOTE, strlen (DEMO_NOTE)) == 0) {
      memcpy (bytes->data + i, DEMO_NOTE_ALTERED, strlen (DEMO_NOTE));
      break;
    }
  return g_byte_array_free_to_bytes (bytes);
}

/**
 * demo_make_bundle:
 * @kind: `unsigned`, `subset`, `app`, `parts` or `variants`
 */
GBytes *
demo_make_bundle (DemoWorld *world, const char *link, const char *kind, const char *flaw,
                  GError **error)
{
  gboolean app = g_str_equal (kind, "app");

  if (g_str_equal (kind, "variants"))
    return demo_make_variants_bundle (world, error);
  g_autofree char *base = dup_base (world, link, kind);
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);

  bulla_bundle_writer_set_primary_url (writer, base);
  add_pages (world, writer, link, base);
  if (g_str_equal (kind, "subset") && !vouch (world, writer, link, flaw, base, error))
    return NULL;
  g_autoptr (GBytes) bundle = bulla_bundle_writer_write (writer, error);
  g_autoptr (GBytes) package = bundle == NULL ? NULL
                               : app          ? sign (bundle, error)
                                              : g_bytes_ref (bundle);
  if (package == NULL)
    return NULL;
  return g_str_equal (flaw, "altered") ? alter_first (g_steal_pointer (&package))
                                       : demo_spoil (g_steal_pointer (&package), flaw);
}
