/* bulla-view.c - one web view: its token, its navigations, and where its page came from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-navigation.h"
#include "bulla-page.h"
#include "bulla-web-settings.h"

struct _BullaView {
  WebKitWebView parent_instance;

  BullaEngine *engine; /* owned */
  char *token;         /* owned; NULL: the engine's, with the page's id */
  guint number;
  guint click; /* id of its last click in the ledger, when its page came */
  gboolean private_window;
  BullaNotes *notes;           /* owned */
  BullaProvenance *provenance; /* owned */
  BullaProvenance *expected;   /* owned; nullable: of the page that is being loaded, where known */
  BullaItinerary *itinerary;   /* owned */
  char *told;                  /* owned; nullable: what it was told to open last */
};

G_DEFINE_FINAL_TYPE (BullaView, bulla_view, WEBKIT_TYPE_WEB_VIEW)

enum { PROP_PROVENANCE = 1, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { NOTICE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_provenance (BullaView *self, BullaProvenance *provenance)
{
  g_set_object (&self->provenance, provenance);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROVENANCE]);
}

static void
report (BullaView *self)
{
  bulla_engine_report (self->engine, self, self->provenance);
  if (bulla_provenance_get_standing (self->provenance) == BULLA_STANDING_TRUNCATED)
    bulla_view_give_notice (self, _ ("The page was broken off: a part of it is not what its "
                                     "publisher signed"));
}

/* A page that nobody was asked for, as it comes from the history, has what it asks for from now on.
 */
static void
follow_contacts (BullaView *self, BullaProvenance *provenance)
{
  BullaLedger *ledger = bulla_engine_get_ledger (self->engine);
  BullaContact *click = bulla_ledger_find_click (ledger, self->number);
  guint id = click != NULL ? bulla_contact_get_id (click) : 0;

  bulla_provenance_follow (provenance, ledger, self->number,
                           id > self->click ? id : bulla_ledger_get_last_id (ledger) + 1);
  self->click = id;
}

static void
committed (BullaView *self)
{
  const char *url = webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self));
  g_autoptr (BullaProvenance) provenance = NULL;

  if (self->expected != NULL
      && bulla_address_equal (bulla_provenance_get_url (self->expected), url))
    provenance = g_steal_pointer (&self->expected);
  else if (bulla_package_is_url (url))
    provenance = bulla_itinerary_recall (self->itinerary, url);
  else
    provenance = bulla_notes_settle (self->notes, url != NULL ? url : "about:blank");
  follow_contacts (self, provenance);
  g_clear_object (&self->expected);
  bulla_itinerary_arrive (self->itinerary);
  g_clear_pointer (&self->told, g_free);
  set_provenance (self, provenance);
  report (self);
  bulla_notes_clear (self->notes);
}

static void
load_changed_cb (WebKitWebView *view, WebKitLoadEvent event, gpointer user_data)
{
  if (event == WEBKIT_LOAD_STARTED) {
    BULLA_VIEW (view)->itinerary->waiting = TRUE;
    bulla_engine_tell_viewport (BULLA_VIEW (view)->engine, BULLA_VIEW (view));
  }
  if (event == WEBKIT_LOAD_COMMITTED)
    committed (BULLA_VIEW (view));
}

/* What the gateway closed, it has said why. */
static void
show_failure (BullaView *self, const char *url, GError *error)
{
  const BullaNote *refused = bulla_notes_find (self->notes, BULLA_EVENT_REFUSED, url);
  const BullaNote *decided = bulla_notes_find (self->notes, BULLA_EVENT_DECIDED, url);
  g_autoptr (GError) why =
      refused != NULL && refused->message != NULL
          ? g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, refused->message)
          : NULL;

  if (refused != NULL && refused->load == NULL && decided != NULL && decided->bundle != NULL)
    bulla_view_show_refused_bundle (self, url, decided->bundle);
  else
    bulla_view_show_refusal (self, url, refused != NULL ? refused->load : NULL,
                             why != NULL ? why : error);
}

static gboolean
load_failed_cb (WebKitWebView *view, WebKitLoadEvent event, const char *failing_url, GError *error,
                gpointer user_data)
{
  BullaView *self = BULLA_VIEW (view);

  if (event < WEBKIT_LOAD_COMMITTED)
    self->itinerary->waiting = FALSE;
  /* our own hops, the user's Esc, and a download are no failures */
  if (error->domain == BULLA_PAGE_ERROR
      || bulla_address_equal (self->itinerary->arriving, failing_url)
      || g_error_matches (error, WEBKIT_NETWORK_ERROR, WEBKIT_NETWORK_ERROR_CANCELLED)
      || g_error_matches (error, WEBKIT_POLICY_ERROR,
                          WEBKIT_POLICY_ERROR_FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE))
    return TRUE;
  if (event >= WEBKIT_LOAD_COMMITTED
      && bulla_address_equal (failing_url, bulla_provenance_get_url (self->provenance))) {
    if (bulla_provenance_get_standing (self->provenance) != BULLA_STANDING_TRUNCATED)
      bulla_view_give_notice (self, _ ("The page broke off before its end"));
    return TRUE;
  }
  show_failure (self, failing_url, error);
  return TRUE;
}

static gboolean
load_failed_with_tls_errors_cb (WebKitWebView *view, const char *failing_url,
                                GTlsCertificate *certificate, GTlsCertificateFlags errors,
                                gpointer user_data)
{
  g_autoptr (GError) error = g_error_new_literal (
      G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
      _ ("The way between the page and the browser is not trusted. Nothing was sent."));

  bulla_view_show_refusal (BULLA_VIEW (view), failing_url, NULL, error);
  return TRUE;
}

static void
process_terminated_cb (WebKitWebView *view, WebKitWebProcessTerminationReason reason,
                       gpointer user_data)
{
  const char *url = webkit_web_view_get_uri (view);
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                           reason == WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT
                               ? _ ("The page used more memory than it may, and was stopped.")
                               : _ ("The process that showed the page is gone."));

  bulla_view_show_refusal (BULLA_VIEW (view), url != NULL ? url : "about:blank", NULL, error);
}

static void
bulla_view_constructed (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  G_OBJECT_CLASS (bulla_view_parent_class)->constructed (object);
  g_signal_connect (self, "load-changed", G_CALLBACK (load_changed_cb), NULL);
  g_signal_connect (self, "load-failed", G_CALLBACK (load_failed_cb), NULL);
  g_signal_connect (self, "load-failed-with-tls-errors",
                    G_CALLBACK (load_failed_with_tls_errors_cb), NULL);
  g_signal_connect (self, "web-process-terminated", G_CALLBACK (process_terminated_cb), NULL);
  bulla_navigation_guard (self);
}

static void
bulla_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PROVENANCE)
    g_value_set_object (value, BULLA_VIEW (object)->provenance);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bulla_view_dispose (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  if (self->engine != NULL)
    bulla_engine_remove_view (self->engine, self);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (bulla_view_parent_class)->dispose (object);
}

static void
bulla_view_finalize (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  g_free (self->token);
  g_free (self->told);
  bulla_notes_free (self->notes);
  g_clear_object (&self->provenance);
  g_clear_object (&self->expected);
  bulla_itinerary_free (self->itinerary);
  G_OBJECT_CLASS (bulla_view_parent_class)->finalize (object);
}

static void
bulla_view_class_init (BullaViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->constructed = bulla_view_constructed;
  object_class->get_property = bulla_view_get_property;
  object_class->dispose = bulla_view_dispose;
  object_class->finalize = bulla_view_finalize;

  props[PROP_PROVENANCE] =
      g_param_spec_object ("provenance", NULL, NULL, BULLA_TYPE_PROVENANCE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[NOTICE] = g_signal_new ("notice", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
bulla_view_init (BullaView *self)
{
  self->notes = bulla_notes_new ();
  self->itinerary = bulla_itinerary_new ();
  self->provenance = bulla_provenance_new (BULLA_STANDING_NONE, NULL, NULL);
}

/**
 * bulla_view_new:
 * @private_window: whether it shares cookies and storage with nobody
 *
 * Every view has a web context, hence web processes, of its own: what their extension is told when
 * they start names the view, whatever page of it they come to hold. Under automation there is one
 * context for all views, and no view ever changes its process: there the page's id names the view.
 */
BullaView *
bulla_view_new (BullaEngine *engine, gboolean private_window)
{
  g_autofree char *token = NULL;
  g_autoptr (WebKitWebContext) context = bulla_engine_dup_context (engine, &token);
  g_autoptr (WebKitNetworkSession) session = bulla_engine_dup_session (engine, private_window);
  g_autoptr (WebKitSettings) settings = bulla_web_settings_new ();
  BullaView *self =
      g_object_new (BULLA_TYPE_VIEW, "web-context", context, "network-session", session, "settings",
                    settings, "is-controlled-by-automation", token == NULL, NULL);

  self->engine = g_object_ref (engine);
  self->token = g_steal_pointer (&token);
  self->private_window = private_window;
  g_autofree char *tag = bulla_view_dup_token (self);
  self->number = bulla_ledger_number_view (bulla_engine_get_ledger (engine), tag);
  bulla_engine_add_view (engine, self);
  return self;
}

/**
 * bulla_view_dup_token:
 *
 * Returns: (transfer full): what the tag of each of its requests says; a secret
 */
char *
bulla_view_dup_token (BullaView *self)
{
  return self->token != NULL
             ? g_strdup (self->token)
             : bulla_engine_dup_page_token (self->engine,
                                            webkit_web_view_get_page_id (WEBKIT_WEB_VIEW (self)));
}

gboolean
bulla_view_has_token (BullaView *self, const char *token)
{
  g_autofree char *own = bulla_view_dup_token (self);

  return g_strcmp0 (own, token) == 0;
}

/**
 * bulla_view_get_number:
 *
 * Returns: which view of this run it is, from 1, as the ledger has it; no secret
 */
guint
bulla_view_get_number (BullaView *self)
{
  return self->number;
}

gboolean
bulla_view_is_private (BullaView *self)
{
  return self->private_window;
}

BullaEngine *
bulla_view_get_engine (BullaView *self)
{
  return self->engine;
}

/**
 * bulla_view_get_provenance:
 *
 * Returns: (transfer none): of the page that is shown
 */
BullaProvenance *
bulla_view_get_provenance (BullaView *self)
{
  return self->provenance;
}

/**
 * bulla_view_open:
 * @url: as bulla_address_from_text() makes it
 *
 * What the user asks for by name: no page had a part in it.
 */
void
bulla_view_open (BullaView *self, const char *url)
{
  g_free (self->told);
  self->told = g_strdup (url);
  webkit_web_view_load_uri (WEBKIT_WEB_VIEW (self), url);
}

/**
 * bulla_view_was_told_to_open:
 *
 * Whether @url is what bulla_view_open() was called with last, and nothing was shown since.
 */
gboolean
bulla_view_was_told_to_open (BullaView *self, const char *url)
{
  return bulla_address_equal (self->told, url);
}

/**
 * bulla_view_give_notice:
 * @text: for the user
 */
void
bulla_view_give_notice (BullaView *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

/**
 * bulla_view_load_live:
 *
 * Forgets the package and asks the publisher.
 */
void
bulla_view_load_live (BullaView *self)
{
  g_autofree char *url = g_strdup (bulla_provenance_get_live_url (self->provenance));

  if (url == NULL)
    return;
  bulla_engine_forget (self->engine, self, url);
  if (bulla_address_equal (url, webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self))))
    webkit_web_view_reload_bypass_cache (WEBKIT_WEB_VIEW (self));
  else
    bulla_view_open (self, url);
}

/**
 * bulla_view_expect:
 * @provenance: of the page that is about to be shown at its address
 */
void
bulla_view_expect (BullaView *self, BullaProvenance *provenance)
{
  const char *url = bulla_provenance_get_url (provenance);

  g_set_object (&self->expected, provenance);
  if (bulla_package_is_url (url))
    bulla_itinerary_remember (self->itinerary, provenance);
}

/**
 * bulla_view_get_itinerary:
 *
 * Returns: (transfer none): where it is going
 */
BullaItinerary *
bulla_view_get_itinerary (BullaView *self)
{
  return self->itinerary;
}

/**
 * bulla_view_take_wait:
 * @url: what is asked for
 *
 * Whether that is for the whole view, which does not show it yet.
 */
gboolean
bulla_view_take_wait (BullaView *self, const char *url)
{
  return bulla_itinerary_take_wait (self->itinerary,
                                    webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self)), url);
}

/**
 * bulla_view_announce_refusal:
 * @address: where a page of our own is about to be shown
 * @load: (nullable): the package that was judged
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
 * @address: what was asked for
 * @load: (nullable): the package that was judged
 * @error: (nullable): what went wrong on our side
 *
 * Shows a page of our own in place of the one that was asked for.
 */
void
bulla_view_show_refusal (BullaView *self, const char *address, BullaLoad *load, const GError *error)
{
  g_autofree char *html = bulla_page_write_refusal (address, load, error);

  bulla_view_announce_refusal (self, address, load);
  webkit_web_view_load_alternate_html (WEBKIT_WEB_VIEW (self), html, address, NULL);
}

/**
 * bulla_view_show_refused_bundle:
 * @address: what was asked for
 * @bundle: that came, and is not shown
 *
 * Shows a page of our own in place of it.
 */
void
bulla_view_show_refused_bundle (BullaView *self, const char *address, BullaBundle *bundle)
{
  g_autofree char *html = bulla_page_write_verdict (address, bulla_bundle_get_verdict (bundle),
                                                    bulla_bundle_get_primary_url (bundle));
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_REFUSED, address, bundle, NULL);

  bulla_view_expect (self, provenance);
  webkit_web_view_load_alternate_html (WEBKIT_WEB_VIEW (self), html, address, NULL);
}

/**
 * bulla_view_note_bundle:
 * @bundle: came as the response to a navigation of this view, and was judged
 */
void
bulla_view_note_bundle (BullaView *self, BullaBundle *bundle)
{
  bulla_notes_add_bundle (self->notes, bundle);
}

/**
 * bulla_view_note:
 * @url: of the request that the event is about
 * @load: (nullable): the package it is about
 * @message: (nullable): why, in words
 *
 * What the gateway did for this view; it counts when the page comes to be shown.
 */
void
bulla_view_note (BullaView *self, BullaEvent event, const char *url, BullaLoad *load,
                 const char *message)
{
  if (event == BULLA_EVENT_TRUNCATED
      && bulla_provenance_get_standing (self->provenance) == BULLA_STANDING_SUBSTITUTED
      && bulla_address_equal (url, bulla_provenance_get_url (self->provenance))) {
    bulla_provenance_set_truncated (self->provenance);
    report (self);
    return;
  }
  bulla_notes_add (self->notes, event, url, load, message);
}
