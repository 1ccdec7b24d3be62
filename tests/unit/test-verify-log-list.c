/* test-verify-log-list.c - browsers' log lists, and which of their logs vouch for a certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chain.h"
#include "test-bytes.h"
#include "write/bulla-authority-private.h"
#include "write/bulla-chain-writer.h"

#define NOW G_GINT64_CONSTANT (1795402800) /* 2026-11-23T03:00:00Z */
#define DAY G_GINT64_CONSTANT (86400)
#define ISSUED (NOW - 10 * DAY)

#define USABLE "{\"usable\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}}"
#define READONLY                                                                                   \
  "{\"readonly\": {\"timestamp\": \"2020-01-01T00:00:00Z\", \"final_tree_head\": "                 \
  "{\"sha256_root_hash\": \"AA==\", \"tree_size\": 42}}}"
#define RETIRED "{\"retired\": {\"timestamp\": \"2026-11-23T00:00:00Z\"}}"

static BullaAuthority *authority, *other;
static GPtrArray *kept; /* of BullaLogList; log_of() gives the logs in them */

static BullaLog *
log_of (BullaAuthority *whose)
{
  g_autofree char *json = bulla_authority_dup_log_list (whose);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLogList) list = bulla_log_list_parse_any (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->logs->len, ==, 1);
  BullaLog *log = list->logs->pdata[0];
  g_ptr_array_add (kept, g_steal_pointer (&list));
  return log;
}

/* @state: JSON, or NULL; @more: members with a comma before them */
static char *
log_json (const BullaLog *log, const char *state, const char *more)
{
  g_autofree char *key =
      g_base64_encode (g_bytes_get_data (log->key, NULL), g_bytes_get_size (log->key));
  g_autofree char *id = g_base64_encode (log->id, sizeof log->id);
  g_autofree char *member = state != NULL ? g_strdup_printf (", \"state\": %s", state) : NULL;

  return g_strdup_printf ("{\"description\": \"L\", \"key\": \"%s\", \"log_id\": \"%s\"%s%s}", key,
                          id, member != NULL ? member : "", more);
}

static GBytes *
list_json (const char *logs, const char *tiled)
{
  g_autofree char *text =
      g_strdup_printf ("{\"version\": \"9.1\", \"log_list_timestamp\": \"2026-11-20T00:00:00Z\", "
                       "\"operators\": [{\"name\": \"O\", \"logs\": [%s], \"tiled_logs\": [%s]}]}",
                       logs, tiled);

  return g_bytes_new (text, strlen (text));
}

static BullaLogList *
parse (GBytes *json)
{
  g_autoptr (GError) error = NULL;
  BullaLogList *list = bulla_log_list_parse (json, &error);

  g_assert_no_error (error);
  return list;
}

static void
test_members (void)
{
  g_autofree char *one = log_json (
      log_of (authority), READONLY,
      ", \"url\": \"https://log.test/\", \"mmd\": 86400, \"temporal_interval\": "
      "{\"start_inclusive\": \"2026-01-01T00:00:00Z\", \"end_exclusive\": "
      "\"2027-01-01T00:00:00Z\"}, \"previous_operators\": [{\"name\": \"P\", \"end_time\": "
      "\"2025-01-01T00:00:00Z\"}]");
  g_autofree char *two = log_json (log_of (other), USABLE,
                                   ", \"submission_url\": \"https://s.test/\", "
                                   "\"monitoring_url\": \"https://m.test/\", \"mmd\": 60");
  g_autoptr (GBytes) json = list_json (one, two);
  g_autoptr (BullaLogList) list = parse (json);

  g_assert_cmpstr (list->version, ==, "9.1");
  g_assert_cmpint (list->timestamp, ==, 1795132800);
  g_assert_cmpuint (list->n_operators, ==, 1);
  g_assert_cmpuint (list->dropped->len, ==, 0);
  g_assert_cmpuint (list->logs->len, ==, 2);
  const BullaLog *first = list->logs->pdata[0], *second = list->logs->pdata[1];
  g_assert_false (first->tiled);
  g_assert_cmpint (first->state, ==, BULLA_LOG_READONLY);
  g_assert_cmpint (first->state_since, ==, 1577836800);
  g_assert_cmpint (first->final_tree_size, ==, 42);
  g_assert_cmpint (first->start, ==, 1767225600);
  g_assert_cmpint (first->end, ==, 1798761600);
  g_assert_cmpuint (first->previous->len, ==, 1);
  const BullaLogOperator *previous = first->previous->pdata[0];
  g_assert_cmpstr (previous->name, ==, "P");
  g_assert_cmpint (previous->until, ==, 1735689600);
  g_assert_true (second->tiled);
  g_assert_cmpstr (second->operator_name, ==, "O");
  g_assert_cmpstr (second->url, ==, NULL);
  g_assert_cmpstr (second->submission_url, ==, "https://s.test/");
  g_assert_cmpstr (second->monitoring_url, ==, "https://m.test/");
  g_assert_cmpint (second->mmd, ==, 60);
  g_assert_cmpint (second->start, ==, -1);
}

static void
test_dropped (void)
{
  const BullaLog *log = log_of (authority);
  g_autofree char *key =
      g_base64_encode (g_bytes_get_data (log->key, NULL), g_bytes_get_size (log->key));
  g_autofree char *other_id = g_base64_encode (log_of (other)->id, 32);
  g_autofree char *mismatch =
      g_strdup_printf ("{\"description\": \"M\", \"key\": \"%s\", \"log_id\": \"%s\", "
                       "\"state\": " USABLE "}",
                       key, other_id);
  g_autofree char *no_id = g_strdup_printf ("{\"key\": \"%s\", \"state\": " USABLE "}", key);

  struct {
    char *json; /* owned */
    const char *why;
  } rows[] = {
      {g_strdup ("7"), "not an object"},
      {g_strdup ("{}"), "no key"},
      {g_strdup ("{\"key\": \"AAAA\"}"), "no log_id"},
      {g_strdup ("{\"key\": \"\"}"), "no key"},
      {g_steal_pointer (&no_id), "no log_id"},
      {g_steal_pointer (&mismatch), "not the SHA-256"},
      {log_json (log, NULL, ""), "no state"},
      {log_json (log, "{}", ""), "no state"},
      {log_json (log, "{\"dubious\": {}}", ""), "unknown"},
      {log_json (log, "{\"usable\": {}}", ""), "no time"},
      {log_json (log, "{\"usable\": 7}", ""), "unknown"},
      {log_json (log, "{\"usable\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}, \"retired\": {}}",
                 ""),
       "more than one state"},
      {log_json (log, USABLE, ", \"temporal_interval\": 7"), "interval"},
      {log_json (log, USABLE,
                 ", \"temporal_interval\": {\"start_inclusive\": "
                 "\"2026-01-01T00:00:00Z\", \"end_exclusive\": \"soon\"}"),
       "interval"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) json = list_json (rows[i].json, "");
    g_autoptr (BullaLogList) list = parse (json);
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", rows[i].json);
    g_assert_cmpuint (list->logs->len, ==, 0);
    g_assert_cmpuint (list->dropped->len, ==, 1);
    const BullaDroppedLog *dropped = list->dropped->pdata[0];
    g_assert_nonnull (strstr (dropped->why, rows[i].why));
    g_assert_null (bulla_log_list_parse_any (json, &error));
    g_assert_nonnull (strstr (error->message, rows[i].why));
    g_free (rows[i].json);
  }
}

static void
test_versions (void)
{
  static const struct {
    const char *json, *says;
  } rows[] = {
      {"{\"logs\": [], \"operators\": []}", "version 1"},
      {"{\"operators\": [{\"logs\": [{\"dns\": \"a.test\"}]}]}", "version 2"},
      {"{}", "operators"},
      {"[]", "operators"},
      {"", "JSON"},
      {"[", "JSON"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) json = g_bytes_new (rows[i].json, strlen (rows[i].json));
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_log_list_parse (json, &error));
    g_assert_nonnull (strstr (error->message, rows[i].says));
  }
}

/* a list without logs is not the same as no list */
static void
test_empty (void)
{
  static const char *const lists[] = {"[]", "{\"operators\": []}",
                                      "{\"operators\": [{\"logs\": [], \"tiled_logs\": []}]}"};

  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (GBytes) json = g_bytes_new (lists[i], strlen (lists[i]));
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_log_list_parse_any (json, &error));
    g_assert_nonnull (strstr (error->message, "no logs"));
  }
}

/* every truncation of a good list is refused */
/* A log with the right id is kept, although no timestamp can be verified with such a key. */
static void
test_odd_key (void)
{
  g_autoptr (GBytes) json =
      list_json ("{\"description\": \"D\", \"key\": \"AAAA\", \"log_id\": "
                 "\"cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw=\", \"state\": " USABLE "}",
                 "");
  g_autoptr (BullaLogList) list = parse (json);
  g_autoptr (BullaAnchors) anchors = bulla_anchors_new ();

  g_assert_cmpuint (list->dropped->len, ==, 0);
  g_assert_cmpuint (list->logs->len, ==, 1);
  const BullaLog *log = list->logs->pdata[0];
  bulla_anchors_add_logs (anchors, list);
  BullaKnownLog *known = bulla_anchors_find_log (anchors, log->id, sizeof log->id);
  g_assert_nonnull (known);
  g_assert_null (bulla_known_log_get_key (known));
}

static void
test_truncated (void)
{
  g_autofree char *log = log_json (log_of (authority), USABLE, "");
  g_autoptr (GBytes) json = list_json (log, "");
  gsize size = 0;
  const char *data = g_bytes_get_data (json, &size);

  for (gsize i = 0; i < size; i++) {
    g_autofree char *copy = g_memdup2 (data, i);
    g_autoptr (GBytes) cut = g_bytes_new (copy, i);
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_log_list_parse (cut, &error));
    g_assert_nonnull (error);
  }
}

static BullaCredential *
issue (void)
{
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;
  BullaCredential *leaf =
      bulla_authority_issue (authority, hosts, ISSUED, 90, BULLA_ISSUE_SIGN_EXCHANGES, &error);

  g_assert_no_error (error);
  return leaf;
}

/* What the one timestamp of a certificate is worth with this list. It is of a day ago; the
 * certificate expires at 2027-02-11T02:59:59Z. */
static BullaFacts *
learn (GBytes *json)
{
  g_autoptr (BullaAnchors) anchors = bulla_anchors_new ();
  g_autoptr (BullaCredential) leaf = issue ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chain = bulla_authority_write_chain (authority, leaf, NOW - DAY, NOW + DAY,
                                                          BULLA_RESPOND_GOOD, &error);
  g_autoptr (BullaLogList) list = parse (json);
  BullaFacts *facts = bulla_facts_new ();

  g_assert_no_error (error);
  bulla_anchors_add_logs (anchors, list);
  g_autoptr (BullaChain) verified = bulla_chain_verify (chain, anchors, NOW, &error);
  g_assert_no_error (error);
  bulla_chain_fill_facts (verified, facts);
  g_assert_cmpuint (facts->sct.n_found, ==, 1);
  return facts;
}

#define INTERVAL(from, to)                                                                         \
  ", \"temporal_interval\": {\"start_inclusive\": \"" from "\", \"end_exclusive\": \"" to "\"}"

static void
test_counted (void)
{
  static const struct {
    const char *state, *more;
    const char *detail; /* NULL: it counts */
  } rows[] = {
      {USABLE, "", NULL},
      {"{\"qualified\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}}", "", NULL},
      {READONLY, "", NULL},
      {"{\"pending\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}}", "", "pending"},
      {"{\"rejected\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}}", "", "rejected"},
      {"{\"retired\": {\"timestamp\": \"2026-11-01T00:00:00Z\"}}", "", "after the log was retired"},
      {RETIRED, "", "no other log than retired ones"},
      {USABLE, INTERVAL ("2027-02-11T02:59:59Z", "2027-02-11T03:00:00Z"), NULL},
      {USABLE, INTERVAL ("2027-02-11T03:00:00Z", "2028-01-01T00:00:00Z"), "interval"},
      {USABLE, INTERVAL ("2026-01-01T00:00:00Z", "2027-02-11T02:59:59Z"), "interval"},
      {USABLE, ", \"url\": \"https://ct.example.com/bogus/\"", NULL},
      {RETIRED, ", \"url\": \"https://ct.example.com/bogus/\"", "placeholder"},
      {USABLE, ", \"description\": \"Bogus RFC6962 log\"", "placeholder"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint tiled = 0; tiled < 2; tiled++) {
      g_autofree char *log = log_json (log_of (authority), rows[i].state, rows[i].more);
      g_autoptr (GBytes) json = list_json (tiled ? "" : log, tiled ? log : "");
      g_autoptr (BullaFacts) facts = learn (json);
      g_test_message ("%s", log);
      g_assert_cmpuint (facts->sct.n_valid, ==, rows[i].detail == NULL);
      g_assert_cmpuint (facts->sct.flags, ==,
                        rows[i].detail == NULL ? 0 : BULLA_SCT_FLAG_UNKNOWN_LOG);
      if (rows[i].detail != NULL)
        g_assert_nonnull (strstr (facts->sct.detail, rows[i].detail));
    }
}

/* a retired log counts beside one that is not */
static void
test_beside (void)
{
  g_autofree char *retired = log_json (log_of (other), RETIRED, "");
  g_autofree char *usable = log_json (log_of (authority), USABLE, "");
  g_autofree char *both = g_strconcat (retired, ", ", usable, NULL);
  g_autoptr (GBytes) json = list_json (both, "");
  g_autoptr (BullaLogList) list = parse (json);
  g_autoptr (BullaAnchors) anchors = bulla_anchors_new ();
  g_autoptr (GError) error = NULL;
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (BullaCredential) leaf = bulla_authority_issue (
      authority, hosts, ISSUED, 90, BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  g_autofree char *pem = bulla_credential_dup_certificates_pem (leaf);
  g_autoptr (GBytes) stamp = bulla_authority_stamp (other, leaf, NOW - DAY, &error);
  g_autoptr (GBytes) ocsp =
      bulla_authority_respond (authority, leaf, NOW - DAY, NOW + DAY, 0, &error);
  g_autoptr (GBytes) bytes = bulla_chain_write (pem, ocsp, stamp, &error);

  g_assert_no_error (error);
  bulla_anchors_add_logs (anchors, list);
  g_autoptr (BullaChain) chain = bulla_chain_verify (bytes, anchors, NOW, &error);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  g_assert_no_error (error);
  bulla_chain_fill_facts (chain, facts);
  g_assert_cmpuint (facts->sct.n_found, ==, 2);
  g_assert_cmpuint (facts->sct.n_valid, ==, 2);
  g_assert_cmpuint (facts->sct.flags, ==, 0);
  g_assert_cmpint (facts->sct.until, ==, 0); /* the usable log has no end */
}

/* A list may announce when a log will be retired: its timestamps count until then. */
static void
test_announced (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (NOW + DAY);
  g_autofree char *end = g_date_time_format_iso8601 (time);
  g_autofree char *state = g_strdup_printf ("{\"retired\": {\"timestamp\": \"%s\"}}", end);
  g_autofree char *log = log_json (log_of (authority), state, "");
  g_autoptr (GBytes) json = list_json (log, "");
  g_autoptr (BullaLogList) list = parse (json);
  g_autoptr (BullaAnchors) anchors = bulla_anchors_new ();
  g_autoptr (BullaCredential) leaf = issue ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bulla_authority_write_chain (authority, leaf, NOW - DAY, NOW + 3 * DAY,
                                                          BULLA_RESPOND_GOOD, &error);

  static const struct {
    gint64 at;
    guint n_valid;
  } rows[] = {{NOW, 1}, {NOW + DAY - 1, 1}, {NOW + DAY, 0}, {NOW + 2 * DAY, 0}};

  g_assert_no_error (error);
  bulla_anchors_add_logs (anchors, list);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaChain) chain = bulla_chain_verify (bytes, anchors, rows[i].at, &error);
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    g_assert_no_error (error);
    bulla_chain_fill_facts (chain, facts);
    g_assert_cmpuint (facts->sct.n_valid, ==, rows[i].n_valid);
    g_assert_cmpint (facts->sct.until, ==, NOW + DAY - 1);
    for (size_t j = 0; j < G_N_ELEMENTS (rows); j++)
      g_assert_cmpint (bulla_chain_is_good_for (chain, rows[j].at), ==,
                       rows[i].n_valid == rows[j].n_valid);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  authority = bulla_authority_new ("One", NOW - 100 * DAY, &error);
  other = bulla_authority_new ("Two", NOW - 100 * DAY, &error);
  g_assert_no_error (error);
  g_test_add_func ("/verify/log-list/members", test_members);
  g_test_add_func ("/verify/log-list/dropped", test_dropped);
  g_test_add_func ("/verify/log-list/odd-key", test_odd_key);
  g_test_add_func ("/verify/log-list/versions", test_versions);
  g_test_add_func ("/verify/log-list/empty", test_empty);
  g_test_add_func ("/verify/log-list/truncated", test_truncated);
  g_test_add_func ("/verify/log-list/counted", test_counted);
  g_test_add_func ("/verify/log-list/beside", test_beside);
  g_test_add_func ("/verify/log-list/announced", test_announced);
  kept = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_log_list_free);
  int code = g_test_run ();
  g_ptr_array_unref (kept);
  g_object_unref (authority);
  g_object_unref (other);
  return code;
}
