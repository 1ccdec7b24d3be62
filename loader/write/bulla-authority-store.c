/* bulla-authority-store.c - saves an authority in a folder, and loads it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-authority-private.h"

#include <glib/gstdio.h>

#define LOG_LIST "ctlogs.json"
#define ROOT "root.pem"
#define ROOT_KEY "root.key"
#define INTERMEDIATE "intermediate.pem"
#define INTERMEDIATE_KEY "intermediate.key"
#define LOG_KEY "log.key"

#define FOLDER_MODE 0700
#define SECRET_MODE 0600
#define PUBLIC_MODE 0644

typedef struct {
  const char *name;
  int mode;
  char *text; /* owned; secret if it is a key */
} StoredFile;

/**
 * bulla_authority_dup_root_pem:
 * @self: an authority
 *
 * Returns: (transfer full): the root certificate in PEM, for whoever should trust it
 */
char *
bulla_authority_dup_root_pem (BullaAuthority *self)
{
  g_return_val_if_fail (BULLA_IS_AUTHORITY (self), NULL);

  return bulla_write_format_certificate (self->root);
}

/**
 * bulla_authority_dup_log_list:
 * @self: an authority
 *
 * Returns: (transfer full): the list of logs to trust, in JSON: an array of
 *   `{description, key, log_id}`, the last two in base64
 */
char *
bulla_authority_dup_log_list (BullaAuthority *self)
{
  g_return_val_if_fail (BULLA_IS_AUTHORITY (self), NULL);

  g_autoptr (GBytes) spki = bulla_write_spki (self->log_key);
  g_autoptr (GBytes) id = bulla_write_spki_hash (self->log_key, NULL);
  g_autofree char *key = g_base64_encode (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki));
  g_autofree char *log_id = g_base64_encode (g_bytes_get_data (id, NULL), g_bytes_get_size (id));
  return g_strdup_printf ("[\n {\n  \"description\": \"test log of Bulla\",\n"
                          "  \"key\": \"%s\",\n  \"log_id\": \"%s\"\n }\n]\n",
                          key, log_id);
}

static gboolean
save_file (const char *folder, const StoredFile *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file->name, NULL);

  return g_file_set_contents_full (path, file->text, -1, G_FILE_SET_CONTENTS_CONSISTENT, file->mode,
                                   error);
}

static gboolean
check_absent (const char *folder, const StoredFile *file, GError **error)
{
  g_autofree char *path = g_build_filename (folder, file->name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "“%s” already exists", path);
  return FALSE;
}

/**
 * bulla_authority_save:
 * @self: an authority
 * @folder: the folder; created if missing, readable by its owner only
 * @overwrite: whether an authority in @folder may be replaced
 * @error: a `G_IO_ERROR` or #GFileError
 *
 * Writes `root.pem`, `intermediate.pem`, `ctlogs.json` and, with mode 0600, the keys.
 *
 * Returns: whether everything was written
 */
gboolean
bulla_authority_save (BullaAuthority *self, const char *folder, gboolean overwrite, GError **error)
{
  g_return_val_if_fail (BULLA_IS_AUTHORITY (self) && folder != NULL, FALSE);

  StoredFile files[] = {
      {ROOT_KEY, SECRET_MODE, bulla_write_format_key (self->root_key)},
      {INTERMEDIATE_KEY, SECRET_MODE, bulla_write_format_key (self->intermediate_key)},
      {LOG_KEY, SECRET_MODE, bulla_write_format_key (self->log_key)},
      {INTERMEDIATE, PUBLIC_MODE, bulla_write_format_certificate (self->intermediate)},
      {LOG_LIST, PUBLIC_MODE, bulla_authority_dup_log_list (self)},
      {ROOT, PUBLIC_MODE, bulla_authority_dup_root_pem (self)},
  };
  gboolean held = TRUE;

  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "“%s”: %s", folder,
                 g_strerror (errno));
    held = FALSE;
  }
  for (size_t i = 0; held && !overwrite && i < G_N_ELEMENTS (files); i++)
    held = check_absent (folder, &files[i], error);
  for (size_t i = 0; held && i < G_N_ELEMENTS (files); i++)
    held = save_file (folder, &files[i], error);
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    g_free (files[i].text);
  return held;
}

static EVP_PKEY *
load_key (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *pem = NULL;

  if (!g_file_get_contents (path, &pem, NULL, error))
    return NULL;
  EVP_PKEY *key = bulla_write_parse_key (pem, NULL, error);
  if (key == NULL)
    g_prefix_error (error, "“%s”: ", path);
  return key;
}

static X509 *
load_certificate (const char *folder, const char *name, EVP_PKEY *key, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *pem = NULL;

  if (!g_file_get_contents (path, &pem, NULL, error))
    return NULL;
  g_autoptr (GPtrArray) list = bulla_write_parse_certificates (pem, error);
  if (list == NULL
      || !bulla_write_check (X509_check_private_key (g_ptr_array_index (list, 0), key) == 1, error,
                             "The key does not belong to the certificate")) {
    g_prefix_error (error, "“%s”: ", path);
    return NULL;
  }
  return g_ptr_array_steal_index (list, 0);
}

/**
 * bulla_authority_load:
 * @folder: the folder of a saved authority
 * @error: a `G_IO_ERROR` or #GFileError
 *
 * Returns: (transfer full) (nullable): the authority, or %NULL with @error set
 */
BullaAuthority *
bulla_authority_load (const char *folder, GError **error)
{
  g_return_val_if_fail (folder != NULL, NULL);

  g_autoptr (BullaAuthority) self = g_object_new (BULLA_TYPE_AUTHORITY, NULL);
  gboolean held = (self->root_key = load_key (folder, ROOT_KEY, error)) != NULL
                  && (self->root = load_certificate (folder, ROOT, self->root_key, error)) != NULL
                  && (self->intermediate_key = load_key (folder, INTERMEDIATE_KEY, error)) != NULL
                  && (self->intermediate =
                          load_certificate (folder, INTERMEDIATE, self->intermediate_key, error))
                         != NULL
                  && (self->log_key = load_key (folder, LOG_KEY, error)) != NULL;
  return held ? g_steal_pointer (&self) : NULL;
}
