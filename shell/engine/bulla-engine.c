/* bulla-engine.c - creates and owns the objects that all windows share: loader, gateway, contexts
 * and sessions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-engine.h"

#include "bulla-gateway-internal.h"
#include "bulla-loader-clients.h"
#include "bulla-printable.h"
#include "bulla-shell-store.h"
#include "bulla-web-context.h"
#include "bulla-web-session.h"

struct _BullaEngine {
  GObject parent_instance;

  BullaLoader *loader;             /* owned */
  BullaExchangeRecorder *recorder; /* owned; NULL if nothing is recorded */
  BullaGateway *gateway;           /* owned */
  BullaPackageDoor *door;          /* owned */
  BullaSubstitutedSessions *apart; /* owned */
  BullaNetworkPrompt *prompt;      /* owned */
  WebKitWebContext *automation;    /* owned; context of all views; NULL without automation */
  WebKitNetworkSession *session;   /* owned; of all non-private windows; NULL before the first */
  char **allow_private;            /* owned; private hosts that pages may reach; NULL if none */
  gboolean panel;                  /* whether new windows show their verdict panel */
  BullaClient *client;             /* owned; what new windows stand for; NULL for the engine */
  char *extensions;                /* owned; folder of the web-process extension */
};

G_DEFINE_FINAL_TYPE (BullaEngine, bulla_engine, G_TYPE_OBJECT)

static void
bulla_engine_finalize (GObject *object)
{
  BullaEngine *self = BULLA_ENGINE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->automation);
  g_clear_object (&self->apart);
  g_clear_object (&self->gateway);
  g_clear_pointer (&self->recorder, bulla_exchange_recorder_free);
  g_clear_object (&self->door);
  if (self->loader != NULL)
    bulla_ledger_close (bulla_engine_get_ledger (self));
  g_clear_object (&self->loader);
  g_clear_object (&self->prompt);
  g_clear_pointer (&self->client, bulla_client_unref);
  g_free (self->extensions);
  g_strfreev (self->allow_private);
  G_OBJECT_CLASS (bulla_engine_parent_class)->finalize (object);
}

static void
bulla_engine_class_init (BullaEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_engine_finalize;
}

static void
bulla_engine_init (BullaEngine *self)
{
}

/* The user's own file for the engine of the shell replaces the shipped one, unless it is faulty. */
static void
use_client (BullaGateway *gateway)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaClient) client = bulla_client_load (BULLA_CLIENT_OF_SHELL, &error);

  if (client != NULL) {
    bulla_gateway_set_client (gateway, client);
    return;
  }
  g_autofree char *text = bulla_printable_dup (error->message);
  g_printerr ("bulla-shell: %s; the shipped client is used\n", text);
}

static BullaGateway *
make_gateway (BullaEngine *self, const BullaOptions *options, GError **error)
{
  g_autoptr (BullaGateway) gateway = bulla_gateway_new (self->loader, error);

  if (gateway == NULL || !bulla_gateway_listen (gateway, NULL, error))
    return NULL;
  for (guint i = 0; options->allow_private != NULL && options->allow_private[i] != NULL; i++)
    bulla_gateway_allow_private (gateway, options->allow_private[i]);
  use_client (gateway);
  return g_steal_pointer (&gateway);
}

/* --- contexts and sessions */

/**
 * bulla_engine_new:
 * @prompt: asks the user on behalf of the gateway
 * @error: set if an option cannot be applied
 */
BullaEngine *
bulla_engine_new (const BullaOptions *options, BullaNetworkPrompt *prompt, GError **error)
{
  g_autoptr (BullaEngine) self = g_object_new (BULLA_TYPE_ENGINE, NULL);

  self->prompt = g_object_ref (prompt);
  self->loader = bulla_options_make_loader (options, error);
  self->door = self->loader != NULL ? bulla_package_door_new (self->loader) : NULL;
  self->gateway = self->loader != NULL ? make_gateway (self, options, error) : NULL;
  self->extensions = self->gateway != NULL ? bulla_web_context_find_extensions (error) : NULL;
  if (self->extensions == NULL)
    return NULL;
  if (options->ledger != NULL
      && !bulla_ledger_follow_file (bulla_engine_get_ledger (self), options->ledger, FALSE, error))
    return NULL;
  self->apart = bulla_substituted_sessions_new (self->gateway, prompt,
                                                bulla_loader_get_profile (self->loader));
  if (!bulla_shell_store_open (self->loader, options, &self->recorder, error))
    return NULL;
  self->panel = options->panel;
  if (options->client != NULL
      && (self->client = bulla_client_load (options->client, error)) == NULL)
    return NULL;
  self->allow_private = g_strdupv (options->allow_private);
  if (options->automation) {
    self->automation = bulla_web_context_new (self->extensions);
    webkit_web_context_set_automation_allowed (self->automation, TRUE);
  }
  return g_steal_pointer (&self);
}

/**
 * bulla_engine_allows_private:
 * @host: in lower case
 *
 * Returns: whether pages of public hosts may reach @host, although it is private
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
 * Returns: whether new windows open with their verdict panel
 */
gboolean
bulla_engine_opens_panel (BullaEngine *self)
{
  return self->panel;
}

/**
 * bulla_engine_get_client:
 *
 * Returns: (transfer none) (nullable): the client that new windows stand for; %NULL for the engine
 *   itself
 */
BullaClient *
bulla_engine_get_client (BullaEngine *self)
{
  return self->client;
}

/* Returns: (transfer none) (nullable): the recorder; NULL if nothing is recorded */
BullaExchangeRecorder *
bulla_engine_get_recorder (BullaEngine *self)
{
  return self->recorder;
}

BullaLoader *
bulla_engine_get_loader (BullaEngine *self)
{
  return self->loader;
}

/**
 * bulla_engine_get_ledger:
 *
 * Returns: (transfer none): the ledger, which records the contacts of all windows
 */
BullaLedger *
bulla_engine_get_ledger (BullaEngine *self)
{
  return bulla_loader_get_ledger (self->loader);
}

/**
 * bulla_engine_get_gateway:
 *
 * Returns: (transfer none): the gateway, through which all sessions reach the network
 */
BullaGateway *
bulla_engine_get_gateway (BullaEngine *self)
{
  return self->gateway;
}

/**
 * bulla_engine_get_door:
 *
 * Returns: (transfer none): the package door, which shows bundles in their own origins
 */
BullaPackageDoor *
bulla_engine_get_door (BullaEngine *self)
{
  return self->door;
}

/**
 * bulla_engine_get_apart:
 *
 * Returns: (transfer none): the sessions of substituted pages
 */
BullaSubstitutedSessions *
bulla_engine_get_apart (BullaEngine *self)
{
  return self->apart;
}

/**
 * bulla_engine_get_session:
 *
 * Returns: (transfer none) (nullable): the session of live pages, of all windows but private ones;
 *   %NULL before the first
 */
WebKitNetworkSession *
bulla_engine_get_session (BullaEngine *self)
{
  return self->session;
}

/**
 * bulla_engine_get_prompt:
 *
 * Returns: (transfer none): the prompt that asks the user whether pages of a bundle may use the
 *   network
 */
BullaNetworkPrompt *
bulla_engine_get_prompt (BullaEngine *self)
{
  return self->prompt;
}

/**
 * bulla_engine_get_automation_context:
 *
 * Returns: (transfer none) (nullable): the context of all views; %NULL without automation
 */
WebKitWebContext *
bulla_engine_get_automation_context (BullaEngine *self)
{
  return self->automation;
}

/**
 * bulla_engine_dup_context:
 *
 * Returns: (transfer full): a new context for one view; under automation the shared one
 */
WebKitWebContext *
bulla_engine_dup_context (BullaEngine *self)
{
  return self->automation != NULL ? g_object_ref (self->automation)
                                  : bulla_web_context_new (self->extensions);
}

/**
 * bulla_engine_dup_session:
 *
 * Returns: (transfer full): the session of all windows, or a new one for a private window; sessions
 *   store nothing on disk
 */
WebKitNetworkSession *
bulla_engine_dup_session (BullaEngine *self, gboolean private_window)
{
  if (private_window) {
    WebKitNetworkSession *session = webkit_network_session_new_ephemeral ();
    bulla_web_session_attach (session, self->gateway, self->prompt,
                              BULLA_GATEWAY_ANNOUNCED | BULLA_GATEWAY_PARTS);
    return session;
  }
  if (self->session == NULL) {
    self->session = self->automation != NULL ? g_object_ref (
                        webkit_web_context_get_network_session_for_automation (self->automation))
                                             : webkit_network_session_new_ephemeral ();
    bulla_web_session_attach (self->session, self->gateway, self->prompt,
                              self->automation != NULL
                                  ? BULLA_GATEWAY_AUTOMATED
                                  : BULLA_GATEWAY_ANNOUNCED | BULLA_GATEWAY_PARTS);
  }
  return g_object_ref (self->session);
}

/**
 * bulla_engine_dup_package_session:
 * @token: token of the view
 * @bundle: the only bundle that the view shows
 *
 * Under automation WebKit uses one session for all views, whatever session they were created with.
 *
 * Returns: (transfer full): a session for one package in one view; it stores nothing on disk
 */
WebKitNetworkSession *
bulla_engine_dup_package_session (BullaEngine *self, const char *token, BullaBundle *bundle)
{
  WebKitNetworkSession *session;
  g_autofree char *package = bulla_package_dup_id (bundle);

  if (self->automation != NULL)
    return bulla_engine_dup_session (self, FALSE);
  session = webkit_network_session_new_ephemeral ();
  bulla_web_session_attach_package (session, self->gateway, self->prompt, token, package);
  return session;
}

/* --- messages about a view to the gateway and the package door */

/**
 * bulla_engine_register_view:
 *
 * Announces @view to the gateway and the package door.
 */
void
bulla_engine_register_view (BullaEngine *self, const BullaViewId *view)
{
  bulla_gateway_register_view (self->gateway, view->session, view->token);
}

/**
 * bulla_engine_close_view:
 *
 * Removes a closed @view from the gateway and the package door.
 */
void
bulla_engine_close_view (BullaEngine *self, const BullaViewId *view)
{
  bulla_gateway_close_view (self->gateway, view->session, view->token);
  bulla_package_door_close_view (self->door, view->token);
}

/**
 * bulla_engine_set_viewport:
 * @width: width of @view, in CSS pixels
 * @scale: device pixels per CSS pixel
 *
 * The gateway uses the size to choose images to prefetch with a page.
 */
void
bulla_engine_set_viewport (BullaEngine *self, const BullaViewId *view, int width, int scale)
{
  bulla_gateway_set_viewport (self->gateway, view->session, view->token, width, scale);
}

/**
 * bulla_engine_keep:
 * @load: a package that may be substituted; it is kept for the request of @view
 */
void
bulla_engine_keep (BullaEngine *self, const BullaViewId *view, BullaLoad *load)
{
  bulla_gateway_put (self->gateway, view->session, view->token, load);
}

/**
 * bulla_engine_note_opened:
 * @load: a judged exchange that @view opened by its address; its body is not read yet
 * @started: g_get_monotonic_time() at the start of its request
 */
void
bulla_engine_note_opened (BullaEngine *self, const BullaViewId *view, BullaLoad *load,
                          gint64 started)
{
  bulla_gateway_report_opened (self->gateway, view->session, view->token, load, started);
}

/**
 * bulla_engine_keep_bundle:
 * @bundle: a bundle with a response for @url that may be substituted
 * @url: the URL to which the shell navigates @view next
 */
void
bulla_engine_keep_bundle (BullaEngine *self, const BullaViewId *view, BullaBundle *bundle,
                          const char *url)
{
  bulla_gateway_put_bundle (self->gateway, view->session, view->token, bundle, url);
}

/**
 * bulla_engine_announce:
 * @message: a web process's announcement of a request of @view
 */
void
bulla_engine_announce (BullaEngine *self, const BullaViewId *view, GVariant *message)
{
  bulla_gateway_announce (self->gateway, view->session, view->token, message);
}

/**
 * bulla_engine_expect_typed:
 * @url: an http or https URL that the user chose in the shell
 *
 * Returns: (transfer full): the header value by which the gateway recognises the request
 */
char *
bulla_engine_expect_typed (BullaEngine *self, const BullaViewId *view, const char *url)
{
  return bulla_gateway_expect_typed (self->gateway, view->session, view->token, url);
}

/**
 * bulla_engine_expect_navigation:
 * @url: a URL to which @view, or a frame in it, may navigate
 * @answer: (nullable): for a reload or a history navigation, the id of the answer that the entry
 *   showed
 */
void
bulla_engine_expect_navigation (BullaEngine *self, const BullaViewId *view, const char *url,
                                BullaNavigationKind kind, const char *answer)
{
  bulla_gateway_expect_navigation (self->gateway, view->session, view->token, url, kind, answer);
}

/**
 * bulla_engine_end_page:
 * @view: a view that has committed a new page
 */
void
bulla_engine_end_page (BullaEngine *self, const BullaViewId *view)
{
  bulla_gateway_end_page (self->gateway, view->session, view->token);
}

/**
 * bulla_engine_find_answer:
 * @id: (nullable): the id in the response's header field
 *
 * Returns: (transfer none) (nullable): the answer that the gateway sent for that navigation of
 *   @view
 */
BullaNavigationAnswer *
bulla_engine_find_answer (BullaEngine *self, const BullaViewId *view, const char *id)
{
  return id != NULL ? bulla_gateway_find_answer (self->gateway, view->session, view->token, id)
                    : NULL;
}

/**
 * bulla_engine_note_shown:
 * @answer: (nullable): the answer that @view shows from now on; %NULL if it is not known
 */
void
bulla_engine_note_shown (BullaEngine *self, const BullaViewId *view, BullaNavigationAnswer *answer)
{
  bulla_gateway_note_shown (self->gateway, view->session, view->token,
                            answer != NULL ? bulla_navigation_answer_get_id (answer) : NULL);
}

/**
 * bulla_engine_forget:
 * @url: a URL that @view must load from the publisher from now on
 */
void
bulla_engine_forget (BullaEngine *self, const BullaViewId *view, const char *url)
{
  bulla_gateway_load_live (self->gateway, view->session, view->token, url);
}
