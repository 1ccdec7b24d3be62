/* bulla-demo-dns.c - the DNS answers of the demo's world: who may issue for each publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The demo has no name server: the answers are in a file, signed like those of a zone, with a
 * trust anchor for the shell. */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-dns-evidence.h"
#include "bulla-issuer-store.h"
#include "bulla-zone-writer.h"

#define ZONE "test"
#define DAY 86400
#define ISSUER "authority.test" /* by which CAA records name the demo's authority */

/* what the zone has for each publisher; one whose signature is damaged is bogus */
static const struct {
  DemoPlace place;
  const char *value;
  gboolean forged;
} RECORDS[] = {
    {DEMO_PUBLISHER_ONE, ISSUER "; cansignhttpexchanges=yes", FALSE},
    {DEMO_PUBLISHER_TWO, ISSUER "; cansignhttpexchanges=yes", FALSE},
    {DEMO_PUBLISHER_THREE, ISSUER "; cansignhttpexchanges=yes", FALSE},
    {DEMO_FORBIDDING, "somebody-else.test; cansignhttpexchanges=yes", FALSE},
    {DEMO_PLAIN_CAA, ISSUER, FALSE},
    {DEMO_BOGUS, ISSUER "; cansignhttpexchanges=yes", TRUE},
};

static gboolean
add_message (BullaDnsEvidence *evidence, GBytes *message)
{
  g_autoptr (GBytes) owned = message;
  gsize length = 0;
  const guint8 *bytes = owned != NULL ? g_bytes_get_data (owned, &length) : NULL;

  return bytes != NULL && bulla_dns_evidence_add_message (evidence, bytes, length);
}

static gboolean
add_records (DemoWorld *world, BullaZoneWriter *zone, BullaDnsEvidence *evidence, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (RECORDS); i++)
    if (!add_message (evidence,
                      bulla_zone_writer_write_caa (zone, world->hosts[RECORDS[i].place].name,
                                                   RECORDS[i].value, RECORDS[i].forged, error)))
      return FALSE;
  return TRUE;
}

/* Writes the table in which the shell finds the demo's authority, by the names of its certificates.
 */
static gboolean
write_issuers (const char *folder, GError **error)
{
  static const char LINES[] = "dn\tCN=Bulla demo Intermediate\t" ISSUER "\n"
                              "dn\tCN=Bulla demo Root\t" ISSUER "\n";
  g_autofree char *file = g_build_filename (folder, "issuers.tsv", NULL);

  return g_file_set_contents (file, LINES, -1, error);
}

/**
 * demo_write_dns:
 * @folder: receives `dns.caa` with the answers, `anchor.ds` with the key, and `issuers.tsv`
 */
gboolean
demo_write_dns (DemoWorld *world, const char *folder, GError **error)
{
  g_autofree char *file = g_build_filename (folder, "dns.caa", NULL);
  g_autofree char *anchor_file = g_build_filename (folder, "anchor.ds", NULL);
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (world->now);
  g_autoptr (BullaZoneWriter) zone =
      bulla_zone_writer_new (ZONE, world->now - DAY, world->now + 30 * DAY, error);

  if (zone == NULL || !add_message (evidence, bulla_zone_writer_write_keys (zone, error))
      || !add_records (world, zone, evidence, error))
    return FALSE;
  g_autofree char *anchor = bulla_zone_writer_dup_anchor (zone);
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  return g_file_set_contents (file, g_bytes_get_data (bytes, NULL),
                              (gssize)g_bytes_get_size (bytes), error)
         && g_file_set_contents (anchor_file, anchor, -1, error) && write_issuers (folder, error);
}
