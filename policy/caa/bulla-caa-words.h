/* bulla-caa-words.h - splits a line of DNS records into words, with the escapes of RFC 1035
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* one word of a line, its escapes decoded */
typedef struct {
  GByteArray *bytes; /* owned; bytes of the word; a NUL that is not counted follows the last byte */
  gboolean quoted;
  gboolean generic; /* whether it is \#, which begins data as in RFC 3597 section 5 */
} BullaCaaWord;

GPtrArray *bulla_caa_words_read (const char *line, gsize length, const char **detail);
const char *bulla_caa_word_get_text (const BullaCaaWord *self);

G_END_DECLS
