/* bulla-dns-message.c - reads the records of a DNS message (RFC 1035 section 4)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The records are not validated. They are only used to find further look-ups, and to describe
 * evidence. */
#include "bulla-dns-message.h"

#define NAME_MAX_SIZE 255 /* most bytes of a name on the wire (RFC 1035 section 2.3.4) */
#define POINTER 0xc0      /* the two bits that mark a pointer (RFC 1035 section 4.1.4) */
#define RECORD_SIZE 10    /* bytes of type, class, TTL and length */
#define SIGNATURE_SIZE 18 /* bytes of an RRSIG before the signer's name */

static guint16
get_16 (const guint8 *at)
{
  return (guint16)(at[0] << 8 | at[1]);
}

static guint32
get_32 (const guint8 *at)
{
  return (guint32)get_16 (at) << 16 | get_16 (at + 2);
}

static void
append_label (GString *text, const guint8 *label, gsize length)
{
  if (text->len > 0)
    g_string_append_c (text, '.');
  for (gsize i = 0; i < length; i++) {
    char c = g_ascii_tolower ((char)label[i]);
    if (g_ascii_isalnum (c) || c == '-' || c == '_' || c == '*')
      g_string_append_c (text, c);
    else /* escapes as in RFC 1035 section 5.1 */
      g_string_append_printf (text, "\\%03u", label[i]);
  }
}

/**
 * bulla_dns_name_read: (skip)
 * @message: (array length=length): an untrusted DNS message
 * @length: bytes of @message
 * @offset: (inout): offset of the name; on return, of its end
 *
 * Returns: (transfer full) (nullable): the name in lower case, without a final dot, "" for the
 *   root; bytes other than letters, digits, "-", "_" and "*" are escaped. %NULL if it is malformed
 */
char *
bulla_dns_name_read (const guint8 *message, gsize length, gsize *offset)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize at = *offset, lowest = *offset, end = 0, size = 1;

  while (at < length && message[at] != 0) {
    gsize label = message[at];
    if (label >= POINTER) {
      if (at + 2 > length)
        return NULL;
      gsize target = get_16 (message + at) & 0x3fff;
      if (end == 0)
        end = at + 2;
      if (target >= lowest) /* a pointer must lead back, so that each name ends */
        return NULL;
      at = lowest = target;
      continue;
    }
    size += label + 1;
    if (label >= 64 || size > NAME_MAX_SIZE || label >= length - at)
      return NULL;
    append_label (text, message + at + 1, label);
    at += label + 1;
  }
  if (at >= length)
    return NULL;
  *offset = end != 0 ? end : at + 1;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* @offset: (out): offset of the end of the question */
static gboolean
read_question (const guint8 *message, gsize length, char **name, guint16 *type, gsize *offset)
{
  if (length < BULLA_DNS_HEADER_SIZE || get_16 (message + 4) != 1)
    return FALSE;
  *offset = BULLA_DNS_HEADER_SIZE;
  g_autofree char *read = bulla_dns_name_read (message, length, offset);
  if (read == NULL || length - *offset < 4)
    return FALSE;
  *type = get_16 (message + *offset);
  *name = g_steal_pointer (&read);
  *offset += 4;
  return TRUE;
}

/**
 * bulla_dns_question_read: (skip)
 * @message: (array length=length): an untrusted DNS message
 * @length: bytes of @message
 * @name: (out) (transfer full): the name of its only question, as bulla_dns_name_read() writes it
 * @type: (out): the record type in the question
 *
 * Returns: whether @message has one question
 */
gboolean
bulla_dns_question_read (const guint8 *message, gsize length, char **name, guint16 *type)
{
  gsize offset = 0;

  return read_question (message, length, name, type, &offset);
}

static void
record_free (gpointer data)
{
  BullaDnsRecord *self = data;

  g_free (self->name);
  g_free (self);
}

static BullaDnsRecord *
read_record (const guint8 *message, gsize length, gsize *offset)
{
  g_autofree char *name = bulla_dns_name_read (message, length, offset);

  if (name == NULL || length - *offset < RECORD_SIZE)
    return NULL;
  const guint8 *head = message + *offset;
  gsize size = get_16 (head + 8);
  if (size > length - *offset - RECORD_SIZE)
    return NULL;
  BullaDnsRecord *self = g_new (BullaDnsRecord, 1);
  *self = (BullaDnsRecord){g_steal_pointer (&name), get_16 (head), head + RECORD_SIZE, size};
  *offset += RECORD_SIZE + size;
  return self;
}

/**
 * bulla_dns_message_read: (skip)
 * @message: (array length=length): an untrusted DNS message; it must outlive the result
 * @length: bytes of @message
 *
 * Returns: (transfer full) (nullable): the records of its answer and authority sections; %NULL if
 *   @message is malformed, or does not have exactly one question
 */
BullaDnsMessage *
bulla_dns_message_read (const guint8 *message, gsize length)
{
  g_autoptr (BullaDnsMessage) self = g_new0 (BullaDnsMessage, 1);
  gsize offset = 0;

  self->records = g_ptr_array_new_with_free_func (record_free);
  if (!read_question (message, length, &self->name, &self->type, &offset))
    return NULL;
  self->rcode = message[3] & 0xf;
  guint n_records = (guint)get_16 (message + 6) + get_16 (message + 8);
  for (guint i = 0; i < n_records; i++) {
    BullaDnsRecord *record = read_record (message, length, &offset);
    if (record == NULL)
      return NULL;
    g_ptr_array_add (self->records, record);
  }
  return g_steal_pointer (&self);
}

void
bulla_dns_message_free (BullaDnsMessage *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->records);
  g_free (self);
}

/**
 * bulla_dns_signature_read: (skip)
 * @record: a record of any type
 *
 * Returns: (transfer full) (nullable): its fields as an RRSIG; %NULL if it is not one
 */
BullaDnsSignature *
bulla_dns_signature_read (const BullaDnsRecord *record)
{
  gsize offset = SIGNATURE_SIZE;

  if (record->type != BULLA_DNS_TYPE_RRSIG || record->length <= SIGNATURE_SIZE)
    return NULL;
  g_autofree char *signer = bulla_dns_name_read (record->rdata, record->length, &offset);
  if (signer == NULL)
    return NULL;
  BullaDnsSignature *self = g_new (BullaDnsSignature, 1);
  *self = (BullaDnsSignature){.covered = get_16 (record->rdata),
                              .expiration = get_32 (record->rdata + 8),
                              .inception = get_32 (record->rdata + 12),
                              .key_tag = get_16 (record->rdata + 16),
                              .signer = g_steal_pointer (&signer)};
  return self;
}

void
bulla_dns_signature_free (BullaDnsSignature *self)
{
  g_free (self->signer);
  g_free (self);
}

/**
 * bulla_dns_time_widen: (skip)
 * @time: a time of a signature
 * @near: Unix time in s
 *
 * RFC 4034 section 3.1.5: signature times have 32 bits, and stand for the time closest to @near.
 *
 * Returns: Unix time in s
 */
gint64
bulla_dns_time_widen (guint32 time, gint64 near)
{
  return near + (gint32)(time - (guint32)near);
}

/**
 * bulla_dns_message_find_end: (skip)
 * @self: a message
 * @near: Unix time in s near which its signatures are valid
 *
 * Returns: Unix time in s of the earliest expiration of its signatures; 0 if it has none
 */
gint64
bulla_dns_message_find_end (const BullaDnsMessage *self, gint64 near)
{
  gint64 end = 0;

  for (guint i = 0; i < self->records->len; i++) {
    g_autoptr (BullaDnsSignature) signature =
        bulla_dns_signature_read (g_ptr_array_index (self->records, i));
    gint64 until = signature != NULL ? bulla_dns_time_widen (signature->expiration, near) : 0;
    if (until > 0 && (end == 0 || until < end))
      end = until;
  }
  return end;
}

/**
 * bulla_dns_message_dup_target: (skip)
 * @message: (array length=length): the message from which @record was read
 * @length: bytes of @message
 * @record: one of the records of @message
 *
 * Returns: (transfer full) (nullable): the target name of a CNAME record; %NULL for other types
 */
char *
bulla_dns_message_dup_target (const guint8 *message, gsize length, const BullaDnsRecord *record)
{
  gsize offset = (gsize)(record->rdata - message);

  return record->type == BULLA_DNS_TYPE_CNAME ? bulla_dns_name_read (message, length, &offset)
                                              : NULL;
}

/**
 * bulla_dns_key_tag: (skip)
 * @rdata: (array length=length): the data of a DNSKEY record
 * @length: bytes of @rdata
 *
 * RFC 4034 appendix B, except for algorithm 1, which must not be used for signing.
 *
 * Returns: the tag of the key
 */
guint16
bulla_dns_key_tag (const guint8 *rdata, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += i % 2 == 0 ? (guint32)rdata[i] << 8 : rdata[i];
  sum += sum >> 16 & 0xffff;
  return (guint16)sum;
}
