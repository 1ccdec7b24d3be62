/* bulla-cli-on-demand.c - loads a library when one of its functions is called for the first time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-on-demand.h"

#include <dlfcn.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "bulla-cli-print.h"
#include "bulla-cli.h"

/* Ends the command: its installation is incomplete. */
G_NORETURN static void
end_without_library (void)
{
  bulla_cli_print_error (_ ("bulla: a library is missing: %s\n"), dlerror ());
  exit (BULLA_EXIT_FAILED);
}

static gpointer
open_library (BullaCliOnDemand *self)
{
  if (g_once_init_enter (&self->handle)) {
    gpointer handle = dlopen (self->soname, RTLD_LAZY | RTLD_LOCAL);
    if (handle == NULL)
      end_without_library ();
    g_once_init_leave (&self->handle, handle);
  }
  return self->handle;
}

/**
 * bulla_cli_on_demand_find: (skip)
 * @self: a library
 * @name: one of its functions
 * @found: (inout): the function, if it was called before, or %NULL
 *
 * May be called in any thread. Ends the command with status 2 if the library cannot be loaded.
 *
 * Returns: (not nullable): the function
 */
gpointer
bulla_cli_on_demand_find (BullaCliOnDemand *self, const char *name, gpointer *found)
{
  gpointer function = g_atomic_pointer_get (found);

  if (function != NULL)
    return function;
  function = dlsym (open_library (self), name);
  if (function == NULL)
    end_without_library ();
  g_atomic_pointer_set (found, function);
  return function;
}
