/* bulla-cli-guard.h - process that runs a browser, and cleans up after it whatever happens
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_CLI_GUARD_NOT_STARTED 125 /* its exit status if the browser could not be started */

typedef struct {
  GPid pid;     /* the guard, whose descendants are the browser; 0 once it was waited for */
  int control;  /* owned; closing it ends the guard; -1 if closed */
  int status;   /* exit status of the browser, or 128 + the signal that ended it; once it ended */
  char *folder; /* owned; the browser's profile */
} BullaCliGuard;

BullaCliGuard *bulla_cli_guard_new (GError **error);
gboolean bulla_cli_guard_run (BullaCliGuard *self, const char *const *argv, GError **error);
void bulla_cli_guard_set_ended (BullaCliGuard *self, int wait_status);
void bulla_cli_guard_end (BullaCliGuard *self);
void bulla_cli_guard_free (BullaCliGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliGuard, bulla_cli_guard_free)

G_END_DECLS
