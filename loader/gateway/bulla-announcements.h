/* bulla-announcements.h - the announcements of one network session, each of which is used once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-announcement.h"

G_BEGIN_DECLS

#define BULLA_ANNOUNCEMENTS_VIEW_MAX 1024 /* kept for one view, used ones included */

typedef struct _BullaAnnouncements BullaAnnouncements;

BullaAnnouncements *bulla_announcements_new (void);
void bulla_announcements_free (BullaAnnouncements *self);

void bulla_announcements_add (BullaAnnouncements *self, const char *view,
                              BullaAnnouncement *announcement);
gboolean bulla_announcements_knows (BullaAnnouncements *self, const char *tag);
const BullaAnnouncement *bulla_announcements_take (BullaAnnouncements *self, const char *tag,
                                                   const char *method, const char *url,
                                                   const char **view);
void bulla_announcements_restore (BullaAnnouncements *self, const char *tag);
void bulla_announcements_forget_view (BullaAnnouncements *self, const char *view);

G_END_DECLS
