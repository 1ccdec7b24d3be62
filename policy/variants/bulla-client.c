/* bulla-client.c - parses files that describe classes of clients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-client.h"

#include <string.h>

#include "bulla-field-kind.h"
#include "bulla-variants-request.h"

#define TOKEN_CHARS "!#$%&'*+-.^_`|~" G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS /* RFC 9110 5.6.2 */

G_DEFINE_QUARK (bulla - client - error - quark, bulla_client_error)

/* Fetch destinations for which a client file may have an Accept. */
static const char *const DESTINATIONS[] = {
    "document", "image",    "style", "script",   "font",   "video",  "audio", "fetch",
    "json",     "manifest", "track", "prefetch", "object", "worker", "frame", NULL};

/* The groups of a client file and their keys; a group without keys takes any. */
static const struct {
  const char *group;
  const char *const *keys;
} GROUPS[] = {
    {"client", (const char *const[]){"name", "signed-exchanges", "cookies", NULL}},
    {"accept", DESTINATIONS},
    {"accept-encoding", (const char *const[]){"https", "http", "media", NULL}},
    {"accept-language", (const char *const[]){"value", NULL}},
    {"cookies", NULL},
    {"person", (const char *const[]){"reads", NULL}},
    {"decodes", (const char *const[]){"images", NULL}},
    {"screen", (const char *const[]){"dpr", "width", "height", NULL}},
    {"fields", NULL},
};

static const char *const *
keys_of (const char *group, gboolean *known)
{
  *known = TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS (GROUPS); i++)
    if (strcmp (GROUPS[i].group, group) == 0)
      return GROUPS[i].keys;
  *known = FALSE;
  return NULL;
}

/* Fields that the connection, the address or the user decides on, not the client. */
static gboolean
is_field_of_client (const char *name)
{
  static const char *const others[] = {"host", "cookie", "content-length", "expect", NULL};
  g_autofree char *low = g_ascii_strdown (name, -1);

  return *name != '\0' && name[strspn (name, TOKEN_CHARS)] == '\0'
         && !bulla_field_is_for_connection (low) && !g_strv_contains (others, low);
}

static gboolean
check_group (GKeyFile *file, const char *group, GError **error)
{
  gboolean known = FALSE;

  const char *const *allowed = keys_of (group, &known);
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  if (!known) {
    g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_UNKNOWN_KEY, "unknown group “%s”",
                 group);
    return FALSE;
  }
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, group, keys[i], NULL);
    if (allowed != NULL && !g_strv_contains (allowed, keys[i])) {
      g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_UNKNOWN_KEY,
                   "unknown key “%s” in [%s]", keys[i], group);
      return FALSE;
    }
    if (strcmp (group, "fields") == 0 && !is_field_of_client (keys[i])) {
      g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_UNKNOWN_KEY,
                   "“%s” in [fields] is not the name of a field that a client chooses", keys[i]);
      return FALSE;
    }
    if (value == NULL || strpbrk (value, "\r\n") != NULL) {
      g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_VALUE,
                   "“%s” in [%s] is not a field value", keys[i], group);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_groups (GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (!check_group (file, groups[i], error))
      return FALSE;
  return TRUE;
}

/* Parses one of two words; FALSE with @error set for any other value. */
static gboolean
read_word (GKeyFile *file, const char *key, const char *yes, const char *no, gboolean *into,
           GError **error)
{
  g_autofree char *value = g_key_file_get_string (file, "client", key, NULL);

  *into = g_strcmp0 (value, yes) == 0;
  if (*into || g_strcmp0 (value, no) == 0)
    return TRUE;
  g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_VALUE,
               "“%s” in [client] takes %s or %s, not “%s”", key, yes, no,
               value != NULL ? value : "");
  return FALSE;
}

static gboolean
read_about (BullaClient *self, GKeyFile *file, GError **error)
{
  self->description = g_key_file_get_string (file, "client", "name", NULL);
  if (self->description != NULL && self->description[0] != '\0')
    return read_word (file, "signed-exchanges", "b3", "no", &self->exchanges, error)
           && read_word (file, "cookies", "yes", "no", &self->cookies, error);
  g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_VALUE, "[client] has no “name”");
  return FALSE;
}

static void
read_accept (BullaClient *self, GKeyFile *file)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "accept", NULL, NULL);

  self->accept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    g_hash_table_insert (self->accept, g_strdup (keys[i]),
                         g_key_file_get_string (file, "accept", keys[i], NULL));
}

static char *
join_cookies (GKeyFile *file)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "cookies", NULL, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, "cookies", keys[i], NULL);
    g_string_append_printf (text, "%s%s=%s", i > 0 ? "; " : "", keys[i], value);
  }
  return g_string_free (text, text->len == 0);
}

/* Reads a list of words separated by semicolons, in lower case. */
static GStrv
read_list (GKeyFile *file, const char *group, const char *key)
{
  GStrv list = g_key_file_get_string_list (file, group, key, NULL, NULL);

  for (guint i = 0; list != NULL && list[i] != NULL; i++) {
    char *low = g_ascii_strdown (g_strstrip (list[i]), -1);
    g_free (list[i]);
    list[i] = low;
  }
  return list != NULL ? list : g_new0 (char *, 1);
}

static gboolean
read_screen (BullaClient *self, GKeyFile *file, GError **error)
{
  g_autofree char *dpr = g_key_file_get_string (file, "screen", "dpr", NULL);
  g_autofree char *width = g_key_file_get_string (file, "screen", "width", NULL);
  g_autofree char *height = g_key_file_get_string (file, "screen", "height", NULL);
  guint64 sides[2] = {0};
  char *end = NULL;

  self->dpr = dpr != NULL ? g_ascii_strtod (dpr, &end) : 0;
  if ((dpr == NULL || (end != dpr && *end == '\0' && self->dpr > 0 && self->dpr <= 16))
      && (width == NULL || g_ascii_string_to_unsigned (width, 10, 1, 65535, &sides[0], NULL))
      && (height == NULL || g_ascii_string_to_unsigned (height, 10, 1, 65535, &sides[1], NULL))) {
    self->width = (guint)sides[0];
    self->height = (guint)sides[1];
    return TRUE;
  }
  g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_VALUE,
               "[screen] takes a dpr up to 16, and a width and height from 1 to 65535");
  return FALSE;
}

static GStrv
read_fields (GKeyFile *file)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "fields", NULL, NULL);
  g_autoptr (GStrvBuilder) fields = g_strv_builder_new ();

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, "fields", keys[i], NULL);
    g_strv_builder_add (fields, keys[i]);
    g_strv_builder_add (fields, value);
  }
  return g_strv_builder_end (fields);
}

/* Returns the comment at the beginning, without the marks. */
static char *
read_sources (const char *text)
{
  GString *sources = g_string_new (NULL);

  while (*text == '#') {
    size_t length = strcspn (text, "\r\n");
    const char *start = text + 1 + strspn (text + 1, " ");
    if (start < text + length)
      g_string_append_len (sources, start, text + length - start);
    g_string_append_c (sources, '\n');
    text += length;
    text += strspn (text, "\r\n");
  }
  return g_string_free (sources, FALSE);
}

static void
client_clear (gpointer data)
{
  BullaClient *self = data;

  g_free (self->name);
  g_free (self->description);
  g_free (self->sources);
  g_clear_pointer (&self->accept, g_hash_table_unref);
  g_free (self->encoding_https);
  g_free (self->encoding_http);
  g_free (self->encoding_media);
  g_free (self->languages);
  g_free (self->cookie);
  g_strfreev (self->reads);
  g_strfreev (self->images);
  g_strfreev (self->fields);
}

/**
 * bulla_client_parse: (skip)
 * @name: the name of the client
 * @text: a key file in UTF-8; docs/variants.md describes it
 * @error: a %BULLA_CLIENT_ERROR that names the group and the key
 *
 * Returns: (transfer full) (nullable): the client
 */
BullaClient *
bulla_client_parse (const char *name, const char *text, GError **error)
{
  g_autoptr (BullaClient) self = g_atomic_rc_box_new0 (BullaClient);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) failure = NULL;

  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, &failure)) {
    g_set_error (error, BULLA_CLIENT_ERROR, BULLA_CLIENT_ERROR_SYNTAX, "%s", failure->message);
    return NULL;
  }
  self->name = g_strdup (name);
  if (!check_groups (file, error) || !read_about (self, file, error)
      || !read_screen (self, file, error))
    return NULL;
  self->sources = read_sources (text);
  read_accept (self, file);
  self->encoding_https = g_key_file_get_string (file, "accept-encoding", "https", NULL);
  self->encoding_http = g_key_file_get_string (file, "accept-encoding", "http", NULL);
  self->encoding_media = g_key_file_get_string (file, "accept-encoding", "media", NULL);
  self->languages = g_key_file_get_string (file, "accept-language", "value", NULL);
  self->cookie = self->cookies ? join_cookies (file) : NULL;
  self->reads = read_list (file, "person", "reads");
  self->images = read_list (file, "decodes", "images");
  self->fields = read_fields (file);
  return g_steal_pointer (&self);
}

BullaClient *
bulla_client_ref (BullaClient *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
bulla_client_unref (BullaClient *self)
{
  g_atomic_rc_box_release_full (self, client_clear);
}

/**
 * bulla_client_new_with_languages: (skip)
 * @self: a client
 * @name: the name of the new one
 * @description: its description
 * @languages: its Accept-Language
 * @reads: (array zero-terminated=1): the languages that its reader reads
 *
 * Returns: (transfer full): a client like @self, but with other languages and no further fields
 */
BullaClient *
bulla_client_new_with_languages (const BullaClient *self, const char *name, const char *description,
                                 const char *languages, const char *const *reads)
{
  BullaClient *other = g_atomic_rc_box_new0 (BullaClient);
  GHashTableIter iter;
  gpointer destination, accept;

  *other = (BullaClient){
      .name = g_strdup (name),
      .description = g_strdup (description),
      .sources = g_strdup (self->sources),
      .exchanges = self->exchanges,
      .cookies = self->cookies,
      .accept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
      .encoding_https = g_strdup (self->encoding_https),
      .encoding_http = g_strdup (self->encoding_http),
      .encoding_media = g_strdup (self->encoding_media),
      .languages = g_strdup (languages),
      .cookie = g_strdup (self->cookie),
      .reads = g_strdupv ((char **)reads),
      .images = g_strdupv (self->images),
      .dpr = self->dpr,
      .width = self->width,
      .height = self->height,
      .fields = g_new0 (char *, 1),
  };
  g_hash_table_iter_init (&iter, self->accept);
  while (g_hash_table_iter_next (&iter, &destination, &accept))
    g_hash_table_insert (other->accept, g_strdup (destination), g_strdup (accept));
  return other;
}

/**
 * bulla_client_find_accept: (skip)
 * @self: a client
 * @destination: a Fetch destination, such as `document`, `image` or `style`
 * @accept: (out) (nullable): the Accept that it sends; %NULL if it sends none
 *
 * A client without a value for `json`, `manifest` or `track` asks as for `fetch`; for a document in
 * a frame or an object, as for `document`.
 *
 * Returns: whether the client asks for such resources at all
 */
gboolean
bulla_client_find_accept (const BullaClient *self, const char *destination, const char **accept)
{
  static const char *const instead[][2] = {
      {"json", "fetch"},      {"manifest", "fetch"},  {"track", "fetch"},   {"frame", "document"},
      {"iframe", "document"}, {"object", "document"}, {"embed", "document"}};
  const char *value = g_hash_table_lookup (self->accept, destination);

  for (size_t i = 0; value == NULL && i < G_N_ELEMENTS (instead); i++)
    if (strcmp (instead[i][0], destination) == 0)
      value = g_hash_table_lookup (self->accept, instead[i][1]);
  *accept = value != NULL && *value != '\0' ? value : NULL;
  return value != NULL;
}

/**
 * bulla_client_fill_request: (skip)
 * @self: a client; must outlive the use of @request
 * @destination: a Fetch destination
 * @url: (nullable): the URL that it asks for, %NULL if the package has none that can be read; must
 *   outlive the use of @request
 * @request: (out): the request
 *
 * Returns: whether the client asks for such resources at all
 */
gboolean
bulla_client_fill_request (const BullaClient *self, const char *destination, const char *url,
                           BullaRequestFacts *request)
{
  gboolean media = strcmp (destination, "video") == 0 || strcmp (destination, "audio") == 0;
  gboolean plain = url != NULL && g_ascii_strncasecmp (url, "http:", 5) == 0;

  *request = (BullaRequestFacts){
      .method = "GET",
      .url = url,
      .accept_language = self->languages,
      .accept_encoding = media   ? self->encoding_media
                         : plain ? self->encoding_http
                                 : self->encoding_https,
      .cookie = self->cookie,
      .destination = strcmp (destination, "document") == 0 ? BULLA_DESTINATION_NAVIGATION
                                                           : BULLA_DESTINATION_SUBRESOURCE,
  };
  return bulla_client_find_accept (self, destination, &request->accept);
}

/**
 * bulla_client_get_field: (skip)
 * @self: a client
 * @name: the name of a field, in lower case
 *
 * Returns: (nullable): its value in the group [fields]
 */
const char *
bulla_client_get_field (const BullaClient *self, const char *name)
{
  for (guint i = 0; self->fields[i] != NULL; i += 2)
    if (g_ascii_strcasecmp (self->fields[i], name) == 0)
      return self->fields[i + 1];
  return NULL;
}

/**
 * bulla_client_decodes: (skip)
 * @self: a client
 * @media_type: the media type of a picture, perhaps with parameters
 *
 * Returns: whether the client can decode it; unknown if the client file does not say
 */
BullaKnown
bulla_client_decodes (const BullaClient *self, const char *media_type)
{
  size_t length = strcspn (media_type, "; \t");

  for (guint i = 0; self->images[i] != NULL; i++)
    if (strlen (self->images[i]) == length
        && g_ascii_strncasecmp (self->images[i], media_type, length) == 0)
      return BULLA_YES;
  return self->images[0] == NULL ? BULLA_UNKNOWN : BULLA_NO;
}

/* Says whether one of two language tags is a prefix of the other, RFC 4647 section 3.3.1. */
static gboolean
tags_match (const char *one, const char *other)
{
  size_t length = MIN (strlen (one), strlen (other));

  return g_ascii_strncasecmp (one, other, length) == 0
         && (one[length] == '\0' || one[length] == '-')
         && (other[length] == '\0' || other[length] == '-');
}

/**
 * bulla_client_reads: (skip)
 * @self: a client
 * @tag: a language tag
 *
 * Returns: whether the user reads it: a tag matches in either direction; unknown if the client
 *   file does not say
 */
BullaKnown
bulla_client_reads (const BullaClient *self, const char *tag)
{
  for (guint i = 0; self->reads[i] != NULL; i++)
    if (tags_match (self->reads[i], tag))
      return BULLA_YES;
  return self->reads[0] == NULL ? BULLA_UNKNOWN : BULLA_NO;
}

/**
 * bulla_client_accepts_coding: (skip)
 * @request: a request
 * @coding: a content coding
 *
 * Returns: whether Accept-Encoding lists it with a weight above 0; `identity` always
 */
gboolean
bulla_client_accepts_coding (const BullaRequestFacts *request, const char *coding)
{
  static const BullaVariantsReadings readings = {0};

  if (g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;
  g_autoptr (BullaVariantsRequest) fields = bulla_variants_request_new (request, &readings);
  const BullaPreferences *accepted = &fields->accept_encoding;
  for (guint i = 0; i < accepted->n_accepted; i++)
    if (g_ascii_strcasecmp (accepted->entries[i].range, coding) == 0)
      return TRUE;
  return FALSE;
}
