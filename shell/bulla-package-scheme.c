/* bulla-package-scheme.c - webpkg://open/?url=…: a package that the user opens by its address
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-package-scheme.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-page.h"
#include "bulla-view.h"

typedef struct {
  WebKitURISchemeRequest *request; /* owned */
  BullaView *view;                 /* owned */
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
  char *html = bulla_page_write_refusal (address, load, error);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (html, -1, g_free);
  g_autoptr (WebKitURISchemeResponse) response = webkit_uri_scheme_response_new (stream, -1);

  bulla_view_announce_refusal (visit->view, address, load);
  webkit_uri_scheme_response_set_content_type (response, "text/html; charset=utf-8");
  webkit_uri_scheme_request_finish_with_response (visit->request, response);
}

/* The package waits for its request; this one ends, and leaves nothing in the history. */
static void
hop (Visit *visit, BullaLoad *load)
{
  g_autoptr (GError) error = g_error_new_literal (BULLA_PAGE_ERROR, 0, "the package is shown");

  bulla_engine_keep (bulla_view_get_engine (visit->view), visit->view, load);
  webkit_uri_scheme_request_finish_error (visit->request, error);
  bulla_view_open (visit->view, bulla_load_get_url (load));
}

static void
judged (Visit *visit, BullaLoad *load, const GError *error)
{
  if (load == NULL)
    show_why_not (visit, NULL, error);
  else if (bulla_verdict_get_outcome (bulla_load_get_verdict (load)) == BULLA_OUTCOME_SUBSTITUTE)
    hop (visit, load);
  else
    show_why_not (visit, load, NULL);
}

static void
url_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_loader_load_url_finish (BULLA_LOADER (source), result, &error);

  judged (visit, load, error);
}

static void
file_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_loader_load_finish (BULLA_LOADER (source), result, &error);

  judged (visit, load, error);
}

static void
file_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = g_file_get_uri (G_FILE (source));
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (url);
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL) {
    judged (visit, NULL, error);
    return;
  }
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (visit->view));
  bulla_loader_load_async (loader, outer, G_INPUT_STREAM (stream), NULL, NULL, file_loaded_cb,
                           g_steal_pointer (&visit));
}

/* @visit: (transfer full) */
static void
enter (Visit *visit, const char *url)
{
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (visit->view));

  if (g_str_has_prefix (url, "https://")) {
    bulla_loader_load_url_async (loader, url, NULL, NULL, url_loaded_cb, visit);
    return;
  }
  g_autoptr (GFile) file = g_file_new_for_uri (url);
  g_file_read_async (file, G_PRIORITY_DEFAULT, NULL, file_read_cb, visit);
}

static void
request_cb (WebKitURISchemeRequest *request, gpointer user_data)
{
  WebKitWebView *view = webkit_uri_scheme_request_get_web_view (request);
  const char *address = webkit_uri_scheme_request_get_uri (request);
  const char *method = webkit_uri_scheme_request_get_http_method (request);
  g_autofree char *url = bulla_address_get_package (address);

  if (!BULLA_IS_VIEW (view) || url == NULL || g_strcmp0 (method, "GET") != 0
      || (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "file:///"))) {
    g_autoptr (GError) error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED,
                                                    _ ("Packages are opened from https and from "
                                                       "files, as webpkg://open/?url=…"));
    webkit_uri_scheme_request_finish_error (request, error);
    return;
  }
  Visit *visit = g_new0 (Visit, 1);
  visit->request = g_object_ref (request);
  visit->view = BULLA_VIEW (g_object_ref (view));
  enter (visit, url);
}

/**
 * bulla_package_scheme_register:
 *
 * Display-isolated: no page may link to the door, frame it, or fetch from it; only the user comes
 * in, by the address entry, the file chooser or a dropped file.
 */
void
bulla_package_scheme_register (WebKitWebContext *context)
{
  WebKitSecurityManager *manager = webkit_web_context_get_security_manager (context);

  webkit_web_context_register_uri_scheme (context, BULLA_PACKAGE_SCHEME, request_cb, NULL, NULL);
  webkit_security_manager_register_uri_scheme_as_secure (manager, BULLA_PACKAGE_SCHEME);
  webkit_security_manager_register_uri_scheme_as_cors_enabled (manager, BULLA_PACKAGE_SCHEME);
  webkit_security_manager_register_uri_scheme_as_display_isolated (manager, BULLA_PACKAGE_SCHEME);
}
