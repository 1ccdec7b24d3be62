/* bulla-on-demand.c - loads a library when one of its functions is called for the first time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "bulla-printable.h"

#define STATUS_FAILED 2 /* of the command, when the work could not be done */

/* Ends the program, as the dynamic linker does: the installation is incomplete. */
G_NORETURN static void
end_without_library (void)
{
  g_autofree char *why = bulla_printable_dup (dlerror ());

  g_printerr (_ ("bulla: a library is missing: %s\n"), why);
  exit (STATUS_FAILED);
}

static gpointer
open_library (BullaOnDemand *self)
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
 * bulla_on_demand_find: (skip)
 * @self: a library
 * @name: one of its functions
 * @found: (inout): the function, if it was called before, or %NULL
 *
 * May be called in any thread. Ends the program with status 2 if the library cannot be loaded.
 *
 * Returns: (not nullable): the function
 */
gpointer
bulla_on_demand_find (BullaOnDemand *self, const char *name, gpointer *found)
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
