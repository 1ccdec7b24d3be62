/* bulla-loader-open.c - opens a package of any kind, from a file or a stream
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader-internal.h"

#include "bulla-body-stream.h"
#include "bulla-bundle-internal.h"

/* If the first bytes are ambiguous, the media type given by the server decides, or else the file
 * name. */
static BullaPackageKind
guess_kind (BullaOuter *outer, const char *path)
{
  const char *type = bulla_outer_get_header (outer, "content-type");
  BullaPackageKind kind = bulla_package_from_content_type (type);

  if (kind != BULLA_PACKAGE_UNKNOWN)
    return kind;
  gboolean bundle =
      path != NULL && (g_str_has_suffix (path, ".wbn") || g_str_has_suffix (path, ".swbn"));
  return bundle ? BULLA_PACKAGE_BUNDLE : BULLA_PACKAGE_EXCHANGE;
}

/* --- opening, once the kind is known */

static void
bundle_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (bulla_bundle_open_finish (BULLA_BUNDLE (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  BullaLoad *load = bulla_loader_load_finish (BULLA_LOADER (source), result, &error);

  if (load != NULL)
    g_task_return_pointer (task, load, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
open_bundle (GTask *task, BullaOuter *outer, BullaBundleSource *source, BullaBundlePlace place)
{
  BullaLoader *self = g_task_get_source_object (task);
  g_autoptr (BullaBundle) bundle =
      bulla_bundle_new (bulla_loader_get_context (self), outer, source, place);

  bulla_bundle_open_async (bundle, g_task_get_cancellable (task), bundle_opened_cb, task);
}

/* @task: (transfer full) */
static void
open_exchange (GTask *task, BullaOuter *outer, GInputStream *stream, GBytes *chain)
{
  bulla_loader_load_async (g_task_get_source_object (task), outer, stream, chain,
                           g_task_get_cancellable (task), loaded_cb, task);
}

/* --- streams */

typedef struct {
  BullaOuter *outer;    /* owned */
  GInputStream *stream; /* owned; NULL if the source is a file */
  GBytes *chain;        /* owned; nullable */
  BullaQuota *quota;    /* owned; nullable */
  guint8 start[BULLA_PACKAGE_SNIFF_SIZE];
  gsize length; /* bytes of @start */
} StreamOpening;

static StreamOpening *
stream_opening_new (BullaOuter *outer, GInputStream *stream, GBytes *chain, BullaQuota *quota)
{
  StreamOpening *self = g_new0 (StreamOpening, 1);

  self->outer = bulla_outer_ref (outer);
  self->stream = g_object_ref (stream);
  self->chain = chain != NULL ? g_bytes_ref (chain) : NULL;
  self->quota = quota != NULL ? bulla_quota_ref (quota) : NULL;
  return self;
}

static void
stream_opening_free (gpointer data)
{
  StreamOpening *self = data;

  bulla_outer_unref (self->outer);
  g_object_unref (self->stream);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_clear_pointer (&self->quota, bulla_quota_unref);
  g_free (self);
}

static BullaPackageKind
stream_opening_get_kind (const StreamOpening *self)
{
  BullaPackageKind kind = bulla_package_sniff (self->start, self->length);

  return kind != BULLA_PACKAGE_UNKNOWN ? kind : guess_kind (self->outer, NULL);
}

/* @task: (transfer full) */
static void
open_stream (GTask *task, BullaPackageKind kind, BullaOuter *outer, GInputStream *stream,
             GBytes *chain, BullaQuota *quota)
{
  if (kind == BULLA_PACKAGE_BUNDLE) {
    g_autoptr (BullaBundleSource) source = bulla_bundle_source_new_for_stream (stream, quota);
    open_bundle (task, outer, source, (BullaBundlePlace){kind, 0});
    return;
  }
  open_exchange (task, outer, stream, chain);
}

static void sniff (GTask *task);

static void
sniffed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StreamOpening *opening = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0) {
    g_task_return_error (task, error);
    return;
  }
  opening->length += (gsize)n;
  if (n > 0 && opening->length < sizeof opening->start) {
    sniff (g_steal_pointer (&task));
    return;
  }
  g_autoptr (GInputStream) whole =
      bulla_body_stream_new (opening->stream, opening->start, opening->length, NULL);
  BullaPackageKind kind = stream_opening_get_kind (opening);
  open_stream (g_steal_pointer (&task), kind, opening->outer, whole, opening->chain,
               opening->quota);
}

/* @task: (transfer full) */
static void
sniff (GTask *task)
{
  StreamOpening *opening = g_task_get_task_data (task);

  g_input_stream_read_async (opening->stream, opening->start + opening->length,
                             sizeof opening->start - opening->length, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), sniffed_cb, task);
}

/* @task: (transfer full) */
static void
open_or_sniff (GTask *task, BullaPackageKind kind, BullaOuter *outer, GInputStream *stream,
               GBytes *chain, BullaQuota *quota)
{
  if (kind != BULLA_PACKAGE_UNKNOWN) {
    open_stream (task, kind, outer, stream, chain, quota);
    return;
  }
  g_task_set_task_data (task, stream_opening_new (outer, stream, chain, quota),
                        stream_opening_free);
  sniff (task);
}

/**
 * bulla_loader_open_stream_async:
 * @self: a loader
 * @kind: the kind of the package; %BULLA_PACKAGE_UNKNOWN to detect it from its first bytes
 * @outer: the response
 * @stream: its body
 * @chain: (nullable): for an exchange: a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head is judged
 * @user_data: for @callback
 *
 * The bytes of a bundle continue to be read, and are kept, while its responses are loaded.
 */
void
bulla_loader_open_stream_async (BullaLoader *self, BullaPackageKind kind, BullaOuter *outer,
                                GInputStream *stream, GBytes *chain, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_loader_open_stream_async);
  open_or_sniff (task, kind, outer, stream, chain, NULL);
}

/**
 * bulla_loader_open_stream_in_async: (skip)
 * @self: a loader
 * @kind: the kind of the package
 * @outer: the response
 * @stream: its body
 * @quota: limits the bytes of a bundle that are kept; one that exceeds it breaks off
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head is judged
 * @user_data: for @callback
 *
 * Like bulla_loader_open_stream_async(), with a quota that several bundles share.
 */
void
bulla_loader_open_stream_in_async (BullaLoader *self, BullaPackageKind kind, BullaOuter *outer,
                                   GInputStream *stream, BullaQuota *quota,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_loader_open_stream_in_async);
  open_or_sniff (task, kind, outer, stream, NULL, quota);
}

/**
 * bulla_loader_open_finish:
 * @self: a loader
 * @result: the result of bulla_loader_open_file_async(), bulla_loader_open_stream_async() or
 *   bulla_loader_open_url_async()
 * @error: set if reading failed or was cancelled; faults of the package are in the verdict
 *
 * Returns: (transfer full): a #BullaLoad or a #BullaBundle
 */
GObject *
bulla_loader_open_finish (BullaLoader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_loader_open_stream:
 * @self: a loader
 * @kind: the kind of the package; %BULLA_PACKAGE_UNKNOWN to detect it from its first bytes
 * @outer: the response
 * @stream: its body
 * @chain: (nullable): for an exchange: a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @error: see bulla_loader_open_finish()
 *
 * Like bulla_loader_open_stream_async(), but blocks.
 *
 * Returns: (transfer full): a #BullaLoad or a #BullaBundle
 */
GObject *
bulla_loader_open_stream (BullaLoader *self, BullaPackageKind kind, BullaOuter *outer,
                          GInputStream *stream, GBytes *chain, GCancellable *cancellable,
                          GError **error)
{
  guint8 start[BULLA_PACKAGE_SNIFF_SIZE] = {0};
  gsize length = 0;

  if (kind == BULLA_PACKAGE_UNKNOWN) {
    if (!g_input_stream_read_all (stream, start, sizeof start, &length, cancellable, error))
      return NULL;
    kind = bulla_package_sniff (start, length);
  }
  g_autoptr (GInputStream) whole = bulla_body_stream_new (stream, start, length, NULL);
  if (kind == BULLA_PACKAGE_UNKNOWN)
    kind = guess_kind (outer, NULL);
  if (kind == BULLA_PACKAGE_EXCHANGE)
    return (GObject *)bulla_loader_load (self, outer, whole, chain, cancellable, error);
  g_autoptr (BullaBundleSource) source = bulla_bundle_source_new_for_stream (whole, NULL);
  g_autoptr (BullaBundle) bundle = bulla_bundle_new (bulla_loader_get_context (self), outer, source,
                                                     (BullaBundlePlace){kind, 0});
  return bulla_bundle_open (bundle, cancellable, error) ? (GObject *)g_steal_pointer (&bundle)
                                                        : NULL;
}

/* --- files */

/* A file of another format may have a bundle at its end. */
static BullaPackageKind
kind_at (const BullaBundlePlace *place, BullaOuter *outer, const char *path)
{
  if (place->appended > 0)
    return BULLA_PACKAGE_BUNDLE;
  return place->kind != BULLA_PACKAGE_UNKNOWN ? place->kind : guess_kind (outer, path);
}

static GInputStream *
open_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return (GInputStream *)g_file_read (file, NULL, error);
}

/* Returns: NULL without @error if the file is a pipe, which is read as a stream */
static BullaBundleSource *
find_file (const char *path, GError **error)
{
  GError *failure = NULL;
  BullaBundleSource *source = bulla_bundle_source_new_for_file (path, &failure);

  if (source == NULL && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE))
    g_clear_error (&failure);
  else if (source == NULL)
    g_propagate_error (error, failure);
  return source;
}

/**
 * bulla_loader_open_file_async:
 * @self: a loader
 * @path: (type filename): a file
 * @kind: the kind by the file's first bytes; %BULLA_PACKAGE_UNKNOWN to detect it from the first
 *   bytes and the end of the file
 * @outer: the response that the file stands for
 * @chain: (nullable): for an exchange: a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the head is judged
 * @user_data: for @callback
 */
void
bulla_loader_open_file_async (BullaLoader *self, const char *path, BullaPackageKind kind,
                              BullaOuter *outer, GBytes *chain, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, bulla_loader_open_file_async);
  BullaBundlePlace place = {BULLA_PACKAGE_UNKNOWN, 0};
  g_autoptr (BullaBundleSource) source = find_file (path, &error);
  if (source != NULL && bulla_bundle_find_place (source, kind, &place, &error))
    kind = kind_at (&place, outer, path);
  g_autoptr (GInputStream) stream =
      error == NULL && (source == NULL || kind != BULLA_PACKAGE_BUNDLE) ? open_file (path, &error)
                                                                        : NULL;
  if (error != NULL) {
    g_task_return_error (task, error);
    g_object_unref (task);
  } else if (source == NULL) {
    open_or_sniff (task, kind, outer, stream, chain, NULL);
  } else if (kind == BULLA_PACKAGE_BUNDLE) {
    open_bundle (task, outer, source, place);
  } else {
    open_exchange (task, outer, stream, chain);
  }
}

/**
 * bulla_loader_open_file:
 * @self: a loader
 * @path: (type filename): a file
 * @kind: the kind by the file's first bytes; %BULLA_PACKAGE_UNKNOWN to detect it from the first
 *   bytes and the end of the file
 * @outer: the response that the file stands for
 * @chain: (nullable): for an exchange: a certificate chain to use instead of the one at cert-url
 * @cancellable: (nullable): cancels the call
 * @error: see bulla_loader_open_finish()
 *
 * Like bulla_loader_open_file_async(), but blocks.
 *
 * Returns: (transfer full): a #BullaLoad or a #BullaBundle
 */
GObject *
bulla_loader_open_file (BullaLoader *self, const char *path, BullaPackageKind kind,
                        BullaOuter *outer, GBytes *chain, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  BullaBundlePlace place = {BULLA_PACKAGE_UNKNOWN, 0};
  g_autoptr (BullaBundleSource) source = find_file (path, &failure);

  if (source != NULL && bulla_bundle_find_place (source, kind, &place, &failure))
    kind = kind_at (&place, outer, path);
  g_autoptr (GInputStream) stream =
      failure == NULL && (source == NULL || kind != BULLA_PACKAGE_BUNDLE)
          ? open_file (path, &failure)
          : NULL;
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  if (source == NULL)
    return bulla_loader_open_stream (self, kind, outer, stream, chain, cancellable, error);
  if (kind == BULLA_PACKAGE_EXCHANGE)
    return (GObject *)bulla_loader_load (self, outer, stream, chain, cancellable, error);
  g_autoptr (BullaBundle) bundle =
      bulla_bundle_new (bulla_loader_get_context (self), outer, source, place);
  return bulla_bundle_open (bundle, cancellable, error) ? (GObject *)g_steal_pointer (&bundle)
                                                        : NULL;
}
