/* test-write-bundle-refused.c - checks that the bundle writer refuses invalid inputs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "write-bundle-samples.h"

typedef struct {
  const char *path;
  void (*spoil) (BullaBundleWriter *writer);
  const char *says;
} Refusal;

static void
spoil_url (BullaBundleWriter *writer)
{
  add (writer, HOME "#f", 200, "a/b", "x");
}

static void
spoil_credentials (BullaBundleWriter *writer)
{
  add (writer, "https://user@example.com/", 200, "a/b", "x");
}

static void
spoil_twice (BullaBundleWriter *writer)
{
  add (writer, HOME, 200, "a/b", "x");
}

static void
spoil_relative (BullaBundleWriter *writer)
{
  add (writer, "/x", 200, "a/b", "x");
}

static void
spoil_type (BullaBundleWriter *writer)
{
  add (writer, HOME "x", 200, NULL, "x");
}

static void
spoil_status (BullaBundleWriter *writer)
{
  add (writer, HOME "x", 99, "a/b", "x");
}

static void
spoil_name (BullaBundleWriter *writer)
{
  bulla_bundle_writer_add_header (writer, 0, "a b", "x");
}

static void
spoil_value (BullaBundleWriter *writer)
{
  bulla_bundle_writer_add_header (writer, 0, "a", "x\r\nb: y");
}

static void
spoil_headers (BullaBundleWriter *writer)
{
  g_autofree char *text = g_strnfill (524288, 'x');

  bulla_bundle_writer_add_header (writer, 0, "a", text);
}

static void
spoil_response (BullaBundleWriter *writer)
{
  bulla_bundle_writer_add_url (writer, HOME "x", 9);
}

static void
spoil_primary (BullaBundleWriter *writer)
{
  bulla_bundle_writer_set_primary_url (writer, HOME "x");
}

static void
spoil_no_primary (BullaBundleWriter *writer)
{
  bulla_bundle_writer_set_primary_url (writer, NULL);
}

static void
spoil_manifest (BullaBundleWriter *writer)
{
  bulla_bundle_writer_set_manifest_url (writer, HOME "x");
}

static void
spoil_section (BullaBundleWriter *writer)
{
  g_autoptr (GBytes) item = g_bytes_new_static ("\xf6", 1);

  bulla_bundle_writer_add_section (writer, "index", item);
}

static void
spoil_size (BullaBundleWriter *writer)
{
  g_autofree char *text = g_strnfill (64 * 1024 * 1024 + 1, 'x');
  g_autoptr (GBytes) item = g_bytes_new (text, strlen (text));

  bulla_bundle_writer_add_section (writer, "x", item);
}

static void
spoil_subset (BullaBundleWriter *writer)
{
  sign (writer);
  bulla_bundle_writer_cover (writer, 0, HOME "x");
}

static void
spoil_cover (BullaBundleWriter *writer)
{
  sign (writer);
  bulla_bundle_writer_cover (writer, 0, HOME);
}

static void
spoil_lifetime (BullaBundleWriter *writer)
{
  sign (writer);
  bulla_bundle_writer_set_subset_validity (writer, 0, HOME, NOW, NOW + WEEK + 1);
}

static void
spoil_validity (BullaBundleWriter *writer)
{
  sign (writer);
  bulla_bundle_writer_set_subset_validity (writer, 0, "http://example.com/", NOW, NOW + 1);
}

static const Refusal REFUSALS[] = {
    {"fragment", spoil_url, "fragment"},
    {"credentials", spoil_credentials, "user name"},
    {"twice", spoil_twice, "twice"},
    {"relative", spoil_relative, "not absolute"},
    {"content-type", spoil_type, "no content-type"},
    {"status", spoil_status, "three digits"},
    {"header-name", spoil_name, "forbids"},
    {"header-value", spoil_value, "line break"},
    {"headers-length", spoil_headers, "longer than 524287"},
    {"no-response", spoil_response, "no response"},
    {"primary", spoil_primary, "is not in the bundle"},
    {"no-primary", spoil_no_primary, "requires a primary"},
    {"manifest", spoil_manifest, "is not in the bundle"},
    {"section", spoil_section, "is there twice"},
    {"section-size", spoil_size, "longer than 64 MiB"},
    {"subset-url", spoil_subset, "is not in the bundle"},
    {"subset-twice", spoil_cover, "signed twice"},
    {"subset-lifetime", spoil_lifetime, "at most 7 days"},
    {"subset-validity", spoil_validity, "must be an https URL"},
};

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleWriter) writer = new_writer (BULLA_BUNDLE_FORMAT_B1);

  refusal->spoil (writer);
  g_assert_null (bulla_bundle_writer_write (writer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, refusal->says));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (REFUSALS); i++) {
    g_autofree char *path = g_strconcat ("/write/bundle/refused/", REFUSALS[i].path, NULL);
    g_test_add_data_func (path, &REFUSALS[i], test_refused);
  }
  return g_test_run ();
}
