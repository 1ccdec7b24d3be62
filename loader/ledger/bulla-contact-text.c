/* bulla-contact-text.c - describes a contact in one line of text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n-lib.h>

#include "bulla-contact-internal.h"

static char *
describe_click (BullaContact *self)
{
  const char *url = self->url != NULL ? self->url : "";

  return self->page != NULL
             ? g_strdup_printf (_ ("You followed a link to %s on %s"), url, self->page)
             : g_strdup_printf (_ ("You went to %s"), url);
}

static char *
describe_connection (BullaContact *self)
{
  const char *address = self->address != NULL ? self->address : "?";

  return g_strdup_printf (self->tls ? _ ("connection to %s at %s, port %u, with TLS")
                                    : _ ("connection to %s at %s, port %u, without TLS"),
                          self->host, address, self->port);
}

static char *
describe_answer (BullaContact *self)
{
  g_autofree char *sent = g_format_size ((guint64)MAX (self->bytes_sent, 0));
  g_autofree char *received = g_format_size ((guint64)MAX (self->bytes_received, 0));

  switch (self->source) {
  case BULLA_CONTACT_PACKAGE:
    return self->deliverer != NULL ? g_strdup_printf (
               _ ("from the package of %s: nobody was contacted"), self->deliverer)
                                   : g_strdup (_ ("from a package: nobody was contacted"));
  case BULLA_CONTACT_CACHE:
    return g_strdup (_ ("an earlier response: nobody was contacted"));
  case BULLA_CONTACT_WITHHELD:
    return g_strdup (_ ("not sent"));
  case BULLA_CONTACT_UNUSED:
    return g_strdup (_ ("prefetched, but not used"));
  case BULLA_CONTACT_NETWORK:
  default:
    if (self->bytes_received < 0)
      return g_strdup_printf (_ ("status %u"), self->status);
    return g_strdup_printf (_ ("status %u, %s sent, %s received"), self->status, sent, received);
  }
}

static char *
describe_lookup (BullaContact *self)
{
  if (self->record == NULL)
    return g_strdup_printf (_ ("name server lookup of %s"), self->host);
  if (g_strcmp0 (self->resolver, BULLA_CONTACT_RECURSIVE) == 0)
    return g_strdup_printf (_ ("%s lookup of %s, asking the name servers of its zones"),
                            self->record, self->host);
  return g_strdup_printf (_ ("%s lookup of %s at %s"), self->record, self->host,
                          self->resolver != NULL ? self->resolver : "?");
}

static char *
describe_plainly (BullaContact *self)
{
  const char *method = self->method != NULL ? self->method : "GET";
  const char *url = self->url != NULL ? self->url : self->host;

  switch (self->kind) {
  case BULLA_CONTACT_CLICK:
    return describe_click (self);
  case BULLA_CONTACT_DNS:
    return describe_lookup (self);
  case BULLA_CONTACT_CONNECT:
    return describe_connection (self);
  case BULLA_CONTACT_WEBSOCKET:
    return g_strdup_printf (_ ("WebSocket to %s"), url);
  case BULLA_CONTACT_REQUEST:
  default: {
    g_autofree char *answer = describe_answer (self);
    return g_strdup_printf ("%s %s: %s", method, url, answer);
  }
  }
}

/**
 * bulla_contact_describe:
 * @self: a contact
 *
 * Returns: (transfer full): a description of the contact, on one line
 */
char *
bulla_contact_describe (BullaContact *self)
{
  g_autofree char *plain = describe_plainly (self);
  g_autoptr (GString) text = g_string_new (plain);

  if (self->rule != NULL)
    g_string_append_printf (text, _ ("; rule %s"), self->rule);
  if (self->rule != NULL && self->why != NULL)
    g_string_append_printf (text, ": %s", self->why);
  if (self->cookies != NULL) {
    g_autofree char *names = g_strjoinv (", ", self->cookies);
    g_string_append_printf (text, _ ("; cookies %s"), names);
  }
  if (self->cookies_left_out > 0)
    g_string_append_printf (text, _ ("; cookies not listed: %u"), self->cookies_left_out);
  if (self->signs_for != NULL)
    g_string_append_printf (text, _ ("; the server’s key also signs exchanges for %s"),
                            self->signs_for);
  if (self->error != NULL)
    g_string_append_printf (text, "; %s", self->error);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
