/* seeds-dns.c - writes seeds for fuzzing: DNS messages, trust anchors and evidence
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-evidence.h"
#include "dns-sample.h"
#include "seeds.h"

#define TARGET "fuzz-dns-evidence"

static const char ANCHORS[] =
    "; the keys of a zone\n" DNS_SAMPLE_ANCHOR "\n"
    "test 3600 in dnskey 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4= ; one more\n";

void
seed_write_dns (const char *folder)
{
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_new (G_GINT64_CONSTANT (1795402800));

  bulla_dns_evidence_add_anchor (evidence, DNS_SAMPLE_ANCHOR);
  g_assert_true (bulla_dns_evidence_add_message (evidence, dns_sample, sizeof dns_sample));
  g_autoptr (GBytes) file = bulla_dns_evidence_to_bytes (evidence);
  seed_write (folder, TARGET, "message", dns_sample, sizeof dns_sample);
  seed_write (folder, TARGET, "anchors", ANCHORS, strlen (ANCHORS));
  seed_write (folder, TARGET, "evidence", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}
