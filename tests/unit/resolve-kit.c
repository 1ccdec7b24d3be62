/* resolve-kit.c - a resolver for this process, with addresses that tests choose
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GLib and curl both call getaddrinfo(), in their own threads. The function of that name in the
 * program is used instead of the C library's. */
#define _GNU_SOURCE

#include "resolve-kit.h"

#include <dlfcn.h>
#include <netdb.h>

typedef int (*GetaddrinfoFunc) (const char *node, const char *service, const struct addrinfo *hints,
                                struct addrinfo **result);

static GMutex lock;
static GHashTable *addresses; /* name -> address */

void
resolve_kit_set (const char *name, const char *address)
{
  g_mutex_lock (&lock);
  if (addresses == NULL)
    addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_replace (addresses, g_strdup (name), g_strdup (address));
  g_mutex_unlock (&lock);
}

static char *
dup_address (const char *name)
{
  g_mutex_lock (&lock);
  char *address = g_strdup (addresses != NULL ? g_hash_table_lookup (addresses, name) : NULL);
  g_mutex_unlock (&lock);
  return address;
}

__attribute__ ((visibility ("default"))) int
getaddrinfo (const char *node, const char *service, const struct addrinfo *hints,
             struct addrinfo **result)
{
  g_autofree char *address = node != NULL ? dup_address (node) : NULL;
  GetaddrinfoFunc real = (GetaddrinfoFunc)dlsym (RTLD_NEXT, "getaddrinfo");
  struct addrinfo numeric = {0};

  if (hints != NULL)
    numeric = *hints;
  if (node != NULL)
    numeric.ai_flags = (numeric.ai_flags & ~AI_ADDRCONFIG) | AI_NUMERICHOST;
  return real (address != NULL ? address : node, service, &numeric, result);
}
