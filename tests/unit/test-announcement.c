/* test-announcement.c - accepts valid announcements of a web process, and drops all others
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-announcement.h"
#include "bulla-announcements.h"
#include "bulla-error.h"

#include <string.h>

#define TAG "0123456789abcdef0123456789abcdef"
#define URL "https://a.test/x?y"

static GVariantDict *
make (void)
{
  GVariantDict *dict = g_variant_dict_new (NULL);

  g_variant_dict_insert (dict, "tag", "s", TAG);
  g_variant_dict_insert (dict, "method", "s", "GET");
  g_variant_dict_insert (dict, "url", "s", URL);
  g_variant_dict_insert (dict, "dest", "s", "document");
  return dict;
}

/* @dict: (transfer full) */
static BullaAnnouncement *
parse (GVariantDict *dict, GError **error)
{
  g_autoptr (GVariantDict) owned = dict;
  g_autoptr (GVariant) message = g_variant_ref_sink (g_variant_dict_end (owned));

  return bulla_announcement_parse (message, error);
}

/* @member: name of the member in the error */
static void
assert_dropped (GVariantDict *dict, const char *member)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup_printf ("“%s”", member);

  g_assert_null (parse (dict, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error->message, quoted));
}

static void
test_all (void)
{
  const char *const frames[] = {"a.test", "b.test", NULL};
  GVariantDict *dict = make ();
  g_autoptr (GError) error = NULL;

  g_variant_dict_insert (dict, "url", "s", URL "#part");
  g_variant_dict_insert (dict, "page", "t", (guint64)7);
  g_variant_dict_insert (dict, "top", "b", TRUE);
  g_variant_dict_insert (dict, "prefetch", "b", TRUE);
  g_variant_dict_insert (dict, "document", "s", "https://a.test/#here");
  g_variant_dict_insert (dict, "redirected", "s", "https://b.test/");
  g_variant_dict_insert (dict, "frames", "^as", frames);
  g_variant_dict_insert (dict, "source", "s", "https://a.test/b.wbn");
  g_variant_dict_insert (dict, "credentials", "s", "omit");
  g_variant_dict_insert (dict, "later", "s", "a member of a later version");
  g_autoptr (BullaAnnouncement) said = parse (dict, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (said->tag, ==, TAG);
  g_assert_cmpuint (said->page, ==, 7);
  g_assert_cmpstr (said->method, ==, "GET");
  g_assert_cmpstr (said->url, ==, URL);
  g_assert_cmpstr (said->dest, ==, "document");
  g_assert_true (said->top);
  g_assert_true (said->prefetch);
  g_assert_cmpstr (said->document, ==, "https://a.test/");
  g_assert_cmpstr (said->redirected, ==, "https://b.test/");
  g_assert_cmpstrv (said->frames, frames);
  g_assert_cmpstr (said->source, ==, "https://a.test/b.wbn");
  g_assert_cmpstr (said->credentials, ==, "omit");
}

/* missing members grant nothing, and an empty text counts as missing */
static void
test_absent (void)
{
  static const char *const optional[] = {"document", "redirected", "source", "credentials"};
  GVariantDict *dict = make ();

  for (guint i = 0; i < G_N_ELEMENTS (optional); i++)
    g_variant_dict_insert (dict, optional[i], "s", "");
  g_autoptr (BullaAnnouncement) empty = parse (dict, NULL);
  g_autoptr (BullaAnnouncement) absent = parse (make (), NULL);
  const BullaAnnouncement *both[] = {empty, absent};
  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    g_assert_nonnull (both[i]);
    g_assert_false (both[i]->top || both[i]->prefetch);
    g_assert_null (both[i]->document);
    g_assert_null (both[i]->redirected);
    g_assert_null (both[i]->source);
    g_assert_null (both[i]->credentials);
    g_assert_cmpuint (g_strv_length (both[i]->frames), ==, 0);
  }
}

static void
test_required (void)
{
  static const char *const required[] = {"tag", "method", "url", "dest"};

  for (guint i = 0; i < G_N_ELEMENTS (required); i++) {
    GVariantDict *absent = make (), *empty = make (), *number = make ();
    g_variant_dict_remove (absent, required[i]);
    assert_dropped (absent, required[i]);
    g_variant_dict_insert (empty, required[i], "s", "");
    assert_dropped (empty, required[i]);
    g_variant_dict_insert (number, required[i], "u", 1);
    assert_dropped (number, required[i]);
  }
}

/* A member of the wrong type counts as missing. */
static void
test_types (void)
{
  GVariantDict *dict = make ();

  g_variant_dict_insert (dict, "page", "s", "7");
  g_variant_dict_insert (dict, "top", "s", "true");
  g_variant_dict_insert (dict, "prefetch", "u", 1);
  g_variant_dict_insert (dict, "document", "b", TRUE);
  g_variant_dict_insert (dict, "redirected", "u", 1);
  g_variant_dict_insert (dict, "frames", "s", "a.test");
  g_variant_dict_insert (dict, "source", "^as", (const char *[]){"https://a.test/", NULL});
  g_autoptr (BullaAnnouncement) said = parse (dict, NULL);
  g_assert_nonnull (said);
  g_assert_cmpuint (said->page, ==, 0);
  g_assert_false (said->top || said->prefetch);
  g_assert_null (said->document);
  g_assert_null (said->redirected);
  g_assert_null (said->source);
  g_assert_cmpuint (g_strv_length (said->frames), ==, 0);
}

static void
test_limits (void)
{
  const struct {
    const char *member;
    gsize most;
  } rows[] = {{"tag", BULLA_ANNOUNCEMENT_TAG_MAX},      {"method", 32},
              {"url", BULLA_ANNOUNCEMENT_URL_MAX},      {"dest", 32},
              {"document", BULLA_ANNOUNCEMENT_URL_MAX}, {"redirected", BULLA_ANNOUNCEMENT_URL_MAX},
              {"source", BULLA_ANNOUNCEMENT_URL_MAX},   {"credentials", 32}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GVariantDict *longest = make (), *longer = make ();
    g_autofree char *fits = g_strnfill (rows[i].most, 'x');
    g_autofree char *does_not = g_strnfill (rows[i].most + 1, 'x');
    g_autoptr (GError) error = NULL;
    g_variant_dict_insert (longest, rows[i].member, "s", fits);
    g_autoptr (BullaAnnouncement) said = parse (longest, &error);
    g_assert_no_error (error);
    g_variant_dict_insert (longer, rows[i].member, "s", does_not);
    assert_dropped (longer, rows[i].member);
  }
}

static void
test_frames (void)
{
  g_autoptr (GPtrArray) hosts = g_ptr_array_new ();
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *longer = g_strnfill (256, 'x');
  GVariantDict *most = make (), *many = make (), *longs = make ();

  for (guint i = 0; i < BULLA_ANNOUNCEMENT_FRAMES_MAX; i++)
    g_ptr_array_add (hosts, longest);
  g_variant_dict_insert_value (
      most, "frames", g_variant_new_strv ((const char *const *)hosts->pdata, (gssize)hosts->len));
  g_autoptr (BullaAnnouncement) said = parse (most, NULL);
  g_assert_cmpuint (g_strv_length (said->frames), ==, BULLA_ANNOUNCEMENT_FRAMES_MAX);
  g_ptr_array_add (hosts, longest);
  g_variant_dict_insert_value (
      many, "frames", g_variant_new_strv ((const char *const *)hosts->pdata, (gssize)hosts->len));
  assert_dropped (many, "frames");
  g_variant_dict_insert (longs, "frames", "^as", (const char *[]){longer, NULL});
  assert_dropped (longs, "frames");
}

/* control characters, which would end a line or a header field, are refused */
static void
test_characters (void)
{
  static const char *const members[] = {"method",     "url",    "dest",       "document",
                                        "redirected", "source", "credentials"};
  static const char *const wrong[] = {"a b", "a\nb", "a\rb", "a\tb", "a\x7f", "\x01"};

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    for (guint j = 0; j < G_N_ELEMENTS (wrong); j++) {
      GVariantDict *dict = make ();
      g_variant_dict_insert (dict, members[i], "s", wrong[j]);
      assert_dropped (dict, members[i]);
    }
}

static void
test_tag (void)
{
  static const char *const wrong[] = {"0123456789abcde", "0123456789abcdef-",
                                      "0123456789abcdef, 0123456789abcdef", "0123456789abcdeä"};

  g_assert_true (bulla_announcement_is_tag ("0123456789abcdef"));
  g_assert_true (bulla_announcement_is_tag ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  g_assert_false (bulla_announcement_is_tag (""));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    GVariantDict *dict = make ();
    g_assert_false (bulla_announcement_is_tag (wrong[i]));
    g_variant_dict_insert (dict, "tag", "s", wrong[i]);
    assert_dropped (dict, "tag");
  }
}

static void
test_not_a_dictionary (void)
{
  static const guint8 bytes[] = {0xff, 0x00, 0xff, 0x10, 0xff, 0xff, 0x01};
  g_autoptr (GVariant) text = g_variant_ref_sink (g_variant_new_string (TAG));
  g_autoptr (GVariant) tuple = g_variant_ref_sink (g_variant_new ("(s)", TAG));
  g_autoptr (GVariant) broken = g_variant_ref_sink (
      g_variant_new_from_data (G_VARIANT_TYPE_VARDICT, bytes, sizeof bytes, FALSE, NULL, NULL));
  GVariant *const wrong[] = {text, tuple, broken};

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_announcement_parse (wrong[i], &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  }
}

/* --- announcements of one session */

static void
add (BullaAnnouncements *all, const char *view, const char *tag, const char *url)
{
  GVariantDict *dict = make ();

  g_variant_dict_insert (dict, "tag", "s", tag);
  g_variant_dict_insert (dict, "url", "s", url);
  bulla_announcements_add (all, view, parse (dict, NULL), 0);
}

/* Announces @URL as a subresource. */
static void
add_part (BullaAnnouncements *all, const char *view, const char *tag)
{
  GVariantDict *dict = make ();

  g_variant_dict_insert (dict, "tag", "s", tag);
  g_variant_dict_insert (dict, "top", "b", FALSE);
  bulla_announcements_add (all, view, parse (dict, NULL), 0);
}

static gboolean
take_at (BullaAnnouncements *all, const BullaAnnounced *request)
{
  const char *view = NULL;

  return bulla_announcements_take (all, request, &view) != NULL;
}

static gboolean
take_announcement (BullaAnnouncements *all, const char *tag, const char *method, const char *url)
{
  return take_at (all, &(BullaAnnounced){.tag = tag, .method = method, .url = url});
}

static void
test_once (void)
{
  BullaAnnouncements *all = bulla_announcements_new ();
  BullaAnnounced request = {.tag = TAG, .method = "GET", .url = "https://a.test/~x"};
  const char *view = NULL;

  add (all, "one", TAG, "https://a.test/%7ex");
  g_assert_true (bulla_announcements_knows (all, TAG));
  g_assert_nonnull (bulla_announcements_take (all, &request, &view));
  g_assert_cmpstr (view, ==, "one");
  g_assert_false (take_at (all, &request));
  /* Neither the same view nor another one can redefine it. */
  add (all, "two", TAG, URL);
  add (all, "one", TAG, URL);
  g_assert_false (take_announcement (all, TAG, "GET", URL));
  bulla_announcements_restore (all, "0000000000000000", FALSE); /* an unknown token */
  g_assert_false (take_announcement (all, "0000000000000000", "GET", URL));
  bulla_announcements_free (all);
}

/* restored once for a repeated request, and not again */
static void
test_restored (void)
{
  const struct {
    gboolean authorized; /* whether it was restored for credentials only */
    BullaAnnounced request;
    gboolean counts;
  } rows[] = {
      {FALSE, {.tag = TAG, .method = "GET", .url = URL}, TRUE},
      {FALSE, {.tag = TAG, .method = "POST", .url = URL}, FALSE},
      {FALSE, {.tag = TAG, .method = "GET", .url = "https://a.test/other"}, FALSE},
      {TRUE, {.tag = TAG, .method = "GET", .url = URL}, FALSE},
      {TRUE, {.tag = TAG, .method = "GET", .url = URL, .authorized = TRUE}, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    BullaAnnouncements *all = bulla_announcements_new ();
    add (all, "one", TAG, URL);
    g_assert_true (take_announcement (all, TAG, "GET", URL));
    bulla_announcements_restore (all, TAG, rows[i].authorized);
    g_assert_cmpint (take_at (all, &rows[i].request), ==, rows[i].counts);
    bulla_announcements_restore (all, TAG, FALSE);
    g_assert_false (take_at (all, &rows[i].request));
    g_assert_false (take_announcement (all, TAG, "GET", URL));
    bulla_announcements_free (all);
  }
}

/* a restored announcement still expires */
static void
test_late (void)
{
  const gint64 most = BULLA_ANNOUNCEMENTS_SECONDS * G_USEC_PER_SEC;
  BullaAnnounced request = {.tag = TAG, .method = "GET", .url = URL, .now = most};
  BullaAnnouncements *all = bulla_announcements_new ();

  add (all, "one", TAG, URL);
  g_assert_true (take_at (all, &request));
  bulla_announcements_restore (all, TAG, FALSE);
  request.now++;
  g_assert_false (take_at (all, &request));
  bulla_announcements_free (all);
}

/* shows the next page of the view */
static void
test_end_page (void)
{
  static const char OTHER[] = "other00000000000", USED[] = "used000000000000",
                    TOP[] = "top0000000000000";
  BullaAnnouncements *all = bulla_announcements_new ();
  GVariantDict *dict = make ();

  g_variant_dict_insert (dict, "tag", "s", TOP);
  g_variant_dict_insert (dict, "top", "b", TRUE);
  bulla_announcements_add (all, "one", parse (dict, NULL), 0);
  add_part (all, "one", TAG);
  add_part (all, "one", USED);
  add_part (all, "two", OTHER);
  g_assert_true (take_announcement (all, USED, "GET", URL));
  bulla_announcements_end_page (all, "one");
  bulla_announcements_end_page (all, "three");
  bulla_announcements_restore (all, USED, FALSE);
  g_assert_false (take_announcement (all, USED, "GET", URL));
  g_assert_false (take_announcement (all, TAG, "GET", URL));
  g_assert_true (bulla_announcements_knows (all, TAG));
  g_assert_true (take_announcement (all, OTHER, "GET", URL));
  g_assert_true (
      take_announcement (all, TOP, "GET", URL)); /* announced by the next page's process */
  bulla_announcements_free (all);
}

/* The limit applies to each view, and ends with it. */
static void
test_room (void)
{
  BullaAnnouncements *all = bulla_announcements_new ();

  add (all, "two", TAG, URL);
  for (guint i = 0; i <= BULLA_ANNOUNCEMENTS_VIEW_MAX; i++) {
    g_autofree char *tag = g_strdup_printf ("one%029u", i);
    add (all, "one", tag, URL);
  }
  g_assert_false (bulla_announcements_knows (all, "one00000000000000000000000000000"));
  g_assert_true (bulla_announcements_knows (all, "one00000000000000000000000000001"));
  g_assert_true (bulla_announcements_knows (all, TAG));
  bulla_announcements_forget_view (all, "one");
  g_assert_false (bulla_announcements_knows (all, "one00000000000000000000000000001"));
  g_assert_true (take_announcement (all, TAG, "GET", URL));
  bulla_announcements_forget_view (all, "three");
  bulla_announcements_free (all);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/announcement/all", test_all);
  g_test_add_func ("/announcement/absent", test_absent);
  g_test_add_func ("/announcement/required", test_required);
  g_test_add_func ("/announcement/types", test_types);
  g_test_add_func ("/announcement/limits", test_limits);
  g_test_add_func ("/announcement/frames", test_frames);
  g_test_add_func ("/announcement/characters", test_characters);
  g_test_add_func ("/announcement/tag", test_tag);
  g_test_add_func ("/announcement/not-a-dictionary", test_not_a_dictionary);
  g_test_add_func ("/announcement/once", test_once);
  g_test_add_func ("/announcement/restored", test_restored);
  g_test_add_func ("/announcement/late", test_late);
  g_test_add_func ("/announcement/end-page", test_end_page);
  g_test_add_func ("/announcement/room", test_room);
  return g_test_run ();
}
