/* bulla-provenance.c - records the origin of the page in a view, and the hosts that were contacted
 * for it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Whole because: standing, verdict and contacts change together with each event of the page. */
#include "bulla-provenance.h"

#include <string.h>

#include "bulla-ledger-internal.h"
#include "bulla-page-contacts.h"

#define REFUSED_MAX 256
#define FRAMES_MAX 16
#define OPAQUE_ORIGIN "null"

struct _BullaProvenance {
  GObject parent_instance;

  BullaStanding standing;
  gboolean crashed;      /* whether the process that showed the page is gone */
  char *detail;          /* owned; explanation of the standing; NULL if there is none */
  char *data_choice;     /* owned; NULL but for substituted pages; value of a setting */
  char *data_text;       /* owned; NULL but for substituted pages; which data may stay */
  char *url;             /* owned; URL of the page; NULL if it has none */
  BullaLoad *load;       /* owned; package that was judged; NULL if none was */
  BullaVerdict *verdict; /* owned; verdict on @load for this page; NULL without @load */
  BullaVerdict *request; /* owned; verdict on the request for the page; NULL if none was judged */
  BullaBundle *bundle;   /* owned; bundle that was opened; NULL if none was */
  BullaLedger *ledger;   /* owned; NULL if the page was shown without a request */
  BullaStore *store;     /* owned; has the local log; NULL if nothing is remembered */
  guint view;            /* number of the view whose contacts are shown */
  guint first;           /* id of the first contact */
  BullaPageContacts *contacts; /* owned; NULL if @ledger is NULL */
  GPtrArray *frames;           /* owned; of char *, NULL-terminated; origins of the frames */
  GPtrArray *refused;          /* owned; of BullaRefused; blocked requests */
};

G_DEFINE_FINAL_TYPE (BullaProvenance, bulla_provenance, G_TYPE_OBJECT)

enum { CHANGED, ASKED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
refused_free (BullaRefused *refused)
{
  g_free (refused->url);
  g_free (refused->message);
  g_clear_pointer (&refused->verdict, bulla_verdict_unref);
  g_free (refused);
}

static void
bulla_provenance_finalize (GObject *object)
{
  BullaProvenance *self = BULLA_PROVENANCE (object);

  g_free (self->url);
  g_free (self->detail);
  g_free (self->data_choice);
  g_free (self->data_text);
  g_clear_object (&self->load);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_pointer (&self->request, bulla_verdict_unref);
  g_clear_object (&self->bundle);
  g_clear_object (&self->ledger);
  g_clear_object (&self->store);
  g_clear_pointer (&self->contacts, bulla_page_contacts_free);
  g_ptr_array_unref (self->refused);
  g_ptr_array_unref (self->frames);
  G_OBJECT_CLASS (bulla_provenance_parent_class)->finalize (object);
}

static void
bulla_provenance_class_init (BullaProvenanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_provenance_finalize;

  signals[CHANGED] = g_signal_new ("changed", BULLA_TYPE_PROVENANCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  /**
   * BullaProvenance::asked:
   *
   * Emitted when a host was contacted for the page; the page need not come from that host.
   */
  signals[ASKED] = g_signal_new ("asked", BULLA_TYPE_PROVENANCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
bulla_provenance_init (BullaProvenance *self)
{
  self->frames = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->frames, NULL);
  self->refused = g_ptr_array_new_with_free_func ((GDestroyNotify)refused_free);
}

/* Other navigations may judge the same load again, and what they find is not about this page. */
static void
take_verdict (BullaProvenance *self)
{
  BullaVerdict *verdict = bulla_load_get_verdict (self->load);

  if (verdict != NULL)
    bulla_verdict_ref (verdict);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  self->verdict = verdict;
}

/* The publisher answered after the verdict. */
static void
validity_ended_cb (BullaProvenance *self)
{
  take_verdict (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bulla_provenance_new:
 * @url: (nullable): URL of the page
 * @load: (nullable): the package that was judged while the page was loaded
 */
BullaProvenance *
bulla_provenance_new (BullaStanding standing, const char *url, BullaLoad *load)
{
  BullaBundle *bundle = load != NULL ? bulla_load_get_bundle (load) : NULL;
  BullaProvenance *self = g_object_new (BULLA_TYPE_PROVENANCE, NULL);

  self->standing = standing;
  self->url = g_strdup (url);
  g_set_object (&self->load, load);
  g_set_object (&self->bundle, bundle);
  if (load == NULL)
    return self;
  take_verdict (self);
  g_signal_connect_object (load, "validity-ended", G_CALLBACK (validity_ended_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * bulla_provenance_new_for_bundle:
 * @url: URL of the page
 * @bundle: the bundle that the page is from, or that is not shown
 * @load: (nullable): the response of the bundle that is the page
 */
BullaProvenance *
bulla_provenance_new_for_bundle (BullaStanding standing, const char *url, BullaBundle *bundle,
                                 BullaLoad *load)
{
  BullaProvenance *self = bulla_provenance_new (standing, url, load);

  g_set_object (&self->bundle, bundle);
  return self;
}

BullaStanding
bulla_provenance_get_standing (BullaProvenance *self)
{
  return self->standing;
}

/**
 * bulla_provenance_get_url:
 *
 * Returns: (nullable): the URL of the page
 */
const char *
bulla_provenance_get_url (BullaProvenance *self)
{
  return self->url;
}

/**
 * bulla_provenance_get_load:
 *
 * Returns: (transfer none) (nullable): the package; %NULL if none was judged
 */
BullaLoad *
bulla_provenance_get_load (BullaProvenance *self)
{
  return self->load;
}

/**
 * bulla_provenance_get_verdict:
 *
 * Returns: (transfer none) (nullable): the verdict on the package by which the page is shown, until
 *   the next `changed`; %NULL if none was judged
 */
BullaVerdict *
bulla_provenance_get_verdict (BullaProvenance *self)
{
  if (self->load != NULL)
    return self->verdict != NULL ? self->verdict : bulla_load_get_verdict (self->load);
  return self->bundle != NULL ? bulla_bundle_get_verdict (self->bundle) : NULL;
}

/**
 * bulla_provenance_set_request_verdict:
 * @verdict: (nullable): the verdict by which the package answers the request for the page, or does
 *   not; one on the package itself is not kept
 */
void
bulla_provenance_set_request_verdict (BullaProvenance *self, BullaVerdict *verdict)
{
  g_clear_pointer (&self->request, bulla_verdict_unref);
  if (verdict != NULL && bulla_verdict_is_on_request (verdict))
    self->request = bulla_verdict_ref (verdict);
}

/**
 * bulla_provenance_get_request_verdict:
 *
 * Returns: (transfer none) (nullable): the verdict on the request for the page; %NULL if no package
 *   was judged for it
 */
BullaVerdict *
bulla_provenance_get_request_verdict (BullaProvenance *self)
{
  return self->request;
}

/**
 * bulla_provenance_get_outer:
 *
 * Returns: (transfer none) (nullable): the outer response of the package; %NULL if there is none
 */
BullaOuter *
bulla_provenance_get_outer (BullaProvenance *self)
{
  if (self->load != NULL)
    return bulla_load_get_outer (self->load);
  return self->bundle != NULL ? bulla_bundle_get_outer (self->bundle) : NULL;
}

/**
 * bulla_provenance_get_bundle:
 *
 * Returns: (transfer none) (nullable): the bundle; %NULL if none was opened
 */
BullaBundle *
bulla_provenance_get_bundle (BullaProvenance *self)
{
  return self->bundle;
}

/**
 * bulla_provenance_is_from_package:
 *
 * Returns: whether the shown bytes are those of a package
 */
gboolean
bulla_provenance_is_from_package (BullaProvenance *self)
{
  return self->standing == BULLA_STANDING_VERIFYING || self->standing == BULLA_STANDING_SUBSTITUTED
         || self->standing == BULLA_STANDING_SEPARATE || self->standing == BULLA_STANDING_ISOLATED
         || self->standing == BULLA_STANDING_TRUNCATED;
}

/**
 * bulla_provenance_get_live_url:
 *
 * Returns: (nullable): the URL of the page at the publisher; %NULL if there was no package, or it
 *   states no URL
 */
const char *
bulla_provenance_get_live_url (BullaProvenance *self)
{
  const char *url = self->load != NULL ? bulla_load_get_url (self->load) : NULL;

  if (self->standing == BULLA_STANDING_VERIFYING || self->standing == BULLA_STANDING_SUBSTITUTED
      || self->standing == BULLA_STANDING_TRUNCATED)
    return self->url;
  return url != NULL && g_str_has_prefix (url, "https://") ? url : NULL;
}

/**
 * bulla_provenance_get_detail:
 *
 * Returns: (nullable): the explanation of the standing
 */
const char *
bulla_provenance_get_detail (BullaProvenance *self)
{
  return self->detail;
}

/**
 * bulla_provenance_set_crashed:
 * @crashed: whether the process that showed the page is gone, or the page is the error page that
 *   says so
 */
void
bulla_provenance_set_crashed (BullaProvenance *self, gboolean crashed)
{
  self->crashed = crashed;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bulla_provenance_is_crashed:
 *
 * Returns: what was set last
 */
gboolean
bulla_provenance_is_crashed (BullaProvenance *self)
{
  return self->crashed;
}

/**
 * bulla_provenance_settle:
 * @standing: the final standing
 * @detail: (nullable): the explanation
 */
void
bulla_provenance_settle (BullaProvenance *self, BullaStanding standing, const char *detail)
{
  self->standing = standing;
  g_free (self->detail);
  self->detail = g_strdup (detail);
  if (self->load != NULL)
    take_verdict (self); /* the body has ended */
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
contact_finished_cb (BullaLedger *ledger, BullaContact *contact, BullaProvenance *self)
{
  if (bulla_contact_may_be_of (contact, self->view)
      && bulla_contact_get_id (contact) >= self->first)
    g_signal_emit (self, signals[ASKED], 0);
}

/**
 * bulla_provenance_follow:
 * @ledger: the ledger of contacts
 * @view: the number of the view that shows the page
 * @first: id of the first contact for the page
 * @before: (nullable): the URL of the page that was shown in @view before
 *
 * Starts to follow the contacts for the page, which is now shown.
 */
void
bulla_provenance_follow (BullaProvenance *self, BullaLedger *ledger, guint view, guint first,
                         const char *before)
{
  if (self->ledger != NULL)
    g_signal_handlers_disconnect_by_data (self->ledger, self);
  g_set_object (&self->ledger, ledger);
  self->view = view;
  self->first = first;
  g_clear_pointer (&self->contacts, bulla_page_contacts_free);
  self->contacts = bulla_page_contacts_new (ledger, view, first, self->url, before);
  g_signal_connect_object (ledger, "finished", G_CALLBACK (contact_finished_cb), self, 0);
}

/**
 * bulla_provenance_leave:
 * @end: id of the first contact for the next page
 */
void
bulla_provenance_leave (BullaProvenance *self, guint end)
{
  if (self->contacts != NULL)
    bulla_page_contacts_end (self->contacts, end);
}

static void
asked_free (gpointer data)
{
  BullaAsked *asked = data;

  g_object_unref (asked->first);
  g_free (asked);
}

/* Contacts of an unknown page are listed separately, because they may be a worker's of this
 * page; so are those of a navigation to a page that was not shown. */
static void
count_request (BullaProvenance *self, GPtrArray *all, GHashTable *by_host, BullaContact *contact)
{
  gboolean unknown = bulla_contact_get_view (contact) == 0;
  gboolean other = bulla_page_contacts_is_navigation (self->contacts, contact);
  g_autofree char *host = g_strconcat (unknown ? "?"
                                       : other ? "/"
                                               : "",
                                       bulla_contact_get_host (contact), NULL);
  BullaAsked *asked = g_hash_table_lookup (by_host, host);

  if (asked == NULL) {
    asked = g_new0 (BullaAsked, 1);
    asked->first = g_object_ref (contact);
    asked->unknown = unknown;
    asked->other = other;
    g_ptr_array_add (all, asked);
    g_hash_table_insert (by_host, g_steal_pointer (&host), asked);
  }
  asked->count++;
}

static gboolean
is_request (BullaContact *contact)
{
  BullaContactKind kind = bulla_contact_get_kind (contact);

  return (kind == BULLA_CONTACT_REQUEST || kind == BULLA_CONTACT_WEBSOCKET)
         && bulla_contact_get_source (contact) == BULLA_CONTACT_NETWORK;
}

/**
 * bulla_provenance_dup_asked:
 *
 * Returns: (transfer full) (element-type BullaAsked): in the order of the first requests
 */
GPtrArray *
bulla_provenance_dup_asked (BullaProvenance *self)
{
  g_autoptr (GHashTable) by_host = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) contacts =
      self->contacts != NULL ? bulla_page_contacts_list (self->contacts) : NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func (asked_free);

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    if (is_request (contacts->pdata[i]))
      count_request (self, all, by_host, contacts->pdata[i]);
  return all;
}

/**
 * bulla_provenance_knows_contacts:
 *
 * Returns: whether the ledger still has all contacts of the page; otherwise
 *   bulla_provenance_dup_asked() lacks some
 */
gboolean
bulla_provenance_knows_contacts (BullaProvenance *self)
{
  return self->contacts == NULL || bulla_page_contacts_are_complete (self->contacts);
}

/**
 * bulla_provenance_dup_composition:
 *
 * Returns: (transfer full): the versions that the page is made of
 */
BullaComposition *
bulla_provenance_dup_composition (BullaProvenance *self)
{
  BullaComposition *composition = bulla_composition_new ();
  g_autoptr (GPtrArray) contacts =
      self->contacts != NULL ? bulla_page_contacts_list (self->contacts) : NULL;

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    if (!bulla_page_contacts_is_navigation (self->contacts, contacts->pdata[i]))
      bulla_composition_add (composition, contacts->pdata[i]);
  return composition;
}

/**
 * bulla_provenance_add_refused:
 * @url: the URL that the page requested
 * @verdict: (nullable): the verdict on the request
 * @message: (nullable): the explanation
 */
void
bulla_provenance_add_refused (BullaProvenance *self, const char *url, BullaVerdict *verdict,
                              const char *message)
{
  if (self->refused->len >= REFUSED_MAX)
    return;
  BullaRefused *refused = g_new0 (BullaRefused, 1);
  refused->url = g_strdup (url);
  refused->message = g_strdup (message);
  refused->verdict = verdict != NULL ? bulla_verdict_ref (verdict) : NULL;
  g_ptr_array_add (self->refused, refused);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * bulla_provenance_get_refused:
 *
 * Returns: (transfer none) (element-type BullaRefused): in the order of the requests
 */
GPtrArray *
bulla_provenance_get_refused (BullaProvenance *self)
{
  return self->refused;
}

/**
 * bulla_provenance_add_frame:
 * @origin: origin of a document in a frame of the page
 */
void
bulla_provenance_add_frame (BullaProvenance *self, const char *origin)
{
  gboolean full = self->frames->len > FRAMES_MAX;
  const char *listed = full ? OPAQUE_ORIGIN : origin;

  if (!g_strv_contains ((const char *const *)self->frames->pdata, origin)
      && !g_strv_contains ((const char *const *)self->frames->pdata, listed))
    g_ptr_array_insert (self->frames, 0, g_strdup (listed));
}

/**
 * bulla_provenance_get_frames:
 *
 * Returns: (transfer none): the origins of its frames, each once; beyond the limit an opaque origin
 *   stands for the others
 */
char **
bulla_provenance_get_frames (BullaProvenance *self)
{
  return (char **)self->frames->pdata;
}

/**
 * bulla_provenance_set_store:
 * @store: (nullable): what has the log of accepted exchanges
 */
void
bulla_provenance_set_store (BullaProvenance *self, BullaStore *store)
{
  g_set_object (&self->store, store);
}

/* Returns: (transfer none) (nullable) */
BullaStore *
bulla_provenance_get_store (BullaProvenance *self)
{
  return self->store;
}

/**
 * bulla_provenance_set_data:
 * @choice: the value of the setting `substituted.data`
 * @text: what the page may leave behind, for the user
 */
void
bulla_provenance_set_data (BullaProvenance *self, const char *choice, const char *text)
{
  g_free (self->data_choice);
  g_free (self->data_text);
  self->data_choice = g_strdup (choice);
  self->data_text = g_strdup (text);
}

/**
 * bulla_provenance_get_data_choice:
 *
 * Returns: (nullable): the value of the setting `substituted.data`; %NULL if the page is not
 *   substituted
 */
const char *
bulla_provenance_get_data_choice (BullaProvenance *self)
{
  return self->data_choice;
}

/**
 * bulla_provenance_get_data_text:
 *
 * Returns: (nullable): what the page may leave behind; %NULL if it is not substituted
 */
const char *
bulla_provenance_get_data_text (BullaProvenance *self)
{
  return self->data_text;
}
