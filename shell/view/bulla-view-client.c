/* bulla-view-client.c - lets a view stand for a client: its request fields, its name and its width
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-gateway-internal.h"
#include "bulla-languages.h"
#include "bulla-loader-clients.h"
#include "bulla-view-private.h"

/**
 * bulla_view_set_client:
 * @self: a view
 * @client: (nullable): the client that it stands for from the next request on; %NULL for the engine
 *   itself
 * @lenient: whether the user accepts packages with another variant than the requests select
 *
 * The gateway sends the fields of the client, and chooses variants by them; scripts see its
 * User-Agent; the page is as wide as its screen. WebKit has no way to set the pixel density, and
 * what the client cannot decode WebKit may decode.
 */
void
bulla_view_set_client (BullaView *self, BullaClient *client, gboolean lenient)
{
  WebKitSettings *settings = webkit_web_view_get_settings (WEBKIT_WEB_VIEW (self));
  BullaGateway *gateway = bulla_engine_get_gateway (self->engine);
  BullaClient *former = self->client;
  guint width = client != NULL ? client->width : 0;

  self->client = client != NULL ? bulla_client_ref (client) : NULL;
  g_clear_pointer (&former, bulla_client_unref);
  self->lenient = lenient;
  bulla_gateway_set_view_client (gateway, self->id.session, self->id.token, client);
  bulla_gateway_set_lenient (gateway, self->id.session, self->id.token, lenient);
  webkit_settings_set_user_agent (
      settings, client != NULL ? bulla_client_get_field (client, "user-agent") : NULL);
  gtk_widget_set_halign (GTK_WIDGET (self), width > 0 ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  gtk_widget_set_size_request (GTK_WIDGET (self), width > 0 ? (int)width : -1, -1);
}

/**
 * bulla_view_get_client:
 *
 * Returns: (transfer none) (nullable): the client that the view stands for; %NULL for the engine
 *   itself
 */
BullaClient *
bulla_view_get_client (BullaView *self)
{
  return self->client;
}

/**
 * bulla_view_is_lenient:
 *
 * Returns: whether the user accepts packages with another variant than the requests select
 */
gboolean
bulla_view_is_lenient (BullaView *self)
{
  return self->lenient;
}

/**
 * bulla_view_dup_own_client:
 * @error: set if the file of the shell's engine cannot be read
 *
 * Returns: (transfer full) (nullable): the client that the shell is, with the languages of the
 *   locale
 */
BullaClient *
bulla_view_dup_own_client (GError **error)
{
  g_autoptr (BullaClient) engine = bulla_client_load (BULLA_CLIENT_OF_SHELL, error);
  g_auto (GStrv) tags = bulla_languages_from_locales (g_get_language_names ());
  g_autofree char *languages = bulla_languages_dup_field ((const char *const *)tags);

  return engine != NULL ? bulla_client_new_with_languages (
             engine, "bulla-shell", _ ("Bulla itself"), languages, (const char *const *)tags)
                        : NULL;
}
