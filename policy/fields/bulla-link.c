/* bulla-link.c - parses the Link header field
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 8288 section 3. A malformed link is skipped up to the next comma. */
#include "bulla-link.h"

#include <string.h>

#include "bulla-uri-text.h"
#include "bulla-url.h"

#define PARAMETERS_MAX 32

static void
link_free (gpointer data)
{
  BullaLink *self = data;

  g_free (self->target);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->values);
  g_free (self);
}

static void
skip_space (const char **at)
{
  while (**at == ' ' || **at == '\t')
    (*at)++;
}

/* Skips a malformed link up to the next comma; quoted commas do not separate. */
static void
skip_link (const char **at)
{
  gboolean quoted = FALSE;

  for (; **at != '\0' && (quoted || **at != ','); (*at)++) {
    if (quoted && **at == '\\' && (*at)[1] != '\0')
      (*at)++;
    else if (**at == '"')
      quoted = !quoted;
  }
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$&+-.^_`|~*'%", c) != NULL);
}

static char *
read_value (const char **at)
{
  g_autoptr (GString) value = g_string_new (NULL);

  if (**at != '"') {
    while (**at != '\0' && strchr (" \t;,", **at) == NULL)
      g_string_append_c (value, *(*at)++);
    return g_string_free (g_steal_pointer (&value), FALSE);
  }
  return bulla_field_take_quoted (at);
}

/* Reads parameters, `; name` or `; name=value`, as long as there are any. */
static gboolean
read_parameters (BullaLink *self, const char **at)
{
  for (skip_space (at); **at == ';'; skip_space (at)) {
    (*at)++;
    skip_space (at);
    const char *start = *at;
    while (is_name_char (**at))
      (*at)++;
    if (*at == start)
      continue;
    g_autofree char *name = g_ascii_strdown (start, *at - start);
    g_autofree char *value = NULL;
    skip_space (at);
    if (**at == '=') {
      (*at)++;
      skip_space (at);
      value = read_value (at);
      if (value == NULL)
        return FALSE;
    }
    if (self->names->len >= PARAMETERS_MAX)
      return FALSE;
    g_ptr_array_add (self->names, g_steal_pointer (&name));
    g_ptr_array_add (self->values, value != NULL ? g_steal_pointer (&value) : g_strdup (""));
  }
  return **at == ',' || **at == '\0';
}

/**
 * bulla_link_resolve: (skip)
 * @base: the URL of a response
 * @reference: a URL reference in that response
 *
 * Returns: (transfer full) (nullable): the absolute URL as bulla_url_parse() writes it, without its
 *   fragment; %NULL if its scheme cannot be fetched, or parsers could read it differently
 */
char *
bulla_link_resolve (const char *base, const char *reference)
{
  g_auto (BullaUrl) url = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  g_autofree char *text = bulla_url_resolve (base, reference, G_URI_FLAGS_ENCODED);

  if (text == NULL || strlen (text) > BULLA_LINK_URL_MAX
      || !bulla_url_parse (&url, text, strcspn (text, "#"), &reason, &detail))
    return NULL;
  return g_steal_pointer (&url.url);
}

static BullaLink *
read_link (const char **at, const char *base)
{
  const char *end = **at == '<' ? strchr (*at, '>') : NULL;

  if (end == NULL)
    return NULL;
  g_autofree char *reference = g_strndup (*at + 1, (gsize)(end - *at - 1));
  BullaLink *self = g_new0 (BullaLink, 1);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  self->target = bulla_link_resolve (base, reference);
  *at = end + 1;
  if (read_parameters (self, at) && self->target != NULL)
    return self;
  link_free (self);
  return NULL;
}

/**
 * bulla_links_read: (skip)
 * @field: (nullable): a Link field; several are joined by commas
 * @base: the URL of the response with that field
 *
 * Returns: (transfer full) (element-type BullaLink): its links, in the order of the field
 */
GPtrArray *
bulla_links_read (const char *field, const char *base)
{
  GPtrArray *links = g_ptr_array_new_with_free_func (link_free);

  for (const char *at = field != NULL ? field : ""; *at != '\0' && links->len < BULLA_LINKS_MAX;) {
    skip_space (&at);
    if (*at == ',') {
      at++;
      continue;
    }
    BullaLink *link = read_link (&at, base);
    if (link != NULL)
      g_ptr_array_add (links, link);
    else
      skip_link (&at);
  }
  return links;
}

/**
 * bulla_link_get: (skip)
 * @self: a link
 * @name: name of a parameter, in lower case
 *
 * If a parameter occurs several times, the first one counts (RFC 8288 section 3.3, 3.4).
 *
 * Returns: (nullable): the value of the parameter
 */
const char *
bulla_link_get (const BullaLink *self, const char *name)
{
  for (guint i = 0; i < self->names->len; i++)
    if (strcmp (self->names->pdata[i], name) == 0)
      return self->values->pdata[i];
  return NULL;
}

/**
 * bulla_link_dup_url: (skip)
 * @self: a link
 * @name: name of a parameter with a URL reference, such as `anchor`
 * @base: the URL of the response
 *
 * Returns: (transfer full) (nullable): the absolute URL
 */
char *
bulla_link_dup_url (const BullaLink *self, const char *name, const char *base)
{
  const char *reference = bulla_link_get (self, name);

  return reference != NULL ? bulla_link_resolve (base, reference) : NULL;
}

/**
 * bulla_link_has_rel: (skip)
 *
 * Returns: whether @relation is one of the link's relations
 */
gboolean
bulla_link_has_rel (const BullaLink *self, const char *relation)
{
  const char *rel = bulla_link_get (self, "rel");
  g_auto (GStrv) relations = rel != NULL ? g_strsplit (rel, " ", PARAMETERS_MAX) : NULL;

  for (guint i = 0; relations != NULL && relations[i] != NULL; i++)
    if (g_ascii_strcasecmp (relations[i], relation) == 0)
      return TRUE;
  return FALSE;
}

/**
 * bulla_link_is_rel: (skip)
 *
 * Returns: whether @relation is the link's only relation, as Chromium and LOAD require for links of
 *   signed exchanges
 */
gboolean
bulla_link_is_rel (const BullaLink *self, const char *relation)
{
  const char *rel = bulla_link_get (self, "rel");

  return rel != NULL && g_ascii_strcasecmp (rel, relation) == 0;
}
