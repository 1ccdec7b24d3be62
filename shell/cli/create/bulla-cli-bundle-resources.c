/* bulla-cli-bundle-resources.c - collects the responses for a new bundle from any source
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-resources.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-facts.h"
#include "bulla-field-kind.h"
#include "bulla-cli-print.h"
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

  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify)resource_free);
  self->by_url = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
bulla_cli_resources_free (BullaCliResources *self)
{
  g_hash_table_unref (self->by_url);
  g_ptr_array_unref (self->list);
  g_free (self->primary);
  g_free (self->start);
  g_free (self);
}

/**
 * bulla_cli_resources_add: (skip)
 * @self: resources
 * @url: a URL
 * @status: status of the response
 * @replaced: (out) (optional): whether an earlier response of this URL was replaced
 *
 * Returns: (transfer none): a response without headers and body
 */
BullaCliResource *
bulla_cli_resources_add (BullaCliResources *self, const char *url, guint status, gboolean *replaced)
{
  BullaCliResource *known = bulla_cli_resources_find (self, url);
  BullaCliResource *resource = g_new0 (BullaCliResource, 1);

  if (replaced != NULL)
    *replaced = known != NULL;
  if (known != NULL) {
    g_hash_table_remove (self->by_url, url); /* frees the key */
    g_ptr_array_remove (self->list, known);
  }
  resource->url = g_strdup (url);
  resource->status = status;
  resource->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->list, resource);
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

const char *
bulla_cli_resource_get_header (const BullaCliResource *self, const char *name)
{
  for (guint i = 0; i + 1 < self->headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (self->headers, i), name) == 0)
      return g_ptr_array_index (self->headers, i + 1);
  return NULL;
}

static gboolean
write_resource (const BullaCliResource *resource, BullaBundleWriter *writer, GError **error)
{
  guint number = bulla_bundle_writer_add_response (writer, resource->status);

  for (guint i = 0; i + 1 < resource->headers->len; i += 2)
    bulla_bundle_writer_add_header (writer, number, g_ptr_array_index (resource->headers, i),
                                    g_ptr_array_index (resource->headers, i + 1));
  if (resource->body != NULL)
    bulla_bundle_writer_set_body (writer, number, resource->body);
  if (resource->file != NULL
      && !bulla_bundle_writer_set_body_file (writer, number, resource->file, error))
    return FALSE;
  bulla_bundle_writer_add_url (writer, resource->url, number);
  if (resource->alias != NULL)
    bulla_bundle_writer_add_url (writer, resource->alias, number);
  return TRUE;
}

gboolean
bulla_cli_resources_write (const BullaCliResources *self, BullaBundleWriter *writer, GError **error)
{
  for (guint i = 0; i < self->list->len; i++)
    if (!write_resource (g_ptr_array_index (self->list, i), writer, error))
      return FALSE;
  return TRUE;
}
