/* bulla-view-download.h - where a downloaded file came from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"
#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_view_note_download (BullaView *self, WebKitURIResponse *response);
BullaNavigationAnswer *bulla_view_take_download (BullaView *self, const char *url);
void bulla_download_check_async (WebKitDownload *download, BullaNavigationAnswer *answer,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
BullaProvenance *bulla_download_check_finish (WebKitDownload *download, GAsyncResult *result,
                                              GError **error);
void bulla_view_report_download (BullaView *self, const char *file, BullaProvenance *provenance,
                                 const char *error);

G_END_DECLS
