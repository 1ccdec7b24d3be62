/* bulla-cli-bundle-resources.c - collects the responses for a new bundle from any source
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-resources.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variant-group.h"
#include "bulla-cli.h"
#include "bulla-facts.h"
#include "bulla-field-kind.h"
#include "bulla-printable.h"

static void
resource_free (BullaCliResource *self)
{
  g_free (self->url);
  g_free (self->alias);
  g_ptr_array_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->file);
  g_free (self);
}

BullaCliResources *
bulla_cli_resources_new (void)
{
  BullaCliResources *self = g_new0 (BullaCliResources, 1);

  self->content_max = BULLA_CLI_CONTENT_MAX;
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify)resource_free);
  self->by_url = g_hash_table_new (g_str_hash, g_str_equal);
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cli_variant_group_free);
  self->skipped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_cli_resources_free (BullaCliResources *self)
{
  g_hash_table_unref (self->by_url);
  g_ptr_array_unref (self->list);
  g_ptr_array_unref (self->groups);
  g_hash_table_unref (self->skipped);
  g_free (self->primary);
  g_free (self->start);
  g_free (self);
}

static BullaCliResource *
append_resource (BullaCliResources *self, const char *url, guint status)
{
  BullaCliResource *resource = g_new0 (BullaCliResource, 1);

  resource->url = g_strdup (url);
  resource->status = status;
  resource->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->list, resource);
  return resource;
}

/**
 * bulla_cli_resources_add: (skip)
 * @self: resources
 * @url: a URL without representations
 * @status: status of the response
 * @replaced: (out) (optional): whether an earlier response of this URL was replaced
 *
 * Returns: (transfer none): a response without headers and body
 */
BullaCliResource *
bulla_cli_resources_add (BullaCliResources *self, const char *url, guint status, gboolean *replaced)
{
  BullaCliResource *known = bulla_cli_resources_find (self, url);

  g_return_val_if_fail (known == NULL || known->group == NULL, NULL); /* the group refers to it */
  if (replaced != NULL)
    *replaced = known != NULL;
  if (known != NULL) {
    g_hash_table_remove (self->by_url, url); /* frees the key */
    g_ptr_array_remove (self->list, known);
  }
  BullaCliResource *resource = append_resource (self, url, status);
  g_hash_table_insert (self->by_url, resource->url, resource);
  return resource;
}

/**
 * bulla_cli_resources_add_group: (skip)
 * @self: resources
 * @group: (transfer full): representations of a URL
 * @error: set if the URL has a response
 *
 * Returns: (transfer none) (nullable): @group
 */
BullaCliVariantGroup *
bulla_cli_resources_add_group (BullaCliResources *self, BullaCliVariantGroup *group, GError **error)
{
  gboolean taken = bulla_cli_resources_find (self, group->url) != NULL;

  g_ptr_array_add (self->groups, group);
  for (guint i = 0; i + 1 < self->groups->len; i++) {
    const BullaCliVariantGroup *other = self->groups->pdata[i];
    taken = taken || strcmp (other->url, group->url) == 0;
  }
  if (taken)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("%s: the URL has two responses"),
                 group->url);
  return taken ? NULL : group;
}

/* Returns: (transfer none): a response of the group, without headers and body */
BullaCliResource *
bulla_cli_resources_add_variant (BullaCliResources *self, BullaCliVariantGroup *group)
{
  BullaCliResource *resource = append_resource (self, group->url, 200);

  resource->group = group;
  if (!g_hash_table_contains (self->by_url, resource->url))
    g_hash_table_insert (self->by_url, resource->url, resource);
  return resource;
}

BullaCliResource *
bulla_cli_resources_find (const BullaCliResources *self, const char *url)
{
  return g_hash_table_lookup (self->by_url, url);
}

/* Reports at once a resource that will be missing, and why. */
void
bulla_cli_resources_lose (BullaCliResources *self, const char *url, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *shown = bulla_printable_dup (url);
  g_autofree char *shown_why = bulla_printable_dup (why);
  bulla_cli_print_error (_ ("Missing: %s: %s\n"), shown, shown_why);
  self->n_lost++;
}

/* Says whether a header belongs to one connection or visitor, or to a coding that was removed. */
gboolean
bulla_cli_header_is_kept (const char *name)
{
  static const char *const CODING[] = {"content-encoding", "content-length", "te", NULL};
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return !bulla_header_is_stateful (lower) && !bulla_header_is_hop_by_hop (lower)
         && !g_strv_contains (CODING, lower);
}

/* Replaces the header, or adds it. */
void
bulla_cli_resource_set_header (BullaCliResource *self, const char *name, const char *value)
{
  for (guint i = 0; i + 1 < self->headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->headers, i), name) == 0) {
      g_free (g_ptr_array_index (self->headers, i + 1));
      g_ptr_array_index (self->headers, i + 1) = g_strdup (value);
      return;
    }
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

/**
 * bulla_cli_resources_set_headers: (skip)
 * @self: resources
 * @headers: (array zero-terminated=1) (nullable): `NAME: VALUE`, as given on the command line
 * @error: set if one of them is not a header
 *
 * Sets the headers of all resources; each replaces what had its name.
 */
gboolean
bulla_cli_resources_set_headers (BullaCliResources *self, char **headers, GError **error)
{
  for (size_t i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;

    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return FALSE;
    for (guint r = 0; r < self->list->len; r++)
      bulla_cli_resource_set_header (g_ptr_array_index (self->list, r), name, value);
  }
  return TRUE;
}

const char *
bulla_cli_resource_get_header (const BullaCliResource *self, const char *name)
{
  for (guint i = 0; i + 1 < self->headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->headers, i), name) == 0)
      return g_ptr_array_index (self->headers, i + 1);
  return NULL;
}

/* Writes the response itself. Returns its number; G_MAXUINT with @error set */
static guint
write_response (const BullaCliResource *resource, BullaBundleWriter *writer, GError **error)
{
  guint number = bulla_bundle_writer_add_response (writer, resource->status);

  for (guint i = 0; i + 1 < resource->headers->len; i += 2)
    bulla_bundle_writer_add_header (writer, number, g_ptr_array_index (resource->headers, i),
                                    g_ptr_array_index (resource->headers, i + 1));
  if (resource->body != NULL)
    bulla_bundle_writer_set_body (writer, number, resource->body);
  if (resource->file != NULL
      && !bulla_bundle_writer_set_body_file (writer, number, resource->file, error))
    return G_MAXUINT;
  return number;
}

static gboolean
write_resource (const BullaCliResource *resource, BullaBundleWriter *writer, GError **error)
{
  guint number = write_response (resource, writer, error);

  if (number == G_MAXUINT)
    return FALSE;
  bulla_bundle_writer_add_url (writer, resource->url, number);
  if (resource->alias != NULL)
    bulla_bundle_writer_add_url (writer, resource->alias, number);
  return TRUE;
}

/* Writes each representation once, and the index of all combinations. */
static gboolean
write_group (const BullaCliVariantGroup *group, BullaBundleWriter *writer, GError **error)
{
  g_autofree guint *numbers = g_new (guint, group->resources->len);
  g_autofree char *variants =
      bulla_cli_variant_group_dup_variants (group, BULLA_VARIANTS_SYNTAX_LISTS);
  g_autoptr (GHashTable) written = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < group->resources->len; i++) {
    BullaCliResource *resource = group->resources->pdata[i];
    gpointer known = NULL;
    numbers[i] = BULLA_BUNDLE_NO_RESPONSE;
    if (resource == NULL)
      continue;
    if (g_hash_table_lookup_extended (written, resource, NULL, &known)) {
      numbers[i] = GPOINTER_TO_UINT (known);
      continue;
    }
    numbers[i] = write_response (resource, writer, error);
    if (numbers[i] == G_MAXUINT)
      return FALSE;
    g_hash_table_insert (written, resource, GUINT_TO_POINTER (numbers[i]));
  }
  bulla_bundle_writer_add_variants (writer, group->url, variants, numbers, group->resources->len);
  return TRUE;
}

gboolean
bulla_cli_resources_write (const BullaCliResources *self, BullaBundleWriter *writer, GError **error)
{
  for (guint i = 0; i < self->list->len; i++) {
    const BullaCliResource *resource = g_ptr_array_index (self->list, i);
    if (resource->group == NULL && !write_resource (resource, writer, error))
      return FALSE;
  }
  for (guint i = 0; i < self->groups->len; i++)
    if (!write_group (g_ptr_array_index (self->groups, i), writer, error))
      return FALSE;
  return TRUE;
}
