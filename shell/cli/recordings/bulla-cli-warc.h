/* bulla-cli-warc.h - state of reading WARC and WACZ files, shared by their readers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-archive.h"
#include "bulla-cli-bundle-resources.h"

G_BEGIN_DECLS

typedef struct {
  BullaCliResources *resources; /* borrowed */
  GPtrArray *responses;         /* owned; of the responses in records */
  GHashTable *methods;          /* owned; id of a response or a request -> method */
  GHashTable *contents;         /* owned; URL, id or digest -> first response with it; borrowed */
  char *page;                   /* owned; nullable; first page of a WACZ archive */
  char *main_page;              /* owned; nullable; its main page */
  const char *path;             /* borrowed; the file that is being read */
  char *url;                    /* owned; nullable; URL of the record that is being read */
  guint64 offset;               /* of that record in the uncompressed file */
  guint n_records;
  guint64 total; /* bytes of the contents in @responses, decompressed and decoded */
} BullaCliWarc;

gboolean bulla_cli_warc_read_records (BullaCliWarc *self, BullaCliArchive *archive, GError **error);
gboolean bulla_cli_warc_report_damage (BullaCliWarc *self, guint64 offset, GError *failure,
                                       GError **error);
gboolean bulla_cli_warc_read_archive (BullaCliWarc *self, BullaCliArchive *archive, guint depth,
                                      GError **error);

G_END_DECLS
