/* bulla-provenance-facts.c - writes the texts about a page for badge and panel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-provenance.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-exchange-log.h"
#include "bulla-explain-time.h"
#include "bulla-explain.h"
#include "bulla-load-internal.h"
#include "bulla-panel-row.h"
#include "bulla-uri-text.h"

typedef struct {
  const char *label; /* label, for N_() */
  const char *icon_name;
  const char *style;
  const char *summary; /* summary, for N_(); may contain the publisher, then the deliverer */
} Appearance;

static const Appearance APPEARANCES[] = {
    [BULLA_STANDING_NONE] = {N_ ("Error page"), "bulla-none-symbolic", "none",
                             N_ ("Bulla wrote this page because it could not show the address.")},
    [BULLA_STANDING_LIVE] = {N_ ("Live"), "bulla-live-symbolic", "live",
                             N_ ("This page came from the publisher’s server.")},
    [BULLA_STANDING_INSECURE] = {N_ ("Not secure"), "bulla-insecure-symbolic", "refused",
                                 N_ ("This page came over an unencrypted connection. Anyone on the "
                                     "way could have read or changed it.")},
    [BULLA_STANDING_VERIFYING] = {N_ ("Verifying"), "bulla-verifying-symbolic", "verifying",
                                  N_ ("This page comes from a package. Once it is complete, Bulla "
                                      "compares it with what its publisher signed.")},
    [BULLA_STANDING_CHECKING] = {N_ ("Verifying"), "bulla-verifying-symbolic", "verifying",
                                 N_ ("This page comes from the publisher’s server. Once it is "
                                     "complete, Bulla compares it with the server’s response.")},
    [BULLA_STANDING_UNKNOWN] = {N_ ("Unconfirmed"), "bulla-unknown-symbolic", "unknown",
                                N_ ("Bulla can’t confirm where this page came from: a service "
                                    "worker of the site or a cache may have supplied it.")},
    [BULLA_STANDING_SUBSTITUTED] = {N_ ("Substituted"), "bulla-substituted-symbolic", "substituted",
                                    N_ ("This page was signed by its publisher and delivered by "
                                        "someone else. It is shown in the publisher’s origin.")},
    [BULLA_STANDING_SEPARATE] =
        {N_ ("Separate origin"), "bulla-separate-symbolic", "separate",
         N_ ("This package is shown in a separate origin, without access to any site’s data.")},
    [BULLA_STANDING_ISOLATED] = {N_ ("Isolated app"), "bulla-separate-symbolic", "separate",
                                 N_ ("This bundle is signed as a whole. It is shown in an origin "
                                     "made from its key, without access to any site’s data.")},
    [BULLA_STANDING_TRUNCATED] = {N_ ("Incomplete"), "bulla-truncated-symbolic", "truncated",
                                  N_ ("A part of this package differs from what its publisher "
                                      "signed. Bulla stopped loading the page there.")},
    [BULLA_STANDING_FELL_BACK] =
        {N_ ("Live, fallback"), "bulla-live-symbolic", "fell-back",
         N_ ("The package was not accepted. This page came from the publisher’s server instead.")},
    [BULLA_STANDING_REFUSED] = {N_ ("Refused"), "bulla-refused-symbolic", "refused",
                                N_ ("This package was refused. None of its content is shown.")},
};

static const Appearance NEW_WINDOW = {N_ ("New window"), "bulla-none-symbolic", "none",
                                      N_ ("No page is loaded yet.")};
static const Appearance LOCAL_FILE = {N_ ("Local file"), "bulla-none-symbolic", "none",
                                      N_ ("This page is a file on this computer.")};
static const Appearance BUNDLE_CONTENTS = {N_ ("Bundle contents"), "bulla-none-symbolic", "none",
                                           N_ ("Bulla wrote this list of the bundle’s pages.")};

static const Appearance BLANK = {N_ ("Blank page"), "bulla-none-symbolic", "none",
                                 N_ ("This page is empty.")};
static const Appearance CRASHED = {
    N_ ("Crashed"), "bulla-none-symbolic", "none",
    N_ ("The process of this page has ended, so the page is not shown any more. Reload to open it "
        "again.")};

static const Appearance OTHER_VARIANT = {
    N_ ("Live, other variant"), "bulla-live-symbolic", "fell-back",
    N_ ("The package is not the variant that this browser requested. This page came from the "
        "publisher’s server instead.")};

/* Returns the appearance of a page that neither a package nor a server sent, by its address. */
static const Appearance *
find_appearance (BullaProvenance *self)
{
  BullaStanding standing = bulla_provenance_get_standing (self);
  const char *url = bulla_provenance_get_url (self);

  if (bulla_provenance_is_crashed (self))
    return &CRASHED;
  if (standing == BULLA_STANDING_FELL_BACK && bulla_provenance_is_other_variant (self))
    return &OTHER_VARIANT;
  if (standing != BULLA_STANDING_NONE)
    return &APPEARANCES[standing];
  if (bulla_provenance_get_bundle (self) != NULL)
    return &BUNDLE_CONTENTS;
  if (url == NULL || *url == '\0')
    return &NEW_WINDOW;
  if (g_str_has_prefix (url, "about:"))
    return &BLANK;
  return g_str_has_prefix (url, "file:") ? &LOCAL_FILE : &APPEARANCES[standing];
}

/**
 * bulla_provenance_get_label:
 *
 * Returns: one or two words, translated
 */
const char *
bulla_provenance_get_label (BullaProvenance *self)
{
  return _ (find_appearance (self)->label);
}

/**
 * bulla_provenance_is_error:
 *
 * Returns: whether an error page of the shell is shown in place of the page
 */
gboolean
bulla_provenance_is_error (BullaProvenance *self)
{
  return bulla_provenance_is_crashed (self)
         || find_appearance (self) == &APPEARANCES[BULLA_STANDING_NONE]
         || bulla_provenance_get_standing (self) == BULLA_STANDING_REFUSED;
}

const char *
bulla_provenance_get_icon_name (BullaProvenance *self)
{
  return find_appearance (self)->icon_name;
}

/**
 * bulla_provenance_get_style:
 *
 * Returns: the CSS class of badge and panel
 */
const char *
bulla_provenance_get_style (BullaProvenance *self)
{
  return find_appearance (self)->style;
}

char *
bulla_provenance_dup_summary (BullaProvenance *self)
{
  BullaStanding standing = bulla_provenance_get_standing (self);
  const char *summary = _ (find_appearance (self)->summary);
  gboolean unclear = standing == BULLA_STANDING_UNKNOWN || bulla_provenance_is_other_variant (self);
  g_autofree char *why = unclear ? bulla_provenance_dup_why (self) : NULL;

  return why != NULL ? g_strconcat (summary, " ", why, NULL) : g_strdup (summary);
}

static void
add (GListStore *store, const char *title, const char *value)
{
  g_autoptr (BullaPanelRow) entry = bulla_panel_row_new (title, value);

  if (value != NULL && *value != '\0')
    g_list_store_append (store, entry);
}

static void
add_time (GListStore *store, const char *title, gint64 seconds)
{
  g_autofree char *text = bulla_explain_time (seconds, g_get_real_time () / G_USEC_PER_SEC);

  add (store, title, text);
}

/* @past: whether the time has passed */
static const char *
name_expiry (BullaExpiresBy by, gboolean past)
{
  switch (by) {
  case BULLA_EXPIRES_BY_SIGNATURE:
    return past ? _ ("when the signature expired") : _ ("when the signature expires");
  case BULLA_EXPIRES_BY_CERTIFICATE:
    return past ? _ ("when the certificate expired") : _ ("when the certificate expires");
  case BULLA_EXPIRES_BY_OCSP:
    return past ? _ ("when the OCSP response expired") : _ ("when the OCSP response expires");
  case BULLA_EXPIRES_BY_SCT:
    return past ? _ ("since when its timestamps do not suffice")
                : _ ("when its timestamps no longer suffice");
  case BULLA_EXPIRES_BY_CAA:
    return past ? _ ("when the DNSSEC signatures of the CAA records expired")
                : _ ("when the DNSSEC signatures of the CAA records expire");
  case BULLA_EXPIRES_BY_PROFILE:
    return _ ("the limit set by the profile");
  case BULLA_EXPIRES_BY_NONE:
  default:
    return NULL;
  }
}

static void
add_expiry (GListStore *store, BullaLoad *load, BullaVerdict *verdict)
{
  BullaExpiresBy cause = BULLA_EXPIRES_BY_NONE;
  gint64 expires = bulla_verdict_find_end (verdict, &cause);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *by = name_expiry (cause, expires < now);

  if (expires <= 0 || by == NULL) {
    add_time (store, _ ("Valid until"), bulla_load_get_expires (load));
    return;
  }
  g_autofree char *date = bulla_explain_time (expires, now);
  g_autofree char *text = date != NULL ? g_strdup_printf ("%s, %s", date, by) : NULL;
  add (store, _ ("Valid until"), text);
}

/* Adds the hosts that the signing key can sign for, on any port, and where else it is used. */
static void
add_reach (GListStore *store, BullaLoad *load)
{
  g_auto (GStrv) names = bulla_load_dup_reach (load);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", names[i]);
  add (store, _ ("The signing key can sign for"), text->str);
  add (store, _ ("A TLS server uses the same key"), bulla_load_get_tls_host (load));
}

/* Adds whether the local transparency log has this version of the exchange. */
static void
add_log (GListStore *store, BullaProvenance *self, BullaLoad *load)
{
  BullaStore *kept = bulla_provenance_get_store (self);
  const char *integrity = bulla_load_get_header_integrity (load);
  gint64 n = 0, time = -1;

  if (kept == NULL || integrity == NULL || bulla_load_get_url (load) == NULL
      || bulla_load_get_bundle (load) != NULL
      || !bulla_exchange_log_find (kept, bulla_load_get_url (load), integrity, &n, &time, NULL))
    return;
  g_autofree char *since =
      n > 0 ? bulla_explain_time (time, g_get_real_time () / G_USEC_PER_SEC) : NULL;
  g_autofree char *text = since != NULL
                              ? g_strdup_printf (_ ("Entry %lu, since %s"), (gulong)n, since)
                              : g_strdup (_ ("This version was not accepted before"));
  add (store, _ ("In the log of accepted packages"), text);
}

static void
add_package (GListStore *store, BullaLoad *load, BullaVerdict *verdict)
{
  const char *outer = bulla_outer_get_url (bulla_load_get_outer (load));
  gboolean anybody = bulla_load_get_subject (load) != NULL || bulla_load_get_bundle (load) == NULL;

  add (store, anybody ? _ ("Publisher") : _ ("Claimed origin"), bulla_load_get_origin (load));
  add (store, anybody ? _ ("Signed address") : _ ("Claimed address"), bulla_load_get_url (load));
  add (store, _ ("Delivered from"), outer);
  add_time (store, _ ("Signed"), bulla_load_get_date (load));
  add_expiry (store, load, verdict);
  add (store, _ ("Certificate subject"), bulla_load_get_subject (load));
  bulla_provenance_append_validity (load, store);
  add (store, _ ("Older than a version seen before"), bulla_load_get_older (load));
  add_reach (store, load);
}

static void
add_decision (GListStore *store, BullaVerdict *verdict)
{
  BullaReason reason = bulla_verdict_get_reason (verdict);

  if (reason != BULLA_REASON_NONE)
    add (store, _ ("Deciding reason"), bulla_reason_get_nick (reason));
  g_autoptr (BullaExplanation) explanation =
      reason != BULLA_REASON_NONE ? bulla_explain (reason) : NULL;
  if (explanation != NULL)
    add (store, _ ("What it means"), bulla_explanation_get_meaning (explanation));
}

/**
 * bulla_provenance_list_facts:
 *
 * Returns: (transfer full): of #BullaPanelRow: publisher, deliverer, dates
 */
GListModel *
bulla_provenance_list_facts (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  BullaLoad *load = bulla_provenance_get_load (self);
  BullaVerdict *verdict = bulla_provenance_get_verdict (self);
  BullaVerdict *deciding = bulla_provenance_get_deciding_verdict (self);
  g_autofree char *why = bulla_provenance_dup_why (self);
  g_autofree char *address = bulla_address_for_display (bulla_provenance_get_url (self));

  if (bulla_provenance_get_standing (self) != BULLA_STANDING_UNKNOWN) /* the summary contains it */
    add (store, _ ("Why"), why);
  if (load == NULL)
    add (store, _ ("Address"), address);
  if (deciding != NULL)
    add_decision (store, deciding);
  if (load != NULL)
    add_package (store, load, verdict);
  if (load != NULL)
    add_log (store, self, load);
  bulla_provenance_append_bundle_facts (self, store);
  add (store, _ ("What it may leave behind"), bulla_provenance_get_data_text (self));
  if (verdict != NULL)
    add (store, _ ("Profile"), bulla_verdict_get_profile_name (verdict));
  return G_LIST_MODEL (store);
}

static const char *
name_asked (const BullaAsked *asked)
{
  const char *purpose = bulla_contact_get_purpose (asked->first);

  if (asked->unknown)
    return _ ("the page that sent it is not known");
  if (asked->other)
    return _ ("sent by a page that is not shown");
  if (g_strcmp0 (purpose, "package") == 0)
    return _ ("delivered the package");
  if (g_strcmp0 (purpose, "certificate") == 0)
    return _ ("delivered the certificate chain");
  if (g_strcmp0 (purpose, "validity") == 0)
    return _ ("said whether the package is current");
  if (g_strcmp0 (purpose, "page") == 0)
    return _ ("delivered the page");
  if (g_strcmp0 (purpose, "report") == 0)
    return _ ("collects reports for the deliverer");
  return _ ("delivered parts of the page");
}

/**
 * bulla_provenance_list_contacts:
 *
 * Returns: (transfer full): of #BullaPanelRow: each host that received a request, and the publisher
 * if it received none; if the ledger dropped contacts of the page, a row says that instead
 */
GListModel *
bulla_provenance_list_contacts (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  g_autoptr (GPtrArray) asked = bulla_provenance_dup_asked (self);
  BullaLoad *load = bulla_provenance_get_load (self);
  g_autofree char *publisher =
      load != NULL ? bulla_url_dup_document_host (bulla_load_get_url (load)) : NULL;
  gboolean told = FALSE;

  for (guint i = 0; i < asked->len; i++) {
    BullaAsked *each = asked->pdata[i];
    const char *host = bulla_contact_get_host (each->first);
    g_autofree char *text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u request: %s", "%u requests: %s", each->count),
        each->count, name_asked (each));

    told |= g_strcmp0 (host, publisher) == 0;
    add (store, host, text);
  }
  if (!bulla_provenance_knows_contacts (self))
    add (store, _ ("Earlier requests"),
         _ ("not known: the page sent so many requests that the first ones were dropped"));
  else if (publisher != NULL && !told && g_str_has_prefix (bulla_load_get_url (load), "http"))
    add (store, publisher, _ ("0 requests: the publisher was not contacted"));
  return G_LIST_MODEL (store);
}

static const char *
name_source (BullaContactSource source)
{
  switch (source) {
  case BULLA_CONTACT_PACKAGE:
    return _ ("signed");
  case BULLA_CONTACT_CACHE:
    return _ ("live, kept from before");
  case BULLA_CONTACT_NETWORK:
  case BULLA_CONTACT_WITHHELD:
  case BULLA_CONTACT_UNUSED:
  default:
    return _ ("live");
  }
}

/* The first entry says how far the dates are apart. */
static void
add_skew (GListStore *store, BullaProvenance *self, const BullaComposition *composition)
{
  BullaLoad *load = bulla_provenance_get_load (self);
  gint64 bound = load != NULL ? bulla_load_get_skew_max (load) : 0;
  gint64 skew = bulla_composition_get_skew (composition);
  g_autofree char *apart = bulla_explain_duration (skew);

  if (bound > 0 && skew > bound) {
    g_autofree char *most = bulla_explain_duration (bound);
    g_autofree char *text = g_strdup_printf (
        _ ("%s, more than the %s that the profile allows between parts from packages"), apart,
        most);
    add (store, _ ("From first to last"), text);
  } else {
    add (store, _ ("From first to last"), apart);
  }
}

/**
 * bulla_provenance_list_versions:
 *
 * Returns: (transfer full): of #BullaPanelRow: the date of every version that the page is made of,
 * the oldest first; none if the page is made of only one
 */
GListModel *
bulla_provenance_list_versions (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  g_autoptr (BullaComposition) composition = bulla_provenance_dup_composition (self);
  GPtrArray *components = composition->components;

  if (components->len < 2)
    return G_LIST_MODEL (store);
  add_skew (store, self, composition);
  for (guint i = 0; i < components->len; i++) {
    const BullaComponent *each = components->pdata[i];
    g_autofree char *address = bulla_address_for_display (each->url);
    g_autofree char *date = bulla_explain_time (each->date, g_get_real_time () / G_USEC_PER_SEC);
    g_autofree char *text =
        g_strdup_printf ("%s, %s", date != NULL ? date : "?", name_source (each->source));
    add (store, address, text);
  }
  return G_LIST_MODEL (store);
}

/**
 * bulla_provenance_list_steps:
 *
 * Returns: (transfer full): of #BullaPanelRow: every rule that was checked for the package
 */
GListModel *
bulla_provenance_list_steps (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  BullaVerdict *verdict = bulla_provenance_get_verdict (self);

  for (guint i = 0; verdict != NULL && i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autoptr (BullaPanelRow) entry = bulla_panel_row_new_for_step (verdict, i);
    g_list_store_append (store, entry);
  }
  return G_LIST_MODEL (store);
}
