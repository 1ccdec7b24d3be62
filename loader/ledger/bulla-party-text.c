/* bulla-party-text.c - describes in sentences what a party learnt about the user, and what it did
 * not learn
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The sentences state only what the ledger shows, not what a server infers from its requests. */
#include <glib/gi18n-lib.h>

#include "bulla-party-private.h"

/**
 * bulla_party_get_title:
 * @self: a party
 *
 * Returns: (transfer none): the party's name, translated
 */
const char *
bulla_party_get_title (BullaParty *self)
{
  switch (self->role) {
  case BULLA_PARTY_PUBLISHER:
    return _ ("Publisher");
  case BULLA_PARTY_AGGREGATOR:
    return _ ("Aggregator");
  case BULLA_PARTY_LINKER:
    return _ ("Page with the link");
  case BULLA_PARTY_CERTIFICATES:
    return _ ("Certificates");
  case BULLA_PARTY_RESOLVER:
    return _ ("Name server");
  case BULLA_PARTY_OTHER:
  default:
    return _ ("Other");
  }
}

typedef struct {
  guint before, after; /* number of requests before and after the click */
  gboolean earlier;    /* it was contacted by earlier pages */
  gboolean connected;  /* it was contacted since the click */
  gboolean referrer;   /* a request named its page in Referer */
  gboolean looked_up;  /* its own name servers were asked for DNS records */
} Told;

static Told
find_told (BullaParty *self)
{
  BullaPartyCount before, after;
  Told told = {0};

  bulla_party_count (self, BULLA_PHASE_BEFORE, &before);
  bulla_party_count (self, BULLA_PHASE_AFTER, &after);
  told.before = before.requests;
  told.after = after.requests;
  told.looked_up = before.lookups + after.lookups > 0;
  told.earlier = bulla_party_was_told (self, BULLA_PHASE_EARLIER);
  told.connected = bulla_party_was_told (self, BULLA_PHASE_BEFORE)
                   || bulla_party_was_told (self, BULLA_PHASE_AFTER);
  for (guint phase = BULLA_PHASE_BEFORE; phase < BULLA_PHASES; phase++)
    for (guint i = 0; i < self->contacts[phase]->len; i++)
      told.referrer |= bulla_contact_get_referrer (self->contacts[phase]->pdata[i]) != NULL;
  return told;
}

static char *
dup_names_asked (BullaParty *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint phase = BULLA_PHASE_BEFORE; phase < BULLA_PHASES; phase++)
    for (guint i = 0; i < self->contacts[phase]->len; i++) {
      const char *host = bulla_contact_get_host (self->contacts[phase]->pdata[i]);
      if (g_hash_table_add (seen, (char *)host))
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", host);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* Returns: (nullable): the resolver that was queried; NULL if the system chose it */
static const char *
get_resolver (BullaParty *self)
{
  const char *resolver = NULL;

  for (guint phase = BULLA_PHASE_BEFORE; phase < BULLA_PHASES; phase++)
    for (guint i = 0; i < self->contacts[phase]->len; i++) {
      resolver = bulla_contact_get_resolver (self->contacts[phase]->pdata[i]);
      if (resolver == NULL)
        return NULL;
    }
  return resolver;
}

/* Describes a party that received requests. */
static char *
say_what_was_asked (BullaParty *self, const Told *told)
{
  g_auto (GStrv) cookies = bulla_party_dup_cookies (self);

  if (self->incomplete && cookies[0] != NULL)
    return g_strdup_printf (
        _ ("%s knows your address, what you requested from it, and the contents "
           "of its cookies. The ledger no longer has all requests."),
        self->host);
  if (self->incomplete)
    return g_strdup_printf (_ ("%s knows your address and what you requested from it. The ledger "
                               "no longer has all requests."),
                            self->host);
  if (!self->clicked)
    return g_strdup_printf (_ ("%s knows your address and what you requested from it."),
                            self->host);
  if (cookies[0] != NULL)
    return g_strdup_printf (_ ("%s knows your address, your requests to it (%u before the click, "
                               "%u after it), and the contents of its cookies."),
                            self->host, told->before, told->after);
  return g_strdup_printf (
      _ ("%s knows your address and your requests to it (%u before the click, %u after it)."),
      self->host, told->before, told->after);
}

/* Describes a name server. */
static char *
say_what_was_looked_up (BullaParty *self)
{
  g_autofree char *names = dup_names_asked (self);
  const char *resolver = get_resolver (self);

  if (resolver != NULL && self->incomplete)
    return g_strdup_printf (
        _ ("The name server that was asked (%s) knows your address and at least "
           "these names, which it looked up for you: %s."),
        resolver, names);
  if (resolver != NULL)
    return g_strdup_printf (_ ("The name server that was asked (%s) knows your address and the "
                               "names it looked up for you: %s."),
                            resolver, names);
  if (self->incomplete)
    return g_strdup_printf (_ ("The name server of this system knows your address and at least "
                               "these names, which it looked up for you: %s."),
                            names);
  return g_strdup_printf (_ ("The name server of this system knows your address and the names it "
                             "looked up for you: %s."),
                          names);
}

/**
 * bulla_party_dup_knows:
 * @self: a party
 *
 * Returns: (transfer full): one sentence about what the party knows
 */
char *
bulla_party_dup_knows (BullaParty *self)
{
  Told told = find_told (self);

  if (self->role == BULLA_PARTY_RESOLVER)
    return say_what_was_looked_up (self);
  if (told.before + told.after > 0)
    return say_what_was_asked (self, &told);
  if (told.connected && self->incomplete)
    return g_strdup_printf (_ ("%s knows your address. It may have received requests that the "
                               "ledger no longer has."),
                            self->host);
  if (told.connected)
    return g_strdup_printf (_ ("%s knows your address. It received no request."), self->host);
  if (told.looked_up)
    return g_strdup_printf (
        _ ("The name servers of %s know your address and that you looked it up."), self->host);
  if (self->incomplete)
    return g_strdup_printf (
        _ ("It is not known whether %s was contacted: the ledger no longer has the oldest "
           "contacts."),
        self->host);
  if (told.earlier)
    return g_strdup_printf (_ ("%s was contacted for earlier pages, but not since then."),
                            self->host);
  return g_strdup_printf (_ ("%s has not been contacted."), self->host);
}

static char *
say_of_publisher (BullaParty *self, const Told *told)
{
  if (!told->connected && told->looked_up)
    return g_strdup (_ ("They may guess that you are reading a page of it, but not which."));
  if (!told->connected)
    return g_strdup (_ ("It does not know that you are reading this page."));
  if (self->clicked && told->after == 0)
    return g_strdup (_ ("It cannot tell whether you clicked: no request followed."));
  if (self->delivered)
    return g_strdup (_ ("It did not deliver the page, but its requests reveal that someone at your "
                        "address is reading it."));
  return g_strdup (_ ("It knows everything about this visit: it delivered the page."));
}

static char *
say_of_deliverer (BullaParty *self, const Told *told)
{
  if (!told->connected)
    return g_strdup (_ ("It does not know about this visit."));
  if (self->clicked && told->after == 0)
    return g_strdup (_ ("It cannot tell whether you clicked: no request followed."));
  return g_strdup (
      _ ("It does not know what you do on the page or what the publisher stores about you."));
}

static char *
say_of_certificates (BullaParty *self, const Told *told)
{
  if (!told->connected)
    return g_strdup (
        _ ("It does not know about this visit: the certificates were already available."));
  if (told->referrer)
    return g_strdup (_ ("It does not know what you do on the page."));
  if (self->clicked && told->after == 0)
    return g_strdup (
        _ ("It does not know which page the certificates are for or whether you clicked."));
  return g_strdup (_ ("It does not know which page the certificates are for."));
}

static char *
say_of_other (const Told *told)
{
  if (!told->connected)
    return g_strdup (_ ("It does not know about this visit."));
  if (told->referrer)
    return g_strdup (_ ("It knows which page sent the requests, but not what else you do there."));
  return g_strdup (_ ("It does not know which page sent the requests."));
}

/**
 * bulla_party_dup_does_not_know:
 * @self: a party
 *
 * Returns: (transfer full): one sentence about what the party does not know
 */
char *
bulla_party_dup_does_not_know (BullaParty *self)
{
  Told told = find_told (self);

  if (self->incomplete && self->role != BULLA_PARTY_RESOLVER)
    return g_strdup (_ ("It may have learnt more: the ledger no longer has the oldest contacts."));
  switch (self->role) {
  case BULLA_PARTY_PUBLISHER:
    return say_of_publisher (self, &told);
  case BULLA_PARTY_AGGREGATOR:
  case BULLA_PARTY_LINKER:
    return say_of_deliverer (self, &told);
  case BULLA_PARTY_CERTIFICATES:
    return say_of_certificates (self, &told);
  case BULLA_PARTY_RESOLVER:
    return g_strdup (_ ("It does not know which pages the names are for."));
  case BULLA_PARTY_OTHER:
  default:
    return say_of_other (&told);
  }
}

/* @part: (transfer full): appended unless @number is 0 */
static void
add (GString *text, guint number, char *part)
{
  g_autofree char *owned = part;

  if (number > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", owned);
}

/**
 * bulla_party_describe_count:
 * @self: a party
 * @phase: the phase
 *
 * Returns: (transfer full): the numbers of bulla_party_count(), in words
 */
char *
bulla_party_describe_count (BullaParty *self, BullaPhase phase)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BullaPartyCount count;

  bulla_party_count (self, phase, &count);
  add (text, count.lookups,
       g_strdup_printf (ngettext ("%u name lookup", "%u name lookups", count.lookups),
                        count.lookups));
  add (text, count.connections,
       g_strdup_printf (ngettext ("%u connection", "%u connections", count.connections),
                        count.connections));
  add (text, count.requests,
       g_strdup_printf (ngettext ("%u request", "%u requests", count.requests), count.requests));
  if (count.bytes_sent + count.bytes_received > 0) {
    g_autofree char *sent = g_format_size (count.bytes_sent);
    g_autofree char *received = g_format_size (count.bytes_received);

    add (text, 1, g_strdup_printf (_ ("%s sent, %s received"), sent, received));
  }
  add (text, count.answered,
       g_strdup_printf (ngettext ("%u request answered from the package",
                                  "%u requests answered from the package", count.answered),
                        count.answered));
  add (text, count.withheld,
       g_strdup_printf (ngettext ("%u request blocked", "%u requests blocked", count.withheld),
                        count.withheld));
  if (text->len == 0)
    g_string_append (text, _ ("nothing"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}
