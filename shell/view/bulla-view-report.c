/* bulla-view-report.c - writes the pages and blocked requests of a view to the decision log
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The pages of a package view are written once the view has become visible. */
#include "bulla-view-private.h"

#include <glib/gi18n.h>

#include "bulla-printable.h"
#include "bulla-variants-choices.h"

static void
write_page (BullaView *self, BullaProvenance *provenance)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log != NULL)
    bulla_decision_log_write_page (log, self->id.number, provenance,
                                   self->client != NULL ? self->client->name : NULL);
}

/**
 * bulla_view_report:
 *
 * Writes the page that the view shows now.
 */
void
bulla_view_report (BullaView *self)
{
  if (!self->revealed) {
    g_ptr_array_add (self->unreported, g_object_ref (self->provenance));
    return;
  }
  write_page (self, self->provenance);
  if (bulla_provenance_get_standing (self->provenance) == BULLA_STANDING_TRUNCATED)
    bulla_view_give_notice (
        self,
        _ ("The page is incomplete: a part of the package differs from what its publisher signed"));
}

/**
 * bulla_view_reveal:
 * @self: a package view
 *
 * Records that the view has become visible in its window.
 */
void
bulla_view_reveal (BullaView *self)
{
  self->revealed = TRUE;
  if (self->unreported->len == 0)
    bulla_view_report (self);
  for (guint i = 0; i < self->unreported->len; i++)
    write_page (self, self->unreported->pdata[i]);
  g_ptr_array_set_size (self->unreported, 0);
}

/* Returns: (transfer full): of #BullaPanelRow: which variants the client of the view gets of the
 * shown page's package */
static GListModel *
list_variants (BullaView *self)
{
  BullaProfile *profile = bulla_loader_get_profile (bulla_engine_get_loader (self->engine));
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaClient) client =
      self->client != NULL ? bulla_client_ref (self->client) : bulla_view_dup_own_client (&error);

  if (client != NULL)
    return bulla_variants_list_choices (self->provenance, client,
                                        bulla_profile_get_settings (profile));
  g_autofree char *text = bulla_printable_dup (error->message);
  g_warning ("clients: %s", text);
  return G_LIST_MODEL (g_list_store_new (G_TYPE_OBJECT));
}

/**
 * bulla_view_report_left:
 *
 * Writes the hosts that were contacted for the previous page.
 */
void
bulla_view_report_left (BullaView *self)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log == NULL || bulla_provenance_get_url (self->provenance) == NULL)
    return;
  g_autoptr (GListModel) variants = list_variants (self);
  bulla_decision_log_write_left (log, self->id.number, self->provenance, variants);
}

/**
 * bulla_view_report_comparison:
 * @client: the client as which the publisher was asked
 * @rows: of #BullaPanelRow: what differs from its response
 *
 * Writes the comparison of the shown page with the publisher's response.
 */
void
bulla_view_report_comparison (BullaView *self, const BullaClient *client, GListModel *rows)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log != NULL)
    bulla_decision_log_write_compared (
        log, self->id.number, bulla_provenance_get_url (self->provenance), client->name, rows);
}

/**
 * bulla_view_report_bundle:
 * @bundle: a bundle that was opened for @self and judged
 */
void
bulla_view_report_bundle (BullaView *self, BullaBundle *bundle)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log != NULL)
    bulla_decision_log_write_event (log, self->id.number, BULLA_VIEW_EVENT_DECIDED,
                                    bulla_bundle_get_primary_url (bundle), NULL,
                                    bulla_bundle_get_verdict (bundle), NULL);
}

/**
 * bulla_view_report_refused:
 * @url: the URL that a page in @self requested
 * @verdict: (nullable): the verdict on the request
 *
 * Writes the blocked request, and keeps it for the panel.
 */
void
bulla_view_report_refused (BullaView *self, const char *url, BullaVerdict *verdict,
                           const char *message)
{
  BullaDecisionLog *log = bulla_view_registry_get_log (self->registry);

  if (log != NULL)
    bulla_decision_log_write_event (log, self->id.number, BULLA_VIEW_EVENT_REFUSED, url, NULL,
                                    verdict, message);
  bulla_provenance_add_refused (self->provenance, url, verdict, message);
}
