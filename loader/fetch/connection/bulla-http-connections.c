/* bulla-http-connections.c - remembers the open sockets of a client by both of their addresses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http-connections.h"

#include <arpa/inet.h>
#include <sys/socket.h>

struct _BullaHttpConnections {
  GPtrArray *all; /* owned; of owned BullaHttpConnection */
};

static void
connection_free (gpointer data)
{
  BullaHttpConnection *connection = data;

  g_free (connection->ends);
  g_free (connection);
}

BullaHttpConnections *
bulla_http_connections_new (void)
{
  BullaHttpConnections *self = g_new (BullaHttpConnections, 1);

  self->all = g_ptr_array_new_with_free_func (connection_free);
  return self;
}

void
bulla_http_connections_free (BullaHttpConnections *self)
{
  g_ptr_array_unref (self->all);
  g_free (self);
}

guint
bulla_http_connections_count (BullaHttpConnections *self)
{
  return self->all->len;
}

/**
 * bulla_http_connections_open:
 * @self: the connections of a client
 * @family: AF_INET or AF_INET6
 *
 * Returns: a socket that is not connected, or -1 on failure
 */
int
bulla_http_connections_open (BullaHttpConnections *self, int family)
{
  int fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);

  if (fd >= 0) {
    BullaHttpConnection *connection = g_new0 (BullaHttpConnection, 1);
    connection->fd = fd;
    g_ptr_array_add (self->all, connection);
  }
  return fd;
}

/**
 * bulla_http_connections_remove:
 * @self: the connections of a client
 * @fd: a socket that is about to be closed
 */
void
bulla_http_connections_remove (BullaHttpConnections *self, int fd)
{
  for (guint i = 0; i < self->all->len; i++)
    if (((BullaHttpConnection *)self->all->pdata[i])->fd == fd) {
      g_ptr_array_remove_index_fast (self->all, i);
      return;
    }
}

static char *
describe_ends (int local_port, const char *remote, int remote_port)
{
  return g_strdup_printf ("%d %s %d", local_port, remote, remote_port);
}

/* @text: (out): INET6_ADDRSTRLEN bytes. Returns: the port */
static int
read_address (const struct sockaddr_storage *address, char *text)
{
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
  gboolean is_v6 = address->ss_family == AF_INET6;

  inet_ntop (address->ss_family, is_v6 ? (gconstpointer)&v6->sin6_addr : &v4->sin_addr, text,
             INET6_ADDRSTRLEN);
  return g_ntohs (is_v6 ? v6->sin6_port : v4->sin_port);
}

/* Returns: (nullable): both addresses of a connected socket; NULL if they are unknown */
static char *
dup_ends (int fd)
{
  struct sockaddr_storage local = {0}, remote = {0};
  socklen_t local_length = sizeof local, remote_length = sizeof remote;
  char local_text[INET6_ADDRSTRLEN] = "", remote_text[INET6_ADDRSTRLEN] = "";

  if (getsockname (fd, (struct sockaddr *)&local, &local_length) != 0
      || getpeername (fd, (struct sockaddr *)&remote, &remote_length) != 0)
    return NULL;
  int local_port = read_address (&local, local_text);
  int remote_port = read_address (&remote, remote_text);
  return describe_ends (local_port, remote_text, remote_port);
}

/**
 * bulla_http_connections_find:
 * @self: the connections of a client
 * @local_port: port of the local end
 * @remote: IP address of the other end
 * @remote_port: port of the other end
 *
 * Returns: (transfer none) (nullable): the connection between the two ends
 */
BullaHttpConnection *
bulla_http_connections_find (BullaHttpConnections *self, int local_port, const char *remote,
                             int remote_port)
{
  g_autofree char *ends = describe_ends (local_port, remote, remote_port);

  for (guint i = 0; i < self->all->len; i++) {
    BullaHttpConnection *each = self->all->pdata[i];
    if (each->ends == NULL)
      each->ends = dup_ends (each->fd);
    if (g_strcmp0 (each->ends, ends) == 0)
      return each;
  }
  return NULL;
}
