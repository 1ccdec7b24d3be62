/* bulla-provenance-bundle.c - describes a bundle in the panel: its resources and their signers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-address.h"
#include "bulla-explain-time.h"
#include "bulla-explain.h"
#include "bulla-panel-row.h"
#include "bulla-provenance.h"

#define RESOURCES_MAX 500 /* most rows of resources that are shown */

static void
add (GListStore *store, const char *title, const char *value)
{
  g_autoptr (BullaPanelRow) entry = bulla_panel_row_new (title, value);

  if (value != NULL && *value != '\0')
    g_list_store_append (store, entry);
}

static char *
dup_date (gint64 seconds)
{
  return bulla_explain_time (seconds, g_get_real_time () / G_USEC_PER_SEC);
}

/* Returns the names of the headers that are dropped from a response outside of its origin. */
static char *
dup_dropped (BullaLoad *load)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (g_str_equal (bulla_verdict_get_rule (verdict, i), "response.stateful")) {
      g_autofree char *seen = bulla_explain_observed (verdict, i);
      const char *prefix = "dropped: ";

      if (seen != NULL && g_str_has_prefix (seen, prefix))
        return g_strdup (seen + strlen (prefix));
    }
  return NULL;
}

static void
add_bundle_verdict (GListStore *store, BullaBundle *bundle)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);
  BullaReason reason = verdict != NULL ? bulla_verdict_get_reason (verdict) : BULLA_REASON_NONE;

  if (reason != BULLA_REASON_NONE)
    add (store, _ ("Verdict on the bundle"), bulla_reason_get_nick (reason));
}

/**
 * bulla_provenance_append_bundle_facts:
 * @store: a list of #BullaPanelRow
 *
 * Appends the facts about the page's bundle, if it has one.
 */
void
bulla_provenance_append_bundle_facts (BullaProvenance *self, GListStore *store)
{
  BullaBundle *bundle = bulla_provenance_get_bundle (self);
  BullaLoad *load = bulla_provenance_get_load (self);

  if (bundle == NULL)
    return;
  g_autofree char *dropped = load != NULL ? dup_dropped (load) : NULL;
  g_autofree char *count = g_strdup_printf ("%u", bulla_bundle_get_n_resources (bundle));
  if (load == NULL) {
    g_autofree char *from =
        bulla_address_for_display (bulla_outer_get_url (bulla_bundle_get_outer (bundle)));
    add (store, _ ("Delivered from"), from);
  }
  add (store, _ ("Bundle format"), bulla_bundle_get_version (bundle));
  add (store, _ ("Primary address"), bulla_bundle_get_primary_url (bundle));
  add (store, _ ("Web bundle ID"), bulla_bundle_get_web_bundle_id (bundle));
  add (store, _ ("Resources"), count);
  add_bundle_verdict (store, bundle);
  add (store, _ ("Dropped headers"), dropped);
}

/* --- its resources */

/* Each subset names its signer, and is judged with the first response that it covers. */
static char *
describe_subset (BullaBundle *bundle, guint resource)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_there (bundle, resource, 0, &error);
  BullaVerdict *verdict = load != NULL ? bulla_load_get_verdict (load) : NULL;

  if (verdict == NULL) /* or it waits for bytes or DNS, which the panel does not */
    return g_strdup (error != NULL ? _ ("Failed to parse") : _ ("Signature not verified yet"));
  const char *who = bulla_load_get_subject (load);
  gint64 expires = bulla_verdict_get_expires (verdict);
  g_autofree char *until = dup_date (expires > 0 ? expires : bulla_load_get_expires (load));
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    return g_strdup_printf (_ ("Signed by %s, valid until %s"), who != NULL ? who : "?",
                            until != NULL ? until : "?");
  BullaReason reason = bulla_verdict_get_reason (verdict);
  return g_strdup_printf (_ ("Signature failed verification: %s"),
                          reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : "?");
}

static const char *
describe_resource (BullaBundle *bundle, guint resource, GHashTable *subsets)
{
  gint subset = bulla_bundle_get_subset (bundle, resource);

  if (subset < 0)
    return bulla_bundle_is_signed (bundle) ? _ ("Covered by the signature of the bundle")
                                           : _ ("Not signed");
  char *text = g_hash_table_lookup (subsets, GINT_TO_POINTER (subset));
  if (text == NULL) {
    text = describe_subset (bundle, resource);
    g_hash_table_insert (subsets, GINT_TO_POINTER (subset), text);
  }
  return text;
}

/**
 * bulla_provenance_list_resources:
 *
 * Returns: (transfer full): of #BullaPanelRow: each resource of the bundle, and its signer
 */
GListModel *
bulla_provenance_list_resources (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  BullaBundle *bundle = bulla_provenance_get_bundle (self);
  guint count = bundle != NULL ? bulla_bundle_get_n_resources (bundle) : 0;
  g_autoptr (GHashTable) subsets =
      g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free);

  for (guint i = 0; i < MIN (count, RESOURCES_MAX); i++) {
    g_autofree char *url = bulla_bundle_dup_url (bundle, i);
    add (store, url, describe_resource (bundle, i, subsets));
  }
  if (count > RESOURCES_MAX) {
    g_autofree char *rest =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more resource", "%u more resources",
                                      count - RESOURCES_MAX),
                         count - RESOURCES_MAX);
    add (store, "…", rest);
  }
  return G_LIST_MODEL (store);
}

/**
 * bulla_provenance_list_refused:
 *
 * Returns: (transfer full): of #BullaPanelRow: the blocked requests, and the broken rules
 */
GListModel *
bulla_provenance_list_refused (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  GPtrArray *all = bulla_provenance_get_refused (self);

  for (guint i = 0; i < all->len; i++) {
    const BullaRefused *refused = all->pdata[i];
    g_autoptr (GString) text = g_string_new (refused->message);

    for (guint j = 0; refused->verdict != NULL && j < bulla_verdict_get_n_steps (refused->verdict);
         j++) {
      g_autofree char *seen = bulla_explain_observed (refused->verdict, j);

      if (bulla_verdict_get_state (refused->verdict, j) == BULLA_STATE_BROKEN)
        g_string_append_printf (
            text, "%s%s: %s", text->len > 0 ? "\n" : "",
            bulla_reason_get_nick (bulla_verdict_get_step_reason (refused->verdict, j)),
            seen != NULL ? seen : "");
    }
    add (store, refused->url, text->str);
  }
  return G_LIST_MODEL (store);
}

/* --- the banner */

/* Returns: (nullable): the warning about a page that is shown although a newer one was seen */
static char *
dup_older_banner (BullaProvenance *self)
{
  BullaLoad *load = bulla_provenance_get_load (self);
  const char *older = load != NULL ? bulla_load_get_older (load) : NULL;
  BullaStanding standing = bulla_provenance_get_standing (self);

  if (older == NULL
      || (standing != BULLA_STANDING_SUBSTITUTED && standing != BULLA_STANDING_VERIFYING))
    return NULL;
  return g_strdup_printf (_ ("This page is older than a version seen before: %s."), older);
}

/**
 * bulla_provenance_dup_banner:
 *
 * Returns: (transfer full) (nullable): the warning about a page that is older than one seen before,
 *   about another variant than the request selects, or about a bundle that is signed for its
 * publisher, but shown at a separate origin
 */
char *
bulla_provenance_dup_banner (BullaProvenance *self)
{
  BullaBundle *bundle = bulla_provenance_get_bundle (self);
  BullaLoad *load = bulla_provenance_get_load (self);
  BullaVerdict *verdict = bulla_provenance_get_verdict (self);
  char *older = dup_older_banner (self);

  if (older != NULL)
    return older;
  char *lenient = bulla_provenance_dup_leniency_banner (self);
  if (lenient != NULL)
    return lenient;
  if (bundle == NULL || verdict == NULL
      || bulla_provenance_get_standing (self) != BULLA_STANDING_SEPARATE
      || bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE)
    return NULL;
  BullaReason reason = bulla_verdict_get_reason (verdict);
  gint64 end =
      load != NULL && reason == BULLA_REASON_SIGNATURE_EXPIRED ? bulla_load_get_expires (load) : 0;
  g_autofree char *since = dup_date (end);
  if (since != NULL)
    return g_strdup_printf (_ ("The signature of this page expired on %s: %s. The page is shown in "
                               "a separate origin, without access to the publisher’s data."),
                            since, bulla_reason_get_nick (reason));
  return g_strdup_printf (_ ("The signature of this page failed verification: %s. The page is "
                             "shown in a separate origin, without access to the publisher’s data."),
                          bulla_reason_get_nick (reason));
}
