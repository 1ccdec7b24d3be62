/* bulla-given-addresses.c - stores addresses that the user gave for hosts, like curl's --resolve
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-given-addresses.h"

#include "bulla-error.h"

struct _BullaGivenAddresses {
  gatomicrefcount count;
  GMutex lock;
  GHashTable *table; /* owned; "host:port", host in lower case -> GPtrArray of GInetAddress */
};

/**
 * bulla_given_addresses_new:
 *
 * Returns: (transfer full): an empty table; any thread may use it
 */
BullaGivenAddresses *
bulla_given_addresses_new (void)
{
  BullaGivenAddresses *self = g_new0 (BullaGivenAddresses, 1);

  g_atomic_ref_count_init (&self->count);
  g_mutex_init (&self->lock);
  self->table =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  return self;
}

BullaGivenAddresses *
bulla_given_addresses_ref (BullaGivenAddresses *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_given_addresses_unref (BullaGivenAddresses *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_hash_table_unref (self->table);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
refuse_address (GError **error, const char *text, const char *why)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               "“%s” is not HOST:PORT:ADDRESS[,ADDRESS]…: %s", text, why);
  return FALSE;
}

static GPtrArray *
parse_addresses (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", BULLA_RESOLVE_ADDRESS_MAX + 1);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; parts[i] != NULL; i++) {
    size_t length = strlen (parts[i]);
    if (length > 2 && parts[i][0] == '[' && parts[i][length - 1] == ']') {
      memmove (parts[i], parts[i] + 1, length - 2);
      parts[i][length - 2] = '\0';
    }
    GInetAddress *address = g_inet_address_new_from_string (parts[i]);
    if (address == NULL)
      return NULL;
    g_ptr_array_add (addresses, address);
  }
  if (addresses->len == 0 || addresses->len > BULLA_RESOLVE_ADDRESS_MAX)
    return NULL;
  return g_steal_pointer (&addresses);
}

/* The host ends at the first colon, or at the closing bracket of an IPv6 address. */
static char *
split_host (const char *text, const char **rest)
{
  if (*text == '[') {
    const char *end = strchr (text, ']');
    if (end == NULL || end == text + 1 || end[1] != ':')
      return NULL;
    *rest = end + 2;
    return g_ascii_strdown (text + 1, end - text - 1);
  }
  const char *colon = strchr (text, ':');
  if (colon == NULL || colon == text)
    return NULL;
  *rest = colon + 1;
  return g_ascii_strdown (text, colon - text);
}

/**
 * bulla_given_addresses_add:
 * @self: a table
 * @host_port_address: `HOST:PORT:ADDRESS[,ADDRESS]…`, IPv6 addresses in brackets or bare; the host
 *   `*` stands for every host that has no mapping of its own
 * @error: a %BULLA_ERROR_ARGUMENT with the reason, or a %BULLA_ERROR_LIMIT
 *
 * A later mapping of the same host and port replaces the earlier one.
 *
 * Returns: whether it was added
 */
gboolean
bulla_given_addresses_add (BullaGivenAddresses *self, const char *host_port_address, GError **error)
{
  const char *rest = NULL;
  g_autofree char *host = split_host (host_port_address, &rest);

  if (host == NULL)
    return refuse_address (error, host_port_address, "the host is missing");
  const char *colon = strchr (rest, ':');
  g_autofree char *digits = colon != NULL ? g_strndup (rest, colon - rest) : NULL;
  guint64 port = 0;
  if (digits == NULL || !g_ascii_string_to_unsigned (digits, 10, 1, G_MAXUINT16, &port, NULL))
    return refuse_address (error, host_port_address, "the port must be a number from 1 to 65535");
  g_autoptr (GPtrArray) addresses = parse_addresses (colon + 1);
  if (addresses == NULL)
    return refuse_address (error, host_port_address, "not an IP address");

  g_mutex_lock (&self->lock);
  gboolean fits = g_hash_table_size (self->table) < BULLA_RESOLVE_MAX;
  if (fits)
    g_hash_table_replace (self->table, g_strdup_printf ("%s:%u", host, (guint)port),
                          g_steal_pointer (&addresses));
  g_mutex_unlock (&self->lock);
  if (!fits)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "more than %d addresses are given",
                 BULLA_RESOLVE_MAX);
  return fits;
}

static GPtrArray *
find_mapping (BullaGivenAddresses *self, const char *host, guint16 port)
{
  g_autofree char *lower = g_ascii_strdown (host, -1);
  g_autofree char *key = g_strdup_printf ("%s:%u", lower, port);
  g_autofree char *any = g_strdup_printf ("*:%u", port);
  GPtrArray *found = g_hash_table_lookup (self->table, key);

  return found != NULL ? found : g_hash_table_lookup (self->table, any);
}

/**
 * bulla_given_addresses_lookup:
 * @self: a table
 * @host: a host name or IP address, without brackets
 * @port: the port of the connection
 *
 * Returns: (transfer full) (nullable) (element-type GInetAddress): the mapped addresses, at least
 *   one; %NULL if the name is not mapped
 */
GPtrArray *
bulla_given_addresses_lookup (BullaGivenAddresses *self, const char *host, guint16 port)
{
  GPtrArray *found = NULL;

  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->table) > 0)
    found = find_mapping (self, host, port);
  if (found != NULL)
    g_ptr_array_ref (found);
  g_mutex_unlock (&self->lock);
  return found;
}
