/* bulla-main-loop-source.c - destroys and unrefs a source of the main loop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-main-loop-source.h"

/**
 * bulla_clear_source: (skip)
 * @source: (inout) (transfer full): a variable that holds a source or %NULL
 *
 * Destroys and unrefs the source, and sets the variable to %NULL.
 */
void
bulla_clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}
