/* test-dns-evidence.c - records answers of a real signed tree, and judges them again offline
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-dns.h"
#include "bulla-error.h"
#include "dns-tree.h"

static DnsTree *tree; /* shared by all cases; NULL if it cannot run here */

static BullaDns *
new_live (BullaLedger *ledger)
{
  const char *resolvers[] = {dns_tree_get_resolver (tree), NULL};
  const BullaDnsOptions options = {.resolvers = resolvers,
                                   .anchor_file = dns_tree_get_anchor_file (tree)};
  g_autoptr (GError) error = NULL;
  BullaDns *dns = bulla_dns_new (&options, ledger, &error);

  g_assert_no_error (error);
  return dns;
}

static BullaDns *
new_replay (BullaDnsEvidence *evidence, gint64 time)
{
  const BullaDnsOptions options = {.anchor_file = dns_tree_get_anchor_file (tree), .time = time};
  g_autoptr (GError) error = NULL;
  BullaDns *dns = bulla_dns_new_for_evidence (evidence, &options, &error);

  g_assert_no_error (error);
  return dns;
}

static BullaCaaClimb *
climb (BullaDns *dns, const char *host, BullaDnsEvidence *evidence)
{
  const BullaDnsClimbOptions options = {.evidence = evidence};
  g_autoptr (GError) error = NULL;
  BullaCaaClimb *self = bulla_dns_climb (dns, host, FALSE, &options, NULL, &error);

  g_assert_no_error (error);
  return self;
}

static BullaCaaClimb *
climb_replay (BullaDnsEvidence *evidence, const char *host, gint64 time)
{
  g_autoptr (BullaDns) dns = new_replay (evidence, time);

  return climb (dns, host, NULL);
}

static gboolean
records_are_equal (GPtrArray *a, GPtrArray *b)
{
  guint found = 0;

  for (guint i = 0; i < a->len; i++)
    for (guint k = 0; k < b->len; k++) {
      const BullaCaaRecord *one = a->pdata[i], *other = b->pdata[k];
      found += one->flags == other->flags && g_str_equal (one->tag, other->tag)
               && g_bytes_equal (one->value, other->value);
    }
  return a->len == b->len && found == a->len;
}

static void
check_equal (const BullaCaaClimb *a, const BullaCaaClimb *b)
{
  g_assert_cmpuint (a->answers->len, ==, b->answers->len);
  for (guint i = 0; i < a->answers->len; i++) {
    const BullaCaaAnswer *one = a->answers->pdata[i], *other = b->answers->pdata[i];
    g_assert_cmpstr (one->name, ==, other->name);
    g_assert_cmpint (one->dnssec, ==, other->dnssec);
    g_assert_cmpint (one->rcode, ==, other->rcode);
    g_assert_cmpstr (one->alias, ==, other->alias);
    g_assert_true (records_are_equal (one->records, other->records));
  }
}

static BullaDnsEvidence *
pass_through_file (BullaDnsEvidence *evidence)
{
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  g_autoptr (GError) error = NULL;
  BullaDnsEvidence *read = bulla_dns_evidence_read (bytes, &error);

  g_assert_no_error (error);
  return read;
}

static BullaDnsEvidence *
fetch (const char *host, BullaCaaClimb **live)
{
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (dns_tree_get_now (tree));
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = new_live (ledger);

  *live = climb (dns, host, evidence);
  return g_steal_pointer (&evidence);
}

static const char *const hosts[] = {
    "secure.test",
    "www.secure.test",
    "nobody.secure.test",
    "b.c.secure.test",
    "alias.secure.test",
    "bare.secure.test",
    "open.secure.test",
    "x.wild.secure.test",
    "x.walias.secure.test",
    "www.old.secure.test",
    "www.cut.secure.test",
    "www.weak.secure.test",
    "www.empty.test",
    "www.plain",
    "none.insecure.test",
    "www.hashed.test",
    "nobody.hashed.test",
    "www.bare-hashed.test",
    "big.test",
    "tampered.test",
    "stripped.test",
    "expired.test",
};

/* live and replayed answers agree for every state, also through a file */
static void
test_round_trip (gconstpointer data)
{
  const char *host = data;

  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch (host, &live);
  g_autoptr (BullaDnsEvidence) read = pass_through_file (evidence);
  g_autoptr (BullaCaaClimb) again = climb_replay (read, host, 0);
  check_equal (live, again);
}

/* 90 days earlier or later, no signature is valid */
static void
test_other_times (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch ("www.secure.test", &live);
  gint64 now = dns_tree_get_now (tree), end = dns_tree_get_end (tree);
  const struct {
    gint64 time;
    BullaDnssec state;
  } moments[] = {{now + 90 * DNS_TREE_DAY, BULLA_DNSSEC_BOGUS},
                 {now - 90 * DNS_TREE_DAY, BULLA_DNSSEC_BOGUS},
                 {end, BULLA_DNSSEC_SECURE},
                 {end + 1, BULLA_DNSSEC_BOGUS},
                 {now - DNS_TREE_DAY, BULLA_DNSSEC_SECURE},
                 {now - DNS_TREE_DAY - 1, BULLA_DNSSEC_BOGUS}};
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autoptr (BullaCaaClimb) again = climb_replay (evidence, "www.secure.test", moments[i].time);
    const BullaCaaAnswer *last = again->answers->pdata[again->answers->len - 1];
    g_test_message ("%s", last->detail != NULL ? last->detail : "secure");
    g_assert_cmpint (bulla_caa_climb_get_dnssec (again), ==, moments[i].state);
  }
}

static void
test_describe (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch ("www.secure.test", &live);
  g_autoptr (BullaDnsEvidence) read = pass_through_file (evidence);
  g_autoptr (BullaDnsEvidenceInfo) info = bulla_dns_evidence_describe (read, NULL, 0);
  g_assert_cmpint (info->fetched, ==, dns_tree_get_now (tree));
  g_assert_cmpint (info->valid_from, ==, dns_tree_get_now (tree) - DNS_TREE_DAY);
  g_assert_cmpint (info->valid_until, ==, dns_tree_get_end (tree));
  g_assert_cmpuint (info->key_tags->len, ==, 1);
  g_assert_cmpuint (g_array_index (info->key_tags, guint16, 0), ==, dns_tree_get_key_tag (tree));
  g_assert_cmpuint (info->n_missing, ==, 0);
  /* CAA at two names, DNSKEY of three zones, DS of two */
  g_assert_cmpuint (info->n_messages, ==, 7);
}

/* One file has several hosts; a host that is missing has no answer, and no server is queried. */
static void
test_hosts (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (dns_tree_get_now (tree));
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) live = new_live (ledger);
  g_autoptr (BullaCaaClimb) one = climb (live, "own.secure.test", evidence);
  g_autoptr (BullaCaaClimb) two = climb (live, "www.hashed.test", evidence);
  g_assert_true (bulla_dns_evidence_has (evidence, "own.secure.test", BULLA_CAA_TYPE));
  g_assert_false (bulla_dns_evidence_has (evidence, "other.test", BULLA_CAA_TYPE));
  g_clear_object (&live);
  guint n_contacts = g_list_model_get_n_items (G_LIST_MODEL (ledger));
  g_assert_cmpuint (n_contacts, >, 3);
  g_autoptr (BullaDns) replay = new_replay (evidence, 0);
  g_autoptr (BullaCaaClimb) one_again = climb (replay, "own.secure.test", NULL);
  g_autoptr (BullaCaaClimb) two_again = climb (replay, "www.hashed.test", NULL);
  check_equal (one, one_again);
  check_equal (two, two_again);
  g_autoptr (BullaCaaClimb) absent = climb (replay, "other.test", NULL);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (absent), ==, BULLA_DNSSEC_NO_ANSWER);
  const BullaCaaAnswer *answer = g_ptr_array_index (absent->answers, 0);
  g_assert_nonnull (strstr (answer->detail, "evidence"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, n_contacts);
}

/* without the proof of an unsigned delegation, an unsigned answer is bogus */
static void
test_missing_message (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch ("caa.insecure.test", &live);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (live), ==, BULLA_DNSSEC_INSECURE);
  g_autoptr (BullaDnsEvidence) less = bulla_dns_evidence_new (dns_tree_get_now (tree));
  static const char *const names[] = {"caa.insecure.test", "", "test", "test"};
  static const guint16 types[] = {BULLA_CAA_TYPE, 48, 48, 43};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize length = 0;
    GBytes *message = bulla_dns_evidence_find (evidence, names[i], types[i]);
    g_assert_nonnull (message);
    const guint8 *data = g_bytes_get_data (message, &length);
    g_assert_true (bulla_dns_evidence_add_message (less, data, length));
  }
  g_autoptr (BullaCaaClimb) again = climb_replay (less, "caa.insecure.test", 0);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (again), <=, BULLA_DNSSEC_NO_ANSWER);
}

/* A changed bit never makes another record secure; most make the answer bogus. */
static void
test_bit_flips (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch ("own.secure.test", &live);
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  const BullaCaaAnswer *genuine = bulla_caa_climb_get_found (live);
  guint n_weaker = 0;
  for (guint i = 0; i < 120; i++) {
    g_autofree guint8 *copy = g_memdup2 (data, length);
    guint bit = (guint)g_test_rand_int_range (0, (gint32)length * 8);
    copy[bit / 8] ^= (guint8)(1U << bit % 8);
    g_autoptr (GBytes) changed = g_bytes_new (copy, length);
    g_autoptr (BullaDnsEvidence) read = bulla_dns_evidence_read (changed, NULL);
    if (read == NULL) {
      n_weaker++;
      continue;
    }
    g_autoptr (BullaCaaClimb) again = climb_replay (read, "own.secure.test", 0);
    const BullaCaaAnswer *answer = g_ptr_array_index (again->answers, 0);
    if (answer->dnssec == BULLA_DNSSEC_SECURE)
      g_assert_true (records_are_equal (genuine->records, answer->records));
    else
      n_weaker++;
  }
  g_assert_cmpuint (n_weaker, >, 30);
}

/* Evidence of another tree, whose trust anchor differs, is refused. */
static void
test_other_anchor (void)
{
  if (dns_tree_is_missing (tree))
    return;
  g_autoptr (BullaCaaClimb) live = NULL;
  g_autoptr (BullaDnsEvidence) evidence = fetch ("secure.test", &live);
  g_autofree char *path = NULL;
  int descriptor = g_file_open_tmp ("bulla-dns-XXXXXX", &path, NULL);
  g_assert_true (g_close (descriptor, NULL));
  g_assert_true (g_file_set_contents (
      path, ". DS 1 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", -1,
      NULL));
  const BullaDnsOptions options = {.anchor_file = path};
  g_autoptr (BullaDns) dns = bulla_dns_new_for_evidence (evidence, &options, NULL);
  g_remove (path);
  g_autoptr (BullaCaaClimb) again = climb (dns, "secure.test", NULL);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (again), ==, BULLA_DNSSEC_BOGUS);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaCaaClimb) self = bulla_dns_climb_finish (BULLA_DNS (source), result, NULL);

  ++*(guint *)user_data;
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* Cancels at any moment while evidence is saved or judged. */
static void
test_cancel (void)
{
  if (dns_tree_is_missing (tree))
    return;
  guint n = 0;
  for (guint i = 0; i < 40; i++) {
    g_autoptr (BullaCaaClimb) live = NULL;
    g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (dns_tree_get_now (tree));
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    g_autoptr (BullaDns) dns = i % 2 == 0 ? new_live (ledger) : new_replay (evidence, 0);
    const BullaDnsClimbOptions options = {.evidence = i % 2 == 0 ? evidence : NULL};
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    bulla_dns_climb_async (dns, "www.weak.secure.test", FALSE, &options, cancellable, cancelled_cb,
                           &n);
    g_timeout_add_full (G_PRIORITY_HIGH, (guint)g_test_rand_int_range (0, 15), cancel_cb,
                        g_object_ref (cancellable), g_object_unref);
    g_clear_object (&dns);
    while (n <= i)
      g_main_context_iteration (NULL, TRUE);
  }
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

/* each name has its own end, whatever else is in the file */
static void
test_ends (void)
{
  static const char *const names[] = {"secure.test", "expired.test", "insecure.test",
                                      "alias.secure.test"};

  if (dns_tree_is_missing (tree))
    return;
  gint64 now = dns_tree_get_now (tree), end = dns_tree_get_end (tree);
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (now);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = new_live (ledger);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gboolean is_expired = g_str_equal (names[i], "expired.test");
    g_autoptr (BullaCaaClimb) live = climb (dns, names[i], evidence);
    gint64 until = bulla_caa_climb_get_valid_until (live);
    if (g_str_equal (names[i], "insecure.test"))
      g_assert_cmpint (until, ==, 0); /* the answer itself is not signed */
    else
      g_assert_cmpint (until, ==, is_expired ? now - 60 : end);
  }
  g_autoptr (BullaDnsEvidenceInfo) info = bulla_dns_evidence_describe (evidence, NULL, 0);
  g_assert_cmpint (info->valid_until, ==, now - 60);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gboolean is_expired = g_str_equal (names[i], "expired.test");
    g_autoptr (BullaCaaClimb) replayed = climb_replay (evidence, names[i], 0);
    g_assert_cmpint (bulla_caa_climb_get_valid_until (replayed), ==, is_expired ? now - 60 : end);
    const char *const one[] = {names[i], NULL};
    g_autoptr (BullaDnsEvidenceInfo) own =
        bulla_dns_evidence_describe (evidence, one, BULLA_CAA_TYPE);
    g_assert_cmpint (own->valid_until, ==, is_expired ? now - 60 : end);
    g_assert_cmpint (own->valid_from, >, 0);
    g_assert_cmpint (own->valid_from, <=, info->valid_from);
  }
  g_assert_cmpint (bulla_dns_evidence_find_end (evidence, "elsewhere.test", BULLA_CAA_TYPE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tree = dns_tree_new ();
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autofree char *path = g_strconcat ("/dns-evidence/round-trip/", hosts[i], NULL);
    g_test_add_data_func (path, hosts[i], test_round_trip);
  }
  g_test_add_func ("/dns-evidence/other-times", test_other_times);
  g_test_add_func ("/dns-evidence/describe", test_describe);
  g_test_add_func ("/dns-evidence/ends", test_ends);
  g_test_add_func ("/dns-evidence/hosts", test_hosts);
  g_test_add_func ("/dns-evidence/missing-message", test_missing_message);
  g_test_add_func ("/dns-evidence/bit-flips", test_bit_flips);
  g_test_add_func ("/dns-evidence/other-anchor", test_other_anchor);
  g_test_add_func ("/dns-evidence/cancel", test_cancel);
  int status = g_test_run ();
  g_clear_pointer (&tree, dns_tree_free);
  return status;
}
