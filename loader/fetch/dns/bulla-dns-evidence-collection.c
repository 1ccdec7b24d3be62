/* bulla-dns-evidence-collection.c - collects DNS responses for a later check, and what it lacks
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A check needs the keys of every signing zone and the DS record above each (RFC 4035 section 5);
 * for an unsigned name, it needs the proof that a zone above it is unsigned. */
#include "bulla-dns-evidence-collection.h"

#include <string.h>

#include "bulla-caa.h"
#include "bulla-dns-message.h"

typedef struct {
  char *name; /* owned */
  guint16 type;
} Question;

struct _BullaDnsCollection {
  BullaDnsEvidence *evidence; /* owned */
  GQueue wanted;              /* owned; of Question; names not looked up yet */
  GHashTable *seen;           /* owned; "name type" of every question that was ever in @wanted */
};

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->name);
  g_free (self);
}

/**
 * bulla_dns_collection_new: (skip)
 * @evidence: receives the responses
 *
 * Returns: (transfer full): a collection for one climb
 */
BullaDnsCollection *
bulla_dns_collection_new (BullaDnsEvidence *evidence)
{
  BullaDnsCollection *self = g_new0 (BullaDnsCollection, 1);

  self->evidence = bulla_dns_evidence_ref (evidence);
  g_queue_init (&self->wanted);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
bulla_dns_collection_free (BullaDnsCollection *self)
{
  bulla_dns_evidence_unref (self->evidence);
  g_queue_clear_full (&self->wanted, question_free);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/* Returns: TRUE if the question is new */
static gboolean
mark (BullaDnsCollection *self, const char *name, guint16 type)
{
  return g_hash_table_add (self->seen, g_strdup_printf ("%s %u", name, type));
}

static void
want (BullaDnsCollection *self, const char *name, guint16 type)
{
  if (bulla_dns_evidence_has (self->evidence, name, type) || !mark (self, name, type))
    return;
  if (g_hash_table_size (self->seen) > BULLA_DNS_COLLECT_MAX) {
    bulla_dns_evidence_add_missing (self->evidence);
    return;
  }
  Question *question = g_new (Question, 1);
  *question = (Question){g_strdup (name), type};
  g_queue_push_tail (&self->wanted, question);
}

/* The root zone has keys, but no DS record above it. */
static void
want_zone (BullaDnsCollection *self, const char *zone)
{
  want (self, zone, BULLA_DNS_TYPE_DNSKEY);
  if (zone[0] != '\0')
    want (self, zone, BULLA_DNS_TYPE_DS);
}

static void
want_zones_above (BullaDnsCollection *self, const char *name)
{
  const char *dot = NULL;

  for (; name[0] != '\0'; name = dot != NULL ? dot + 1 : "") {
    want_zone (self, name);
    dot = strchr (name, '.');
  }
  want_zone (self, "");
}

static void
want_what_is_named (BullaDnsCollection *self, guint16 type, const guint8 *data, gsize length)
{
  g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (data, length);

  for (guint i = 0; message != NULL && i < message->records->len; i++) {
    const BullaDnsRecord *record = g_ptr_array_index (message->records, i);
    g_autoptr (BullaDnsSignature) signature = bulla_dns_signature_read (record);
    g_autofree char *target = bulla_dns_message_dup_target (data, length, record);
    if (signature != NULL)
      want_zone (self, signature->signer);
    if (target != NULL) /* libunbound follows an alias into another zone by itself */
      want (self, target, type);
  }
}

/**
 * bulla_dns_collection_add: (skip)
 * @self: a collection
 * @name: the queried name, in lower case without a final dot
 * @type: the queried record type
 * @reply: the response
 *
 * Adds the response to the evidence, and the further look-ups that it needs to the queue.
 */
void
bulla_dns_collection_add (BullaDnsCollection *self, const char *name, guint16 type,
                          const BullaDnsReply *reply)
{
  mark (self, name, type);
  if (type == BULLA_CAA_TYPE && !reply->secure)
    want_zones_above (self, name);
  if (reply->message_length == 0
      || !bulla_dns_evidence_add_message (self->evidence, reply->message, reply->message_length)) {
    bulla_dns_evidence_add_missing (self->evidence);
    return;
  }
  want_what_is_named (self, type, reply->message, reply->message_length);
}

/**
 * bulla_dns_collection_take_next: (skip)
 * @self: a collection
 * @name: (out) (transfer full): the name to look up next
 * @type: (out): the record type to look up
 *
 * Returns: whether the queue had another look-up
 */
gboolean
bulla_dns_collection_take_next (BullaDnsCollection *self, char **name, guint16 *type)
{
  Question *question = g_queue_pop_head (&self->wanted);

  if (question == NULL)
    return FALSE;
  *name = g_steal_pointer (&question->name);
  *type = question->type;
  question_free (question);
  return TRUE;
}

/**
 * bulla_dns_collection_give_up: (skip)
 * @self: a collection
 *
 * Counts the running look-up, and those still in the queue, as missing.
 */
void
bulla_dns_collection_give_up (BullaDnsCollection *self)
{
  for (guint n = g_queue_get_length (&self->wanted) + 1; n > 0; n--)
    bulla_dns_evidence_add_missing (self->evidence);
  g_queue_clear_full (&self->wanted, question_free);
}
