/* bulla-provenance-request.c - writes the texts about the request for a page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-provenance.h"

#include <glib/gi18n.h>

#include "bulla-panel-row.h"
#include "bulla-verdict-text.h"

static const char *
translate (const char *text)
{
  return _ (text);
}

/* Returns: (nullable): the verdict because of which the package does not answer the request */
static BullaVerdict *
get_refusal (BullaProvenance *self)
{
  BullaVerdict *verdict = bulla_provenance_get_request_verdict (self);

  return verdict != NULL && bulla_verdict_get_reason (verdict) != BULLA_REASON_NONE ? verdict
                                                                                    : NULL;
}

/**
 * bulla_provenance_is_other_variant:
 *
 * Returns: whether a package was set aside because it is not the variant that the request selects
 */
gboolean
bulla_provenance_is_other_variant (BullaProvenance *self)
{
  BullaVerdict *verdict = get_refusal (self);

  return verdict != NULL && bulla_verdict_get_reason (verdict) == BULLA_REASON_REQUEST_VARIANTS;
}

/**
 * bulla_provenance_get_deciding_verdict:
 *
 * Returns: (transfer none) (nullable): the verdict that decided how the page is shown: the one on
 *   the request if the package does not answer it, otherwise the one on the package
 */
BullaVerdict *
bulla_provenance_get_deciding_verdict (BullaProvenance *self)
{
  BullaVerdict *refusal = get_refusal (self);

  return refusal != NULL ? refusal : bulla_provenance_get_verdict (self);
}

/**
 * bulla_provenance_dup_why:
 *
 * Returns: (transfer full) (nullable): the explanation of the standing, or else why the package
 *   does not answer the request; %NULL if there is no explanation
 */
char *
bulla_provenance_dup_why (BullaProvenance *self)
{
  const char *detail = bulla_provenance_get_detail (self);
  BullaVerdict *refusal = get_refusal (self);

  if (detail != NULL || refusal == NULL)
    return g_strdup (detail);
  return bulla_verdict_translate_why (refusal, translate);
}

/**
 * bulla_provenance_dup_leniency_banner:
 *
 * Returns: (transfer full) (nullable): the warning about a page of another variant than the request
 *   selects, which was accepted nevertheless
 */
char *
bulla_provenance_dup_leniency_banner (BullaProvenance *self)
{
  BullaVerdict *verdict = bulla_provenance_get_request_verdict (self);
  g_autofree char *how = verdict != NULL ? bulla_verdict_dup_leniency (verdict) : NULL;

  if (how == NULL || !bulla_provenance_is_from_package (self))
    return NULL;
  return g_strdup_printf (_ ("The browser requested another variant of this page: %s."), how);
}

/**
 * bulla_provenance_list_request_steps:
 *
 * Returns: (transfer full): of #BullaPanelRow: every rule that was checked for the request; none if
 *   no package was judged for it
 */
GListModel *
bulla_provenance_list_request_steps (BullaProvenance *self)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  BullaVerdict *verdict = bulla_provenance_get_request_verdict (self);

  for (guint i = 0; verdict != NULL && i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autoptr (BullaPanelRow) entry = bulla_panel_row_new_for_step (verdict, i);
    g_list_store_append (store, entry);
  }
  return G_LIST_MODEL (store);
}
