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
#include "parse/bulla-bundle-index.h"

/* bytes of a response without content: an array, a status, and the heads of both strings */
#define RESPONSE_SIZE_MIN 16

static void
resource_free (BullaCliResource *self)
{
  for (guint i = 0; self->headers[i] != NULL; i++)
    g_ref_string_release (self->headers[i]);
  g_free (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->file);
  g_free (self->url);
  g_free (self->alias);
  g_free (self);
}

BullaCliResources *
bulla_cli_resources_new (void)
{
  BullaCliResources *self = g_new0 (BullaCliResources, 1);

  self->content_max = BULLA_CLI_CONTENT_MAX;
  self->index_max = G_MAXUINT64;
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify)resource_free);
  self->by_url = g_hash_table_new (g_str_hash, g_str_equal);
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cli_variant_group_free);
  self->skipped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->outside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_cli_resources_free (BullaCliResources *self)
{
  g_hash_table_unref (self->by_url);
  g_ptr_array_unref (self->list);
  g_ptr_array_unref (self->groups);
  g_hash_table_unref (self->skipped);
  g_hash_table_unref (self->outside);
  g_free (self->root);
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
  resource->headers = g_new0 (char *, 1);
  resource->file_size = G_MAXUINT64;
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

/* Returns: bytes of the CBOR head of @argument */
static guint
head_size (guint64 argument)
{
  return argument < 24            ? 1
         : argument <= 0xff       ? 2
         : argument <= 0xffff     ? 3
         : argument <= 0xffffffff ? 5
                                  : 9;
}

/**
 * bulla_cli_resources_reserve: (skip)
 * @self: resources
 * @url: a URL of the index
 * @size: bytes of its content
 * @error: set if the index would be larger than any reader of the bundle accepts
 *
 * Counts what the URL takes in the index and its response in the bundle at least, so that a bundle
 * that is too large is rejected before any content is read. Spec: bundles.md section 5.
 */
gboolean
bulla_cli_resources_reserve (BullaCliResources *self, const char *url, guint64 size, GError **error)
{
  guint64 length = strlen (url), response = RESPONSE_SIZE_MIN + head_size (size) - 1 + size;

  /* the URL, and an array of an offset and a length */
  self->index_size +=
      head_size (length) + length + 1 + head_size (self->offset) + head_size (response);
  self->offset += response;
  self->n_reserved++;
  if (self->index_size > self->index_max) {
    g_autofree char *most = g_strdup_printf ("%" G_GUINT64_FORMAT, self->index_max);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("%s: the index of the bundle would have more than %s bytes; nothing was "
                    "written. Split the bundle, or shorten its URLs: relative URLs are enough in "
                    "b2"),
                 bulla_reason_get_nick (BULLA_REASON_BUNDLE_SECTION_TOO_LONG), most);
    return FALSE;
  }
  if (self->index_max == G_MAXUINT64 || self->n_reserved <= BULLA_BUNDLE_RESOURCES_MAX)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("the bundle would have more than %d URLs; nothing was written. Split the bundle"),
               BULLA_BUNDLE_RESOURCES_MAX);
  return FALSE;
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
  guint n = 0;

  for (; self->headers[n] != NULL; n += 2)
    if (g_ascii_strcasecmp (self->headers[n], name) == 0) {
      char *now = g_ref_string_new_intern (value);
      g_ref_string_release (self->headers[n + 1]);
      self->headers[n + 1] = now;
      return;
    }
  self->headers = g_renew (char *, self->headers, n + 3);
  self->headers[n] = g_ref_string_new_intern (name);
  self->headers[n + 1] = g_ref_string_new_intern (value);
  self->headers[n + 2] = NULL;
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
  for (guint i = 0; self->headers[i] != NULL; i += 2)
    if (g_ascii_strcasecmp (self->headers[i], name) == 0)
      return self->headers[i + 1];
  return NULL;
}

/* Writes the response itself. Returns its number; G_MAXUINT with @error set */
static guint
write_response (const BullaCliResource *resource, BullaBundleWriter *writer, GError **error)
{
  guint number = bulla_bundle_writer_add_response (writer, resource->status);

  for (guint i = 0; resource->headers[i] != NULL; i += 2)
    bulla_bundle_writer_add_header (writer, number, resource->headers[i], resource->headers[i + 1]);
  if (resource->body != NULL)
    bulla_bundle_writer_set_body (writer, number, resource->body);
  if (resource->file != NULL && resource->file_size < G_MAXUINT64)
    bulla_bundle_writer_set_measured_file (writer, number, resource->file, resource->file_size);
  else if (resource->file != NULL
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

/**
 * bulla_cli_resources_move: (skip)
 * @self: resources; afterwards it has only groups and their responses
 * @writer: receives the responses
 * @error: set if a file is missing
 *
 * Moves one response after the other to @writer, so that those of many files are in memory once.
 *
 * Returns: whether all were moved
 */
gboolean
bulla_cli_resources_move (BullaCliResources *self, BullaBundleWriter *writer, GError **error)
{
  gsize n = 0;
  g_autofree gpointer *all = g_ptr_array_steal (self->list, &n);
  gboolean fine = TRUE;

  g_hash_table_remove_all (self->by_url);
  for (gsize i = 0; i < n; i++) {
    BullaCliResource *resource = all[i];
    if (resource->group != NULL) {
      g_ptr_array_add (self->list, resource);
      continue;
    }
    fine = fine && write_resource (resource, writer, error);
    resource_free (resource);
  }
  for (guint i = 0; fine && i < self->groups->len; i++)
    fine = write_group (g_ptr_array_index (self->groups, i), writer, error);
  return fine;
}
