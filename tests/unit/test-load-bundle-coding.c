/* test-load-bundle-coding.c - checks the content codings of bodies that many URLs share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-check.h"
#include "bulla-coding-check.h"
#include "bulla-load-internal.h"
#include "bundle-kit.h"

#define PAGE KIT_HOST "/page.html"
#define N_URLS 20
#define PLAIN_SIZE 3000000 /* bytes */
#define BUDGET (G_GUINT64_CONSTANT (1) << 30)

/* Returns: (transfer full): many zeros in a few bytes */
static GBytes *
make_bomb (void)
{
  g_autoptr (GConverter) zlib =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autofree guint8 *plain = g_malloc0 (PLAIN_SIZE);
  g_autofree guint8 *coded = g_malloc (PLAIN_SIZE);
  g_autoptr (GError) error = NULL;
  gsize read = 0, written = 0;

  g_assert_cmpint (g_converter_convert (zlib, plain, PLAIN_SIZE, coded, PLAIN_SIZE,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, &error),
                   ==, G_CONVERTER_FINISHED);
  g_assert_no_error (error);
  g_assert_cmpuint (written, <, PLAIN_SIZE / 100);
  return g_bytes_new (coded, written);
}

/* Returns: (transfer full): a bundle with many URLs for one gzip response. @expires: of a subset
 * that covers them all; 0 for none */
static BullaBundle *
open_aliases (BundleKit *kit, GBytes *body, gint64 expires)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  guint response = bulla_bundle_writer_add_response (writer, 200);
  guint subset = expires != 0 ? bundle_kit_vouch (kit, writer, expires - 6 * KIT_DAY, expires) : 0;

  bulla_bundle_writer_add_header (writer, response, "content-type", "text/html");
  bulla_bundle_writer_add_header (writer, response, "content-encoding", "gzip");
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_set_primary_url (writer, PAGE);
  for (guint i = 0; i < N_URLS; i++) {
    g_autofree char *url = i == 0 ? g_strdup (PAGE) : g_strdup_printf (KIT_HOST "/%u", i);
    bulla_bundle_writer_add_url (writer, url, response);
    if (expires != 0)
      bulla_bundle_writer_cover (writer, subset, url);
  }
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  return bundle_kit_open (kit, bytes, NULL);
}

typedef struct {
  const char *path;
  gint64 expires;
  const char *reason; /* of every response */
} Row;

static const Row rows[] = {
    {"unsigned", 0, NULL},
    {"signed", KIT_NOW + KIT_DAY, NULL},
    {"ended", KIT_NOW - KIT_DAY, "signature.expired"},
};

static void
assert_findings (const BullaBundleCheck *check, const char *reason)
{
  const BullaBundleFinding *first = &g_array_index (check->findings, BullaBundleFinding, 0);

  g_assert_cmpuint (check->findings->len, ==, N_URLS);
  for (guint i = 0; i < check->findings->len; i++) {
    const BullaBundleFinding *finding = &g_array_index (check->findings, BullaBundleFinding, i);
    g_assert_cmpstr (bulla_reason_get_nick (finding->reason), ==, reason);
    g_assert_cmpuint (finding->body_length, ==, first->body_length);
    g_assert_cmpstr (finding->body_sha256, ==, first->body_sha256);
  }
}

/* However many URLs name it, and whether a signature covers them, a body is decoded once. */
static void
test_once (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bomb = make_bomb ();
  g_autoptr (BullaBundle) bundle = open_aliases (kit, bomb, row->expires);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, NULL, NULL, &error);

  g_assert_no_error (error);
  assert_findings (check, row->reason);
  g_assert_cmpuint (check->decode_left, ==, BUDGET - PLAIN_SIZE);
}

/* every URL of a body that does not decode has that fault, not only the first one */
static void
test_not_coded (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) text = g_bytes_new_static ("not gzip", 8);
  g_autoptr (BullaBundle) bundle = open_aliases (kit, text, row->expires);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, NULL, NULL, &error);

  g_assert_no_error (error);
  assert_findings (check, row->reason != NULL ? row->reason : "body.coding");
}

/* Returns: (transfer full): what is observed of the rule on content codings */
static char *
dup_observed (BullaVerdict *verdict, BullaState *state)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (g_str_equal (bulla_verdict_get_rule (verdict, i), "body.coding")) {
      *state = bulla_verdict_get_state (verdict, i);
      return bulla_verdict_dup_observed (verdict, i);
    }
  g_assert_not_reached ();
}

/* Several checks share what may be decoded. Afterwards nothing is known, and the verdict says why.
 */
static void
test_budget (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bomb = make_bomb ();
  g_autoptr (BullaBundle) bundle = open_aliases (kit, bomb, 0);
  guint64 left = 2 * PLAIN_SIZE - 1;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (bomb, &length);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (BullaLoad) load = bundle_kit_load (bundle, PAGE);
    g_autoptr (BullaCodingCheck) coding = bulla_coding_check_new (load, &left);
    BullaState state = BULLA_STATE_BROKEN;
    bulla_coding_check_push (coding, bytes, length);
    bulla_coding_check_end (coding);
    g_autofree char *observed = dup_observed (bulla_load_get_verdict (load), &state);
    g_assert_cmpint (state, ==, i == 0 ? BULLA_STATE_HELD : BULLA_STATE_UNASKED);
    g_assert_cmpstr (observed, ==, i == 0 ? "gzip" : "too many bytes to decode");
    g_assert_cmpuint (left, ==, i == 0 ? PLAIN_SIZE - 1 : 0);
  }
}

static void
add_rows (const char *name, GTestDataFunc test)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/load/bundle/coding/%s/%s", name, rows[i].path);
    g_test_add_data_func (path, &rows[i], test);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_rows ("once", test_once);
  add_rows ("not-coded", test_not_coded);
  g_test_add_func ("/load/bundle/coding/budget", test_budget);
  return g_test_run ();
}
