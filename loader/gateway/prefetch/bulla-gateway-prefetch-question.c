/* bulla-gateway-prefetch-question.c - asks publishers about a prefetched page and its parts
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A prefetch tells publishers nothing. At the click they are asked at the validity URLs of the page
 * and of its parts, all at the same time, before the page and the parts are judged again. */
#include "bulla-gateway-prefetch-question.h"

#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"

/* @index: 0 for the page, then its parts. Returns: (nullable): the exchange of the page or of a
 * part; %NULL if the part is missing */
static BullaLoad *
peek_load (BullaPrefetch *page, guint index)
{
  BullaPrefetch *part = index > 0 ? bulla_prefetch_get_part (page, index - 1) : page;

  return part != NULL ? bulla_prefetch_get_load (part) : NULL;
}

/* Returns: (nullable): the exchange, if its publisher has to be asked about it */
static BullaLoad *
peek_load_with_question (BullaLoader *loader, BullaPrefetch *page, guint index)
{
  BullaLoad *load = peek_load (page, index);

  return load != NULL && bulla_loader_has_question (loader, load) ? load : NULL;
}

/**
 * bulla_gateway_prefetch_has_question:
 * @request: a click
 * @page: a prefetched exchange
 *
 * Returns: whether the profile wants publishers to be asked about the page or one of its parts
 */
gboolean
bulla_gateway_prefetch_has_question (BullaGatewayRequest *request, BullaPrefetch *page)
{
  for (guint i = 0; i <= bulla_prefetch_get_n_parts (page); i++)
    if (peek_load_with_question (request->gateway->loader, page, i) != NULL)
      return TRUE;
  return FALSE;
}

/* The number of questions whose answers are awaited, and one until all have been asked. */
static guint *
get_pending (GTask *task)
{
  return g_task_get_task_data (task);
}

static void
end_one (GTask *task)
{
  if (--*get_pending (task) == 0)
    g_task_return_boolean (task, TRUE);
}

static void
answered_cb (GObject *loader, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  /* the only error is that the click was given up, which the task itself reports */
  bulla_loader_ask_publisher_finish (BULLA_LOADER (loader), result, NULL);
  end_one (task);
}

/**
 * bulla_gateway_prefetch_ask_async:
 * @request: a click
 * @page: a prefetched exchange with a question
 * @callback: (scope async): called when the verdicts on the page and on its parts count
 * @user_data: for @callback
 *
 * Other clicks may wait for the same answers.
 */
void
bulla_gateway_prefetch_ask_async (BullaGatewayRequest *request, BullaPrefetch *page,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  BullaLoader *loader = request->gateway->loader;
  g_autoptr (GTask) task = g_task_new (loader, request->cancellable, callback, user_data);

  g_task_set_source_tag (task, bulla_gateway_prefetch_ask_async);
  g_task_set_task_data (task, g_new0 (guint, 1), g_free);
  *get_pending (task) = 1;
  for (guint i = 0; i <= bulla_prefetch_get_n_parts (page); i++) {
    BullaLoad *load = peek_load_with_question (loader, page, i);
    if (load == NULL)
      continue;
    ++*get_pending (task);
    bulla_loader_ask_publisher_async (loader, load, request->cancellable, answered_cb,
                                      g_object_ref (task));
  }
  end_one (task);
}

/**
 * bulla_gateway_prefetch_ask_finish:
 * @result: of bulla_gateway_prefetch_ask_async()
 *
 * Returns: whether the verdicts count; otherwise the click was given up
 */
gboolean
bulla_gateway_prefetch_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
