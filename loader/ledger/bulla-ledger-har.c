/* bulla-ledger-har.c - exports the ledger as an HTTP Archive (HAR), for developer tools
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: HAR 1.2. Data that HAR does not define is in members that begin with an underscore. The
 * values of cookies and header fields are empty, because the ledger keeps only their names. */
#include <string.h>

#include "bulla-json.h"
#include "bulla-ledger-internal.h"

#define BACK_MAX 256 /* most contacts searched for the connection of a request */

static BullaContact *
peek (GListModel *list, guint i)
{
  g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);

  return contact; /* owned by the list */
}

static char *
dup_time (gint64 time)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *text =
      seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S") : NULL;

  return g_strdup_printf ("%s.%03dZ", text != NULL ? text : "1970-01-01T00:00:00",
                          (int)(time % G_USEC_PER_SEC / 1000));
}

static void
add_milliseconds (JsonBuilder *builder, const char *member, gint64 microseconds)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_double_value (builder, microseconds < 0 ? -1 : (double)microseconds / 1000);
}

static void
begin_array (JsonBuilder *builder, const char *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
}

static void
add_empty (JsonBuilder *builder, const char *member)
{
  begin_array (builder, member);
  json_builder_end_array (builder);
}

static void
add_pair (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "name", name);
  bulla_json_add_text (builder, "value", value);
  json_builder_end_object (builder);
}

static void
add_bare_names (JsonBuilder *builder, const char *member, const char *const *names)
{
  begin_array (builder, member);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add_pair (builder, names[i], "");
  json_builder_end_array (builder);
}

static void
add_query (JsonBuilder *builder, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *query = uri != NULL ? g_uri_get_query (uri) : NULL;
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

  begin_array (builder, "queryString");
  for (guint i = 0; parts[i] != NULL; i++) {
    char *equals = strchr (parts[i], '=');
    if (equals != NULL)
      *equals = '\0';
    if (*parts[i] != '\0' || equals != NULL)
      add_pair (builder, parts[i], equals != NULL ? equals + 1 : "");
  }
  json_builder_end_array (builder);
}

static void
add_request (JsonBuilder *builder, BullaContact *contact)
{
  const char *url = contact->url != NULL ? contact->url : "";

  bulla_json_begin (builder, "request");
  bulla_json_add_text (builder, "method", contact->method != NULL ? contact->method : "GET");
  bulla_json_add_text (builder, "url", url);
  bulla_json_add_text (builder, "httpVersion", "unknown");
  add_bare_names (builder, "cookies", bulla_contact_get_cookies (contact));
  add_bare_names (builder, "headers", bulla_contact_get_fields (contact));
  add_query (builder, url);
  json_builder_set_member_name (builder, "headersSize");
  json_builder_add_int_value (builder, -1);
  json_builder_set_member_name (builder, "bodySize");
  json_builder_add_int_value (builder, contact->bytes_sent);
  json_builder_end_object (builder);
}

static void
add_response (JsonBuilder *builder, BullaContact *contact)
{
  bulla_json_begin (builder, "response");
  bulla_json_add_number (builder, "status", contact->status);
  bulla_json_add_text (builder, "statusText", "");
  bulla_json_add_text (builder, "httpVersion", "unknown");
  add_empty (builder, "cookies");
  add_empty (builder, "headers");
  bulla_json_begin (builder, "content");
  bulla_json_add_number (builder, "size", MAX (contact->bytes_received, 0));
  bulla_json_add_text (builder, "mimeType", "x-unknown");
  json_builder_end_object (builder);
  bulla_json_add_text (builder, "redirectURL", "");
  json_builder_set_member_name (builder, "headersSize");
  json_builder_add_int_value (builder, -1);
  json_builder_set_member_name (builder, "bodySize");
  json_builder_add_int_value (builder, contact->bytes_received);
  json_builder_end_object (builder);
}

/* Finds the last contact of that kind with the host before @at that no request has used yet. */
static BullaContact *
find_before (GListModel *list, guint at, BullaContactKind kind)
{
  BullaContact *request = peek (list, at);

  for (guint i = at; i > 0 && at - i < BACK_MAX; i--) {
    BullaContact *contact = peek (list, i - 1);
    if (contact->kind == kind && contact->view == request->view
        && g_str_equal (contact->host, request->host)
        && (kind == BULLA_CONTACT_DNS ? contact->record == NULL
                                      : contact->connection == request->connection))
      return contact;
  }
  return NULL;
}

static void
add_timings (JsonBuilder *builder, GListModel *list, guint at)
{
  BullaContact *contact = peek (list, at);
  gboolean opened = contact->source == BULLA_CONTACT_NETWORK && !contact->reused;
  BullaContact *dns = opened ? find_before (list, at, BULLA_CONTACT_DNS) : NULL;
  BullaContact *connect = opened ? find_before (list, at, BULLA_CONTACT_CONNECT) : NULL;
  gint64 connecting = connect != NULL ? connect->duration : -1;
  gint64 resolving = dns != NULL ? dns->duration : -1;
  gint64 wait = MAX (contact->wait, 0);
  gint64 receive = contact->receive >= 0 ? contact->receive : MAX (contact->duration - wait, 0);

  bulla_json_begin (builder, "timings");
  add_milliseconds (builder, "blocked", -1);
  add_milliseconds (builder, "dns", resolving);
  add_milliseconds (builder, "connect", connecting);
  add_milliseconds (builder, "send", 0);
  add_milliseconds (builder, "wait", wait);
  add_milliseconds (builder, "receive", receive);
  add_milliseconds (builder, "ssl", -1);
  json_builder_end_object (builder);
  add_milliseconds (builder, "time", MAX (resolving, 0) + MAX (connecting, 0) + wait + receive);
}

static void
add_cache (JsonBuilder *builder, BullaContact *contact)
{
  bulla_json_begin (builder, "cache");
  if (contact->source == BULLA_CONTACT_PACKAGE)
    bulla_json_add_text (builder, "comment",
                         "answered from a stored package; no server was contacted");
  else if (contact->source == BULLA_CONTACT_CACHE)
    bulla_json_add_text (builder, "comment", "an earlier response: nobody was contacted");
  json_builder_end_object (builder);
}

static void
add_entry (JsonBuilder *builder, GListModel *list, guint at, guint click)
{
  BullaContact *contact = peek (list, at);
  g_autofree char *started = dup_time (contact->time);
  g_autofree char *page = g_strdup_printf ("click_%u", click);
  g_autofree char *connection = g_strdup_printf ("%" G_GUINT64_FORMAT, contact->connection);

  json_builder_begin_object (builder);
  if (click > 0)
    bulla_json_add_text (builder, "pageref", page);
  bulla_json_add_text (builder, "startedDateTime", started);
  add_timings (builder, list, at);
  add_request (builder, contact);
  add_response (builder, contact);
  add_cache (builder, contact);
  bulla_json_add_text (builder, "serverIPAddress", contact->address);
  if (contact->connection > 0)
    bulla_json_add_text (builder, "connection", connection);
  bulla_json_add_text (builder, "comment", contact->error);
  bulla_json_add_text (builder, "_kind", bulla_contact_kind_get_nick (contact->kind));
  bulla_json_add_text (builder, "_source", bulla_contact_source_get_nick (contact->source));
  bulla_json_add_text (builder, "_purpose", contact->purpose);
  bulla_json_add_text (builder, "_page", contact->page);
  bulla_json_add_text (builder, "_rule", contact->rule);
  bulla_json_add_text (builder, "_why", contact->why);
  bulla_json_add_text (builder, "_deliverer", contact->deliverer);
  bulla_json_add_number (builder, "_view", contact->view);
  bulla_json_add_number (builder, "_date", contact->date);
  if (contact->cookies_left_out > 0)
    bulla_json_add_number (builder, "_cookies_left_out", contact->cookies_left_out);
  if (contact->fields_left_out > 0)
    bulla_json_add_number (builder, "_fields_left_out", contact->fields_left_out);
  json_builder_end_object (builder);
}

static void
add_pages (JsonBuilder *builder, GListModel *list, guint view)
{
  begin_array (builder, "pages");
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    BullaContact *contact = peek (list, i);
    g_autofree char *started = dup_time (contact->time);
    g_autofree char *id = g_strdup_printf ("click_%u", contact->id);
    if (contact->kind != BULLA_CONTACT_CLICK || !bulla_contact_may_be_of (contact, view))
      continue;
    json_builder_begin_object (builder);
    bulla_json_add_text (builder, "startedDateTime", started);
    bulla_json_add_text (builder, "id", id);
    bulla_json_add_text (builder, "title", contact->url != NULL ? contact->url : "");
    bulla_json_begin (builder, "pageTimings");
    json_builder_end_object (builder);
    bulla_json_add_number (builder, "_view", contact->view);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_entries (JsonBuilder *builder, GListModel *list, guint view)
{
  g_autoptr (GHashTable) clicks = g_hash_table_new (NULL, NULL); /* view -> id of its last click */

  begin_array (builder, "entries");
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    BullaContact *contact = peek (list, i);
    gpointer own = GUINT_TO_POINTER (contact->view);
    if (!bulla_contact_may_be_of (contact, view))
      continue;
    if (contact->kind == BULLA_CONTACT_CLICK)
      g_hash_table_insert (clicks, own, GUINT_TO_POINTER (contact->id));
    else if ((contact->kind == BULLA_CONTACT_REQUEST || contact->kind == BULLA_CONTACT_WEBSOCKET)
             && contact->source != BULLA_CONTACT_WITHHELD
             && contact->source != BULLA_CONTACT_UNUSED)
      add_entry (builder, list, i, GPOINTER_TO_UINT (g_hash_table_lookup (clicks, own)));
  }
  json_builder_end_array (builder);
}

/**
 * bulla_ledger_to_har:
 * @self: a ledger
 * @view: the number of the view whose requests are exported; 0 for all views
 *
 * Each request includes the time for looking up its host and connecting to it; each click becomes a
 * page. Requests that were not sent are omitted.
 *
 * Returns: (transfer full): the HAR 1.2 text
 */
char *
bulla_ledger_to_har (BullaLedger *self, guint view)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_json_begin (builder, "log");
  bulla_json_add_text (builder, "version", "1.2");
  bulla_json_begin (builder, "creator");
  bulla_json_add_text (builder, "name", "Bulla");
  bulla_json_add_text (builder, "version", BULLA_VERSION);
  json_builder_end_object (builder);
  add_pages (builder, G_LIST_MODEL (self), view);
  add_entries (builder, G_LIST_MODEL (self), view);
  json_builder_end_object (builder);
  return bulla_json_end (builder, TRUE);
}
