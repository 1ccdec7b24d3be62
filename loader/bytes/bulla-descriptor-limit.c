/* bulla-descriptor-limit.c - reads and raises the limit of open file descriptors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-descriptor-limit.h"

#include <sys/resource.h>

#define DEFAULT_LIMIT 1024
#define RAISED_LIMIT 8192

/* Returns: the soft limit of open descriptors */
guint64
bulla_descriptors_get_limit (void)
{
  struct rlimit limit = {0};

  return getrlimit (RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : DEFAULT_LIMIT;
}

/**
 * bulla_descriptors_raise_limit: (skip)
 *
 * Raises the soft limit to the hard limit, because each client connection needs two descriptors.
 * Call this before creating a gateway or a loader, whose limits depend on it. Child processes
 * inherit the limit; WebKit's use poll(), not select(), which cannot handle descriptors above 1023.
 */
void
bulla_descriptors_raise_limit (void)
{
  struct rlimit limit = {0};

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= RAISED_LIMIT)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, RAISED_LIMIT);
  setrlimit (RLIMIT_NOFILE, &limit);
}
