/* bulla-gateway-session.c - network sessions of the gateway's clients, with their secret tokens
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-session.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "bulla-announcements.h"
#include "bulla-gateway-limits.h"
#include "bulla-gateway-view.h"

#define TOKEN_BYTES 32

BullaGatewaySession *
bulla_gateway_session_ref (BullaGatewaySession *session)
{
  g_atomic_ref_count_inc (&session->count);
  return session;
}

void
bulla_gateway_session_unref (BullaGatewaySession *session)
{
  if (!g_atomic_ref_count_dec (&session->count))
    return;
  g_clear_object (&session->delegate);
  g_clear_object (&session->cancellable);
  g_hash_table_unref (session->views);
  g_hash_table_unref (session->awaiting);
  g_clear_pointer (&session->network_permission, g_hash_table_unref);
  bulla_announcements_free (session->announcements);
  bulla_concurrency_unref (session->prefetching);
  g_free (session->package);
  g_free (session->package_view);
  g_free (session->id);
  g_free (session);
}

/* Sessions are looked up by a hash of the token, so that comparisons leak no timing, and no token
 * is stored. */
static char *
id_of (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

BullaGatewaySession *
bulla_gateway_session_find (BullaGateway *self, const char *token)
{
  g_autofree char *id = id_of (token);

  return g_hash_table_lookup (self->sessions, id);
}

/* Returns: (transfer full): a secret of 256 bits */
char *
bulla_gateway_make_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *token = g_malloc (2 * TOKEN_BYTES + 1);

  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    if (errno != EINTR)
      g_error ("the system’s random number generator failed: %s", g_strerror (errno));
  for (guint i = 0; i < TOKEN_BYTES; i++)
    g_snprintf (token + 2 * i, 3, "%02x", bytes[i]);
  return token;
}

static BullaGatewaySession *
add_session (BullaGateway *self, BullaGatewayDelegate *delegate, BullaGatewayFlags flags,
             const char *token)
{
  BullaGatewaySession *session = g_new0 (BullaGatewaySession, 1);

  g_atomic_ref_count_init (&session->count);
  session->id = id_of (token);
  session->delegate = delegate != NULL ? g_object_ref (delegate) : NULL;
  session->flags = flags;
  session->cancellable = g_cancellable_new ();
  session->views = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, bulla_gateway_view_close);
  session->announcements = bulla_announcements_new ();
  session->prefetching = bulla_concurrency_new (bulla_gateway_limits_get_prefetching ());
  session->awaiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_replace (self->sessions, session->id, session);
  return session;
}

/**
 * bulla_gateway_add_session:
 * @self: a gateway
 * @delegate: (nullable): makes the client trust certificates; %NULL if the client trusts the
 *   gateway's authority
 * @flags: describe the client
 *
 * Adds a network session of a client. Responses fetched in one session are never served in another.
 *
 * Returns: (transfer full): the session's token, a secret of 256 bits
 */
char *
bulla_gateway_add_session (BullaGateway *self, BullaGatewayDelegate *delegate,
                           BullaGatewayFlags flags)
{
  char *token = bulla_gateway_make_token ();
  BullaGatewaySession *session = add_session (self, delegate, flags, token);

  if (flags & BULLA_GATEWAY_ONE_VIEW)
    bulla_gateway_view_register (self, session, BULLA_GATEWAY_ONLY_VIEW);
  return token;
}

/**
 * bulla_gateway_add_package_session:
 * @self: a gateway
 * @delegate: (nullable): as in bulla_gateway_add_session(); it is also asked whether the package
 *   may reach the network
 * @view: the view that shows the package
 * @package: the package ID or web bundle ID of the origin of its pages
 *
 * Adds a network session for a package shown in its own origin. All requests in the session count
 * as requests of that package, whatever their header fields say, and are refused unless
 * `bundle.network` permits them.
 *
 * Returns: (transfer full): the session's token, a secret of 256 bits
 */
char *
bulla_gateway_add_package_session (BullaGateway *self, BullaGatewayDelegate *delegate,
                                   const char *view, const char *package)
{
  char *token = bulla_gateway_make_token ();
  BullaGatewaySession *session = add_session (self, delegate, BULLA_GATEWAY_ANNOUNCED, token);

  session->package = g_strdup (package);
  session->package_view = g_strdup (view);
  bulla_gateway_view_register (self, session, view);
  return token;
}

/**
 * bulla_gateway_dup_proxy_uri:
 * @self: a gateway that listens
 * @token: token of a session
 *
 * Returns: (transfer full): the proxy URI for the client; it contains the token
 */
char *
bulla_gateway_dup_proxy_uri (BullaGateway *self, const char *token)
{
  g_return_val_if_fail (self->address != NULL, NULL);
  GInetAddress *address = g_inet_socket_address_get_address (self->address);
  g_autofree char *text = g_inet_address_to_string (address);
  gboolean v6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("http://bulla:%s@%s%s%s:%u", token, v6 ? "[" : "", text, v6 ? "]" : "",
                          g_inet_socket_address_get_port (self->address));
}

/**
 * bulla_gateway_remove_session:
 * @self: a gateway
 * @token: token of a session
 *
 * Closes the session's connections and frees its data.
 */
void
bulla_gateway_remove_session (BullaGateway *self, const char *token)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return;
  bulla_gateway_session_ref (session);
  g_hash_table_remove (self->sessions, session->id);
  bulla_reporter_forget (self->reporter, session->id);
  bulla_ledger_forget_view (bulla_loader_get_ledger (self->loader), session->id);
  g_cancellable_cancel (session->cancellable);
  g_hash_table_remove_all (session->views);
  bulla_gateway_session_unref (session);
}

/* @authorization: (nullable): the value of Proxy-Authorization. Returns: (transfer none)
 * (nullable): the session with that token */
BullaGatewaySession *
bulla_gateway_session_authenticate (BullaGateway *self, const char *authorization)
{
  gsize length = 0;

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Basic ", 6) != 0
      || strlen (authorization) > 1024)
    return NULL;
  g_autofree guchar *plain = g_base64_decode (authorization + 6, &length);
  g_autofree char *text = plain != NULL ? g_strndup ((char *)plain, length) : NULL;
  char *colon = text != NULL ? strchr (text, ':') : NULL;
  return colon != NULL ? bulla_gateway_session_find (self, colon + 1) : NULL;
}
