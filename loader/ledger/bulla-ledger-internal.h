/* bulla-ledger-internal.h - functions that add contacts to the ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact-internal.h"
#include "bulla-ledger.h"

G_BEGIN_DECLS

typedef struct {
  guint status;            /* HTTP status of the packaged response */
  const char *deliverer;   /* URL from which the package was delivered */
  const char *certificate; /* NULL if there is none; URL of its certificate chain */
  gint64 date;             /* Unix time in s: date of the version; -1 if it has none */
} BullaPackageContact;

void bulla_ledger_begin_after (BullaLedger *self, guint id);
BullaContact *bulla_ledger_begin (BullaLedger *self, BullaContactKind kind, const BullaCause *cause,
                                  const char *host, guint port);
void bulla_ledger_finish (BullaLedger *self, BullaContact *contact);
void bulla_ledger_fail (BullaLedger *self, BullaContact *contact, const char *why);
void bulla_ledger_append (BullaLedger *self, BullaContact *contact);

gboolean bulla_contact_may_be_of (BullaContact *self, guint view);

char *bulla_ledger_navigate (BullaLedger *self, guint view, const char *url, const char *page,
                             gboolean frame);
void bulla_ledger_send_on (BullaLedger *self, guint view, const char *url, const char *rule);
void bulla_ledger_add_package (BullaLedger *self, const BullaCause *cause, const char *method,
                               const char *url, const BullaPackageContact *package);
void bulla_ledger_add_cached (BullaLedger *self, const BullaCause *cause, const char *method,
                              const char *url, guint status, gint64 date);
void bulla_ledger_add_withheld (BullaLedger *self, const BullaCause *cause, const char *url,
                                gsize body_bytes);
void bulla_ledger_add_unused (BullaLedger *self, const BullaCause *cause, const char *url,
                              const char *why);

G_END_DECLS
