/* bulla-bundle-script.c - parses <script type="webbundle">: the URLs that a bundle serves
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: SUBR, "Parsing a web bundle rule" and "Matching"; bundles.md 11 */
#include "bulla-bundle-script.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-json.h"
#include "bulla-uri-text.h"
#include "bulla-url.h"

#define DEPTH_MAX 64 /* deepest nesting of the JSON, whose parser recurses */
#define URL_FLAGS                                                                                  \
  (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_ENCODED_FRAGMENT             \
   | G_URI_FLAGS_SCHEME_NORMALIZE)
#define UUID_SCHEME "uuid-in-package:"

struct _BullaBundleScript {
  char *source;          /* owned */
  GHashTable *resources; /* owned; set of URLs */
  GPtrArray *scopes;     /* owned; URL prefixes */
  GPtrArray *warnings;   /* owned; NULL-terminated once parsed */
  BullaBundleCredentials credentials;
};

static gboolean type_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Sets an error, which a browser would print to the page's console. */
static gboolean
type_error (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "TypeError: %s", text);
  return FALSE;
}

/**
 * bulla_bundle_script_is_type:
 * @type: (nullable): the type attribute of a script element
 *
 * Returns: whether the script element contains a rule
 */
gboolean
bulla_bundle_script_is_type (const char *type)
{
  return type != NULL && g_ascii_strcasecmp (type, "webbundle") == 0;
}

/* --- URLs */

/* Returns: (transfer full) (nullable): @url as sent in a request, without its fragment; NULL if
 * invalid */
static char *
resolve (GUri *base, const char *url)
{
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, url, URL_FLAGS, NULL)
                                      : g_uri_parse (url, URL_FLAGS, NULL);

  if (uri == NULL || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  return bulla_uri_dup_text (uri, G_URI_HIDE_FRAGMENT);
}

static gboolean
is_opaque (const char *url)
{
  return g_ascii_strncasecmp (url, UUID_SCHEME, strlen (UUID_SCHEME)) == 0;
}

/**
 * bulla_bundle_script_is_below:
 * @source: the URL of a bundle
 * @url: any other URL
 *
 * Spec: SUBR "path restriction".
 *
 * Returns: whether both URLs have the same origin, and @url is in the folder of @source or below it
 */
gboolean
bulla_bundle_script_is_below (const char *source, const char *url)
{
  g_autoptr (GUri) ours = g_uri_parse (source, URL_FLAGS, NULL);
  g_autoptr (GUri) theirs = g_uri_parse (url, URL_FLAGS, NULL);

  if (ours == NULL || theirs == NULL || !bulla_url_same_origin (source, url))
    return FALSE;
  const char *path = g_uri_get_path (ours);
  const char *slash = strrchr (path, '/');
  size_t length = slash != NULL ? (size_t)(slash - path) + 1 : 0;
  return strncmp (path, g_uri_get_path (theirs), length) == 0;
}

/* --- reading the JSON */

static gboolean
read_source (BullaBundleScript *self, JsonObject *object, const char *base_url, GError **error)
{
  const char *text = bulla_json_node_get_text (json_object_get_member (object, "source"));
  g_autoptr (GUri) base = g_uri_parse (base_url, URL_FLAGS, NULL);

  if (text == NULL)
    return type_error (error, "the rule has no \"source\" that is a string");
  self->source = resolve (base, text);
  if (self->source == NULL)
    return type_error (error, "\"source\" is not a URL: %.200s", text);
  return TRUE;
}

static void
read_credentials (BullaBundleScript *self, JsonObject *object)
{
  const char *text = bulla_json_node_get_text (json_object_get_member (object, "credentials"));

  self->credentials = g_strcmp0 (text, "omit") == 0      ? BULLA_BUNDLE_CREDENTIALS_OMIT
                      : g_strcmp0 (text, "include") == 0 ? BULLA_BUNDLE_CREDENTIALS_INCLUDE
                                                         : BULLA_BUNDLE_CREDENTIALS_SAME_ORIGIN;
}

/* @into: (element-type utf8): URLs; entries that are not strings or URLs are ignored */
static gboolean
read_urls (BullaBundleScript *self, JsonObject *object, const char *name, GPtrArray *into,
           GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  g_autoptr (GUri) base = g_uri_parse (self->source, URL_FLAGS, NULL);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return type_error (error, "\"%s\" is not a list", name);
  JsonArray *array = json_node_get_array (node);
  if (json_array_get_length (array) > BULLA_BUNDLE_RULE_URLS_MAX)
    return type_error (error, "\"%s\" has more than %d elements", name, BULLA_BUNDLE_RULE_URLS_MAX);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    const char *text = bulla_json_node_get_text (json_array_get_element (array, i));
    char *url = text != NULL ? resolve (base, text) : NULL;
    if (url != NULL)
      g_ptr_array_add (into, url);
  }
  return TRUE;
}

static void
warn_of_member (JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
  static const char *const known[] = {"source", "credentials", "resources", "scopes", NULL};
  BullaBundleScript *self = user_data;

  if (!g_strv_contains (known, name))
    g_ptr_array_add (self->warnings, g_strdup_printf ("unknown key \"%.200s\"", name));
}

static gboolean
read_rule (BullaBundleScript *self, JsonObject *object, const char *base_url, GError **error)
{
  g_autoptr (GPtrArray) resources = g_ptr_array_new_with_free_func (g_free);

  json_object_foreach_member (object, warn_of_member, self);
  g_ptr_array_add (self->warnings, NULL);
  if (!read_source (self, object, base_url, error)
      || !read_urls (self, object, "resources", resources, error)
      || !read_urls (self, object, "scopes", self->scopes, error))
    return FALSE;
  for (guint i = 0; i < resources->len; i++)
    g_hash_table_add (self->resources, g_strdup (resources->pdata[i]));
  read_credentials (self, object);
  return TRUE;
}

/**
 * bulla_bundle_script_parse:
 * @json: the contents of the script element
 * @base_url: the document's base URL
 * @error: a TypeError in words; the page then has no rule
 *
 * Returns: (transfer full) (nullable): the rule
 */
BullaBundleScript *
bulla_bundle_script_parse (const char *json, const char *base_url, GError **error)
{
  g_autoptr (GError) failure = NULL;
  size_t length = strlen (json);

  if (length > BULLA_BUNDLE_RULE_LENGTH_MAX) {
    type_error (error, "the rule is longer than Bulla reads");
    return NULL;
  }
  g_autoptr (JsonNode) root = bulla_json_parse (json, length, DEPTH_MAX, &failure);
  if (root == NULL) {
    type_error (error, "the rule is not JSON: %s", failure->message);
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    type_error (error, "the rule is not a JSON object");
    return NULL;
  }
  g_autoptr (BullaBundleScript) self = g_new0 (BullaBundleScript, 1);
  self->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->scopes = g_ptr_array_new_with_free_func (g_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  return read_rule (self, json_node_get_object (root), base_url, error) ? g_steal_pointer (&self)
                                                                        : NULL;
}

void
bulla_bundle_script_free (BullaBundleScript *self)
{
  g_free (self->source);
  g_hash_table_unref (self->resources);
  g_ptr_array_unref (self->scopes);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

/**
 * bulla_bundle_script_get_source:
 * @self: a rule
 *
 * Returns: the URL of the bundle
 */
const char *
bulla_bundle_script_get_source (const BullaBundleScript *self)
{
  return self->source;
}

BullaBundleCredentials
bulla_bundle_script_get_credentials (const BullaBundleScript *self)
{
  return self->credentials;
}

/**
 * bulla_bundle_script_get_credentials_nick:
 * @self: a rule
 *
 * Returns: `omit`, `same-origin` or `include`
 */
const char *
bulla_bundle_script_get_credentials_nick (const BullaBundleScript *self)
{
  return self->credentials == BULLA_BUNDLE_CREDENTIALS_OMIT      ? "omit"
         : self->credentials == BULLA_BUNDLE_CREDENTIALS_INCLUDE ? "include"
                                                                 : "same-origin";
}

/**
 * bulla_bundle_script_get_warnings:
 * @self: a rule
 *
 * Returns: (array zero-terminated=1): warnings for the author of the page, in words
 */
const char *const *
bulla_bundle_script_get_warnings (const BullaBundleScript *self)
{
  return (const char *const *)self->warnings->pdata;
}

/**
 * bulla_bundle_script_matches:
 * @self: a rule
 * @url: the URL of a request of the page
 *
 * Returns: whether the request must be answered from the bundle, without any other source
 */
gboolean
bulla_bundle_script_matches (const BullaBundleScript *self, const char *url)
{
  g_autofree char *asked = resolve (NULL, url);

  if (asked == NULL || (!is_opaque (asked) && !bulla_bundle_script_is_below (self->source, asked)))
    return FALSE;
  if (g_hash_table_contains (self->resources, asked))
    return TRUE;
  for (guint i = 0; i < self->scopes->len; i++)
    if (g_str_has_prefix (asked, self->scopes->pdata[i]))
      return TRUE;
  return FALSE;
}
