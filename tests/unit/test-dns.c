/* test-dns.c - looks up CAA records in a signed tree on a real name server
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-dns.h"
#include "bulla-error.h"
#include "dns-tree.h"

static DnsTree *tree; /* shared by all cases; NULL if it cannot run here */

static BullaDns *
new_dns (BullaLedger *ledger, gint64 time)
{
  const char *resolvers[] = {dns_tree_get_resolver (tree), NULL};
  const BullaDnsOptions options = {
      .resolvers = resolvers, .anchor_file = dns_tree_get_anchor_file (tree), .time = time};
  g_autoptr (BullaLedger) own = ledger != NULL ? g_object_ref (ledger) : bulla_ledger_new ();
  g_autoptr (GError) error = NULL;
  BullaDns *dns = bulla_dns_new (&options, own, &error);

  g_assert_no_error (error);
  return dns;
}

static BullaCaaClimb *
climb (BullaDns *dns, const char *host)
{
  g_autoptr (GError) error = NULL;
  BullaCaaClimb *self = bulla_dns_climb (dns, host, FALSE, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (bulla_caa_climb_get_next (self));
  return self;
}

static const char STATES[] = "bnis"; /* bogus, no answer, insecure, secure */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Writes an answer on a line: name, state, code, alias, and the records, sorted. */
static char *
describe (const BullaCaaClimb *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (self->answers, i);
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
    for (guint k = 0; k < answer->records->len; k++) {
      const BullaCaaRecord *record = g_ptr_array_index (answer->records, k);
      gsize length = 0;
      const char *value = g_bytes_get_data (record->value, &length);
      g_ptr_array_add (records, g_strdup_printf ("[%u %s %.*s]", record->flags, record->tag,
                                                 (int)length, value));
    }
    g_ptr_array_sort (records, compare_texts);
    g_string_append_printf (text, "%s%s %c %d", i > 0 ? "; " : "", answer->name,
                            STATES[answer->dnssec], answer->rcode);
    if (answer->alias != NULL)
      g_string_append_printf (text, " =%s", answer->alias);
    for (guint k = 0; k < records->len; k++)
      g_string_append_printf (text, " %s", (char *)records->pdata[k]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define CA "[0 issue ca.test; cansignhttpexchanges=yes]"

typedef struct {
  const char *host, *climb;
} Row;

static const Row rows[] = {
    {"secure.test", "secure.test s 0 " CA},
    {"www.secure.test", "www.secure.test s 0; secure.test s 0 " CA},
    {"nobody.secure.test", "nobody.secure.test s 3; secure.test s 0 " CA},
    {"b.c.secure.test", "b.c.secure.test s 0; c.secure.test s 0; secure.test s 0 " CA},
    {"own.secure.test", "own.secure.test s 0 [0 issue own.test] [128 iodef mailto:a@b.test]"},
    {"alias.secure.test", "alias.secure.test s 0 =caa.other.test [0 issue other.test]"},
    /* after an alias without records, the parent of the queried name follows */
    {"bare.secure.test", "bare.secure.test s 0 =www.other.test; secure.test s 0 " CA},
    {"open.secure.test", "open.secure.test i 0 =caa.insecure.test [0 issue insecure.test]"},
    {"broken.secure.test", "broken.secure.test b 0 =caa.tampered.test"},
    {"x.wild.secure.test", "x.wild.secure.test s 0 [0 issue wild.test]"},
    {"x.walias.secure.test", "x.walias.secure.test s 0 =caa.other.test [0 issue other.test]"},
    {"www.old.secure.test", "www.old.secure.test s 0 =www.new.secure.test [0 issue new.test]"},
    /* across delegations, signed and unsigned */
    {"www.cut.secure.test", "www.cut.secure.test s 0; cut.secure.test s 0; secure.test s 0 " CA},
    {"www.weak.secure.test", "www.weak.secure.test i 0; weak.secure.test i 0; secure.test s 0 " CA},
    {"www.empty.test", "www.empty.test s 0; empty.test s 0; test s 0"},
    {"www.plain", "www.plain i 0; plain i 0"},
    {"none.insecure.test", "none.insecure.test i 3; insecure.test i 0 " CA},
    {"stripped.test", "stripped.test b 0"},
    {"tampered.test", "tampered.test b 0"},
    {"www.tampered.test", "www.tampered.test s 0; tampered.test b 0"},
    {"expired.test", "expired.test b 0"},
    {"future.test", "future.test b 0"},
    {"www.hashed.test", "www.hashed.test s 0; hashed.test s 0 " CA},
    {"nobody.hashed.test", "nobody.hashed.test s 3; hashed.test s 0 " CA},
    {"www.bare-hashed.test", "www.bare-hashed.test s 0; bare-hashed.test s 0; test s 0"},
    /* more than 150 iterations: secure for what exists, insecure for what does not */
    {"www.iterated.test", "www.iterated.test i 0; iterated.test s 0 " CA},
    {"odd-key.test", "odd-key.test i 0 " CA},
    {"other-key.test", "other-key.test b 0"},
    {"loop.secure.test", "loop.secure.test n 2"},
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;

  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDns) dns = new_dns (NULL, 0);
  g_autoptr (BullaCaaClimb) self = climb (dns, row->host);
  g_autofree char *text = describe (self);
  g_assert_cmpstr (text, ==, row->climb);
  for (guint i = 0; i < self->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (self->answers, i);
    g_assert_cmpint (answer->detail != NULL, ==, answer->dnssec <= BULLA_DNSSEC_NO_ANSWER);
  }
}

/* an answer that is larger than the datagrams that libunbound announces arrives over TCP */
static void
test_big (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDns) dns = new_dns (NULL, 0);
  g_autoptr (BullaCaaClimb) self = climb (dns, "big.test");
  const BullaCaaAnswer *answer = bulla_caa_climb_get_found (self);
  g_assert_nonnull (answer);
  g_assert_cmpint (answer->dnssec, ==, BULLA_DNSSEC_SECURE);
  g_assert_cmpuint (answer->records->len, ==, 60);
}

/* without tolerance: valid in the last second, bogus one second later */
static void
test_skew (void)
{
  if (dns_tree_is_missing (tree))
    return;
  const gint64 end = dns_tree_get_end (tree), begin = dns_tree_get_now (tree) - DNS_TREE_DAY;
  const struct {
    gint64 time;
    BullaDnssec state;
  } moments[] = {{end, BULLA_DNSSEC_SECURE},
                 {end + 1, BULLA_DNSSEC_BOGUS},
                 {begin, BULLA_DNSSEC_SECURE},
                 {begin - 1, BULLA_DNSSEC_BOGUS}};
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autoptr (BullaDns) dns = new_dns (NULL, moments[i].time);
    g_autoptr (BullaCaaClimb) self = climb (dns, "secure.test");
    g_assert_cmpint (bulla_caa_climb_get_dnssec (self), ==, moments[i].state);
  }
}

/* two contexts at the same time: each judges signatures at its own time */
static void
test_two_times (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDns) today = new_dns (NULL, 0);
  g_autoptr (BullaDns) later = new_dns (NULL, dns_tree_get_end (tree) + 1);
  g_autoptr (BullaCaaClimb) one = climb (today, "own.secure.test");
  g_autoptr (BullaCaaClimb) other = climb (later, "own.secure.test");
  g_autoptr (BullaCaaClimb) again = climb (today, "alias.secure.test");
  g_assert_cmpint (bulla_caa_climb_get_dnssec (one), ==, BULLA_DNSSEC_SECURE);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (other), ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (again), ==, BULLA_DNSSEC_SECURE);
}

/* a climb states whether it is for a wildcard; the looked-up names are the same */
static void
test_wildcard (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDns) dns = new_dns (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaClimb) self =
      bulla_dns_climb (dns, "www.secure.test", TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (self->wildcard);
  g_assert_cmpuint (self->answers->len, ==, 2);
}

/* each look-up is recorded in the ledger with its name, type and resolver */
static void
test_ledger (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = new_dns (ledger, 0);
  const BullaDnsClimbOptions options = {.cause = {.view = 7, .page = "https://page.test/"}};
  const char *const names[] = {"www.secure.test", "secure.test"};
  g_autoptr (BullaCaaClimb) self =
      bulla_dns_climb (dns, "www.secure.test", FALSE, &options, NULL, NULL);
  g_assert_nonnull (self);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i);
    g_assert_cmpint (bulla_contact_get_kind (contact), ==, BULLA_CONTACT_DNS);
    g_assert_cmpint (bulla_contact_get_source (contact), ==, BULLA_CONTACT_NETWORK);
    g_assert_cmpstr (bulla_contact_get_host (contact), ==, names[i]);
    g_assert_cmpstr (bulla_contact_get_record (contact), ==, "CAA");
    g_assert_cmpstr (bulla_contact_get_resolver (contact), ==, dns_tree_get_resolver (tree));
    g_assert_cmpstr (bulla_contact_get_purpose (contact), ==, "caa");
    g_assert_cmpstr (bulla_contact_get_page (contact), ==, "https://page.test/");
    g_assert_cmpuint (bulla_contact_get_view (contact), ==, 7);
    g_assert_false (bulla_contact_get_shows_address (contact));
    g_assert_cmpint (bulla_contact_get_duration (contact), >=, 0);
    g_assert_null (bulla_contact_get_error (contact));
    g_autofree char *text = bulla_contact_describe (contact);
    g_autofree char *said =
        g_strdup_printf ("CAA lookup of %s at %s", names[i], dns_tree_get_resolver (tree));
    g_assert_cmpstr (text, ==, said);
  }
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_assert_true (bulla_ledger_save (ledger, 0, out, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  g_autoptr (GBytes) lines = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (lines);
  g_autoptr (BullaLedger) again = bulla_ledger_new ();
  g_assert_true (bulla_ledger_load (again, in, NULL, NULL));
  g_autoptr (BullaContact) read = g_list_model_get_item (G_LIST_MODEL (again), 0);
  g_assert_cmpstr (bulla_contact_get_record (read), ==, "CAA");
  g_assert_cmpstr (bulla_contact_get_resolver (read), ==, dns_tree_get_resolver (tree));
}

/* --- many climbs at once, which end in different ways */

typedef struct {
  guint pending, done, cancelled;
} Count;

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Count *count = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaClimb) self = bulla_dns_climb_finish (BULLA_DNS (source), result, &error);

  count->pending--;
  if (self == NULL) {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    count->cancelled++;
    return;
  }
  g_assert_cmpint (bulla_caa_climb_get_dnssec (self), ==, BULLA_DNSSEC_SECURE);
  count->done++;
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* an object is released while its climbs run, and they are cancelled at any moment */
static void
test_cancel (void)
{
  if (dns_tree_is_missing (tree))
    return;
  Count count = {0};
  for (guint i = 0; i < 60; i++) {
    g_autoptr (BullaDns) dns = new_dns (NULL, 0);
    for (guint k = 0; k < 3; k++) {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autofree char *host = g_strdup_printf ("a%u.b.c.secure.test", k);
      count.pending++;
      bulla_dns_climb_async (dns, host, FALSE, NULL, cancellable, counted_cb, &count);
      if (k > 0) /* 0 to 19 ms later: before, during and after the climb */
        g_timeout_add_full (G_PRIORITY_HIGH, (guint)g_test_rand_int_range (0, 20), cancel_cb,
                            g_object_ref (cancellable), g_object_unref);
    }
    g_clear_object (&dns);
    while (i % 8 == 7 && count.pending > 0)
      g_main_context_iteration (NULL, TRUE);
  }
  while (count.pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count.done + count.cancelled, ==, 180);
  g_assert_cmpuint (count.done, >=, 60);
}

/* a climb that begins, and is waited for, in the callback of another one */
static void
nested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaCaaClimb) first = bulla_dns_climb_finish (BULLA_DNS (source), result, NULL);
  g_autoptr (BullaCaaClimb) second = climb (BULLA_DNS (source), "own.secure.test");

  g_assert_nonnull (first);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (second), ==, BULLA_DNSSEC_SECURE);
  *(gboolean *)user_data = TRUE;
}

static void
test_nested (void)
{
  if (dns_tree_is_missing (tree))
    return;
  gboolean done = FALSE;
  g_autoptr (BullaDns) dns = new_dns (NULL, 0);
  bulla_dns_climb_async (dns, "www.secure.test", FALSE, NULL, NULL, nested_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* callers that wait may have their own main contexts, one after another */
static void
test_contexts (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDns) dns = new_dns (NULL, 0);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GMainContext) own = g_main_context_new ();
    g_main_context_push_thread_default (own);
    g_autoptr (BullaCaaClimb) self = climb (dns, "secure.test");
    g_assert_cmpint (bulla_caa_climb_get_dnssec (self), ==, BULLA_DNSSEC_SECURE);
    g_main_context_pop_thread_default (own);
  }
  g_autoptr (BullaCaaClimb) self = climb (dns, "secure.test");
  g_assert_cmpint (bulla_caa_climb_get_dnssec (self), ==, BULLA_DNSSEC_SECURE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tree = dns_tree_new ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/dns/climb/", rows[i].host, NULL);
    g_test_add_data_func (path, &rows[i], test_row);
  }
  g_test_add_func ("/dns/big", test_big);
  g_test_add_func ("/dns/skew", test_skew);
  g_test_add_func ("/dns/two-times", test_two_times);
  g_test_add_func ("/dns/wildcard", test_wildcard);
  g_test_add_func ("/dns/ledger", test_ledger);
  g_test_add_func ("/dns/cancel", test_cancel);
  g_test_add_func ("/dns/nested", test_nested);
  g_test_add_func ("/dns/contexts", test_contexts);
  int status = g_test_run ();
  g_clear_pointer (&tree, dns_tree_free);
  return status;
}
