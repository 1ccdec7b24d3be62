/* test-bundle-world.c - serves web bundles of the publisher's pages in a gateway's world
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-world.h"

#include <string.h>

#define SIGNED_DAYS 7

guint
test_bundle_add_subset (GatewayWorld *self, BullaBundleWriter *writer, gint64 date)
{
  g_autofree char *validity = test_server_url (self->publisher, "/validity");
  guint subset = bulla_bundle_writer_add_subset (writer, self->credential, self->chain);

  bulla_bundle_writer_set_subset_validity (writer, subset, validity, date,
                                           date + SIGNED_DAYS * TEST_DAY);
  return subset;
}

BullaBundleWriter *
test_bundle_writer (GatewayWorld *self, BullaBundleFormat format, const TestResource *resources,
                    guint n_resources, gint64 date, const char *name, const char *value)
{
  BullaBundleWriter *writer = bulla_bundle_writer_new (format);
  gint subset = -1;

  for (guint i = 0; i < n_resources; i++) {
    g_autofree char *url = test_server_url (self->publisher, resources[i].path);
    g_autoptr (GBytes) body = g_bytes_new (resources[i].body, strlen (resources[i].body));
    guint response = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, response, "content-type", resources[i].type);
    if (name != NULL)
      bulla_bundle_writer_add_header (writer, response, name, value);
    bulla_bundle_writer_set_body (writer, response, body);
    bulla_bundle_writer_add_url (writer, url, response);
    if (i == 0)
      bulla_bundle_writer_set_primary_url (writer, url);
    if (resources[i].vouched && subset < 0)
      subset = (gint)test_bundle_add_subset (self, writer, date);
    if (resources[i].vouched)
      bulla_bundle_writer_cover (writer, (guint)subset, url);
  }
  return writer;
}

GBytes *
test_bundle_write (BullaBundleWriter *writer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bundle = bulla_bundle_writer_write (writer, &error);

  g_assert_no_error (error);
  return bundle;
}

GBytes *
test_bundle_spoil (GBytes *bundle, const char *text)
{
  gsize length = 0, size = strlen (text);
  const guint8 *bytes = g_bytes_get_data (bundle, &length);
  guint8 *copy = g_memdup2 (bytes, length);

  for (gsize at = length - size;; at--) {
    if (memcmp (copy + at, text, size) == 0) {
      copy[at] ^= 1;
      return g_bytes_new_take (copy, length);
    }
    g_assert_cmpuint (at, >, 0);
  }
}

void
test_bundle_put (GatewayWorld *self, TestServer *server, const char *path, GBytes *bundle)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (bundle, &length);

  gateway_world_put (self, server, path, bundle,
                     bytes[12] == '1' ? "application/webbundle;v=b1"
                                      : "application/webbundle;v=b2");
}

BullaProfile *
test_bundle_profile (const char *group, const char *setting)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", &error);
  g_autofree char *text = g_strdup_printf ("[profile]\nname=test\ninherits=draft-b3\n"
                                           "date=2020-01-01\ndescription=A test\n[%s]\n%s\n",
                                           group, setting);

  g_assert_no_error (error);
  BullaProfile *profile = bulla_profile_parse (text, parent, &error);
  g_assert_no_error (error);
  return profile;
}

guint8 *
test_bundle_find_bytes (guint8 *bytes, gsize length, const char *text)
{
  gsize size = strlen (text);

  for (gsize at = 0; at + size <= length; at++)
    if (memcmp (bytes + at, text, size) == 0)
      return bytes + at;
  g_assert_not_reached ();
}

TestResponse *
test_bundle_get (GatewayWorld *self, TestServer *server, const char *path, const char *tag)
{
  g_autofree char *url = test_server_url (server, path);

  return gateway_world_get (self, url, tag);
}

void
test_bundle_assert_redirect (GatewayWorld *self, TestServer *server, const char *from,
                             const char *tag, const char *to)
{
  g_autofree char *page = test_server_url (self->publisher, to);
  g_autoptr (TestResponse) response = test_bundle_get (self, server, from, tag);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 303);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "location"), ==, page);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "cache-control"), ==, "no-store");
}

void
test_bundle_assert_body (GatewayWorld *self, const char *path, const char *tag, const char *body)
{
  g_autoptr (TestResponse) response = test_bundle_get (self, self->publisher, path, tag);

  g_assert_no_error (response->error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpstr (response->body, ==, body);
}

void
test_bundle_assert_closed (GatewayWorld *self, TestServer *server, const char *path,
                           const char *tag)
{
  g_autoptr (TestResponse) response = test_bundle_get (self, server, path, tag);

  g_assert_nonnull (response->error);
}
