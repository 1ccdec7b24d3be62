/* bulla-cli-bundle-warc.c - adds the responses of a WARC or WACZ archive to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: WARC 1.1; WACZ 1.1.1 */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-http-block.h"
#include "bulla-cli-recording.h"
#include "bulla-cli-warc-digest.h"
#include "bulla-cli-warc.h"
#include "bulla-printable.h"

#define RECORD_MAX (256u << 20) /* bytes */
#define RECORDS_MAX 1048576
#define FIELDS_MAX 1024
#define FILE_SIZE_MAX (G_GUINT64_CONSTANT (1) << 40) /* bytes; the file is mapped, not read */

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
  gboolean is_short;     /* the body has fewer bytes than its Content-Length */
  gboolean is_long;      /* the body has more bytes than its Content-Length */
} Response;

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
warc_clear (BullaCliWarc *self)
{
  g_clear_pointer (&self->responses, g_ptr_array_unref);
  g_clear_pointer (&self->methods, g_hash_table_unref);
  g_clear_pointer (&self->contents, g_hash_table_unref);
  g_free (self->page);
  g_free (self->main_page);
  g_free (self->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliWarc, warc_clear)

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
add_response (BullaCliWarc *self, GPtrArray *fields)
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
take_request (BullaCliWarc *self, GPtrArray *fields, GBytes *block)
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
count_content (BullaCliWarc *self, GError **error)
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

/* Completes a response that was just added. */
static void
check_response (Response *response, GPtrArray *fields, GBytes *block)
{
  BullaHttpBlock *http = &response->block;

  if (http->problem == NULL && bulla_cli_warc_digest_contradicts (fields, block, http)) {
    http->problem = _ ("its content does not have the digest that the archive states");
    http->is_damaged = TRUE;
  }
  const int length = http->headers != NULL ? bulla_cli_http_block_compare_length (http) : 0;
  response->is_short = length < 0;
  response->is_long = length > 0;
  g_clear_pointer (&http->coded, g_bytes_unref);
}

/* Reports a record with content that lacks a mandatory field. @type: (nullable): its WARC-Type.
 * Spec: WARC 1.1 sections 5.5 and 5.12 */
static void
report_incomplete (BullaCliWarc *self, const char *type)
{
  static const char *const TYPES[] = {"response",     "resource",   "revisit",
                                      "continuation", "conversion", NULL};
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, self->offset);

  if (type != NULL && !g_strv_contains (TYPES, type))
    return;
  bulla_cli_resources_lose (self->resources, self->url != NULL ? self->url : self->path,
                            _ ("record at byte %s of %s: its field %s is missing"), at, self->path,
                            type == NULL ? "WARC-Type" : "WARC-Target-URI");
}

static void
take_record (BullaCliWarc *self, GPtrArray *fields, GBytes *block)
{
  const char *type = bulla_cli_find_header (fields, "WARC-Type");
  const char *url = self->url;

  if (g_strcmp0 (type, "request") == 0)
    take_request (self, fields, block);
  if (url == NULL || type == NULL) {
    report_incomplete (self, type);
  } else if (g_str_equal (type, "response") && g_ascii_strncasecmp (url, "http", 4) != 0) {
    bulla_cli_print_left_out (url, _ ("neither http nor https"));
  } else if (g_str_equal (type, "response")) {
    Response *response = add_response (self, fields);
    if (!bulla_cli_http_block_read (&response->block, block)) {
      response->block.problem = _ ("its record is not an HTTP response");
      response->block.is_damaged = TRUE;
    }
    check_response (response, fields, block);
  } else if (g_str_equal (type, "resource")) {
    Response *response = add_response (self, fields);
    response->type = g_strdup (bulla_cli_find_header (fields, "Content-Type"));
    response->block.status = 200;
    response->block.body = g_bytes_ref (block);
    check_response (response, fields, block);
  } else if (g_str_equal (type, "revisit")) {
    Response *response = add_response (self, fields);
    response->is_revisit = TRUE;
    response->refers_to = dup_url (fields, "WARC-Refers-To-Target-URI");
    response->refers_to_id = g_strdup (bulla_cli_find_header (fields, "WARC-Refers-To"));
    bulla_cli_http_block_read (&response->block, block);
    g_clear_pointer (&response->block.coded, g_bytes_unref);
  } else if (g_str_equal (type, "conversion") || g_str_equal (type, "continuation")) {
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
read_record (BullaCliWarc *self, BullaCliArchive *archive, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  gint64 length = 0;

  g_clear_pointer (&self->url, g_free);
  if (!read_fields (archive, fields, error))
    return FALSE;
  self->url = dup_url (fields, "WARC-Target-URI");
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
    bulla_cli_resources_lose (self->resources, self->url != NULL ? self->url : "?",
                              _ ("the record is larger than %u MiB"), RECORD_MAX >> 20);
    return TRUE;
  }
  const guint n_before = self->responses->len;
  take_record (self, fields, block);
  return self->responses->len == n_before || count_content (self, error);
}

/* Reports damage of the archive that hides a record. @offset: of the record in the uncompressed
 * file; @failure: (transfer full): what is wrong. Returns: whether reading goes on */
gboolean
bulla_cli_warc_report_damage (BullaCliWarc *self, guint64 offset, GError *failure, GError **error)
{
  g_autoptr (GError) why = failure;
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, offset);

  if (g_error_matches (why, BULLA_ERROR, BULLA_ERROR_LIMIT)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  g_autofree char *shown = self->url != NULL ? bulla_printable_dup (self->url) : NULL;
  if (!self->resources->goes_on && shown != NULL)
    g_set_error (error, why->domain, why->code, _ ("record at byte %s, %s: %s"), at, shown,
                 why->message);
  else if (!self->resources->goes_on)
    g_set_error (error, why->domain, why->code, _ ("record at byte %s: %s"), at, why->message);
  if (!self->resources->goes_on)
    return FALSE;
  bulla_cli_resources_lose (self->resources, self->url != NULL ? self->url : self->path,
                            _ ("record at byte %s of %s: %s"), at, self->path, why->message);
  self->resources->n_damaged++;
  return TRUE;
}

/* Says whether a line is the first one of a record. */
static gboolean
begins_record (const GString *line)
{
  const char *version = line->str + strlen ("WARC/");

  return g_str_has_prefix (line->str, "WARC/") && g_ascii_isdigit (*version)
         && version[strspn (version, "0123456789.")] == '\0';
}

/* Returns: (transfer full): the fault of a line that should begin a record */
static GError *
new_line_fault (const GString *line)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                              g_str_has_prefix (line->str, "filedesc://")
                                  ? _ ("an ARC file, which came before WARC, is not supported")
                                  : _ ("not a WARC record"));
}

/* Reads the next record, whose first line was read. @bad: (inout): whether the lines before belong
 * to a record that was damaged, and was reported. Returns: FALSE with @error set to end reading */
static gboolean
read_next (BullaCliWarc *self, BullaCliArchive *archive, const GString *line, guint64 offset,
           gboolean *bad, GError **error)
{
  GError *failure = NULL;

  if (!begins_record (line)) {
    if (*bad)
      return TRUE;
    *bad = TRUE;
    g_clear_pointer (&self->url, g_free);
    return bulla_cli_warc_report_damage (self, offset, new_line_fault (line), error);
  }
  *bad = FALSE;
  self->offset = offset;
  if (self->n_records++ >= RECORDS_MAX) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("too many records"));
    return FALSE;
  }
  if (read_record (self, archive, &failure))
    return TRUE;
  *bad = TRUE;
  return bulla_cli_warc_report_damage (self, offset, failure, error);
}

/* Reads all records of one file. Behind a damaged one, reading goes on at the next line that begins
 * a record, if damage is not an error. */
gboolean
bulla_cli_warc_read_records (BullaCliWarc *self, BullaCliArchive *archive, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  GError *failure = NULL;
  gboolean bad = FALSE;
  guint64 offset = 0;

  while (bulla_cli_archive_read_line (archive, line, &failure)) {
    if (line->len > 0 && !read_next (self, archive, line, offset, &bad, error))
      return FALSE;
    offset = bulla_cli_archive_get_offset (archive);
  }
  if (failure == NULL)
    return TRUE;
  if (bad) { /* the damage of the record that was reported */
    g_error_free (failure);
    return TRUE;
  }
  g_clear_pointer (&self->url, g_free);
  return bulla_cli_warc_report_damage (self, offset, failure, error);
}

/* Names the format of a file without records, if known. @error: (inout): why it was not read */
static void
name_format (GBytes *bytes, GError **error)
{
  static const char *const KNOWN[] = {"WARC/", "filedesc://", "\x1f\x8b", "\x28\xb5\x2f\xfd", "PK"};
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *guess = size > 0 ? bulla_cli_guess_content (data, size) : NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (KNOWN); i++)
    if (size >= strlen (KNOWN[i]) && memcmp (data, KNOWN[i], strlen (KNOWN[i])) == 0)
      guess = NULL; /* the error says enough */
  if (guess == NULL)
    return;
  g_clear_error (error);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("not a WARC file, but %s"), _ (guess));
}

static gboolean
read_file (BullaCliWarc *self, const char *path, GError **error)
{
  guint n_before = self->n_records;

  self->path = path;
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, FILE_SIZE_MAX, error);
  g_autoptr (BullaCliArchive) archive =
      bytes != NULL ? bulla_cli_archive_open_bytes (bytes, error) : NULL;
  gboolean good = archive != NULL && bulla_cli_warc_read_archive (self, archive, 0, error);
  if (self->n_records > n_before || bytes == NULL)
    return good;
  if (good)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("no WARC records found"));
  name_format (bytes, error);
  return FALSE;
}

/* Finds the response that a revisit has the content of. The record is named by its id, and its
 * content by its digest; several records may have its URL, with other contents.
 *
 * Returns: (transfer none) (nullable): that response */
static const Response *
find_original (const BullaCliWarc *self, const Response *revisit)
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
record_response (const BullaCliWarc *self, BullaCliRecording *recording, const Response *response)
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
  if (response->is_short && one.problem == NULL && response->block.status != 304
      && (method == NULL || g_ascii_strcasecmp (method, "GET") == 0)) {
    one.problem = _ ("the body has fewer bytes than its Content-Length says");
    one.is_damaged = TRUE;
  }
  if (response->is_truncated || (original != NULL && original->is_truncated))
    one.problem = _ ("the archive has only the beginning of the body");
  if (response->block.has_lied)
    bulla_cli_print_left_out (response->url,
                              _ ("its Content-Encoding, because the body is not in that coding"));
  if (response->is_long && one.problem == NULL)
    bulla_cli_print_left_out (response->url,
                              _ ("its Content-Length, because the body has more bytes"));
  if (one.body != NULL && g_bytes_get_size (one.body) == 0)
    one.body = NULL;
  bulla_cli_recording_add (recording, &one);
}

/**
 * bulla_cli_resources_add_warc: (skip)
 * @self: resources
 * @paths: (array zero-terminated=1): WARC files, which may be compressed, record by record or as a
 *   whole, or WACZ files; “-” is standard input
 * @error: set if one cannot be read or is neither
 *
 * Bodies are stored without transfer and content codings. Reports skipped records on stderr, and
 * counts records without content. The main or first page of a WACZ file becomes the primary URL.
 * Damage of a file is an error, unless the resources are to go on.
 *
 * Returns: whether the files could be read
 */
gboolean
bulla_cli_resources_add_warc (BullaCliResources *self, char **paths, GError **error)
{
  g_auto (BullaCliRecording) recording = {NULL};
  g_auto (BullaCliWarc)
      warc = {.resources = self,
              .responses = g_ptr_array_new_with_free_func (response_free),
              .methods = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
              .contents = g_hash_table_new (g_str_hash, g_str_equal)};

  for (guint i = 0; paths[i] != NULL; i++)
    if (!read_file (&warc, paths[i], error)) {
      bulla_cli_prefix_path (error, paths[i]);
      return FALSE;
    }
  bulla_cli_recording_init (&recording, self);
  if (warc.main_page != NULL || warc.page != NULL)
    self->start = bulla_cli_normalise_url (warc.main_page != NULL ? warc.main_page : warc.page);
  for (guint i = 0; i < warc.responses->len; i++)
    record_response (&warc, &recording, warc.responses->pdata[i]);
  bulla_cli_recording_finish (&recording);
  return TRUE;
}
