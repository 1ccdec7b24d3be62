/* bulla-web-session.c - a WebKit network session whose only way out is the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-session.h"

#define KEY "bulla-web-session"

struct _BullaWebSession {
  GObject parent_instance;

  WebKitNetworkSession *session; /* borrowed; owner of this object */
  BullaGateway *gateway;         /* owned */
  BullaNetworkPrompt *prompt;    /* owned */
  char *token;                   /* owned; secret proxy token */
};

static void delegate_init (BullaGatewayDelegateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaWebSession, bulla_web_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_GATEWAY_DELEGATE, delegate_init))

static void
barrier_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  webkit_cookie_manager_get_accept_policy_finish (WEBKIT_COOKIE_MANAGER (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Trusts the gateway's certificate. The network process does not confirm this call, so a later
 * request that it does answer shows that it was processed; only then may the client receive the
 * certificate. The call is repeated, because the network process may have been restarted. */
static void
trust_certificate_async (BullaGatewayDelegate *delegate, const char *host,
                         GTlsCertificate *certificate, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  BullaWebSession *self = BULLA_WEB_SESSION (delegate);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->session == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the session is gone");
    g_object_unref (task);
    return;
  }
  webkit_network_session_allow_tls_certificate_for_host (self->session, certificate, host);
  webkit_cookie_manager_get_accept_policy (
      webkit_network_session_get_cookie_manager (self->session), cancellable, barrier_cb, task);
}

static gboolean
trust_certificate_finish (BullaGatewayDelegate *delegate, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ask_network_async (BullaGatewayDelegate *delegate, const char *view, const char *package,
                   const char *host, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  bulla_network_prompt_ask_async (BULLA_WEB_SESSION (delegate)->prompt, delegate, view, package,
                                  host, cancellable, callback, user_data);
}

static gboolean
ask_network_finish (BullaGatewayDelegate *delegate, GAsyncResult *result, GError **error)
{
  return bulla_network_prompt_ask_finish (BULLA_WEB_SESSION (delegate)->prompt, result, error);
}

static void
delegate_init (BullaGatewayDelegateInterface *iface)
{
  iface->trust_certificate_async = trust_certificate_async;
  iface->trust_certificate_finish = trust_certificate_finish;
  iface->ask_network_async = ask_network_async;
  iface->ask_network_finish = ask_network_finish;
}

static void
bulla_web_session_finalize (GObject *object)
{
  BullaWebSession *self = BULLA_WEB_SESSION (object);

  g_object_unref (self->gateway);
  g_object_unref (self->prompt);
  g_free (self->token);
  G_OBJECT_CLASS (bulla_web_session_parent_class)->finalize (object);
}

static void
bulla_web_session_class_init (BullaWebSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_web_session_finalize;
}

static void
bulla_web_session_init (BullaWebSession *self)
{
}

/* the gateway keeps its delegate until the delegate is removed */
static void
session_gone_cb (gpointer user_data, GObject *session)
{
  BullaWebSession *self = user_data;

  self->session = NULL;
  bulla_gateway_remove_session (self->gateway, self->token);
  g_object_unref (self);
}

static BullaWebSession *new (WebKitNetworkSession *session, BullaGateway *gateway,
                             BullaNetworkPrompt *prompt)
{
  BullaWebSession *self = g_object_new (BULLA_TYPE_WEB_SESSION, NULL);

  self->session = session;
  self->gateway = g_object_ref (gateway);
  self->prompt = g_object_ref (prompt);
  return self;
}

/* @token: (transfer full): token by which the gateway recognises @self */
static BullaWebSession *
attach (BullaWebSession *self, char *token)
{
  g_autofree char *proxy = bulla_gateway_dup_proxy_uri (self->gateway, token);
  WebKitNetworkProxySettings *settings = webkit_network_proxy_settings_new (proxy, NULL);

  self->token = token;
  webkit_network_session_set_proxy_settings (self->session, WEBKIT_NETWORK_PROXY_MODE_CUSTOM,
                                             settings);
  webkit_network_proxy_settings_free (settings);
  g_object_set_data (G_OBJECT (self->session), KEY, self);
  g_object_weak_ref (G_OBJECT (self->session), session_gone_cb, self);
  return self;
}

/**
 * bulla_web_session_attach:
 * @session: a new session that has loaded nothing
 * @gateway: a gateway that listens
 * @prompt: asks the user on behalf of the gateway
 * @flags: describe the client
 *
 * Returns: (transfer none): the attached object, which lives as long as @session
 */
BullaWebSession *
bulla_web_session_attach (WebKitNetworkSession *session, BullaGateway *gateway,
                          BullaNetworkPrompt *prompt, BullaGatewayFlags flags)
{
  BullaWebSession *self = new (session, gateway, prompt);

  return attach (self, bulla_gateway_add_session (gateway, BULLA_GATEWAY_DELEGATE (self), flags));
}

/**
 * bulla_web_session_attach_package:
 * @session: a new session that has loaded nothing
 * @gateway: a gateway that listens
 * @prompt: asks the user on behalf of the gateway
 * @view: the token of the view that shows the package
 * @package: id of the package
 *
 * Every request of @session counts as a request of the package.
 *
 * Returns: (transfer none): the attached object, which lives as long as @session
 */
BullaWebSession *
bulla_web_session_attach_package (WebKitNetworkSession *session, BullaGateway *gateway,
                                  BullaNetworkPrompt *prompt, const char *view, const char *package)
{
  BullaWebSession *self = new (session, gateway, prompt);

  return attach (self, bulla_gateway_add_package_session (gateway, BULLA_GATEWAY_DELEGATE (self),
                                                          view, package));
}

/**
 * bulla_web_session_of:
 *
 * Returns: (transfer none) (nullable): the object attached to @session
 */
BullaWebSession *
bulla_web_session_of (WebKitNetworkSession *session)
{
  return g_object_get_data (G_OBJECT (session), KEY);
}

/**
 * bulla_web_session_get_token:
 *
 * Returns: the secret proxy token
 */
const char *
bulla_web_session_get_token (BullaWebSession *self)
{
  return self->token;
}
