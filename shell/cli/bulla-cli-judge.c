/* bulla-cli-judge.c - judges one file or URL: loads it, asks for the request, reads its body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-judge.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-cli-loader.h"

#define READ_SIZE 65536
#define MAX_CHAIN_SIZE (16 << 20)

struct _BullaJudge {
  BullaLoader *loader;                 /* owned */
  GBytes *chain;                       /* owned; nullable */
  const BullaCliJudgeOptions *options; /* borrowed */
};

gboolean
bulla_cli_is_url (const char *name)
{
  return g_str_has_prefix (name, "https://") || g_str_has_prefix (name, "http://");
}

/* A GFile would do, but the first one loads all modules of GIO, and TLS with them, to see whether
 * one of them knows files better: a quarter of the time that the whole command takes. */
static GInputStream *
open_file (const char *path, GError **error)
{
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) {
    int code = errno;
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return NULL;
  }
  return g_unix_input_stream_new (file, TRUE);
}

/**
 * bulla_cli_kind_of_file: (skip)
 * @path: a file
 *
 * Returns: (nullable): "exchange" or "bundle" by its first bytes; %NULL for anything else
 */
const char *
bulla_cli_kind_of_file (const char *path)
{
  static const char bundle[] = "\x48\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6";
  char start[10] = "";
  g_autoptr (GInputStream) stream = open_file (path, NULL);
  gsize n = 0;
  if (stream == NULL || !g_input_stream_read_all (stream, start, sizeof start, &n, NULL, NULL))
    return NULL;
  if (n >= 6 && memcmp (start, "sxg1-b", 6) == 0)
    return "exchange";
  if (n == 10 && memcmp (start + 1, bundle, 9) == 0)
    return "bundle";
  return NULL;
}

/**
 * bulla_judge_new: (skip)
 * @trust: shared with other threads
 * @options: how to judge; has to outlive the judge
 * @error: if an option makes no sense
 *
 * Returns: (transfer full): a judge for the calling thread
 */
BullaJudge *
bulla_judge_new (BullaTrust *trust, const BullaCliJudgeOptions *options, GError **error)
{
  g_autoptr (BullaJudge) self = g_new0 (BullaJudge, 1);
  self->options = options;
  self->loader = bulla_cli_new_loader (trust, error);
  if (self->loader == NULL)
    return NULL;
  if (options->chain != NULL) {
    g_autoptr (GMappedFile) file = g_mapped_file_new (options->chain, FALSE, error);
    if (file == NULL)
      return NULL;
    if (g_mapped_file_get_length (file) > MAX_CHAIN_SIZE) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: larger than %d bytes"),
                   options->chain, MAX_CHAIN_SIZE);
      return NULL;
    }
    self->chain = g_mapped_file_get_bytes (file);
  }
  return g_steal_pointer (&self);
}

void
bulla_judge_free (BullaJudge *self)
{
  g_clear_object (&self->loader);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_free (self);
}

static BullaOuter *
new_outer (BullaJudge *self, GError **error)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (self->options->url);
  char **headers = self->options->headers;
  for (int i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return NULL;
    /* as curl has it: a name without a value takes the header away */
    bulla_outer_set_header (outer, name, value[0] != '\0' ? value : NULL);
  }
  return g_steal_pointer (&outer);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static BullaLoad *
load_url (BullaJudge *self, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  bulla_loader_load_url_async (self->loader, url, self->chain, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return bulla_loader_load_url_finish (self->loader, result, error);
}

static BullaLoad *
load_file (BullaJudge *self, const char *path, GInputStream **stream, GError **error)
{
  g_autoptr (BullaOuter) outer = new_outer (self, error);
  if (outer == NULL)
    return NULL;
  *stream = open_file (path, error);
  if (*stream == NULL)
    return NULL;
  return bulla_loader_load (self->loader, outer, *stream, self->chain, NULL, error);
}

/* the request: a navigation to the exchange's own URL */
static BullaVerdict *
judge_request (BullaJudge *self, BullaLoad *load, GError **error)
{
  BullaRequestFacts request = {
      .method = "GET",
      .url = bulla_load_get_url (load),
      .accept_language = "en-US,en",
      .destination = BULLA_DESTINATION_NAVIGATION,
  };
  struct {
    const char *name;
    const char **into;
  } known[] = {
      {"accept", &request.accept},
      {"accept-language", &request.accept_language},
      {"accept-encoding", &request.accept_encoding},
      {"cookie", &request.cookie},
  };
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  char **headers = self->options->request_headers;
  for (int i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL;
    char *value = NULL;
    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return NULL;
    g_ptr_array_add (values, value);
    for (size_t j = 0; j < G_N_ELEMENTS (known); j++)
      if (g_ascii_strcasecmp (name, known[j].name) == 0)
        *known[j].into = value[0] != '\0' ? value : NULL;
  }
  return bulla_load_judge_request (load, &request, bulla_loader_get_time (self->loader));
}

/* reads the body to its end, in bounded pieces; a fault in it is the verdict's */
static gboolean
read_body (BullaReport *report, GError **error)
{
  GInputStream *body = bulla_load_get_body (report->load);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) failure = NULL;
  gssize n = 0;
  while ((n = g_input_stream_read (body, buffer, READ_SIZE, NULL, &failure)) > 0) {
    g_checksum_update (checksum, buffer, n);
    report->body_length += (guint64)n;
  }
  if (n < 0 && failure->domain != BULLA_FAULT) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  report->body_complete = n == 0;
  report->body_sha256 = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

/* reads on behind the head where that may be done, and asks for the request */
static gboolean
complete (BullaJudge *self, BullaReport *report, GError **error)
{
  BullaVerdict *verdict = bulla_load_get_verdict (report->load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  if (!read_body (report, error))
    return FALSE;
  verdict = bulla_load_get_verdict (report->load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  report->request = judge_request (self, report->load, error);
  return report->request != NULL;
}

/**
 * bulla_judge_one: (skip)
 * @self: a judge
 * @name: a file or a URL
 * @error: if it could not be read; whatever is wrong with the package is in the report
 *
 * Returns: (transfer full) (nullable): the report
 */
BullaReport *
bulla_judge_one (BullaJudge *self, const char *name, GError **error)
{
  g_autoptr (BullaReport) report = g_new0 (BullaReport, 1);
  g_autoptr (GInputStream) file = NULL;
  gboolean is_url = bulla_cli_is_url (name);
  const char *kind = is_url ? "exchange" : bulla_cli_kind_of_file (name);
  report->name = name;
  report->kind = kind != NULL ? kind : "unknown";
  report->load = is_url ? load_url (self, name, error) : load_file (self, name, &file, error);
  if (report->load == NULL || !complete (self, report, error))
    return NULL;
  /* reports wait to be printed in order, by the thousand: no file stays open for that */
  if (file != NULL)
    g_input_stream_close (file, NULL, NULL);
  return g_steal_pointer (&report);
}
