/* bulla-cli-bundle-warc.c - adds the responses of a WARC or WACZ archive to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: WARC 1.1; WACZ 1.1.1 */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-cli-archive.h"
#include "bulla-cli-http-block.h"
#include "bulla-cli-recording.h"
#include "bulla-json.h"

#define RECORD_MAX (256u << 20) /* bytes */
#define RECORDS_MAX 1048576
#define FIELDS_MAX 1024
#define PAGES_MAX (1 << 20) /* bytes */

typedef struct {
  char *url;             /* owned */
  char *id;              /* owned; nullable; of the record */
  char *method;          /* owned; nullable; method of the request */
  char *type;            /* owned; nullable; media type of a record without HTTP head */
  BullaHttpBlock block;  /* owned */
  char *request_id;      /* owned; nullable; of the record of its request */
  char *refers_to;       /* owned; nullable; URL of the record with the same content */
  char *refers_to_id;    /* owned; nullable; id of that record */
  char *digest;          /* owned; nullable; of the content, as the archive writes it */
  gboolean is_revisit;   /* the content is in another record */
  gboolean is_truncated; /* the archive has only the beginning */
} Response;

typedef struct {
  BullaCliResources *resources; /* borrowed */
  GPtrArray *responses;         /* owned; of Response */
  GHashTable *methods;          /* owned; id of a response or a request -> method */
  GHashTable *contents;         /* owned; URL, id or digest -> first response with it; borrowed */
  char *page;                   /* owned; nullable; first page of a WACZ archive */
  guint n_records;
  guint64 total; /* bytes of the contents in @responses, decompressed and decoded */
} Warc;

static void
response_free (gpointer data)
{
  Response *self = data;

  g_free (self->url);
  g_free (self->id);
  g_free (self->method);
  g_free (self->type);
  g_free (self->request_id);
  g_free (self->refers_to);
  g_free (self->refers_to_id);
  g_free (self->digest);
  bulla_cli_http_block_clear (&self->block);
  g_free (self);
}

static void
warc_clear (Warc *self)
{
  g_clear_pointer (&self->responses, g_ptr_array_unref);
  g_clear_pointer (&self->methods, g_hash_table_unref);
  g_clear_pointer (&self->contents, g_hash_table_unref);
  g_free (self->page);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Warc, warc_clear)

/* Returns: (transfer full) (nullable): a URL, which older writers put between angle brackets */
static char *
dup_url (GPtrArray *fields, const char *name)
{
  const char *url = bulla_cli_find_header (fields, name);
  gsize length = url != NULL ? strlen (url) : 0;

  return length > 2 && url[0] == '<' && url[length - 1] == '>' ? g_strndup (url + 1, length - 2)
                                                               : g_strdup (url);
}

static Response *
add_response (Warc *self, GPtrArray *fields)
{
  Response *response = g_new0 (Response, 1);

  response->url = dup_url (fields, "WARC-Target-URI");
  response->id = g_strdup (bulla_cli_find_header (fields, "WARC-Record-ID"));
  response->request_id = g_strdup (bulla_cli_find_header (fields, "WARC-Concurrent-To"));
  response->digest = g_strdup (bulla_cli_find_header (fields, "WARC-Payload-Digest"));
  /* the rest of a segmented record is in continuations */
  response->is_truncated = bulla_cli_find_header (fields, "WARC-Truncated") != NULL
                           || bulla_cli_find_header (fields, "WARC-Segment-Number") != NULL;
  g_ptr_array_add (self->responses, response);
  return response;
}

/* Remembers the method of a request for the response that it belongs to. Either record names the
 * other. */
static void
take_request (Warc *self, GPtrArray *fields, GBytes *block)
{
  const char *const ids[] = {bulla_cli_find_header (fields, "WARC-Concurrent-To"),
                             bulla_cli_find_header (fields, "WARC-Record-ID")};
  gsize size;
  const char *data = g_bytes_get_data (block, &size);
  const char *space = size > 0 ? memchr (data, ' ', MIN (size, 32)) : NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (ids) && space != NULL; i++)
    if (ids[i] != NULL)
      g_hash_table_replace (self->methods, g_strdup (ids[i]),
                            g_strndup (data, (gsize)(space - data)));
}

/* Counts the content of a response that was added last. Returns: FALSE with @error set if there is
 * more than memory is meant for */
static gboolean
count_content (Warc *self, GError **error)
{
  Response *last = self->responses->pdata[self->responses->len - 1];
  char *const names[] = {last->url, last->id, last->digest};

  self->total += last->block.body != NULL ? g_bytes_get_size (last->block.body) : 0;
  for (size_t i = 0; i < G_N_ELEMENTS (names) && !last->is_revisit; i++)
    if (names[i] != NULL && !g_hash_table_contains (self->contents, names[i]))
      g_hash_table_insert (self->contents, names[i], last);
  if (self->total <= (guint64)self->resources->content_max << 20)
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("the contents are larger than %u MiB"),
               self->resources->content_max);
  return FALSE;
}

static void
take_record (Warc *self, GPtrArray *fields, GBytes *block)
{
  const char *type = bulla_cli_find_header (fields, "WARC-Type");
  g_autofree char *url = dup_url (fields, "WARC-Target-URI");

  if (g_strcmp0 (type, "request") == 0)
    take_request (self, fields, block);
  if (url == NULL)
    return;
  if (g_strcmp0 (type, "response") == 0 && g_str_has_prefix (url, "http")) {
    Response *response = add_response (self, fields);
    if (!bulla_cli_http_block_read (&response->block, block)) {
      response->block.problem = _ ("its record is not an HTTP response");
      response->block.is_damaged = TRUE;
    }
  } else if (g_strcmp0 (type, "resource") == 0) {
    Response *response = add_response (self, fields);
    response->type = g_strdup (bulla_cli_find_header (fields, "Content-Type"));
    response->block.status = 200;
    response->block.body = g_bytes_ref (block);
  } else if (g_strcmp0 (type, "revisit") == 0) {
    Response *response = add_response (self, fields);
    response->is_revisit = TRUE;
    response->refers_to = dup_url (fields, "WARC-Refers-To-Target-URI");
    response->refers_to_id = g_strdup (bulla_cli_find_header (fields, "WARC-Refers-To"));
    bulla_cli_http_block_read (&response->block, block);
  } else if (g_strcmp0 (type, "conversion") == 0 || g_strcmp0 (type, "continuation") == 0) {
    bulla_cli_print_left_out (url, _ ("the record is a conversion or a continuation"));
  }
}

/* Reads the fields of a record, after its first line. Returns: FALSE with @error set if they
 * cannot be read */
static gboolean
read_fields (BullaCliArchive *archive, GPtrArray *fields, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) failure = NULL;

  while (fields->len < 2 * FIELDS_MAX && bulla_cli_archive_read_line (archive, line, &failure)
         && line->len > 0)
    bulla_cli_add_header_line (fields, line->str, line->len);
  if (failure == NULL && fields->len < 2 * FIELDS_MAX)
    return TRUE;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("a record has too many fields"));
  return FALSE;
}

static gboolean
read_record (Warc *self, BullaCliArchive *archive, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  gint64 length = 0;

  if (!read_fields (archive, fields, error))
    return FALSE;
  const char *text = bulla_cli_find_header (fields, "Content-Length");
  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &length, NULL)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("a record has no valid Content-Length"));
    return FALSE;
  }
  g_autoptr (GBytes) block = bulla_cli_archive_read (archive, (guint64)length, RECORD_MAX, error);
  if (block == NULL)
    return FALSE;
  if (length > RECORD_MAX) {
    g_autofree char *url = dup_url (fields, "WARC-Target-URI");
    bulla_cli_resources_lose (self->resources, url != NULL ? url : "?",
                              _ ("the record is larger than %u MiB"), RECORD_MAX >> 20);
    return TRUE;
  }
  const guint n_before = self->responses->len;
  take_record (self, fields, block);
  return self->responses->len == n_before || count_content (self, error);
}

/* Reads all records of one file. */
static gboolean
read_records (Warc *self, BullaCliArchive *archive, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) failure = NULL;

  while (bulla_cli_archive_read_line (archive, line, &failure)) {
    if (line->len == 0)
      continue;
    if (!g_str_has_prefix (line->str, "WARC/")) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("not a WARC record"));
      return FALSE;
    }
    if (self->n_records++ >= RECORDS_MAX) {
      g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("too many records"));
      return FALSE;
    }
    if (!read_record (self, archive, error))
      return FALSE;
  }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes the URL of the first page from pages.jsonl, whose first line is a header. */
static void
take_pages (Warc *self, GBytes *pages)
{
  g_autofree char *text = bulla_bytes_dup_text (pages);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 64);

  for (guint i = 0; lines[i] != NULL && self->page == NULL; i++) {
    g_autoptr (JsonNode) root = bulla_json_parse (lines[i], strlen (lines[i]), 16, NULL);
    if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
      self->page = g_strdup (bulla_json_get_text (json_node_get_object (root), "url"));
  }
}

/* Reads an entry of a WACZ archive. */
static gboolean
read_entry (Warc *self, BullaCliArchive *archive, const char *name, GError **error)
{
  gboolean is_warc = g_str_has_prefix (name, "archive/")
                     && (g_str_has_suffix (name, ".warc") || g_str_has_suffix (name, ".warc.gz"));
  gboolean is_pages = g_str_equal (name, "pages/pages.jsonl");
  const char *inner = NULL;

  if (!is_warc && !is_pages)
    return TRUE;
  g_autoptr (GBytes) bytes =
      bulla_cli_archive_read_all (archive, is_pages ? PAGES_MAX : 4 * (gsize)RECORD_MAX, error);
  if (bytes == NULL)
    return FALSE;
  if (is_pages) {
    take_pages (self, bytes);
    return TRUE;
  }
  g_autoptr (BullaCliArchive) warc = bulla_cli_archive_open_bytes (bytes, error);
  return warc != NULL && bulla_cli_archive_next (warc, &inner, error)
         && read_records (self, warc, error);
}

static gboolean
read_file (Warc *self, const char *path, GError **error)
{
  g_autoptr (BullaCliArchive) archive = bulla_cli_archive_open (path, error);
  g_autoptr (GError) failure = NULL;
  const char *name = NULL;

  if (archive == NULL)
    return FALSE;
  while (bulla_cli_archive_next (archive, &name, &failure))
    if (!(bulla_cli_archive_is_zip (archive) ? read_entry (self, archive, name, error)
                                             : read_records (self, archive, error)))
      return FALSE;
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (self->n_records > 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("no WARC records found"));
  return FALSE;
}

/* Finds the response that a revisit has the content of. The record is named by its id, and its
 * content by its digest; several records may have its URL, with other contents.
 *
 * Returns: (transfer none) (nullable): that response */
static const Response *
find_original (const Warc *self, const Response *revisit)
{
  const char *url = revisit->refers_to != NULL ? revisit->refers_to : revisit->url;
  const char *const names[] = {revisit->refers_to_id, revisit->digest, url};

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
    const Response *found =
        names[i] != NULL ? g_hash_table_lookup (self->contents, names[i]) : NULL;
    gboolean differs = found != NULL && found->digest != NULL && revisit->digest != NULL
                       && strcmp (found->digest, revisit->digest) != 0;
    if (found != NULL && !differs)
      return found;
  }
  return NULL;
}

/* Completes a revisit, which has at most its own head, by the response that has its content. */
static void
take_original (BullaCliRecorded *revisit, const Response *original)
{
  const BullaHttpBlock *block = &original->block;

  revisit->body = block->body;
  revisit->problem = block->problem;
  revisit->is_damaged = block->is_damaged;
  revisit->media_type =
      block->headers != NULL ? bulla_cli_find_header (block->headers, "content-type") : NULL;
  if (revisit->media_type == NULL)
    revisit->media_type = original->type;
  if (revisit->status == 0)
    revisit->headers = block->headers;
  if (block->body == NULL) /* an empty one */
    revisit->status = block->status;
}

static void
record_response (const Warc *self, BullaCliRecording *recording, const Response *response)
{
  const char *method =
      response->id != NULL ? g_hash_table_lookup (self->methods, response->id) : NULL;
  const Response *original = response->is_revisit ? find_original (self, response) : NULL;

  if (method == NULL && response->request_id != NULL)
    method = g_hash_table_lookup (self->methods, response->request_id);

  BullaCliRecorded one = {.url = response->url,
                          .method = method,
                          .status = response->block.status,
                          .headers = response->block.headers,
                          .media_type = response->type,
                          .body = response->block.body,
                          .is_decoded = TRUE,
                          .problem = response->block.problem,
                          .is_damaged = response->block.is_damaged};

  if (response->is_revisit && original == NULL)
    one.problem = _ ("the record with its content is not in the file");
  else if (response->is_revisit)
    take_original (&one, original);
  if (response->is_revisit && one.status == 0)
    one.status = 304; /* the content decides */
  if (response->is_truncated || (original != NULL && original->is_truncated))
    one.problem = _ ("the archive has only the beginning of the body");
  if (response->block.has_lied)
    bulla_cli_print_left_out (response->url,
                              _ ("its Content-Encoding, because the body is not in that coding"));
  if (one.body != NULL && g_bytes_get_size (one.body) == 0)
    one.body = NULL;
  bulla_cli_recording_add (recording, &one);
}

/**
 * bulla_cli_resources_add_warc: (skip)
 * @self: resources
 * @path: a WARC file, which may be compressed, record by record or as a whole, or a WACZ file
 * @error: set if it cannot be read or is neither
 *
 * Bodies are stored without transfer and content codings. Reports skipped records on stderr, and
 * counts records without content. The first page of a WACZ file becomes the primary URL.
 *
 * Returns: whether the file could be read
 */
gboolean
bulla_cli_resources_add_warc (BullaCliResources *self, const char *path, GError **error)
{
  g_auto (BullaCliRecording) recording = {NULL};
  g_auto (Warc) warc = {.resources = self,
                        .responses = g_ptr_array_new_with_free_func (response_free),
                        .methods = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                        .contents = g_hash_table_new (g_str_hash, g_str_equal)};

  if (!read_file (&warc, path, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  bulla_cli_recording_init (&recording, self);
  if (warc.page != NULL)
    self->start = bulla_cli_normalise_url (warc.page);
  for (guint i = 0; i < warc.responses->len; i++)
    record_response (&warc, &recording, warc.responses->pdata[i]);
  bulla_cli_recording_finish (&recording);
  return TRUE;
}
