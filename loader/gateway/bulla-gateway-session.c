/* bulla-gateway-session.c - the network sessions of the gateway's clients, and their secrets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "bulla-gateway-private.h"

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
  g_hash_table_unref (session->plain);
  g_hash_table_unref (session->pages);
  bulla_gateway_script_clear (session);
  g_hash_table_unref (session->network);
  g_hash_table_unref (session->live);
  g_hash_table_unref (session->viewports);
  g_free (session->id);
  g_free (session);
}

/* sessions are known by this, so that no comparison of tokens can be timed, and none is kept */
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

static char *
make_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *token = g_malloc (2 * TOKEN_BYTES + 1);

  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    if (errno != EINTR)
      g_error ("no random numbers: %s", g_strerror (errno));
  for (guint i = 0; i < TOKEN_BYTES; i++)
    g_snprintf (token + 2 * i, 3, "%02x", bytes[i]);
  return token;
}

/**
 * bulla_gateway_add_session:
 * @self: a gateway
 * @delegate: (nullable): makes the client trust certificates; %NULL where it trusts the authority
 * @flags: what kind of client it is
 *
 * A network session of the client's: what one fetched is never served to another.
 *
 * Returns: (transfer full): its token, a secret of 256 bits
 */
char *
bulla_gateway_add_session (BullaGateway *self, BullaGatewayDelegate *delegate,
                           BullaGatewayFlags flags)
{
  BullaGatewaySession *session = g_new0 (BullaGatewaySession, 1);
  char *token = make_token ();

  g_atomic_ref_count_init (&session->count);
  session->id = id_of (token);
  session->delegate = delegate != NULL ? g_object_ref (delegate) : NULL;
  session->flags = flags;
  session->cancellable = g_cancellable_new ();
  session->plain =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
  g_queue_init (&session->scripts);
  session->pages =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, bulla_gateway_pages_free);
  session->network = bulla_gateway_network_new_decisions ();
  session->live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  session->viewports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_replace (self->sessions, session->id, session);
  return token;
}

/**
 * bulla_gateway_dup_proxy_uri:
 * @self: a gateway that listens
 * @token: a session's
 *
 * Returns: (transfer full): what the client is to use as its proxy; it contains the token
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
 * @token: a session's
 *
 * Closes its connections and forgets what was kept for it.
 */
void
bulla_gateway_remove_session (BullaGateway *self, const char *token)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return;
  bulla_gateway_session_ref (session);
  g_hash_table_remove (self->sessions, session->id);
  bulla_stash_drop_view (self->stash, session->id, NULL);
  bulla_reporter_forget (self->reporter, session->id);
  bulla_ledger_forget_view (bulla_loader_get_ledger (self->loader), session->id);
  g_cancellable_cancel (session->cancellable);
  bulla_gateway_session_unref (session);
}

/**
 * bulla_gateway_close_view:
 * @self: a gateway
 * @token: a session's
 * @view: a view that is no more
 */
void
bulla_gateway_close_view (BullaGateway *self, const char *token, const char *view)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return;
  bulla_stash_drop_view (self->stash, session->id, view);
  bulla_ledger_forget_view (bulla_loader_get_ledger (self->loader), view);
  g_hash_table_remove (session->pages, view);
  g_hash_table_remove (session->viewports, view);
}

/**
 * bulla_gateway_load_live:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @url: what it shows
 *
 * The next request of @url goes to the publisher, and does not ask for a package. A bundle that was
 * kept for it is forgotten as a whole.
 *
 * Returns: whether anything was kept for it
 */
gboolean
bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view, const char *url)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return FALSE;
  view = view != NULL ? view : BULLA_GATEWAY_ONLY_VIEW;
  bulla_gateway_plain_next (session, view, url);
  return bulla_stash_drop (self->stash, session->id, view, url);
}

/**
 * bulla_gateway_set_viewport:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @width: of what it shows, in CSS pixels
 * @density: device pixels for one of CSS
 *
 * By these the pictures are chosen that are prefetched with a page (`imagesrcset`).
 */
void
bulla_gateway_set_viewport (BullaGateway *self, const char *token, const char *view, double width,
                            double density)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);
  BullaViewport viewport = {width, density};

  if (session == NULL)
    return;
  if (g_hash_table_size (session->viewports) >= BULLA_GATEWAY_VIEWS_MAX)
    g_hash_table_remove_all (session->viewports);
  g_hash_table_replace (session->viewports,
                        g_strdup (view != NULL ? view : BULLA_GATEWAY_ONLY_VIEW),
                        g_memdup2 (&viewport, sizeof viewport));
}

/**
 * bulla_gateway_put:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @load: an exchange that may be substituted, and came in by another door
 *
 * Keeps it for the request of its URL.
 */
void
bulla_gateway_put (BullaGateway *self, const char *token, const char *view, BullaLoad *load)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session != NULL)
    bulla_stash_put (self->stash, session->id, view != NULL ? view : BULLA_GATEWAY_ONLY_VIEW, load,
                     bulla_loader_get_time (self->loader));
}

/**
 * bulla_gateway_put_bundle:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @bundle: a bundle with something that may be substituted, which came in by another door
 *
 * Keeps it for navigations of that view to what it vouches for, and for what the pages that are
 * shown from it ask for.
 */
void
bulla_gateway_put_bundle (BullaGateway *self, const char *token, const char *view,
                          BullaBundle *bundle)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return;
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (bundle);
  bulla_stash_put_bundle (self->stash, session->id, view != NULL ? view : BULLA_GATEWAY_ONLY_VIEW,
                          kept);
}

/* whose message it is, by its Proxy-Authorization; NULL: nobody's */
BullaGatewaySession *
bulla_gateway_session_authenticate (BullaGateway *self, SoupServerMessage *message)
{
  const char *field = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Proxy-Authorization");
  gsize length = 0;

  if (field == NULL || g_ascii_strncasecmp (field, "Basic ", 6) != 0 || strlen (field) > 1024)
    return NULL;
  g_autofree guchar *plain = g_base64_decode (field + 6, &length);
  g_autofree char *text = plain != NULL ? g_strndup ((char *)plain, length) : NULL;
  char *colon = text != NULL ? strchr (text, ':') : NULL;
  return colon != NULL ? bulla_gateway_session_find (self, colon + 1) : NULL;
}
