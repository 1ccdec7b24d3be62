/* test-stash-bundle.c - keeps bundles for the navigations of a view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "bulla-stash.h"
#include "test-bundle-world.h"

typedef struct {
  GatewayWorld world;
  BullaStash *stash;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  gateway_world_set_up (&self->world, BULLA_GATEWAY_ANNOUNCED, NULL);
  self->stash = bulla_stash_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->stash);
  gateway_world_tear_down (&self->world, NULL);
}

/* @paths: NULL-terminated; either all of them are signed, or none */
static BullaKeptBundle *
make (Fixture *self, const char *from, const char *const *paths, gboolean vouched, int age)
{
  GatewayWorld *world = &self->world;
  g_autoptr (GArray) resources = g_array_new (FALSE, TRUE, sizeof (TestResource));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; paths[i] != NULL; i++) {
    TestResource resource = {paths[i], "text/html", "<p>", vouched};
    g_array_append_val (resources, resource);
  }
  g_autoptr (BullaBundleWriter) writer =
      test_bundle_writer (world, BULLA_BUNDLE_FORMAT_B2, (TestResource *)(void *)resources->data,
                          resources->len, world->world->now - age, NULL, NULL);
  g_autoptr (GBytes) bytes = test_bundle_write (writer);
  g_autoptr (BullaOuter) outer = bulla_outer_new (from);
  bulla_outer_set_header (outer, "Content-Type", "application/webbundle;v=b2");
  bulla_outer_set_header (outer, "X-Content-Type-Options", "nosniff");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GObject) bundle = bulla_loader_open_stream (world->loader, BULLA_PACKAGE_UNKNOWN,
                                                         outer, stream, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (BULLA_IS_BUNDLE (bundle));
  return bulla_kept_bundle_new (BULLA_BUNDLE (bundle));
}

static char *
url_of (Fixture *self, const char *path)
{
  return test_server_url (self->world.publisher, path);
}

/* Returns: (nullable): the newest bundle that contains the URL */
static BullaKeptBundle *
find_kept (Fixture *self, const char *path)
{
  g_autofree char *url = url_of (self, path);
  const BullaStashAsk any = {.url = url, .any = TRUE};
  g_autoptr (GPtrArray) found = bulla_stash_find_bundles (self->stash, &any);

  return found->len > 0 ? found->pdata[0] : NULL;
}

static void
test_keys (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/%7ea?q=%c3%a9", "/b", "/css?f=a%7Cb", NULL};
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, FALSE, 60);
  g_autofree char *url = url_of (self, "/b");

  bulla_stash_put_bundle (self->stash, kept, NULL, FALSE);
  g_assert_true (find_kept (self, "/%7ea?q=%c3%a9") == kept);
  g_assert_true (find_kept (self, "/~a?q=%C3%A9#part") == kept);
  g_assert_true (find_kept (self, "/%7Ea?q=%C3%A9") == kept);
  g_assert_true (find_kept (self, "/b#part") == kept);
  g_assert_true (find_kept (self, "/css?f=a|b") == kept);
  g_assert_null (find_kept (self, "/b?"));
  g_assert_null (find_kept (self, "/c"));
  const BullaStashAsk linked = {.url = url};
  g_autoptr (GPtrArray) other = bulla_stash_find_bundles (self->stash, &linked);
  g_assert_cmpuint (other->len, ==, 0);
  g_assert_true (bulla_stash_has_bundle (self->stash, kept));
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, 1);
}

/* Where URLs are read as in the URL Standard, the index may have characters as browsers send them.
 */
static void
test_raw_keys (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/css?f=a|b", "/x?^", "/x?%5E", NULL};
  static const char *const found[] = {"/css?f=a|b", "/css?f=a%7Cb", "/css?f=a|b#part", "/x?^",
                                      "/x?%5E"};
  static const char *const other[] = {"/css?f=a", "/css?f=a%7C", "/css?f=a|", "/x?", "/x?%255E"};
  g_autoptr (BullaProfile) profile = test_bundle_profile ("url", "reading=whatwg");

  gateway_world_set_profile (&self->world, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, FALSE, 60);
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    g_autofree char *url = url_of (self, found[i]);
    g_test_message ("%s", url);
    g_assert_cmpint (bulla_kept_bundle_find (kept, url), >=, 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    g_autofree char *url = url_of (self, other[i]);
    g_assert_cmpint (bulla_kept_bundle_find (kept, url), <, 0);
  }
  g_autofree char *raw = url_of (self, "/x?^");
  g_autofree char *escaped = url_of (self, "/x?%5E");
  g_assert_cmpint (bulla_kept_bundle_find (kept, raw), !=, bulla_kept_bundle_find (kept, escaped));
}

/* A subset covers its URLs in whichever spelling they are requested. */
static void
test_covered (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/%7ea", "/css?f=a%7Cb", "/x?%5e", "/b", NULL};
  static const char *const covered[] = {"/~a",          "/%7Ea",        "/%7ea", "/css?f=a|b",
                                        "/css?f=a%7Cb", "/css?f=a%7cb", "/x?^",  "/x?%5E",
                                        "/b",           "/b#part"};
  static const char *const other[] = {"/a", "/css?f=a", "/x?", "/b?"};
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, TRUE, 60);

  for (guint i = 0; i < G_N_ELEMENTS (covered); i++) {
    g_autofree char *url = url_of (self, covered[i]);
    g_test_message ("%s", url);
    g_assert_cmpint (bulla_kept_bundle_get_subset (kept, url), ==, 0);
    g_assert_true (bulla_kept_bundle_covers (kept, 0, url));
    g_assert_false (bulla_kept_bundle_covers (kept, 1, url));
    g_assert_false (bulla_kept_bundle_covers (kept, -1, url));
  }
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    g_autofree char *url = url_of (self, other[i]);
    g_assert_false (bulla_kept_bundle_covers (kept, 0, url));
  }
}

/* the bundle answers the shell's own navigation, and no other typed one meanwhile */
static void
test_chosen (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/a", "/b", NULL};
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, FALSE, 60);
  g_autofree char *chosen = url_of (self, "/b");
  g_autofree char *other = url_of (self, "/a");

  bulla_stash_put_bundle_for (self->stash, kept, chosen);
  const BullaStashAsk asks[] = {{.url = other, .typed = TRUE},
                                {.url = chosen},
                                {.url = chosen, .typed = TRUE, .frame = TRUE},
                                {.url = chosen, .typed = TRUE}};
  for (guint i = 0; i < G_N_ELEMENTS (asks); i++) {
    g_autoptr (GPtrArray) found = bulla_stash_find_bundles (self->stash, &asks[i]);
    g_assert_cmpuint (found->len, ==, i == 3 ? 1 : 0);
  }
}

static void
test_dropped (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/a", "/b", NULL};
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, TRUE, 60);
  g_autofree char *url = url_of (self, "/b");

  bulla_stash_put_bundle (self->stash, kept, NULL, FALSE);
  g_assert_true (bulla_stash_drop (self->stash, url));
  g_assert_null (find_kept (self, "/a"));
  g_assert_false (bulla_stash_drop (self->stash, url));
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, 0);
}

/* a bundle with another version of a covered URL replaces the older one as a whole */
static void
test_superseded (Fixture *self, gconstpointer data)
{
  static const char *const older_paths[] = {"/a", "/b", NULL};
  static const char *const newer_paths[] = {"/b", "/c", NULL};
  static const char *const other_paths[] = {"/c", "/d", NULL};
  g_autoptr (BullaKeptBundle) older = make (self, "https://a.test/1.wbn", older_paths, TRUE, 600);
  g_autoptr (BullaKeptBundle) newer = make (self, "https://a.test/2.wbn", newer_paths, TRUE, 60);
  g_autoptr (BullaKeptBundle) other = make (self, "https://a.test/3.wbn", other_paths, FALSE, 60);

  g_assert_true (bulla_kept_bundle_supersedes (newer, older));
  g_assert_true (bulla_kept_bundle_supersedes (older, newer));
  g_assert_false (bulla_kept_bundle_supersedes (other, newer));
  g_assert_false (bulla_kept_bundle_supersedes (newer, other));
  g_assert_true (bulla_kept_bundle_supersedes (other, other));
  bulla_stash_put_bundle (self->stash, older, NULL, FALSE);
  bulla_stash_put_bundle (self->stash, newer, NULL, FALSE);
  g_assert_null (find_kept (self, "/a"));
  g_assert_true (find_kept (self, "/b") == newer);
  bulla_stash_put_bundle (self->stash, other, NULL, FALSE);
  g_assert_true (find_kept (self, "/c") == other); /* the newest one is found first */
  g_assert_true (find_kept (self, "/b") == newer);
}

/* @n: number of the bundle, which has one page */
static void
put_numbered (Fixture *self, guint n, gboolean frame)
{
  g_autofree char *path = g_strdup_printf ("/%u", n);
  g_autofree char *from = g_strdup_printf ("https://a.test/%u.wbn", n);
  const char *paths[] = {path, NULL};
  g_autoptr (BullaKeptBundle) kept = make (self, from, paths, FALSE, 60);

  bulla_stash_put_bundle (self->stash, kept, NULL, frame);
}

static void
test_room (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < BULLA_STASH_BUNDLES_MAX + 2; i++)
    put_numbered (self, i, FALSE);
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, BULLA_STASH_BUNDLES_MAX);
  g_assert_null (find_kept (self, "/1"));
  g_assert_nonnull (find_kept (self, "/2"));
}

/* bundles of frames give way to each other, before that of the page around them does */
static void
test_frames (Fixture *self, gconstpointer data)
{
  put_numbered (self, 0, FALSE);
  for (guint i = 1; i < BULLA_STASH_BUNDLES_MAX + 2; i++)
    put_numbered (self, i, TRUE);
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, BULLA_STASH_BUNDLES_MAX);
  g_assert_nonnull (find_kept (self, "/0"));
  g_assert_null (find_kept (self, "/1"));
  g_assert_null (find_kept (self, "/2"));
  g_assert_true (bulla_stash_drop_old_bundle (self->stash));
  g_assert_null (find_kept (self, "/3"));
  while (bulla_stash_drop_old_bundle (self->stash)) {
  }
  g_assert_cmpuint (bulla_stash_get_n_entries (self->stash), ==, 1);
  g_assert_nonnull (find_kept (self, "/17")); /* the newest one stays */
}

/* URLs that a signature covers, whether or not the bundle contains them */
static void
test_covers (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"/a", "/%7eb", NULL};
  g_autoptr (BullaKeptBundle) kept = make (self, "https://a.test/1.wbn", paths, TRUE, 60);
  g_autofree char *a = url_of (self, "/a#part");
  g_autofree char *b = url_of (self, "/~b");
  g_autofree char *c = url_of (self, "/c");

  g_assert_true (bulla_kept_bundle_covers (kept, 0, a));
  g_assert_true (bulla_kept_bundle_covers (kept, 0, b));
  g_assert_false (bulla_kept_bundle_covers (kept, 0, c));
  g_assert_false (bulla_kept_bundle_covers (kept, 1, a));
  g_assert_false (bulla_kept_bundle_covers (kept, -1, a));
  g_assert_cmpint (bulla_kept_bundle_get_subset (kept, b), ==, 0);
  g_assert_cmpint (bulla_kept_bundle_get_subset (kept, c), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/substitute/stash-bundle/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("keys", test_keys);
  ADD ("raw-keys", test_raw_keys);
  ADD ("covered", test_covered);
  ADD ("chosen", test_chosen);
  ADD ("dropped", test_dropped);
  ADD ("superseded", test_superseded);
  ADD ("room", test_room);
  ADD ("frames", test_frames);
  ADD ("covers", test_covers);
  return g_test_run ();
}
