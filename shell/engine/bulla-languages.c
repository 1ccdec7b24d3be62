/* bulla-languages.c - lists the languages of the locale as the browser sends them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-languages.h"

#include <string.h>

#define LANGUAGES_MAX 16 /* most languages that are sent */

/* Returns: (transfer full) (nullable): the language tag of a locale such as fr_FR.UTF-8; %NULL for
 * the locales C and POSIX, which are not languages */
static char *
dup_tag (const char *locale)
{
  char *tag = g_strndup (locale, strcspn (locale, ".@"));

  g_strdelimit (tag, "_", '-');
  if (g_ascii_isalpha (tag[0]) && g_ascii_isalpha (tag[1]) && strcmp (tag, "POSIX") != 0)
    return tag;
  g_free (tag);
  return NULL;
}

static void
add_tag (GPtrArray *tags, const char *tag)
{
  for (guint i = 0; i < tags->len; i++)
    if (g_ascii_strcasecmp (tags->pdata[i], tag) == 0)
      return;
  if (tags->len < LANGUAGES_MAX)
    g_ptr_array_add (tags, g_strdup (tag));
}

/* Says whether the next tag is of the same language, so that the base language follows later. */
static gboolean
is_of_language (const char *tag, const char *base)
{
  size_t length = strlen (base);

  return g_ascii_strncasecmp (tag, base, length) == 0
         && (tag[length] == '\0' || tag[length] == '-');
}

/**
 * bulla_languages_from_locales:
 * @locales: (array zero-terminated=1): locales in order of preference, as from
 *   g_get_language_names()
 *
 * Each language with a region is followed by the language alone, after all its regions: by Basic
 * Filtering (RFC 4647 section 3.3.1) a request for `fr-FR` does not select `fr`.
 *
 * Returns: (transfer full) (array zero-terminated=1): language tags; American English if no locale
 *   is a language
 */
char **
bulla_languages_from_locales (const char *const *locales)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; locales[i] != NULL; i++) {
    g_autofree char *tag = dup_tag (locales[i]);
    if (tag != NULL)
      add_tag (tags, tag);
  }
  if (tags->len == 0)
    add_tag (tags, "en-US");
  for (guint i = 0; i < tags->len; i++) {
    const char *tag = tags->pdata[i];
    const char *next = i + 1 < tags->len ? tags->pdata[i + 1] : "";
    g_autofree char *base = g_strndup (tag, strcspn (tag, "-"));
    add_tag (all, tag);
    if (!is_of_language (next, base))
      add_tag (all, base);
  }
  g_ptr_array_add (all, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&all), FALSE);
}

/**
 * bulla_languages_dup_field:
 * @languages: (array zero-terminated=1): language tags in order of preference
 *
 * Returns: (transfer full): a value of Accept-Language: the first tag has the weight 1, each other
 *   one 0.1 less than the tag before it, and at least 0.1
 */
char *
bulla_languages_dup_field (const char *const *languages)
{
  g_autoptr (GString) field = g_string_new (NULL);

  for (guint i = 0; languages[i] != NULL; i++) {
    g_string_append_printf (field, "%s%s", i > 0 ? ", " : "", languages[i]);
    if (i > 0)
      g_string_append_printf (field, ";q=0.%u", i < 9 ? 10 - i : 1);
  }
  return g_string_free (g_steal_pointer (&field), FALSE);
}
