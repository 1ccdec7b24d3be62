/* test-write-zone.c - validates zones of the zone writer with libunbound
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-dns.h"
#include "bulla-zone-writer.h"

#define NOW G_GINT64_CONSTANT (1900000000)
#define DAY 86400
#define HOST "host.zone.test"
#define VALUE "authority.test; cansignhttpexchanges=yes"

static void
add (BullaDnsEvidence *evidence, GBytes *message)
{
  g_autoptr (GBytes) owned = message;
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (owned, &length);

  g_assert_true (bulla_dns_evidence_add_message (evidence, bytes, length));
}

/* Returns: the first answer of a climb at @time, with the zone's key or another one as anchor */
static BullaCaaClimb *
climb (gboolean forged, gboolean other_key, gint64 time)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("bulla-zone-XXXXXX", &error);
  g_autofree char *file = g_build_filename (folder, "anchor", NULL);
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (NOW);
  g_autoptr (BullaZoneWriter) zone = bulla_zone_writer_new ("zone.test", NOW, NOW + DAY, &error);
  g_autoptr (BullaZoneWriter) other = bulla_zone_writer_new ("zone.test", NOW, NOW + DAY, &error);
  g_autofree char *anchor = bulla_zone_writer_dup_anchor (other_key ? other : zone);
  const BullaDnsOptions options = {.anchor_file = file, .time = time};
  const BullaDnsClimbOptions none = {.evidence = NULL};

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (file, anchor, -1, NULL));
  add (evidence, bulla_zone_writer_write_keys (zone, &error));
  add (evidence, bulla_zone_writer_write_caa (zone, HOST, VALUE, forged, &error));
  g_assert_no_error (error);
  g_autoptr (BullaDns) dns = bulla_dns_new_for_evidence (evidence, &options, &error);
  g_assert_no_error (error);
  BullaCaaClimb *found = bulla_dns_climb (dns, HOST, FALSE, &none, NULL, &error);
  g_assert_no_error (error);
  g_unlink (file);
  g_rmdir (folder);
  return found;
}

static BullaDnssec
get_state (gboolean forged, gboolean other_key, gint64 time)
{
  g_autoptr (BullaCaaClimb) found = climb (forged, other_key, time);
  const BullaCaaAnswer *answer = found->answers->pdata[0];

  return answer->dnssec;
}

static void
test_secure (void)
{
  g_autoptr (BullaCaaClimb) found = climb (FALSE, FALSE, NOW + 10);
  const BullaCaaAnswer *answer = found->answers->pdata[0];
  gsize length = 0;

  g_assert_cmpint (answer->dnssec, ==, BULLA_DNSSEC_SECURE);
  g_assert_cmpuint (answer->records->len, ==, 1);
  const BullaCaaRecord *record = answer->records->pdata[0];
  const char *value = g_bytes_get_data (record->value, &length);
  g_assert_cmpint (record->flags, ==, 0);
  g_assert_cmpstr (record->tag, ==, "issue");
  g_assert_cmpmem (value, length, VALUE, strlen (VALUE));
}

static void
test_bogus (void)
{
  g_assert_cmpint (get_state (TRUE, FALSE, NOW + 10), ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpint (get_state (FALSE, TRUE, NOW + 10), ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpint (get_state (FALSE, FALSE, NOW - 10), ==, BULLA_DNSSEC_BOGUS);
  g_assert_cmpint (get_state (FALSE, FALSE, NOW + DAY + 10), ==, BULLA_DNSSEC_BOGUS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write/zone/secure", test_secure);
  g_test_add_func ("/write/zone/bogus", test_bogus);
  return g_test_run ();
}
