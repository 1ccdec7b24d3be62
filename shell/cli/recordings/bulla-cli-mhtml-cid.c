/* bulla-cli-mhtml-cid.c - resolves the references of the parts of an MHTML file to each other
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 2392, RFC 2557 section 8.3
 *
 * A browser refers to frames and stylesheets by the IDs of their parts (cid:ID), which nothing
 * resolves outside of the file. */
#include "bulla-cli-mhtml-cid.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-recording.h"
#include "bulla-field.h"
#include "bulla-printable.h"

#define CID "cid:"
#define ID_MAX 256              /* bytes */
#define BEFORE "\"'(= \t\r\n>," /* characters that a reference may follow */
#define BEHIND "\"'()<> \t\r\n"

/* Returns: (transfer full): a map of IDs to URLs; the URL is "" for a part that has none */
GHashTable *
bulla_cli_mhtml_cids_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean
is_web (const char *url)
{
  return g_ascii_strncasecmp (url, "http://", 7) == 0
         || g_ascii_strncasecmp (url, "https://", 8) == 0;
}

/**
 * bulla_cli_mhtml_cids_add: (skip)
 * @cids: the map
 * @id: (nullable): a Content-ID, with or without its angle brackets
 * @url: (nullable): URL of the part; one that begins with `cid:` is an ID, too
 */
void
bulla_cli_mhtml_cids_add (GHashTable *cids, const char *id, const char *url)
{
  const char *web = url != NULL && is_web (url) ? url : "";

  if (url != NULL && g_ascii_strncasecmp (url, CID, strlen (CID)) == 0)
    g_hash_table_replace (cids, g_strdup (url + strlen (CID)), g_strdup (""));
  if (id == NULL)
    return;
  size_t length = strlen (id);
  gboolean has_brackets = length > 2 && id[0] == '<' && id[length - 1] == '>';
  g_hash_table_replace (cids, has_brackets ? g_strndup (id + 1, length - 2) : g_strdup (id),
                        g_strdup (web));
}

/* Returns: whether references in a part of this type mean other parts */
static gboolean
has_references (const char *media_type)
{
  static const char *const TYPES[] = {"text/html", "text/css", "application/xhtml+xml",
                                      "image/svg+xml", NULL};
  g_autofree char *essence = media_type != NULL ? bulla_field_dup_essence (media_type) : NULL;

  return essence != NULL && g_strv_contains (TYPES, essence);
}

/* Finds the URL of the part to which the text behind `cid:` refers. @id: (out) (transfer full):
 * its ID; @length: (out): bytes of the reference
 *
 * Returns: (nullable): the URL, "" if the part has none; NULL if it is not a reference */
static const char *
find_target (GHashTable *cids, const char *at, const char *end, char **id, gsize *length)
{
  *length = 0;
  while (at + *length < end && *length < ID_MAX && at[*length] != '\0'
         && strchr (BEHIND, at[*length]) == NULL)
    *length += 1;
  g_autofree char *written = g_strndup (at, *length);
  *id = g_uri_unescape_string (written, NULL);
  if (*id == NULL)
    *id = g_steal_pointer (&written);
  return g_hash_table_lookup (cids, *id);
}

/* Names a reference that stays as it is, once for each part. */
static void
report_lost (GHashTable *seen, const char *url, const char *id)
{
  if (!g_hash_table_add (seen, g_strdup (id)))
    return;
  g_autofree char *shown = bulla_printable_dup (id);
  g_autofree char *why =
      g_strdup_printf (_ ("what its link to cid:%s shows, because that part has no URL"), shown);
  bulla_cli_print_left_out (url, why);
}

/**
 * bulla_cli_mhtml_cids_resolve: (skip)
 * @cids: the IDs of all parts of the file
 * @url: URL of a part, for messages
 * @media_type: (nullable): its type
 * @body: its content
 *
 * Replaces references by the URL of the part that they mean. Those to a part without one are
 * reported on stderr: what they show is lost.
 *
 * Returns: (transfer full): the changed content
 */
GBytes *
bulla_cli_mhtml_cids_resolve (GHashTable *cids, const char *url, const char *media_type,
                              GBytes *body)
{
  gsize size;
  const char *start = g_bytes_get_data (body, &size), *at = start, *end = start + size;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (g_hash_table_size (cids) == 0 || !has_references (media_type))
    return g_bytes_ref (body);
  while (at < end) {
    const char *c = memchr (at, ':', (size_t)(end - at));
    g_autofree char *id = NULL;
    gsize length = 0;
    gboolean is_reference = c != NULL && c - start > 3 && strchr (BEFORE, c[-4]) != NULL
                            && c[-4] != '\0' && g_ascii_strncasecmp (c - 3, CID, 4) == 0;
    const char *target = is_reference ? find_target (cids, c + 1, end, &id, &length) : NULL;
    const char *stop = c == NULL ? end : c + 1;
    if (target == NULL || *target == '\0') {
      g_byte_array_append (out, (const guint8 *)at, (guint)(stop - at));
      at = stop;
      if (target != NULL)
        report_lost (seen, url, id);
      continue;
    }
    g_byte_array_append (out, (const guint8 *)at, (guint)(c - 3 - at));
    g_byte_array_append (out, (const guint8 *)target, (guint)strlen (target));
    at = stop + length;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
