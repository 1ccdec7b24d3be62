/* test-caa-corpus-command.c - verifies many exchanges of one publisher: DNS is asked once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-authority.h"
#include "bulla-exchange-writer.h"
#include "command-cases.h"
#include "dns-mock.h"

#define N_EXCHANGES 1000
#define HOUR G_GINT64_CONSTANT (3600)
#define DAY (24 * HOUR)
/* a trust anchor of another zone, so that unsigned answers are accepted */
#define ANCHOR                                                                                     \
  "elsewhere. IN DS 12345 13 2 "                                                                   \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static void
write_file (const Place *place, const char *name, const void *data, gsize length)
{
  g_autofree char *path = g_build_filename (place->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
}

static void
write_text (const Place *place, const char *name, char *text)
{
  write_file (place, name, text, strlen (text));
  g_free (text);
}

static GBytes *
make_exchange (BullaCredential *leaf, guint i, gint64 now)
{
  g_autofree char *url = g_strdup_printf ("https://www.publisher.test/%u", i);
  g_autofree char *text = g_strdup_printf ("<p>page %u", i);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, leaf);
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, "https://certs.test/chain.cbor");
  bulla_exchange_writer_set_validity_url (writer, "https://www.publisher.test/validity");
  bulla_exchange_writer_set_validity (writer, now - HOUR, now + 20 * HOUR);
  GBytes *exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  return exchange;
}

static void
set_up (Place *place, gconstpointer data)
{
  static const char *const hosts[] = {"www.publisher.test", NULL};
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  place_set_up (place);
  g_autoptr (BullaAuthority) authority = bulla_authority_new ("Corpus", now - 20 * DAY, &error);
  g_assert_no_error (error);
  g_autoptr (BullaCredential) leaf =
      bulla_authority_issue (authority, hosts, now - 10 * DAY, 90,
                             BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) chain = bulla_authority_write_chain (authority, leaf, now - DAY, now + 5 * DAY,
                                                          BULLA_RESPOND_GOOD, &error);
  g_assert_no_error (error);
  write_text (place, "root.pem", bulla_authority_dup_root_pem (authority));
  write_text (place, "logs.json", bulla_authority_dup_log_list (authority));
  write_text (place, "anchor", g_strdup (ANCHOR));
  write_text (place, "issuers", g_strdup ("dn\tCN=Corpus Intermediate\tca.test\n"));
  write_file (place, "chain.cbor", g_bytes_get_data (chain, NULL), g_bytes_get_size (chain));
  for (guint i = 0; i < N_EXCHANGES; i++) {
    g_autoptr (GBytes) exchange = make_exchange (leaf, i, now);
    g_autofree char *name = g_strdup_printf ("%u.sxg", i);
    write_file (place, name, g_bytes_get_data (exchange, NULL), g_bytes_get_size (exchange));
  }
}

/* The names are asked for once, and the file of contacts has one line for each. */
static void
check_once (const Place *place, const char *verb, DnsMock *mock, guint n_lines)
{
  g_autofree char *line = g_strdup_printf (
      "$BULLA issuers import --store s --quiet issuers 2>/dev/null || "
      "$BULLA issuers import --store s issuers >/dev/null; rm -f contacts; "
      "$BULLA %s --store s --profile mozilla --dnssec ignore --resolver %s --trust-anchor anchor "
      "--trust root.pem --ct-logs logs.json --chain chain.cbor --ledger contacts --json *.sxg "
      ">out; "
      "grep -c '\"outcome\":\"substitute\"' out; wc -l <contacts; "
      "grep -c '\"record\":\"CAA\"' contacts",
      verb, dns_mock_get_resolver (mock));
  g_autofree char *out = NULL;
  g_autofree char *expected = g_strdup_printf ("%u\n%u\n%u\n", N_EXCHANGES, n_lines, n_lines);

  g_assert_cmpint (run (place, line, &out, NULL), ==, 0);
  g_assert_cmpstr (out, ==, expected);
}

static void
test_once (Place *place, gconstpointer data)
{
  static const char record[] = "\x00\x05issueca.test; cansignhttpexchanges=yes";

  for (guint i = 0; i < 2; i++) {
    g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, record, sizeof record - 1, 0);
    check_once (place, i == 0 ? "verify" : "calendar", mock, 1);
    g_assert_cmpuint (dns_mock_get_n_questions (mock), ==, 1);
  }
}

/* the ids of contacts of all threads differ, so that the ledger can be read */
static void
test_ledger (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --offline --profile mozilla --trust-anchor nowhere 1.sxg", 2, "nowhere"},
      {"$BULLA verify --profile mozilla --resolver 127.0.0.1@9 --trust-anchor anchor "
       "--set trust.dns-timeout=1 --trust root.pem --ct-logs logs.json --resolve "
       "certs.test:443:127.0.0.1 --ledger contacts 1.sxg 2.sxg 3.sxg 4.sxg; "
       "sed 's/.*\"id\":\\([0-9]*\\).*/\\1/' contacts | sort | uniq -d | wc -l",
       0, "\n0\n"},
      {"$BULLA ledger contacts", 0, "certs.test"},
      {"$BULLA verify --offline --ledger nowhere/contacts 1.sxg", 2, "nowhere/contacts"},
      {"$BULLA verify --offline --ledger quiet 1.sxg; wc -c <quiet", 0, "0\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command/caa-corpus/once", Place, NULL, set_up, test_once, place_tear_down);
  g_test_add ("/command/caa-corpus/ledger", Place, NULL, set_up, test_ledger, place_tear_down);
  return g_test_run ();
}
