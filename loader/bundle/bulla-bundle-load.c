/* bulla-bundle-load.c - brings the bytes of one response to bulla-bundle-respond.c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-private.h"
#include "bulla-error.h"

#define FIRST_SIZE 1024

/* A response whose bytes are still arriving. */
typedef struct {
  BullaBundle *bundle; /* borrowed */
  guint resource, variant;
  BullaRange range;
  gsize want; /* bytes needed from its start */
} Wanted;

static gboolean
begin (Wanted *self, BullaBundle *bundle, guint resource, guint variant, GError **error)
{
  *self = (Wanted){.bundle = bundle, .resource = resource, .variant = variant};
  if (!bulla_bundle_get_range (bundle, resource, variant, &self->range)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "the bundle has no response for resource %u, variant %u", resource, variant);
    return FALSE;
  }
  self->want = (gsize)MIN (self->range.length, FIRST_SIZE);
  return TRUE;
}

static guint64
get_until (const Wanted *self)
{
  return self->range.offset + self->want;
}

/* Returns: NULL without @error: more bytes have to arrive first */
static BullaLoad *
try (Wanted *self, GError **error)
{
  BullaBundleSource *source = self->bundle->source;
  while (bulla_bundle_source_has (source, get_until (self))) {
    g_autofree guint8 *bytes = g_malloc (self->want + 1);
    gssize n = bulla_bundle_source_read_at (source, self->range.offset, bytes, self->want, error);
    if (n < 0)
      return NULL;
    BullaSpan start = {bytes, (size_t)n, self->range.offset};
    gsize more = bulla_bundle_response_want (start, self->range.length);
    if (more <= self->want || (gsize)n < self->want)
      return bulla_bundle_respond (self->bundle, self->resource, self->variant, self->range, start);
    self->want = more;
  }
  return NULL;
}

/**
 * bulla_bundle_load_there: (skip)
 * @self: a bundle
 * @resource: a place in its index
 * @variant: which of its locations
 * @error: if it could not be read
 *
 * Returns: (transfer full) (nullable): the response; %NULL without @error if it is still to come
 */
BullaLoad *
bulla_bundle_load_there (BullaBundle *self, guint resource, guint variant, GError **error)
{
  Wanted wanted;
  return begin (&wanted, self, resource, variant, error) ? try (&wanted, error) : NULL;
}

/* Takes the task. */
static void
try_to_load (GTask *task)
{
  Wanted *wanted = g_task_get_task_data (task);
  GError *error = NULL;
  BullaLoad *load = try (wanted, &error);
  if (load == NULL && error == NULL) {
    bulla_bundle_source_continue (wanted->bundle->source, get_until (wanted), task, try_to_load);
    return;
  }
  if (load != NULL)
    g_task_return_pointer (task, load, g_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * bulla_bundle_load_async:
 * @self: a bundle
 * @resource: a place in its index
 * @variant: which of its locations; 0 where there is one
 * @cancellable: (nullable): to stop it
 * @callback: (scope async): called when its headers are judged; the body is not read yet
 * @user_data: for @callback
 *
 * Waits for no more than this response, where the bundle is still coming in.
 */
void
bulla_bundle_load_async (BullaBundle *self, guint resource, guint variant,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wanted *wanted = g_new (Wanted, 1);
  GError *error = NULL;
  g_task_set_source_tag (task, bulla_bundle_load_async);
  g_task_set_task_data (task, wanted, g_free);
  if (begin (wanted, self, resource, variant, &error)) {
    try_to_load (task);
    return;
  }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * bulla_bundle_load_finish:
 * @self: a bundle
 * @result: of bulla_bundle_load_async()
 * @error: if there is no such response, it could not be read, or this was stopped: whatever is
 *   wrong with it is in its verdict
 *
 * Returns: (transfer full): the response as a load that is judged
 */
BullaLoad *
bulla_bundle_load_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_bundle_load:
 * @self: a bundle
 * @resource: a place in its index
 * @variant: which of its locations; 0 where there is one
 * @cancellable: (nullable): to stop it
 * @error: as of bulla_bundle_load_finish()
 *
 * As bulla_bundle_load_async(), but waits.
 *
 * Returns: (transfer full): the response as a load that is judged
 */
BullaLoad *
bulla_bundle_load (BullaBundle *self, guint resource, guint variant, GCancellable *cancellable,
                   GError **error)
{
  Wanted wanted;
  g_autoptr (GError) failure = NULL;
  BullaLoad *load = NULL;
  if (!begin (&wanted, self, resource, variant, error))
    return NULL;
  do {
    if (bulla_bundle_source_wait (self->source, get_until (&wanted), cancellable, &failure))
      load = try (&wanted, &failure);
  } while (load == NULL && failure == NULL);
  if (load == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return load;
}
