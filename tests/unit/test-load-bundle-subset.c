/* test-load-bundle-subset.c - loads signed subsets: their signers, coverage and expiry
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-bundle-check.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"
#include "bundle-kit.h"

#define PAGE KIT_HOST "/page.html"
#define STYLE KIT_HOST "/style.css"
#define LOOSE KIT_HOST "/loose.txt"

/* a subset covers the page and its style sheet, but not a third resource */
static BullaBundleWriter *
start_writer (BundleKit *kit, BullaBundleFormat format, gint64 date, gint64 expires)
{
  BullaBundleWriter *writer = bulla_bundle_writer_new (format);

  bundle_kit_add (writer, PAGE, "text/html", "<p>vouched page");
  bundle_kit_add (writer, STYLE, "text/css", "p { color: red }");
  bundle_kit_add (writer, LOOSE, "text/plain", "loose");
  bulla_bundle_writer_set_primary_url (writer, PAGE);
  guint subset = bundle_kit_vouch (kit, writer, date, expires);
  bulla_bundle_writer_cover (writer, subset, PAGE);
  bulla_bundle_writer_cover (writer, subset, STYLE);
  return writer;
}

static void
test_vouched (void)
{
  static const BullaBundleFormat formats[] = {BULLA_BUNDLE_FORMAT_B1, BULLA_BUNDLE_FORMAT_B2};
  g_autoptr (BundleKit) kit = bundle_kit_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (BullaBundleWriter) writer =
        start_writer (kit, formats[i], KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
    g_autoptr (GBytes) bytes = bundle_kit_write (writer);
    g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
    bundle_kit_assert (bulla_bundle_get_verdict (bundle), "substitute", NULL);
    g_autoptr (BullaLoad) page = bundle_kit_load (bundle, PAGE);
    g_autoptr (BullaLoad) loose = bundle_kit_load (bundle, LOOSE);
    g_autofree char *body = bundle_kit_read (page, NULL);
    g_autofree char *coding = bundle_kit_header (page, "content-encoding");
    bundle_kit_assert (bulla_load_get_verdict (page), "substitute", NULL);
    bundle_kit_assert (bulla_load_get_verdict (loose), "separate-origin", NULL);
    g_assert_cmpstr (body, ==, "<p>vouched page");
    g_assert_null (coding);
    g_assert_cmpstr (bulla_load_get_subject (page), ==, "publisher.test");
    g_assert_cmpint (bulla_load_get_expires (page), ==, KIT_NOW + KIT_DAY);
    g_assert_cmpint (bulla_verdict_get_expires (bulla_load_get_verdict (page)), ==,
                     KIT_NOW + KIT_DAY + 1);
    g_assert_cmpuint (bulla_bundle_get_n_subsets (bundle), ==, 1);
    g_assert_cmpint (bulla_bundle_get_subset (bundle, 0), >=, -1);
    g_assert_cmpint (bulla_bundle_get_subset (bundle, (guint)bulla_bundle_find (bundle, LOOSE)), ==,
                     -1);
    g_assert_cmpint (bulla_bundle_get_subset (bundle, (guint)bulla_bundle_find (bundle, STYLE)), ==,
                     0);
    g_assert_cmpuint (strlen (bulla_bundle_get_subset_id (bundle, 0)), ==, 64);
  }
}

/* offline: in its real origin until the signature or its OCSP response expires, then in its own
 * origin */
static void
test_expiry (void)
{
  static const struct {
    gint64 now;
    const char *outcome, *reason;
  } rows[] = {
      {KIT_NOW - 2 * KIT_DAY, "separate-origin", "signature.not-yet-valid"},
      {KIT_NOW + 3 * KIT_DAY, "substitute", NULL},
      {KIT_NOW + 3 * KIT_DAY + 1, "separate-origin", "signature.expired"},
  };
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + 3 * KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    kit->now = rows[i].now;
    g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
    g_autoptr (BullaLoad) page = bundle_kit_load (bundle, PAGE);
    g_autofree char *body = bundle_kit_read (page, NULL);
    bundle_kit_assert (bulla_bundle_get_verdict (bundle), rows[i].outcome, rows[i].reason);
    bundle_kit_assert (bulla_load_get_verdict (page), rows[i].outcome, rows[i].reason);
    g_assert_cmpstr (body, ==, "<p>vouched page");
  }
}

/* while a bundle is open, later responses are judged at the time at which they are loaded */
static void
test_grows_old (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + 6 * KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autofree char *path = bundle_kit_save (kit, "old.wbn", bytes);
  g_autoptr (BullaLoader) loader = bundle_kit_loader (kit);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GObject) opened =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, NULL);
  g_autoptr (BullaLoad) early = bundle_kit_load (BULLA_BUNDLE (opened), PAGE);

  bulla_loader_set_time (loader, KIT_NOW + 5 * KIT_DAY + 1);
  g_autoptr (BullaLoad) late = bundle_kit_load (BULLA_BUNDLE (opened), STYLE);
  bundle_kit_assert (bulla_load_get_verdict (early), "substitute", NULL);
  bundle_kit_assert (bulla_load_get_verdict (late), "separate-origin", "ocsp.stale");
}

/* while a bundle is open, its authority is put on the local revocation list */
static void
test_revoked_meanwhile (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  g_autoptr (BullaLoad) early = bundle_kit_load (bundle, PAGE);
  BullaRevocations *revocations = bulla_revocations_new ();
  BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
  gboolean already_there = FALSE;

  entry->sha256 = g_strdup (bulla_load_get_facts (early)->cert.key_sha256);
  g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  bulla_trust_set_revocations (kit->trust, revocations);
  g_autoptr (BullaLoad) late = bundle_kit_load (bundle, STYLE);
  bundle_kit_assert (bulla_load_get_verdict (early), "substitute", NULL);
  bundle_kit_assert (bulla_load_get_verdict (late), "separate-origin", "cert.locally-revoked");
}

static void
notice_cb (const char *notice, gpointer user_data)
{
  g_error ("%s", notice);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* Loads a response as the gateway does. Returns: (transfer full) */
static BullaLoad *
load_async (BullaBundle *bundle, const char *url)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  bulla_bundle_load_async (bundle, (guint)bulla_bundle_find (bundle, url), 0, NULL, take_result,
                           &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  BullaLoad *load = bulla_bundle_load_finish (bundle, result, &error);
  g_assert_no_error (error);
  return load;
}

/* The list that the user keeps changes while a bundle is open: each response is judged by what it
 * says by then, whether its reader waits or not; so is a bundle that is opened. */
static void
test_list_changes (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autofree char *path = bundle_kit_save (kit, "list.wbn", bytes);
  g_autofree char *folder = bundle_kit_path (kit, "store");
  g_autoptr (BullaLoader) loader = bundle_kit_loader (kit);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (BullaFiles) files = bulla_files_new (folder);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  g_autoptr (BullaRevocations) none = bulla_revocations_new ();
  g_autoptr (GError) error = NULL;
  gboolean already_there = FALSE;

  bulla_loader_follow_files (loader, bulla_trust_files_new (folder, FALSE, notice_cb, NULL));
  g_autoptr (GObject) opened =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, &error);
  g_assert_no_error (error);
  BullaBundle *bundle = BULLA_BUNDLE (opened);
  g_autoptr (BullaLoad) early = load_async (bundle, PAGE);
  bundle_kit_assert (bulla_load_get_verdict (early), "substitute", NULL);
  BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
  entry->sha256 = g_strdup (bulla_load_get_facts (early)->cert.key_sha256);
  g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  g_assert_true (bulla_revocation_store_save (files, revocations, &error));
  g_autoptr (BullaLoad) late = load_async (bundle, STYLE);
  bundle_kit_assert (bulla_load_get_verdict (late), "separate-origin", "cert.locally-revoked");
  g_assert_true (bulla_revocation_store_save (files, none, &error));
  g_autoptr (BullaLoad) waited = bundle_kit_load (bundle, STYLE);
  bundle_kit_assert (bulla_load_get_verdict (waited), "substitute", NULL);
  g_assert_true (bulla_revocation_store_save (files, revocations, &error));
  g_autoptr (GObject) later =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, &error);
  g_assert_no_error (error);
  bundle_kit_assert (bulla_bundle_get_verdict (BULLA_BUNDLE (later)), "separate-origin",
                     "cert.locally-revoked");
  g_autofree char *list = bulla_files_dup_path (files, BULLA_REVOCATION_STORE_NAME);
  g_assert_cmpint (g_unlink (list), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* replaces the page of one bundle with that of another one in the same place */
static GBytes *
swap_text (GBytes *bytes, const char *from, const char *to)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 *copy = g_memdup2 (data, length);

  for (gsize i = 0; i + strlen (from) <= length; i++)
    if (memcmp (copy + i, from, strlen (from)) == 0)
      memcpy (copy + i, to, strlen (to));
  return g_bytes_new_take (copy, length);
}

static void
test_tampered (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (GError) error = NULL;

  /* a changed body, which only reading it detects */
  g_autoptr (GBytes) body = swap_text (bytes, "<p>vouched", "<b>vouched");
  g_autoptr (BullaBundle) with_body = bundle_kit_open (kit, body, NULL);
  g_autoptr (BullaLoad) page = bundle_kit_load (with_body, PAGE);
  g_autoptr (BullaLoad) style = bundle_kit_load (with_body, STYLE);
  bundle_kit_assert (bulla_load_get_verdict (page), "substitute", NULL);
  g_autofree char *nothing = bundle_kit_read (page, &error);
  g_assert_error (error, BULLA_FAULT, BULLA_REASON_BODY_RECORD);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpint (bulla_verdict_get_reason (bulla_load_get_verdict (page)), ==,
                   BULLA_REASON_BODY_RECORD);
  g_autofree char *fine = bundle_kit_read (style, NULL);
  bundle_kit_assert (bulla_load_get_verdict (style), "substitute", NULL);

  /* a changed header */
  g_autoptr (GBytes) header = swap_text (bytes, "text/css", "text/csv");
  g_autoptr (BullaBundle) with_header = bundle_kit_open (kit, header, NULL);
  g_autoptr (BullaLoad) changed = bundle_kit_load (with_header, STYLE);
  bundle_kit_assert (bulla_load_get_verdict (changed), "separate-origin", "subset.header-sha256");
  bundle_kit_assert (bulla_bundle_get_verdict (with_header), "substitute", NULL);

  /* changed signed bytes */
  g_autoptr (GBytes) validity = swap_text (bytes, KIT_HOST "/validity", KIT_HOST "/valjdity");
  g_autoptr (BullaBundle) with_signed = bundle_kit_open (kit, validity, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (with_signed), "separate-origin",
                     "signature.invalid");
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (with_signed, NULL, NULL, NULL);
  g_assert_cmpint (check->outcome, ==, BULLA_OUTCOME_SEPARATE_ORIGIN);
  g_assert_cmpint (check->reason, ==, BULLA_REASON_SIGNATURE_INVALID);
  for (guint i = 0; i < check->findings->len; i++)
    g_assert_null (g_array_index (check->findings, BullaBundleFinding, i).vouched_by);
}

/* anyone may add a subset: the first valid one counts */
static void
test_several (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - 6 * KIT_DAY, KIT_NOW - KIT_DAY);
  g_autoptr (GBytes) old = bundle_kit_write (writer);
  guint subset = bundle_kit_vouch (kit, writer, KIT_NOW - KIT_DAY, KIT_NOW + 2 * KIT_DAY);

  bulla_bundle_writer_cover (writer, subset, PAGE);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) expired = bundle_kit_open (kit, old, NULL);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  g_autoptr (BullaLoad) page = bundle_kit_load (bundle, PAGE);
  g_autoptr (BullaLoad) style = bundle_kit_load (bundle, STYLE);
  bundle_kit_assert (bulla_bundle_get_verdict (expired), "separate-origin", "signature.expired");
  bundle_kit_assert (bulla_load_get_verdict (page), "substitute", NULL);
  g_assert_cmpint (bulla_load_get_expires (page), ==, KIT_NOW + 2 * KIT_DAY);
  bundle_kit_assert (bulla_load_get_verdict (style), "separate-origin", "signature.expired");
  g_assert_cmpstr (bulla_bundle_get_subset_id (bundle, 0), !=,
                   bulla_bundle_get_subset_id (bundle, 1));
}

static void
test_profile (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer =
      start_writer (kit, BULLA_BUNDLE_FORMAT_B2, KIT_NOW - KIT_DAY, KIT_NOW + KIT_DAY);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);

  bundle_kit_set_profile (kit, "[outcome]\nsubstitution = no\n");
  g_autoptr (BullaBundle) never = bundle_kit_open (kit, bytes, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (never), "separate-origin",
                     "profile.no-substitution");
  /* if the section is unknown, it covers nothing */
  bundle_kit_set_profile (kit, "[bundle]\nb2-sections = unknown\n");
  g_autoptr (BullaBundle) unknown = bundle_kit_open (kit, bytes, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (unknown), "separate-origin", NULL);
  g_assert_cmpuint (bulla_bundle_get_n_subsets (unknown), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-bundle-subset/vouched", test_vouched);
  g_test_add_func ("/load-bundle-subset/expiry", test_expiry);
  g_test_add_func ("/load-bundle-subset/grows-old", test_grows_old);
  g_test_add_func ("/load-bundle-subset/revoked-meanwhile", test_revoked_meanwhile);
  g_test_add_func ("/load-bundle-subset/list-changes", test_list_changes);
  g_test_add_func ("/load-bundle-subset/tampered", test_tampered);
  g_test_add_func ("/load-bundle-subset/several", test_several);
  g_test_add_func ("/load-bundle-subset/profile", test_profile);
  return g_test_run ();
}
