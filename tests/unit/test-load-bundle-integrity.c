/* test-load-bundle-integrity.c - uses no contents of a signed web bundle before its verification is
 * complete
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bundle-internal.h"
#include "bulla-integrity-writer.h"
#include "bulla-wait.h"
#include "bundle-kit.h"

/* declared in bulla-integrity-writer-private.h, whose names for CBOR conflict with the parsers' */
void bulla_integrity_writer_set_version (BullaIntegrityWriter *self, guint version);

static GBytes *
write_bundle (void)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);

  bundle_kit_add (writer, "/index.html", "text/html", "<p>isolated");
  bundle_kit_add (writer, "/app.js", "text/javascript", "run ()");
  bulla_bundle_writer_set_primary_url (writer, "/index.html");
  return bundle_kit_write (writer);
}

static GBytes *
sign (GBytes *bundle, BullaSigningKey *key, const char *id, guint version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bundle);
  g_autoptr (GBytes) digest = bulla_integrity_writer_digest (stream, NULL, &error);
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new (id);

  bulla_integrity_writer_set_version (writer, version);
  bulla_integrity_writer_add_key (writer, key);
  g_autoptr (GBytes) block = bulla_integrity_writer_write (writer, digest, &error);
  g_assert_no_error (error);
  return bundle_kit_join (block, bundle);
}

static void
assert_nothing_delivered (BullaBundle *bundle)
{
  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle); i++) {
    g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, i, 0, NULL, NULL);
    g_assert_nonnull (load);
    g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (load)), ==,
                     BULLA_OUTCOME_REFUSE);
    g_assert_null (bulla_load_get_body (load));
  }
}

static void
test_signed (void)
{
  static const BullaSigningKeyKind kinds[] = {BULLA_SIGNING_KEY_ED25519, BULLA_SIGNING_KEY_P256};
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (kinds[i], NULL);
    const char *id = bulla_signing_key_get_web_bundle_id (key);
    g_autoptr (GBytes) file = sign (bytes, key, id, 2);
    g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, file, NULL);
    bundle_kit_assert (bulla_bundle_get_verdict (bundle), "separate-origin", NULL);
    g_autofree char *url = g_strconcat ("isolated-app://", id, "/index.html", NULL);
    g_assert_true (bulla_bundle_is_signed (bundle));
    g_assert_cmpstr (bulla_bundle_get_web_bundle_id (bundle), ==, id);
    g_assert_cmpstr (bulla_bundle_get_primary_url (bundle), ==, url);
    g_autofree char *shown = bulla_bundle_dup_package_url (bundle, url);
    g_assert_cmpstr (shown, ==, url);
    g_autoptr (BullaLoad) load = bundle_kit_load (bundle, url);
    g_autofree char *body = bundle_kit_read (load, NULL);
    g_assert_cmpstr (body, ==, "<p>isolated");
    bundle_kit_assert (bulla_load_get_verdict (load), "separate-origin", NULL);
  }
}

static void
test_tampered (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (GBytes) file = sign (bytes, key, bulla_signing_key_get_web_bundle_id (key), 2);
  g_autoptr (GBytes) spoilt = bundle_kit_spoil (file, "run", 0);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, spoilt, NULL);

  bundle_kit_assert (bulla_bundle_get_verdict (bundle), "refuse", "integrity.signature");
  g_assert_cmpuint (bulla_bundle_get_n_resources (bundle), ==, 2);
  assert_nothing_delivered (bundle);
}

static void
test_old_version (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (GBytes) file = sign (bytes, key, bulla_signing_key_get_web_bundle_id (key), 1);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, file, NULL);

  bundle_kit_assert (bulla_bundle_get_verdict (bundle), "refuse", "integrity.version");
  g_assert_nonnull (bulla_bundle_get_block (bundle));
  g_assert_cmpuint (bulla_bundle_get_block (bundle)->version, ==, 1);
  assert_nothing_delivered (bundle);
}

static void
test_pins (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();
  g_autoptr (BullaSigningKey) old = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  g_autoptr (BullaSigningKey) new = bulla_signing_key_generate (BULLA_SIGNING_KEY_P256, NULL);
  const char *id = bulla_signing_key_get_web_bundle_id (old);
  GBytes *public = bulla_signing_key_get_public (new);
  g_autofree char *base64 =
      g_base64_encode (g_bytes_get_data (public, NULL), g_bytes_get_size (public));
  g_autofree char *pin =
      g_strdup_printf ("[web-bundle-keys]\n%s = ecdsa-p256-sha256:%s\n", id, base64);
  g_autoptr (GBytes) by_old = sign (bytes, old, id, 2);
  g_autoptr (GBytes) by_new = sign (bytes, new, id, 2);
  g_autoptr (BullaBundle) derived = bundle_kit_open (kit, by_old, NULL);
  g_autoptr (BullaBundle) stranger = bundle_kit_open (kit, by_new, NULL);

  bundle_kit_assert (bulla_bundle_get_verdict (derived), "separate-origin", NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (stranger), "refuse", "integrity.id-mismatch");
  assert_nothing_delivered (stranger);
  bundle_kit_set_profile (kit, pin);
  g_autoptr (BullaBundle) rotated = bundle_kit_open (kit, by_new, NULL);
  g_autoptr (BullaBundle) retired = bundle_kit_open (kit, by_old, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (rotated), "separate-origin", NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (retired), "refuse", "integrity.pin");
}

static void
test_appended (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_ED25519, NULL);
  const char *id = bulla_signing_key_get_web_bundle_id (key);
  g_autoptr (GBytes) file = sign (bytes, key, id, 2);
  g_autoptr (GBytes) program = g_bytes_new_static ("#!/bin/sh\nexit\n", 15);
  g_autoptr (GBytes) joined = bundle_kit_join (program, file);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, joined, NULL);

  bundle_kit_assert (bulla_bundle_get_verdict (bundle), "separate-origin", NULL);
  g_assert_cmpstr (bulla_bundle_get_web_bundle_id (bundle), ==, id);
  g_autofree char *url = g_strconcat ("isolated-app://", id, "/app.js", NULL);
  g_autoptr (BullaLoad) load = bundle_kit_load (bundle, url);
  g_autofree char *body = bundle_kit_read (load, NULL);
  g_assert_cmpstr (body, ==, "run ()");
}

/* also from a stream, and without blocking */
static void
test_stream (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (GBytes) bytes = write_bundle ();
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (BULLA_SIGNING_KEY_P256, NULL);
  g_autoptr (GBytes) file = sign (bytes, key, bulla_signing_key_get_web_bundle_id (key), 2);
  g_autoptr (GBytes) spoilt = bundle_kit_spoil (file, "run", 0);
  GBytes *const files[] = {file, spoilt};

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (BullaLoader) loader = bundle_kit_loader (kit);
    g_autoptr (BullaOuter) outer = bulla_outer_new ("https://server.test/app.swbn");
    bulla_outer_set_header (outer, "content-type", "application/webbundle;v=b2");
    bulla_outer_set_header (outer, "x-content-type-options", "nosniff");
    bulla_outer_set_status (outer, 200);
    g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (files[i]);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    bulla_loader_open_stream_async (loader, BULLA_PACKAGE_BUNDLE, outer, stream, NULL, NULL,
                                    bulla_wait_cb, &result);
    while (result == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_autoptr (GObject) opened = bulla_loader_open_finish (loader, result, &error);
    g_assert_no_error (error);
    bundle_kit_assert (bulla_bundle_get_verdict (BULLA_BUNDLE (opened)),
                       i == 0 ? "separate-origin" : "refuse",
                       i == 0 ? NULL : "integrity.signature");
    if (i == 1)
      assert_nothing_delivered (BULLA_BUNDLE (opened));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-bundle-integrity/signed", test_signed);
  g_test_add_func ("/load-bundle-integrity/tampered", test_tampered);
  g_test_add_func ("/load-bundle-integrity/old-version", test_old_version);
  g_test_add_func ("/load-bundle-integrity/pins", test_pins);
  g_test_add_func ("/load-bundle-integrity/appended", test_appended);
  g_test_add_func ("/load-bundle-integrity/stream", test_stream);
  return g_test_run ();
}
