/* bulla-dns-resolvers.c - selects the name servers that are asked: given ones, or the system's
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-dns-private.h"
#include "bulla-error.h"

#define PORT 53
#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_CONF_MAX 3 /* most name servers that are used (resolv.conf(5)) */

/* @zone: (nullable): the interface of a link-local address, as "%eth0"; NULL if there is none.
 * Returns: (transfer full) (nullable): "ADDRESS@PORT"; NULL if @address is invalid */
static char *
dup_resolver (BullaDns *self, const char *address, const char *zone, guint port)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  if (inet == NULL || g_inet_address_get_is_any (inet) || g_inet_address_get_is_multicast (inet))
    return NULL;
  self->loopback |= g_inet_address_get_is_loopback (inet);
  g_autofree char *text = g_inet_address_to_string (inet);
  return g_strdup_printf ("%s%s@%u", text, zone != NULL ? zone : "", port);
}

static char *
dup_given_resolver (BullaDns *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "@", 2);
  guint64 port = PORT;

  if (parts[0] == NULL
      || (parts[1] != NULL
          && !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXUINT16, &port, NULL)))
    return NULL;
  return dup_resolver (self, parts[0], NULL, (guint)port);
}

static gboolean
take_given_resolvers (BullaDns *self, const char *const *given, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  self->named = TRUE;
  for (guint i = 0; given[i] != NULL; i++) {
    g_autofree char *resolver = dup_given_resolver (self, given[i]);
    if (resolver == NULL || i == BULLA_DNS_RESOLVERS_MAX) {
      g_autofree char *shown = g_utf8_make_valid (given[i], -1);
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                   resolver == NULL ? "“%s” is not a resolver; write ADDRESS or ADDRESS@PORT, as "
                                      "192.0.2.1@53 or 2001:db8::1@53, or “recursive” alone"
                                    : "%s is one resolver too many",
                   shown);
      return FALSE;
    }
    g_strv_builder_add (builder, resolver);
  }
  self->resolvers = g_strv_builder_end (builder);
  return TRUE;
}

/* Reads one line of resolv.conf(5). */
static char *
dup_system_resolver (BullaDns *self, const char *line)
{
  const char *rest = g_str_has_prefix (line, "nameserver") ? line + strlen ("nameserver") : "";

  if (!g_ascii_isspace (rest[0]))
    return NULL;
  rest += strspn (rest, " \t");
  g_autofree char *address = g_strndup (rest, strcspn (rest, " \t\r;#"));
  char *scope = strchr (address, '%');
  g_autofree char *zone = g_strdup (scope);
  if (scope != NULL)
    *scope = '\0';
  return dup_resolver (self, address, zone, PORT);
}

/* Like the C library, uses this machine's resolver if the file is missing or names no server. */
static void
take_system_resolvers (BullaDns *self, const char *name)
{
  g_autofree char *text = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  g_file_get_contents (name != NULL ? name : RESOLV_CONF, &text, NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL && n < RESOLV_CONF_MAX; i++) {
    g_autofree char *resolver = dup_system_resolver (self, lines[i]);
    if (resolver == NULL)
      continue;
    g_strv_builder_add (builder, resolver);
    n++;
  }
  if (n == 0) {
    g_autofree char *local = dup_resolver (self, "127.0.0.1", NULL, PORT);
    g_strv_builder_add (builder, local);
  }
  self->resolvers = g_strv_builder_end (builder);
}

static gboolean
is_recursive (const char *const *given)
{
  return given[0] != NULL && given[1] == NULL && g_str_equal (given[0], BULLA_DNS_RECURSIVE);
}

/**
 * bulla_dns_take_resolvers: (skip)
 * @self: a new object
 * @options: the resolvers that the user named, "recursive", or none for those of the system
 * @error: a %BULLA_ERROR_ARGUMENT that names an invalid resolver, or the first of too many
 *
 * Sets the resolvers that are asked: at most %BULLA_DNS_RESOLVERS_MAX that were named, or as many
 * of the system as the C library uses (resolv.conf(5)).
 */
gboolean
bulla_dns_take_resolvers (BullaDns *self, const BullaDnsOptions *options, GError **error)
{
  const char *const *given = options->resolvers;

  if (given == NULL || given[0] == NULL)
    take_system_resolvers (self, options->resolv_conf);
  else if (is_recursive (given))
    self->resolvers = g_new0 (char *, 1);
  else if (!take_given_resolvers (self, given, error))
    return FALSE;
  self->asked = self->resolvers[0] != NULL ? g_strjoinv (", ", self->resolvers)
                                           : g_strdup (BULLA_CONTACT_RECURSIVE);
  return TRUE;
}
