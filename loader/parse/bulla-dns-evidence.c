/* bulla-dns-evidence.c - DNS answers with their signatures and proofs, kept for a later check
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A file: the magic "BULLADNS"; one byte with the version; the time of fetching (8 bytes, Unix time
 * in s); the number of trust anchors (2 bytes) and each as text with its length (2 bytes) before
 * it; then to the end DNS messages, each with its length (2 bytes). Numbers are big-endian. */
#include "bulla-dns-evidence.h"

#include <string.h>

#include "bulla-dns-anchors.h"
#include "bulla-dns-message.h"
#include "bulla-error.h"

#define VERSION 1
#define HEAD_SIZE (sizeof MAGIC + 1 + 8 + 2) /* bytes before the anchors */

#define TIME_MAX G_GINT64_CONSTANT (253402300799) /* the last second of the year 9999 */

static const char MAGIC[8] = {'B', 'U', 'L', 'L', 'A', 'D', 'N', 'S'};

struct _BullaDnsEvidence {
  gatomicrefcount references;
  gint64 fetched;
  GPtrArray *anchors;      /* owned; of GPtrArray with one BullaDnsAnchor each */
  GPtrArray *messages;     /* owned; of GBytes */
  GHashTable *by_question; /* owned; "name type" -> GBytes, owned by @messages */
  gsize size;              /* bytes of the file when written */
  guint n_missing;
};

/**
 * bulla_dns_evidence_new: (skip)
 * @fetched: Unix time in s of the first response
 *
 * Returns: (transfer full): evidence without messages
 */
BullaDnsEvidence *
bulla_dns_evidence_new (gint64 fetched)
{
  BullaDnsEvidence *self = g_new0 (BullaDnsEvidence, 1);

  g_atomic_ref_count_init (&self->references);
  self->fetched = fetched;
  self->anchors = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->by_question = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->size = HEAD_SIZE;
  return self;
}

BullaDnsEvidence *
bulla_dns_evidence_ref (BullaDnsEvidence *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
bulla_dns_evidence_unref (BullaDnsEvidence *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->anchors);
  g_ptr_array_unref (self->messages);
  g_hash_table_unref (self->by_question);
  g_free (self);
}

/* --- adding answers and anchors */

static const BullaDnsAnchor *
get_anchor (BullaDnsEvidence *self, guint i)
{
  GPtrArray *one = g_ptr_array_index (self->anchors, i);

  return g_ptr_array_index (one, 0);
}

static gboolean
add_anchor (BullaDnsEvidence *self, const char *record, gsize length)
{
  g_autoptr (GPtrArray) parsed = bulla_dns_anchors_parse (record, length, NULL);

  if (parsed == NULL || parsed->len != 1 || self->anchors->len == BULLA_DNS_ANCHORS_MAX)
    return FALSE;
  const BullaDnsAnchor *anchor = g_ptr_array_index (parsed, 0);
  for (guint i = 0; i < self->anchors->len; i++)
    if (g_str_equal (get_anchor (self, i)->record, anchor->record))
      return TRUE;
  self->size += 2 + strlen (anchor->record);
  g_ptr_array_add (self->anchors, g_steal_pointer (&parsed));
  return TRUE;
}

/**
 * bulla_dns_evidence_add_anchor: (skip)
 * @self: evidence
 * @record: a trust anchor with which the responses were validated; ignored if it was added before,
 *   or the limit is reached
 */
void
bulla_dns_evidence_add_anchor (BullaDnsEvidence *self, const char *record)
{
  add_anchor (self, record, strlen (record));
}

static char *
dup_question (const char *name, guint16 type)
{
  return g_strdup_printf ("%s %u", name, type);
}

/**
 * bulla_dns_evidence_add_message: (skip)
 * @self: evidence
 * @message: (array length=length): a DNS message with one question; of several with the same
 *   question the first is kept
 * @length: bytes of @message
 *
 * Returns: whether @message, or an earlier one with the same question, is kept; %FALSE if it is
 *   malformed, or a limit is reached
 */
gboolean
bulla_dns_evidence_add_message (BullaDnsEvidence *self, const guint8 *message, gsize length)
{
  g_autofree char *name = NULL;
  guint16 type = 0;

  if (length > BULLA_DNS_MESSAGE_MAX || self->messages->len == BULLA_DNS_EVIDENCE_MESSAGES_MAX
      || self->size + 2 + length > BULLA_DNS_EVIDENCE_SIZE_MAX
      || !bulla_dns_question_read (message, length, &name, &type))
    return FALSE;
  g_autofree char *question = dup_question (name, type);
  if (g_hash_table_contains (self->by_question, question))
    return TRUE;
  GBytes *bytes = g_bytes_new (message, length);
  g_ptr_array_add (self->messages, bytes);
  g_hash_table_insert (self->by_question, g_steal_pointer (&question), bytes);
  self->size += 2 + length;
  return TRUE;
}

/**
 * bulla_dns_evidence_add_missing: (skip)
 * @self: evidence
 *
 * Counts a response that a later check may need and that could not be obtained.
 */
void
bulla_dns_evidence_add_missing (BullaDnsEvidence *self)
{
  self->n_missing++;
}

/**
 * bulla_dns_evidence_find: (skip)
 * @self: evidence
 * @name: a name in lower case, without a final dot
 * @type: record type
 *
 * Returns: (transfer none) (nullable): the message with that question
 */
GBytes *
bulla_dns_evidence_find (BullaDnsEvidence *self, const char *name, guint16 type)
{
  g_autofree char *question = dup_question (name, type);

  return g_hash_table_lookup (self->by_question, question);
}

gboolean
bulla_dns_evidence_has (BullaDnsEvidence *self, const char *name, guint16 type)
{
  return bulla_dns_evidence_find (self, name, type) != NULL;
}

/* --- the file */

static void
append_number (GByteArray *bytes, guint64 number, guint size)
{
  for (guint i = size; i > 0; i--) {
    guint8 byte = (guint8)(number >> (8 * (i - 1)));
    g_byte_array_append (bytes, &byte, 1);
  }
}

static void
append_block (GByteArray *bytes, const void *data, gsize length)
{
  append_number (bytes, length, 2);
  g_byte_array_append (bytes, data, (guint)length);
}

/**
 * bulla_dns_evidence_to_bytes: (skip)
 * @self: evidence
 *
 * Returns: (transfer full): the contents of the file, for bulla_dns_evidence_read()
 */
GBytes *
bulla_dns_evidence_to_bytes (BullaDnsEvidence *self)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *)MAGIC, sizeof MAGIC);
  append_number (bytes, VERSION, 1);
  append_number (bytes, (guint64)self->fetched, 8);
  append_number (bytes, self->anchors->len, 2);
  for (guint i = 0; i < self->anchors->len; i++) {
    const char *record = get_anchor (self, i)->record;
    append_block (bytes, record, strlen (record));
  }
  for (guint i = 0; i < self->messages->len; i++) {
    gsize length = 0;
    const void *data = g_bytes_get_data (g_ptr_array_index (self->messages, i), &length);
    append_block (bytes, data, length);
  }
  return g_byte_array_free_to_bytes (bytes);
}

/* Returns: whether @size bytes were left to take */
static gboolean
take_bytes (const guint8 **at, gsize *left, gsize size, const guint8 **taken)
{
  if (size > *left)
    return FALSE;
  *taken = *at;
  *at += size;
  *left -= size;
  return TRUE;
}

static gboolean
take_block (const guint8 **at, gsize *left, const guint8 **block, gsize *length)
{
  const guint8 *head = NULL;

  if (!take_bytes (at, left, 2, &head))
    return FALSE;
  *length = (gsize)(head[0] << 8 | head[1]);
  return take_bytes (at, left, *length, block);
}

static gint64
read_time (const guint8 *at)
{
  guint64 time = 0;

  for (guint i = 0; i < 8; i++)
    time = time << 8 | at[i];
  return (gint64)time;
}

static gboolean
read_blocks (BullaDnsEvidence *self, const guint8 *at, gsize left, guint n_anchors)
{
  const guint8 *block = NULL;
  gsize length = 0;

  for (guint i = 0; i < n_anchors; i++)
    if (!take_block (&at, &left, &block, &length)
        || !add_anchor (self, (const char *)block, length))
      return FALSE;
  while (left > 0)
    if (!take_block (&at, &left, &block, &length)
        || !bulla_dns_evidence_add_message (self, block, length))
      return FALSE;
  return TRUE;
}

/**
 * bulla_dns_evidence_read: (skip)
 * @bytes: the contents of a file from an untrusted source
 * @error: a %BULLA_ERROR_ARGUMENT if @bytes is not evidence, or is damaged; a %BULLA_ERROR_LIMIT if
 *   it exceeds %BULLA_DNS_EVIDENCE_SIZE_MAX
 *
 * Returns: (transfer full) (nullable): the evidence; its messages are not validated
 */
BullaDnsEvidence *
bulla_dns_evidence_read (GBytes *bytes, GError **error)
{
  gsize left = 0;
  const guint8 *at = g_bytes_get_data (bytes, &left), *head = NULL;

  if (left > BULLA_DNS_EVIDENCE_SIZE_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "DNS evidence larger than %d MiB",
                 BULLA_DNS_EVIDENCE_SIZE_MAX >> 20);
    return NULL;
  }
  if (!take_bytes (&at, &left, HEAD_SIZE, &head) || memcmp (head, MAGIC, sizeof MAGIC) != 0) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "not a file of DNS evidence");
    return NULL;
  }
  head += sizeof MAGIC;
  if (head[0] != VERSION) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "DNS evidence of version %u; only version %d can be read", head[0], VERSION);
    return NULL;
  }
  g_autoptr (BullaDnsEvidence) self = bulla_dns_evidence_new (read_time (head + 1));
  if (self->fetched < 0 || self->fetched > TIME_MAX
      || !read_blocks (self, at, left, (guint)(head[9] << 8 | head[10]))) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "the DNS evidence is damaged");
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* --- the messages on which answers rest */

typedef struct {
  char *name; /* owned */
  guint16 type;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->name);
  g_free (self);
}

static void
add_question (GQueue *questions, const char *name, guint16 type)
{
  Question *question = g_new (Question, 1);

  *question = (Question){g_strdup (name), type};
  g_queue_push_tail (questions, question);
}

/* The root zone has no DS record above it. */
static void
add_zone (GQueue *questions, const char *zone)
{
  add_question (questions, zone, BULLA_DNS_TYPE_DNSKEY);
  if (zone[0] != '\0')
    add_question (questions, zone, BULLA_DNS_TYPE_DS);
}

/* Adds the messages that the check of one needs: the keys of its signers, and for an unsigned
 * answer the proofs that a zone above it is unsigned. */
static void
add_needed (GQueue *questions, const Question *question, const BullaDnsMessage *message,
            const guint8 *data, gsize length)
{
  gboolean is_signed = FALSE;

  for (guint i = 0; i < message->records->len; i++) {
    const BullaDnsRecord *record = g_ptr_array_index (message->records, i);
    g_autoptr (BullaDnsSignature) signature = bulla_dns_signature_read (record);
    g_autofree char *target = bulla_dns_message_dup_target (data, length, record);
    if (signature != NULL)
      add_zone (questions, signature->signer);
    if (target != NULL)
      add_question (questions, target, question->type);
    is_signed |= signature != NULL;
  }
  for (const char *dot = question->name; !is_signed && dot != NULL; dot = strchr (dot, '.')) {
    dot += dot[0] == '.' ? 1 : 0;
    add_question (questions, dot, BULLA_DNS_TYPE_DS);
  }
}

/* Returns: (transfer container): the messages on which the answers rest, borrowed */
static GHashTable *
collect_needed (BullaDnsEvidence *self, const char *const *names, guint16 type)
{
  GHashTable *needed = g_hash_table_new (NULL, NULL);
  GQueue questions = G_QUEUE_INIT;
  Question *question = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    add_question (&questions, names[i], type);
  while ((question = g_queue_pop_head (&questions)) != NULL) {
    GBytes *bytes = bulla_dns_evidence_find (self, question->name, question->type);
    if (bytes != NULL && g_hash_table_add (needed, bytes)) {
      gsize length = 0;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (data, length);
      if (message != NULL)
        add_needed (&questions, question, message, data, length);
    }
    question_free (question);
  }
  return needed;
}

/* --- summary of the evidence */

static int
compare_tags (gconstpointer a, gconstpointer b)
{
  return (int)*(const guint16 *)a - (int)*(const guint16 *)b;
}

static void
add_tag (GArray *tags, guint16 tag)
{
  for (guint i = 0; i < tags->len; i++)
    if (g_array_index (tags, guint16, i) == tag)
      return;
  g_array_append_val (tags, tag);
}

static void
describe_signature (BullaDnsEvidence *self, const BullaDnsSignature *signature,
                    BullaDnsEvidenceInfo *info)
{
  gint64 from = bulla_dns_time_widen (signature->inception, self->fetched);
  gint64 until = bulla_dns_time_widen (signature->expiration, self->fetched);

  if (info->valid_until == 0 || until < info->valid_until)
    info->valid_until = until;
  if (info->valid_from == 0 || from > info->valid_from)
    info->valid_from = from;
  if (signature->covered != BULLA_DNS_TYPE_DNSKEY)
    return;
  for (guint i = 0; i < self->anchors->len; i++) {
    const BullaDnsAnchor *anchor = get_anchor (self, i);
    if (anchor->key_tag == signature->key_tag && g_str_equal (anchor->owner, signature->signer))
      add_tag (info->key_tags, anchor->key_tag);
  }
}

/* Adds the signatures of a message to the summary. */
static void
describe_message (BullaDnsEvidence *self, GBytes *bytes, BullaDnsEvidenceInfo *info)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (data, length);

  for (guint i = 0; message != NULL && i < message->records->len; i++) {
    g_autoptr (BullaDnsSignature) signature =
        bulla_dns_signature_read (g_ptr_array_index (message->records, i));
    if (signature != NULL)
      describe_signature (self, signature, info);
  }
}

/**
 * bulla_dns_evidence_describe: (skip)
 * @self: evidence
 * @names: (nullable) (array zero-terminated=1): names in lower case, without a final dot; %NULL for
 *   all that the evidence has
 * @type: the type of a record; ignored without @names
 *
 * Nothing is validated here. A forged message can state any time, but cannot extend the period in
 * which all signatures are valid.
 *
 * Returns: (transfer full): the time of fetching, the period in which all signatures are valid on
 *   which the answers about @names rest, and the trust anchors that sign the keys of their zone
 */
BullaDnsEvidenceInfo *
bulla_dns_evidence_describe (BullaDnsEvidence *self, const char *const *names, guint16 type)
{
  BullaDnsEvidenceInfo *info = g_new0 (BullaDnsEvidenceInfo, 1);
  g_autoptr (GHashTable) needed = names != NULL ? collect_needed (self, names, type) : NULL;

  info->fetched = self->fetched;
  info->key_tags = g_array_new (FALSE, FALSE, sizeof (guint16));
  info->n_messages = self->messages->len;
  info->n_missing = self->n_missing;
  for (guint i = 0; i < self->messages->len; i++) {
    GBytes *bytes = g_ptr_array_index (self->messages, i);
    if (needed == NULL || g_hash_table_contains (needed, bytes))
      describe_message (self, bytes, info);
  }
  g_array_sort (info->key_tags, compare_tags);
  return info;
}

/**
 * bulla_dns_evidence_find_end: (skip)
 *
 * Returns: what bulla_dns_evidence_describe() says of the end of the answer about one name; Unix
 *   time in s, 0 without signatures
 */
gint64
bulla_dns_evidence_find_end (BullaDnsEvidence *self, const char *name, guint16 type)
{
  const char *const names[] = {name, NULL};
  g_autoptr (BullaDnsEvidenceInfo) info = bulla_dns_evidence_describe (self, names, type);

  return info->valid_until;
}

void
bulla_dns_evidence_info_free (BullaDnsEvidenceInfo *self)
{
  g_array_unref (self->key_tags);
  g_free (self);
}
