/* bulla-caa-words.h - the words of a line of DNS records, with the escapes of RFC 1035
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* one word of a line; escapes are undone */
typedef struct {
  GByteArray *bytes; /* owned; a NUL follows the last byte and is not counted */
  gboolean quoted;
  gboolean generic; /* it is \#, which begins data in the form of RFC 3597 section 5 */
} BullaCaaWord;

GPtrArray *bulla_caa_words_read (const char *line, gsize length, const char **detail);
const char *bulla_caa_word_get_text (const BullaCaaWord *self);

G_END_DECLS
