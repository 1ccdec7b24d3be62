/* bulla-cli-live-page.c - the gateway's own page: what it decided, and who was contacted
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page is HTML from here. Its script asks for what is newer than a version, and puts that in
 * the place of what it has; texts from packages and servers are escaped, and no script can be in
 * them. */
#include "bulla-cli-live-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-cli-page-event.h"
#include "bulla-exposure-report.h"
#include "bulla-gateway-internal.h"
#include "bulla-loader-internal.h"

#define EVENTS_MAX 100
#define STATUS_OK 200
#define STATUS_SEE_OTHER 303
#define STATUS_BAD_REQUEST 400
#define HTML_TYPE "text/html; charset=utf-8"

struct _BullaCliLivePage {
  BullaGateway *gateway; /* borrowed; outlives this */
  BullaLedger *ledger;   /* borrowed; outlives this */
  const char *token;     /* borrowed; of the session that is shown */
  GQueue events;         /* owned BullaCliPageEvent, the newest first */
  guint64 n_events;
  guint64 version; /* of the newest change */
};

/* --- events */

/* @verdict: (nullable). Returns: (transfer none): the new event */
static BullaCliPageEvent *
add_event (BullaCliLivePage *self, BullaCliStanding standing, const char *url,
           BullaVerdict *verdict)
{
  BullaCliPageEvent *event = g_new0 (BullaCliPageEvent, 1);

  event->id = ++self->n_events;
  event->version = ++self->version;
  event->time = g_get_real_time () / G_USEC_PER_SEC;
  event->standing = standing;
  event->url = g_strdup (url != NULL ? url : "");
  event->verdict = verdict != NULL ? bulla_verdict_ref (verdict) : NULL;
  g_queue_push_head (&self->events, event);
  if (self->events.length > EVENTS_MAX)
    bulla_cli_page_event_free (g_queue_pop_tail (&self->events));
  return event;
}

static BullaCliStanding
find_standing (const BullaVerdict *verdict)
{
  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE:
    return BULLA_CLI_STANDING_ACCEPTED;
  case BULLA_OUTCOME_FALL_BACK:
    return BULLA_CLI_STANDING_FELL_BACK;
  case BULLA_OUTCOME_SEPARATE_ORIGIN:
    return BULLA_CLI_STANDING_SEPARATE;
  case BULLA_OUTCOME_REFUSE:
  default:
    return BULLA_CLI_STANDING_REFUSED;
  }
}

static void
decided_cb (BullaGateway *gateway, const char *view, BullaLoad *load, BullaCliLivePage *self)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  const char *deliverer = bulla_outer_get_url (bulla_load_get_outer (load));
  const char *url = bulla_load_get_url (load);
  BullaCliPageEvent *event =
      add_event (self, find_standing (verdict), url != NULL ? url : deliverer, verdict);

  event->deliverer = g_strdup (deliverer);
}

static void
bundle_decided_cb (BullaGateway *gateway, const char *view, BullaBundle *bundle,
                   BullaCliLivePage *self)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);
  const char *deliverer = bulla_outer_get_url (bulla_bundle_get_outer (bundle));
  const char *primary = bulla_bundle_get_primary_url (bundle);
  BullaCliPageEvent *event =
      add_event (self, find_standing (verdict), primary != NULL ? primary : deliverer, verdict);

  event->deliverer = g_strdup (deliverer);
}

/* The event of the verdict becomes that of the page; a package that is used again has a new one. */
static void
served_cb (BullaGateway *gateway, const char *view, BullaLoad *load, BullaCliLivePage *self)
{
  const char *url = bulla_load_get_url (load);

  for (GList *each = self->events.head; each != NULL; each = each->next) {
    BullaCliPageEvent *event = each->data;
    if (event->standing != BULLA_CLI_STANDING_ACCEPTED || g_strcmp0 (event->url, url) != 0)
      continue;
    event->standing = BULLA_CLI_STANDING_SHOWN;
    event->version = ++self->version;
    return;
  }
  BullaCliPageEvent *event =
      add_event (self, BULLA_CLI_STANDING_SHOWN, url, bulla_load_get_verdict (load));
  event->deliverer = g_strdup (bulla_outer_get_url (bulla_load_get_outer (load)));
}

static void
live_cb (BullaGateway *gateway, const char *view, const char *url, gint64 date,
         const char *validator, gboolean frame, BullaCliLivePage *self)
{
  if (!frame)
    add_event (self, BULLA_CLI_STANDING_LIVE, url, NULL);
}

static void
fell_back_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *url,
              BullaVerdict *verdict, gboolean frame, BullaCliLivePage *self)
{
  if (bulla_verdict_is_on_request (verdict)) /* that on the package is an event already */
    add_event (self, BULLA_CLI_STANDING_FELL_BACK, url, verdict);
}

static void
refused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
            const char *message, BullaVerdict *verdict, BullaCliLivePage *self)
{
  gboolean on_request = verdict != NULL && bulla_verdict_is_on_request (verdict);
  BullaCliPageEvent *newest = g_queue_peek_head (&self->events);

  if ((load != NULL && !on_request) /* the verdict on it is an event already */
      || (verdict != NULL && newest != NULL && newest->verdict == verdict))
    return;
  BullaCliPageEvent *event = add_event (self, BULLA_CLI_STANDING_REFUSED, url, verdict);
  event->message = verdict == NULL ? g_strdup (message) : NULL;
}

static void
unused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
           const char *message, BullaCliLivePage *self)
{
  BullaCliPageEvent *event =
      add_event (self, BULLA_CLI_STANDING_UNUSED, url, bulla_load_get_verdict (load));

  event->message = g_strdup (message);
}

static void
truncated_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *message,
              BullaCliLivePage *self)
{
  BullaCliPageEvent *event = add_event (self, BULLA_CLI_STANDING_TRUNCATED,
                                        bulla_load_get_url (load), bulla_load_get_verdict (load));

  event->message = g_strdup (message);
}

/* --- HTML */

static void
append_count (GString *html, BullaParty *party, BullaPhase phase, const char *when)
{
  g_autofree char *count = bulla_party_describe_count (party, phase);

  bulla_cli_page_append (html, "<dt>", when, "</dt>");
  bulla_cli_page_append (html, "<dd>", count, "</dd>");
}

static void
append_party (GString *html, BullaParty *party)
{
  g_autofree char *knows = bulla_party_dup_knows (party);
  g_autofree char *does_not = bulla_party_dup_does_not_know (party);

  bulla_cli_page_append (html, "<article><h3><span class=\"standing\">",
                         bulla_party_get_title (party), "</span> ");
  bulla_cli_page_append (html, "", bulla_party_get_host (party), "</h3>");
  bulla_cli_page_append (html, "<p>", knows, "</p>");
  bulla_cli_page_append (html, "<p class=\"dim\">", does_not, "</p><dl>");
  append_count (html, party, BULLA_PHASE_BEFORE, _ ("Before the click"));
  append_count (html, party, BULLA_PHASE_AFTER, _ ("After the click"));
  g_string_append (html, "</dl></article>");
}

static void
append_parties (BullaCliLivePage *self, GString *html)
{
  g_autoptr (BullaExposureReport) report = bulla_exposure_report_new (self->ledger, 0);
  const char *page = bulla_exposure_report_get_page (report);

  g_string_append (html, "<div id=\"parties\">");
  if (page != NULL)
    bulla_cli_page_append (html, "<p>", page, "</p>");
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), i);
    append_party (html, party);
  }
  g_string_append (html, "</div>");
}

/* Appends the main part, with the events that are newer than @after. */
static void
append_main (BullaCliLivePage *self, GString *html, guint64 after)
{
  g_string_append_printf (html, "<main data-version=\"%" G_GUINT64_FORMAT "\">", self->version);
  bulla_cli_page_append (html, "<section aria-labelledby=\"pages\"><h2 id=\"pages\">",
                         _ ("Pages and packages"), "</h2>");
  bulla_cli_page_append (html, self->n_events > 0 ? "<p id=\"none\" hidden>" : "<p id=\"none\">",
                         _ ("Nothing yet. Open a page in another tab."), "</p>");
  g_string_append (html, "<div id=\"events\">");
  for (GList *each = self->events.head; each != NULL; each = each->next)
    if (((BullaCliPageEvent *)each->data)->version > after)
      bulla_cli_page_event_append (each->data, html);
  bulla_cli_page_append (html, "</div></section><section aria-labelledby=\"who\"><h2 id=\"who\">",
                         _ ("Who was contacted, around the last click"), "</h2>");
  append_parties (self, html);
  g_string_append (html, "</section></main>");
}

static char *
write_page (BullaCliLivePage *self)
{
  GString *html = g_string_new ("<!doctype html><html><head><meta charset=\"utf-8\">"
                                "<meta name=\"viewport\" content=\"width=device-width\">"
                                "<meta name=\"color-scheme\" content=\"light dark\">"
                                "<link rel=\"icon\" href=\"data:,\">"
                                "<link rel=\"stylesheet\" href=\"page.css\">"
                                "<script src=\"page.js\" defer></script>");

  bulla_cli_page_append (html, "<title>", _ ("Bulla gateway"), "</title></head><body><header>");
  bulla_cli_page_append (html, "<h1>", _ ("Bulla gateway"), "</h1>");
  bulla_cli_page_append (html, "<p id=\"state\" role=\"status\" data-live=\"", _ ("Updated live"),
                         "\"");
  bulla_cli_page_append (html, " data-ended=\"", _ ("The gateway has ended"), "\">");
  g_string_append (html, "</p></header>");
  append_main (self, html, 0);
  g_string_append (html, "</body></html>");
  return g_string_free (html, FALSE);
}

/* --- requests */

static void
answer_file (BullaGatewayOwnAnswer *answer, const char *name, const char *type)
{
  g_autofree char *path = g_strconcat ("/org/bulla/gateway/", name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL)
    return;
  answer->status = STATUS_OK;
  answer->type = type;
  answer->body = bulla_bytes_dup_text (bytes);
}

static void
answer_html (BullaGatewayOwnAnswer *answer, char *html)
{
  answer->status = STATUS_OK;
  answer->type = HTML_TYPE;
  answer->body = html;
}

static void
answer_news (BullaCliLivePage *self, BullaGatewayOwnAnswer *answer, const char *query)
{
  GString *html = g_string_new ("<!doctype html>");
  guint64 after = 0;

  if (query != NULL && g_str_has_prefix (query, "after="))
    g_ascii_string_to_unsigned (query + strlen ("after="), 10, 0, G_MAXUINT64, &after, NULL);
  append_main (self, html, after);
  answer_html (answer, g_string_free (html, FALSE));
}

/* Returns: (transfer full) (nullable): the web address in the query, as it can be in a header */
static char *
read_url (const char *query)
{
  const char *value = query != NULL && g_str_has_prefix (query, "url=") ? query + 4 : NULL;
  g_autofree char *text = value != NULL ? g_uri_unescape_string (value, NULL) : NULL;

  for (const char *each = text; each != NULL && *each != '\0'; each++)
    if (!g_ascii_isgraph (*each))
      return NULL;
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL) : NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL
      || (!g_str_equal (g_uri_get_scheme (uri), "https")
          && !g_str_equal (g_uri_get_scheme (uri), "http")))
    return NULL;
  return g_steal_pointer (&text);
}

static void
answer_live (BullaCliLivePage *self, BullaGatewayOwnAnswer *answer, const char *query)
{
  char *url = read_url (query);

  answer->status = url != NULL ? STATUS_SEE_OTHER : STATUS_BAD_REQUEST;
  answer->location = url;
  if (url != NULL)
    bulla_gateway_load_live (self->gateway, self->token, NULL, url);
}

static void
answer_cb (const char *method, const char *path, const char *query, BullaGatewayOwnAnswer *answer,
           gpointer user_data)
{
  BullaCliLivePage *self = user_data;

  if (g_str_equal (method, "POST")) {
    if (g_str_equal (path, "/live"))
      answer_live (self, answer, query);
  } else if (g_str_equal (path, "/")) {
    answer_html (answer, write_page (self));
  } else if (g_str_equal (path, "/news")) {
    answer_news (self, answer, query);
  } else if (g_str_equal (path, "/page.css")) {
    answer_file (answer, "page.css", "text/css; charset=utf-8");
  } else if (g_str_equal (path, "/page.js")) {
    answer_file (answer, "page.js", "text/javascript; charset=utf-8");
  }
}

/**
 * bulla_cli_live_page_new: (skip)
 * @gateway: a gateway; outlives the page
 * @ledger: its ledger; outlives the page
 * @token: token of the session that the page is about; outlives the page
 *
 * Returns: (transfer full): the page, at the gateway's own host
 */
BullaCliLivePage *
bulla_cli_live_page_new (BullaGateway *gateway, BullaLedger *ledger, const char *token)
{
  BullaCliLivePage *self = g_new0 (BullaCliLivePage, 1);

  self->gateway = gateway;
  self->ledger = ledger;
  self->token = token;
  g_queue_init (&self->events);
  g_signal_connect (gateway, "load-decided", G_CALLBACK (decided_cb), self);
  g_signal_connect (gateway, "bundle-decided", G_CALLBACK (bundle_decided_cb), self);
  g_signal_connect (gateway, "served", G_CALLBACK (served_cb), self);
  g_signal_connect (gateway, "live", G_CALLBACK (live_cb), self);
  g_signal_connect (gateway, "fell-back", G_CALLBACK (fell_back_cb), self);
  g_signal_connect (gateway, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect (gateway, "unused", G_CALLBACK (unused_cb), self);
  g_signal_connect (gateway, "truncated", G_CALLBACK (truncated_cb), self);
  bulla_gateway_set_own_page (gateway, answer_cb, self);
  return self;
}

void
bulla_cli_live_page_free (BullaCliLivePage *self)
{
  bulla_gateway_set_own_page (self->gateway, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->gateway, self);
  g_queue_clear_full (&self->events, (GDestroyNotify)bulla_cli_page_event_free);
  g_free (self);
}
