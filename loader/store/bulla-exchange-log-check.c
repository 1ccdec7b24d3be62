/* bulla-exchange-log-check.c - checks a log by recomputing its hash chain line by line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-canonical-json.h"
#include "bulla-exchange-log-private.h"
#include "bulla-json.h"

#define DEPTH_MAX 16

void
bulla_exchange_log_check_clear (BullaExchangeLogCheck *self)
{
  g_clear_pointer (&self->head, g_free);
  g_clear_pointer (&self->why, g_free);
}

/**
 * bulla_exchange_log_hash: (skip)
 * @object: an entry; its member `hash` is ignored
 *
 * Returns: (transfer full) (nullable): the SHA-256 of its RFC 8785 serialisation in lower-case hex;
 *   %NULL if it cannot be serialised
 */
char *
bulla_exchange_log_hash (JsonObject *object)
{
  g_autoptr (JsonObject) rest = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *link = names; link != NULL; link = link->next)
    if (strcmp (link->data, "hash") != 0)
      json_object_set_member (rest, link->data,
                              json_node_copy (json_object_get_member (object, link->data)));
  json_node_set_object (node, rest);
  g_autofree char *text = bulla_canonical_json_serialise (node);
  return text != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1) : NULL;
}

/* Returns: (nullable): what is wrong with the entry; NULL if it is intact; static */
static const char *
find_fault (const BullaExchangeLogCheck *self, const char *line, JsonNode *node, gint64 expected)
{
  JsonObject *object =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (object == NULL)
    return "is not a JSON object";
  if (!bulla_canonical_json_is_unambiguous (line, node))
    return "has a member twice, or a NUL in a string";
  gint64 n = bulla_json_get_number (object, "n", 0);
  const char *previous = bulla_json_get_text (object, "previous");
  const char *hash = bulla_json_get_text (object, "hash");
  g_autofree char *computed = bulla_exchange_log_hash (object);
  if (n <= 0 || (self->entries > 0 && n != expected))
    return "is missing, or was moved";
  if (g_strcmp0 (hash, computed) != 0)
    return "was changed: its hash does not match";
  const char *before = self->head != NULL ? self->head
                       : n == 1           ? BULLA_EXCHANGE_LOG_START
                                          : previous;
  if (previous == NULL || g_strcmp0 (previous, before) != 0)
    return "does not follow the entry before it: “previous” does not match";
  return NULL;
}

/**
 * bulla_exchange_log_check_line: (skip)
 * @self: the check so far
 * @line: the next line of the log, without line break
 *
 * A log whose first entry has a higher number than 1 can still be intact; `first` then has that
 * number.
 */
void
bulla_exchange_log_check_line (BullaExchangeLogCheck *self, const char *line)
{
  g_autoptr (JsonNode) node = bulla_json_parse (line, strlen (line), DEPTH_MAX, NULL);
  JsonObject *object =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  gint64 expected = self->last + 1;
  const char *fault = self->broken_at == 0 ? find_fault (self, line, node, expected) : NULL;

  if (fault != NULL) {
    gint64 own = object != NULL ? bulla_json_get_number (object, "n", 0) : 0;
    self->broken_at = self->entries > 0 || own <= 0 ? expected : own;
    self->why = g_strdup_printf ("entry %" G_GINT64_FORMAT " %s", self->broken_at, fault);
  }
  self->entries++;
  if (object == NULL)
    return;
  const char *hash = bulla_json_get_text (object, "hash");
  self->n_readable++;
  self->last = bulla_json_get_number (object, "n", expected);
  self->first = self->entries == 1 ? self->last : self->first;
  g_free (self->head);
  self->head = g_strdup (hash);
  if (self->broken_at == 0 && self->wanted != NULL && g_strcmp0 (hash, self->wanted) == 0)
    self->found = TRUE;
}
