/* bulla-variants-matches.c - compares ranges of a request with available values
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-matches.h"

#include <string.h>

/* Says whether the parameter, of @length bytes, is among the first of @type. Names are compared
 * without case, values exactly. */
static gboolean
type_has_parameter (const char *type, const char *parameter, size_t length)
{
  size_t name = strcspn (parameter, "=;");

  const char *at = strchr (type, ';');
  for (guint i = 0; at != NULL && i < BULLA_TYPE_PARAMETERS_MAX; at = strchr (at, ';'), i++) {
    at += 1 + strspn (at + 1, " \t");
    size_t end = strcspn (at, "; \t");
    if (end == length && name <= length && g_ascii_strncasecmp (at, parameter, name) == 0
        && memcmp (at + name, parameter + name, length - name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
type_has_parameters (const char *type, const char *parameters)
{
  while (parameters != NULL) {
    size_t length = strcspn (parameters, ";");
    if (!type_has_parameter (type, parameters, length))
      return FALSE;
    parameters = parameters[length] == ';' ? parameters + length + 1 : NULL;
  }
  return TRUE;
}

static gboolean
range_matches_essence (const char *range, const char *type)
{
  size_t length = strlen (range);

  if (strcmp (range, "*/*") == 0 || strcmp (range, "*") == 0)
    return TRUE;
  if (length > 2 && strcmp (range + length - 2, "/*") == 0)
    return g_ascii_strncasecmp (range, type, length - 1) == 0;
  return length == strcspn (type, "; \t") && g_ascii_strncasecmp (range, type, length) == 0;
}

/**
 * bulla_preference_matches_type: (skip)
 * @self: an element of Accept
 * @type: a media type, perhaps with parameters
 *
 * Spec: RFC 7231 section 5.3.2. Parameters of @self that were kept have to be among the first
 * %BULLA_TYPE_PARAMETERS_MAX of @type.
 *
 * Returns: whether the media range matches @type
 */
gboolean
bulla_preference_matches_type (const BullaPreference *self, const char *type)
{
  return range_matches_essence (self->range, type) && type_has_parameters (type, self->parameters);
}

static size_t
subtag_length (const char *text)
{
  return strcspn (text, "-");
}

static const char *
next_subtag (const char *text)
{
  text += subtag_length (text);
  return *text == '-' ? text + 1 : text;
}

static gboolean
subtag_equal (const char *range, const char *tag)
{
  size_t length = subtag_length (range);

  return length == subtag_length (tag) && g_ascii_strncasecmp (range, tag, length) == 0;
}

static gboolean
subtag_is_star (const char *range)
{
  return range[0] == '*' && subtag_length (range) == 1;
}

/* Implements RFC 4647 section 3.3.2. */
static gboolean
range_matches_extended (const char *range, const char *tag)
{
  if (!subtag_is_star (range) && !subtag_equal (range, tag))
    return FALSE;
  range = next_subtag (range);
  tag = next_subtag (tag);
  while (*range != '\0') {
    if (subtag_is_star (range)) {
      range = next_subtag (range);
    } else if (*tag == '\0') {
      return FALSE;
    } else if (subtag_equal (range, tag)) {
      range = next_subtag (range);
      tag = next_subtag (tag);
    } else if (subtag_length (tag) == 1) {
      return FALSE;
    } else {
      tag = next_subtag (tag);
    }
  }
  return TRUE;
}

/**
 * bulla_preference_matches_language: (skip)
 * @self: an element of Accept-Language
 * @tag: a language tag
 * @extended: whether to apply Extended Filtering; otherwise Basic Filtering
 *
 * Spec: RFC 4647 sections 3.3.1 and 3.3.2.
 *
 * Returns: whether the language range matches @tag
 */
gboolean
bulla_preference_matches_language (const BullaPreference *self, const char *tag, gboolean extended)
{
  size_t length = strlen (self->range);

  if (strcmp (self->range, "*") == 0)
    return TRUE;
  if (extended)
    return range_matches_extended (self->range, tag);
  return g_ascii_strncasecmp (self->range, tag, length) == 0
         && (tag[length] == '\0' || tag[length] == '-');
}
