/* bench-parts.c - measures how long WebKit loads a page with 1,000 small subresources of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two views take turns: the package door serves one, as in the shell's scheme handler; a handler
 * with a table in memory serves the other. Each page fetches all subresources at once, and
 * changes its title when they have arrived. Each pair of loads prints a line: seconds from
 * memory, then seconds from the bundle. */
#include <stdlib.h>
#include <string.h>
#include <glib/gstdio.h>
#include <webkit/webkit.h>

#include "bench-bundle.h"
#include "bulla-package-answer.h"
#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "test-world.h"

#define PARTS 1000
#define PART_SIZE 100
#define WARM_UP 3
#define VIEW "view"
#define MEMORY "memory"
#define PAGE                                                                                       \
  "<!DOCTYPE html><script>"                                                                        \
  "const get = async i => (await (await fetch ('/' + i, {cache: 'no-store'})).text ()).length;"    \
  "addEventListener ('load', async () => {"                                                        \
  "  const all = await Promise.all (Array.from ({length: 1000}, (_, i) => get (i)));"              \
  "  document.title = all.reduce ((a, b) => a + b);"                                               \
  "});</script>"

typedef struct {
  BullaPackageDoor *door; /* owned */
  char *page;             /* owned; URL at which the bundle is shown */
  GHashTable *parts;      /* owned; path to GBytes */
} Shelf;

static void
respond (WebKitURISchemeRequest *request, GInputStream *body, gssize size, const char *type,
         guint status, SoupMessageHeaders *headers)
{
  g_autoptr (WebKitURISchemeResponse) response = webkit_uri_scheme_response_new (body, size);

  webkit_uri_scheme_response_set_status (response, status, NULL);
  webkit_uri_scheme_response_set_content_type (response, type);
  if (headers != NULL)
    webkit_uri_scheme_response_set_http_headers (response, headers);
  webkit_uri_scheme_request_finish_with_response (request, response);
}

static void
from_memory_cb (WebKitURISchemeRequest *request, gpointer user_data)
{
  Shelf *self = user_data;
  GBytes *part = g_hash_table_lookup (self->parts, webkit_uri_scheme_request_get_path (request));

  if (part == NULL) { /* such as /favicon.ico */
    g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no part");
    webkit_uri_scheme_request_finish_error (request, error);
    return;
  }
  g_autoptr (GInputStream) body = g_memory_input_stream_new_from_bytes (part);
  respond (request, body, (gssize)g_bytes_get_size (part),
           g_str_equal (webkit_uri_scheme_request_get_path (request), "/") ? "text/html"
                                                                           : "text/plain",
           200, NULL);
}

static void
answered_cb (GObject *door, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WebKitURISchemeRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaPackageAnswer) answer =
      bulla_package_door_answer_finish (BULLA_PACKAGE_DOOR (door), result, &error);

  if (answer == NULL || answer->body == NULL) {
    if (error == NULL)
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no part");
    webkit_uri_scheme_request_finish_error (request, error);
    return;
  }
  const char *type = soup_message_headers_get_one (answer->headers, "Content-Type");
  respond (request, answer->body, -1, type, answer->status, g_steal_pointer (&answer->headers));
}

static void
from_bundle_cb (WebKitURISchemeRequest *request, gpointer user_data)
{
  Shelf *self = user_data;
  const char *url = webkit_uri_scheme_request_get_uri (request);
  gboolean document = g_str_equal (url, self->page);
  BullaPackageRequest asked = {
      .view = VIEW,
      .method = "GET",
      .url = url,
      .page = document ? NULL : self->page,
      .document = document,
  };

  bulla_package_door_answer_async (self->door, &asked, NULL, answered_cb, g_object_ref (request));
}

static void
titled_cb (WebKitWebView *view, GParamSpec *property, gboolean *done)
{
  g_autofree char *all = g_strdup_printf ("%d", PARTS * PART_SIZE);

  *done |= g_strcmp0 (webkit_web_view_get_title (view), all) == 0;
}

static gboolean
failed_cb (WebKitWebView *view, WebKitLoadEvent event, const char *url, GError *error)
{
  g_error ("%s: %s", url, error->message);
  return FALSE;
}

static WebKitWebView *
open_view (void)
{
  WebKitWebView *view = WEBKIT_WEB_VIEW (webkit_web_view_new ());
  GtkWidget *window = gtk_window_new ();

  g_signal_connect (view, "load-failed", G_CALLBACK (failed_cb), NULL);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  return view;
}

static double
load (WebKitWebView *view, const char *url)
{
  gboolean done = FALSE;
  gulong titled = g_signal_connect (view, "notify::title", G_CALLBACK (titled_cb), &done);
  gint64 start = g_get_monotonic_time ();

  webkit_web_view_load_uri (view, url);
  test_wait (&done);
  double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_signal_handler_disconnect (view, titled);
  return seconds;
}

static void
fill (Shelf *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);

  g_assert_no_error (error);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  bulla_trust_set_system_roots (trust, FALSE);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaBundle) bundle = bench_bundle_open_file (path);
  g_autofree char *part = g_strnfill (PART_SIZE, 'b');
  self->door = bulla_package_door_new (loader);
  bulla_package_door_open (self->door, VIEW, bundle);
  self->page = bulla_package_dup_start_url (bundle);
  self->parts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_hash_table_insert (self->parts, g_strdup ("/"), g_bytes_new_static (PAGE, strlen (PAGE)));
  for (guint i = 0; i < PARTS; i++)
    g_hash_table_insert (self->parts, g_strdup_printf ("/%u", i), g_bytes_new (part, PART_SIZE));
}

static void
register_scheme (const char *scheme, WebKitURISchemeRequestCallback answer, Shelf *shelf)
{
  WebKitWebContext *context = webkit_web_context_get_default ();
  WebKitSecurityManager *manager = webkit_web_context_get_security_manager (context);

  webkit_web_context_register_uri_scheme (context, scheme, answer, shelf, NULL);
  webkit_security_manager_register_uri_scheme_as_secure (manager, scheme);
  webkit_security_manager_register_uri_scheme_as_cors_enabled (manager, scheme);
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : 1;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bench_bundle_make (PARTS, PART_SIZE, PAGE);
  g_autofree char *path = NULL;
  gint fd = g_file_open_tmp ("bulla-bench-XXXXXX.wbn", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  Shelf shelf = {NULL};
  gtk_init ();
  fill (&shelf, path);
  g_unlink (path);
  register_scheme (MEMORY, from_memory_cb, &shelf);
  register_scheme (BULLA_PACKAGE_SCHEME, from_bundle_cb, &shelf);
  WebKitWebView *direct = open_view (), *bundled = open_view ();
  for (guint i = 0; i < rounds + WARM_UP; i++) {
    double one = load (direct, MEMORY "://host/"), other = load (bundled, shelf.page);
    if (i >= WARM_UP)
      g_print ("%.6f %.6f\n", one, other);
  }
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (direct))));
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (bundled))));
  g_object_unref (shelf.door);
  g_hash_table_unref (shelf.parts);
  g_free (shelf.page);
  return EXIT_SUCCESS;
}
