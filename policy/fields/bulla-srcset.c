/* bulla-srcset.c - selects one of several pictures of a srcset, as a page would
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: HTML, "Parsing a srcset attribute", "Parsing a sizes attribute", "Selecting an image
 * source". The only supported media conditions are min-width and max-width; all others are
 * false. */
#include "bulla-srcset.h"

#include <string.h>

#define CANDIDATES_MAX 64
#define DEFAULT_WIDTH 1024
#define EM 16

typedef struct {
  const char *url; /* borrowed from the parsed text */
  size_t length;
  double density; /* 0 if not stated */
  double width;   /* 0 if not stated */
} Candidate;

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *
skip_space (const char *at)
{
  while (is_space (*at))
    at++;
  return at;
}

/* Reads a number and its unit at @at; -1 if it is missing, or its unit unknown. */
static double
read_length (const char *at, double viewport)
{
  char *end = NULL;
  double number = g_ascii_strtod (at, &end);

  if (end == at || !(number >= 0))
    return -1;
  if (g_str_has_prefix (end, "px"))
    return number;
  if (g_str_has_prefix (end, "vw"))
    return number * viewport / 100;
  if (g_str_has_prefix (end, "em") || g_str_has_prefix (end, "rem"))
    return number * EM;
  return -1;
}

/* Evaluates `(min-width: 600px)`, or several such conditions joined by `and`. */
static gboolean
condition_holds (const char *at, const char *end, double viewport)
{
  for (at = skip_space (at); at < end; at = skip_space (at)) {
    gboolean is_min = g_str_has_prefix (at, "(min-width:");
    const char *close = memchr (at, ')', (size_t)(end - at));
    if (close == NULL || (!is_min && !g_str_has_prefix (at, "(max-width:")))
      return FALSE;
    double limit = read_length (skip_space (strchr (at, ':') + 1), viewport);
    if (limit < 0 || (is_min ? viewport < limit : viewport > limit))
      return FALSE;
    at = skip_space (close + 1);
    if (at < end && g_str_has_prefix (at, "and"))
      at += strlen ("and");
  }
  return TRUE;
}

static double
find_size (const char *sizes, double viewport)
{
  g_auto (GStrv) list = g_strsplit (sizes != NULL ? sizes : "", ",", CANDIDATES_MAX);

  for (guint i = 0; list[i] != NULL; i++) {
    char *entry = g_strstrip (list[i]);
    char *close = strrchr (entry, ')');
    char *length = close != NULL ? close + 1 : entry;
    double size = read_length (skip_space (length), viewport);
    if (size > 0 && condition_holds (entry, length, viewport))
      return size;
  }
  return viewport;
}

static void
read_descriptor (Candidate *candidate, const char *at, const char *end)
{
  char *stop = NULL;
  double number = g_ascii_strtod (at, &stop);

  if (stop == at || stop + 1 != end || !(number > 0))
    return;
  if (*stop == 'x')
    candidate->density = number;
  else if (*stop == 'w')
    candidate->width = number;
}

/* Reads one candidate at @at, and returns the position behind it. */
static const char *
read_candidate (Candidate *candidate, const char *at)
{
  const char *end = at;

  while (*end != '\0' && !is_space (*end))
    end++;
  *candidate = (Candidate){at, (size_t)(end - at), 0, 0};
  if (candidate->length > 0 && end[-1] == ',') {
    while (candidate->length > 0 && at[candidate->length - 1] == ',')
      candidate->length--;
    return end;
  }
  for (at = skip_space (end); *at != '\0' && *at != ','; at = skip_space (end)) {
    for (end = at; *end != '\0' && *end != ',' && !is_space (*end);)
      end++;
    read_descriptor (candidate, at, end);
  }
  return at;
}

/* Prefers the lowest density that is sufficient, else the highest one. */
static gboolean
is_better (double density, double than, double wanted)
{
  if (density >= wanted)
    return than < wanted || density < than;
  return than < wanted && density > than;
}

/**
 * bulla_srcset_choose: (skip)
 * @srcset: candidates, as in `imagesrcset` and `srcset`
 * @sizes: (nullable): sizes, as in `imagesizes`
 * @viewport: (nullable): size of the view; %NULL for a typical one
 *
 * Returns: (transfer full) (nullable): the URL of the candidate that fits, as written in @srcset
 */
char *
bulla_srcset_choose (const char *srcset, const char *sizes, const BullaViewport *viewport)
{
  double width = viewport != NULL && viewport->width > 0 ? viewport->width : DEFAULT_WIDTH;
  double wanted = viewport != NULL && viewport->density > 0 ? viewport->density : 1;
  double size = find_size (sizes, width);
  Candidate best = {0}, candidate;
  double best_density = 0;
  guint n = 0;

  for (const char *at = srcset; n < CANDIDATES_MAX; n++) {
    while (is_space (*at) || *at == ',')
      at++;
    if (*at == '\0')
      break;
    at = read_candidate (&candidate, at);
    double density = candidate.width > 0     ? candidate.width / size
                     : candidate.density > 0 ? candidate.density
                                             : 1;
    if (candidate.length > 0 && (best.url == NULL || is_better (density, best_density, wanted))) {
      best = candidate;
      best_density = density;
    }
  }
  return best.url != NULL ? g_strndup (best.url, best.length) : NULL;
}
