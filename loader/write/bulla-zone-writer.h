/* bulla-zone-writer.h - writes DNS answers of a signed zone: CAA records and keys, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaZoneWriter BullaZoneWriter;

BullaZoneWriter *bulla_zone_writer_new (const char *zone, gint64 date, gint64 expires,
                                        GError **error);
void bulla_zone_writer_free (BullaZoneWriter *self);
char *bulla_zone_writer_dup_anchor (BullaZoneWriter *self);
GBytes *bulla_zone_writer_write_keys (BullaZoneWriter *self, GError **error);
GBytes *bulla_zone_writer_write_caa (BullaZoneWriter *self, const char *name, const char *value,
                                     gboolean forged, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaZoneWriter, bulla_zone_writer_free)

G_END_DECLS
