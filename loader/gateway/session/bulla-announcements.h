/* bulla-announcements.h - stores the announcements of one network session; each is used once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-announcement.h"

G_BEGIN_DECLS

#define BULLA_ANNOUNCEMENTS_VIEW_MAX 1024 /* most of one view, including used ones */

#define BULLA_ANNOUNCEMENTS_SECONDS 30 /* seconds; requests may wait as long for a connection */

/**
 * BullaAnnounced:
 * @tag: the value of the request's `Sec-Bulla-Page` header field
 * @method: its method
 * @url: its URL
 * @authorized: whether the request has an `Authorization` header field
 * @now: g_get_monotonic_time()
 */
typedef struct {
  const char *tag, *method, *url;
  gboolean authorized;
  gint64 now;
} BullaAnnounced;

typedef struct _BullaAnnouncements BullaAnnouncements;

BullaAnnouncements *bulla_announcements_new (void);
void bulla_announcements_free (BullaAnnouncements *self);

void bulla_announcements_add (BullaAnnouncements *self, const char *view,
                              BullaAnnouncement *announcement, gint64 now);
gboolean bulla_announcements_knows (BullaAnnouncements *self, const char *tag);
const BullaAnnouncement *bulla_announcements_take (BullaAnnouncements *self,
                                                   const BullaAnnounced *request,
                                                   const char **view);
void bulla_announcements_restore (BullaAnnouncements *self, const char *tag, gboolean authorized);
void bulla_announcements_end_page (BullaAnnouncements *self, const char *view);
void bulla_announcements_forget_view (BullaAnnouncements *self, const char *view);

G_END_DECLS
