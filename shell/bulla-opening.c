/* bulla-opening.c - webpkg://open/?url=…: a package that the user opens by its address
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-opening.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-ledger-private.h"
#include "bulla-loader-private.h"
#include "bulla-package-scheme.h"
#include "bulla-package.h"
#include "bulla-page.h"

typedef struct {
  WebKitURISchemeRequest *request; /* owned */
  BullaView *view;                 /* owned */
  gint64 started;                  /* monotonic */
} Visit;

static void
visit_free (Visit *visit)
{
  g_object_unref (visit->request);
  g_object_unref (visit->view);
  g_free (visit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visit, visit_free)

/* A page of ours at the door's own address: reload asks again, back finds it. */
static void
show_why_not (Visit *visit, BullaLoad *load, const GError *error)
{
  const char *address = webkit_uri_scheme_request_get_uri (visit->request);

  bulla_view_announce_refusal (visit->view, address, load);
  bulla_package_scheme_show_page (visit->request, bulla_page_write_refusal (address, load, error));
}

/* This request ends, and leaves nothing in the history. */
static void
hop (Visit *visit, const char *url)
{
  g_autoptr (GError) error = g_error_new_literal (BULLA_PAGE_ERROR, 0, "the package is shown");

  webkit_uri_scheme_request_finish_error (visit->request, error);
  bulla_ledger_send_on (bulla_engine_get_ledger (bulla_view_get_engine (visit->view)),
                        bulla_view_get_number (visit->view), url, NULL);
  bulla_view_open (visit->view, url);
}

/* --- an exchange */

static void
judge_load (Visit *visit, BullaLoad *load)
{
  if (bulla_verdict_get_outcome (bulla_load_get_verdict (load)) != BULLA_OUTCOME_SUBSTITUTE) {
    show_why_not (visit, load, NULL);
    return;
  }
  bulla_engine_keep (bulla_view_get_engine (visit->view), visit->view, load);
  hop (visit, bulla_load_get_url (load));
}

/* --- a bundle */

static BullaOutcome
get_outcome (BullaBundle *bundle)
{
  return bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle));
}

static gboolean
has (const char *text)
{
  return text != NULL && *text != '\0';
}

/* Whether the view goes to the publisher's own origin: the gateway has the bundle. */
static gboolean
substitutes (BullaBundle *bundle)
{
  return get_outcome (bundle) == BULLA_OUTCOME_SUBSTITUTE
         && has (bulla_bundle_get_primary_url (bundle));
}

/* Once its digest is known, so are the origins that it is shown in. */
static void
let_in (BullaView *view, BullaBundle *bundle)
{
  BullaEngine *engine = bulla_view_get_engine (view);
  g_autofree char *token = bulla_view_dup_token (view);

  if (get_outcome (bundle) == BULLA_OUTCOME_SUBSTITUTE)
    bulla_engine_keep_bundle (engine, view, bundle);
  bulla_package_door_open (bulla_engine_get_door (engine), token, bundle);
}

static void
show_list (Visit *visit, BullaBundle *bundle)
{
  const char *address = webkit_uri_scheme_request_get_uri (visit->request);
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_NONE, address, bundle, NULL);

  bulla_view_expect (visit->view, provenance);
  bulla_package_scheme_show_page (visit->request, bulla_page_write_list (address, bundle));
}

static void
digest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  BullaBundle *bundle = BULLA_BUNDLE (source);
  const char *address = webkit_uri_scheme_request_get_uri (visit->request);

  if (!bulla_bundle_read_digest_finish (bundle, result, &error)) {
    show_why_not (visit, NULL, error);
    return;
  }
  let_in (visit->view, bundle);
  g_autofree char *filter = bulla_address_get_filter (address);
  g_autofree char *start = filter == NULL ? bulla_package_dup_start_url (bundle) : NULL;
  if (start != NULL)
    hop (visit, start);
  else
    show_list (visit, bundle);
}

static void
refuse_bundle (Visit *visit, BullaBundle *bundle)
{
  const char *address = webkit_uri_scheme_request_get_uri (visit->request);
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_REFUSED, address, bundle, NULL);

  bulla_view_expect (visit->view, provenance);
  bulla_package_scheme_show_page (
      visit->request, bulla_page_write_verdict (address, bulla_bundle_get_verdict (bundle),
                                                bulla_bundle_get_primary_url (bundle)));
}

/* Returns: whether @visit is over */
static gboolean
judge_bundle (Visit *visit, BullaBundle *bundle)
{
  BullaOutcome outcome = get_outcome (bundle);
  BullaEngine *engine = bulla_view_get_engine (visit->view);

  bulla_engine_note_bundle (engine, visit->view, bundle);
  if (outcome != BULLA_OUTCOME_SUBSTITUTE && outcome != BULLA_OUTCOME_SEPARATE_ORIGIN) {
    refuse_bundle (visit, bundle);
    return TRUE;
  }
  if (!substitutes (bundle)) {
    bulla_bundle_read_digest_async (bundle, NULL, digest_cb, visit);
    return FALSE;
  }
  bulla_engine_keep_bundle (engine, visit->view, bundle);
  hop (visit, bulla_bundle_get_primary_url (bundle));
  return TRUE;
}

/* --- opening */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) package = bulla_loader_open_finish (BULLA_LOADER (source), result, &error);

  if (BULLA_IS_BUNDLE (package)) {
    if (!judge_bundle (visit, BULLA_BUNDLE (package)))
      g_steal_pointer (&visit);
  } else if (BULLA_IS_LOAD (package)) {
    bulla_engine_note_opened (bulla_view_get_engine (visit->view), visit->view,
                              BULLA_LOAD (package), visit->started);
    judge_load (visit, BULLA_LOAD (package));
  } else
    show_why_not (visit, NULL, error);
}

/* @visit: (transfer full) */
static void
enter (Visit *visit, const char *url)
{
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (visit->view));
  guint view = bulla_view_get_number (visit->view);

  visit->started = g_get_monotonic_time ();
  g_free (bulla_ledger_navigate (bulla_loader_get_ledger (loader), view, url, NULL, FALSE));
  if (g_str_has_prefix (url, "https://")) {
    bulla_loader_open_url_for_async (loader, url, view, NULL, NULL, opened_cb, visit);
    return;
  }
  g_autofree char *path = g_filename_from_uri (url, NULL, NULL);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (url);
  if (path != NULL) {
    bulla_loader_open_file_async (loader, path, outer, NULL, NULL, opened_cb, visit);
    return;
  }
  g_autoptr (GError) error =
      g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED, _ ("“%s” names no file"), url);
  show_why_not (visit, NULL, error);
  visit_free (visit);
}

/**
 * bulla_opening_answer:
 * @request: for an address of a package; the view itself asks, and no page
 */
void
bulla_opening_answer (WebKitURISchemeRequest *request, BullaView *view)
{
  g_autofree char *url = bulla_address_get_package (webkit_uri_scheme_request_get_uri (request));

  if (url == NULL || (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "file:///"))) {
    g_autoptr (GError) error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED,
                                                    _ ("Packages are opened from https and from "
                                                       "files, as webpkg://open/?url=…"));
    webkit_uri_scheme_request_finish_error (request, error);
    return;
  }
  Visit *visit = g_new0 (Visit, 1);
  visit->request = g_object_ref (request);
  visit->view = g_object_ref (view);
  enter (visit, url);
}

/* a bundle that came in place of a page */
typedef struct {
  BullaView *view; /* owned */
  char *url;       /* owned; nullable */
} Arrival;

static void
arrived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = user_data;
  BullaBundle *bundle = BULLA_BUNDLE (source);
  const char *outer = bulla_outer_get_url (bulla_bundle_get_outer (bundle));
  g_autoptr (GError) error = NULL;

  if (bulla_bundle_read_digest_finish (bundle, result, &error)) {
    let_in (arrival->view, bundle);
    char *start = arrival->url != NULL ? bulla_package_dup_url (bundle, arrival->url)
                                       : bulla_package_dup_start_url (bundle);
    g_autofree char *address = start != NULL ? start : bulla_address_for_package (outer);
    bulla_view_open (arrival->view, address);
  } else {
    bulla_view_show_refusal (arrival->view, outer, NULL, error);
  }
  g_object_unref (arrival->view);
  g_free (arrival->url);
  g_free (arrival);
}

/**
 * bulla_opening_show_bundle:
 * @bundle: came as the response to a navigation of @view, perhaps comes still, and is not shown in
 *   the origins that it claims
 * @url: (nullable): the resource to show; %NULL: its primary one, or the list of them
 */
void
bulla_opening_show_bundle (BullaView *view, BullaBundle *bundle, const char *url)
{
  Arrival *arrival = g_new0 (Arrival, 1);
  BullaItinerary *itinerary = bulla_view_get_itinerary (view);

  g_free (itinerary->arriving);
  itinerary->arriving = g_strdup (bulla_outer_get_url (bulla_bundle_get_outer (bundle)));
  arrival->view = g_object_ref (view);
  arrival->url = g_strdup (url);
  bulla_bundle_read_digest_async (bundle, NULL, arrived_cb, arrival);
}
