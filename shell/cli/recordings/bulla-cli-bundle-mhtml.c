/* bulla-cli-bundle-mhtml.c - adds the parts of a page saved as MHTML to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 2557; RFC 2045 section 6, RFC 2046 section 5.1 */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-base64.h"
#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-http-block.h"
#include "bulla-cli-mhtml-cid.h"
#include "bulla-cli-recording.h"
#include "bulla-field.h"
#include "bulla-uri-text.h"

#define SIZE_MAX_BYTES (1 << 30)
#define PARTS_MAX 65536
#define DEPTH_MAX 16                               /* most nested parts */
#define DEFAULT_TYPE "text/plain;charset=us-ascii" /* RFC 2045 section 5.2 */

/* a message that is being read */
typedef struct {
  BullaCliRecording *recording; /* borrowed */
  const char *path;             /* borrowed; of the file */
  char *base;        /* owned; nullable; absolute URL against which those of parts are resolved */
  char *start;       /* owned; nullable; URL of the page that was saved */
  char *root_id;     /* owned; nullable; Content-ID of its part */
  char *boundary;    /* owned; nullable; of its parts */
  GHashTable *cids;  /* owned; URLs of parts by their Content-ID */
  gboolean collects; /* the parts are only looked through for their IDs */
  guint n_parts;
  guint n_located; /* number of parts with a URL */
  gboolean is_cut; /* the file ends in the header of a part */
} Mhtml;

static gboolean take_part (Mhtml *self, const char *at, const char *end, gboolean cut, guint depth,
                           GError **error);

/* Returns: (transfer full) (nullable): the boundary of the parts in a message or part; NULL if it
 * has none */
static char *
dup_boundary (GPtrArray *fields)
{
  const char *type = bulla_cli_find_header (fields, "Content-Type");
  g_autofree char *boundary = type != NULL && g_ascii_strncasecmp (type, "multipart/", 10) == 0
                                  ? bulla_field_dup_parameter (type, "boundary")
                                  : NULL;

  return boundary != NULL && *boundary != '\0' ? g_steal_pointer (&boundary) : NULL;
}

/* Returns: how many of the first bytes are among @accepted */
static gsize
strspn_within (const char *text, gsize length, const char *accepted)
{
  gsize n = 0;

  while (n < length && text[n] != '\0' && strchr (accepted, text[n]) != NULL)
    n++;
  return n;
}

/* Decodes quoted-printable (RFC 2045 section 6.7); what is not an escape stays as it is. */
static GBytes *
decode_quoted_printable (const char *text, gsize length)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint)length);

  for (gsize i = 0; i < length; i++) {
    guint8 byte = (guint8)text[i];
    gboolean escape = text[i] == '=' && i + 2 < length;
    if (escape && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2])) {
      byte = (guint8)(g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]));
      i += 2;
    } else if (text[i] == '=') {
      gsize blanks = strspn_within (text + i + 1, length - i - 1, " \t\r");
      if (i + 1 + blanks < length && text[i + 1 + blanks] == '\n') {
        i += 1 + blanks; /* a soft line break; blanks before it were added on the way */
        continue;
      }
    }
    g_byte_array_append (bytes, &byte, 1);
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* Returns: (transfer full) (nullable): the content of a part; NULL if it cannot be decoded */
static GBytes *
decode_part (GPtrArray *fields, const char *text, gsize length)
{
  const char *encoding = bulla_cli_find_header (fields, "Content-Transfer-Encoding");

  if (encoding == NULL)
    return g_bytes_new (text, length);
  if (g_ascii_strcasecmp (encoding, "base64") == 0)
    return bulla_base64_decode (text, length, BULLA_BASE64_SPACES);
  if (g_ascii_strcasecmp (encoding, "quoted-printable") == 0)
    return decode_quoted_printable (text, length);
  return g_ascii_strcasecmp (encoding, "7bit") == 0 || g_ascii_strcasecmp (encoding, "8bit") == 0
                 || g_ascii_strcasecmp (encoding, "binary") == 0
             ? g_bytes_new (text, length)
             : NULL;
}

/* Returns: (transfer full) (nullable): the absolute URL of a part; NULL if it has none */
static char *
dup_part_url (const Mhtml *self, GPtrArray *fields)
{
  const char *location = bulla_cli_find_header (fields, "Content-Location");
  const char *own_base = bulla_cli_find_header (fields, "Content-Base");
  const char *base = own_base != NULL ? own_base : self->base;

  if (location == NULL)
    return NULL;
  g_auto (GStrv) words = g_strsplit_set (location, " \t", -1); /* long URLs are folded */
  g_autofree char *url = g_strjoinv ("", words);
  char *whole =
      base != NULL && g_uri_peek_scheme (url) == NULL ? bulla_cli_resolve_url (base, url) : NULL;
  return whole != NULL ? whole : g_steal_pointer (&url);
}

/* Says whether a head, from @at to @text behind it, has the empty line that ends it. */
static gboolean
is_whole_head (const char *at, const char *text)
{
  if (text == at || text[-1] != '\n')
    return FALSE;
  const char *line_end = text - 1;
  if (line_end > at && line_end[-1] == '\r')
    line_end--;
  return line_end == at || line_end[-1] == '\n';
}

/* Reports a part by its number, because the file ends before its URL is known. */
static void
lose_part (const Mhtml *self, const char *why)
{
  if (self->collects)
    return;
  bulla_cli_resources_lose (self->recording->resources, self->path, _ ("part %u: %s"),
                            self->n_parts, why);
  self->recording->resources->n_damaged++;
}

/* @cut: whether the message ends before the part does */
static void
take_content (Mhtml *self, GPtrArray *fields, const char *text, const char *end, gboolean cut)
{
  const char *id = bulla_cli_find_header (fields, "Content-ID");
  const char *type = bulla_cli_find_header (fields, "Content-Type");
  g_autofree char *url = dup_part_url (self, fields);

  if (self->base == NULL && url != NULL)
    self->base = g_strdup (url);
  if (self->collects) {
    self->n_located += url != NULL;
    g_autofree char *normal = url != NULL ? bulla_cli_normalise_url (url) : NULL;
    bulla_cli_mhtml_cids_add (self->cids, id, normal != NULL ? normal : url);
    return;
  }
  if (type == NULL)
    type = DEFAULT_TYPE;
  if (url == NULL && cut) {
    lose_part (self, _ ("the file ends in the middle of the part"));
    return;
  }
  if (url == NULL) {
    bulla_cli_print_left_out (id != NULL ? id : "?", _ ("the part has no URL"));
    return;
  }
  if (self->start == NULL && self->root_id != NULL && g_strcmp0 (id, self->root_id) == 0)
    self->start = g_strdup (url);
  g_autoptr (GBytes) decoded = decode_part (fields, text, (gsize)(end - text));
  g_autoptr (GBytes) body =
      decoded != NULL ? bulla_cli_mhtml_cids_resolve (self->cids, url, type, decoded) : NULL;
  BullaCliRecorded one = {.url = url,
                          .status = 200,
                          .media_type = type,
                          .body = body != NULL && g_bytes_get_size (body) > 0 ? body : NULL,
                          .is_decoded = TRUE,
                          .problem = cut            ? _ ("the file ends in the middle of the part")
                                     : body == NULL ? _ ("the part cannot be decoded")
                                                    : NULL,
                          .is_damaged = cut || body == NULL};
  bulla_cli_recording_add (self->recording, &one);
}

/* Takes a part in whose head the file ends. It is named by its URL, if that is certainly whole: a
 * line that ends may be continued by the next one. */
static void
take_cut_head (Mhtml *self, const char *at, const char *end)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  const char *newline = end > at ? g_strrstr_len (at, end - at, "\n") : NULL;
  const char *line = newline != NULL ? newline + 1 : at;

  bulla_cli_read_header_lines (at, line, fields);
  if (fields->len >= 2 && (line == end || *line == ' ' || *line == '\t'))
    g_ptr_array_set_size (fields, (gint)fields->len - 2);
  self->is_cut = TRUE;
  if (bulla_cli_find_header (fields, "Content-Location") != NULL)
    take_content (self, fields, end, end, TRUE);
  else
    lose_part (self, _ ("the file ends in the header of the part"));
}

/* Says whether the line from @at to @next is a delimiter: behind it come only "--", where it closes
 * the message, and blanks (RFC 2046 section 5.1.1). @last: (out): whether it closes the message */
static gboolean
is_delimiter (const char *at, const char *next, const char *delimiter, gboolean *last)
{
  size_t length = strlen (delimiter);

  if ((size_t)(next - at) < length || memcmp (at, delimiter, length) != 0)
    return FALSE;
  at += length;
  *last = next - at >= 2 && memcmp (at, "--", 2) == 0;
  at += *last ? 2 : 0;
  while (at < next && strchr (" \t\r\n", *at) != NULL && *at != '\0')
    at++;
  return at == next;
}

/* Returns: the delimiter line at or after @at; NULL if there is none. @behind: (out): the text
 * behind that line; @last: (out): whether it closes the message */
static const char *
find_delimiter (const char *at, const char *end, const char *delimiter, const char **behind,
                gboolean *last)
{
  while (at < end) {
    const char *newline = memchr (at, '\n', (size_t)(end - at));
    const char *next = newline != NULL ? newline + 1 : end;

    if (is_delimiter (at, next, delimiter, last)) {
      *behind = next;
      return at;
    }
    at = next;
  }
  *behind = end;
  *last = TRUE;
  return NULL;
}

/* Takes the parts between the delimiters. @cut: whether the message ends before this text does
 *
 * Returns: FALSE with @error set if they are too many */
static gboolean
take_parts (Mhtml *self, const char *at, const char *end, const char *boundary, gboolean cut,
            guint depth, GError **error)
{
  g_autofree char *delimiter = g_strconcat ("--", boundary, NULL);
  const char *behind;
  gboolean last;

  find_delimiter (at, end, delimiter, &behind, &last);
  while (!last) {
    const char *from = behind;
    const char *found = find_delimiter (from, end, delimiter, &behind, &last);
    const char *to = found != NULL ? found : end;
    /* the line break before a delimiter belongs to it */
    to -= to > from && to[-1] == '\n' ? 1 : 0;
    to -= to > from && to[-1] == '\r' ? 1 : 0;
    if (!take_part (self, from, to, found == NULL && cut, depth, error))
      return FALSE;
  }
  return TRUE;
}

/* Takes a part, or the parts in it. */
static gboolean
take_part (Mhtml *self, const char *at, const char *end, gboolean cut, guint depth, GError **error)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  const char *text = bulla_cli_read_header_lines (at, end, fields);
  g_autofree char *boundary = dup_boundary (fields);

  if (++self->n_parts > PARTS_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("more than %d parts"), PARTS_MAX);
    return FALSE;
  }
  if (depth > DEPTH_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("parts are nested more than %d times"),
                 DEPTH_MAX);
    return FALSE;
  }
  if (cut && !is_whole_head (at, text)) {
    take_cut_head (self, at, text);
    return TRUE;
  }
  if (boundary != NULL)
    return take_parts (self, text, end, boundary, cut, depth + 1, error);
  take_content (self, fields, text, end, cut);
  return TRUE;
}

static void
mhtml_clear (Mhtml *self)
{
  g_clear_pointer (&self->cids, g_hash_table_unref);
  g_free (self->base);
  g_free (self->start);
  g_free (self->root_id);
  g_free (self->boundary);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mhtml, mhtml_clear)

/* Reads the head of the message. Returns: the text behind it; NULL with @error set if it is not the
 * head of an MHTML file */
static const char *
read_head (Mhtml *self, const char *at, const char *end, GPtrArray *fields)
{
  const char *body = bulla_cli_read_header_lines (at, end, fields);
  const char *page = bulla_cli_find_header (fields, "Snapshot-Content-Location");
  const char *type = bulla_cli_find_header (fields, "Content-Type");

  self->start = page != NULL ? bulla_cli_normalise_url (page) : NULL;
  self->base = page != NULL ? g_strdup (page) : dup_part_url (self, fields);
  self->boundary = dup_boundary (fields);
  self->root_id = type != NULL ? bulla_field_dup_parameter (type, "start") : NULL;
  return body;
}

/* Looks through the parts before they are taken, because a part may refer to a later one. */
static gboolean
collect_parts (Mhtml *self, const char *body, const char *end, GError **error)
{
  self->cids = bulla_cli_mhtml_cids_new ();
  if (self->boundary == NULL)
    return TRUE;
  self->collects = TRUE;
  if (!take_parts (self, body, end, self->boundary, TRUE, 0, error))
    return FALSE;
  self->collects = FALSE;
  return TRUE;
}

/* Takes the parts; a page without other parts need not be divided. */
static gboolean
take_message (Mhtml *self, GPtrArray *fields, const char *body, const char *end, GError **error)
{
  self->n_parts = 0;
  if (self->boundary != NULL)
    return take_parts (self, body, end, self->boundary, TRUE, 0, error);
  take_content (self, fields, body, end, FALSE);
  return TRUE;
}

/* Says whether a message whose parts were collected has a page. @head: (array): its head; @body:
 * the text behind that */
static gboolean
has_page (const Mhtml *self, GPtrArray *fields, const char *head, const char *body)
{
  if (!is_whole_head (head, body))
    return FALSE;
  if (self->boundary == NULL)
    return bulla_cli_find_header (fields, "MIME-Version") != NULL
           && bulla_cli_find_header (fields, "Content-Location") != NULL;
  return self->n_parts > 0 && (self->n_located > 0 || self->is_cut || self->start != NULL);
}

/* Says why a file is not a whole MHTML file. @body: the text behind its head; @fields: its head */
static void
set_not_mhtml (const Mhtml *self, GBytes *bytes, const char *body, GPtrArray *fields,
               GError **error)
{
  static const char *const MAIL[] = {"MIME-Version", "From", "Received",
                                     "Snapshot-Content-Location"};
  gsize size;
  const char *at = g_bytes_get_data (bytes, &size);
  const char *guess = bulla_cli_guess_content (at, size);
  g_autofree char *end = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
  gboolean is_message = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (MAIL); i++)
    is_message = is_message || bulla_cli_find_header (fields, MAIL[i]) != NULL;
  if (size == 0)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not an MHTML file: the file is empty"), self->path);
  else if (is_message && !is_whole_head (at, body))
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a whole MHTML file: it ends in its header, at byte %s"), self->path,
                 end);
  else if (is_message && self->n_parts == 0 && self->boundary != NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a whole MHTML file: it ends before its first part, at byte %s"),
                 self->path, end);
  else if (is_message && self->boundary == NULL && self->start != NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not a whole MHTML file: the boundary of its parts is missing"),
                 self->path);
  else if (is_message)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not an MHTML file, but an e-mail message: none of its parts has a URL"),
                 self->path);
  else if (guess != NULL)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: not an MHTML file, but %s"),
                 self->path, _ (guess));
  else
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, _ ("%s: not an MHTML file"), self->path);
}

/* Adds the parts of a file. @recording: the recording of all files */
static gboolean
add_file (BullaCliRecording *recording, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, SIZE_MAX_BYTES, error);
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
  g_auto (Mhtml) mhtml = {.recording = recording, .path = path};
  BullaCliResources *resources = recording->resources;
  gsize size;

  if (bytes == NULL) {
    bulla_cli_prefix_path (error, path);
    return FALSE;
  }
  const char *at = g_bytes_get_data (bytes, &size), *end = at + size;
  while (at < end && (*at == '\r' || *at == '\n')) /* programs for e-mail skip empty lines */
    at++;
  const char *body = read_head (&mhtml, at, end, fields);
  if (!collect_parts (&mhtml, body, end, error)) {
    bulla_cli_prefix_path (error, path);
    return FALSE;
  }
  if (!has_page (&mhtml, fields, at, body)) {
    set_not_mhtml (&mhtml, bytes, body, fields, error);
    return FALSE;
  }
  if (!take_message (&mhtml, fields, body, end, error)) {
    bulla_cli_prefix_path (error, path);
    return FALSE;
  }
  if (mhtml.start != NULL && !recording->has_start) {
    g_free (resources->start);
    resources->start = bulla_cli_normalise_url (mhtml.start);
    recording->has_start = TRUE;
  }
  return TRUE;
}

/**
 * bulla_cli_resources_add_mhtml: (skip)
 * @self: resources
 * @paths: (array zero-terminated=1): MHTML files; “-” is standard input
 * @error: set if one cannot be read or is not an MHTML file
 *
 * MHTML has no status and no headers: each part becomes a response with status 200 and its media
 * type. References to other parts by their IDs become their URLs. Parts without an http or https
 * URL, such as frames that the browser numbered, are reported on stderr and left out. The page of
 * the first file becomes the primary URL.
 *
 * Returns: whether the files could be read
 */
gboolean
bulla_cli_resources_add_mhtml (BullaCliResources *self, char **paths, GError **error)
{
  g_auto (BullaCliRecording) recording = {NULL};

  bulla_cli_recording_init (&recording, self);
  for (guint i = 0; paths[i] != NULL; i++)
    if (!add_file (&recording, paths[i], error))
      return FALSE;
  bulla_cli_recording_finish (&recording);
  return TRUE;
}
