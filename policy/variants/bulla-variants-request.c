/* bulla-variants-request.c - parses the request fields that Variants are negotiated by
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 7231 section 5.3; draft-ietf-httpbis-variants-06 section 5. */
#include "bulla-variants-request.h"

#include <string.h>

typedef enum { FIELD_TYPES, FIELD_LANGUAGES, FIELD_CODINGS } Field;

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t';
}

/* Cuts @text after the next @end outside of quotes; returns the rest, or NULL. */
static char *
cut_at (char *text, char end)
{
  gboolean quoted = FALSE;

  for (; *text != '\0'; text++) {
    if (quoted && *text == '\\' && text[1] != '\0')
      text++;
    else if (*text == '"')
      quoted = !quoted;
    else if (*text == end && !quoted) {
      *text = '\0';
      return text + 1;
    }
  }
  return NULL;
}

static char *
strip (char *text)
{
  while (is_space (*text))
    text++;
  size_t length = strlen (text);
  while (length > 0 && is_space (text[length - 1]))
    length--;
  text[length] = '\0';
  return text;
}

/* Reads a weight; a malformed one counts as 1, as in Chromium. Only digits and a point are read,
 * and the number of decimals is not enforced. */
static double
read_weight (const char *text)
{
  double weight = 0, unit = 1;
  gboolean any = FALSE;

  for (; g_ascii_isdigit (*text); text++, any = TRUE)
    weight = MIN (weight * 10 + (*text - '0'), 2);
  if (*text == '.')
    for (text++; g_ascii_isdigit (*text); text++, any = TRUE)
      weight += (*text - '0') * (unit /= 10);
  return any && *text == '\0' && weight <= 1 ? weight : 1;
}

/* Appends a parameter to those before it, which end at @end; returns the new end. */
static char *
keep_parameter (char *end, const char *parameter, gboolean first)
{
  size_t length = strlen (parameter);

  if (!first)
    *end++ = ';';
  memmove (end, parameter, length + 1);
  return end + length;
}

/* Reads the parameters of an element; @text has room for those that are kept, since they move
 * forward only. An element with too many gets an empty range. */
static void
read_parameters (BullaPreference *into, char *text, gboolean keep)
{
  char *rest = text, *end = text;
  gboolean weighted = FALSE;
  guint n = 0;

  while (rest != NULL) {
    char *next = cut_at (rest, ';');
    const char *parameter = strip (rest);
    if (g_ascii_strncasecmp (parameter, "q=", 2) == 0) {
      if (!weighted)
        into->weight = read_weight (parameter + 2);
      weighted = TRUE;
    } else if (keep && *parameter != '\0') {
      if (++n > BULLA_TYPE_PARAMETERS_MAX) {
        into->range = "";
        return;
      }
      end = keep_parameter (end, parameter, n == 1);
    }
    rest = next;
  }
  into->parameters = n > 0 ? text : NULL;
}

static guint
specificity_of (const BullaPreference *preference, Field field)
{
  const char *range = preference->range;
  guint n = 1;

  switch (field) {
  case FIELD_TYPES:
    if (strcmp (range, "*") == 0 || strcmp (range, "*/*") == 0)
      return 0;
    return preference->star ? 1 : preference->parameters == NULL ? 2 : 3;
  case FIELD_LANGUAGES:
    if (strcmp (range, "*") == 0)
      return 0;
    for (; *range != '\0'; range++)
      n += *range == '-';
    return n;
  case FIELD_CODINGS:
  default:
    return preference->star ? 0 : 1;
  }
}

/* Says whether @one is preferred to @other, which precedes it in the field. */
static gboolean
precedes (const BullaPreference *one, const BullaPreference *other,
          const BullaVariantsReadings *readings)
{
  if (one->weight > other->weight || one->weight < other->weight)
    return one->weight > other->weight;
  return readings->precedence == BULLA_PRECEDENCE_SPECIFIC && one->weight > 0
         && one->specificity > other->specificity;
}

/* Inserts an element; elements of equal rank keep the order of the field. */
static void
insert (BullaPreferences *self, const BullaPreference *preference,
        const BullaVariantsReadings *readings)
{
  guint at = self->n++;

  for (; at > 0 && precedes (preference, &self->entries[at - 1], readings); at--)
    self->entries[at] = self->entries[at - 1];
  self->entries[at] = *preference;
  self->n_accepted += preference->weight > 0;
}

static guint
count_bytes (const char *text, char byte)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == byte;
  return n;
}

static void
preferences_init (BullaPreferences *self, const char *field, Field kind,
                  const BullaVariantsReadings *readings)
{
  gboolean keep =
      kind == FIELD_TYPES && readings->type_parameters == BULLA_TYPE_PARAMETERS_COMPARED;

  if (field == NULL)
    return;
  self->text = g_strdup (field);
  self->entries =
      g_new (BullaPreference, MIN (count_bytes (field, ',') + 1, BULLA_PREFERENCES_MAX));
  for (char *rest = self->text; rest != NULL && self->n < BULLA_PREFERENCES_MAX;) {
    char *next = cut_at (rest, ',');
    char *parameters = cut_at (rest, ';');
    BullaPreference preference = {.range = strip (rest), .weight = 1};
    if (parameters != NULL)
      read_parameters (&preference, parameters, keep);
    preference.star = strchr (preference.range, '*') != NULL;
    preference.specificity = specificity_of (&preference, kind);
    if (preference.range[0] != '\0')
      insert (self, &preference, readings);
    rest = next;
  }
}

static void
read_cookies (BullaVariantsRequest *self, const char *field)
{
  if (field == NULL)
    return;
  self->cookie_text = g_strdup (field);
  self->cookies = g_new (BullaCookie, MIN (count_bytes (field, ';') + 1, BULLA_PREFERENCES_MAX));
  for (char *rest = self->cookie_text; rest != NULL && self->n_cookies < BULLA_PREFERENCES_MAX;) {
    char *next = strchr (rest, ';');
    if (next != NULL)
      *next++ = '\0';
    char *name = strip (rest);
    char *value = strchr (name, '=');
    rest = next;
    if (value == NULL)
      continue;
    *value++ = '\0';
    self->cookies[self->n_cookies++] = (BullaCookie){name, value};
  }
}

/**
 * bulla_variants_request_new: (skip)
 * @facts: the request; a field that is %NULL is not sent
 * @readings: the readings of the profile
 *
 * Returns: (transfer full): the fields, which borrow nothing from @facts
 */
BullaVariantsRequest *
bulla_variants_request_new (const BullaRequestFacts *facts, const BullaVariantsReadings *readings)
{
  BullaVariantsRequest *self = g_new0 (BullaVariantsRequest, 1);

  preferences_init (&self->accept, facts->accept, FIELD_TYPES, readings);
  preferences_init (&self->accept_language, facts->accept_language, FIELD_LANGUAGES, readings);
  preferences_init (&self->accept_encoding, facts->accept_encoding, FIELD_CODINGS, readings);
  read_cookies (self, facts->cookie);
  return self;
}

static void
preferences_clear (BullaPreferences *self)
{
  g_free (self->entries);
  g_free (self->text);
}

void
bulla_variants_request_free (BullaVariantsRequest *self)
{
  preferences_clear (&self->accept);
  preferences_clear (&self->accept_language);
  preferences_clear (&self->accept_encoding);
  g_free (self->cookies);
  g_free (self->cookie_text);
  g_free (self);
}
