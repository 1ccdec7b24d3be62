/* bulla-dns.h - looks up CAA records in DNS, and validates them with DNSSEC
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-caa.h"
#include "bulla-dns-evidence.h"
#include "bulla-ledger-internal.h"

G_BEGIN_DECLS

#define BULLA_DNS_ANCHOR_FILE "/usr/share/dns/root.key" /* from Debian's package dns-root-data */
#define BULLA_DNS_RECURSIVE "recursive"                 /* given in place of a resolver's address */
#define BULLA_DNS_TIMEOUT_MS 10000                      /* ms for a whole climb */
#define BULLA_DNS_RESOLVERS_MAX 16

/* Where to ask, and which anchors to trust. A member that is 0 or NULL has its default. */
typedef struct {
  const char *const *resolvers; /* NULL for the system's. NULL-terminated: "ADDRESS" or
                                   "ADDRESS@PORT" each (IPv6 as "::1@53"), or "recursive" alone */
  const char *resolv_conf;      /* file with the system's resolvers; NULL for /etc/resolv.conf */
  const char *anchor_file;      /* lines of DS or DNSKEY records; NULL for BULLA_DNS_ANCHOR_FILE */
  gint64 time;                  /* Unix time in s at which signatures are judged; 0 for now */
  gboolean offline;             /* DNS is not asked: no name has an answer */
} BullaDnsOptions;

/* Options of one climb. A member that is 0 or NULL has its default. */
typedef struct {
  BullaCause cause;           /* for the ledger; NULL as its purpose means "caa" */
  guint timeout_ms;           /* for the whole climb; 0 for BULLA_DNS_TIMEOUT_MS */
  BullaDnsEvidence *evidence; /* nullable: where the answers, their signatures and proofs are kept;
                                 a reference is taken */
} BullaDnsClimbOptions;

#define BULLA_TYPE_DNS (bulla_dns_get_type ())
G_DECLARE_FINAL_TYPE (BullaDns, bulla_dns, BULLA, DNS, GObject)

BullaDns *bulla_dns_new (const BullaDnsOptions *options, BullaLedger *ledger, GError **error);
BullaDns *bulla_dns_new_for_evidence (BullaDnsEvidence *evidence, const BullaDnsOptions *options,
                                      GError **error);

/* Finish: (transfer full): a climb that has ended; NULL only if it was cancelled */
void bulla_dns_climb_async (BullaDns *self, const char *host, gboolean wildcard,
                            const BullaDnsClimbOptions *options, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
BullaCaaClimb *bulla_dns_climb_finish (BullaDns *self, GAsyncResult *result, GError **error);
BullaCaaClimb *bulla_dns_climb (BullaDns *self, const char *host, gboolean wildcard,
                                const BullaDnsClimbOptions *options, GCancellable *cancellable,
                                GError **error);

G_END_DECLS
