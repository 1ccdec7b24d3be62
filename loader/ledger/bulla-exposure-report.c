/* bulla-exposure-report.c - lists the parties that a view contacted, and what each of them learnt
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The report is made from the ledger alone, so a ledger read from a file is enough. */
#include "bulla-ledger-internal.h"
#include "bulla-exposure-report.h"
#include "bulla-party-private.h"

struct _BullaExposureReport {
  GObject parent_instance;
  guint view;
  gboolean incomplete;  /* the ledger dropped contacts since @before, or, without one, any */
  BullaContact *before; /* owned; nullable; the click that led to the page of @click */
  BullaContact *click;  /* owned; NULL if there is none; the last click */
  BullaContact *shown;  /* owned; nullable; the request whose response is the page */
  char *publisher;      /* owned; nullable */
  char *aggregator;     /* owned; nullable */
  char *linker;         /* owned; nullable */
  GHashTable *signers;  /* owned; set of hosts that served certificate chains */
  GPtrArray *parties;   /* owned; of BullaParty, owned */
  BullaParty *resolver; /* owned; nullable */
  GHashTable *by_host;  /* owned; host, borrowed from its party -> BullaParty */
};

static void bulla_exposure_report_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaExposureReport, bulla_exposure_report, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      bulla_exposure_report_list_init))

static GType
bulla_exposure_report_get_item_type (GListModel *list)
{
  return BULLA_TYPE_PARTY;
}

static guint
bulla_exposure_report_get_n_items (GListModel *list)
{
  return BULLA_EXPOSURE_REPORT (list)->parties->len;
}

static gpointer
bulla_exposure_report_get_item (GListModel *list, guint position)
{
  GPtrArray *parties = BULLA_EXPOSURE_REPORT (list)->parties;

  return position < parties->len ? g_object_ref (parties->pdata[position]) : NULL;
}

static void
bulla_exposure_report_list_init (GListModelInterface *iface)
{
  iface->get_item_type = bulla_exposure_report_get_item_type;
  iface->get_n_items = bulla_exposure_report_get_n_items;
  iface->get_item = bulla_exposure_report_get_item;
}

static void
bulla_exposure_report_finalize (GObject *object)
{
  BullaExposureReport *self = BULLA_EXPOSURE_REPORT (object);

  g_clear_object (&self->before);
  g_clear_object (&self->click);
  g_clear_object (&self->shown);
  g_free (self->publisher);
  g_free (self->aggregator);
  g_free (self->linker);
  g_hash_table_unref (self->signers);
  g_hash_table_unref (self->by_host);
  g_ptr_array_unref (self->parties);
  g_clear_object (&self->resolver);
  G_OBJECT_CLASS (bulla_exposure_report_parent_class)->finalize (object);
}

static void
bulla_exposure_report_class_init (BullaExposureReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_exposure_report_finalize;
}

static void
bulla_exposure_report_init (BullaExposureReport *self)
{
  self->signers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->parties = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_host = g_hash_table_new (g_str_hash, g_str_equal);
}

/* --- finding the click and its page */

static gboolean
has_purpose (BullaContact *contact, const char *purpose)
{
  return g_strcmp0 (bulla_contact_get_purpose (contact), purpose) == 0;
}

/* Returns the host of a URL, or a host as it is; NULL for a file. */
static char *
dup_host (const char *text)
{
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : text;

  return host != NULL && *host != '\0' ? g_ascii_strdown (host, -1) : NULL;
}

static void
set_host (char **place, const char *text)
{
  g_free (*place);
  *place = dup_host (text);
}

/* @view: number of the view; 0 for that of the last click */
static void
find_clicks (BullaExposureReport *self, GListModel *list, guint view)
{
  for (guint i = g_list_model_get_n_items (list); i > 0 && self->before == NULL; i--) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i - 1);
    if (bulla_contact_get_kind (contact) != BULLA_CONTACT_CLICK
        || (view != 0 && bulla_contact_get_view (contact) != view))
      continue;
    view = bulla_contact_get_view (contact);
    g_set_object (self->click == NULL ? &self->click : &self->before, contact);
  }
  self->view = view;
}

/* The page's response precedes those of its frames, so the first one counts. */
static void
note_answer (BullaExposureReport *self, BullaContact *contact)
{
  guint status = bulla_contact_get_status (contact);

  if (has_purpose (contact, "certificate")) {
    g_hash_table_add (self->signers, g_strdup (bulla_contact_get_host (contact)));
  } else if (self->shown == NULL && has_purpose (contact, "package")) {
    set_host (&self->aggregator, bulla_contact_get_url (contact));
  } else if (self->shown == NULL && has_purpose (contact, "page") && status != 0
             && (status / 100 != 3 || status == 304)) {
    g_set_object (&self->shown, contact);
  }
}

static void
name_parties (BullaExposureReport *self)
{
  BullaContact *shown = self->shown;

  if (shown != NULL && bulla_contact_get_source (shown) == BULLA_CONTACT_PACKAGE) {
    g_autofree char *signer = dup_host (bulla_contact_get_certificate (shown));
    set_host (&self->aggregator, bulla_contact_get_deliverer (shown));
    if (signer != NULL)
      g_hash_table_add (self->signers, g_steal_pointer (&signer));
  }
  if (shown != NULL)
    set_host (&self->publisher, bulla_contact_get_url (shown));
  else if (self->click != NULL && self->aggregator == NULL)
    set_host (&self->publisher, bulla_contact_get_url (self->click));
  if (self->click != NULL)
    set_host (&self->linker, bulla_contact_get_page (self->click));
}

/**
 * bulla_exposure_report_place:
 * @self: a report
 * @contact: a contact of the same ledger
 * @phase: (out): the phase of the contact
 *
 * A contact of an unknown view counts for every view, since any of them may have caused it.
 *
 * Returns: whether the contact belongs to the report's view
 */
gboolean
bulla_exposure_report_place (BullaExposureReport *self, BullaContact *contact, BullaPhase *phase)
{
  guint id = bulla_contact_get_id (contact);

  if (!bulla_contact_may_be_of (contact, self->view))
    return FALSE;
  if (self->click == NULL || id >= bulla_contact_get_id (self->click))
    *phase = BULLA_PHASE_AFTER;
  else if (self->before == NULL || id >= bulla_contact_get_id (self->before))
    *phase = BULLA_PHASE_BEFORE;
  else
    *phase = BULLA_PHASE_EARLIER;
  return TRUE;
}

/* --- roles of the parties */

static BullaPartyRole
find_role (BullaExposureReport *self, const char *host)
{
  if (g_strcmp0 (host, self->publisher) == 0)
    return BULLA_PARTY_PUBLISHER;
  if (g_strcmp0 (host, self->aggregator) == 0)
    return BULLA_PARTY_AGGREGATOR;
  if (g_hash_table_contains (self->signers, host))
    return BULLA_PARTY_CERTIFICATES;
  return g_strcmp0 (host, self->linker) == 0 ? BULLA_PARTY_LINKER : BULLA_PARTY_OTHER;
}

static BullaParty *
make_party (BullaExposureReport *self, BullaPartyRole role, const char *host)
{
  BullaParty *party = bulla_party_new (role, host);

  party->publisher = g_strdup (self->publisher);
  party->clicked = self->click != NULL;
  party->incomplete = self->incomplete;
  party->delivered =
      self->shown != NULL && bulla_contact_get_source (self->shown) == BULLA_CONTACT_PACKAGE;
  return party;
}

static BullaParty *
need_party (BullaExposureReport *self, const char *host)
{
  BullaParty *party = g_hash_table_lookup (self->by_host, host);

  if (party == NULL) {
    party = make_party (self, find_role (self, host), host);
    g_ptr_array_add (self->parties, party);
    g_hash_table_insert (self->by_host, party->host, party);
  }
  return party;
}

/* A resolver that looks up the host's records is a party of its own; without one, the host's own
 * name servers are contacted. */
static void
add_contact (BullaExposureReport *self, BullaContact *contact, BullaPhase phase)
{
  if (bulla_contact_get_kind (contact) == BULLA_CONTACT_CLICK)
    return;
  if (bulla_contact_get_kind (contact) != BULLA_CONTACT_DNS
      || bulla_contact_get_shows_address (contact)) {
    bulla_party_add (need_party (self, bulla_contact_get_host (contact)), phase, contact);
    return;
  }
  if (self->resolver == NULL)
    self->resolver = make_party (self, BULLA_PARTY_RESOLVER, "");
  bulla_party_add (self->resolver, phase, contact);
}

static gboolean
is_of_the_past (BullaParty *party)
{
  return party->role == BULLA_PARTY_OTHER && party->contacts[BULLA_PHASE_BEFORE]->len == 0
         && party->contacts[BULLA_PHASE_AFTER]->len == 0;
}

static int
compare_parties (gconstpointer a, gconstpointer b)
{
  const BullaParty *one = *(BullaParty *const *)a, *other = *(BullaParty *const *)b;

  if (one->role != other->role)
    return (int)one->role - (int)other->role;
  return g_strcmp0 (one->host, other->host);
}

static void
collect (BullaExposureReport *self, GListModel *list)
{
  BullaPhase phase;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    if (bulla_exposure_report_place (self, contact, &phase))
      add_contact (self, contact, phase);
  }
  for (guint i = self->parties->len; i > 0; i--)
    if (is_of_the_past (self->parties->pdata[i - 1]))
      g_ptr_array_remove_index (self->parties, i - 1);
  if (self->resolver != NULL)
    g_ptr_array_add (self->parties, g_object_ref (self->resolver));
  g_hash_table_remove_all (self->by_host); /* parties were removed */
  g_ptr_array_sort (self->parties, compare_parties);
}

static void
note_dropped (BullaExposureReport *self, BullaLedger *ledger)
{
  guint last = MAX (bulla_ledger_get_last_dropped (ledger, self->view),
                    bulla_ledger_get_last_dropped (ledger, 0));

  if (self->view == 0)
    self->incomplete = bulla_ledger_get_n_dropped (ledger) > 0;
  else
    self->incomplete = last > (self->before != NULL ? bulla_contact_get_id (self->before) : 0);
}

/**
 * bulla_exposure_report_new:
 * @ledger: the ledger of contacts
 * @view: number of a view; 0 for the view of the last click
 *
 * Contacts added to the ledger later are not in the report.
 *
 * Returns: (transfer full): a #GListModel of #BullaParty; the parties that have a role for the page
 *   come first
 */
BullaExposureReport *
bulla_exposure_report_new (BullaLedger *ledger, guint view)
{
  BullaExposureReport *self = g_object_new (BULLA_TYPE_EXPOSURE_REPORT, NULL);
  GListModel *list = G_LIST_MODEL (ledger);
  BullaPhase phase;

  find_clicks (self, list, view);
  note_dropped (self, ledger);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    if (bulla_contact_get_kind (contact) == BULLA_CONTACT_REQUEST
        && bulla_exposure_report_place (self, contact, &phase)
        && (phase == BULLA_PHASE_AFTER || has_purpose (contact, "certificate")))
      note_answer (self, contact);
  }
  name_parties (self);
  if (self->publisher != NULL)
    need_party (self, self->publisher);
  if (self->aggregator != NULL)
    need_party (self, self->aggregator);
  collect (self, list);
  return self;
}

/**
 * bulla_exposure_report_get_view:
 * @self: a report
 *
 * Returns: the number of the view that the report is about; 0 for all views
 */
guint
bulla_exposure_report_get_view (BullaExposureReport *self)
{
  return self->view;
}

/**
 * bulla_exposure_report_get_click:
 * @self: a report
 *
 * Returns: (transfer none) (nullable): the last click of the view
 */
BullaContact *
bulla_exposure_report_get_click (BullaExposureReport *self)
{
  return self->click;
}

/**
 * bulla_exposure_report_get_page:
 * @self: a report
 *
 * Returns: (transfer none) (nullable): the URL of the page that the click opened
 */
const char *
bulla_exposure_report_get_page (BullaExposureReport *self)
{
  if (self->shown != NULL)
    return bulla_contact_get_url (self->shown);
  return self->click != NULL ? bulla_contact_get_url (self->click) : NULL;
}
