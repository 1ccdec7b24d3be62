/* bulla-view.c - one web view: its token, its navigations, and where its page came from
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A view is either the web view of its window or a package view. A package view shows the pages of
 * one bundle in origins of their own. It has a network session and a web context of its own: the
 * session's token names the package at the gateway, whatever its pages do, and nothing that they
 * store is seen elsewhere. */
#include "bulla-view-private.h"

#include "bulla-engine.h"
#include "bulla-navigation.h"
#include "bulla-web-context.h"
#include "bulla-web-settings.h"

G_DEFINE_FINAL_TYPE (BullaView, bulla_view, WEBKIT_TYPE_WEB_VIEW)

enum { PROP_PROVENANCE = 1, PROP_BUSY, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { NOTICE, SHOW_PACKAGE, LEAVE_PACKAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

void
bulla_view_set_provenance (BullaView *self, BullaProvenance *provenance)
{
  g_set_object (&self->provenance, provenance);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROVENANCE]);
}

static void
loading_changed_cb (BullaView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
bulla_view_constructed (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  G_OBJECT_CLASS (bulla_view_parent_class)->constructed (object);
  g_signal_connect (self, "notify::is-loading", G_CALLBACK (loading_changed_cb), NULL);
  bulla_view_follow_loads (self);
  bulla_view_follow_history (self);
  bulla_navigation_guard (self);
}

static void
bulla_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BullaView *self = BULLA_VIEW (object);

  if (id == PROP_PROVENANCE)
    g_value_set_object (value, self->provenance);
  else if (id == PROP_BUSY)
    g_value_set_boolean (value, bulla_view_is_busy (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bulla_view_dispose (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  bulla_view_end_check (self);
  g_clear_object (&self->way);
  g_clear_object (&self->restoring);
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
  g_free (self->placeholder);
  g_free (self->start);
  g_hash_table_unref (self->frames);
  g_ptr_array_unref (self->unreported);
  g_free (self->page);
  g_clear_object (&self->bundle);
  bulla_notes_free (self->notes);
  g_clear_object (&self->provenance);
  g_clear_object (&self->expected);
  bulla_itinerary_free (self->itinerary);
  G_OBJECT_CLASS (bulla_view_parent_class)->finalize (object);
}

static void
bulla_view_class_init (BullaViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = bulla_view_constructed;
  object_class->get_property = bulla_view_get_property;
  object_class->dispose = bulla_view_dispose;
  object_class->finalize = bulla_view_finalize;

  props[PROP_PROVENANCE] =
      g_param_spec_object ("provenance", NULL, NULL, BULLA_TYPE_PROVENANCE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_BUSY] =
      g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[NOTICE] = g_signal_new ("notice", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BullaView::show-package:
   * @self: the web view of a window
   * @bundle: (nullable): is to be shown in a package view; %NULL: the one that has @url
   * @url: its page to show, or the address of the list of its resources
   */
  signals[SHOW_PACKAGE] =
      g_signal_new ("show-package", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, BULLA_TYPE_BUNDLE, G_TYPE_STRING);

  /**
   * BullaView::leave-package:
   * @self: a package view
   * @url: is to be shown in the web view of the window
   * @how: a BullaLeave
   */
  signals[LEAVE_PACKAGE] =
      g_signal_new ("leave-package", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
}

static void
bulla_view_init (BullaView *self)
{
  self->notes = bulla_notes_new ();
  self->itinerary = bulla_itinerary_new ();
  self->frames = bulla_view_frames_new ();
  self->unreported = g_ptr_array_new_with_free_func (g_object_unref);
  self->provenance = bulla_provenance_new (BULLA_STANDING_NONE, NULL, NULL);
}

/* --- its kinds */

/* A web process of the view's context sends a request. Under automation all views have one context,
 * and no view ever changes its process: the page's id tells them apart. */
static gboolean
message_received_cb (WebKitWebContext *context, WebKitUserMessage *message, BullaView *self)
{
  GVariant *parameters = webkit_user_message_get_parameters (message);
  guint64 page = 0;

  if (!g_str_equal (webkit_user_message_get_name (message), "request") || parameters == NULL
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT) || self->engine == NULL)
    return FALSE;
  if (bulla_engine_get_automation_context (self->engine) != NULL
      && (!g_variant_lookup (parameters, "page", "t", &page)
          || page != webkit_web_view_get_page_id (WEBKIT_WEB_VIEW (self))))
    return FALSE;
  gboolean top = FALSE;
  if (g_variant_lookup (parameters, "top", "b", &top) && top)
    self->asked = g_get_monotonic_time ();
  bulla_view_announce (self, parameters);
  return TRUE;
}

/* @bundle: (nullable): of a package view
 * @token: (transfer full) */
static BullaView *
make (BullaEngine *engine, BullaBundle *bundle, WebKitNetworkSession *session, char *token)
{
  g_autoptr (WebKitWebContext) context = bulla_engine_dup_context (engine, bundle != NULL);
  g_autoptr (WebKitSettings) settings = bulla_web_settings_new (bundle != NULL);
  BullaView *self = g_object_new (BULLA_TYPE_VIEW, "web-context", context, "network-session",
                                  session, "settings", settings, "is-controlled-by-automation",
                                  bulla_engine_get_automation_context (engine) != NULL, NULL);

  self->engine = g_object_ref (engine);
  self->token = token;
  g_set_object (&self->bundle, bundle);
  g_signal_connect_object (context, "user-message-received", G_CALLBACK (message_received_cb), self,
                           0);
  return self;
}

/**
 * bulla_view_new:
 * @private_window: whether it shares cookies and storage with nobody
 *
 * Every view has a web context, hence web processes, of its own: what they say of their requests is
 * of this view.
 *
 * Returns: (transfer floating): the web view of a window
 */
BullaView *
bulla_view_new (BullaEngine *engine, gboolean private_window)
{
  g_autoptr (WebKitNetworkSession) session = bulla_engine_dup_session (engine, private_window);
  BullaView *self = make (engine, NULL, session, bulla_web_context_make_token ());

  self->private_window = private_window;
  self->revealed = TRUE;
  self->number = bulla_ledger_number_view (bulla_engine_get_ledger (engine), self->token);
  bulla_engine_add_view (engine, self);
  return self;
}

/**
 * bulla_view_new_for_package:
 * @web: the web view of the window in which it is shown
 * @bundle: the only one that it shows
 * @opener: (nullable): a package view of the same bundle, a page of which opens this window; both
 *   share a network session, hence their storage
 *
 * Returns: (transfer floating): a package view
 */
BullaView *
bulla_view_new_for_package (BullaView *web, BullaBundle *bundle, BullaView *opener)
{
  BullaEngine *engine = web->engine;
  g_autofree char *token = bulla_web_context_make_token ();
  g_autoptr (WebKitNetworkSession) session =
      opener != NULL ? g_object_ref (webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (opener)))
                     : bulla_engine_dup_package_session (engine, token, bundle);
  BullaView *self = make (engine, bundle, session, g_steal_pointer (&token));

  self->private_window = web->private_window;
  self->number = web->number;
  self->click = web->click;
  bulla_ledger_join_view (bulla_engine_get_ledger (engine), self->token, self->number);
  bulla_package_door_open (bulla_engine_get_door (engine), self->token, bundle);
  bulla_engine_add_view (engine, self);
  return self;
}

/**
 * bulla_view_get_token:
 *
 * Returns: what the gateway and the package door know it by; a secret
 */
const char *
bulla_view_get_token (BullaView *self)
{
  return self->token;
}

/**
 * bulla_view_get_number:
 *
 * Returns: the number that the ledger has for the view's window, from 1; not a secret
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

/**
 * bulla_view_get_bundle:
 *
 * Returns: (transfer none) (nullable): the bundle of a package view; %NULL for a web view
 */
BullaBundle *
bulla_view_get_bundle (BullaView *self)
{
  return self->bundle;
}

/**
 * bulla_view_dup_package:
 *
 * Returns: (transfer full) (nullable): the id of a package view's package, by which the network
 *   permission is given; %NULL for a web view
 */
char *
bulla_view_dup_package (BullaView *self)
{
  return self->bundle != NULL ? bulla_package_dup_id (self->bundle) : NULL;
}

/**
 * bulla_view_get_package_page:
 *
 * Returns: (nullable): the last page shown that is of the bundle: a page at blob: or about: that is
 *   shown after it is of that page's making
 */
const char *
bulla_view_get_package_page (BullaView *self)
{
  return self->page;
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
 * bulla_view_get_itinerary:
 *
 * Returns: (transfer none): where it is going
 */
BullaItinerary *
bulla_view_get_itinerary (BullaView *self)
{
  return self->itinerary;
}

/* --- what it tells its window */

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
 * bulla_view_show_package:
 * @self: a web view
 * @bundle: (nullable): may be shown; %NULL: one that the window shows already
 * @url: its page, or the address of the list of its resources
 */
void
bulla_view_show_package (BullaView *self, BullaBundle *bundle, const char *url)
{
  g_signal_emit (self, signals[SHOW_PACKAGE], 0, bundle, url);
}

/**
 * bulla_view_leave_package:
 * @self: a package view
 * @url: where it leads
 * @how: who leads there
 */
void
bulla_view_leave_package (BullaView *self, const char *url, BullaLeave how)
{
  g_signal_emit (self, signals[LEAVE_PACKAGE], 0, url, (gint)how);
}
