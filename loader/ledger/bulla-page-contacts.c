/* bulla-page-contacts.c - selects the contacts of one page from the ledger
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The contacts of a page begin with its click and end before the click of the next page that is
 * shown. A click that shows no page (a download, or a response without content) does not end
 * them, because the page remains. Late requests of the previous page do not count. */
#include "bulla-page-contacts.h"

#include "bulla-ledger-internal.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

struct _BullaPageContacts {
  BullaLedger *ledger; /* owned */
  guint view;
  guint first;    /* id of the first contact */
  guint shown;    /* id of the last contact before the page was shown */
  guint end;      /* id of the first contact of the next page; 0 if there is none */
  char *document; /* owned; key of its URL */
  char *before;   /* owned; key of the previous page's URL */
};

/**
 * bulla_page_contacts_new: (skip)
 * @ledger: the ledger that contains the contacts
 * @view: the number of the view that shows the page
 * @first: id of the page's click, or of the first contact made for the page
 * @document: (nullable): the URL of the page
 * @before: (nullable): the URL of the previous page
 *
 * Call this when the page is committed.
 *
 * Returns: (transfer full): the contacts of the page; the list grows with the ledger
 */
BullaPageContacts *
bulla_page_contacts_new (BullaLedger *ledger, guint view, guint first, const char *document,
                         const char *before)
{
  BullaPageContacts *self = g_new0 (BullaPageContacts, 1);

  self->ledger = g_object_ref (ledger);
  self->view = view;
  self->first = first;
  self->shown = bulla_ledger_get_last_id (ledger);
  self->document = bulla_url_dup_key (document != NULL ? document : "");
  self->before = bulla_url_dup_key (before != NULL ? before : "");
  return self;
}

void
bulla_page_contacts_free (BullaPageContacts *self)
{
  g_object_unref (self->ledger);
  g_free (self->document);
  g_free (self->before);
  g_free (self);
}

/**
 * bulla_page_contacts_end: (skip)
 * @self: the contacts of a page
 * @end: id of the first contact of the next page; only the first call counts
 */
void
bulla_page_contacts_end (BullaPageContacts *self, guint end)
{
  if (self->end == 0)
    self->end = end;
}

static gboolean
is_web (const char *url)
{
  return g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://");
}

/* The document's URL may change without a load (history.pushState()), but not its origin. Until the
 * page is shown, the previous page still sends requests, perhaps from the same origin. */
static gboolean
is_of_document (const BullaPageContacts *self, const BullaContact *contact)
{
  if (contact->document == NULL || !is_web (contact->document))
    return TRUE;
  g_autofree char *key = bulla_url_dup_key (contact->document);
  if (g_str_equal (key, self->document))
    return TRUE;
  return bulla_url_same_origin (key, self->document)
         && (contact->id > self->shown || !g_str_equal (key, self->before));
}

/* A click on a page of a package view does not navigate that view, but the window. */
static gboolean
is_of_package (const BullaContact *contact)
{
  return contact->page != NULL && g_str_has_prefix (contact->page, "webpkg://");
}

/**
 * bulla_page_contacts_is_navigation: (skip)
 * @self: the contacts of a page
 * @contact: a contact of the page
 *
 * Returns: whether the contact is a navigation to another page that was not shown
 */
gboolean
bulla_page_contacts_is_navigation (BullaPageContacts *self, BullaContact *contact)
{
  const char *purpose = bulla_contact_get_purpose (contact);

  return contact->view != 0 && contact->id > self->shown && contact->document == NULL
         && (g_strcmp0 (purpose, "page") == 0 || g_strcmp0 (purpose, "package") == 0);
}

/**
 * bulla_page_contacts_list: (skip)
 * @self: the contacts of a page
 *
 * Returns: (transfer full) (element-type BullaContact): all contacts so far, including those of an
 *   unknown view, which may belong to the page
 */
GPtrArray *
bulla_page_contacts_list (BullaPageContacts *self)
{
  GListModel *all = G_LIST_MODEL (self->ledger);
  GPtrArray *own = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean left = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (all, i);
    if (contact->id < self->first || !bulla_contact_may_be_of (contact, self->view))
      continue;
    if (self->end != 0 && contact->id >= self->end)
      break;
    left |= contact->kind == BULLA_CONTACT_CLICK && contact->id > self->first
            && !is_web (self->document);
    if ((!left || is_of_package (contact)) && is_of_document (self, contact))
      g_ptr_array_add (own, g_steal_pointer (&contact));
  }
  return own;
}

/**
 * bulla_page_contacts_are_complete: (skip)
 * @self: the contacts of a page
 *
 * Returns: whether the ledger still has all contacts of the page, and those of an unknown view that
 *   may belong to it
 */
gboolean
bulla_page_contacts_are_complete (BullaPageContacts *self)
{
  return bulla_ledger_get_last_dropped (self->ledger, self->view) < self->first
         && bulla_ledger_get_last_dropped (self->ledger, 0) < self->first;
}
