/* bulla-view-data-rights.c - what the substituted page of a view may leave behind
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-private.h"

#include <glib/gi18n.h>

#include "bulla-substituted-sessions.h"

/* --- rights */

/* Returns: (nullable): the https URL that delivered the page's package */
static const char *
get_distributor (BullaView *self, BullaProvenance *provenance)
{
  BullaOuter *outer = bulla_provenance_get_outer (provenance);
  const char *url = outer != NULL ? bulla_outer_get_url (outer) : NULL;

  if (self->apart != NULL)
    return bulla_handover_get_distributor (self->apart);
  return url != NULL && g_str_has_prefix (url, "https://") ? url : NULL;
}

static void
judge (BullaView *self, BullaProvenance *provenance, BullaDataRights *rights)
{
  const char *url = self->apart != NULL ? bulla_handover_get_url (self->apart)
                                        : bulla_provenance_get_url (provenance);

  bulla_substituted_sessions_judge (bulla_engine_get_apart (self->engine), url,
                                    get_distributor (self, provenance), rights);
}

/* Says whether a package's page is shown in its publisher's origin. */
static gboolean
is_substituted (BullaProvenance *provenance)
{
  BullaStanding standing = bulla_provenance_get_standing (provenance);

  return standing == BULLA_STANDING_VERIFYING || standing == BULLA_STANDING_SUBSTITUTED
         || standing == BULLA_STANDING_TRUNCATED;
}

/* --- the panel */

static const char *const WORDS[] = {
    [BULLA_DATA_ALLOW] = "allow",
    [BULLA_DATA_PARTITION] = "partition",
    [BULLA_DATA_UNTIL_CONFIRMED] = "until-confirmed",
    [BULLA_DATA_DENY] = "deny",
};

/* @apart: whether the page is in a session of its own */
static char *
explain (BullaDataChoice choice, gboolean apart, const BullaDataRights *rights)
{
  if (choice != BULLA_DATA_ALLOW && !apart)
    return g_strdup (
        _ ("Nothing. Bulla can’t keep its data apart here, so the page is in a sandbox "
           "without storage, service workers and permissions."));
  switch (choice) {
  case BULLA_DATA_PARTITION:
    return rights->partition != NULL
               ? g_strdup_printf (_ ("Data in a partition of pages from %s. Live pages of the site "
                                     "don’t see them, and the page doesn’t see theirs."),
                                  rights->partition)
               : g_strdup (_ ("Data of its own until you leave the page: its package came from a "
                              "file. Live pages of the site don’t see them."));
  case BULLA_DATA_UNTIL_CONFIRMED:
    return g_strdup (
        rights->lasts
            ? _ ("Data apart from those of live pages. They are kept, because the site’s own "
                 "server has sent a page.")
            : _ ("Data apart from those of live pages, until you leave the page. Then they are "
                 "removed, unless the site’s own server has sent a page. Permissions are denied."));
  case BULLA_DATA_DENY:
    return g_strdup (
        _ ("Nothing. It can’t use storage, cookies or service workers, and permissions "
           "are denied."));
  case BULLA_DATA_ALLOW:
  default:
    return g_strdup (_ ("Everything: it shares cookies, storage and service workers with the "
                        "site’s live pages."));
  }
}

/**
 * bulla_view_describe_data:
 * @provenance: provenance of the page that @self shows
 *
 * Writes for panel and decision log what the page may leave behind. A page that shares the storage
 * of live pages is remembered, so that its data can be forgotten.
 */
void
bulla_view_describe_data (BullaView *self, BullaProvenance *provenance)
{
  BullaSubstitutedSessions *apart = bulla_engine_get_apart (self->engine);
  BullaDataChoice choice = bulla_data_get_choice (bulla_substituted_sessions_get_profile (apart));
  g_auto (BullaDataRights) rights = {FALSE};

  if (!is_substituted (provenance))
    return;
  judge (self, provenance, &rights);
  g_autofree char *text = explain (choice, self->apart != NULL, &rights);
  bulla_provenance_set_data (provenance, WORDS[choice], text);
  if (!rights.apart && !self->private_window)
    bulla_substituted_sessions_note_shared (apart, bulla_provenance_get_url (provenance));
}

/**
 * bulla_view_is_substituted:
 *
 * Returns: whether @self shows a package's page in its publisher's origin
 */
gboolean
bulla_view_is_substituted (BullaView *self)
{
  return is_substituted (self->provenance);
}

/**
 * bulla_view_may_ask:
 * @self: a view that shows a substituted page
 *
 * Returns: whether the profile lets the page ask for permissions
 */
gboolean
bulla_view_may_ask (BullaView *self)
{
  g_auto (BullaDataRights) rights = {FALSE};

  judge (self, self->provenance, &rights);
  return rights.asks && (!rights.apart || self->apart != NULL);
}

/* --- a view of one substituted page */

/**
 * bulla_view_get_apart:
 *
 * Returns: (transfer none) (nullable): the package of a view that shows one substituted page in a
 *   session of its own; %NULL for other views
 */
BullaHandover *
bulla_view_get_apart (BullaView *self)
{
  return self->apart;
}

/**
 * bulla_view_enter_apart:
 * @handover: the package whose page @self shows
 */
void
bulla_view_enter_apart (BullaView *self, BullaHandover *handover)
{
  self->apart = g_object_ref (handover);
  bulla_substituted_sessions_enter (bulla_engine_get_apart (self->engine),
                                    webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (self)));
  bulla_gateway_put_handover (bulla_engine_get_gateway (self->engine), self->id.session,
                              self->id.token, handover);
}

/**
 * bulla_view_take_reason:
 * @self: a web view that is about to open @url
 * @from: the view of a substituted page, which leaves for @url
 * @url: the URL
 *
 * If @from leaves because its package may not answer its request any more, @self shows why.
 */
void
bulla_view_take_reason (BullaView *self, BullaView *from, const char *url)
{
  bulla_gateway_move_reason (bulla_engine_get_gateway (self->engine), from->id.session,
                             from->id.token, self->id.session, self->id.token, url);
}

/**
 * bulla_view_leave_apart:
 *
 * Removes the data of the page, unless they last. Called when the view ends.
 */
void
bulla_view_leave_apart (BullaView *self)
{
  g_auto (BullaDataRights) rights = {FALSE};

  if (self->apart == NULL)
    return;
  judge (self, self->provenance, &rights);
  bulla_substituted_sessions_leave (bulla_engine_get_apart (self->engine),
                                    webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (self)),
                                    rights.lasts && !self->private_window);
  g_clear_object (&self->apart);
}
