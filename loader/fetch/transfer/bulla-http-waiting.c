/* bulla-http-waiting.c - wakes transfers that wait until it is known how their server is asked
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http-transfer-private.h"

/* The connection of the transfer is open, or has failed: others need not wait for it. */
void
bulla_http_transfer_stop_opening (BullaHttpTransfer *self)
{
  BullaHttpTransfer *next = NULL;

  if (!self->opening)
    return;
  self->opening = FALSE;
  self->origin->opening--;
  while ((next = g_queue_pop_head (&self->origin->waiting)) != NULL) {
    next->waiting = FALSE;
    next->ready = TRUE;
    next->impatient = self->failed; /* one after the other would take too long */
    bulla_http_transfer_note (next);
  }
  bulla_http_client_wake (self->client);
}

/* The transfer does not use the origin any more. */
void
bulla_http_transfer_leave_route (BullaHttpTransfer *self)
{
  BullaHttpOrigin *origin = self->origin;

  if (origin == NULL)
    return;
  bulla_http_transfer_stop_opening (self);
  if (self->waiting)
    g_queue_remove (&origin->waiting, self);
  self->waiting = FALSE;
  if (g_steal_pointer (&self->wire) != NULL)
    origin->arriving--;
  origin->users--;
  self->origin = NULL;
}
