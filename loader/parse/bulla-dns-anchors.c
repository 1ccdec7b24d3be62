/* bulla-dns-anchors.c - parses DNSSEC trust anchors: DS and DNSKEY records (RFC 4034 sections 2, 5)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Without a usable anchor, libunbound treats every zone as unsigned. An anchor with an
 * unsupported algorithm is not usable, so anchors are checked first. */
#include "bulla-dns-anchors.h"

#include <string.h>

#include "bulla-dns-message.h"
#include "bulla-error.h"

#define KEY_ZONE 0x0100   /* flag of a key that signs its zone (RFC 4034 section 2.1.1) */
#define KEY_REVOKED 0x080 /* flag of a revoked key (RFC 5011 section 3) */
#define RSA_SIZE_MIN 64   /* smallest modulus, in bytes */

typedef enum {
  LINE_BAD,      /* the line is not a DS or DNSKEY record */
  LINE_UNUSABLE, /* libunbound cannot or must not use the record */
  LINE_USABLE,
} LineState;

static void
anchor_free (gpointer data)
{
  BullaDnsAnchor *self = data;

  g_free (self->owner);
  g_free (self->record);
  g_free (self);
}

/* Algorithms that libunbound verifies with nettle (RFC 8624 section 3.1) */
static gboolean
algorithm_is_known (guint64 algorithm)
{
  return algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10 || algorithm == 13
         || algorithm == 14 || algorithm == 15;
}

static gboolean
read_number (const char *text, guint64 max, guint64 *number)
{
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL);
}

static char *
dup_owner (const char *text)
{
  gsize length = strlen (text);

  if (g_str_equal (text, "."))
    return g_strdup ("");
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("-_.", text[i]) == NULL)
      return NULL;
  if (text[0] == '.' || length > 254 || strstr (text, "..") != NULL)
    return NULL;
  return g_ascii_strdown (text, (gssize)(text[length - 1] == '.' ? length - 1 : length));
}

static gboolean
rsa_key_is_whole (const guint8 *key, gsize length)
{
  gsize head = length > 0 && key[0] != 0 ? 1 : 3;

  if (length < head)
    return FALSE;
  gsize exponent = head == 1 ? key[0] : (gsize)(key[1] << 8 | key[2]);
  return exponent > 0 && exponent < length - head && length - head - exponent >= RSA_SIZE_MIN;
}

/* Checks the length of the key (RFC 3110 section 2, RFC 6605 section 4, RFC 8080 section 3). */
static gboolean
key_is_whole (guint64 algorithm, const guint8 *key, gsize length)
{
  switch (algorithm) {
  case 13:
    return length == 64;
  case 14:
    return length == 96;
  case 15:
    return length == 32;
  default:
    return rsa_key_is_whole (key, length);
  }
}

/* @fields: flags, protocol, algorithm, and the key in base64 */
static LineState
read_key (BullaDnsAnchor *self, char **fields)
{
  guint64 flags = 0, protocol = 0, algorithm = 0;

  if (g_strv_length (fields) < 4 || !read_number (fields[0], G_MAXUINT16, &flags)
      || !read_number (fields[1], G_MAXUINT8, &protocol)
      || !read_number (fields[2], G_MAXUINT8, &algorithm))
    return LINE_BAD;
  g_autofree char *base64 = g_strjoinv ("", fields + 3);
  gsize length = 0;
  g_autofree guint8 *key = g_base64_decode (base64, &length);
  g_autofree char *again = g_base64_encode (key, length);
  if (!g_str_equal (base64, again) || length == 0) /* the decoder skips invalid characters */
    return LINE_BAD;
  if (!algorithm_is_known (algorithm) || (flags & KEY_ZONE) == 0 || (flags & KEY_REVOKED) != 0
      || protocol != 3)
    return LINE_UNUSABLE;
  if (!key_is_whole (algorithm, key, length))
    return LINE_BAD;
  g_autofree guint8 *rdata = g_malloc (length + 4);
  rdata[0] = (guint8)(flags >> 8);
  rdata[1] = (guint8)flags;
  rdata[2] = (guint8)protocol;
  rdata[3] = (guint8)algorithm;
  memcpy (rdata + 4, key, length);
  self->key_tag = bulla_dns_key_tag (rdata, length + 4);
  self->record = g_strdup_printf ("%s. IN DNSKEY %u %u %u %s", self->owner, (guint)flags,
                                  (guint)protocol, (guint)algorithm, base64);
  return LINE_USABLE;
}

static gboolean
is_hex (const char *text)
{
  return text[strspn (text, "0123456789abcdefABCDEF")] == '\0';
}

/* @fields: key tag, algorithm, digest type, and digest in hexadecimal */
static LineState
read_digest (BullaDnsAnchor *self, char **fields)
{
  static const gsize sizes[] = {[1] = 20, [2] = 32, [4] = 48}; /* bytes (RFC 8624 section 3.3) */
  guint64 tag = 0, algorithm = 0, type = 0;

  if (g_strv_length (fields) < 4 || !read_number (fields[0], G_MAXUINT16, &tag)
      || !read_number (fields[1], G_MAXUINT8, &algorithm)
      || !read_number (fields[2], G_MAXUINT8, &type))
    return LINE_BAD;
  g_autofree char *digest = g_strjoinv ("", fields + 3);
  if (!is_hex (digest) || strlen (digest) % 2 != 0)
    return LINE_BAD;
  if (!algorithm_is_known (algorithm) || type >= G_N_ELEMENTS (sizes) || sizes[type] == 0)
    return LINE_UNUSABLE;
  if (strlen (digest) != sizes[type] * 2)
    return LINE_BAD;
  self->key_tag = (guint16)tag;
  self->record = g_strdup_printf ("%s. IN DS %u %u %u %s", self->owner, (guint)tag,
                                  (guint)algorithm, (guint)type, digest);
  return LINE_USABLE;
}

/* RFC 1035 section 5.1: the owner, an optional TTL and class in any order, then the type */
static LineState
read_line (BullaDnsAnchor *self, char **words)
{
  guint64 ttl = 0;
  guint i = 1;

  self->owner = dup_owner (words[0]);
  if (self->owner == NULL)
    return LINE_BAD;
  for (; words[i] != NULL && i <= 2; i++)
    if (g_ascii_strcasecmp (words[i], "IN") != 0 && !read_number (words[i], G_MAXUINT32, &ttl))
      break;
  if (words[i] == NULL)
    return LINE_BAD;
  if (g_ascii_strcasecmp (words[i], "DS") == 0)
    return read_digest (self, words + i + 1);
  if (g_ascii_strcasecmp (words[i], "DNSKEY") == 0)
    return read_key (self, words + i + 1);
  return LINE_BAD;
}

static char **
split_words (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t\r", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_strv_builder_add (builder, words[i]);
  return g_strv_builder_end (builder);
}

/* Returns: whether @line is a valid record or empty */
static gboolean
add_line (GPtrArray *anchors, char *line)
{
  line[strcspn (line, ";#")] = '\0';
  g_auto (GStrv) words = split_words (line);
  if (words[0] == NULL)
    return TRUE;
  BullaDnsAnchor *anchor = g_new0 (BullaDnsAnchor, 1);
  LineState state = read_line (anchor, words);
  if (state == LINE_USABLE)
    g_ptr_array_add (anchors, anchor);
  else
    anchor_free (anchor);
  return state != LINE_BAD;
}

/**
 * bulla_dns_anchors_parse: (skip)
 * @text: (array length=length): lines with one DS or DNSKEY record each, as in a zone file; ";" and
 *   "#" begin a comment
 * @length: bytes of @text
 * @error: a %BULLA_ERROR_ARGUMENT if a line is not such a record, or no record is usable
 *
 * Revoked keys, and records with an algorithm or digest type that libunbound does not support, are
 * left out.
 *
 * Returns: (transfer full) (nullable) (element-type BullaDnsAnchor): at least one anchor
 */
GPtrArray *
bulla_dns_anchors_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GPtrArray) anchors = g_ptr_array_new_with_free_func (anchor_free);
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);

  if (memchr (text, '\0', length) != NULL) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "not a text of DNS records");
    return NULL;
  }
  for (guint i = 0; lines[i] != NULL; i++)
    if (!add_line (anchors, lines[i])) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "line %u is not a DS or DNSKEY record",
                   i + 1);
      return NULL;
    }
  if (anchors->len == 0 || anchors->len > BULLA_DNS_ANCHORS_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 anchors->len == 0 ? "no trust anchor that can be used"
                                   : "more than %d trust anchors",
                 BULLA_DNS_ANCHORS_MAX);
    return NULL;
  }
  return g_steal_pointer (&anchors);
}
