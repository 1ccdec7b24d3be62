/* bulla-page-contacts.h - selects the contacts of one page from the ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-ledger.h"

G_BEGIN_DECLS

typedef struct _BullaPageContacts BullaPageContacts;

BullaPageContacts *bulla_page_contacts_new (BullaLedger *ledger, guint view, guint first,
                                            const char *document, const char *before);
void bulla_page_contacts_free (BullaPageContacts *self);
void bulla_page_contacts_end (BullaPageContacts *self, guint end);
gboolean bulla_page_contacts_is_navigation (BullaPageContacts *self, BullaContact *contact);
GPtrArray *bulla_page_contacts_list (BullaPageContacts *self);
gboolean bulla_page_contacts_are_complete (BullaPageContacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaPageContacts, bulla_page_contacts_free)

G_END_DECLS
