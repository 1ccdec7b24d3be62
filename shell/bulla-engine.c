/* bulla-engine.c - what all windows share: loader, gateway, sessions, and which view is whose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-engine.h"

#include "bulla-address.h"
#include "bulla-engine-events.h"
#include "bulla-error.h"
#include "bulla-gateway.h"
#include "bulla-web-context.h"
#include "bulla-web-session.h"

struct _BullaEngine {
  GObject parent_instance;

  BullaLoader *loader;           /* owned */
  BullaGateway *gateway;         /* owned */
  BullaPackageDoor *door;        /* owned */
  BullaDecisions *decisions;     /* owned; nullable */
  GPtrArray *views;              /* of BullaView; not owned */
  WebKitWebContext *automation;  /* owned; nullable: the one context, under automation */
  WebKitNetworkSession *session; /* owned; nullable: of all windows that are not private */
  char **allow_private;          /* owned; nullable */
  gboolean panel;                /* new windows show theirs */
  char *extensions;              /* owned; where the web-process extension is */
};

G_DEFINE_FINAL_TYPE (BullaEngine, bulla_engine, G_TYPE_OBJECT)

static void
bulla_engine_finalize (GObject *object)
{
  BullaEngine *self = BULLA_ENGINE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->automation);
  if (self->gateway != NULL)
    g_signal_handlers_disconnect_by_data (self->gateway, self);
  g_clear_object (&self->gateway);
  g_clear_object (&self->door);
  if (self->loader != NULL)
    bulla_ledger_close (bulla_engine_get_ledger (self));
  g_clear_object (&self->loader);
  g_clear_pointer (&self->decisions, bulla_decisions_free);
  g_ptr_array_unref (self->views);
  g_free (self->extensions);
  g_strfreev (self->allow_private);
  G_OBJECT_CLASS (bulla_engine_parent_class)->finalize (object);
}

static void
bulla_engine_class_init (BullaEngineClass *class)
{
  G_OBJECT_CLASS (class)->finalize = bulla_engine_finalize;
}

static void
bulla_engine_init (BullaEngine *self)
{
  self->views = g_ptr_array_new ();
}

static BullaGateway *
make_gateway (BullaEngine *self, const BullaOptions *options, GError **error)
{
  g_autoptr (BullaGateway) gateway = bulla_gateway_new (self->loader, error);

  if (gateway == NULL || !bulla_gateway_listen (gateway, NULL, error))
    return NULL;
  for (guint i = 0; options->allow_private != NULL && options->allow_private[i] != NULL; i++)
    bulla_gateway_allow_private (gateway, options->allow_private[i]);
  bulla_engine_follow_gateway (self, gateway);
  return g_steal_pointer (&gateway);
}

/* --- contexts and sessions */

/**
 * bulla_engine_new:
 * @error: what in @options cannot be done
 */
BullaEngine *
bulla_engine_new (const BullaOptions *options, GError **error)
{
  g_autoptr (BullaEngine) self = g_object_new (BULLA_TYPE_ENGINE, NULL);

  self->loader = bulla_options_make_loader (options, error);
  self->door = self->loader != NULL ? bulla_package_door_new (self->loader) : NULL;
  self->gateway = self->loader != NULL ? make_gateway (self, options, error) : NULL;
  self->extensions = self->gateway != NULL ? bulla_web_context_find_extensions (error) : NULL;
  if (self->extensions == NULL)
    return NULL;
  if (options->decisions != NULL) {
    self->decisions = bulla_decisions_new (options->decisions, error);
    if (self->decisions == NULL)
      return NULL;
  }
  if (options->ledger != NULL
      && !bulla_ledger_follow_file (bulla_engine_get_ledger (self), options->ledger, error))
    return NULL;
  self->panel = options->panel;
  self->allow_private = g_strdupv (options->allow_private);
  if (options->automation) {
    self->automation = bulla_web_context_new (self->extensions, TRUE);
    webkit_web_context_set_automation_allowed (self->automation, TRUE);
  }
  return g_steal_pointer (&self);
}

/**
 * bulla_engine_allows_private:
 * @host: in lower case
 *
 * Whether pages of public hosts may reach it, though it is private.
 */
gboolean
bulla_engine_allows_private (BullaEngine *self, const char *host)
{
  for (guint i = 0; self->allow_private != NULL && self->allow_private[i] != NULL; i++)
    if (g_ascii_strcasecmp (self->allow_private[i], host) == 0)
      return TRUE;
  return FALSE;
}

/**
 * bulla_engine_opens_panel:
 *
 * Whether new windows open with their verdict panel.
 */
gboolean
bulla_engine_opens_panel (BullaEngine *self)
{
  return self->panel;
}

/**
 * bulla_engine_get_decisions:
 *
 * Returns: (transfer none) (nullable): where decisions are written down
 */
BullaDecisions *
bulla_engine_get_decisions (BullaEngine *self)
{
  return self->decisions;
}

BullaLoader *
bulla_engine_get_loader (BullaEngine *self)
{
  return self->loader;
}

/**
 * bulla_engine_get_ledger:
 *
 * Returns: (transfer none): who was contacted, for all windows
 */
BullaLedger *
bulla_engine_get_ledger (BullaEngine *self)
{
  return bulla_loader_get_ledger (self->loader);
}

/**
 * bulla_engine_get_door:
 *
 * Returns: (transfer none): where bundles are shown in origins of their own
 */
BullaPackageDoor *
bulla_engine_get_door (BullaEngine *self)
{
  return self->door;
}

/**
 * bulla_engine_get_automation_context:
 *
 * Returns: (transfer none) (nullable): %NULL without automation
 */
WebKitWebContext *
bulla_engine_get_automation_context (BullaEngine *self)
{
  return self->automation;
}

/**
 * bulla_engine_dup_context:
 * @packages: whether the view shows pages of bundles; no other one finds them. Under automation
 *   there is one context for all views
 *
 * Returns: (transfer full): a context for one view
 */
WebKitWebContext *
bulla_engine_dup_context (BullaEngine *self, gboolean packages)
{
  return self->automation != NULL ? g_object_ref (self->automation)
                                  : bulla_web_context_new (self->extensions, packages);
}

/**
 * bulla_engine_dup_session:
 *
 * Returns: (transfer full): the session of all windows, or one of its own for a private one; none
 * of them keeps anything when the program ends
 */
WebKitNetworkSession *
bulla_engine_dup_session (BullaEngine *self, gboolean private_window)
{
  if (private_window) {
    WebKitNetworkSession *session = webkit_network_session_new_ephemeral ();
    bulla_web_session_attach (session, self->gateway, BULLA_GATEWAY_ANNOUNCED);
    return session;
  }
  if (self->session == NULL) {
    self->session = self->automation != NULL ? g_object_ref (
                        webkit_web_context_get_network_session_for_automation (self->automation))
                                             : webkit_network_session_new_ephemeral ();
    bulla_web_session_attach (self->session, self->gateway,
                              self->automation != NULL ? BULLA_GATEWAY_AUTOMATED
                                                       : BULLA_GATEWAY_ANNOUNCED);
  }
  return g_object_ref (self->session);
}

/**
 * bulla_engine_dup_package_session:
 * @token: the view's
 * @bundle: the only one that the view shows
 *
 * Under automation WebKit gives all views one session, whatever they are made with.
 *
 * Returns: (transfer full): a session of one package in one view; it keeps nothing
 */
WebKitNetworkSession *
bulla_engine_dup_package_session (BullaEngine *self, const char *token, BullaBundle *bundle)
{
  WebKitNetworkSession *session;
  g_autofree char *package = bulla_package_dup_id (bundle);

  if (self->automation != NULL)
    return bulla_engine_dup_session (self, FALSE);
  session = webkit_network_session_new_ephemeral ();
  bulla_web_session_attach_package (session, self->gateway, token, package);
  return session;
}

/* which network session, and which view of it: how the gateway knows @view */
static const char *
find_session_token (BullaView *view)
{
  WebKitNetworkSession *session = webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (view));

  return bulla_web_session_get_token (bulla_web_session_of (session));
}

/**
 * bulla_engine_add_view:
 *
 * From now on the gateway knows @view.
 */
void
bulla_engine_add_view (BullaEngine *self, BullaView *view)
{
  g_ptr_array_add (self->views, view);
  bulla_gateway_register_view (self->gateway, find_session_token (view),
                               bulla_view_get_token (view));
}

void
bulla_engine_remove_view (BullaEngine *self, BullaView *view)
{
  const char *token = bulla_view_get_token (view);

  bulla_gateway_close_view (self->gateway, find_session_token (view), token);
  bulla_package_door_close_view (self->door, token);
  g_ptr_array_remove (self->views, view);
}

/**
 * bulla_engine_find_view:
 * @token: as it stood in a tag; may be anything
 *
 * Returns: (transfer none) (nullable): the view with that token
 */
BullaView *
bulla_engine_find_view (BullaEngine *self, const char *token)
{
  for (guint i = 0; token != NULL && i < self->views->len; i++)
    if (g_strcmp0 (bulla_view_get_token (self->views->pdata[i]), token) == 0)
      return self->views->pdata[i];
  return NULL;
}

/**
 * bulla_engine_tell_viewport:
 *
 * Says how large @view is: by that the pictures are chosen that are prefetched with a page.
 */
void
bulla_engine_tell_viewport (BullaEngine *self, BullaView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  const char *token = bulla_view_get_token (view);

  bulla_gateway_set_viewport (self->gateway, find_session_token (view), token,
                              gtk_widget_get_width (widget), gtk_widget_get_scale_factor (widget));
}

/**
 * bulla_engine_keep:
 * @load: a package that may be substituted; it waits for the request of @view
 */
void
bulla_engine_keep (BullaEngine *self, BullaView *view, BullaLoad *load)
{
  const char *token = bulla_view_get_token (view);

  bulla_gateway_put (self->gateway, find_session_token (view), token, load);
}

/**
 * bulla_engine_note_opened:
 * @load: an exchange that @view opened by its address, judged; its body is not read yet
 * @started: g_get_monotonic_time() when it was asked for
 */
void
bulla_engine_note_opened (BullaEngine *self, BullaView *view, BullaLoad *load, gint64 started)
{
  const char *token = bulla_view_get_token (view);

  bulla_gateway_report_opened (self->gateway, find_session_token (view), token, load, started);
}

/**
 * bulla_engine_keep_bundle:
 * @bundle: has a response for @url, which may be substituted
 * @url: where the shell leads @view next
 */
void
bulla_engine_keep_bundle (BullaEngine *self, BullaView *view, BullaBundle *bundle, const char *url)
{
  const char *token = bulla_view_get_token (view);

  bulla_gateway_put_bundle (self->gateway, find_session_token (view), token, bundle, url);
}

/**
 * bulla_engine_tell_hop:
 * @url: what a page of a bundle leads to, and claims; "" for nothing
 *
 * Tells every web process of @view, and those to come, that the view itself goes where @url is
 * shown: no page asks for it.
 */
void
bulla_engine_tell_hop (BullaEngine *self, BullaView *view, const char *url)
{
  bulla_web_context_tell_hop (webkit_web_view_get_context (WEBKIT_WEB_VIEW (view)), url);
}

/**
 * bulla_engine_note_bundle:
 * @bundle: was opened for @view, and judged
 *
 * Writes it down, where that was asked for.
 */
void
bulla_engine_note_bundle (BullaEngine *self, BullaView *view, BullaBundle *bundle)
{
  if (self->decisions != NULL)
    bulla_decisions_write_event (self->decisions, bulla_view_get_number (view), BULLA_EVENT_DECIDED,
                                 bulla_bundle_get_primary_url (bundle), NULL,
                                 bulla_bundle_get_verdict (bundle), NULL);
}

/**
 * bulla_engine_note_refused:
 * @url: what a page in @view asked for
 * @verdict: (nullable): of the request
 *
 * Writes it down, where that was asked for, and for the panel.
 */
void
bulla_engine_note_refused (BullaEngine *self, BullaView *view, const char *url,
                           BullaVerdict *verdict, const char *message)
{
  if (self->decisions != NULL)
    bulla_decisions_write_event (self->decisions, bulla_view_get_number (view), BULLA_EVENT_REFUSED,
                                 url, NULL, verdict, message);
  bulla_provenance_add_refused (bulla_view_get_provenance (view), url, verdict, message);
}

/**
 * bulla_engine_announce:
 * @message: what a web process of @view says of a request that it sends
 */
void
bulla_engine_announce (BullaEngine *self, BullaView *view, GVariant *message)
{
  bulla_gateway_announce (self->gateway, find_session_token (view), bulla_view_get_token (view),
                          message);
}

/**
 * bulla_engine_expect_typed:
 * @url: http or https; chosen by the user in the shell
 *
 * Returns: (transfer full): the value of the header by which the gateway knows the request
 */
char *
bulla_engine_expect_typed (BullaEngine *self, BullaView *view, const char *url)
{
  return bulla_gateway_expect_typed (self->gateway, find_session_token (view),
                                     bulla_view_get_token (view), url);
}

/**
 * bulla_engine_expect_navigation:
 * @url: where @view, or a frame in it, is allowed to go
 * @answer: (nullable): for a reload, and for a way in the history, the id of the answer that the
 *   entry showed
 */
void
bulla_engine_expect_navigation (BullaEngine *self, BullaView *view, const char *url,
                                BullaNavigationKind kind, const char *answer)
{
  bulla_view_expect_way (view, kind == BULLA_NAVIGATION_BACK_FORWARD);
  bulla_gateway_expect_navigation (self->gateway, find_session_token (view),
                                   bulla_view_get_token (view), url, kind, answer);
}

/**
 * bulla_engine_end_page:
 * @view: has committed another page
 */
void
bulla_engine_end_page (BullaEngine *self, BullaView *view)
{
  bulla_gateway_end_page (self->gateway, find_session_token (view), bulla_view_get_token (view));
}

/**
 * bulla_engine_find_answer:
 * @id: (nullable): as the response has it
 *
 * Returns: (transfer none) (nullable): what the gateway sent for that navigation of @view
 */
BullaAnswer *
bulla_engine_find_answer (BullaEngine *self, BullaView *view, const char *id)
{
  return id != NULL ? bulla_gateway_find_answer (self->gateway, find_session_token (view),
                                                 bulla_view_get_token (view), id)
                    : NULL;
}

/**
 * bulla_engine_note_shown:
 * @answer: (nullable): what @view shows from now on; %NULL: no answer is known for that
 */
void
bulla_engine_note_shown (BullaEngine *self, BullaView *view, BullaAnswer *answer)
{
  bulla_gateway_note_shown (self->gateway, find_session_token (view), bulla_view_get_token (view),
                            answer != NULL ? bulla_answer_get_id (answer) : NULL);
}

/**
 * bulla_engine_forget:
 * @url: what @view wants from the publisher from now on
 */
void
bulla_engine_forget (BullaEngine *self, BullaView *view, const char *url)
{
  const char *token = bulla_view_get_token (view);

  bulla_gateway_load_live (self->gateway, find_session_token (view), token, url);
}

/**
 * bulla_engine_report_left:
 * @provenance: of the page that @view showed until now
 *
 * Writes down who was contacted for it, where that was asked for.
 */
void
bulla_engine_report_left (BullaEngine *self, BullaView *view, BullaProvenance *provenance)
{
  if (self->decisions != NULL && bulla_provenance_get_url (provenance) != NULL)
    bulla_decisions_write_left (self->decisions, bulla_view_get_number (view), provenance);
}

/**
 * bulla_engine_report:
 *
 * Writes down what @view shows now, where that was asked for.
 */
void
bulla_engine_report (BullaEngine *self, BullaView *view, BullaProvenance *provenance)
{
  if (self->decisions != NULL)
    bulla_decisions_write_page (self->decisions, bulla_view_get_number (view), provenance);
}
