/* bulla-bundle-sections.h - reads the smaller sections of a web bundle: critical, manifest, primary
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-url.h"
#include "bulla-cbor.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SECTION_UNKNOWN,
  BULLA_SECTION_CRITICAL,
  BULLA_SECTION_INDEX,
  BULLA_SECTION_MANIFEST,
  BULLA_SECTION_PRIMARY,
  BULLA_SECTION_SIGNATURES,
  BULLA_SECTION_RESPONSES,
} BullaSectionKind;

/* The state that the section readers share. */
typedef struct {
  gboolean is_b2;
  gboolean all_known; /* sections that b2 itself does not define are known too */
  gboolean skip_odd;  /* URLs that cannot be used are left out */
  BullaBundleUrlOptions urls;
} BullaSectionOptions;

extern const BullaCborReasons bulla_bundle_cbor_reasons;

BullaSectionKind bulla_section_kind_of (BullaSpan name, const BullaSectionOptions *options);
gboolean bulla_section_read_critical (BullaSpan section, const BullaSectionOptions *options,
                                      GError **error);
gboolean bulla_section_read_url (BullaSpan section, const BullaSectionOptions *options,
                                 BullaReason reason, char **url, char **odd, BullaRange *range,
                                 GError **error);
gboolean bulla_section_check (BullaSpan section, GError **error);

G_END_DECLS
