/* test-bundle-world.h - web bundles of the publisher's pages, on the servers of a gateway's world
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-writer.h"
#include "test-gateway-world.h"

G_BEGIN_DECLS

typedef struct {
  const char *path; /* of https://publisher.test */
  const char *type, *body;
  gboolean vouched;
} TestResource;

/* a writer with them; the first is the primary one; @date: Unix seconds, seven days before the
 * subset ends; @name: (nullable): a header that all of them have, and its value */
BullaBundleWriter *test_bundle_writer (GatewayWorld *self, BullaBundleFormat format,
                                       const TestResource *resources, guint n_resources,
                                       gint64 date, const char *name, const char *value);
guint test_bundle_add_subset (GatewayWorld *self, BullaBundleWriter *writer, gint64 date);
GBytes *test_bundle_write (BullaBundleWriter *writer);
/* Returns: (transfer none): the first @text in @bytes, which have it */
guint8 *test_bundle_find_bytes (guint8 *bytes, gsize length, const char *text);
/* turns one bit of the last @text in it */
GBytes *test_bundle_spoil (GBytes *bundle, const char *text);
void test_bundle_put (GatewayWorld *self, TestServer *server, const char *path, GBytes *bundle);
/* draft-b3 but for one setting */
BullaProfile *test_bundle_profile (const char *group, const char *setting);

/* Asserts the response to the client. @tag: as the page's extension would set it */
TestResponse *test_bundle_get (GatewayWorld *self, TestServer *server, const char *path,
                               const char *tag);
void test_bundle_assert_redirect (GatewayWorld *self, TestServer *server, const char *from,
                                  const char *tag, const char *to);
void test_bundle_assert_body (GatewayWorld *self, const char *path, const char *tag,
                              const char *body);
void test_bundle_assert_closed (GatewayWorld *self, TestServer *server, const char *path,
                                const char *tag);

G_END_DECLS
