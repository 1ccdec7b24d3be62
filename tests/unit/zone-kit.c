/* zone-kit.c - gives a loader signed CAA records, as saved evidence
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "zone-kit.h"

#include <glib/gstdio.h>

#include "bulla-dns-evidence.h"
#include "bulla-zone-writer.h"

#define VALUE "ca.test; cansignhttpexchanges=yes"

static void
add_message (BullaDnsEvidence *evidence, GBytes *message)
{
  g_autoptr (GBytes) owned = message;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (owned, &length);

  g_assert_true (bulla_dns_evidence_add_message (evidence, bytes, length));
}

void
zone_kit_set_evidence (BullaLoader *loader, const char *folder, const char *host, gint64 date,
                       gint64 end)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (date);
  g_autoptr (BullaZoneWriter) zone = bulla_zone_writer_new (host, date, end, &error);
  g_autofree char *anchor_file = g_build_filename (folder, "anchor", NULL);
  g_autofree char *file = g_build_filename (folder, "evidence", NULL);
  const char *const files[] = {file, NULL};

  g_assert_no_error (error);
  g_autofree char *anchor = bulla_zone_writer_dup_anchor (zone);
  add_message (evidence, bulla_zone_writer_write_keys (zone, &error));
  add_message (evidence, bulla_zone_writer_write_caa (zone, host, VALUE, FALSE, &error));
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  g_assert_true (g_file_set_contents (anchor_file, anchor, -1, &error));
  g_assert_true (g_file_set_contents (file, g_bytes_get_data (bytes, NULL),
                                      (gssize)g_bytes_get_size (bytes), &error));
  g_assert_true (bulla_loader_set_dns (loader, NULL, anchor_file, files, folder, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (anchor_file), ==, 0);
  g_assert_cmpint (g_unlink (file), ==, 0);
}
