/* bulla-gateway-standalone.c - what a gateway for other browsers than the shell needs besides
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-certificate.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-session.h"

/**
 * bulla_gateway_dup_leaf_hash: (skip)
 * @self: a gateway
 *
 * Returns: (transfer full): the SHA-256 of the public key of all server certificates that the
 *   gateway issues (RFC 7469, section 2.4), in base64
 */
char *
bulla_gateway_dup_leaf_hash (BullaGateway *self)
{
  return bulla_gateway_certificate_dup_leaf_hash (self->certificate);
}

/**
 * bulla_gateway_dup_authority_and_key: (skip)
 * @self: a gateway
 *
 * Returns: (transfer full): its authority with the private key, as PEM, for
 *   bulla_gateway_use_authority() of a later one
 */
char *
bulla_gateway_dup_authority_and_key (BullaGateway *self)
{
  return bulla_gateway_certificate_dup_pem (self->certificate);
}

/**
 * bulla_gateway_use_authority: (skip)
 * @self: a gateway that does not listen yet
 * @pem: the authority of an earlier gateway, with its private key
 * @error: why it cannot be used
 *
 * Returns: whether the gateway has that authority now
 */
gboolean
bulla_gateway_use_authority (BullaGateway *self, const char *pem, GError **error)
{
  BullaGatewayCertificate *kept = bulla_gateway_certificate_new (pem, error);

  g_return_val_if_fail (self->address == NULL, FALSE);
  if (kept == NULL)
    return FALSE;
  bulla_gateway_certificate_free (self->certificate);
  self->certificate = kept;
  return TRUE;
}

/**
 * bulla_gateway_set_own_page: (skip)
 * @self: a gateway
 * @func: (nullable): answers for the gateway's own host; %NULL to end that
 * @user_data: for @func
 *
 * Only requests of clients of one view get to @func, and only those that their users made, or a
 * page of that host.
 */
void
bulla_gateway_set_own_page (BullaGateway *self, BullaGatewayOwnFunc func, gpointer user_data)
{
  g_free (self->own_secret);
  self->own_secret = func != NULL ? bulla_gateway_make_token () : NULL;
  self->own_func = func;
  self->own_data = user_data;
}

/**
 * bulla_gateway_set_process: (skip)
 * @self: a gateway
 * @token: token of a session
 * @process: a process of this user; the caller waits for it only after it removed the session
 *
 * From now on only @process and its descendants can use the gateway. The kernel tells which process
 * a connection is from, so they need no password, and a password is of no use to others. All of
 * their requests are in that session.
 */
void
bulla_gateway_set_process (BullaGateway *self, const char *token, GPid process)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  g_return_if_fail (session != NULL && process > 1);
  g_free (self->process_session);
  self->process_session = g_strdup (session->id);
  self->process = process;
  self->process_network = 0;
}
