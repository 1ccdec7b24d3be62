/* bulla-bundle-load.c - loads one response of a bundle: fetches its bytes and judges it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A BullaBringing supplies the start of the response, whether or not the caller blocks. Data
 * that a signed subset needs before it is judged, such as validity data, would be a further row
 * of list_wants. */
#include "bulla-bringing.h"
#include "bulla-bundle-private.h"
#include "bulla-error.h"

#define BULLA_TYPE_RESPONSE_WALK (bulla_response_walk_get_type ())
G_DECLARE_FINAL_TYPE (BullaResponseWalk, bulla_response_walk, BULLA, RESPONSE_WALK, GObject)

struct _BullaResponseWalk {
  GObject parent_instance;
  BullaBundle *bundle; /* owned */
  guint resource, variant;
  BullaRange range;
  GByteArray *start; /* owned; bytes at the start of the response */
  BullaLoad *load;   /* owned; NULL before the response is judged */
  GError *error;     /* owned; NULL unless reading the bytes failed */
};

static void bulla_response_walk_wanter_init (BullaWanterInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaResponseWalk, bulla_response_walk, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_WANTER,
                                                      bulla_response_walk_wanter_init))

static void
bulla_response_walk_finalize (GObject *object)
{
  BullaResponseWalk *self = BULLA_RESPONSE_WALK (object);

  g_object_unref (self->bundle);
  g_byte_array_unref (self->start);
  g_clear_object (&self->load);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (bulla_response_walk_parent_class)->finalize (object);
}

static void
bulla_response_walk_class_init (BullaResponseWalkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_response_walk_finalize;
}

static void
bulla_response_walk_init (BullaResponseWalk *self)
{
  self->start = g_byte_array_new ();
}

/* Returns: (nullable): NULL if the bundle lacks the response */
static BullaResponseWalk *
bulla_response_walk_new (BullaBundle *bundle, guint resource, guint variant, GError **error)
{
  BullaRange range;

  if (!bulla_bundle_get_range (bundle, resource, variant, &range)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "the bundle has no response for resource %u, variant %u", resource, variant);
    return NULL;
  }
  BullaResponseWalk *self = g_object_new (BULLA_TYPE_RESPONSE_WALK, NULL);
  self->bundle = g_object_ref (bundle);
  self->resource = resource;
  self->variant = variant;
  self->range = range;
  return self;
}

static BullaSpan
get_start (BullaResponseWalk *self)
{
  return (BullaSpan){self->start->data, self->start->len, self->range.offset};
}

/* Returns: how many more bytes of the response are needed, according to its headers */
static gsize
count_missing (BullaResponseWalk *self)
{
  gsize wanted = bulla_bundle_response_want (get_start (self), self->range.length);

  return wanted > self->start->len ? wanted - self->start->len : 0;
}

/* Step: judge. Called when the headers are complete or no more bytes will arrive. */
static void
judge (BullaResponseWalk *self)
{
  self->load = bulla_bundle_respond (self->bundle, self->resource, self->variant, self->range,
                                     get_start (self));
}

/* --- list of wants */

static guint
bulla_response_walk_list_wants (BullaWanter *wanter, BullaWant wants[BULLA_N_WANTS])
{
  BullaResponseWalk *self = BULLA_RESPONSE_WALK (wanter);

  if (self->load != NULL || self->error != NULL)
    return 0;
  wants[0] = (BullaWant){.kind = BULLA_WANT_BYTES};
  return 1;
}

static gsize
take_bytes (BullaResponseWalk *self, const BullaBrought *brought)
{
  if (brought->error != NULL) {
    self->error = g_error_copy (brought->error);
    return 0;
  }
  g_byte_array_append (self->start, brought->data, (guint)brought->length);
  if (brought->length == 0 || count_missing (self) == 0)
    judge (self);
  return brought->length;
}

static gsize
bulla_response_walk_take (BullaWanter *wanter, BullaWantKind kind, const BullaBrought *brought)
{
  g_return_val_if_fail (kind == BULLA_WANT_BYTES, 0);
  return take_bytes (BULLA_RESPONSE_WALK (wanter), brought);
}

static BullaOuter *
bulla_response_walk_get_outer (BullaWanter *wanter)
{
  return BULLA_RESPONSE_WALK (wanter)->bundle->outer;
}

static void
bulla_response_walk_wanter_init (BullaWanterInterface *iface)
{
  iface->list_wants = bulla_response_walk_list_wants;
  iface->take = bulla_response_walk_take;
  iface->get_outer = bulla_response_walk_get_outer;
}

/* --- supplying the bytes */

/* @walk: a response that is not judged; it is kept until @bringing is cleared */
static void
begin (BullaBringing *bringing, BullaResponseWalk *walk)
{
  BullaBundle *bundle = walk->bundle;
  g_autoptr (GInputStream) start = bulla_bundle_source_open (bundle->source, walk->range.offset,
                                                             walk->range.length, NULL, FALSE);

  bulla_bringing_init (bringing, bundle->context, BULLA_WANTER (walk), start);
}

/**
 * bulla_bundle_load_there: (skip)
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location
 * @error: set if the response could not be read
 *
 * Uses only the bytes that have arrived, and fetches nothing.
 *
 * Returns: (transfer full) (nullable): the response; %NULL without @error if data is missing
 */
BullaLoad *
bulla_bundle_load_there (BullaBundle *self, guint resource, guint variant, GError **error)
{
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, error);
  guint8 piece[BULLA_BRING_SIZE];
  BullaWant want;

  while (walk != NULL && bulla_wanter_get_next (BULLA_WANTER (walk), &want)) {
    guint64 offset = walk->range.offset + walk->start->len;
    gsize size = MIN (count_missing (walk), sizeof piece);
    if (want.kind != BULLA_WANT_BYTES || !bulla_bundle_source_has (self->source, offset + size))
      return NULL;
    gssize n = bulla_bundle_source_read_at (self->source, offset, piece, size, error);
    if (n < 0)
      return NULL;
    const BullaBrought brought = {.data = piece, .length = (gsize)n};
    bulla_wanter_take (BULLA_WANTER (walk), BULLA_WANT_BYTES, &brought);
  }
  return walk != NULL ? g_steal_pointer (&walk->load) : NULL;
}

static void
brought_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaResponseWalk *walk = BULLA_RESPONSE_WALK (source);
  GError *error = NULL;

  if (!bulla_bringing_run_finish (g_task_get_task_data (task), result, &error)
      || (error = g_steal_pointer (&walk->error)) != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&walk->load), g_object_unref);
}

/**
 * bulla_bundle_load_async:
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location; 0 if it has only one
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the headers of the response are judged; the body is not
 *   read yet
 * @user_data: for @callback
 *
 * If the bundle is still arriving, waits for the bytes of this response only.
 */
void
bulla_bundle_load_async (BullaBundle *self, guint resource, guint variant,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, &error);

  g_task_set_source_tag (task, bulla_bundle_load_async);
  if (walk == NULL) {
    g_task_return_error (task, error);
    return;
  }
  BullaBringing *bringing = g_new (BullaBringing, 1);
  begin (bringing, walk);
  g_task_set_task_data (task, bringing, bulla_bringing_free);
  bulla_bringing_run_async (bringing, cancellable, brought_cb, g_steal_pointer (&task));
}

/**
 * bulla_bundle_load_finish:
 * @self: a bundle
 * @result: the result of bulla_bundle_load_async()
 * @error: set if there is no such response, it could not be read, or the call was cancelled; faults
 *   of the response are in its verdict
 *
 * Returns: (transfer full): the response as a judged load
 */
BullaLoad *
bulla_bundle_load_finish (BullaBundle *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * bulla_bundle_load:
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location; 0 if it has only one
 * @cancellable: (nullable): cancels the call
 * @error: see bulla_bundle_load_finish()
 *
 * Like bulla_bundle_load_async(), but blocks.
 *
 * Returns: (transfer full): the response as a judged load
 */
BullaLoad *
bulla_bundle_load (BullaBundle *self, guint resource, guint variant, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (BullaResponseWalk) walk = bulla_response_walk_new (self, resource, variant, error);
  BullaBringing bringing;

  if (walk == NULL)
    return NULL;
  begin (&bringing, walk);
  bulla_bringing_run (&bringing, cancellable);
  bulla_bringing_clear (&bringing);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (walk->error != NULL)
    g_propagate_error (error, g_steal_pointer (&walk->error));
  return g_steal_pointer (&walk->load);
}
