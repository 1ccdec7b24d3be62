/* bulla-view-load.c - handles the loads of a view: committed pages, error pages, failures
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-private.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-error.h"
#include "bulla-loader-internal.h"
#include "bulla-shell-pages.h"

#define KEY "bulla-refusal"

/* an error page of the shell, stored with its history entry */
typedef struct {
  char *html;                  /* owned */
  BullaProvenance *provenance; /* owned; provenance of the page */
} Refusal;

static void
refusal_free (gpointer data)
{
  Refusal *refusal = data;

  g_free (refusal->html);
  g_object_unref (refusal->provenance);
  g_free (refusal);
}

/* --- the shown page */

static guint
find_last_click (BullaView *self)
{
  BullaContact *click =
      bulla_ledger_find_click (bulla_engine_get_ledger (self->engine), self->id.number);

  return click != NULL ? bulla_contact_get_id (click) : 0;
}

/**
 * bulla_view_has_page:
 *
 * Returns: whether its first page was committed
 */
gboolean
bulla_view_has_page (BullaView *self)
{
  return self->has_page;
}

/* Returns: the click that led to the committed page; 0 if it is not known */
static guint
find_click (BullaView *self, const char *url)
{
  guint last = find_last_click (self);

  if (self->answer != NULL)
    return self->restored ? 0 : bulla_navigation_answer_get_click (self->answer);
  if (g_str_has_prefix (url, "http")) /* written by a script, perhaps after another click */
    return last > self->contacts_at_start ? last : 0;
  return last > self->click ? last : 0;
}

/* @end: id of the first contact for the next page */
static void
leave_page (BullaView *self, guint end)
{
  bulla_provenance_leave (self->provenance, end);
  bulla_view_report_left (self);
}

/* A page that comes from the history without a request has the contacts from now on. */
static void
follow_contacts (BullaView *self, const char *url, BullaProvenance *provenance)
{
  BullaLedger *ledger = bulla_engine_get_ledger (self->engine);
  guint click = find_click (self, url);
  guint first = click > 0 ? click : bulla_ledger_get_last_id (ledger) + 1;
  g_autofree char *before = g_strdup (bulla_provenance_get_url (self->provenance));

  leave_page (self, first);
  bulla_provenance_follow (provenance, ledger, self->id.number, first, before);
  self->click = find_last_click (self);
}

static BullaProvenance *
settle (BullaView *self, const char *url)
{
  if (self->expected != NULL
      && bulla_address_equal (bulla_provenance_get_url (self->expected), url))
    return g_steal_pointer (&self->expected);
  if (bulla_package_is_url (url))
    return bulla_navigation_state_recall (self->navigation, url);
  return bulla_view_begin_check (self, url);
}

/* the page is the empty one of bulla_view_follow(), or has already been replaced */
static void
settle_start (BullaView *self, const char *url)
{
  gboolean starts = self->start != NULL && !self->at_start && g_strcmp0 (self->start, url) == 0;

  self->at_start = starts;
  if (!starts)
    g_clear_pointer (&self->start, g_free);
}

static void
committed (BullaView *self)
{
  const char *url = webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self));

  bulla_view_settle_placeholder (self, url);
  self->has_page = TRUE;
  bulla_view_end_check (self);
  bulla_engine_end_page (self->engine, &self->id);
  bulla_navigation_state_arrive (self->navigation);
  if (self->bundle != NULL && bulla_package_is_url (url)) {
    g_free (self->page);
    self->page = g_strdup (url);
  }
  g_clear_pointer (&self->told, g_free);
  settle_start (self, url);
  if (self->holds_place || self->at_start) {
    g_autoptr (BullaProvenance) none = bulla_provenance_new (BULLA_STANDING_NONE, url, NULL);
    self->click = find_last_click (self);
    bulla_provenance_leave (self->provenance, self->click);
    bulla_view_set_provenance (self, none);
  } else {
    g_autoptr (BullaProvenance) provenance = settle (self, url);
    follow_contacts (self, url != NULL ? url : "", provenance);
    bulla_view_describe_data (self, provenance);
    bulla_provenance_set_store (
        provenance, bulla_loader_get_context (bulla_engine_get_loader (self->engine))->store);
    bulla_view_set_provenance (self, provenance);
    bulla_view_report (self);
  }
  bulla_engine_note_shown (self->engine, &self->id, self->answer);
  bulla_view_check_later (self);
  g_clear_object (&self->expected);
  bulla_view_events_clear (self->events);
}

static void
load_changed_cb (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  GtkWidget *widget = GTK_WIDGET (view);

  if (event == WEBKIT_LOAD_STARTED) {
    bulla_navigation_state_begin (BULLA_VIEW (view)->navigation);
    bulla_view_begin_load (BULLA_VIEW (view));
    bulla_engine_set_viewport (BULLA_VIEW (view)->engine, &BULLA_VIEW (view)->id,
                               gtk_widget_get_width (widget), gtk_widget_get_scale_factor (widget));
  }
  if (event == WEBKIT_LOAD_COMMITTED)
    committed (BULLA_VIEW (view));
  if (event == WEBKIT_LOAD_COMMITTED || event == WEBKIT_LOAD_FINISHED)
    bulla_view_keep_answer (BULLA_VIEW (view));
  if (event == WEBKIT_LOAD_FINISHED)
    bulla_view_check (BULLA_VIEW (view));
}

/* --- error pages of the shell */

/* Stores a page and its provenance with the history entry, because the address of a package
 * loads nothing. @provenance: provenance of the page */
static void
show_page (BullaView *self, const char *address, const char *html, BullaProvenance *provenance)
{
  bulla_view_expect (self, provenance);
  webkit_web_view_load_alternate_html (WEBKIT_WEB_VIEW (self), html, address, NULL);
}

static void
show_refusal_page (BullaView *self, const char *address, const char *html,
                   BullaProvenance *provenance)
{
  if (self->bundle == NULL && bulla_package_is_url (address)) {
    Refusal *refusal = g_new0 (Refusal, 1);

    refusal->html = g_strdup (html);
    refusal->provenance = g_object_ref (provenance);
    g_object_set_data_full (G_OBJECT (self), KEY, refusal, refusal_free);
  }
  show_page (self, address, html, provenance);
}

/* The entry of the history exists once the page is shown. */
static void
keep_refusal_cb (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  WebKitBackForwardListItem *entry = bulla_view_get_entry (BULLA_VIEW (view));

  if (event != WEBKIT_LOAD_FINISHED)
    return;
  Refusal *refusal = g_object_steal_data (G_OBJECT (view), KEY);
  if (refusal != NULL && entry != NULL
      && g_strcmp0 (webkit_back_forward_list_item_get_uri (entry),
                    bulla_provenance_get_url (refusal->provenance))
             == 0)
    g_object_set_data_full (G_OBJECT (entry), KEY, refusal, refusal_free);
  else if (refusal != NULL)
    refusal_free (refusal);
}

/**
 * bulla_view_announce_refusal:
 * @address: the address at which an error page is about to be shown
 * @load: (nullable): the judged package
 */
void
bulla_view_announce_refusal (BullaView *self, const char *address, BullaLoad *load)
{
  g_autoptr (BullaProvenance) provenance = bulla_provenance_new (
      load != NULL ? BULLA_STANDING_REFUSED : BULLA_STANDING_NONE, address, load);

  bulla_view_expect (self, provenance);
}

/**
 * bulla_view_show_refusal:
 * @address: the requested address
 * @load: (nullable): the judged package
 * @error: (nullable): an error of the shell itself
 *
 * Shows an error page in place of the requested page.
 */
void
bulla_view_show_refusal (BullaView *self, const char *address, BullaLoad *load, const GError *error)
{
  g_autofree char *html = bulla_page_write_refusal (address, load, error);
  g_autoptr (BullaProvenance) provenance = bulla_provenance_new (
      load != NULL ? BULLA_STANDING_REFUSED : BULLA_STANDING_NONE, address, load);

  show_refusal_page (self, address, html, provenance);
}

/**
 * bulla_view_show_refused_bundle:
 * @address: the requested address
 * @bundle: the bundle that is not shown
 *
 * Shows an error page in place of the bundle.
 */
void
bulla_view_show_refused_bundle (BullaView *self, const char *address, BullaBundle *bundle)
{
  g_autofree char *html = bulla_page_write_verdict (address, bulla_bundle_get_verdict (bundle),
                                                    bulla_bundle_get_primary_url (bundle));
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_REFUSED, address, bundle, NULL);

  show_refusal_page (self, address, html, provenance);
}

/* Handles the address of a package view or of a refused package, which the history reached and
 * which loads nothing in a web view. The next load replaces the entry. */
static void
show_entry (BullaView *self, const char *url)
{
  WebKitBackForwardListItem *entry = bulla_view_get_entry (self);
  Refusal *refusal = entry != NULL ? g_object_get_data (G_OBJECT (entry), KEY) : NULL;

  if (entry == NULL || g_strcmp0 (webkit_back_forward_list_item_get_uri (entry), url) != 0)
    return;
  if (refusal != NULL)
    show_page (self, url, refusal->html, refusal->provenance);
  else
    bulla_view_hold_place (self, url);
}

/* --- failures */

/* The server failed that should have answered instead of a package. */
static void
show_unanswered (BullaView *self, const char *url, const BullaViewEvent *fallen,
                 const GError *error)
{
  g_autofree char *html = bulla_page_write_set_aside (url, fallen->load, fallen->verdict, error);
  g_autoptr (BullaProvenance) provenance = bulla_provenance_new (
      fallen->load != NULL ? BULLA_STANDING_REFUSED : BULLA_STANDING_NONE, url, fallen->load);

  bulla_provenance_set_request_verdict (provenance, fallen->verdict);
  show_refusal_page (self, url, html, provenance);
}

/* The gateway has already explained the connections that it closed. */
static void
show_failure (BullaView *self, const char *url, GError *error)
{
  const BullaViewEvent *refused =
      bulla_view_events_find (self->events, BULLA_VIEW_EVENT_REFUSED, url);
  const BullaViewEvent *decided =
      bulla_view_events_find (self->events, BULLA_VIEW_EVENT_DECIDED, url);
  g_autoptr (GError) why =
      refused != NULL && refused->message != NULL
          ? g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, refused->message)
          : NULL;

  const BullaViewEvent *fallen =
      bulla_view_events_find (self->events, BULLA_VIEW_EVENT_FELL_BACK, url);
  if (fallen != NULL && fallen->verdict != NULL && bulla_verdict_is_on_request (fallen->verdict)
      && (refused == NULL || refused->verdict == NULL))
    show_unanswered (self, url, fallen, why != NULL ? why : error);
  else if (refused != NULL && refused->load == NULL && decided != NULL && decided->bundle != NULL)
    bulla_view_show_refused_bundle (self, url, decided->bundle);
  else
    bulla_view_show_refusal (self, url, refused != NULL ? refused->load : NULL,
                             why != NULL ? why : error);
}

/* Says whether an error is not a failure: the shell's own navigation, the user's Esc, or a
 * download. */
static gboolean
is_intended (BullaView *self, const char *failing_url, const GError *error)
{
  return error->domain == BULLA_PAGE_ERROR
         || bulla_address_equal (self->navigation->arriving, failing_url)
         || g_error_matches (error, WEBKIT_NETWORK_ERROR, WEBKIT_NETWORK_ERROR_CANCELLED)
         || g_error_matches (error, WEBKIT_POLICY_ERROR,
                             WEBKIT_POLICY_ERROR_FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE);
}

static gboolean
load_failed_cb (WebKitWebView *view, WebKitLoadEvent event, const char *failing_url, GError *error,
                gpointer user_data)
{
  BullaView *self = BULLA_VIEW (view);
  gboolean is_entry = self->bundle == NULL && bulla_package_is_url (failing_url);

  if (event < WEBKIT_LOAD_COMMITTED)
    self->navigation->waiting = FALSE;
  if (is_intended (self, failing_url, error))
    return TRUE;
  if (is_entry && event < WEBKIT_LOAD_COMMITTED)
    show_entry (self, failing_url);
  else if (event < WEBKIT_LOAD_COMMITTED
           || !bulla_address_equal (failing_url, bulla_provenance_get_url (self->provenance)))
    show_failure (self, failing_url, error);
  else if (bulla_provenance_get_standing (self->provenance) != BULLA_STANDING_TRUNCATED)
    bulla_view_give_notice (
        self, _ ("The page is incomplete: the connection closed early. Reload to try again."));
  return TRUE;
}

static gboolean
load_failed_with_tls_errors_cb (WebKitWebView *view, const char *failing_url,
                                GTlsCertificate *certificate, GTlsCertificateFlags errors,
                                gpointer user_data)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                           _ ("The connection to the local gateway is not trusted, so nothing was "
                              "sent. Restart Bulla to try again."));

  bulla_view_show_refusal (BULLA_VIEW (view), failing_url, NULL, error);
  return TRUE;
}

static void
process_terminated_cb (WebKitWebView *view, WebKitWebProcessTerminationReason reason,
                       gpointer user_data)
{
  const char *url = webkit_web_view_get_uri (view);
  g_autoptr (GError) error = g_error_new_literal (
      G_IO_ERROR, G_IO_ERROR_FAILED,
      reason == WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT
          ? _ ("The page exceeded its memory limit and was stopped. Reload to try again.")
          : _ ("The page crashed. Reload to try again."));

  if (BULLA_VIEW (view)->holds_place /* no page was lost */
      || reason == WEBKIT_WEB_PROCESS_TERMINATED_BY_API)
    return;
  bulla_view_show_refusal (BULLA_VIEW (view), url != NULL ? url : "about:blank", NULL, error);
}

/**
 * bulla_view_follow_loads:
 *
 * Follows every load of @self.
 */
void
bulla_view_follow_loads (BullaView *self)
{
  g_signal_connect (self, "load-changed", G_CALLBACK (load_changed_cb), NULL);
  g_signal_connect (self, "load-changed", G_CALLBACK (keep_refusal_cb), NULL);
  g_signal_connect (self, "load-failed", G_CALLBACK (load_failed_cb), NULL);
  g_signal_connect (self, "load-failed-with-tls-errors",
                    G_CALLBACK (load_failed_with_tls_errors_cb), NULL);
  g_signal_connect (self, "web-process-terminated", G_CALLBACK (process_terminated_cb), NULL);
}

/* --- the expected page */

/**
 * bulla_view_expect:
 * @provenance: provenance of the page that is about to be shown
 */
void
bulla_view_expect (BullaView *self, BullaProvenance *provenance)
{
  const char *url = bulla_provenance_get_url (provenance);

  g_set_object (&self->expected, provenance);
  if (self->bundle != NULL && bulla_package_is_url (url))
    bulla_navigation_state_remember (self->navigation, provenance);
}

/**
 * bulla_view_take_wait:
 * @url: the requested URL
 *
 * Returns: whether the request is for the whole view, which does not show @url yet
 */
gboolean
bulla_view_take_wait (BullaView *self, const char *url)
{
  return bulla_navigation_state_take_wait (self->navigation,
                                           webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self)), url);
}

/**
 * bulla_view_add_bundle_event:
 * @bundle: a judged bundle that was the response to a navigation of this view
 */
void
bulla_view_add_bundle_event (BullaView *self, BullaBundle *bundle)
{
  bulla_view_events_add_bundle (self->events, bundle);
}

/**
 * bulla_view_add_event:
 * @url: URL of the request
 * @load: (nullable): the package
 * @message: (nullable): the explanation
 * @verdict: (nullable): the verdict on the request
 *
 * Records an event of the gateway for this view; it is used when the page is shown.
 */
void
bulla_view_add_event (BullaView *self, BullaViewEventKind kind, const char *url, BullaLoad *load,
                      const char *message, BullaVerdict *verdict)
{
  bulla_view_events_add (self->events, kind, url, load, message, verdict);
}
