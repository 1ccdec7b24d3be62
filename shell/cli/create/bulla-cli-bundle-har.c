/* bulla-cli-bundle-har.c - adds the responses of a HAR recording to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: HAR 1.2, as Chrome, Firefox and Safari export it */
#include <bulla.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-files.h"
#include "bulla-cli.h"
#include "bulla-json.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define SIZE_MAX_BYTES (1 << 30)
#define ENTRIES_MAX 131072
#define DEPTH_MAX 1024 /* most nested JSON values, because the parser recurses */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void
print_skipped (const char *url, const char *why)
{
  g_autofree char *shown = bulla_printable_dup (url);

  bulla_cli_print_error (_ ("Left out: %s: %s\n"), shown, why);
}

/* Returns why an entry is not added to the bundle; NULL if it is. */
static const char *
find_objection (const char *method, const char *url, gint64 status)
{
  if (g_ascii_strcasecmp (method, "GET") != 0)
    return _ ("not a GET request");
  if (!bulla_cli_is_url (url))
    return _ ("neither http nor https");
  if (status == 0)
    return _ ("the recording has no response");
  if (status == 206)
    return _ ("only part of the response was recorded");
  if (status == 304)
    return _ ("the response was not recorded: it came from the browser's cache");
  if (status < 200 || status > 599)
    return _ ("the response cannot be stored");
  return NULL;
}

/* Joins values that Chrome records as one value with several lines. */
static char *
join_lines (const char *value)
{
  g_auto (GStrv) lines = g_strsplit_set (value, "\r\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", lines[i]);
  return g_string_free (out, FALSE);
}

static gboolean
is_token (const char *name)
{
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
      return FALSE;
  return *name != '\0';
}

static void
add_headers (BullaCliResource *resource, JsonArray *headers)
{
  for (guint i = 0; headers != NULL && i < json_array_get_length (headers); i++) {
    JsonObject *header = bulla_json_get_element (headers, i);
    const char *name = bulla_json_get_text (header, "name");
    const char *value = bulla_json_get_text (header, "value");
    /* ":status" and the like are not headers */
    if (name == NULL || value == NULL || !is_token (name) || !bulla_cli_header_is_kept (name))
      continue;
    g_autofree char *joined = join_lines (value);
    const char *known = bulla_cli_resource_get_header (resource, name);
    g_autofree char *all = known != NULL && g_ascii_strcasecmp (name, "content-type") != 0
                               ? g_strconcat (known, ", ", joined, NULL)
                               : g_strdup (joined);
    bulla_cli_resource_set_header (resource, name, all);
  }
}

/* Sets the charset to UTF-8, because the recorder has converted text to it. */
static void
set_charset (BullaCliResource *resource, const char *text)
{
  const char *type = bulla_cli_resource_get_header (resource, "content-type");

  if (type == NULL || g_str_is_ascii (text))
    return;
  g_auto (GStrv) parts = g_strsplit (type, ";", -1);
  g_autoptr (GString) changed = g_string_new (g_strstrip (parts[0]));
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    if (g_ascii_strncasecmp (g_strstrip (parts[i]), "charset=", 8) != 0)
      g_string_append_printf (changed, ";%s", parts[i]);
    else if (g_ascii_strcasecmp (parts[i] + 8, "utf-8") == 0)
      return;
  g_string_append (changed, ";charset=utf-8");
  bulla_cli_resource_set_header (resource, "content-type", changed->str);
}

/* Returns FALSE if the content was not recorded. */
static gboolean
add_content (BullaCliResource *resource, JsonObject *content)
{
  const char *text = bulla_json_get_text (content, "text");
  const char *encoding = bulla_json_get_text (content, "encoding");
  const char *type = bulla_json_get_text (content, "mimeType");

  if (bulla_cli_resource_get_header (resource, "content-type") == NULL && type != NULL
      && *type != '\0' && strcmp (type, "x-unknown") != 0)
    bulla_cli_resource_set_header (resource, "content-type", type);
  if (text == NULL || *text == '\0')
    return bulla_json_get_number (content, "size", 0) <= 0;
  if (bulla_cli_resource_get_header (resource, "content-type") == NULL)
    bulla_cli_resource_set_header (resource, "content-type", "application/octet-stream");
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "base64") == 0) {
    gsize size;
    guchar *data = g_base64_decode (text, &size);
    resource->body = g_bytes_new_take (data, size);
    return TRUE;
  }
  resource->body = g_bytes_new (text, strlen (text));
  set_charset (resource, text);
  return TRUE;
}

static void
add_entry (BullaCliResources *self, JsonObject *entry)
{
  JsonObject *request = bulla_json_get_object (entry, "request");
  JsonObject *response = bulla_json_get_object (entry, "response");
  JsonObject *content = bulla_json_get_object (response, "content");
  const char *method = bulla_json_get_text (request, "method");
  const char *recorded = bulla_json_get_text (request, "url");
  gboolean replaced = FALSE;

  if (recorded == NULL || method == NULL || response == NULL) {
    bulla_cli_resources_lose (self, recorded != NULL ? recorded : "?",
                              _ ("the entry is incomplete"));
    return;
  }
  g_autofree char *url = bulla_cli_normalise_url (recorded); /* Firefox records fragments */
  gint64 status = bulla_json_get_number (response, "status", 0);
  const char *objection = find_objection (method, url, status);
  if (objection != NULL) {
    print_skipped (url, objection);
    return;
  }
  BullaCliResource *known = bulla_cli_resources_find (self, url);
  g_autoptr (BullaCliResources) one = bulla_cli_resources_new ();
  BullaCliResource *resource = bulla_cli_resources_add (one, url, (guint)status, NULL);
  add_headers (resource, bulla_json_get_array (response, "headers"));
  if (!add_content (resource, content)) {
    if (known == NULL)
      bulla_cli_resources_lose (self, url, _ ("the body was not recorded"));
    return;
  }
  BullaCliResource *added = bulla_cli_resources_add (self, url, (guint)status, &replaced);
  g_ptr_array_unref (added->headers);
  added->headers = g_ptr_array_ref (resource->headers);
  added->body = g_steal_pointer (&resource->body);
  if (replaced)
    print_skipped (url, _ ("a later response has the same URL"));
}

/* Returns the entries of a HAR file. @root: (out) (transfer full): owns the entries */
static JsonArray *
read_entries (const char *path, JsonNode **root, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, SIZE_MAX_BYTES, error);
  gsize size;

  if (bytes == NULL) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  const char *data = g_bytes_get_data (bytes, &size);
  if (size >= 3 && memcmp (data, BYTE_ORDER_MARK, 3) == 0) {
    data += 3;
    size -= 3;
  }
  *root = bulla_json_parse (data, size, DEPTH_MAX, error);
  if (*root == NULL) {
    g_prefix_error (error, _ ("%s: not a HAR file: "), path);
    return NULL;
  }
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (*root) ? json_node_get_object (*root) : NULL;
  JsonArray *entries = bulla_json_get_array (bulla_json_get_object (object, "log"), "entries");
  if (entries == NULL || json_array_get_length (entries) > ENTRIES_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 entries == NULL ? _ ("%s: not a HAR file: log.entries is missing")
                                 : _ ("%s: too many entries"),
                 path);
    return NULL;
  }
  return entries;
}

/* Chooses the primary URL: the first page, or else the first response. */
static void
choose_primary (BullaCliResources *self)
{
  for (guint i = 0; i < self->list->len && self->primary == NULL; i++) {
    const BullaCliResource *resource = g_ptr_array_index (self->list, i);
    const char *type = bulla_cli_resource_get_header (resource, "content-type");
    if (resource->status == 200 && type != NULL && g_ascii_strncasecmp (type, "text/html", 9) == 0)
      self->primary = g_strdup (resource->url);
  }
  if (self->primary == NULL && self->list->len > 0)
    self->primary = g_strdup (((BullaCliResource *)g_ptr_array_index (self->list, 0))->url);
}

/**
 * bulla_cli_resources_add_har: (skip)
 * @self: resources
 * @path: a HAR file
 * @error: set if it cannot be read or is not a HAR file
 *
 * Reports skipped entries on stderr, and counts entries without content.
 *
 * Returns: whether the file could be read
 */
gboolean
bulla_cli_resources_add_har (BullaCliResources *self, const char *path, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonArray *entries = read_entries (path, &root, error);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (entries); i++)
    add_entry (self, bulla_json_get_element (entries, i));
  choose_primary (self);
  return TRUE;
}
