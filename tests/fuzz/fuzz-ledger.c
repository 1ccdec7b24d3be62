/* fuzz-ledger.c - loads an untrusted ledger file: contacts must be written as read, and described
 * as text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "bulla-exposure-report.h"
#include "fuzz.h"

static BullaLedger *
read_lines (const void *data, size_t size, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (data, (gssize)size, NULL);
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();

  return bulla_ledger_load (ledger, in, NULL, error) ? g_steal_pointer (&ledger) : NULL;
}

static GBytes *
write_lines (BullaLedger *ledger)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_assert_true (bulla_ledger_save (ledger, 0, out, NULL, NULL));
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
format_ledger (BullaLedger *ledger)
{
  g_autoptr (BullaExposureReport) report = bulla_exposure_report_new (ledger, 0);
  g_autofree char *har = bulla_ledger_to_har (ledger, 0);
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (json_parser_load_from_data (parser, har, -1, NULL));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (report)); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (G_LIST_MODEL (report), i);
    g_autofree char *knows = bulla_party_dup_knows (party);
    g_autofree char *does_not = bulla_party_dup_does_not_know (party);
    g_assert_true (g_utf8_validate (knows, -1, NULL) && g_utf8_validate (does_not, -1, NULL));
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLedger) ledger = read_lines (data, size, &error);

  g_assert_cmpint (ledger == NULL, ==, error != NULL);
  if (ledger == NULL)
    return 0;
  g_autoptr (GBytes) written = write_lines (ledger);
  g_autoptr (BullaLedger) again =
      read_lines (g_bytes_get_data (written, NULL), g_bytes_get_size (written), &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) written_again = write_lines (again);
  g_assert_true (g_bytes_equal (written, written_again));
  format_ledger (ledger);
  return 0;
}
