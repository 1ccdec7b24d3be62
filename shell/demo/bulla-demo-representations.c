/* bulla-demo-representations.c - reads an article and its picture in all their representations
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * data/demo/article/article.ini says which file is which variant. The repository has no files in
 * Brotli; they are made here. */
#include "bulla-demo-representations.h"

#include <brotli/encode.h>
#include <gio/gio.h>
#include <string.h>

#define FOLDER "/org/bulla/Demo/article/"
#define CODED ".br"

static void
representation_free (gpointer data)
{
  DemoRepresentation *self = data;

  g_free (self->key);
  g_free (self->file);
  g_free (self->type);
  g_free (self->language);
  g_free (self->coding);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static void
resource_free (gpointer data)
{
  DemoResource *self = data;

  g_free (self->name);
  g_free (self->text);
  g_clear_pointer (&self->variants, bulla_variants_free);
  g_ptr_array_unref (self->all);
  g_free (self);
}

/* Returns: (transfer none): how the demo reads Variants: as the profile draft-b3 does */
const BullaVariantsReadings *
demo_get_readings (void)
{
  static const BullaVariantsReadings readings = {0};

  return &readings;
}

static GBytes *
encode (GBytes *plain, GError **error)
{
  gsize length, size;
  const guint8 *data = g_bytes_get_data (plain, &length);

  size = BrotliEncoderMaxCompressedSize (length);
  g_autofree guint8 *coded = g_malloc (size);
  if (size > 0
      && BrotliEncoderCompress (BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, length,
                                data, &size, coded))
    return g_bytes_new (coded, size);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Brotli cannot encode the article");
  return NULL;
}

static GBytes *
read_body (const char *file, GError **error)
{
  gboolean coded = g_str_has_suffix (file, CODED);
  g_autofree char *name = g_strndup (file, strlen (file) - (coded ? strlen (CODED) : 0));
  g_autofree char *path = g_strconcat (FOLDER, name, NULL);
  g_autoptr (GBytes) plain = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (plain == NULL)
    return NULL;
  return coded ? encode (plain, error) : g_steal_pointer (&plain);
}

/* Takes the values of the key as the fields of the response. */
static void
take_values (DemoRepresentation *self, const BullaVariants *variants, const BullaVariantKeys *key)
{
  for (guint i = 0; i < variants->n_axes; i++) {
    const BullaVariantsAxis *axis = &variants->axes[i];
    const char *value = key->values[i];

    self->combination = self->combination * axis->n_values + key->places[i];
    if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT)
      self->type =
          g_strconcat (value, g_str_has_prefix (value, "text/") ? "; charset=utf-8" : "", NULL);
    else if (axis->mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE)
      self->language = g_strdup (value);
    else if (!g_str_equal (value, "identity"))
      self->coding = g_strdup (value);
  }
}

/* @key: a key of the group that is not `variants` */
static gboolean
add_representation (DemoResource *self, GKeyFile *keys, const char *key, GError **error)
{
  g_autoptr (BullaVariantKeys) values =
      bulla_variant_keys_parse (key, self->variants, demo_get_readings (), NULL);
  DemoRepresentation *made = g_new0 (DemoRepresentation, 1);

  g_ptr_array_add (self->all, made);
  if (values == NULL || values->n_keys != 1) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” is not a variant of %s", key,
                 self->name);
    return FALSE;
  }
  made->key = g_strdup (key);
  made->file = g_key_file_get_string (keys, self->name, key, error);
  take_values (made, self->variants, values);
  if (made->file != NULL)
    made->body = read_body (made->file, error);
  return made->body != NULL;
}

static gboolean
add_resource (GPtrArray *resources, GKeyFile *keys, const char *name, GError **error)
{
  DemoResource *self = g_new0 (DemoResource, 1);
  g_auto (GStrv) all = g_key_file_get_keys (keys, name, NULL, NULL);

  self->name = g_strdup (name);
  self->all = g_ptr_array_new_with_free_func (representation_free);
  g_ptr_array_add (resources, self);
  self->text = g_key_file_get_string (keys, name, "variants", error);
  if (self->text == NULL)
    return FALSE;
  self->variants =
      bulla_variants_parse (self->text, BULLA_VARIANTS_SYNTAX_LISTS, demo_get_readings (), NULL);
  if (self->variants == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the variants of %s cannot be read",
                 name);
    return FALSE;
  }
  for (guint i = 0; all[i] != NULL; i++)
    if (!g_str_equal (all[i], "variants") && !add_representation (self, keys, all[i], error))
      return FALSE;
  return TRUE;
}

/**
 * demo_read_representations:
 * @error: set if article.ini or a file that it names cannot be used
 *
 * Returns: (transfer full) (nullable): of #DemoResource, the article first
 */
GPtrArray *
demo_read_representations (GError **error)
{
  g_autoptr (GPtrArray) resources = g_ptr_array_new_with_free_func (resource_free);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (FOLDER "article.ini", G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (bytes == NULL || !g_key_file_load_from_bytes (keys, bytes, G_KEY_FILE_NONE, error))
    return NULL;
  g_auto (GStrv) names = g_key_file_get_groups (keys, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    if (!add_resource (resources, keys, names[i], error))
      return NULL;
  return g_steal_pointer (&resources);
}
