/* bulla-bundle-writer.h - writes web bundles (application/webbundle), b1 and b2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-credential.h"
#include "bulla-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BullaBundleFormat:
 * @BULLA_BUNDLE_FORMAT_B1: the older format: a primary URL in the header, variants in the index
 * @BULLA_BUNDLE_FORMAT_B2: the newer format: relative URLs; primary URL and manifest are optional
 *   sections
 */
typedef enum {
  BULLA_BUNDLE_FORMAT_B1,
  BULLA_BUNDLE_FORMAT_B2,
} BullaBundleFormat;

/* Stands for the missing response of a b1 variant key. */
#define BULLA_BUNDLE_NO_RESPONSE G_MAXUINT

#define BULLA_TYPE_BUNDLE_WRITER (bulla_bundle_writer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaBundleWriter, bulla_bundle_writer, BULLA, BUNDLE_WRITER, GObject)

BULLA_API
BullaBundleWriter *bulla_bundle_writer_new (BullaBundleFormat format);
BULLA_API
void bulla_bundle_writer_set_primary_url (BullaBundleWriter *self, const char *url);
BULLA_API
void bulla_bundle_writer_set_manifest_url (BullaBundleWriter *self, const char *url);
BULLA_API
void bulla_bundle_writer_add_critical (BullaBundleWriter *self, const char *section);
BULLA_API
void bulla_bundle_writer_add_section (BullaBundleWriter *self, const char *name, GBytes *item);

/* Responses, numbered from 0 in the order of the file. */
BULLA_API
guint bulla_bundle_writer_add_response (BullaBundleWriter *self, guint status);
BULLA_API
void bulla_bundle_writer_add_header (BullaBundleWriter *self, guint response, const char *name,
                                     const char *value);
BULLA_API
void bulla_bundle_writer_set_body (BullaBundleWriter *self, guint response, GBytes *body);
BULLA_API
void bulla_bundle_writer_set_measured_file (BullaBundleWriter *self, guint response, GFile *file,
                                            guint64 size);
BULLA_API gboolean bulla_bundle_writer_set_body_file (BullaBundleWriter *self, guint response,
                                                      GFile *file, GError **error);

/* The index of URLs. */
BULLA_API
void bulla_bundle_writer_add_url (BullaBundleWriter *self, const char *url, guint response);
BULLA_API
void bulla_bundle_writer_add_variants (BullaBundleWriter *self, const char *url,
                                       const char *variants, const guint *responses,
                                       gsize n_responses);

/* Vouched subsets, numbered from 0. */
BULLA_API
guint bulla_bundle_writer_add_subset (BullaBundleWriter *self, BullaCredential *credential,
                                      GBytes *chain);
BULLA_API
void bulla_bundle_writer_set_subset_validity (BullaBundleWriter *self, guint subset,
                                              const char *validity_url, gint64 date,
                                              gint64 expires);
BULLA_API
void bulla_bundle_writer_cover (BullaBundleWriter *self, guint subset, const char *url);
BULLA_API
void bulla_bundle_writer_set_record_size (BullaBundleWriter *self, guint64 record_size);
BULLA_API
void bulla_bundle_writer_set_signatures_checked (BullaBundleWriter *self, gboolean checked);

BULLA_API
GBytes *bulla_bundle_writer_write (BullaBundleWriter *self, GError **error);
BULLA_API
gboolean bulla_bundle_writer_write_stream (BullaBundleWriter *self, GOutputStream *out,
                                           GCancellable *cancellable, GError **error);

G_END_DECLS
