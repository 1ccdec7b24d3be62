/* bulla-gateway-peer-process.c - finds out which process of this machine is at a connection's end
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The kernel lists the socket of every TCP connection with its user and inode (proc(5),
 * /proc/net/tcp), and the open files of a process with theirs. The pair of addresses belongs to one
 * socket for as long as the connection lasts, so the answer cannot be about another client. What
 * cannot be read or found is not a descendant. */
#include "bulla-gateway-peer-process.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 512
/* words of a line in /proc/net/tcp */
#define LOCAL_WORD 1
#define REMOTE_WORD 2
#define USER_WORD 7
#define INODE_WORD 9
/* word of /proc/PID/stat, behind the name of the program */
#define PARENT_WORD 1
#define DEPTH_MAX 64 /* most generations between a process and its ancestor */

/* --- the client's socket */

/* Appends an address as /proc/net has it: words of 32 bits in the byte order of the machine. */
static void
append_words (GString *out, const void *bytes, gsize n)
{
  guint32 words[4];

  memcpy (words, bytes, n);
  for (gsize i = 0; i < n / sizeof *words; i++)
    g_string_append_printf (out, "%08" PRIX32, words[i]);
}

/* @mapped: whether an IPv4 address is to be written as the IPv6 address that stands for it.
 * Returns: (transfer full): the address and port as in a line of /proc/net/tcp or tcp6 */
static char *
dup_place (GInetSocketAddress *address, gboolean mapped)
{
  static const guint8 PREFIX[12] = {[10] = 0xff, [11] = 0xff};
  GInetAddress *host = g_inet_socket_address_get_address (address);
  GString *out = g_string_new (NULL);

  if (mapped)
    append_words (out, PREFIX, sizeof PREFIX);
  append_words (out, g_inet_address_to_bytes (host), g_inet_address_get_native_size (host));
  g_string_append_printf (out, ":%04X", (guint)g_inet_socket_address_get_port (address));
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full): the words of a line, with spaces between them */
static GPtrArray *
split_words (const char *line)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  while (*(line += strspn (line, " \n")) != '\0') {
    gsize length = strcspn (line, " \n");
    g_ptr_array_add (words, g_strndup (line, length));
    line += length;
  }
  return words;
}

/* Returns: whether there is such a word, and it is a decimal @number */
static gboolean
read_number (GPtrArray *words, guint index, guint64 *number)
{
  return index < words->len
         && g_ascii_string_to_unsigned (words->pdata[index], 10, 0, G_MAXINT64, number, NULL);
}

/* Looks for the socket from @local to @remote. Returns: its inode; 0 if it is not listed, is
 * closed, or another user's */
static guint64
find_inode (const char *table, const char *local, const char *remote)
{
  FILE *file = fopen (table, "re");
  char line[LINE_MAX_BYTES];
  guint64 found = 0;

  while (file != NULL && found == 0 && fgets (line, sizeof line, file) != NULL) {
    g_autoptr (GPtrArray) words = split_words (line);
    guint64 user = 0;
    if (words->len > INODE_WORD && strcmp (words->pdata[LOCAL_WORD], local) == 0
        && strcmp (words->pdata[REMOTE_WORD], remote) == 0 && read_number (words, USER_WORD, &user)
        && user == getuid () && !read_number (words, INODE_WORD, &found))
      found = 0;
  }
  if (file != NULL)
    fclose (file);
  return found;
}

static guint64
find_peer_inode (GSocket *socket)
{
  g_autoptr (GSocketAddress) here = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) there = g_socket_get_remote_address (socket, NULL);
  guint64 inode = 0;

  if (!G_IS_INET_SOCKET_ADDRESS (here) || !G_IS_INET_SOCKET_ADDRESS (there))
    return 0;
  gboolean v6 = g_socket_address_get_family (there) == G_SOCKET_FAMILY_IPV6;
  for (guint mapped = 0; inode == 0 && mapped < (v6 ? 1 : 2); mapped++) {
    g_autofree char *local = dup_place (G_INET_SOCKET_ADDRESS (there), mapped);
    g_autofree char *remote = dup_place (G_INET_SOCKET_ADDRESS (here), mapped);
    inode = find_inode (v6 || mapped ? "/proc/net/tcp6" : "/proc/net/tcp", local, remote);
  }
  return inode;
}

/* --- processes */

/* Returns: the parent of a process; 0 if there is none, or it cannot be read */
static GPid
find_parent (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%ld/stat", (long)pid);
  FILE *file = fopen (path, "re");
  char line[LINE_MAX_BYTES];

  if (file == NULL)
    return 0;
  gsize length = fread (line, 1, sizeof line - 1, file);
  fclose (file);
  line[length] = '\0';
  const char *name_end = strrchr (line, ')'); /* the name may contain anything */
  if (name_end == NULL)
    return 0;
  g_autoptr (GPtrArray) words = split_words (name_end + 1);
  guint64 parent = 0;
  return read_number (words, PARENT_WORD, &parent) && parent <= G_MAXINT ? (GPid)parent : 0;
}

static gboolean
descends_from (GPid pid, GPid ancestor)
{
  for (guint depth = 0; pid > 1 && depth < DEPTH_MAX; depth++) {
    if (pid == ancestor)
      return TRUE;
    pid = find_parent (pid);
  }
  return FALSE;
}

static gboolean
has_open (GPid pid, const char *wanted)
{
  g_autofree char *path = g_strdup_printf ("/proc/%ld/fd", (long)pid);
  g_autoptr (GDir) files = g_dir_open (path, 0, NULL);
  const char *name;
  gboolean found = FALSE;

  while (!found && files != NULL && (name = g_dir_read_name (files)) != NULL) {
    g_autofree char *link = g_build_filename (path, name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);
    found = g_strcmp0 (target, wanted) == 0;
  }
  return found;
}

static gboolean
owns (GPid pid, const char *wanted, GPid ancestor)
{
  return descends_from (pid, ancestor) && has_open (pid, wanted);
}

/**
 * bulla_gateway_peer_descends_from:
 * @socket: a connected TCP socket
 * @ancestor: a process that has not been waited for, so that its number still means it
 * @owner: (inout): the process that is looked at first, or 0; on success the one that was found
 *
 * Asks the kernel; nothing that the client sends matters.
 *
 * Returns: whether the client's end of the connection is on this machine, belongs to this user, and
 *   is open in @ancestor or a descendant of it
 */
gboolean
bulla_gateway_peer_descends_from (GSocket *socket, GPid ancestor, GPid *owner)
{
  guint64 inode = find_peer_inode (socket);
  const char *name;

  if (inode == 0)
    return FALSE;
  g_autofree char *wanted = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);
  if (*owner > 0 && owns (*owner, wanted, ancestor))
    return TRUE;
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  while (processes != NULL && (name = g_dir_read_name (processes)) != NULL) {
    guint64 pid = 0;
    if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT, &pid, NULL)
        || !owns ((GPid)pid, wanted, ancestor))
      continue;
    *owner = (GPid)pid;
    return TRUE;
  }
  return FALSE;
}
