/* bulla-bundle-sections.c - reads the smaller sections of a web bundle: critical, manifest, primary
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: B1ALG and B2, "critical" and "manifest"; PRIM. */
#include "bulla-bundle-sections.h"

#include <string.h>

#include "bulla-url.h"

#define NOT_UTF8 "text that is not UTF-8"
#define MAX_ITEMS (1024 * 1024) /* most items in an unknown section, each at least a byte */

const BullaCborReasons bulla_bundle_cbor_reasons = {
    BULLA_REASON_BUNDLE_MALFORMED,
    BULLA_REASON_BUNDLE_NOT_CANONICAL,
    BULLA_REASON_BUNDLE_TYPE,
    BULLA_REASON_NONE,
};

static const struct {
  const char *name;
  BullaSectionKind kind;
  gboolean b1, b2, extension;
} sections[] = {
    {"critical", BULLA_SECTION_CRITICAL, TRUE, TRUE, FALSE},
    {"index", BULLA_SECTION_INDEX, TRUE, TRUE, FALSE},
    {"manifest", BULLA_SECTION_MANIFEST, TRUE, TRUE, TRUE},
    {"primary", BULLA_SECTION_PRIMARY, FALSE, TRUE, FALSE},
    {"signatures", BULLA_SECTION_SIGNATURES, TRUE, TRUE, TRUE},
    {"responses", BULLA_SECTION_RESPONSES, TRUE, TRUE, FALSE},
};

/**
 * bulla_section_kind_of: (skip)
 * @name: name of a section
 * @options: the known sections
 *
 * Returns: the kind of the section in the version of @options
 */
BullaSectionKind
bulla_section_kind_of (BullaSpan name, const BullaSectionOptions *options)
{
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    gboolean known = options->is_b2
                         ? sections[i].b2 && (options->all_known || !sections[i].extension)
                         : sections[i].b1;
    if (known && bulla_span_equal (name, sections[i].name, strlen (sections[i].name)))
      return sections[i].kind;
  }
  return BULLA_SECTION_UNKNOWN;
}

/**
 * bulla_section_read_critical: (skip)
 * @section: the names of critical sections
 * @options: the known sections
 * @error: a %BULLA_FAULT
 *
 * A known section passes even if the bundle does not contain it: the list states what a reader must
 * understand, not what the bundle contains.
 *
 * Returns: whether all critical sections are known
 */
gboolean
bulla_section_read_critical (BullaSpan section, const BullaSectionOptions *options, GError **error)
{
  g_auto (BullaCursor) in = bulla_cursor_over (section, BULLA_REASON_BUNDLE_MALFORMED);
  BullaCborItem array, name;
  gboolean fine = bulla_cbor_expect (&in, &bulla_bundle_cbor_reasons, BULLA_CBOR_ARRAY,
                                     "critical is not an array", &array);

  for (guint64 i = 0; fine && i < array.number; i++)
    fine = bulla_cbor_expect (&in, &bulla_bundle_cbor_reasons, BULLA_CBOR_TEXT,
                              "a critical name that is not text", &name)
           && bulla_cursor_require (
               &in, bulla_section_kind_of (name.bytes, options) != BULLA_SECTION_UNKNOWN,
               name.whole, BULLA_REASON_BUNDLE_CRITICAL, "a section that Bulla does not know");
  return bulla_cursor_close (&in, BULLA_REASON_BUNDLE_TRAILING_BYTES, error);
}

/**
 * bulla_section_read_url: (skip)
 * @section: a section that contains a URL
 * @options: the base of relative URLs
 * @reason: the reason of the fault if the URL is invalid
 * @url: (out) (nullable) (transfer full): the serialised URL; %NULL if it is empty or odd
 * @odd: (out) (nullable) (transfer full): a URL that cannot be used, with what is wrong with it
 * @range: (out): the location of the URL
 * @error: a %BULLA_FAULT
 *
 * Returns: whether the URL is valid or empty, or may be skipped
 */
gboolean
bulla_section_read_url (BullaSpan section, const BullaSectionOptions *options, BullaReason reason,
                        char **url, char **odd, BullaRange *range, GError **error)
{
  g_auto (BullaCursor) in = bulla_cursor_over (section, BULLA_REASON_BUNDLE_MALFORMED);
  g_auto (BullaBundleUrl) found = {0};
  BullaCborItem item;
  BullaReason why;
  const char *detail = NULL;

  *url = NULL;
  *odd = NULL;
  if (bulla_cbor_expect_any_text (&in, &bulla_bundle_cbor_reasons, "a URL that is not text", &item)
      && item.bytes.length > 0) {
    const char *text = (const char *)item.bytes.data;
    gboolean utf8 = g_utf8_validate_len (text, item.bytes.length, NULL);
    if (!bulla_bundle_url_read (&found, item.bytes, &options->urls, &why, &detail) || !utf8)
      *odd = bulla_url_dup_named (text, item.bytes.length, utf8 ? detail : NOT_UTF8);
    if (*odd != NULL && !options->skip_odd)
      bulla_cursor_require (&in, FALSE, utf8 ? item.bytes : item.whole,
                            utf8 ? reason : bulla_bundle_cbor_reasons.malformed, *odd);
  }
  *range = bulla_span_range (item.bytes);
  if (!bulla_cursor_close (&in, BULLA_REASON_BUNDLE_TRAILING_BYTES, error))
    return FALSE;
  if (*odd == NULL)
    *url = g_steal_pointer (&found.url);
  return TRUE;
}

/**
 * bulla_section_check: (skip)
 * @section: an unknown section
 * @error: a %BULLA_FAULT
 *
 * Returns: whether it is one item of canonical CBOR
 */
gboolean
bulla_section_check (BullaSpan section, GError **error)
{
  g_auto (BullaCursor) in = bulla_cursor_over (section, BULLA_REASON_BUNDLE_MALFORMED);

  bulla_cbor_skip_within (&in, &bulla_bundle_cbor_reasons, MAX_ITEMS);
  return bulla_cursor_close (&in, BULLA_REASON_BUNDLE_TRAILING_BYTES, error);
}
