/* test-parse-bundle-index-limits.c - reads indexes at their limits: URLs, locations, bytes of URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-index-read.h"

static guint
count_up_to (guint n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_head (bytes, BULLA_CBOR_MAP, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *url = g_strdup_printf ("/%07u", i);
    put_entry (bytes, url, i % 1000, 0);
  }
  g_auto (Read) read = read_index (bytes, TRUE);
  for (guint i = 0; read.index != NULL && i < n; i++) {
    g_autofree char *url = g_strdup_printf ("/%07u", i);
    g_assert_cmpint (bulla_bundle_index_find (read.index, url, 8), ==, i);
  }
  return read.index != NULL ? bulla_bundle_index_get_n_urls (read.index) : 0;
}

static void
test_count (void)
{
  g_assert_cmpuint (count_up_to (10000), ==, 10000);
  g_assert_cmpuint (count_up_to (BULLA_BUNDLE_RESOURCES_MAX), ==, BULLA_BUNDLE_RESOURCES_MAX);
  g_assert_cmpuint (count_up_to (BULLA_BUNDLE_RESOURCES_MAX + 1), ==, 0);
}

/* Reads an index of relative keys with @width bytes that resolve to @size bytes each. */
static gboolean
is_held (guint n, gsize size, int width)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *folder = g_strnfill (size - strlen ("https://a.test//") - (gsize)width, 'f');
  g_autofree char *base = g_strconcat ("https://a.test/", folder, "/", NULL);

  put_head (bytes, BULLA_CBOR_MAP, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *url = g_strdup_printf ("%0*u", width, i);
    put_entry (bytes, url, 0, 0);
  }
  g_auto (Read) read = read_as (bytes->data, bytes->len, TRUE, base);
  if (read.error != NULL)
    assert_fault (read.error, BULLA_REASON_BUNDLE_TOO_LARGE);
  return read.index != NULL;
}

/* a short index may stand for URLs that are longer, but not for much longer ones */
static void
test_copied (void)
{
  guint n_short = BULLA_BUNDLE_COPIED_URLS_FREE / 32768;
  guint n_long = BULLA_BUNDLE_COPIED_URLS_MAX / 16384;

  g_assert_true (is_held (n_short, 32768, 4));
  g_assert_false (is_held (n_short + 1, 32768, 4));
  g_assert_true (is_held (n_long, 16384, 1024));
  g_assert_false (is_held (n_long + 1, 16384, 1024));
}

/* Writes a host whose letters are drawn by the bits of @number, so that all hosts have one hash. */
static char *
dup_colliding_url (guint number)
{
  GString *url = g_string_new ("https://");

  for (guint bit = 0; bit < 18; bit++)
    g_string_append (url, (number >> bit) & 1 ? "c0" : "ar");
  g_string_append (url, ".test/");
  return g_string_free (url, FALSE);
}

static int
compare_urls_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* origins are limited, and cost no more if their hashes are equal */
static void
test_origins (void)
{
  for (guint more = 0; more < 2; more++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
    guint n = BULLA_BUNDLE_ORIGINS_MAX + more;
    for (guint i = 0; i < n; i++)
      g_ptr_array_add (urls, dup_colliding_url (i));
    g_assert_cmpuint (g_str_hash (urls->pdata[0]), ==, g_str_hash (urls->pdata[n - 1]));
    g_ptr_array_sort (urls, compare_urls_cb);
    put_head (bytes, BULLA_CBOR_MAP, n);
    for (guint i = 0; i < n; i++)
      put_entry (bytes, urls->pdata[i], 1, 1);
    g_auto (Read) read = read_index (bytes, TRUE);
    if (more == 0)
      g_assert_no_error (read.error);
    else
      assert_fault (read.error, BULLA_REASON_BUNDLE_TOO_LARGE);
  }
}

#define PAIR_OF_LOCATIONS 4 /* locations of each URL: two axes with two values each */

/* in b1, the locations of all URLs together are limited */
static void
test_locations (void)
{
  static const char variants[] = "accept-language;en;fr,accept-encoding;br;gzip";

  for (guint more = 0; more < 2; more++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint n = BULLA_BUNDLE_RESOURCES_MAX / PAIR_OF_LOCATIONS + more;
    put_head (bytes, BULLA_CBOR_MAP, n);
    for (guint i = 0; i < n; i++) {
      g_autofree char *url = g_strdup_printf ("https://a.test/%07u", i);
      put_text (bytes, url);
      put_head (bytes, BULLA_CBOR_ARRAY, 1 + 2 * PAIR_OF_LOCATIONS);
      put_head (bytes, BULLA_CBOR_BYTES, strlen (variants));
      g_byte_array_append (bytes, (const guint8 *)variants, (guint)strlen (variants));
      for (guint location = 0; location < PAIR_OF_LOCATIONS; location++)
        put_location (bytes, 1, 1);
    }
    g_auto (Read) read = read_index (bytes, FALSE);
    if (more == 0)
      g_assert_no_error (read.error);
    else
      assert_fault (read.error, BULLA_REASON_BUNDLE_TOO_LARGE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-index-limits/count", test_count);
  g_test_add_func ("/parse/bundle-index-limits/copied", test_copied);
  g_test_add_func ("/parse/bundle-index-limits/origins", test_origins);
  g_test_add_func ("/parse/bundle-index-limits/locations", test_locations);
  return g_test_run ();
}
