/* forge-random.c - replaces OpenSSL's random bytes by fixed ones, so that packages are reproducible
 * SPDX-License-Identifier: LGPL-2.1-or-later */
/* only the deprecated interface can replace the random generator of the whole process */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "forge-random.h"

#include <openssl/rand.h>
#include <string.h>

static struct {
  char *seed; /* owned; NULL while stopped */
  guint64 counter;
} state;

static int
fill_cb (unsigned char *buffer, int size)
{
  while (size > 0) {
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 block[32];
    gsize length = sizeof block;
    g_checksum_update (checksum, (const guchar *)state.seed, strlen (state.seed));
    g_checksum_update (checksum, (const guchar *)&state.counter, sizeof state.counter);
    g_checksum_get_digest (checksum, block, &length);
    state.counter++;
    memcpy (buffer, block, MIN (size, (int)length));
    buffer += length;
    size -= length;
  }
  return 1;
}

static int
status_cb (void)
{
  return 1;
}

static const RAND_METHOD METHOD = {.bytes = fill_cb, .pseudorand = fill_cb, .status = status_cb};

void
forge_random_start (const char *seed)
{
  g_assert (state.seed == NULL);
  state.seed = g_strdup (seed);
  state.counter = 0;
  RAND_set_rand_method (&METHOD);
}

void
forge_random_stop (void)
{
  RAND_set_rand_method (RAND_OpenSSL ());
  g_clear_pointer (&state.seed, g_free);
}
