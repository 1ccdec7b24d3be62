/* bulla-on-demand.h - loads a library when one of its functions is called for the first time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Most runs of the command neither use the network nor read archives. The libraries for that
 * would take most of the time of a short run: the dynamic linker has to load them, and thirty
 * others that they need. So libbulla-1 defines a function of the same name for each one that it
 * uses, which stays inside it; it loads the library at the first call and calls the original. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *soname; /* static */
  gpointer handle;    /* of dlopen(); NULL before; never closed */
} BullaOnDemand;

gpointer bulla_on_demand_find (BullaOnDemand *self, const char *name, gpointer *found);

/* The function @name of @library, with its own type. */
#define BULLA_FIND_ON_DEMAND(library, name)                                                        \
  ({                                                                                               \
    static gpointer found;                                                                         \
    (__typeof__ (&(name)))bulla_on_demand_find (&(library), #name, &found);                        \
  })

/* Defines a function that calls the one of the same name in @library. */
#define BULLA_DEFINE_ON_DEMAND(library, type, name, parameters, arguments)                         \
  type name parameters                                                                             \
  {                                                                                                \
    return BULLA_FIND_ON_DEMAND (library, name) arguments;                                         \
  }

G_END_DECLS
