/* bulla-bundle-plain-entry.c - reads the usual form of an entry of a bundle's index
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An index may have a million entries, nearly all of the same form: a URL that is already
 * serialised and has the origin of the URL before it, and one location. Only what is certainly
 * right is accepted here. All else, and every fault, is left to the parser of any entry in
 * bulla-bundle-index.c; a unit test compares the two. */
#include "bulla-bundle-plain-entry.h"

#include <string.h>

#include "bulla-url.h"

enum { PLAIN = 1, SLASH = 2, DOT = 4 };

/* Classes of the characters that may stand anywhere in a path, as in bulla-bundle-url.c, without
 * the question mark and the percent sign. */
static const guint8 *
get_classes (void)
{
  static guint8 classes[256];
  static gsize ready;

  if (g_once_init_enter (&ready)) {
    for (const char *c = "-._~!$&()*+,;=:@/[]"; *c != '\0'; c++)
      classes[(guint8)*c] = PLAIN;
    for (int c = 0; c < 128; c++)
      if (g_ascii_isalnum (c))
        classes[c] = PLAIN;
    classes['/'] |= SLASH;
    classes['.'] |= DOT;
    g_once_init_leave (&ready, 1);
  }
  return classes;
}

/* Returns: whether every character is plain, and no segment begins with a dot. @path begins with a
 * slash. */
static gboolean
is_plain_path (const guint8 *path, size_t length)
{
  const guint8 *classes = get_classes ();
  guint all = PLAIN, dotted = 0, before = SLASH;

  for (size_t i = 1; i < length; i++) {
    guint class = classes[path[i]];
    all &= class;
    dotted |= (before << 1) & class;
    before = class;
  }
  return (all & PLAIN) != 0 && (dotted & DOT) == 0;
}

/* Reads the head of an item of @major type with a number in shortest form, of 32 bits at most.
 * Returns: its bytes; 0 if it is not of this form */
static inline size_t
read_head (const guint8 *at, size_t left, guint8 major, guint64 *number)
{
  if (left < 5 || at[0] >> 5 != major)
    return 0;
  guint info = at[0] & 31;
  if (info < 24) {
    *number = info;
    return 1;
  }
  if (info == 24) {
    *number = at[1];
    return *number >= 24 ? 2 : 0;
  }
  if (info == 25) {
    *number = (guint64)at[1] << 8 | at[2];
    return *number > 0xff ? 3 : 0;
  }
  if (info == 26) {
    *number = (guint64)at[1] << 24 | (guint64)at[2] << 16 | (guint64)at[3] << 8 | at[4];
    return *number > 0xffff ? 5 : 0;
  }
  return 0;
}

/* Reads the head of the value: an array of offset and length, in b1 after an empty string.
 * Returns: its bytes; 0 if it is not of this form */
static inline size_t
read_value_head (const guint8 *at, size_t left, gboolean is_b2)
{
  if (is_b2)
    return left >= 1 && at[0] == 0x82 ? 1 : 0;
  return left >= 2 && at[0] == 0x83 && at[1] == 0x40 ? 2 : 0;
}

/**
 * bulla_bundle_plain_entry_read: (skip)
 * @self: (out caller-allocates): the entry; filled only when this returns %TRUE
 * @rest: the bytes of the index from this entry on; more than one entry, as a rule
 * @is_b2: whether the bundle has version b2
 * @origin: the origin of the URL before, or "" for a path; not NUL-terminated
 * @origin_length: bytes of @origin
 *
 * Neither the order of keys nor the range of the location is checked.
 *
 * Returns: whether the entry has the usual form; if not, it may still be valid
 */
gboolean
bulla_bundle_plain_entry_read (BullaBundlePlainEntry *self, BullaSpan rest, gboolean is_b2,
                               const char *origin, size_t origin_length)
{
  const guint8 *at = rest.data;
  guint64 length = 0, offset = 0, size = 0;
  size_t head = read_head (at, rest.length, 3, &length);

  if (head == 0 || length > BULLA_URL_MAX || length > rest.length - head || length <= origin_length
      || at[head + origin_length] != '/' || memcmp (at + head, origin, origin_length) != 0
      || (origin_length == 0 && length > 1 && at[head + 1] == '/')
      || !is_plain_path (at + head + origin_length, (size_t)length - origin_length))
    return FALSE;
  size_t end = head + (size_t)length;
  size_t value = read_value_head (at + end, rest.length - end, is_b2);
  size_t first =
      value > 0 ? read_head (at + end + value, rest.length - end - value, 0, &offset) : 0;
  if (first == 0)
    return FALSE;
  size_t place = end + value + first;
  size_t second = read_head (at + place, rest.length - place, 0, &size);
  if (second == 0)
    return FALSE;
  *self = (BullaBundlePlainEntry){
      .key = {at + head, (size_t)length, rest.offset + head},
      .whole_key = {at, end, rest.offset},
      .length = place + second,
      .offset = offset,
      .size = size,
  };
  return TRUE;
}
