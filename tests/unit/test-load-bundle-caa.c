/* test-load-bundle-caa.c - opens bundles whose vouched subsets need CAA records from DNS
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "bulla-authority.h"
#include "bulla-bundle-internal.h"
#include "bulla-bundle-writer.h"
#include "bulla-issuers.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-trust-internal.h"
#include "bulla-wait.h"
#include "dns-mock.h"
#include "dns-tree.h"
#include "zone-kit.h"

#define DAY G_GINT64_CONSTANT (86400)

static DnsTree *tree; /* shared by all cases; NULL if it cannot run here */

/* the publisher's authority, and a folder for its files */
typedef struct {
  char *folder, *root, *logs;
  BullaAuthority *authority;
  gint64 now;
} World;

static char *
write_text (World *self, const char *name, char *text)
{
  char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_free (text);
  return path;
}

static void
set_up (World *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->folder = g_dir_make_tmp ("bulla-XXXXXX", &error);
  g_assert_no_error (error);
  self->authority = bulla_authority_new ("Bundles", self->now - 20 * DAY, &error);
  g_assert_no_error (error);
  self->root = write_text (self, "root.pem", bulla_authority_dup_root_pem (self->authority));
  self->logs = write_text (self, "logs.json", bulla_authority_dup_log_list (self->authority));
}

static void
tear_down (World *self, gconstpointer data)
{
  g_autofree char *bundle = g_build_filename (self->folder, "page.wbn", NULL);

  g_unlink (bundle);
  g_assert_cmpint (g_unlink (self->root), ==, 0);
  g_assert_cmpint (g_unlink (self->logs), ==, 0);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->authority);
  g_free (self->folder);
  g_free (self->root);
  g_free (self->logs);
}

/* the primary resource of a bundle */
typedef enum { PAGE, NONE, LOOSE } Primary;

static void
add (BullaBundleWriter *writer, const char *url, const char *type)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  guint response = bulla_bundle_writer_add_response (writer, 200);

  bulla_bundle_writer_add_header (writer, response, "content-type", type);
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, url, response);
}

/* A page and its style, both vouched for by a certificate for @host, and a loose text */
static GBytes *
make_bundle (World *self, const char *host, gint64 expires, Primary primary)
{
  const char *const hosts[] = {host, NULL};
  g_autofree char *page = g_strdup_printf ("https://%s/page.html", host);
  g_autofree char *style = g_strdup_printf ("https://%s/style.css", host);
  g_autofree char *loose = g_strdup_printf ("https://%s/loose.txt", host);
  g_autofree char *validity = g_strdup_printf ("https://%s/validity", host);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) leaf = bulla_authority_issue (
      self->authority, hosts, self->now - 10 * DAY, 90, BULLA_ISSUE_SIGN_EXCHANGES, &error);

  g_assert_no_error (error);
  g_autoptr (GBytes) chain = bulla_authority_write_chain (
      self->authority, leaf, self->now - DAY, self->now + 5 * DAY, BULLA_RESPOND_GOOD, &error);
  g_assert_no_error (error);
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  guint subset = bulla_bundle_writer_add_subset (writer, leaf, chain);
  bulla_bundle_writer_set_subset_validity (writer, subset, validity, expires - 3600, expires);
  add (writer, page, "text/html");
  add (writer, style, "text/css");
  add (writer, loose, "text/plain");
  bulla_bundle_writer_cover (writer, subset, page);
  bulla_bundle_writer_cover (writer, subset, style);
  if (primary != NONE)
    bulla_bundle_writer_set_primary_url (writer, primary == PAGE ? page : loose);
  GBytes *bundle = bulla_bundle_writer_write (writer, &error);
  g_assert_no_error (error);
  return bundle;
}

/* @domain: the CAA domain of the authority */
static BullaLoader *
new_loader (World *self, const char *domain, const char *resolver, const char *const *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaIssuers) issuers = bulla_issuers_new ();
  g_autofree char *line = g_strdup_printf ("dn\tCN=Bundles Intermediate\t%s\n", domain);
  const char *resolvers[] = {resolver, NULL};

  g_assert_true (bulla_trust_add_roots (trust, self->root, &error));
  g_assert_true (bulla_trust_add_logs (trust, self->logs, &error));
  g_assert_true (bulla_issuers_add_lines (issuers, line, strlen (line), TRUE, "test", &error));
  g_assert_no_error (error);
  bulla_trust_set_issuers (trust, issuers);
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("mozilla", NULL, NULL, settings, &error);
  g_assert_no_error (error);
  BullaLoader *loader = bulla_loader_new (profile, trust);
  g_assert_true (bulla_loader_set_dns (loader, resolvers, dns_tree_get_anchor_file (tree), NULL,
                                       NULL, &error));
  g_assert_no_error (error);
  return loader;
}

static guint
count_contacts (BullaLoader *loader)
{
  return g_list_model_get_n_items (G_LIST_MODEL (bulla_loader_get_ledger (loader)));
}

/* --- ways to open it */

typedef enum { STREAM_ASYNC, STREAM, FILE_ASYNC, FILE_SYNC, N_WAYS } Way;

static BullaBundle *
open_bundle (World *self, BullaLoader *loader, GBytes *bytes, Way way, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *path = g_build_filename (self->folder, "page.wbn", NULL);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  GObject *opened = NULL;

  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
  switch (way) {
  case STREAM_ASYNC:
    bulla_loader_open_stream_async (loader, BULLA_PACKAGE_BUNDLE, outer, stream, NULL, cancellable,
                                    bulla_wait_cb, &result);
    opened = bulla_loader_open_finish (loader, bulla_wait_for (&result), error);
    break;
  case STREAM:
    opened = bulla_loader_open_stream (loader, BULLA_PACKAGE_BUNDLE, outer, stream, NULL,
                                       cancellable, error);
    break;
  case FILE_ASYNC:
    bulla_loader_open_file_async (loader, path, BULLA_PACKAGE_BUNDLE, outer, NULL, cancellable,
                                  bulla_wait_cb, &result);
    opened = bulla_loader_open_finish (loader, bulla_wait_for (&result), error);
    break;
  case FILE_SYNC:
  default:
    opened = bulla_loader_open_file (loader, path, BULLA_PACKAGE_BUNDLE, outer, NULL, cancellable,
                                     error);
  }
  g_assert_true (opened == NULL || BULLA_IS_BUNDLE (opened));
  return (BullaBundle *)opened;
}

static guint
find_page (BullaBundle *bundle)
{
  gint page = bulla_bundle_find (bundle, bulla_bundle_get_primary_url (bundle));

  g_assert_cmpint (page, >=, 0);
  return (guint)page;
}

static void
assert_verdict (BullaVerdict *verdict, BullaOutcome outcome, BullaReason reason)
{
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==,
                   bulla_reason_get_nick (reason));
  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==,
                   bulla_outcome_get_nick (outcome));
}

/* The verdict on a stream is given before its page has arrived, and again afterwards. */
static void
await_verdict (BullaBundle *bundle, BullaOutcome outcome)
{
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle)) != outcome
         && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
}

/* --- what DNS says */

typedef struct {
  const char *host, *domain;
  BullaOutcome outcome;
  BullaReason reason;
} Row;

static const Row rows[] = {
    {"secure.test", "ca.test", BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE},
    {"www.secure.test", "ca.test", BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE},
    {"secure.test", "elsewhere.test", BULLA_OUTCOME_SEPARATE_ORIGIN, BULLA_REASON_CAA_OTHER_ISSUER},
    {"www.other.test", "ca.test", BULLA_OUTCOME_SEPARATE_ORIGIN, BULLA_REASON_CAA_NO_PROPERTY},
    {"insecure.test", "ca.test", BULLA_OUTCOME_SEPARATE_ORIGIN, BULLA_REASON_CAA_INSECURE},
    {"tampered.test", "ca.test", BULLA_OUTCOME_SEPARATE_ORIGIN, BULLA_REASON_CAA_BOGUS},
};

static void
check_row (World *self, const Row *row, Way way, Primary primary)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_bundle (self, row->host, self->now + 1800, primary);
  g_autoptr (BullaLoader) loader =
      new_loader (self, row->domain, dns_tree_get_resolver (tree), NULL);
  g_autoptr (BullaBundle) bundle = open_bundle (self, loader, bytes, way, NULL, &error);

  g_assert_no_error (error);
  await_verdict (bundle, row->outcome);
  assert_verdict (bulla_bundle_get_verdict (bundle), row->outcome, row->reason);
  guint n_contacts = count_contacts (loader);
  g_assert_cmpuint (n_contacts, >, 0);
  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle); i++) {
    if (bulla_bundle_get_subset (bundle, i) < 0)
      continue;
    g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, i, 0, NULL, &error);
    g_assert_no_error (error);
    assert_verdict (bulla_load_get_verdict (load), row->outcome, row->reason);
  }
  g_assert_cmpuint (count_contacts (loader), ==, n_contacts); /* DNS is asked once for all */
}

static void
test_row (World *self, gconstpointer data)
{
  if (dns_tree_is_missing (tree))
    return;
  for (Way way = 0; way < N_WAYS; way++)
    check_row (self, data, way, PAGE);
}

/* without a primary resource, any that may be substituted decides */
static void
test_no_primary (World *self, gconstpointer data)
{
  if (dns_tree_is_missing (tree))
    return;
  for (Way way = 0; way < N_WAYS; way++) {
    check_row (self, &rows[0], way, NONE);
    check_row (self, &rows[2], way, NONE);
  }
}

/* responses that are loaded at the same time, before anything is known of the name */
static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (BULLA_BUNDLE (source), result, &error);

  g_assert_no_error (error);
  assert_verdict (bulla_load_get_verdict (load), BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE);
  ++*(guint *)user_data;
}

static void
test_at_once (World *self, gconstpointer data)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_bundle (self, "www.secure.test", self->now + 1800, LOOSE);
  g_autoptr (BullaLoader) loader = new_loader (self, "ca.test", dns_tree_get_resolver (tree), NULL);
  g_autoptr (BullaBundle) bundle = open_bundle (self, loader, bytes, FILE_SYNC, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (count_contacts (loader), ==, 0);
  gint page = bulla_bundle_find (bundle, "https://www.secure.test/page.html");
  g_assert_cmpint (page, >=, 0);
  g_assert_null (bulla_bundle_load_there (bundle, (guint)page, 0, &error)); /* DNS is not asked */
  g_assert_no_error (error);
  g_assert_cmpuint (count_contacts (loader), ==, 0);
  for (guint i = 0; i < 8; i++)
    bulla_bundle_load_async (bundle, (guint)page, 0, NULL, loaded_cb, &n);
  while (n < 8)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (bulla_bundle_get_caa (bundle, 0)->caa.climbs->len, ==, 1);
  g_autoptr (BullaLoad) there = bulla_bundle_load_there (bundle, (guint)page, 0, &error);
  g_assert_no_error (error);
  assert_verdict (bulla_load_get_verdict (there), BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE);
}

/* a signature that is broken anyway: DNS does not learn of the publisher */
static void
test_broken (World *self, gconstpointer data)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (GBytes) bytes = make_bundle (self, "secure.test", self->now - 1800, PAGE);
  for (Way way = 0; way < N_WAYS; way++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoader) loader =
        new_loader (self, "ca.test", dns_tree_get_resolver (tree), NULL);
    g_autoptr (BullaBundle) bundle = open_bundle (self, loader, bytes, way, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, find_page (bundle), 0, NULL, &error);
    g_assert_no_error (error);
    assert_verdict (bulla_load_get_verdict (load), BULLA_OUTCOME_SEPARATE_ORIGIN,
                    BULLA_REASON_SIGNATURE_EXPIRED);
    g_assert_cmpuint (count_contacts (loader), ==, 0);
  }
}

/* After the signatures of the CAA records have ended, DNS is asked again for the next response. */
static void
test_ended (World *self, gconstpointer data)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_bundle (self, "kept.test", self->now + 1800, PAGE);
  g_autoptr (BullaLoader) loader = new_loader (self, "ca.test", dns_tree_get_resolver (tree), NULL);

  for (gint64 later = 0; later <= 700; later += 700) {
    bulla_loader_set_time (loader, self->now);
    zone_kit_set_evidence (loader, self->folder, "kept.test", self->now - DAY, self->now + 600);
    g_autoptr (BullaBundle) bundle = open_bundle (self, loader, bytes, FILE_SYNC, NULL, &error);
    g_assert_no_error (error);
    assert_verdict (bulla_bundle_get_verdict (bundle), BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE);
    bulla_loader_set_time (loader, self->now + later);
    zone_kit_set_evidence (loader, self->folder, "kept.test", self->now - DAY, self->now + 600);
    g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, find_page (bundle), 0, NULL, &error);
    g_assert_no_error (error);
    if (later == 0)
      assert_verdict (bulla_load_get_verdict (load), BULLA_OUTCOME_SUBSTITUTE, BULLA_REASON_NONE);
    else
      assert_verdict (bulla_load_get_verdict (load), BULLA_OUTCOME_SEPARATE_ORIGIN,
                      BULLA_REASON_CAA_BOGUS);
  }
}

/* --- a resolver that never answers */

static void
test_silent (World *self, gconstpointer data)
{
  static const char *const settings[] = {"trust.dns-timeout=1", NULL};

  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
  g_autoptr (GBytes) bytes = make_bundle (self, "secure.test", self->now + 1800, PAGE);
  for (Way way = 0; way < N_WAYS; way++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoader) loader =
        new_loader (self, "ca.test", dns_mock_get_resolver (mock), settings);
    gint64 began = g_get_monotonic_time ();
    g_autoptr (BullaBundle) bundle = open_bundle (self, loader, bytes, way, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, find_page (bundle), 0, NULL, &error);
    g_assert_no_error (error);
    assert_verdict (bulla_load_get_verdict (load), BULLA_OUTCOME_SEPARATE_ORIGIN,
                    BULLA_REASON_CAA_NO_ANSWER);
    g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
  }
}

static gpointer
cancel_later (gpointer data)
{
  gpointer *pair = data;

  while (dns_mock_get_n_questions (pair[0]) == 0)
    g_thread_yield ();
  g_cancellable_cancel (pair[1]);
  return NULL;
}

static void
test_cancel (World *self, gconstpointer data)
{
  static const char *const settings[] = {"trust.dns-timeout=300", NULL};

  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (GBytes) bytes = make_bundle (self, "secure.test", self->now + 1800, PAGE);
  for (Way way = FILE_ASYNC; way < N_WAYS; way++) {
    g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (BullaLoader) loader =
        new_loader (self, "ca.test", dns_mock_get_resolver (mock), settings);
    gpointer pair[] = {mock, cancellable};
    g_autoptr (GError) error = NULL;
    GThread *thread = g_thread_new ("cancel", cancel_later, pair);
    g_assert_null (open_bundle (self, loader, bytes, way, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_thread_join (thread);
  }
}

static void
add_case (const char *path, void (*test) (World *self, gconstpointer data), const Row *row)
{
  g_test_add (path, World, row, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tree = dns_tree_new ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path =
        g_strdup_printf ("/load/bundle/caa/%s/%s", rows[i].host, rows[i].domain);
    add_case (path, test_row, &rows[i]);
  }
  add_case ("/load/bundle/caa/no-primary", test_no_primary, NULL);
  add_case ("/load/bundle/caa/at-once", test_at_once, NULL);
  add_case ("/load/bundle/caa/broken", test_broken, NULL);
  add_case ("/load/bundle/caa/ended", test_ended, NULL);
  add_case ("/load/bundle/caa/silent", test_silent, NULL);
  add_case ("/load/bundle/caa/cancel", test_cancel, NULL);
  int status = g_test_run ();
  g_clear_pointer (&tree, dns_tree_free);
  return status;
}
