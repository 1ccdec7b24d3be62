/* bulla-ledger.c - records every network contact: its time, host, cause, and the data it disclosed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ledger-internal.h"
#include "bulla-url-key.h"

#define VIEWS_MAX 4096

struct _BullaLedger {
  GObject parent_instance;
  GPtrArray *contacts; /* owned BullaContact; in the order of their ids */
  guint last_id;
  guint64 n_dropped;
  gsize n_bytes;       /* bytes of all contacts, as counted so far */
  GHashTable *views;   /* owned; secret token -> number of the view */
  GHashTable *sent_on; /* owned; number of a view -> Hop */
  guint last_view;
};

/* Where a redirect sent the navigation of a view. */
typedef struct {
  char *key;  /* owned; of the URL */
  char *rule; /* owned; nullable */
} Hop;

enum { FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void bulla_ledger_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaLedger, bulla_ledger, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, bulla_ledger_list_init))

static void
hop_free (gpointer data)
{
  Hop *hop = data;

  g_free (hop->key);
  g_free (hop->rule);
  g_free (hop);
}

/* --- the list model */

static GType
bulla_ledger_get_item_type (GListModel *list)
{
  return BULLA_TYPE_CONTACT;
}

static guint
bulla_ledger_get_n_items (GListModel *list)
{
  return BULLA_LEDGER (list)->contacts->len;
}

static gpointer
bulla_ledger_get_item (GListModel *list, guint position)
{
  BullaLedger *self = BULLA_LEDGER (list);

  return position < self->contacts->len ? g_object_ref (self->contacts->pdata[position]) : NULL;
}

static void
bulla_ledger_list_init (GListModelInterface *iface)
{
  iface->get_item_type = bulla_ledger_get_item_type;
  iface->get_n_items = bulla_ledger_get_n_items;
  iface->get_item = bulla_ledger_get_item;
}

/* --- the object */

static void
bulla_ledger_finalize (GObject *object)
{
  BullaLedger *self = BULLA_LEDGER (object);

  g_ptr_array_unref (self->contacts);
  g_hash_table_unref (self->views);
  g_hash_table_unref (self->sent_on);
  G_OBJECT_CLASS (bulla_ledger_parent_class)->finalize (object);
}

static void
bulla_ledger_class_init (BullaLedgerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_ledger_finalize;

  /**
   * BullaLedger::finished:
   * @contact: a contact that has ended and does not change any more
   */
  signals[FINISHED] = g_signal_new ("finished", BULLA_TYPE_LEDGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, BULLA_TYPE_CONTACT);
}

static void
bulla_ledger_init (BullaLedger *self)
{
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->views = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->sent_on = g_hash_table_new_full (NULL, NULL, NULL, hop_free);
}

/**
 * bulla_ledger_new:
 *
 * Each loader has its own ledger; create another one for contacts read from a file. A ledger is
 * used by the thread that created it.
 *
 * Returns: (transfer full): a #GListModel of #BullaContact, in the order in which the contacts
 *   began
 */
BullaLedger *
bulla_ledger_new (void)
{
  return g_object_new (BULLA_TYPE_LEDGER, NULL);
}

/**
 * bulla_ledger_get_n_dropped:
 * @self: a ledger
 *
 * Returns: the number of contacts that were dropped because the ledger was full
 */
guint64
bulla_ledger_get_n_dropped (BullaLedger *self)
{
  return self->n_dropped;
}

/**
 * bulla_ledger_begin_after: (skip)
 * @self: a ledger without contacts
 * @id: the id before that of its first contact
 *
 * Keeps the ids of ledgers that are written to one file apart.
 */
void
bulla_ledger_begin_after (BullaLedger *self, guint id)
{
  g_return_if_fail (self->contacts->len == 0);
  self->last_id = id;
}

/**
 * bulla_ledger_get_last_id:
 * @self: a ledger
 *
 * Returns: the id of the contact that began last; 0 if there is none
 */
guint
bulla_ledger_get_last_id (BullaLedger *self)
{
  return self->last_id;
}

/**
 * bulla_ledger_find_click:
 * @self: a ledger
 * @view: number of a view; 0 for any view
 *
 * Returns: (transfer none) (nullable): the last click of the view
 */
BullaContact *
bulla_ledger_find_click (BullaLedger *self, guint view)
{
  for (guint i = self->contacts->len; i > 0; i--) {
    BullaContact *contact = self->contacts->pdata[i - 1];
    if (contact->kind == BULLA_CONTACT_CLICK && (view == 0 || contact->view == view))
      return contact;
  }
  return NULL;
}

/**
 * bulla_ledger_number_view:
 * @self: a ledger
 * @token: the secret that identifies a view; it is never written to files
 *
 * Returns: a number for the view, from 1
 */
guint
bulla_ledger_number_view (BullaLedger *self, const char *token)
{
  gpointer number = NULL;

  if (g_hash_table_lookup_extended (self->views, token, NULL, &number))
    return GPOINTER_TO_UINT (number);
  if (g_hash_table_size (self->views) >= VIEWS_MAX)
    g_hash_table_remove_all (self->views);
  g_hash_table_insert (self->views, g_strdup (token), GUINT_TO_POINTER (++self->last_view));
  return self->last_view;
}

/**
 * bulla_ledger_join_view:
 * @self: a ledger
 * @token: the secret that identifies another view; it is never written to files
 * @number: number of the view that it replaces
 *
 * Gives both views one number, because the user sees them as one.
 */
void
bulla_ledger_join_view (BullaLedger *self, const char *token, guint number)
{
  g_hash_table_insert (self->views, g_strdup (token), GUINT_TO_POINTER (number));
}

/**
 * bulla_ledger_forget_view:
 * @self: a ledger
 * @token: the secret of a closed view; its contacts remain in the ledger
 */
void
bulla_ledger_forget_view (BullaLedger *self, const char *token)
{
  g_hash_table_remove (self->sent_on, g_hash_table_lookup (self->views, token));
  g_hash_table_remove (self->views, token);
}

/**
 * bulla_contact_may_be_of: (skip)
 * @self: a contact
 * @view: number of a view; 0 for any
 *
 * Returns: whether @view may have caused the contact; a contact of an unknown view may belong to
 *   any view
 */
gboolean
bulla_contact_may_be_of (BullaContact *self, guint view)
{
  return view == 0 || self->view == 0 || self->view == view;
}

/* --- adding contacts */

static void
drop_oldest (BullaLedger *self)
{
  self->n_bytes -= ((BullaContact *)self->contacts->pdata[0])->size;
  g_ptr_array_remove_index (self->contacts, 0);
  self->n_dropped++;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
}

/* @contact: a contact in the ledger, or about to be added; its size changes until it ends */
static void
count_bytes (BullaLedger *self, BullaContact *contact)
{
  self->n_bytes -= contact->size;
  contact->size = bulla_contact_measure (contact);
  self->n_bytes += contact->size;
}

/**
 * bulla_ledger_append: (skip)
 * @self: a ledger
 * @contact: a contact that is not in a ledger; it gets its id here
 */
void
bulla_ledger_append (BullaLedger *self, BullaContact *contact)
{
  contact->id = ++self->last_id;
  count_bytes (self, contact);
  while (self->contacts->len > 0
         && (self->contacts->len >= BULLA_LEDGER_MAX || self->n_bytes > BULLA_LEDGER_BYTES_MAX))
    drop_oldest (self);
  g_ptr_array_add (self->contacts, g_object_ref (contact));
  g_list_model_items_changed (G_LIST_MODEL (self), self->contacts->len - 1, 0, 1);
  if (bulla_contact_is_over (contact))
    g_signal_emit (self, signals[FINISHED], 0, contact);
}

/**
 * bulla_ledger_begin: (skip)
 * @self: a ledger
 * @kind: the kind of contact
 * @cause: the cause of the contact
 * @host: (nullable): the contacted host
 * @port: the contacted port; 0 if there is none
 *
 * Returns: (transfer full): a contact that has begun and is in the ledger; the caller must finish
 *   it
 */
BullaContact *
bulla_ledger_begin (BullaLedger *self, BullaContactKind kind, const BullaCause *cause,
                    const char *host, guint port)
{
  BullaContact *contact = bulla_contact_new (kind, cause, host, port);

  bulla_ledger_append (self, contact);
  return contact;
}

/**
 * bulla_ledger_finish: (skip)
 * @self: a ledger
 * @contact: a contact that began in this ledger; further calls for it have no effect
 */
void
bulla_ledger_finish (BullaLedger *self, BullaContact *contact)
{
  g_autoptr (BullaContact) keep = g_object_ref (contact);
  guint first = self->contacts->len > 0 ? ((BullaContact *)self->contacts->pdata[0])->id : 0;
  guint position = contact->id - first;

  if (bulla_contact_is_over (contact))
    return;
  bulla_contact_end (contact);
  if (contact->id >= first && position < self->contacts->len) {
    count_bytes (self, contact);
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
    while (self->n_bytes > BULLA_LEDGER_BYTES_MAX)
      drop_oldest (self);
  }
  g_signal_emit (self, signals[FINISHED], 0, contact);
}

/**
 * bulla_ledger_fail: (skip)
 * @self: a ledger
 * @contact: a contact that began in this ledger
 * @why: the reason in words
 */
void
bulla_ledger_fail (BullaLedger *self, BullaContact *contact, const char *why)
{
  if (bulla_contact_is_over (contact))
    return;
  bulla_contact_set_text (&contact->error, why);
  bulla_ledger_finish (self, contact);
}

/**
 * bulla_ledger_close:
 * @self: a ledger
 *
 * Ends all contacts that are still running, so that they are recorded before the program exits.
 */
void
bulla_ledger_close (BullaLedger *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->contacts->len; i++)
    g_ptr_array_add (all, g_object_ref (self->contacts->pdata[i]));
  for (guint i = 0; i < all->len; i++)
    bulla_ledger_fail (self, all->pdata[i], "not over yet");
}

/* --- navigations */

static void
add_click (BullaLedger *self, guint view, const char *url, const char *page)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const BullaCause cause = {view, page, "page", NULL};
  g_autoptr (BullaContact) click =
      bulla_contact_new (BULLA_CONTACT_CLICK, &cause, uri != NULL ? g_uri_get_host (uri) : NULL, 0);

  bulla_contact_set_text (&click->url, url);
  click->duration = 0;
  bulla_ledger_append (self, click);
}

/**
 * bulla_ledger_navigate: (skip)
 * @self: a ledger
 * @view: the number of a view
 * @url: the URL requested in place of the shown page
 * @page: (nullable): the initiating page; %NULL if the user navigated
 * @frame: whether the request may be for a frame
 *
 * Records a click, unless the request is for a frame, or follows a redirect that the gateway
 * recorded with bulla_ledger_send_on(): WebKit does not mark requests that follow redirects.
 *
 * Returns: (transfer full) (nullable): the id of the rule that caused the redirect
 */
char *
bulla_ledger_navigate (BullaLedger *self, guint view, const char *url, const char *page,
                       gboolean frame)
{
  Hop *hop = g_hash_table_lookup (self->sent_on, GUINT_TO_POINTER (view));
  g_autofree char *key = bulla_url_dup_key (url);
  gboolean goes_on = hop != NULL && g_str_equal (hop->key, key);
  char *rule = goes_on ? g_strdup (hop->rule) : NULL;

  if (!goes_on && frame)
    return NULL;
  if (!goes_on)
    add_click (self, view, url, page);
  g_hash_table_remove (self->sent_on, GUINT_TO_POINTER (view));
  return rule;
}

/**
 * bulla_ledger_send_on: (skip)
 * @self: a ledger
 * @view: the number of a view
 * @url: the redirect target of the response to its navigation
 * @rule: (nullable): the id of the rule that caused the redirect
 */
void
bulla_ledger_send_on (BullaLedger *self, guint view, const char *url, const char *rule)
{
  Hop *hop = g_new (Hop, 1);

  if (g_hash_table_size (self->sent_on) >= VIEWS_MAX)
    g_hash_table_remove_all (self->sent_on);
  *hop = (Hop){bulla_url_dup_key (url), g_strdup (rule)};
  g_hash_table_replace (self->sent_on, GUINT_TO_POINTER (view), hop);
}
