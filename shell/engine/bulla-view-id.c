/* bulla-view-id.c - identifies a view to the gateway, package door and ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-id.h"

#include <sys/random.h>

#include "bulla-web-session.h"

#define TOKEN_BYTES 16

/**
 * bulla_view_id_make_token:
 *
 * Returns: (transfer full): a new token that cannot be guessed
 */
char *
bulla_view_id_make_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  GString *token = g_string_new (NULL);

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("the system’s random number generator failed");
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);
  return g_string_free (token, FALSE);
}

/**
 * bulla_view_id_init:
 * @session: the network session of the view, attached to the gateway
 * @token: (transfer full): the result of bulla_view_id_make_token()
 *
 * The caller must set the number.
 */
void
bulla_view_id_init (BullaViewId *self, WebKitNetworkSession *session, char *token)
{
  self->session = g_strdup (bulla_web_session_get_token (bulla_web_session_of (session)));
  self->token = token;
}

void
bulla_view_id_clear (BullaViewId *self)
{
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->token, g_free);
}
