/* bulla-package-kind.c - recognises the kind of a package by its first bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-package-kind.h"

#include <string.h>

#include "bulla-field.h"

static const guint8 exchange_magic[] = "sxg1";

/**
 * bulla_package_sniff:
 * @data: (array length=length): the first bytes of a package
 * @length: number of bytes; %BULLA_PACKAGE_SNIFF_SIZE are enough
 *
 * Accepts a magic that is slightly wrong; the verdict then reports it.
 *
 * Returns: the kind of package that @data most likely begins
 */
BullaPackageKind
bulla_package_sniff (const guint8 *data, gsize length)
{
  /* An array, perhaps with an overlong head, that begins with a string of eight bytes. */
  static const guint8 widths[] = {1, 2, 3, 5, 9};

  if (length > 0 && data[0] >> 5 == 4) {
    guint8 minor = data[0] & 0x1f;
    gsize at = minor < 24 || minor == 31 ? 1 : minor < 28 ? widths[minor - 23] : length;
    if (at < length && data[at] == 0x48)
      return BULLA_PACKAGE_BUNDLE;
    if (at + 1 < length && data[at] == 0x58 && data[at + 1] == 8)
      return BULLA_PACKAGE_BUNDLE;
  }
  if (length >= 4 && memcmp (data, exchange_magic, 4) == 0)
    return BULLA_PACKAGE_EXCHANGE;
  return BULLA_PACKAGE_UNKNOWN;
}

/**
 * bulla_package_from_content_type:
 * @content_type: (nullable): a media type with its parameters
 *
 * Returns: the kind
 */
BullaPackageKind
bulla_package_from_content_type (const char *content_type)
{
  g_autofree char *essence = content_type != NULL ? bulla_field_dup_essence (content_type) : NULL;

  if (g_strcmp0 (essence, "application/webbundle") == 0)
    return BULLA_PACKAGE_BUNDLE;
  return g_strcmp0 (essence, "application/signed-exchange") == 0 ? BULLA_PACKAGE_EXCHANGE
                                                                 : BULLA_PACKAGE_UNKNOWN;
}
