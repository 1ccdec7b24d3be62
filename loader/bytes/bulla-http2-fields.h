/* bulla-http2-fields.h - lists the fields of a head as nghttp2 takes them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <nghttp2/nghttp2.h>

G_BEGIN_DECLS

/**
 * BullaHttp2Fields:
 * @text: names and values, each with a NUL behind it
 * @sizes: (element-type gsize): lengths of names and values in turn
 */
typedef struct {
  GString *text; /* owned */
  GArray *sizes; /* owned */
} BullaHttp2Fields;

void bulla_http2_fields_init (BullaHttp2Fields *self);
void bulla_http2_fields_clear (BullaHttp2Fields *self);
GString *bulla_http2_fields_begin (BullaHttp2Fields *self, const char *name);
void bulla_http2_fields_end (BullaHttp2Fields *self);
void bulla_http2_fields_add (BullaHttp2Fields *self, const char *name, const char *value);
gsize bulla_http2_fields_get_size (BullaHttp2Fields *self);
nghttp2_nv *bulla_http2_fields_dup_pairs (BullaHttp2Fields *self, gsize *n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaHttp2Fields, bulla_http2_fields_clear)

G_END_DECLS
