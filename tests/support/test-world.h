/* test-world.h - an authority, and TLS servers on loopback that have its certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-authority.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct {
  BullaAuthority *authority; /* owned */
  BullaTrust *trust;         /* owned; the authority's root, no system roots, its log */
  char *folder;              /* owned; temporary, removed with the world */
  char *root_file;           /* owned; PEM */
  char *logs_file;           /* owned; JSON */
  gint64 now;                /* Unix seconds: TLS asks the real clock */
} TestWorld;

TestWorld *test_world_new (void);
void test_world_free (TestWorld *self);
GTlsCertificate *test_world_issue (TestWorld *self, const char *host, gint64 not_before, guint days,
                                   BullaIssueFlags flags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestWorld, test_world_free)

/* a server for one host; a handler of SoupServer answers, a request without one gets 404 */
typedef struct {
  SoupServer *soup; /* owned */
  char *host;       /* owned */
  guint port;
  guint n_requests;
  char *last_head; /* owned; "GET /path\nName: value\n…" */
} TestServer;

TestServer *test_server_new (const char *host, GTlsCertificate *certificate);
void test_server_free (TestServer *self);
char *test_server_url (TestServer *self, const char *path);
char *test_server_resolve (TestServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

/* Returns: how many files and sockets the process has open, and one more */
guint test_count_descriptors (void);
/* runs the main context until @is_done says so; fails the test when nothing comes of it */
void test_wait_until (gboolean (*is_done) (gpointer data), gpointer data);
/* the same, until @done */
void test_wait (gboolean *done);
/* for an async call with its result in @user_data, a GAsyncResult ** */
void test_take_result (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *test_wait_result (GAsyncResult **result);

G_END_DECLS
