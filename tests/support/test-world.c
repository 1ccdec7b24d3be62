/* test-world.c - runs an authority, and TLS servers on loopback with its certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-world.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define PATIENCE_SECONDS 60 /* seconds to wait; only a failing test waits so long */

static char *
write_file (TestWorld *self, const char *name, char *text)
{
  g_autofree char *content = text;
  char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  return path;
}

TestWorld *
test_world_new (void)
{
  TestWorld *self = g_new0 (TestWorld, 1);
  g_autoptr (GError) error = NULL;

  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->authority = bulla_authority_new ("Test", self->now, &error);
  g_assert_no_error (error);
  self->folder = g_dir_make_tmp ("bulla-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->root_file = write_file (self, "root.pem", bulla_authority_dup_root_pem (self->authority));
  self->logs_file = write_file (self, "logs.json", bulla_authority_dup_log_list (self->authority));
  self->trust = bulla_trust_new ();
  bulla_trust_set_system_roots (self->trust, FALSE);
  g_assert_true (bulla_trust_add_roots (self->trust, self->root_file, &error));
  g_assert_true (bulla_trust_add_logs (self->trust, self->logs_file, &error));
  g_assert_no_error (error);
  return self;
}

void
test_world_free (TestWorld *self)
{
  g_unlink (self->root_file);
  g_unlink (self->logs_file);
  g_rmdir (self->folder);
  g_free (self->root_file);
  g_free (self->logs_file);
  g_free (self->folder);
  g_object_unref (self->trust);
  g_object_unref (self->authority);
  g_free (self);
}

GTlsCertificate *
test_world_issue (TestWorld *self, const char *host, gint64 not_before, guint days,
                  BullaIssueFlags flags)
{
  const char *hosts[] = {host, NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCredential) credential =
      bulla_authority_issue (self->authority, hosts, not_before, days, flags, &error);

  g_assert_no_error (error);
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (credential);
  g_autofree char *key = bulla_credential_dup_private_key_pem (credential);
  g_autofree char *pem = g_strconcat (certificates, key, NULL);
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  return certificate;
}

static void
note_header (const char *name, const char *value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, value);
}

static void
request_read_cb (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  TestServer *self = user_data;
  GString *head = g_string_new (NULL);

  self->n_requests++;
  g_string_printf (head, "%s %s\n", soup_server_message_get_method (message),
                   g_uri_get_path (soup_server_message_get_uri (message)));
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), note_header,
                                head);
  g_free (self->last_head);
  self->last_head = g_string_free (head, FALSE);
}

/* @certificate: (nullable): NULL for plain http */
TestServer *
test_server_new (const char *host, GTlsCertificate *certificate)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autoptr (GError) error = NULL;

  self->host = g_strdup (host);
  self->soup = soup_server_new ("tls-certificate", certificate, NULL);
  g_signal_connect (self->soup, "request-read", G_CALLBACK (request_read_cb), self);
  soup_server_listen_local (
      self->soup, 0,
      SOUP_SERVER_LISTEN_IPV4_ONLY | (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  g_autoptr (GSList) uris = soup_server_get_uris (self->soup);
  self->port = g_uri_get_port (uris->data);
  g_slist_foreach (uris, (GFunc)(void (*) (void))g_uri_unref, NULL);
  return self;
}

void
test_server_free (TestServer *self)
{
  g_signal_handlers_disconnect_by_data (self->soup, self);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  g_free (self->host);
  g_free (self->last_head);
  g_free (self);
}

char *
test_server_url (TestServer *self, const char *path)
{
  return g_strdup_printf ("%s://%s:%u%s", soup_server_is_https (self->soup) ? "https" : "http",
                          self->host, self->port, path);
}

/* Returns HOST:PORT:ADDRESS, the form of --resolve. */
char *
test_server_resolve (TestServer *self)
{
  return g_strdup_printf ("%s:%u:127.0.0.1", self->host, self->port);
}

guint
test_count_descriptors (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("nothing came of it within %d s", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

void
test_wait_until (gboolean (*is_done) (gpointer data), gpointer data)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  while (!is_done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *)data;
}

void
test_wait (gboolean *done)
{
  test_wait_until (is_true, done);
}

void
test_take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(GAsyncResult **)data != NULL;
}

GAsyncResult *
test_wait_result (GAsyncResult **result)
{
  test_wait_until (is_there, result);
  return *result;
}

/* Returns the bytes of the unlinked files, in which large bodies are kept. */
guint64
test_sum_unlinked (void)
{
  g_autoptr (GDir) open = g_dir_open ("/proc/self/fd", 0, NULL);
  guint64 sum = 0;

  for (const char *name; (name = g_dir_read_name (open)) != NULL;) {
    struct stat file;
    g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
    if (stat (path, &file) == 0 && S_ISREG (file.st_mode) && file.st_nlink == 0)
      sum += (guint64)file.st_size;
  }
  return sum;
}
