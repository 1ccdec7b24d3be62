/* bulla-download-row.h - one download of a window: its place, its progress, where it came from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_TYPE_DOWNLOAD_ROW (bulla_download_row_get_type ())
G_DECLARE_FINAL_TYPE (BullaDownloadRow, bulla_download_row, BULLA, DOWNLOAD_ROW, GtkWidget)

GtkWidget *bulla_download_row_new (WebKitDownload *download, BullaView *view);
gboolean bulla_download_row_is_running (BullaDownloadRow *self);

G_END_DECLS
