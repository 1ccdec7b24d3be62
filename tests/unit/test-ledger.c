/* test-ledger.c - the ledger alone: its limits, its lines, and its HAR
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "bulla-error.h"
#include "bulla-ledger-private.h"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  return g_test_run ();
}
