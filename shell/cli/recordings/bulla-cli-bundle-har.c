/* bulla-cli-bundle-har.c - adds the responses of a HAR recording to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: HAR 1.2, as Chrome, Firefox and Safari export it */
#include <bulla.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-har-content.h"
#include "bulla-cli-recording.h"
#include "bulla-json.h"

#define SIZE_MAX_BYTES (1 << 30)
#define ENTRIES_MAX 131072
#define DEPTH_MAX 1024 /* most nested JSON values, because the parser recurses */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Returns: (transfer full): all headers of the response: name, value, name, value, … */
static GPtrArray *
read_headers (JsonObject *response)
{
  JsonArray *array = bulla_json_get_array (response, "headers");
  GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *header = bulla_json_get_element (array, i);
    const char *name = bulla_json_get_text (header, "name");
    const char *value = bulla_json_get_text (header, "value");
    if (name == NULL || value == NULL)
      continue;
    g_ptr_array_add (headers, g_strdup (name));
    g_ptr_array_add (headers, g_strdup (value));
  }
  return headers;
}

static void
add_entry (BullaCliRecording *self, JsonObject *entry)
{
  JsonObject *request = bulla_json_get_object (entry, "request");
  JsonObject *response = bulla_json_get_object (entry, "response");
  const char *method = bulla_json_get_text (request, "method");
  const char *recorded = bulla_json_get_text (request, "url");
  g_auto (BullaHarContent) content = {NULL};

  if (recorded == NULL || method == NULL || response == NULL) {
    bulla_cli_recording_lose (self, recorded != NULL ? recorded : "?",
                              _ ("the entry is incomplete"));
    return;
  }
  g_autoptr (GPtrArray) headers = read_headers (response);
  const char *type = bulla_json_get_text (bulla_json_get_object (response, "content"), "mimeType");
  const char *purpose = bulla_json_get_text (entry, "_resourceType");
  const char *failure = bulla_json_get_text (response, "_error");
  BullaHarState state = bulla_har_read_content (response, &content);
  BullaCliRecorded one = {
      .url = recorded,
      .method = method,
      .status = bulla_har_read_status (response),
      .headers = headers,
      .media_type = type != NULL && strcmp (type, "x-unknown") != 0 ? type : NULL,
      .is_document = g_strcmp0 (purpose, "document") == 0,
      .has_failed = failure != NULL && *failure != '\0' && content.body != NULL
                    && bulla_har_read_status (response) == 0,
      .body = content.body,
      .is_decoded = TRUE,
      .is_converted = content.is_text,
      .problem = content.problem,
      .is_damaged = state == BULLA_HAR_DAMAGED,
  };
  bulla_cli_recording_add (self, &one);
}

/* Says what a file is that is not JSON. @text: the file, without a byte order mark */
static void
set_not_json (const char *path, GBytes *text, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  /* ASCII in UTF-16 without a mark */
  gboolean is_wide =
      size > 1 && ((data[0] == '{' && data[1] == '\0') || (data[0] == '\0' && data[1] == '{'));
  const char *guess = is_wide ? N_ ("UTF-16 text, which has to be converted to UTF-8")
                              : bulla_cli_guess_content (data, size);
  g_autofree char *end = g_strdup_printf ("%" G_GSIZE_FORMAT, size);

  if (size == 0)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a HAR file: the file is empty"), path);
  else if (!is_wide && bulla_json_is_cut_off (data, size))
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a whole HAR file: it ends too early, at byte %s"), path, end);
  else if (guess != NULL && (is_wide || (data[0] != '{' && data[0] != '[')))
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: not a HAR file, but %s"), path,
                 _ (guess));
  else
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a HAR file: not valid JSON, or nested too deeply"), path);
}

/* Returns the entries of a HAR file. @root: (out) (transfer full): owns the entries */
static JsonArray *
read_entries (const char *path, JsonNode **root, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, SIZE_MAX_BYTES, error);
  gsize size;

  if (bytes == NULL)
    return NULL;
  const char *start = g_bytes_get_data (bytes, &size), *data = start;
  if (size >= 3 && memcmp (data, BYTE_ORDER_MARK, 3) == 0) {
    data += 3;
    size -= 3;
  }
  g_autoptr (GBytes) text = g_bytes_new_from_bytes (bytes, (gsize)(data - start), size);
  g_autoptr (GBytes) marked = bulla_har_mark_escapes (text);
  const char *json = g_bytes_get_data (marked, &size);
  *root = bulla_json_parse (json, size, DEPTH_MAX, NULL);
  if (*root == NULL) {
    set_not_json (path, text, error);
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

/**
 * bulla_cli_resources_add_har: (skip)
 * @self: resources
 * @paths: (array zero-terminated=1): HAR files, which are one recording; “-” is standard input
 * @error: set if one cannot be read or is not a HAR file
 *
 * The content decides, not the status: a 304 whose content was recorded, a 206 that is the whole
 * content, and content without a status are added with status 200. Reports skipped entries on
 * stderr, and counts entries without content.
 *
 * Returns: whether the files could be read
 */
gboolean
bulla_cli_resources_add_har (BullaCliResources *self, char **paths, GError **error)
{
  g_auto (BullaCliRecording) recording = {NULL};

  bulla_cli_recording_init (&recording, self);
  for (guint i = 0; paths[i] != NULL; i++) {
    g_autoptr (JsonNode) root = NULL;
    JsonArray *entries = read_entries (paths[i], &root, error);
    if (entries == NULL)
      return FALSE;
    for (guint k = 0; k < json_array_get_length (entries); k++)
      add_entry (&recording, bulla_json_get_element (entries, k));
  }
  bulla_cli_recording_finish (&recording);
  return TRUE;
}
