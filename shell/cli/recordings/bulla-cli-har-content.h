/* bulla-cli-har-content.h - reads the recorded content of an entry of a HAR file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_HAR_RECORDED, /* the content was recorded; it may be empty */
  BULLA_HAR_MISSING,  /* the content was not recorded */
  BULLA_HAR_DAMAGED,  /* the content was recorded, but cannot be read */
} BullaHarState;

typedef struct {
  GBytes *body;        /* owned; NULL unless recorded, or if it is empty */
  gboolean is_text;    /* @body is text, which the recorder converted to UTF-8 */
  const char *problem; /* borrowed, translated; why the content is missing or damaged */
} BullaHarContent;

GBytes *bulla_har_mark_escapes (GBytes *json);
guint bulla_har_read_status (JsonObject *response);
BullaHarState bulla_har_read_content (JsonObject *response, BullaHarContent *content);
void bulla_har_content_clear (BullaHarContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaHarContent, bulla_har_content_clear)

G_END_DECLS
