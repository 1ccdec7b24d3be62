/* bulla-package-opener.c - opens packages for a view, and chooses where to show them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The shell uses the address webpkg://open/?url=… for a package that the user opens. The shell
 * itself fetches and judges the package. If the package may be substituted, the web view shows
 * it at its publisher's URL; any other bundle is shown in a package view. */
#include "bulla-package-opener.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-ledger-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-shell-pages.h"

typedef struct {
  BullaView *view;                 /* owned; web view */
  char *address;                   /* owned; webpkg://open/?url=… */
  WebKitURISchemeRequest *request; /* owned; request for @address; NULL without automation */
  GCancellable *cancellable;       /* owned */
  gint64 started;                  /* g_get_monotonic_time () at the start */
} Visit;

static void
visit_free (Visit *visit)
{
  g_object_unref (visit->view);
  g_object_unref (visit->cancellable);
  g_clear_object (&visit->request);
  g_free (visit->address);
  g_free (visit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visit, visit_free)

/* Ends the request without a page, and without an entry in the history. Returns: whether the
 * user still waits for the package */
static gboolean
end_visit (Visit *visit)
{
  g_autoptr (GError) error = g_error_new_literal (BULLA_PAGE_ERROR, 0, "the shell shows the page");

  if (visit->request != NULL)
    webkit_uri_scheme_request_finish_error (visit->request, error);
  bulla_view_end_opening (visit->view, visit->cancellable);
  return !g_cancellable_is_cancelled (visit->cancellable);
}

static void
show_why_not (Visit *visit, BullaLoad *load, const GError *error)
{
  if (end_visit (visit))
    bulla_view_show_refusal (visit->view, visit->address, load, error);
}

/* Shows the package's page at its publisher's URL. */
static void
go_to_publisher (Visit *visit, const char *url)
{
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
  if (!end_visit (visit))
    return;
  bulla_engine_keep (bulla_view_get_engine (visit->view), bulla_view_get_id (visit->view), load);
  go_to_publisher (visit, bulla_load_get_url (load));
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

/* Says whether the first page of the bundle is shown in the publisher's own origin. */
static gboolean
substitutes (BullaBundle *bundle)
{
  return get_outcome (bundle) == BULLA_OUTCOME_SUBSTITUTE
         && has (bulla_bundle_get_primary_url (bundle));
}

/* Continues after the bundle's digest is known, and with it the origins in which it is shown.
 * @url: (nullable): the page to show; %NULL for the list */
static void
show_apart (BullaView *view, BullaBundle *bundle, const char *url)
{
  g_autofree char *list =
      bulla_address_for_package (bulla_outer_get_url (bulla_bundle_get_outer (bundle)));

  bulla_view_show_package (view, bundle, url != NULL ? url : list);
}

static void
digest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  BullaBundle *bundle = BULLA_BUNDLE (source);

  if (!bulla_bundle_read_digest_finish (bundle, result, &error)) {
    show_why_not (visit, NULL, error);
    return;
  }
  g_autofree char *filter = bulla_address_get_filter (visit->address);
  g_autofree char *start = filter == NULL ? bulla_package_dup_start_url (bundle) : NULL;
  if (end_visit (visit))
    show_apart (visit->view, bundle, start);
}

static void
refuse_bundle (Visit *visit, BullaBundle *bundle)
{
  if (end_visit (visit))
    bulla_view_show_refused_bundle (visit->view, visit->address, bundle);
}

/* Judges the loaded bundle and shows it or an error page. @visit: (transfer full) */
static void
judge_bundle (Visit *visit, BullaBundle *bundle)
{
  g_autoptr (Visit) owned = visit;
  BullaOutcome outcome = get_outcome (bundle);
  BullaEngine *engine = bulla_view_get_engine (visit->view);

  bulla_view_report_bundle (visit->view, bundle);
  if (outcome != BULLA_OUTCOME_SUBSTITUTE && outcome != BULLA_OUTCOME_SEPARATE_ORIGIN) {
    refuse_bundle (visit, bundle);
  } else if (!substitutes (bundle)) {
    bulla_bundle_read_digest_async (bundle, visit->cancellable, digest_cb,
                                    g_steal_pointer (&owned));
  } else if (end_visit (visit)) {
    const char *primary = bulla_bundle_get_primary_url (bundle);
    bulla_engine_keep_bundle (engine, bulla_view_get_id (visit->view), bundle, primary);
    go_to_publisher (visit, primary);
  }
}

/* --- opening */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) package = bulla_loader_open_finish (BULLA_LOADER (source), result, &error);

  if (g_cancellable_is_cancelled (visit->cancellable)) {
    end_visit (visit);
  } else if (BULLA_IS_BUNDLE (package)) {
    judge_bundle (g_steal_pointer (&visit), BULLA_BUNDLE (package));
  } else if (BULLA_IS_LOAD (package)) {
    bulla_engine_note_opened (bulla_view_get_engine (visit->view), bulla_view_get_id (visit->view),
                              BULLA_LOAD (package), visit->started);
    judge_load (visit, BULLA_LOAD (package));
  } else {
    show_why_not (visit, NULL, error);
  }
}

/* Opens the package. @visit: (transfer full) */
static void
fetch (Visit *visit, const char *url)
{
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (visit->view));
  guint view = bulla_view_get_number (visit->view);

  visit->started = g_get_monotonic_time ();
  g_free (bulla_ledger_navigate (bulla_loader_get_ledger (loader), view, url, NULL, FALSE));
  if (g_str_has_prefix (url, "https://")) {
    bulla_loader_open_url_for_async (loader, url, view, NULL, visit->cancellable, opened_cb, visit);
    return;
  }
  g_autofree char *path = g_filename_from_uri (url, NULL, NULL);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (url);
  if (path != NULL) {
    bulla_loader_open_file_async (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL,
                                  visit->cancellable, opened_cb, visit);
    return;
  }
  g_autoptr (GError) error =
      g_error_new (BULLA_ERROR, BULLA_ERROR_REFUSED, _ ("“%s” is not the path of a file"), url);
  show_why_not (visit, NULL, error);
  visit_free (visit);
}

/**
 * bulla_package_opener_open:
 * @view: a web view
 * @address: `webpkg://open/?url=…`, chosen by the user
 * @request: (nullable): under automation the driver's request for @address
 */
void
bulla_package_opener_open (BullaView *view, const char *address, WebKitURISchemeRequest *request)
{
  g_autofree char *url = bulla_address_get_package (address);
  Visit *visit = g_new0 (Visit, 1);

  visit->view = g_object_ref (view);
  visit->address = g_strdup (address);
  visit->request = request != NULL ? g_object_ref (request) : NULL;
  visit->cancellable = bulla_view_begin_opening (view);
  if (url != NULL && (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "file:///"))) {
    fetch (visit, url);
    return;
  }
  g_autoptr (GError) error = g_error_new_literal (
      BULLA_ERROR, BULLA_ERROR_REFUSED,
      _ ("Only https URLs and files can be opened as packages: webpkg://open/?url=…"));
  show_why_not (visit, NULL, error);
  visit_free (visit);
}

/* --- a bundle that came as the response to a navigation */

typedef struct {
  BullaView *view;           /* owned */
  char *url;                 /* owned; resource to show; NULL for the primary one */
  GCancellable *cancellable; /* owned */
} Arrival;

static void
arrived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = user_data;
  BullaBundle *bundle = BULLA_BUNDLE (source);
  g_autoptr (GError) error = NULL;
  gboolean read = bulla_bundle_read_digest_finish (bundle, result, &error);

  bulla_view_end_opening (arrival->view, arrival->cancellable);
  if (g_cancellable_is_cancelled (arrival->cancellable)) {
    g_debug ("a bundle arrived after its opening was cancelled");
  } else if (read) {
    g_autofree char *start = arrival->url != NULL ? bulla_package_dup_url (bundle, arrival->url)
                                                  : bulla_package_dup_start_url (bundle);
    show_apart (arrival->view, bundle, start);
  } else {
    bulla_view_show_refusal (arrival->view, bulla_outer_get_url (bulla_bundle_get_outer (bundle)),
                             NULL, error);
  }
  g_object_unref (arrival->view);
  g_object_unref (arrival->cancellable);
  g_free (arrival->url);
  g_free (arrival);
}

/**
 * bulla_package_opener_show_bundle:
 * @view: a web view
 * @bundle: the response to a navigation of @view, which may still be arriving; it must not be shown
 *   in the origins that it claims
 * @url: (nullable): the resource to show; %NULL for its primary resource, or the list of resources
 */
void
bulla_package_opener_show_bundle (BullaView *view, BullaBundle *bundle, const char *url)
{
  Arrival *arrival = g_new0 (Arrival, 1);
  BullaNavigationState *state = bulla_view_get_navigation_state (view);

  g_free (state->arriving);
  state->arriving = g_strdup (bulla_outer_get_url (bulla_bundle_get_outer (bundle)));
  arrival->view = g_object_ref (view);
  arrival->url = g_strdup (url);
  arrival->cancellable = bulla_view_begin_opening (view);
  bulla_bundle_read_digest_async (bundle, arrival->cancellable, arrived_cb, arrival);
}
