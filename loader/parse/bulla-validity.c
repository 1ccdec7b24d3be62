/* bulla-validity.c - parses validity data: newer signatures, and news of a newer version
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.6:
 *
 *   validity = { ? signatures: [ + bytes ], ? update: { ? size: uint } }
 *
 * The draft does not require canonical CBOR here, so heads of any width, keys in any order and
 * indefinite lengths are read; the reader of packages would refuse them. */
#include "bulla-validity.h"

#include <string.h>

#include "bulla-error.h"

enum { UNSIGNED = 0, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5 };
#define BREAK 0xff

typedef struct {
  const guint8 *data; /* borrowed */
  gsize length, at;
  const char *fault; /* static; NULL before the first fault */
} In;

typedef struct {
  guint major;
  guint64 number; /* value, length of a string, or number of items or pairs */
  gboolean indefinite;
} Head;

static gboolean
fail_validity (In *in, const char *fault)
{
  if (in->fault == NULL)
    in->fault = fault;
  return FALSE;
}

static gboolean
read_head (In *in, guint major, const char *what, Head *head)
{
  if (in->fault != NULL)
    return FALSE;
  if (in->at >= in->length)
    return fail_validity (in, "the data ends early");
  guint8 first = in->data[in->at++];
  guint info = first & 31;
  *head = (Head){.major = first >> 5, .number = info, .indefinite = info == 31};
  if (head->major != major)
    return fail_validity (in, what);
  if (head->indefinite)
    return major != UNSIGNED || fail_validity (in, what);
  if (info < 24)
    return TRUE;
  if (info > 27)
    return fail_validity (in, "a reserved length");
  gsize width = (gsize)1 << (info - 24);
  if (in->length - in->at < width)
    return fail_validity (in, "the data ends early");
  head->number = 0;
  while (width-- > 0)
    head->number = head->number << 8 | in->data[in->at++];
  return TRUE;
}

/* Returns: whether another item follows. @n: number of items read before */
static gboolean
has_next (In *in, const Head *head, guint64 n)
{
  if (in->fault != NULL)
    return FALSE;
  if (!head->indefinite)
    return n < head->number;
  if (in->at >= in->length)
    return fail_validity (in, "the data ends early");
  if (in->data[in->at] != BREAK)
    return TRUE;
  in->at++;
  return FALSE;
}

static gboolean
read_piece (In *in, const Head *head, GByteArray *into)
{
  if (head->number > in->length - in->at)
    return fail_validity (in, "the data ends early");
  g_byte_array_append (into, in->data + in->at, (guint)head->number);
  in->at += head->number;
  return TRUE;
}

/* Returns: (nullable): the string; NULL after a fault */
static GByteArray *
read_string (In *in, guint major, const char *what)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Head head, piece;

  if (!read_head (in, major, what, &head))
    return NULL;
  if (!head.indefinite)
    return read_piece (in, &head, bytes) ? g_steal_pointer (&bytes) : NULL;
  for (guint64 i = 0; has_next (in, &head, i); i++)
    if (!read_head (in, major, what, &piece)
        || (piece.indefinite && !fail_validity (in, "a string of indefinite length within another"))
        || !read_piece (in, &piece, bytes))
      return NULL;
  return in->fault == NULL ? g_steal_pointer (&bytes) : NULL;
}

/* Returns: the index in @keys, which ends with NULL; -1 after a fault. @seen: the keys read
 * before, a bit each */
static int
read_key (In *in, const char *const *keys, guint *seen)
{
  g_autoptr (GByteArray) key = read_string (in, TEXT, "a key that is not text");

  for (int i = 0; key != NULL && keys[i] != NULL; i++) {
    if (key->len != strlen (keys[i]) || memcmp (key->data, keys[i], key->len) != 0)
      continue;
    if ((*seen & 1u << i) != 0)
      fail_validity (in, "a key that occurs twice");
    *seen |= 1u << i;
    return in->fault == NULL ? i : -1;
  }
  fail_validity (in, "an unknown key");
  return -1;
}

static void
read_signatures (In *in, BullaValidity *self)
{
  Head head;

  if (!read_head (in, ARRAY, "signatures that are not an array", &head))
    return;
  self->has_signatures = BULLA_YES;
  for (guint64 i = 0; has_next (in, &head, i); i++) {
    GByteArray *signature = read_string (in, BYTES, "a signature that is not a byte string");
    if (signature == NULL)
      return;
    g_ptr_array_add (self->signatures, g_byte_array_free_to_bytes (signature));
    if (self->signatures->len > BULLA_VALIDITY_SIGNATURES_MAX)
      fail_validity (in, "more signatures than Bulla reads");
  }
  if (self->signatures->len == 0)
    fail_validity (in, "an empty array of signatures");
}

static void
read_update (In *in, BullaValidity *self)
{
  static const char *const keys[] = {"size", NULL};
  guint seen = 0;
  Head head, size;

  if (!read_head (in, MAP, "an update that is not a map", &head))
    return;
  self->update = BULLA_YES;
  for (guint64 i = 0; has_next (in, &head, i); i++) {
    if (read_key (in, keys, &seen) < 0
        || !read_head (in, UNSIGNED, "a size that is not a number", &size))
      return;
    if (size.number > G_MAXINT64)
      fail_validity (in, "a size that is too large");
    else
      self->update_size = (gint64)size.number;
  }
}

static void
read_validity (In *in, BullaValidity *self)
{
  static const char *const keys[] = {"signatures", "update", NULL};

  static void (*const readers[]) (In *, BullaValidity *) = {read_signatures, read_update};
  guint seen = 0;
  Head head;

  if (!read_head (in, MAP, "not a map", &head))
    return;
  for (guint64 i = 0; has_next (in, &head, i); i++) {
    int key = read_key (in, keys, &seen);
    if (key < 0)
      return;
    readers[key](in, self);
  }
  if (in->at < in->length)
    fail_validity (in, "bytes after the map");
}

/**
 * bulla_validity_parse: (skip)
 * @bytes: the body of the response at a validity URL
 * @error: %BULLA_ERROR_ARGUMENT with what is wrong and where, or %BULLA_ERROR_LIMIT
 *
 * Spec: IMPL 3.6. At most %BULLA_VALIDITY_SIZE_MAX bytes with %BULLA_VALIDITY_SIGNATURES_MAX
 * signatures are read. The signatures themselves are not looked into.
 *
 * Returns: (transfer full) (nullable): the validity data
 */
BullaValidity *
bulla_validity_parse (GBytes *bytes, GError **error)
{
  g_autoptr (BullaValidity) self = g_new0 (BullaValidity, 1);
  In in = {0};

  in.data = g_bytes_get_data (bytes, &in.length);
  self->has_signatures = self->update = BULLA_NO;
  self->update_size = -1;
  self->signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (in.length > BULLA_VALIDITY_SIZE_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                 "the validity data has %" G_GSIZE_FORMAT " bytes, more than %d", in.length,
                 BULLA_VALIDITY_SIZE_MAX);
    return NULL;
  }
  read_validity (&in, self);
  if (in.fault == NULL)
    return g_steal_pointer (&self);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "byte %" G_GSIZE_FORMAT ": %s", in.at,
               in.fault);
  return NULL;
}

void
bulla_validity_free (BullaValidity *self)
{
  g_ptr_array_unref (self->signatures);
  g_free (self);
}
