/* bulla-shell-store.c - opens the store of the shell, and records accepted exchanges in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-shell-store.h"

#include "bulla-loader-internal.h"
#include "bulla-printable.h"

static void
print_notice (const char *notice, gpointer user_data)
{
  g_autofree char *text = bulla_printable_dup (notice);

  g_printerr ("bulla-shell: %s\n", text);
}

/**
 * bulla_shell_store_open:
 * @loader: a loader, which judges by what the store has
 * @options: the options of the shell
 * @recorder: (out) (transfer full) (nullable): records accepted exchanges; %NULL if nothing is
 *   recorded
 * @error: set if there is a store whose entries cannot be read
 *
 * The shell also works without a store. Under automation nothing is recorded unless a store is
 * named.
 *
 * Returns: whether the shell can work
 */
gboolean
bulla_shell_store_open (BullaLoader *loader, const BullaOptions *options,
                        BullaExchangeRecorder **recorder, GError **error)
{
  g_autofree char *folder = bulla_store_dup_folder (options->store);
  g_autoptr (GError) failure = NULL;

  *recorder = NULL;
  if (options->automation && options->store == NULL)
    return TRUE;
  g_autoptr (BullaStore) store =
      bulla_store_open (folder, BULLA_STORE_CREATE | BULLA_STORE_CHECK, &failure);
  if (store == NULL && bulla_store_error_hides_entries (failure)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  const char *notice = store != NULL ? bulla_store_get_notice (store) : failure->message;
  if (notice != NULL)
    print_notice (notice, NULL);
  bulla_loader_set_store (loader, store);
  if (store != NULL)
    *recorder = bulla_exchange_recorder_new (store, print_notice, NULL);
  return TRUE;
}
