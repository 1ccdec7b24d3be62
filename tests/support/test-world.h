/* test-world.h - runs an authority, and TLS servers on loopback with its certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-authority.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

typedef struct {
  BullaAuthority *authority; /* owned */
  BullaTrust *trust;         /* owned; trusts the authority's root and log, not the system's */
  char *folder;              /* owned; temporary folder, removed with the world */
  char *root_file;           /* owned; PEM file of the root */
  char *logs_file;           /* owned; JSON file of the log */
  gint64 now;                /* Unix seconds: TLS uses the real clock */
} TestWorld;

TestWorld *test_world_new (void);
void test_world_free (TestWorld *self);
GTlsCertificate *test_world_issue (TestWorld *self, const char *host, gint64 not_before, guint days,
                                   BullaIssueFlags flags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestWorld, test_world_free)

/* A server for one host; a handler of SoupServer answers, and a request without handler gets
 * 404. */
typedef struct {
  SoupServer *soup; /* owned */
  char *host;       /* owned */
  guint port;
  guint n_requests;
  char *last_head; /* owned; head of the last request: "GET /path\nName: value\n…" */
} TestServer;

TestServer *test_server_new (const char *host, GTlsCertificate *certificate);
void test_server_free (TestServer *self);
char *test_server_url (TestServer *self, const char *path);
char *test_server_resolve (TestServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

/* Returns: the number of files and sockets that the process has open, plus one */
guint test_count_descriptors (void);
/* Runs the main context until @is_done returns TRUE; fails the test after a timeout. */
void test_wait_until (gboolean (*is_done) (gpointer data), gpointer data);
/* Runs the main context until @done is TRUE. */
void test_wait (gboolean *done);
/* A GAsyncReadyCallback that stores its result in @user_data, a GAsyncResult **. */
void test_take_result (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *test_wait_result (GAsyncResult **result);

/* Returns: the bytes of this process's unlinked files, in which large bodies are kept */
guint64 test_sum_unlinked (void);

G_END_DECLS
