/* write-bundle-samples.h - bundle writers with sample contents, as a starting point
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "write/bulla-authority.h"
#include "write/bulla-bundle-writer-private.h"

#define NOW 1795402800
#define WEEK 604800
#define HOME "https://example.com/"

static inline guint
add (BullaBundleWriter *writer, const char *url, guint status, const char *type, const char *body)
{
  guint number = bulla_bundle_writer_add_response (writer, status);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  if (type != NULL)
    bulla_bundle_writer_add_header (writer, number, "Content-Type", type);
  bulla_bundle_writer_set_body (writer, number, bytes);
  bulla_bundle_writer_add_url (writer, url, number);
  return number;
}

static inline BullaBundleWriter *
new_writer (BullaBundleFormat format)
{
  BullaBundleWriter *writer = bulla_bundle_writer_new (format);

  add (writer, HOME "long", 200, "text/plain", "hi");
  guint home = add (writer, HOME, 404, "text/html", "<p>");
  bulla_bundle_writer_add_header (writer, home, "X-A", " b ");
  guint manifest = add (writer, HOME "m", 301, NULL, "");
  bulla_bundle_writer_add_header (writer, manifest, "Location", "./");
  bulla_bundle_writer_set_primary_url (writer, HOME);
  if (format == BULLA_BUNDLE_FORMAT_B1)
    bulla_bundle_writer_set_manifest_url (writer, HOME "m");
  return writer;
}

static inline BullaCredential *
new_credential (GBytes **chain)
{
  static const char *const HOSTS[] = {"example.com", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) authority = bulla_authority_new ("Test", NOW, &error);

  g_assert_no_error (error);
  BullaCredential *credential =
      bulla_authority_issue (authority, HOSTS, NOW, 90, BULLA_ISSUE_SIGN_EXCHANGES, &error);
  g_assert_no_error (error);
  *chain = bulla_authority_write_chain (authority, credential, NOW, NOW + WEEK - 1,
                                        BULLA_RESPOND_GOOD, &error);
  g_assert_no_error (error);
  return credential;
}

static inline void
sign (BullaBundleWriter *writer)
{
  g_autoptr (GBytes) chain = NULL;
  g_autoptr (BullaCredential) credential = new_credential (&chain);
  guint subset = bulla_bundle_writer_add_subset (writer, credential, chain);

  bulla_bundle_writer_set_subset_validity (writer, subset, HOME "v", NOW, NOW + WEEK);
  bulla_bundle_writer_cover (writer, subset, HOME);
}
