/* bench-world.c - creates an authority, a chain and exchanges for benchmarks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-world.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "write/bulla-exchange-writer.h"

#define DAY 86400

static void
require (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

char *
bench_world_write_file (BenchWorld *self, const char *name, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (self->folder, name, NULL);

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes),
                       &error);
  require (error);
  return path;
}

static char *
write_text (BenchWorld *self, const char *name, char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return bench_world_write_file (self, name, bytes);
}

void
bench_world_init (BenchWorld *self)
{
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;

  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->folder = g_dir_make_tmp ("bulla-bench-XXXXXX", &error);
  require (error);
  self->authority = bulla_authority_new ("Bench", self->now - 10 * DAY, &error);
  require (error);
  self->root_file = write_text (self, "root.pem", bulla_authority_dup_root_pem (self->authority));
  self->logs_file = write_text (self, "logs.json", bulla_authority_dup_log_list (self->authority));
  self->leaf = bulla_authority_issue (self->authority, hosts, self->now - 5 * DAY, 90,
                                      BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  require (error);
  self->chain = bulla_authority_write_chain (self->authority, self->leaf, self->now - DAY,
                                             self->now + 5 * DAY, BULLA_RESPOND_GOOD, &error);
  require (error);
}

/* Removes a folder of files, and of folders of files. */
static void
remove_folder (const char *path, gboolean has_folders)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    if (has_folders && g_file_test (inner, G_FILE_TEST_IS_DIR))
      remove_folder (inner, FALSE);
    else
      g_unlink (inner);
  }
  if (g_rmdir (path) != 0)
    g_warning ("%s: %s", path, g_strerror (errno));
}

void
bench_world_clear (BenchWorld *self)
{
  if (self->folder == NULL) /* not initialised */
    return;

  remove_folder (self->folder, TRUE);
  g_free (self->folder);
  g_free (self->root_file);
  g_free (self->logs_file);
  g_object_unref (self->authority);
  g_object_unref (self->leaf);
  g_bytes_unref (self->chain);
}

GBytes *
bench_world_make_exchange (BenchWorld *self, gsize body_size)
{
  return bench_world_make_exchange_of (self, BENCH_URL, body_size);
}

GBytes *
bench_world_make_exchange_of (BenchWorld *self, const char *url, gsize body_size)
{
  return bench_world_make_variant (self, url, NULL, body_size);
}

GBytes *
bench_world_make_variant (BenchWorld *self, const char *url, const char *language, gsize body_size)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *data = g_malloc (body_size);

  memset (data, 'b', body_size);
  g_autoptr (GBytes) body = g_bytes_new_take (g_steal_pointer (&data), body_size);
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->leaf);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html; charset=utf-8");
  if (language != NULL) {
    bulla_exchange_writer_add_header (writer, "content-language", language);
    bulla_exchange_writer_add_header (writer, "variants-04", "accept-language;en;fr");
    bulla_exchange_writer_add_header (writer, "variant-key-04", language);
  }
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, "https://certs.test/chain.cbor");
  bulla_exchange_writer_set_validity_url (writer, "https://publisher.test/article.validity");
  bulla_exchange_writer_set_validity (writer, self->now - DAY, self->now + DAY);
  GBytes *exchange = bulla_exchange_writer_write (writer, &error);
  require (error);
  return exchange;
}
