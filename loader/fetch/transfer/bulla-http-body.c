/* bulla-http-body.c - streams the body of a response while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Read the stream in the main context of its transfer. Closing or freeing the stream before its
 * end cancels the transfer. */
#include "bulla-http-body.h"

struct _BullaHttpBody {
  GInputStream parent_instance;
  BullaHttpTransfer *transfer; /* owned; NULL once the body is closed */
};

static void pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaHttpBody, bulla_http_body, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static gssize
bulla_http_body_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                      GError **error)
{
  BullaHttpBody *self = BULLA_HTTP_BODY (stream);

  if (self->transfer == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the body is closed");
    return -1;
  }
  return bulla_http_transfer_read (self->transfer, buffer, count, error);
}

static gssize
bulla_http_body_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count,
                                  GError **error)
{
  return bulla_http_body_read (G_INPUT_STREAM (stream), buffer, count, NULL, error);
}

static void
give_up (BullaHttpBody *self)
{
  BullaHttpTransfer *transfer = g_steal_pointer (&self->transfer);

  if (transfer == NULL)
    return;
  bulla_http_transfer_abandon (transfer);
  bulla_http_transfer_unref (transfer);
}

static gboolean
bulla_http_body_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  give_up (BULLA_HTTP_BODY (stream));
  return TRUE;
}

/* Closes at once; GInputStream would do so in a thread. */
static void
bulla_http_body_close_async (GInputStream *stream, int priority, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  give_up (BULLA_HTTP_BODY (stream));
  g_task_return_boolean (task, TRUE);
}

static gboolean
bulla_http_body_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
bulla_http_body_is_readable (GPollableInputStream *stream)
{
  BullaHttpBody *self = BULLA_HTTP_BODY (stream);

  return self->transfer == NULL || bulla_http_transfer_is_readable (self->transfer);
}

/* --- the pollable source, which becomes ready in the context that polls it */

typedef struct {
  GSource source;
  BullaHttpBody *body; /* borrowed; the surrounding source owns it */
} BodySource;

static gboolean
source_check (GSource *source)
{
  return bulla_http_body_is_readable (G_POLLABLE_INPUT_STREAM (((BodySource *)source)->body));
}

static gboolean
source_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return source_check (source);
}

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback == NULL || callback (user_data);
}

/* Keeps the inner source, because the surrounding source has the callback. */
static gboolean
stay_cb (gpointer closure)
{
  return G_SOURCE_CONTINUE;
}

static GSource *
bulla_http_body_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  static GSourceFuncs funcs = {source_prepare, source_check, source_dispatch, NULL, stay_cb, NULL};
  g_autoptr (GSource) inner = g_source_new (&funcs, sizeof (BodySource));

  ((BodySource *)inner)->body = BULLA_HTTP_BODY (stream);
  return g_pollable_source_new_full (stream, inner, cancellable);
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = bulla_http_body_is_readable;
  iface->create_source = bulla_http_body_create_source;
  iface->read_nonblocking = bulla_http_body_read_nonblocking;
}

static void
bulla_http_body_dispose (GObject *object)
{
  give_up (BULLA_HTTP_BODY (object));
  G_OBJECT_CLASS (bulla_http_body_parent_class)->dispose (object);
}

static void
bulla_http_body_class_init (BullaHttpBodyClass *klass)
{
  GInputStreamClass *stream = G_INPUT_STREAM_CLASS (klass);

  stream->read_fn = bulla_http_body_read;
  stream->close_fn = bulla_http_body_close;
  stream->close_async = bulla_http_body_close_async;
  stream->close_finish = bulla_http_body_close_finish;
  G_OBJECT_CLASS (klass)->dispose = bulla_http_body_dispose;
}

static void
bulla_http_body_init (BullaHttpBody *self)
{
}

/**
 * bulla_http_body_new:
 * @transfer: a transfer whose response has arrived
 *
 * Returns: (transfer full): the response body
 */
GInputStream *
bulla_http_body_new (BullaHttpTransfer *transfer)
{
  BullaHttpBody *self = g_object_new (BULLA_TYPE_HTTP_BODY, NULL);

  self->transfer = bulla_http_transfer_ref (transfer);
  return G_INPUT_STREAM (self);
}
