/* bulla-ledger-answers.c - records what was answered, or left, without a contact
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ledger-internal.h"

static BullaContact *
make_answer (BullaContactSource source, const BullaCause *cause, const char *method,
             const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  BullaContact *contact = bulla_contact_new (BULLA_CONTACT_REQUEST, cause, host, 0);

  contact->source = source;
  bulla_contact_set_text (&contact->method, method);
  bulla_contact_set_text (&contact->url, url);
  contact->bytes_sent = contact->bytes_received = contact->duration = 0;
  return contact;
}

/**
 * bulla_ledger_add_package: (skip)
 * @self: a ledger
 * @cause: the cause of the request
 * @method: method of the request
 * @url: the requested URL; its host is not contacted
 * @package: the package that answers the request
 */
void
bulla_ledger_add_package (BullaLedger *self, const BullaCause *cause, const char *method,
                          const char *url, const BullaPackageContact *package)
{
  g_autoptr (BullaContact) contact = make_answer (BULLA_CONTACT_PACKAGE, cause, method, url);

  contact->status = package->status;
  contact->date = package->date;
  bulla_contact_set_text (&contact->deliverer, package->deliverer);
  bulla_contact_set_text (&contact->certificate, package->certificate);
  bulla_ledger_append (self, contact);
}

/**
 * bulla_ledger_add_cached: (skip)
 * @self: a ledger
 * @cause: why it was asked for
 * @method: how
 * @url: the requested URL, whose host is not contacted this time
 * @status: of the earlier response that answers
 * @date: its Date, Unix seconds; -1 if it has none
 */
void
bulla_ledger_add_cached (BullaLedger *self, const BullaCause *cause, const char *method,
                         const char *url, guint status, gint64 date)
{
  g_autoptr (BullaContact) contact = make_answer (BULLA_CONTACT_CACHE, cause, method, url);

  contact->status = status;
  contact->date = date;
  bulla_ledger_append (self, contact);
}

/**
 * bulla_ledger_add_withheld: (skip)
 * @self: a ledger
 * @cause: the cause that the request would have had
 * @url: the URL to which the request would have been sent
 * @body_bytes: size of its body in bytes
 *
 * Records a request that was prepared but not sent, so that users can see it was not.
 */
void
bulla_ledger_add_withheld (BullaLedger *self, const BullaCause *cause, const char *url,
                           gsize body_bytes)
{
  g_autoptr (BullaContact) contact = make_answer (BULLA_CONTACT_WITHHELD, cause, "POST", url);
  g_autofree char *why = g_strdup_printf ("not sent: %" G_GSIZE_FORMAT " bytes", body_bytes);

  bulla_contact_set_text (&contact->error, why);
  bulla_ledger_append (self, contact);
}

/**
 * bulla_ledger_add_unused: (skip)
 * @self: a ledger
 * @cause: the page that prefetched, and the rule that the exchange breaks
 * @url: the URL whose request the exchange would have answered
 * @why: why it may not
 *
 * Records a prefetched exchange that will not be used. Nobody is contacted.
 */
void
bulla_ledger_add_unused (BullaLedger *self, const BullaCause *cause, const char *url,
                         const char *why)
{
  g_autoptr (BullaContact) contact = make_answer (BULLA_CONTACT_UNUSED, cause, "GET", url);

  bulla_contact_set_text (&contact->error, why);
  bulla_ledger_append (self, contact);
}
