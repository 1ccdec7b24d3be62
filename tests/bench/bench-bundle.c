/* bench-bundle.c - creates bundles for benchmarks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-bundle.h"

#include <string.h>

#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "write/bulla-bundle-writer.h"

static void
add (BullaBundleWriter *writer, const char *url, const char *type, GBytes *body)
{
  guint response = bulla_bundle_writer_add_response (writer, 200);

  bulla_bundle_writer_add_header (writer, response, "content-type", type);
  bulla_bundle_writer_set_body (writer, response, body);
  bulla_bundle_writer_add_url (writer, url, response);
}

GBytes *
bench_bundle_make (guint n, gsize size, const char *page)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) text = g_bytes_new (page, strlen (page));
  g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (size, 'b'), size);

  bulla_bundle_writer_set_primary_url (writer, BENCH_BUNDLE_ORIGIN "/");
  add (writer, BENCH_BUNDLE_ORIGIN "/", "text/html", text);
  for (guint i = 0; i < n; i++) {
    g_autofree char *url = g_strdup_printf (BENCH_BUNDLE_ORIGIN "/%u", i);
    add (writer, url, "text/plain", body);
  }
  GBytes *bundle = bulla_bundle_writer_write (writer, &error);
  if (bundle == NULL)
    g_error ("%s", error->message);
  return bundle;
}

BullaBundle *
bench_bundle_open_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  bulla_trust_set_system_roots (trust, FALSE);
  g_autoptr (BullaLoader) loader = profile != NULL ? bulla_loader_new (profile, trust) : NULL;
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  GObject *bundle = loader != NULL ? bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN,
                                                             outer, NULL, NULL, &error)
                                   : NULL;
  if (bundle == NULL || !BULLA_IS_BUNDLE (bundle))
    g_error ("%s: %s", path, error != NULL ? error->message : "no bundle");
  return BULLA_BUNDLE (bundle);
}
