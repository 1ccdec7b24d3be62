/* test-gateway-version.c - never mixes the responses of one signature with another version
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "test-bundle-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define RESOURCE "v=one; host=publisher.test; dest=subresource"
#define JUST_NOW (self->world->now - 60)

static const TestResource signed_pages[] = {
    {"/article", "text/html", "<p>bundled", TRUE},
    {"/script.js", "text/javascript", "one ()", TRUE},
};

/* Returns the encoded signature and signed bytes of a subset ("sig" and "signed"), without the
 * authority's index. */
static guint8 *
find_signed (guint8 *bytes, gsize length, guint nth, gsize *size)
{
  static const char sig[] = "\x63sig\x58";
  static const char end[] = "\x69"
                            "authority";
  guint8 *from = bytes;

  for (guint i = 0; i <= nth; i++)
    from = test_bundle_find_bytes (from + 1, length - (from + 1 - bytes), sig);
  guint8 *to = test_bundle_find_bytes (from, length - (from - bytes), end);
  *size = to - from;
  return from;
}

/* @text: content of /script.js */
static BullaBundleWriter *
version_writer (GatewayWorld *self, const char *text, gint64 date)
{
  const TestResource pages[] = {signed_pages[0], {"/script.js", "text/javascript", text, TRUE}};

  return test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, pages, 2, date, NULL, NULL);
}

/* The deliverer combines two signed versions: the page of one and the script of the other. Each
 * response by itself is signed. */
static GBytes *
mix_versions (GatewayWorld *self)
{
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autofree char *script = test_server_url (self->publisher, "/script.js");

  for (gint64 date = JUST_NOW;; date--) { /* until all signatures have the same length */
    gsize n = 0, n_newer = 0, n_older = 0, n_first = 0, n_second = 0;
    g_autoptr (BullaBundleWriter) newer_writer = version_writer (self, "newer ()", date);
    g_autoptr (BullaBundleWriter) older_writer = version_writer (self, "older ()", date - 1000);
    g_autoptr (BullaBundleWriter) writer = version_writer (self, "older ()", date);
    guint second = test_bundle_add_subset (self, writer, date - 1000);
    bulla_bundle_writer_cover (writer, second, article);
    bulla_bundle_writer_cover (writer, second, script);
    g_autoptr (GBytes) newer = test_bundle_write (newer_writer);
    g_autoptr (GBytes) older = test_bundle_write (older_writer);
    g_autoptr (GBytes) mixed = test_bundle_write (writer);
    const guint8 *from = g_bytes_get_data (newer, &n);
    guint8 *newer_signed = find_signed ((guint8 *)from, n, 0, &n_newer);
    from = g_bytes_get_data (older, &n);
    guint8 *older_signed = find_signed ((guint8 *)from, n, 0, &n_older);
    guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&mixed), &n);
    guint8 *one = find_signed (bytes, n, 0, &n_first);
    guint8 *two = find_signed (bytes, n, 1, &n_second);
    if (n_first == n_newer && n_second == n_older) {
      memcpy (one, newer_signed, n_newer);
      memcpy (two, older_signed, n_older);
      return g_bytes_new_take (bytes, n);
    }
    g_free (bytes);
  }
}

static void
test_mixed (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) bundle = mix_versions (self);

  test_bundle_put (self, self->aggregator, "/mixed.wbn", bundle);
  gateway_world_put_live (self, "/script.js");
  test_bundle_assert_redirect (self, self->aggregator, "/mixed.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_closed (self, self->publisher, "/script.js", RESOURCE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_true (g_str_has_suffix (self->events->str, "refused one package\n"));
}

/* A resource that the signature covers but the deliverer omitted does not come from the network,
 * which could have another version. */
static void
test_left_out (GatewayWorld *self, gconstpointer data)
{
  static const TestResource other[] = {{"/article", "text/html", "<p>bundled", TRUE},
                                       {"/script.jx", "text/javascript", "one ()", FALSE}};
  gsize n = 0, n_from = 0, n_to = 0;

  for (gint64 date = JUST_NOW;; date--) {
    g_autoptr (BullaBundleWriter) from_writer =
        test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, signed_pages, 2, date, NULL, NULL);
    g_autoptr (BullaBundleWriter) writer =
        test_bundle_writer (self, BULLA_BUNDLE_FORMAT_B2, other, 2, date, NULL, NULL);
    g_autofree char *left_out = test_server_url (self->publisher, "/script.jx");
    bulla_bundle_writer_cover (writer, 0, left_out);
    g_autoptr (GBytes) from = test_bundle_write (from_writer);
    g_autoptr (GBytes) bundle = test_bundle_write (writer);
    gsize n_all = 0;
    guint8 *all = (guint8 *)g_bytes_get_data (from, &n_all);
    guint8 *says = find_signed (all, n_all, 0, &n_from);
    guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&bundle), &n);
    guint8 *place = find_signed (bytes, n, 0, &n_to);
    if (n_from == n_to)
      memcpy (place, says, n_from);
    g_autoptr (GBytes) shortened = g_bytes_new_take (bytes, n);
    if (n_from != n_to)
      continue;
    test_bundle_put (self, self->aggregator, "/less.wbn", shortened);
    break;
  }
  gateway_world_put_live (self, "/script.js");
  gateway_world_put_live (self, "/free.js");
  test_bundle_assert_redirect (self, self->aggregator, "/less.wbn", ONE, "/article");
  test_bundle_assert_body (self, "/article", ONE, "<p>bundled");
  test_bundle_assert_closed (self, self->publisher, "/script.js", RESOURCE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  test_bundle_assert_body (self, "/free.js", RESOURCE, "live");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/version/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,  \
              gateway_world_tear_down)
  ADD ("mixed", test_mixed);
  ADD ("left-out", test_left_out);
  return g_test_run ();
}
