/* bulla-party.c - one party of a view: its role, its contacts, and the data that they disclosed to
 * it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-party-private.h"

G_DEFINE_FINAL_TYPE (BullaParty, bulla_party, G_TYPE_OBJECT)

static const char *const ROLES[] = {
    [BULLA_PARTY_PUBLISHER] = "publisher", [BULLA_PARTY_AGGREGATOR] = "aggregator",
    [BULLA_PARTY_LINKER] = "linker",       [BULLA_PARTY_CERTIFICATES] = "certificates",
    [BULLA_PARTY_OTHER] = "other",         [BULLA_PARTY_RESOLVER] = "resolver",
};

/**
 * bulla_party_role_get_nick:
 * @role: a role
 *
 * Returns: (transfer none) (nullable): the role's name in JSON, such as `publisher`
 */
const char *
bulla_party_role_get_nick (BullaPartyRole role)
{
  return (guint)role < G_N_ELEMENTS (ROLES) ? ROLES[role] : NULL;
}

static void
bulla_party_finalize (GObject *object)
{
  BullaParty *self = BULLA_PARTY (object);

  g_free (self->host);
  g_free (self->publisher);
  for (guint i = 0; i < BULLA_PHASES; i++)
    g_ptr_array_unref (self->contacts[i]);
  G_OBJECT_CLASS (bulla_party_parent_class)->finalize (object);
}

static void
bulla_party_class_init (BullaPartyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_party_finalize;
}

static void
bulla_party_init (BullaParty *self)
{
  for (guint i = 0; i < BULLA_PHASES; i++)
    self->contacts[i] = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Used by bulla_exposure_report_new(). */
BullaParty *
bulla_party_new (BullaPartyRole role, const char *host)
{
  BullaParty *self = g_object_new (BULLA_TYPE_PARTY, NULL);

  self->role = role;
  self->host = g_strdup (host);
  return self;
}

void
bulla_party_add (BullaParty *self, BullaPhase phase, BullaContact *contact)
{
  g_ptr_array_add (self->contacts[phase], g_object_ref (contact));
}

/**
 * bulla_party_get_role:
 * @self: a party
 *
 * Returns: the party's role for the shown page
 */
BullaPartyRole
bulla_party_get_role (BullaParty *self)
{
  return self->role;
}

/**
 * bulla_party_get_host:
 * @self: a party
 *
 * Returns: (transfer none): the party's host; "" for the resolver
 */
const char *
bulla_party_get_host (BullaParty *self)
{
  return self->host;
}

static void
count_request (BullaContact *contact, BullaPartyCount *count)
{
  switch (bulla_contact_get_source (contact)) {
  case BULLA_CONTACT_NETWORK:
    count->requests++;
    count->bytes_sent += (guint64)MAX (bulla_contact_get_bytes_sent (contact), 0);
    count->bytes_received += (guint64)MAX (bulla_contact_get_bytes_received (contact), 0);
    break;
  case BULLA_CONTACT_WITHHELD:
    count->withheld++;
    break;
  case BULLA_CONTACT_UNUSED:
    break; /* neither a request nor an answer */
  case BULLA_CONTACT_PACKAGE:
  case BULLA_CONTACT_CACHE:
  default:
    count->answered++;
  }
}

/**
 * bulla_party_count:
 * @self: a party
 * @phase: the phase
 * @count: (out caller-allocates): the numbers of contacts in that phase
 */
void
bulla_party_count (BullaParty *self, BullaPhase phase, BullaPartyCount *count)
{
  GPtrArray *contacts = self->contacts[phase];

  *count = (BullaPartyCount){0};
  for (guint i = 0; i < contacts->len; i++) {
    switch (bulla_contact_get_kind (contacts->pdata[i])) {
    case BULLA_CONTACT_DNS:
      count->lookups++;
      break;
    case BULLA_CONTACT_CONNECT:
      count->connections++;
      break;
    case BULLA_CONTACT_REQUEST:
    case BULLA_CONTACT_WEBSOCKET:
      count_request (contacts->pdata[i], count);
      break;
    case BULLA_CONTACT_CLICK:
    default:
      break;
    }
  }
}

/**
 * bulla_party_list_contacts:
 * @self: a party
 * @phase: the phase
 *
 * Returns: (transfer full): a list of #BullaContact, in the order in which they began
 */
GListModel *
bulla_party_list_contacts (BullaParty *self, BullaPhase phase)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_CONTACT);
  GPtrArray *contacts = self->contacts[phase];

  g_list_store_splice (store, 0, 0, contacts->pdata, contacts->len);
  return G_LIST_MODEL (store);
}

/**
 * bulla_party_dup_cookies:
 * @self: a party
 *
 * Returns: (transfer full): the names of all cookies sent to the party, in all phases
 */
char **
bulla_party_dup_cookies (BullaParty *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint phase = 0; phase < BULLA_PHASES; phase++)
    for (guint i = 0; i < self->contacts[phase]->len; i++) {
      const char *const *names = bulla_contact_get_cookies (self->contacts[phase]->pdata[i]);
      for (guint k = 0; names != NULL && names[k] != NULL; k++)
        if (g_hash_table_add (seen, (char *)names[k]))
          g_strv_builder_add (builder, names[k]);
    }
  return g_strv_builder_end (builder);
}

/**
 * bulla_party_get_n_cookies_left_out:
 * @self: a party
 *
 * Returns: the largest number of cookies in one request that are missing from
 *   bulla_party_dup_cookies()
 */
guint
bulla_party_get_n_cookies_left_out (BullaParty *self)
{
  guint most = 0;

  for (guint phase = 0; phase < BULLA_PHASES; phase++)
    for (guint i = 0; i < self->contacts[phase]->len; i++)
      most = MAX (most, bulla_contact_get_n_cookies_left_out (self->contacts[phase]->pdata[i]));
  return most;
}

/* Returns: whether its server was contacted in that phase */
gboolean
bulla_party_was_told (BullaParty *self, BullaPhase phase)
{
  BullaPartyCount count;

  bulla_party_count (self, phase, &count);
  return count.connections + count.requests > 0;
}
