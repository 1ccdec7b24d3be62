/* bulla-cli-recording.c - decides which recorded responses become part of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 9110 sections 14.4 and 15.4.5 */
#include "bulla-cli-recording.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"
#include "bulla-uri-text.h"
#include "bulla-url.h"

#define REDIRECTS_MAX 20

typedef struct {
  char *url;        /* owned */
  char *text;       /* owned, translated; why the content is missing or unreadable */
  gboolean damaged; /* the content is in the file, but cannot be read */
} Problem;

static void
problem_free (Problem *self)
{
  g_free (self->url);
  g_free (self->text);
  g_free (self);
}

void
bulla_cli_recording_init (BullaCliRecording *self, BullaCliResources *resources)
{
  self->resources = resources;
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify)problem_free);
}

void
bulla_cli_recording_clear (BullaCliRecording *self)
{
  g_clear_pointer (&self->problems, g_ptr_array_unref);
}

/* Reports on stderr a response that is not added to the bundle on purpose. */
void
bulla_cli_print_left_out (const char *url, const char *why)
{
  g_autofree char *shown = bulla_printable_dup (url);

  bulla_cli_print_error (_ ("Left out: %s: %s\n"), shown, why);
}

/* Returns: (nullable): the first value of a header */
static const char *
get_header (GPtrArray *headers, const char *name)
{
  for (guint i = 0; headers != NULL && i + 1 < headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (headers, i), name) == 0)
      return g_ptr_array_index (headers, i + 1);
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

static gboolean
has_control_characters (const char *value)
{
  for (const char *c = value; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) && *c != '\t')
      return TRUE;
  return FALSE;
}

/* Says whether nothing comes before the parameters of a media type. */
static gboolean
lacks_type (const char *value)
{
  return value[strspn (value, " \t")] == '\0' || value[strspn (value, " \t")] == ';';
}

/* Returns: (nullable): why a header cannot be kept, translated. @value: without line breaks */
static const char *
find_fault (const char *name, const char *value)
{
  if (!is_token (name))
    return _ ("a header cannot have that name");
  if (has_control_characters (value))
    return _ ("its value has a control character");
  return g_ascii_strcasecmp (name, "content-type") == 0 && lacks_type (value)
             ? _ ("it names no media type")
             : NULL;
}

static void
add_header (BullaCliResource *resource, const char *name, const char *value)
{
  /* ":status" and the like are not headers */
  if (*name == ':' || !bulla_cli_header_is_kept (name))
    return;
  g_autofree char *joined = join_lines (value);
  const char *fault = find_fault (name, joined);
  if (fault != NULL) {
    g_autofree char *why = g_strdup_printf (_ ("its header “%s”: %s"), name, fault);
    bulla_cli_print_left_out (resource->url, why);
    return;
  }
  const char *known = bulla_cli_resource_get_header (resource, name);
  g_autofree char *all = known != NULL && g_ascii_strcasecmp (name, "content-type") != 0
                             ? g_strconcat (known, ", ", joined, NULL)
                             : g_strdup (joined);
  bulla_cli_resource_set_header (resource, name, all);
}

static gboolean
is_ascii (GBytes *body)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (body, &size);

  for (gsize i = 0; i < size; i++)
    if (data[i] >= 0x80)
      return FALSE;
  return TRUE;
}

/* Sets the charset to UTF-8, because the recorder has converted text to it. */
static void
set_charset (BullaCliResource *resource)
{
  const char *type = bulla_cli_resource_get_header (resource, "content-type");

  if (type == NULL || is_ascii (resource->body))
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

/* Adds the media type of the content, if the headers have none, and the content. */
static void
add_content (BullaCliResource *resource, const BullaCliRecorded *recorded)
{
  const char *type = recorded->media_type;

  if (bulla_cli_resource_get_header (resource, "content-type") == NULL && type != NULL
      && *type != '\0')
    add_header (resource, "content-type", type);
  if (recorded->body == NULL)
    return;
  if (bulla_cli_resource_get_header (resource, "content-type") == NULL)
    bulla_cli_resource_set_header (resource, "content-type", "application/octet-stream");
  resource->body = g_bytes_ref (recorded->body);
  if (recorded->is_converted)
    set_charset (resource);
}

/* Reads "bytes 0-LAST/TOTAL". Returns: TOTAL, if the range has all bytes; 0 otherwise */
static gint64
read_whole_range (const char *value)
{
  g_autofree char *range = NULL;
  gint64 first, last, total;

  if (value == NULL || g_ascii_strncasecmp (value, "bytes", 5) != 0 || !g_ascii_isspace (value[5]))
    return 0;
  range = g_strstrip (g_strdup (value + 5));
  g_auto (GStrv) parts = g_strsplit_set (range, "-/", -1);
  if (g_strv_length (parts) != 3 || !g_ascii_string_to_signed (parts[0], 10, 0, 0, &first, NULL)
      || !g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64 - 1, &last, NULL)
      || !g_ascii_string_to_signed (parts[2], 10, 1, G_MAXINT64, &total, NULL))
    return 0;
  return last == total - 1 ? total : 0;
}

/* Says whether a response with status 206 has the whole content. */
static gboolean
is_whole (const BullaCliRecorded *recorded)
{
  gint64 total = read_whole_range (get_header (recorded->headers, "content-range"));
  gboolean coded = get_header (recorded->headers, "content-encoding") != NULL;

  if (total == 0 || recorded->body == NULL)
    return FALSE;
  /* the size can be compared unless the recorder has decoded or converted the content */
  return (coded && recorded->is_decoded) || (recorded->is_converted && !is_ascii (recorded->body))
         || g_bytes_get_size (recorded->body) == (gsize)total;
}

static gboolean
is_html (const char *type)
{
  return g_ascii_strncasecmp (type, "text/html", 9) == 0
         || g_ascii_strncasecmp (type, "application/xhtml+xml", 21) == 0;
}

/* Says whether a response is a page, by its media type or by what the browser requested it for. If
 * neither is known, the first response of a recording counts as one. An error counts only if the
 * recording begins with it: later ones answer for parts of a page. */
static gboolean
is_page (const BullaCliRecording *self, const BullaCliRecorded *recorded)
{
  const char *type = get_header (recorded->headers, "content-type");
  guint status = recorded->status;

  if (status == 200 || status == 206 || status == 304
      || (status >= 400 && status < 600 && self->n_recorded == 1))
    return (type != NULL || recorded->media_type != NULL)
           && is_html (type != NULL ? type : recorded->media_type);
  if (status >= 200 && status < 600)
    return FALSE;
  if (type == NULL)
    type = recorded->media_type;
  return recorded->is_document
         || (type != NULL && *type != '\0' ? is_html (type) : self->n_recorded == 1);
}

/* A recording begins with the page that was opened, or with a redirect to it. */
static gboolean
is_first_redirect (const BullaCliRecording *self, const BullaCliRecorded *recorded)
{
  return self->n_recorded == 1 && recorded->status / 100 == 3
         && get_header (recorded->headers, "location") != NULL;
}

/* Returns: (nullable): why a URL of bulla_cli_normalise_url() cannot be in the bundle, translated.
 * @reading: how readers of the bundle read its URLs */
static const char *
find_url_objection (const char *url, BullaUrlReading reading)
{
  g_auto (BullaUrl) parsed = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (bulla_cli_url_is_unambiguous (url))
    return NULL;
  if (!bulla_cli_has_stray_percent (url)
      || !bulla_url_read (&parsed, url, strlen (url), BULLA_URL_WHATWG, &reason, &detail))
    return _ ("its URL has a user name, or parsers would read it differently");
  return reading == BULLA_URL_WHATWG
             ? NULL
             : _ ("its URL has a percent sign that escapes nothing, which the profile refuses; "
                  "--profile chromium accepts it");
}

/* Returns why a response is not added to the bundle; NULL if it is. */
static const char *
find_objection (const BullaCliRecorded *recorded, const char *url, BullaUrlReading reading)
{
  const char *url_objection = NULL;

  if (recorded->method != NULL && g_ascii_strcasecmp (recorded->method, "GET") != 0)
    return _ ("not a GET request");
  if (!bulla_cli_is_url (url))
    return _ ("neither http nor https");
  if ((url_objection = find_url_objection (url, reading)) != NULL)
    return url_objection;
  if (recorded->has_failed)
    return _ ("the request failed");
  if (recorded->status == 0)
    return recorded->body == NULL ? _ ("the recording has no response") : NULL;
  if (recorded->status < 200 || recorded->status > 599)
    return _ ("the response cannot be stored");
  if (recorded->status == 206 && recorded->problem == NULL && !is_whole (recorded))
    return _ ("only part of the response was recorded");
  return NULL;
}

static void
add_problem (BullaCliRecording *self, const char *url, const char *text, gboolean damaged)
{
  Problem *one = g_new0 (Problem, 1);

  one->url = g_strdup (url);
  one->text = g_strdup (text);
  one->damaged = damaged;
  g_ptr_array_add (self->problems, one);
}

static void
add_response (BullaCliRecording *self, const char *url, const BullaCliRecorded *recorded)
{
  /* a 304 or 206 with the whole content stands for the 200 that it is a part of; browsers record
   * some answers of caches and service workers without a status */
  gboolean stands_for = recorded->status == 304 || recorded->status == 206 || recorded->status == 0;
  gboolean replaced = FALSE;

  if (stands_for && bulla_cli_resources_find (self->resources, url) != NULL) {
    bulla_cli_print_left_out (url, _ ("an earlier response has its content"));
    return;
  }
  BullaCliResource *resource = bulla_cli_resources_add (
      self->resources, url, stands_for ? 200 : recorded->status, &replaced);
  for (guint i = 0; recorded->headers != NULL && i + 1 < recorded->headers->len; i += 2)
    if (!stands_for
        || g_ascii_strcasecmp (g_ptr_array_index (recorded->headers, i), "content-range") != 0)
      add_header (resource, g_ptr_array_index (recorded->headers, i),
                  g_ptr_array_index (recorded->headers, i + 1));
  add_content (resource, recorded);
  if (replaced)
    bulla_cli_print_left_out (url, _ ("a later response has the same URL"));
}

/* Notes the page that the recording begins with, whether or not the recording has its content. */
static void
note_start (BullaCliRecording *self, const char *url, const BullaCliRecorded *recorded)
{
  self->n_recorded++;
  if (self->resources->start == NULL && bulla_cli_is_url (url)
      && (is_page (self, recorded) || is_first_redirect (self, recorded)))
    self->resources->start = g_strdup (url);
}

/**
 * bulla_cli_recording_lose: (skip)
 * @self: a recording
 * @url: URL of a request whose response the recording lacks
 * @why: translated
 *
 * Reports the URL on stderr, and counts it as lost.
 */
void
bulla_cli_recording_lose (BullaCliRecording *self, const char *url, const char *why)
{
  g_autofree char *normalised = bulla_cli_normalise_url (url);

  note_start (self, normalised, &(const BullaCliRecorded){.url = url});
  bulla_cli_resources_lose (self->resources, url, "%s", why);
}

/**
 * bulla_cli_recording_add: (skip)
 * @self: a recording
 * @recorded: a response
 *
 * The content decides, not the status: a 304 whose content was recorded, a 206 with the whole
 * content, and content without a status are added with status 200 (RFC 9110 sections 14.4 and
 * 15.4.5). A response that is left out is reported on stderr.
 */
void
bulla_cli_recording_add (BullaCliRecording *self, const BullaCliRecorded *recorded)
{
  g_autofree char *url = bulla_cli_normalise_url (recorded->url); /* Firefox records fragments */
  const char *objection = find_objection (recorded, url, self->resources->url_reading);

  note_start (self, url, recorded);
  if (recorded->is_damaged && recorded->problem != NULL && bulla_cli_is_url (url))
    add_problem (self, url, recorded->problem, TRUE);
  else if (objection != NULL)
    bulla_cli_print_left_out (url, objection);
  else if (recorded->problem != NULL)
    add_problem (self, url, recorded->problem, recorded->is_damaged);
  else if (recorded->status == 304 && recorded->body == NULL)
    add_problem (self, url, _ ("the content was not recorded: it came from the browser’s cache"),
                 FALSE);
  else
    add_response (self, url, recorded);
}

/* Reports URLs without content, unless another response of the same URL has it. */
static void
report_problems (BullaCliRecording *self)
{
  g_autoptr (GHashTable) reported = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->problems->len; i++) {
    const Problem *one = g_ptr_array_index (self->problems, i);
    if (bulla_cli_resources_find (self->resources, one->url) != NULL) {
      bulla_cli_print_left_out (one->url, one->text);
    } else if (g_hash_table_add (reported, one->url)) {
      bulla_cli_resources_lose (self->resources, one->url, "%s", one->text);
      self->resources->n_damaged += one->damaged ? 1 : 0;
    }
  }
}

/* Returns: (transfer full) (nullable): the URL of the response to which a response redirects,
 * perhaps by others, whatever its status; NULL if the recording lacks it */
static char *
follow_redirects (BullaCliResources *self, const char *url)
{
  g_autofree char *at = g_strdup (url);

  for (guint i = 0; i < REDIRECTS_MAX && at != NULL; i++) {
    const BullaCliResource *resource = bulla_cli_resources_find (self, at);
    if (resource == NULL || resource->status / 100 != 3)
      return resource != NULL ? g_steal_pointer (&at) : NULL;
    const char *location = bulla_cli_resource_get_header (resource, "location");
    g_autofree char *next = location != NULL ? bulla_cli_resolve_url (at, location) : NULL;
    g_free (at);
    at = next != NULL ? bulla_cli_normalise_url (next) : NULL;
  }
  return NULL;
}

/* Chooses the primary URL: the page that the recording begins with, or else the first page with
 * content, or else the first response. */
static void
choose_primary (BullaCliResources *self)
{
  self->primary = self->start != NULL ? follow_redirects (self, self->start) : NULL;
  if (self->primary != NULL) {
    g_free (self->start);
    self->start = g_strdup (self->primary);
  }
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
 * bulla_cli_recording_finish: (skip)
 * @self: a recording whose responses have all been added
 *
 * Reports on stderr each URL whose content is missing, counts them in the resources, and chooses
 * the primary URL.
 */
void
bulla_cli_recording_finish (BullaCliRecording *self)
{
  report_problems (self);
  choose_primary (self->resources);
}
