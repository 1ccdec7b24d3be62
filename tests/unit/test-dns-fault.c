/* test-dns-fault.c - handles name servers that are silent, fail or answer wrongly, and unusable
 * trust anchors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: each case is a climb against the mock name server, within its time limit */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bulla-dns.h"
#include "bulla-error.h"
#include "dns-mock.h"

/* A trust anchor of another zone, so that unsigned answers are accepted. */
#define ANCHOR                                                                                     \
  "elsewhere. IN DS 12345 13 2 "                                                                   \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define ROOT_ANCHOR                                                                                \
  ". IN DS 12345 13 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static char *folder;

static char *
write_text (const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static BullaDns *
new_dns (const char *resolver, const char *anchors, BullaLedger *ledger)
{
  g_autofree char *path = write_text ("anchors", anchors);
  const char *resolvers[] = {resolver, NULL};
  const BullaDnsOptions options = {.resolvers = resolvers, .anchor_file = path};
  g_autoptr (BullaLedger) own = ledger != NULL ? g_object_ref (ledger) : bulla_ledger_new ();
  g_autoptr (GError) error = NULL;
  BullaDns *dns = bulla_dns_new (&options, own, &error);

  g_assert_no_error (error);
  return dns;
}

static BullaCaaClimb *
climb (BullaDns *dns, const char *host, guint timeout_ms)
{
  const BullaDnsClimbOptions options = {.timeout_ms = timeout_ms};

  return bulla_dns_climb (dns, host, FALSE, &options, NULL, NULL);
}

static const BullaCaaAnswer *
get_last (const BullaCaaClimb *self)
{
  return g_ptr_array_index (self->answers, self->answers->len - 1);
}

/* --- answers of a server */

typedef struct {
  const char *path, *rdata;
  gsize length;
  const char *tag; /* NULL: the record is malformed */
} Record;

static const Record records[] = {
    {"upper-case", "\x00\x05ISSUEca.test", 14, "ISSUE"},
    {"nul-in-value", "\x80\x05issue\x00\xff", 9, "issue"},
    {"no-value", "\x00\x05issue", 7, "issue"},
    {"one-byte", "\x00", 1, NULL},
    {"no-tag", "\x00\x00", 2, NULL},
    {"tag-beyond-end", "\x00\xffissue", 7, NULL},
    {"tag-with-dot", "\x00\x05is.ue", 7, NULL},
};

static void
test_record (gconstpointer data)
{
  const Record *record = data;
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, record->rdata, record->length, 0);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "www.lie.test", 0);
  const BullaCaaAnswer *answer = bulla_caa_climb_get_found (self);

  g_assert_nonnull (answer);
  g_assert_cmpstr (answer->name, ==, "www.lie.test");
  g_assert_cmpint (answer->dnssec, ==, BULLA_DNSSEC_INSECURE);
  g_assert_cmpuint (answer->unreadable, ==, record->tag == NULL);
  g_assert_cmpuint (answer->records->len, ==, record->tag != NULL);
  if (record->tag == NULL)
    return;
  const BullaCaaRecord *read = g_ptr_array_index (answer->records, 0);
  gsize length = 0;
  const char *value = g_bytes_get_data (read->value, &length);
  g_assert_cmpstr (read->tag, ==, record->tag);
  g_assert_cmpmem (value, length, record->rdata + 7, record->length - 7);
}

/* Below a trust anchor the same answers count as forged. */
static void
test_unsigned (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, "\x00\x05issueca.test", 14, 0);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ROOT_ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "www.lie.test", 0);
  const BullaCaaAnswer *answer = get_last (self);

  g_assert_cmpint (answer->dnssec, ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpuint (answer->records->len, ==, 0);
  g_assert_nonnull (answer->detail);
}

/* A record whose keys do not arrive is bogus; a time limit that is over first ends the wait. */
static void
test_keys (void)
{
  static const char record[] = "\x00\x05issueca.test";
  g_autoptr (DnsMock) failing = dns_mock_new (DNS_MOCK_KEYS_FAIL, record, sizeof record - 1, 0);
  g_autoptr (DnsMock) silent = dns_mock_new (DNS_MOCK_KEYS_LOST, record, sizeof record - 1, 0);
  g_autoptr (BullaDns) one = new_dns (dns_mock_get_resolver (failing), ROOT_ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) bogus = climb (one, "www.lie.test", 0);
  g_autoptr (BullaDns) other = new_dns (dns_mock_get_resolver (silent), ROOT_ANCHOR, NULL);
  gint64 began = g_get_monotonic_time ();
  g_autoptr (BullaCaaClimb) late = climb (other, "www.lie.test", 500);

  g_assert_cmpint (get_last (bogus)->dnssec, ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpuint (get_last (bogus)->records->len, ==, 0);
  g_assert_cmpint (get_last (late)->dnssec, ==, BULLA_DNSSEC_NO_ANSWER);
  g_assert_cmpuint (get_last (late)->records->len, ==, 0);
  g_assert_cmpuint (dns_mock_get_n_questions (silent), >,
                    1); /* the record came, the keys did not */
  g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
}

/* --- missing answers, within the time limit */

typedef struct {
  const char *path;
  DnsMockMode mode;
  guint rcode;
  guint timeout_ms;
  int answered; /* response code of the answer; -1 if there is none; ANY if either is possible */
} Fault;

#define ANY -2

static const Fault faults[] = {
    {"silent", DNS_MOCK_SILENT, 0, 300, -1},   {"wrong-id", DNS_MOCK_WRONG_ID, 0, 300, -1},
    {"garbage", DNS_MOCK_GARBAGE, 0, 300, -1}, {"servfail", DNS_MOCK_RCODE, 2, 10000, 2},
    {"refused", DNS_MOCK_RCODE, 5, 10000, 2},  {"formerr", DNS_MOCK_RCODE, 1, 10000, 2},
    {"notimp", DNS_MOCK_RCODE, 4, 10000, 2},   {"truncated", DNS_MOCK_TRUNCATED, 0, 300, ANY},
};

static void
check_no_answer (const BullaCaaClimb *self, const char *host)
{
  const BullaCaaAnswer *answer = get_last (self);

  g_assert_cmpuint (self->answers->len, ==, 1);
  g_assert_cmpint (answer->dnssec, ==, BULLA_DNSSEC_NO_ANSWER);
  g_assert_cmpstr (answer->name, ==, host);
  g_assert_nonnull (answer->detail);
  g_assert_true (g_str_has_prefix (answer->detail, host));
  g_assert_nonnull (strstr (answer->detail, "another resolver"));
  g_assert_null (bulla_caa_climb_get_found (self));
}

/* libunbound alone would take up to 48 s */
static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (DnsMock) mock = dns_mock_new (fault->mode, NULL, 0, fault->rcode);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, ledger);
  gint64 began = g_get_monotonic_time ();
  g_autoptr (BullaCaaClimb) self = climb (dns, "www.lie.test", fault->timeout_ms);
  gint64 took = (g_get_monotonic_time () - began) / 1000;

  check_no_answer (self, "www.lie.test");
  if (fault->answered != ANY)
    g_assert_cmpint (get_last (self)->rcode, ==, fault->answered);
  g_assert_cmpuint (dns_mock_get_n_questions (mock), >, 0);
  g_assert_cmpint (took, >=, fault->answered == -1 ? fault->timeout_ms : 0);
  g_assert_cmpint (took, <, fault->timeout_ms + 3000); /* on a busy machine */
  g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), 0);
  g_assert_nonnull (bulla_contact_get_error (contact));
}

/* a lost datagram is sent again */
static void
test_lossy (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_LOSSY, "\x00\x05issueca.test", 14, 0);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "lie.test", 0);

  g_assert_nonnull (bulla_caa_climb_get_found (self));
  g_assert_cmpuint (dns_mock_get_n_questions (mock), >=, 2);
}

/* a slow answer counts within the time limit, and not after it */
static void
test_slow (void)
{
  static const char record[] = "\x00\x05issueca.test";

  for (guint i = 0; i < 2; i++) {
    g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SLOW, record, sizeof record - 1, 0);
    g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
    gint64 began = g_get_monotonic_time ();
    g_autoptr (BullaCaaClimb) self = climb (dns, "lie.test", i == 0 ? 0 : DNS_MOCK_DELAY_MS / 4);
    gint64 took = (g_get_monotonic_time () - began) / 1000;
    if (i == 0) {
      g_assert_nonnull (bulla_caa_climb_get_found (self));
      g_assert_cmpint (took, >=, DNS_MOCK_DELAY_MS);
    } else {
      check_no_answer (self, "lie.test");
    }
  }
}

/* libunbound answers SERVFAIL for a record without any data */
static void
test_no_data (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, "", 0, 0);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "lie.test", 0);

  check_no_answer (self, "lie.test");
  g_assert_cmpint (get_last (self)->rcode, ==, 2);
}

/* a port where nobody listens: its ICMP messages do not end libunbound's patience */
static void
test_closed_port (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
  g_autofree char *resolver = g_strdup (dns_mock_get_resolver (mock));

  g_clear_pointer (&mock, dns_mock_free);
  g_autoptr (BullaDns) dns = new_dns (resolver, ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "lie.test", 300);
  check_no_answer (self, "lie.test");
}

/* The next climb sends new queries, although libunbound treats a silent resolver as down for 15
 * minutes. */
static void
test_again (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_RCODE, NULL, 0, 2);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
  g_autoptr (BullaCaaClimb) first = climb (dns, "lie.test", 0);
  guint n_questions = dns_mock_get_n_questions (mock);
  g_autoptr (BullaCaaClimb) second = climb (dns, "lie.test", 0);

  check_no_answer (first, "lie.test");
  check_no_answer (second, "lie.test");
  g_assert_cmpuint (dns_mock_get_n_questions (mock), >, n_questions);
}

/* One time limit holds for the whole climb, even if its object is freed meanwhile. */
static void
timed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaCaaClimb) self = bulla_dns_climb_finish (BULLA_DNS (source), result, NULL);

  check_no_answer (self, "a.lie.test");
  ++*(guint *)user_data;
}

static void
test_many_silent (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
  const BullaDnsClimbOptions options = {.timeout_ms = 200};
  guint n = 0;

  for (guint i = 0; i < 20; i++)
    bulla_dns_climb_async (dns, "a.lie.test", FALSE, &options, NULL, timed_cb, &n);
  g_clear_object (&dns);
  while (n < 20)
    g_main_context_iteration (NULL, TRUE);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_dns_climb_finish (BULLA_DNS (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *)user_data = TRUE;
}

/* Cancels from another thread, and before the start. */
static void
test_cancel (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_SILENT, NULL, 0, 0);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, ledger);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    gboolean done = FALSE;
    gint64 began = g_get_monotonic_time ();
    if (i == 1)
      g_cancellable_cancel (cancellable);
    bulla_dns_climb_async (dns, "lie.test", FALSE, NULL, cancellable, cancelled_cb, &done);
    g_autoptr (GThread) thread =
        g_thread_new ("cancel", (GThreadFunc)(void (*) (void))g_cancellable_cancel, cancellable);
    while (!done)
      g_main_context_iteration (NULL, TRUE);
    g_thread_join (g_steal_pointer (&thread));
    g_assert_cmpint (g_get_monotonic_time () - began, <, 5 * G_USEC_PER_SEC);
    g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i);
    g_assert_cmpstr (bulla_contact_get_error (contact), ==, "cancelled");
  }
}

static void
test_offline (void)
{
  const BullaDnsOptions options = {.offline = TRUE};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaDns) dns = bulla_dns_new (&options, ledger, &error);

  g_assert_no_error (error);
  g_autoptr (BullaCaaClimb) self = climb (dns, "www.lie.test", 0);
  g_assert_cmpint (bulla_caa_climb_get_dnssec (self), ==, BULLA_DNSSEC_NO_ANSWER);
  g_assert_cmpint (get_last (self)->rcode, ==, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, 0);
}

/* --- resolvers */

static void
test_resolvers (void)
{
  static const char *const bad[] = {
      "",           "localhost",       "127.0.0.1:53", "127.0.0.1#53", "[::1]@53",  "127.0.0.1@0",
      "127.0.0.1@", "127.0.0.1@99999", "127.0.0.1@x",  "0.0.0.0",      "224.0.0.1", "1.2.3",
      "\xff"};
  g_autofree char *anchors = write_text ("anchors", ANCHOR);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char *resolvers[] = {bad[i], NULL};
    const BullaDnsOptions options = {.resolvers = resolvers, .anchor_file = anchors};
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_dns_new (&options, ledger, &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
  }
  const char *mixed[] = {"127.0.0.1", BULLA_DNS_RECURSIVE, NULL};
  const BullaDnsOptions options = {.resolvers = mixed, .anchor_file = anchors};
  g_assert_null (bulla_dns_new (&options, ledger, NULL));
}

typedef struct {
  const char *const *resolvers;
  const char *resolv_conf, *asked;
  gboolean shows_address;
} Place;

/* the resolvers in the ledger, for climbs that are cancelled before a packet is sent */
static void
check_place (const Place *place)
{
  g_autofree char *anchors = write_text ("anchors", ANCHOR);
  g_autofree char *file =
      place->resolv_conf != NULL ? write_text ("resolv.conf", place->resolv_conf) : NULL;
  const BullaDnsOptions options = {
      .resolvers = place->resolvers, .resolv_conf = file, .anchor_file = anchors};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaDns) dns = bulla_dns_new (&options, ledger, &error);

  g_assert_no_error (error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;
  /* libunbound always answers for this name by itself */
  bulla_dns_climb_async (dns, "lie.onion", FALSE, NULL, cancellable, cancelled_cb, &done);
  g_cancellable_cancel (cancellable);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), 0);
  g_assert_cmpstr (bulla_contact_get_resolver (contact), ==, place->asked);
  g_assert_cmpint (bulla_contact_get_shows_address (contact), ==, place->shows_address);
}

static void
test_places (void)
{
  static const char *const given[] = {"127.0.0.2", "::1@5300", NULL};
  static const char *const recursive[] = {BULLA_DNS_RECURSIVE, NULL};
  static const Place places[] = {
      {given, NULL, "127.0.0.2@53, ::1@5300", FALSE},
      {recursive, NULL, "recursive", TRUE},
      {NULL, "# none\n", "127.0.0.1@53", FALSE},
      {NULL,
       "search example\nnameserver 127.0.0.53\nnameserver\t::1 ; x\nnameserverx 127.0.0.9\n"
       "nameserver nonsense\nnameserver 127.0.0.3\nnameserver 127.0.0.4\n",
       "127.0.0.53@53, ::1@53, 127.0.0.3@53", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    check_place (&places[i]);
}

/* without a named resolver libunbound answers for .test itself; a named resolver is queried */
static void
test_transparent (void)
{
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, "\x00\x05issueca.test", 14, 0);
  static const char *const hosts[] = {"a.test", "a.invalid", "a.localhost", "a.home.arpa"};

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ANCHOR, NULL);
    g_autoptr (BullaCaaClimb) self = climb (dns, hosts[i], 0);
    g_assert_nonnull (bulla_caa_climb_get_found (self));
  }
  g_autofree char *anchors = write_text ("anchors", ANCHOR);
  const char *recursive[] = {BULLA_DNS_RECURSIVE, NULL};
  const BullaDnsOptions options = {.resolvers = recursive, .anchor_file = anchors};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = bulla_dns_new (&options, ledger, NULL);
  g_autoptr (BullaCaaClimb) self = climb (dns, "a.test", 0);
  const BullaCaaAnswer *first = g_ptr_array_index (self->answers, 0);
  g_assert_cmpint (first->rcode, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==,
                    0); /* no server is queried */
}

/* --- trust anchors */

static void
test_anchors (void)
{
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *empty = write_text ("empty", "; nothing\n");
  g_autofree char *wrong = write_text ("wrong", "this is not a record\n");
  const char *const files[] = {missing, empty, wrong, folder};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    for (guint offline = 0; offline < 2; offline++) {
      const BullaDnsOptions options = {.anchor_file = files[i], .offline = offline == 1};
      g_autoptr (GError) error = NULL;
      g_assert_null (bulla_dns_new (&options, ledger, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "trust anchors"));
    }
  g_autofree char *good = write_text ("anchors", ANCHOR);
  const BullaDnsOptions late = {.anchor_file = good, .time = G_GINT64_CONSTANT (1) << 32};
  g_assert_null (bulla_dns_new (&late, ledger, NULL));
}

/* libunbound would write to stderr about invalid anchors and faulty servers; here it must not */
static void
test_stderr (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_RCODE, NULL, 0, 2);
    g_autoptr (BullaDns) dns = new_dns (dns_mock_get_resolver (mock), ROOT_ANCHOR, NULL);
    g_autoptr (BullaCaaClimb) self = climb (dns, "lie.test", 0);
    g_assert_nonnull (self);
    g_autoptr (DnsMock) other = dns_mock_new (DNS_MOCK_CAA, "\x00", 1, 0);
    g_autoptr (BullaDns) unsound = new_dns (dns_mock_get_resolver (other), ROOT_ANCHOR, NULL);
    g_autoptr (BullaCaaClimb) bogus = climb (unsound, "lie.test", 0);
    g_assert_nonnull (bogus);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("bulla-dns-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autofree char *path = g_strconcat ("/dns-fault/record/", records[i].path, NULL);
    g_test_add_data_func (path, &records[i], test_record);
  }
  g_test_add_func ("/dns-fault/unsigned", test_unsigned);
  g_test_add_func ("/dns-fault/keys", test_keys);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *path = g_strconcat ("/dns-fault/server/", faults[i].path, NULL);
    g_test_add_data_func (path, &faults[i], test_fault);
  }
  g_test_add_func ("/dns-fault/lossy", test_lossy);
  g_test_add_func ("/dns-fault/slow", test_slow);
  g_test_add_func ("/dns-fault/no-data", test_no_data);
  g_test_add_func ("/dns-fault/closed-port", test_closed_port);
  g_test_add_func ("/dns-fault/again", test_again);
  g_test_add_func ("/dns-fault/many-silent", test_many_silent);
  g_test_add_func ("/dns-fault/cancel", test_cancel);
  g_test_add_func ("/dns-fault/offline", test_offline);
  g_test_add_func ("/dns-fault/resolvers", test_resolvers);
  g_test_add_func ("/dns-fault/places", test_places);
  g_test_add_func ("/dns-fault/transparent", test_transparent);
  g_test_add_func ("/dns-fault/anchors", test_anchors);
  g_test_add_func ("/dns-fault/stderr", test_stderr);
  int status = g_test_run ();
  static const char *const names[] = {"anchors", "resolv.conf", "empty", "wrong"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
  return status;
}
