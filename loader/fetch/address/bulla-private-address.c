/* bulla-private-address.c - recognises private addresses, and opens connections that avoid them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-private-address.h"

#include <arpa/inet.h>
#include <string.h>

#include "bulla-error.h"

/* A GNetworkAddress, because GTlsConnection takes the expected identity from one. All connections
 * go through it, so that each address is checked before it is connected to, which guards against
 * DNS rebinding. */
struct _BullaFilteredAddress {
  GNetworkAddress parent_instance;
  BullaGivenAddresses *resolve; /* owned */
  gboolean allow_private;
};

static void bulla_filtered_address_connectable_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaFilteredAddress, bulla_filtered_address, G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE,
                                                      bulla_filtered_address_connectable_init))

/* --- which addresses are private */

static gboolean
v4_is_private (const guint8 *b)
{
  return b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 /* this host, net, multicast */
         || (b[0] == 100 && (b[1] & 0xc0) == 64)               /* shared by carrier-grade NAT */
         || (b[0] == 169 && b[1] == 254)                       /* link-local */
         || (b[0] == 172 && (b[1] & 0xf0) == 16)               /* private */
         || (b[0] == 192 && b[1] == 168) || (b[0] == 192 && b[1] == 0 && b[2] == 0)
         || (b[0] == 198 && (b[1] & 0xfe) == 18); /* benchmarking */
}

static gboolean
begins (const guint8 *b, const char *prefix, guint length)
{
  return memcmp (b, prefix, length) == 0;
}

/* An IPv6 address with an embedded IPv4 address is private if that address is. */
static gboolean
v6_is_private (const guint8 *b)
{
  static const guint8 zero[12] = {0};

  if (memcmp (b, zero, 12) == 0) /* ::, ::1 and IPv4-compatible */
    return b[12] == 0 || v4_is_private (b + 12);
  if (memcmp (b, zero, 8) == 0
      && (begins (b + 8, "\0\0\xff\xff", 4) || begins (b + 8, "\xff\xff\0\0", 4)))
    return v4_is_private (b + 12);         /* IPv4-mapped, IPv4-translated */
  if (begins (b, "\0\x64\xff\x9b\0\1", 6)) /* local-use NAT64 */
    return TRUE;
  if (begins (b, "\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12)) /* NAT64 */
    return v4_is_private (b + 12);
  if (begins (b, "\x20\x02", 2)) /* 6to4 */
    return v4_is_private (b + 2);
  if (begins (b, "\x20\1\0\0", 4)) { /* Teredo: the server, and the client's inverted address */
    const guint8 client[4] = {~b[12], ~b[13], ~b[14], ~b[15]};
    return v4_is_private (b + 4) || v4_is_private (client);
  }
  if ((b[8] & 0xfd) == 0 && begins (b + 9, "\0\x5e\xfe", 3)) /* ISATAP */
    return v4_is_private (b + 12);
  return (b[0] & 0xfe) == 0xfc                      /* unique local */
         || (b[0] == 0xfe && (b[1] & 0x80) == 0x80) /* link-local, site-local */
         || b[0] == 0xff;                           /* multicast */
}

/**
 * bulla_address_is_private:
 * @address: an address
 *
 * Returns: whether the address belongs to this machine or a local network, not to the public
 *   internet
 */
gboolean
bulla_address_is_private (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ? v4_is_private (bytes)
                                                                     : v6_is_private (bytes);
}

/* Returns the host in lower case, without trailing dots and brackets. */
static char *
dup_bare (const char *host)
{
  char *bare = g_ascii_strdown (*host == '[' ? host + 1 : host, -1);
  size_t length = strlen (bare);

  while (length > 0 && strchr (".]", bare[length - 1]) != NULL)
    bare[--length] = '\0';
  return bare;
}

static gboolean
is_this_machine (const char *host)
{
  g_autofree char *bare = dup_bare (host);

  return g_str_equal (bare, "localhost") || g_str_has_suffix (bare, ".localhost");
}

/* Names for local networks: RFC 6762, RFC 8375, and names reserved by ICANN. */
static gboolean
is_of_network (const char *bare)
{
  static const char *const suffixes[] = {".local", ".internal", ".home.arpa", NULL};

  for (const char *const *each = suffixes; *each != NULL; each++)
    if (g_str_equal (bare, *each + 1) || g_str_has_suffix (bare, *each))
      return TRUE;
  return FALSE;
}

/* Resolvers accept the formats of inet_aton(): 127.1, 0x7f.1, 2130706433, 0177.0.0.1 */
static GInetAddress *
parse_address (const char *bare)
{
  g_autofree char *without_zone = g_strndup (bare, strcspn (bare, "%"));
  GInetAddress *address = g_inet_address_new_from_string (without_zone);
  struct in_addr numeric;

  if (address == NULL && strspn (bare, "0123456789abcdefx.") == strlen (bare)
      && inet_aton (bare, &numeric) != 0)
    address = g_inet_address_new_from_bytes ((const guint8 *)&numeric, G_SOCKET_FAMILY_IPV4);
  return address;
}

/**
 * bulla_host_needs_lookup:
 * @host: a host name or IP address, without brackets
 * @port: a port
 * @resolve: addresses the user gave
 *
 * Returns: whether the host's addresses must be looked up
 */
gboolean
bulla_host_needs_lookup (const char *host, guint16 port, BullaGivenAddresses *resolve)
{
  g_autoptr (GPtrArray) given = bulla_given_addresses_lookup (resolve, host, port);

  return given == NULL && !g_hostname_is_ip_address (host) && !is_this_machine (host);
}

/**
 * bulla_host_is_private:
 * @host: a host name or IP address, without brackets
 *
 * Returns: whether the name alone shows that the host is this machine or in its network
 */
gboolean
bulla_host_is_private (const char *host)
{
  g_autofree char *bare = dup_bare (host);

  if (is_this_machine (bare) || is_of_network (bare))
    return TRUE;
  g_autoptr (GInetAddress) address = parse_address (bare);
  return address != NULL && bulla_address_is_private (address);
}

static char *
dup_host (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL ? g_strdup (g_uri_get_host (uri)) : NULL;
}

/**
 * bulla_server_is_public:
 * @from: (nullable): the URL of a response; %NULL if the user entered it
 *
 * A public server must not cause requests to this machine's network, neither directly nor by
 * redirects.
 *
 * Returns: whether the server of @from counts as public, by its name
 */
gboolean
bulla_server_is_public (const char *from)
{
  g_autofree char *server = dup_host (from);

  return server != NULL && !bulla_host_is_private (server);
}

/**
 * bulla_url_dup_private_host:
 * @url: a URL
 *
 * Returns: (transfer full) (nullable): the host of @url, if its name alone shows that it is this
 *   machine or in its network
 */
char *
bulla_url_dup_private_host (const char *url)
{
  g_autofree char *host = dup_host (url);

  return host != NULL && bulla_host_is_private (host) ? g_steal_pointer (&host) : NULL;
}

/**
 * bulla_server_dup_own_host:
 * @from: (nullable): the URL of a response
 * @address: (nullable): the IP address of the server that sent the response
 *
 * A server in this machine's network may have any name. It may cause further requests to itself. A
 * server that had a public address may not cause requests to a private one, even if its name now
 * resolves to one.
 *
 * Returns: (transfer full) (nullable): the one host in this machine's network to which the response
 *   may cause requests
 */
char *
bulla_server_dup_own_host (const char *from, const char *address)
{
  g_autoptr (GInetAddress) inet = address != NULL ? g_inet_address_new_from_string (address) : NULL;

  return inet != NULL && bulla_address_is_private (inet) ? dup_host (from) : NULL;
}

/* --- the enumerator */

#define BULLA_TYPE_FILTERED_ENUMERATOR (bulla_filtered_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (BullaFilteredEnumerator, bulla_filtered_enumerator, BULLA,
                      FILTERED_ENUMERATOR, GSocketAddressEnumerator)

struct _BullaFilteredEnumerator {
  GSocketAddressEnumerator parent_instance;
  GSocketAddressEnumerator *inner; /* owned; NULL if @given is used */
  GPtrArray *given;                /* owned; GInetAddress; NULL unless the user mapped the host */
  guint next;
  char *host; /* owned */
  guint16 port;
  gboolean allow_private;
  gboolean refused, allowed; /* whether an address was refused, and whether one was allowed */
};

G_DEFINE_FINAL_TYPE (BullaFilteredEnumerator, bulla_filtered_enumerator,
                     G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

/* @address: (transfer full). Returns: (nullable): @address; NULL if it must not be connected to */
static GSocketAddress *
allow (BullaFilteredEnumerator *self, GSocketAddress *address)
{
  g_autoptr (GSocketAddress) given = address;

  if (!self->allow_private && G_IS_INET_SOCKET_ADDRESS (given)
      && bulla_address_is_private (
          g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (given)))) {
    self->refused = TRUE;
    return NULL;
  }
  self->allowed = TRUE;
  return g_steal_pointer (&given);
}

static void
blame (BullaFilteredEnumerator *self, GError **error)
{
  if (self->refused && !self->allowed && error != NULL && *error == NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED,
                 "%s is on this computer or its network, which a public page may not reach",
                 self->host);
}

static GSocketAddress *
next_given (BullaFilteredEnumerator *self)
{
  /* Addresses that the user mapped by hand are always allowed. */
  if (self->next >= self->given->len)
    return NULL;
  return g_inet_socket_address_new (self->given->pdata[self->next++], self->port);
}

static GSocketAddress *
bulla_filtered_enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable,
                                GError **error)
{
  BullaFilteredEnumerator *self = BULLA_FILTERED_ENUMERATOR (enumerator);
  GSocketAddress *address = NULL, *fine = NULL;

  if (self->given != NULL)
    return next_given (self);
  do {
    address = g_socket_address_enumerator_next (self->inner, cancellable, error);
    fine = address != NULL ? allow (self, address) : NULL;
  } while (address != NULL && fine == NULL);
  if (fine == NULL)
    blame (self, error);
  return fine;
}

static void
next_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaFilteredEnumerator *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  GSocketAddress *address = g_socket_address_enumerator_next_finish (self->inner, result, &error);

  if (address != NULL) {
    address = allow (self, address);
    if (address == NULL) {
      g_socket_address_enumerator_next_async (self->inner, g_task_get_cancellable (task), next_cb,
                                              g_object_ref (task));
      return;
    }
  } else {
    blame (self, &error);
  }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, address, g_object_unref);
}

static void
bulla_filtered_enumerator_next_async (GSocketAddressEnumerator *enumerator,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  BullaFilteredEnumerator *self = BULLA_FILTERED_ENUMERATOR (enumerator);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->given != NULL)
    g_task_return_pointer (task, next_given (self), g_object_unref);
  else
    g_socket_address_enumerator_next_async (self->inner, cancellable, next_cb,
                                            g_steal_pointer (&task));
}

static GSocketAddress *
bulla_filtered_enumerator_next_finish (GSocketAddressEnumerator *enumerator, GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
bulla_filtered_enumerator_finalize (GObject *object)
{
  BullaFilteredEnumerator *self = BULLA_FILTERED_ENUMERATOR (object);

  g_clear_object (&self->inner);
  g_clear_pointer (&self->given, g_ptr_array_unref);
  g_free (self->host);
  G_OBJECT_CLASS (bulla_filtered_enumerator_parent_class)->finalize (object);
}

static void
bulla_filtered_enumerator_class_init (BullaFilteredEnumeratorClass *klass)
{
  GSocketAddressEnumeratorClass *enumerator = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  enumerator->next = bulla_filtered_enumerator_next;
  enumerator->next_async = bulla_filtered_enumerator_next_async;
  enumerator->next_finish = bulla_filtered_enumerator_next_finish;
  G_OBJECT_CLASS (klass)->finalize = bulla_filtered_enumerator_finalize;
}

static void
bulla_filtered_enumerator_init (BullaFilteredEnumerator *self)
{
}

/* --- the filtered address */

static GSocketAddressEnumerator *
bulla_filtered_address_enumerate (GSocketConnectable *connectable)
{
  BullaFilteredAddress *self = BULLA_FILTERED_ADDRESS (connectable);
  GNetworkAddress *name = G_NETWORK_ADDRESS (self);
  BullaFilteredEnumerator *enumerator = g_object_new (BULLA_TYPE_FILTERED_ENUMERATOR, NULL);

  enumerator->host = g_strdup (g_network_address_get_hostname (name));
  enumerator->port = g_network_address_get_port (name);
  enumerator->allow_private = self->allow_private;
  enumerator->given =
      bulla_given_addresses_lookup (self->resolve, enumerator->host, enumerator->port);
  if (enumerator->given == NULL) {
    /* A new GNetworkAddress each time, because it caches its first lookup forever. */
    g_autoptr (GSocketConnectable) fresh =
        g_network_address_new (enumerator->host, enumerator->port);
    enumerator->inner = g_socket_connectable_enumerate (fresh);
  }
  return G_SOCKET_ADDRESS_ENUMERATOR (enumerator);
}

static void
bulla_filtered_address_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = bulla_filtered_address_enumerate;
  iface->proxy_enumerate = bulla_filtered_address_enumerate; /* without a proxy */
}

static void
bulla_filtered_address_finalize (GObject *object)
{
  BullaFilteredAddress *self = BULLA_FILTERED_ADDRESS (object);

  g_clear_pointer (&self->resolve, bulla_given_addresses_unref);
  G_OBJECT_CLASS (bulla_filtered_address_parent_class)->finalize (object);
}

static void
bulla_filtered_address_class_init (BullaFilteredAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_filtered_address_finalize;
}

static void
bulla_filtered_address_init (BullaFilteredAddress *self)
{
}

/**
 * bulla_filtered_address_new:
 * @host: a host name or IP address, without brackets
 * @port: a port
 * @scheme: the URL scheme of the connection
 * @resolve: addresses the user gave
 * @allow_private: whether addresses of this machine and its network are permitted; addresses that
 *   the user gave always are
 *
 * Returns: (transfer full): an address for #GSocketClient
 */
GSocketConnectable *
bulla_filtered_address_new (const char *host, guint16 port, const char *scheme,
                            BullaGivenAddresses *resolve, gboolean allow_private)
{
  BullaFilteredAddress *self = g_object_new (BULLA_TYPE_FILTERED_ADDRESS, "hostname", host, "port",
                                             (guint)port, "scheme", scheme, NULL);

  self->resolve = bulla_given_addresses_ref (resolve);
  self->allow_private = allow_private;
  return G_SOCKET_CONNECTABLE (self);
}
