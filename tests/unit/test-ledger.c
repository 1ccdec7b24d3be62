/* test-ledger.c - checks the ledger: its limits, its file of lines, and its HAR export
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: the cases share helpers that read and write ledgers */
#include <libglib-testing/signal-logger.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-json.h"
#include "bulla-ledger-internal.h"
#include "bulla-page-contacts.h"

static const BullaCause PAGE = {3, "https://a.test/", "page", NULL};

static BullaContact *
peek (BullaLedger *ledger, guint i)
{
  g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i);

  g_assert_nonnull (contact);
  return contact; /* the ledger owns it */
}

static guint
length_of (BullaLedger *ledger)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ledger));
}

static gboolean
load (BullaLedger *ledger, const char *text, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, strlen (text), NULL);

  return bulla_ledger_load (ledger, in, NULL, error);
}

static char *
save (BullaLedger *ledger)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_assert_true (bulla_ledger_save (ledger, 0, out, NULL, &error));
  g_assert_no_error (error);
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)),
                    g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)));
}

static void
assert_changed (GtSignalLogger *signals, BullaLedger *ledger, guint position, guint removed)
{
  guint p = 0, r = 0, a = 0;

  gt_signal_logger_assert_emission_pop (signals, ledger, "items-changed", &p, &r, &a);
  g_assert_cmpuint (p, ==, position);
  g_assert_cmpuint (r, ==, removed);
  g_assert_cmpuint (a, ==, 1);
}

static void
test_model (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GtSignalLogger) signals = gt_signal_logger_new ();

  gt_signal_logger_connect (signals, ledger, "items-changed");
  g_autoptr (BullaContact) first =
      bulla_ledger_begin (ledger, BULLA_CONTACT_CONNECT, &PAGE, "A.test", 443);
  g_autoptr (BullaContact) second =
      bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &PAGE, "a.test", 443);
  g_assert_cmpint (bulla_contact_get_duration (first), ==, -1);
  bulla_ledger_finish (ledger, first);
  bulla_ledger_fail (ledger, second, "broken");
  bulla_ledger_finish (ledger, second);
  assert_changed (signals, ledger, 0, 0);
  assert_changed (signals, ledger, 1, 0);
  assert_changed (signals, ledger, 0, 1);
  assert_changed (signals, ledger, 1, 1);
  gt_signal_logger_assert_no_emissions (signals);
  g_assert_cmpstr (bulla_contact_get_host (first), ==, "a.test");
  g_assert_cmpint (bulla_contact_get_duration (first), >=, 0);
  g_assert_cmpstr (bulla_contact_get_error (second), ==, "broken");
  g_assert_cmpuint (bulla_contact_get_view (second), ==, 3);
  g_assert_true (peek (ledger, 1) == second);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (ledger)) == BULLA_TYPE_CONTACT);
}

/* The oldest contacts are dropped, and their number is stated. */
static void
test_limit (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaContact) first =
      bulla_ledger_begin (ledger, BULLA_CONTACT_DNS, &PAGE, "first.test", 0);

  for (guint i = 0; i < BULLA_LEDGER_MAX + 1; i++)
    bulla_ledger_add_withheld (ledger, &PAGE, "https://a.test/report", 10);
  g_assert_cmpuint (length_of (ledger), ==, BULLA_LEDGER_MAX);
  g_assert_cmpuint (bulla_ledger_get_n_dropped (ledger), ==, 2);
  g_assert_cmpuint (bulla_contact_get_id (peek (ledger, 0)), ==, 3);
  bulla_ledger_finish (ledger, first); /* the ledger has already dropped it */
  g_assert_cmpuint (length_of (ledger), ==, BULLA_LEDGER_MAX);
}

/* remote texts may be arbitrarily long, and not valid UTF-8 */
static void
test_texts (void)
{
  g_autofree char *filling = g_strnfill (3 * BULLA_CONTACT_TEXT_MAX, 'x');
  g_autofree char *url = g_strconcat ("https://a.test/", filling, NULL);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GString) cookie = g_string_new ("first=1");

  for (guint i = 0; i < 2 * BULLA_CONTACT_NAMES_MAX; i++)
    g_string_append_printf (cookie, "; c%u=%u", i, i);
  g_string_append_printf (cookie, "; %s=1", filling);
  g_autoptr (BullaContact) contact =
      bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &PAGE, filling, 443);
  bulla_contact_set_text (&contact->url, url);
  bulla_contact_set_text (&contact->referrer, "https://\xff/");
  bulla_contact_set_cookies (contact, cookie->str);
  g_assert_cmpuint (strlen (contact->host), <, BULLA_CONTACT_NAME_MAX + 4);
  g_assert_cmpuint (strlen (contact->url), <, BULLA_CONTACT_TEXT_MAX + 4);
  g_assert_true (g_str_has_suffix (contact->url, "…"));
  g_assert_true (g_utf8_validate (contact->referrer, -1, NULL));
  g_assert_cmpuint (g_strv_length (contact->cookies), ==, BULLA_CONTACT_NAMES_MAX);
}

static char *
long_name (guint i)
{
  g_autofree char *filling = g_strnfill (200, 'n');

  return g_strdup_printf ("%s%u", filling, i);
}

/* of many long names some are kept and the others are counted, in the file and in the text */
static void
test_names (void)
{
  const guint n = 300, n_kept = BULLA_CONTACT_NAMES_BYTES_MAX / 201;
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaLedger) again = bulla_ledger_new ();
  g_autoptr (GString) cookie = g_string_new (NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (names, long_name (i));
    g_string_append_printf (cookie, "%s=1;", (char *)names->pdata[i]);
  }
  g_autoptr (BullaContact) contact =
      bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &PAGE, "a.test", 443);
  bulla_contact_set_cookies (contact, cookie->str);
  bulla_contact_set_names (&contact->fields, &contact->fields_left_out, names, 7);
  bulla_ledger_finish (ledger, contact);
  g_assert_cmpuint (g_strv_length (contact->cookies), ==, n_kept);
  g_assert_cmpuint (g_strv_length (contact->fields), ==, n_kept);
  g_assert_cmpuint (bulla_contact_get_n_cookies_left_out (contact), ==, n - n_kept);
  g_assert_cmpuint (bulla_contact_get_n_fields_left_out (contact), ==, n - n_kept + 7);
  g_autofree char *text = bulla_contact_describe (contact);
  g_autofree char *said = g_strdup_printf ("; cookies not listed: %u", n - n_kept);
  g_assert_nonnull (strstr (text, said));
  g_autofree char *har = bulla_ledger_to_har (ledger, 0);
  g_assert_nonnull (strstr (har, "\"_fields_left_out\""));
  g_autofree char *once = save (ledger);
  g_assert_true (load (again, once, &error));
  g_autofree char *twice = save (again);
  g_assert_cmpstr (once, ==, twice);
  g_assert_cmpuint (bulla_contact_get_n_cookies_left_out (peek (again, 0)), ==, n - n_kept);
}

/* However long remote texts are, the memory is limited: the oldest contacts are dropped, even
 * for a running contact that grows until its end; the newest one is never dropped. */
static void
test_bytes (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = g_strnfill (BULLA_CONTACT_TEXT_MAX, 'x');
  const guint n = 3 * BULLA_LEDGER_BYTES_MAX / BULLA_CONTACT_TEXT_MAX;

  for (guint i = 0; i < n / 2; i++) {
    bulla_ledger_add_withheld (ledger, &PAGE, text, 10);
    g_ptr_array_add (open,
                     bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &PAGE, "a.test", 443));
  }
  for (guint i = 0; i < open->len; i++) {
    BullaContact *contact = open->pdata[i];
    bulla_contact_set_text (&contact->url, text);
    bulla_contact_set_text (&contact->referrer, text);
    bulla_ledger_finish (ledger, contact);
  }
  gsize bytes = 0;
  for (guint i = 0; i < length_of (ledger); i++)
    bytes += bulla_contact_measure (peek (ledger, i));
  g_assert_cmpuint (bytes, <=, BULLA_LEDGER_BYTES_MAX);
  g_assert_cmpuint (bytes, >, BULLA_LEDGER_BYTES_MAX / 2);
  g_assert_cmpuint (bulla_ledger_get_n_dropped (ledger), ==, 2 * (n / 2) - length_of (ledger));
  g_assert_cmpuint (bulla_contact_get_id (peek (ledger, length_of (ledger) - 1)), ==,
                    bulla_ledger_get_last_id (ledger));
}

static const char LINES[] =
    "{\"id\":7,\"kind\":\"request\",\"view\":2,\"time_us\":2000000,\"duration_us\":1500,"
    "\"source\":\"network\",\"shows_address\":true,\"purpose\":\"page\",\"rule\":\"cert.expired\","
    "\"host\":\"b.test\",\"port\":443,\"address\":\"192.0.2.1\",\"connection\":6,\"method\":"
    "\"GET\","
    "\"url\":\"https://b.test/?q=%22\",\"referrer\":\"https://a.test/\",\"cookies\":[\"sid\",\"\"],"
    "\"fields\":[\"accept\"],\"reused\":true,\"status\":200,\"bytes_sent\":100,"
    "\"bytes_received\":2000,\"wait_us\":1000,\"receive_us\":400,\"error\":\"half of “it”\"}\n"
    "{\"id\":5,\"kind\":\"click\",\"view\":2,\"time_us\":1000000,\"duration_us\":0,"
    "\"purpose\":\"page\",\"host\":\"b.test\",\"url\":\"https://b.test/\"}\n"
    "{\"id\":6,\"kind\":\"connect\",\"view\":2,\"time_us\":1500000,\"duration_us\":300,"
    "\"source\":\"network\",\"shows_address\":true,\"purpose\":\"page\",\"host\":\"b.test\","
    "\"port\":443,\"address\":\"192.0.2.1\",\"tls\":true,\"connection\":6}\n";

/* a ledger that is read and written again is the same, sorted by time */
static void
test_lines (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaLedger) again = bulla_ledger_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (load (ledger, LINES, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (length_of (ledger), ==, 3);
  g_assert_cmpint (bulla_contact_get_kind (peek (ledger, 0)), ==, BULLA_CONTACT_CLICK);
  BullaContact *request = peek (ledger, 2);
  g_assert_cmpstr (bulla_contact_get_rule (request), ==, "cert.expired");
  g_assert_cmpstr (bulla_contact_get_error (request), ==, "half of “it”");
  g_assert_cmpint (bulla_contact_get_bytes_received (request), ==, 2000);
  g_assert_cmpuint (bulla_contact_get_connection (request), ==, 6);
  g_assert_true (bulla_contact_get_reused (request));
  g_assert_true (bulla_contact_get_shows_address (request));
  g_assert_true (bulla_contact_get_tls (peek (ledger, 1)));
  g_autofree char *once = save (ledger);
  g_assert_true (load (again, once, &error));
  g_autofree char *twice = save (again);
  g_assert_cmpstr (once, ==, twice);
  g_assert_nonnull (strstr (once, "\"cookies\":[\"sid\",\"\"]"));
}

/* unknown members are ignored; a malformed line is reported with its number */
static void
test_reading (void)
{
  static const struct {
    const char *text, *why; /* NULL if the text is accepted */
  } ROWS[] = {
      {"", NULL},
      {"\n\r\n{\"kind\":\"click\",\"new\":{\"a\":[1]},\"host\":5,\"time_us\":-9}", NULL},
      {"{\"kind\":\"click\"}\n{\"kind\":\"dance\"}", "line 2: "},
      {"{\"kind\":\"request\",\"source\":\"thin air\"}", "line 1: the source “thin air”"},
      {"\n\n[]", "line 3: "},
      {"{\"kind\":\"click\"}{\"kind\":\"click\"}", "line 1: not a JSON object"},
      {"{\"kind\":\"click\",\"host\":\"}\\\"{\"}", NULL},
      {"{\"kind\":\"click\"", "line 1: "},
      {"{\"kind\":\"\xff\"}", "line 1: not a JSON object in UTF-8"},
  };
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *endless = g_strnfill (1100000, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (load (ledger, ROWS[i].text, &error), ==, ROWS[i].why == NULL);
    if (ROWS[i].why == NULL)
      g_assert_no_error (error);
    else
      g_assert_true (g_str_has_prefix (error->message, ROWS[i].why));
    g_assert_cmpuint (length_of (ledger), ==, i == 1 || i == 6 ? 1 : 0);
  }
  for (const char *const *each = (const char *[]){deep, endless, NULL}; *each != NULL; each++) {
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    g_autoptr (GError) error = NULL;
    g_assert_false (load (ledger, *each, &error));
    g_assert_true (g_str_has_prefix (error->message, "line 1: "));
  }
}

/* contacts are written as they end, and the unfinished ones last */
static void
test_follow (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaLedger) read = bulla_ledger_new ();
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (out);

  bulla_ledger_follow (ledger, out);
  g_autoptr (BullaContact) slow =
      bulla_ledger_begin (ledger, BULLA_CONTACT_CONNECT, &PAGE, "slow.test", 443);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (memory), ==, 0);
  bulla_ledger_add_withheld (ledger, &PAGE, "https://a.test/report", 10);
  bulla_ledger_close (ledger);
  g_autofree char *text = g_strndup (g_memory_output_stream_get_data (memory),
                                     g_memory_output_stream_get_data_size (memory));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_nonnull (strstr (lines[0], "\"source\":\"withheld\""));
  g_assert_nonnull (strstr (lines[1], "slow.test"));
  g_assert_true (load (read, text, NULL));
  g_assert_cmpstr (bulla_contact_get_host (peek (read, 0)), ==, "slow.test");
}

/* Returns: the JSON object of that entry, after checking all members that HAR 1.2 requires */
static JsonObject *
check_entry (JsonObject *entry)
{
  static const char *const REQUEST[] = {"method",  "url",         "httpVersion", "cookies",
                                        "headers", "queryString", "headersSize", "bodySize"};
  static const char *const RESPONSE[] = {"status",      "statusText",  "httpVersion",
                                         "cookies",     "headers",     "content",
                                         "redirectURL", "headersSize", "bodySize"};

  for (guint i = 0; i < G_N_ELEMENTS (REQUEST); i++)
    g_assert_true (json_object_has_member (bulla_json_get_object (entry, "request"), REQUEST[i]));
  for (guint i = 0; i < G_N_ELEMENTS (RESPONSE); i++)
    g_assert_true (json_object_has_member (bulla_json_get_object (entry, "response"), RESPONSE[i]));
  g_assert_nonnull (bulla_json_get_object (entry, "cache"));
  g_assert_nonnull (bulla_json_get_object (entry, "timings"));
  g_assert_cmpfloat (json_object_get_double_member (entry, "time"), >=, 0);
  return entry;
}

static void
test_har (void)
{
  static const char PACKAGE[] =
      "{\"kind\":\"request\",\"view\":2,\"time_us\":3000000,\"source\":\"package\","
      "\"host\":\"c.test\",\"method\":\"GET\",\"url\":\"https://c.test/\",\"status\":200}\n"
      "{\"kind\":\"request\",\"view\":2,\"time_us\":4,\"source\":\"withheld\",\"host\":\"c.t\"}\n"
      "{\"kind\":\"request\",\"view\":2,\"time_us\":5,\"source\":\"unused\",\"host\":\"c.test\"}\n";
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (load (ledger, LINES, NULL));
  g_assert_true (load (ledger, PACKAGE, NULL));
  g_autofree char *text = bulla_ledger_to_har (ledger, 0);
  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  JsonObject *log =
      bulla_json_get_object (json_node_get_object (json_parser_get_root (parser)), "log");
  g_assert_cmpstr (bulla_json_get_text (log, "version"), ==, "1.2");
  JsonObject *page = bulla_json_get_element (bulla_json_get_array (log, "pages"), 0);
  g_assert_cmpstr (bulla_json_get_text (page, "startedDateTime"), ==, "1970-01-01T00:00:01.000Z");
  JsonArray *entries = bulla_json_get_array (log, "entries");
  g_assert_cmpuint (json_array_get_length (entries), ==, 2);
  JsonObject *entry = check_entry (bulla_json_get_element (entries, 0));
  g_assert_cmpstr (bulla_json_get_text (entry, "pageref"), ==, bulla_json_get_text (page, "id"));
  g_assert_cmpstr (bulla_json_get_text (entry, "serverIPAddress"), ==, "192.0.2.1");
  JsonObject *cookie = bulla_json_get_element (
      bulla_json_get_array (bulla_json_get_object (entry, "request"), "cookies"), 0);
  g_assert_cmpstr (bulla_json_get_text (cookie, "name"), ==, "sid");
  g_assert_cmpstr (bulla_json_get_text (cookie, "value"), ==, "");
  JsonObject *package = check_entry (bulla_json_get_element (entries, 1));
  g_assert_nonnull (strstr (
      bulla_json_get_text (bulla_json_get_object (package, "cache"), "comment"), "no server"));
}

/* no contact contains a view's token; a view keeps its number as long as the ledger knows it */
static void
test_views (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  guint one = bulla_ledger_number_view (ledger, "one");
  guint two = bulla_ledger_number_view (ledger, "two");

  g_assert_cmpuint (one, ==, 1);
  g_assert_cmpuint (two, ==, 2);
  g_assert_cmpuint (bulla_ledger_number_view (ledger, "one"), ==, one);
  bulla_ledger_forget_view (ledger, "one");
  g_assert_cmpuint (bulla_ledger_number_view (ledger, "one"), ==, 3);
}

/* passwords in URLs are not recorded */
static void
test_userinfo (void)
{
  static const char *const rows[][2] = {{"https://u:p@a.test/x?@y", "https://a.test/x?@y"},
                                        {"https://u@v@a.test", "https://a.test"},
                                        {"https://a.test/u:p@x", "https://a.test/u:p@x"},
                                        {"https://a.test?u:p@x", "https://a.test?u:p@x"},
                                        {"u:p@a.test", "a.test"},
                                        {"a.test", "a.test"},
                                        {"", ""}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    const BullaCause cause = {3, (char *)rows[i][0], "page", NULL};
    g_autoptr (BullaContact) contact =
        bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &cause, "b.test", 443);
    bulla_contact_set_url (&contact->referrer, rows[i][0]);
    g_assert_cmpstr (bulla_contact_get_page (contact), ==, rows[i][1]);
    g_assert_cmpstr (bulla_contact_get_referrer (contact), ==, rows[i][1]);
  }
}

/* --- contacts of one page */

/* @document: (nullable): document that sends the request; %NULL for a navigation */
static void
record_request (BullaLedger *ledger, guint view, const char *document, const char *host)
{
  const BullaCause cause = {view, document, document != NULL ? "resource" : "page", NULL, document};
  g_autoptr (BullaContact) contact =
      bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &cause, host, 443);

  bulla_ledger_finish (ledger, contact);
}

static guint
navigate (BullaLedger *ledger, guint view, const char *url, const char *host)
{
  g_autofree char *rule = bulla_ledger_navigate (ledger, view, url, NULL, FALSE);
  guint click = bulla_contact_get_id (bulla_ledger_find_click (ledger, view));

  record_request (ledger, view, NULL, host);
  return click;
}

/* @expected: hosts of the requests; a "/" precedes those of navigations that showed no page */
static void
assert_contacts (BullaPageContacts *contacts, const char *expected)
{
  g_autoptr (GPtrArray) list = bulla_page_contacts_list (contacts);
  g_autoptr (GString) hosts = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    if (bulla_contact_get_kind (list->pdata[i]) == BULLA_CONTACT_REQUEST)
      g_string_append_printf (
          hosts, "%s%s ", bulla_page_contacts_is_navigation (contacts, list->pdata[i]) ? "/" : "",
          bulla_contact_get_host (list->pdata[i]));
  g_assert_cmpstr (hosts->str, ==, expected);
}

/* a click that shows no page does not end a page's contacts; other pages' contacts do not count */
static void
test_page (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  guint click = navigate (ledger, 1, "https://a.test/one", "one");
  g_autoptr (BullaPageContacts) one =
      bulla_page_contacts_new (ledger, 1, click, "https://a.test/one#part", NULL);

  record_request (ledger, 1, "https://a.test/one", "part");
  record_request (ledger, 2, "https://a.test/one", "elsewhere");
  record_request (ledger, 0, NULL, "anybody");
  navigate (ledger, 1, "https://a.test/nothing", "nothing");
  record_request (ledger, 1, "https://a.test/one?pushed", "spy");
  assert_contacts (one, "one part anybody /nothing spy ");

  click = navigate (ledger, 1, "https://a.test/two", "two");
  record_request (ledger, 1, "https://a.test/one", "beacon");
  record_request (ledger, 1, "https://a.test/two", "early");
  assert_contacts (one, "one part anybody /nothing spy /two beacon early "); /* not shown yet */
  g_autoptr (BullaPageContacts) two =
      bulla_page_contacts_new (ledger, 1, click, "https://a.test/two", "https://a.test/one");
  bulla_page_contacts_end (one, click);
  record_request (ledger, 1, "https://a.test/two", "late");
  record_request (ledger, 1, "https://b.test/", "stranger");
  assert_contacts (one, "one part anybody /nothing spy ");
  assert_contacts (two, "two early late ");
}

/* the pages of a bundle share the number of the web view */
static void
test_package_page (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  const BullaCause own = {1, "webpkg://abc/", "resource", NULL};
  guint click = navigate (ledger, 1, "https://a.test/bundle", "bundle");
  g_autoptr (BullaPageContacts) page =
      bulla_page_contacts_new (ledger, 1, click, "webpkg://abc/page", NULL);

  navigate (ledger, 1, "https://b.test/", "web");
  g_autoptr (BullaContact) late =
      bulla_ledger_begin (ledger, BULLA_CONTACT_REQUEST, &own, "allowed", 443);
  assert_contacts (page, "bundle allowed ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/model", test_model);
  g_test_add_func ("/ledger/limit", test_limit);
  g_test_add_func ("/ledger/texts", test_texts);
  g_test_add_func ("/ledger/names", test_names);
  g_test_add_func ("/ledger/bytes", test_bytes);
  g_test_add_func ("/ledger/lines", test_lines);
  g_test_add_func ("/ledger/reading", test_reading);
  g_test_add_func ("/ledger/follow", test_follow);
  g_test_add_func ("/ledger/har", test_har);
  g_test_add_func ("/ledger/views", test_views);
  g_test_add_func ("/ledger/userinfo", test_userinfo);
  g_test_add_func ("/ledger/page", test_page);
  g_test_add_func ("/ledger/package-page", test_package_page);
  return g_test_run ();
}
