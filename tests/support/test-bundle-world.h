/* test-bundle-world.h - serves web bundles of the publisher's pages in a gateway's world
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-writer.h"
#include "test-gateway-world.h"

G_BEGIN_DECLS

typedef struct {
  const char *path; /* path below https://publisher.test */
  const char *type, *body;
  gboolean vouched;
} TestResource;

/* Returns a writer with these pages, the first of which is the primary one. @date: Unix seconds,
 * seven days before the subset ends; @name: (nullable): header of all pages, with its value */
BullaBundleWriter *test_bundle_writer (GatewayWorld *self, BullaBundleFormat format,
                                       const TestResource *resources, guint n_resources,
                                       gint64 date, const char *name, const char *value);
guint test_bundle_add_subset (GatewayWorld *self, BullaBundleWriter *writer, gint64 date);
GBytes *test_bundle_write (BullaBundleWriter *writer);
/* Returns: (transfer none): the first occurrence of @text in @bytes, which must contain it */
guint8 *test_bundle_find_bytes (guint8 *bytes, gsize length, const char *text);
/* Flips one bit of the last occurrence of @text. */
GBytes *test_bundle_spoil (GBytes *bundle, const char *text);
void test_bundle_put (GatewayWorld *self, TestServer *server, const char *path, GBytes *bundle);
/* Returns profile draft-b3 with one setting changed. */
BullaProfile *test_bundle_profile (const char *group, const char *setting);

/* Requests a URL and asserts the response. @tag: as the page's extension would set it */
TestResponse *test_bundle_get (GatewayWorld *self, TestServer *server, const char *path,
                               const char *tag);
void test_bundle_assert_redirect (GatewayWorld *self, TestServer *server, const char *from,
                                  const char *tag, const char *to);
void test_bundle_assert_body (GatewayWorld *self, const char *path, const char *tag,
                              const char *body);
void test_bundle_assert_closed (GatewayWorld *self, TestServer *server, const char *path,
                                const char *tag);

G_END_DECLS
