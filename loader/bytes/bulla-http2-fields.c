/* bulla-http2-fields.c - lists the fields of a head as nghttp2 takes them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * RFC 9113, section 8.2: names in lower case, values without blanks at their ends. */
#include "bulla-http2-fields.h"

#include <string.h>

void
bulla_http2_fields_init (BullaHttp2Fields *self)
{
  *self = (BullaHttp2Fields){g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (gsize))};
}

void
bulla_http2_fields_clear (BullaHttp2Fields *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->sizes);
}

static gsize
end_text (BullaHttp2Fields *self, gsize length)
{
  g_string_append_c (self->text, '\0');
  g_array_append_val (self->sizes, length);
  return self->text->len;
}

/**
 * bulla_http2_fields_begin:
 * @self: fields
 * @name: a token, or the name of a pseudo-header field
 *
 * Returns: (transfer none): a string to whose end the value is appended, without NUL, CR and LF,
 *   before bulla_http2_fields_end()
 */
GString *
bulla_http2_fields_begin (BullaHttp2Fields *self, const char *name)
{
  for (const char *at = name; *at != '\0'; at++)
    g_string_append_c (self->text, g_ascii_tolower (*at));
  gsize start = end_text (self, strlen (name));
  g_array_append_val (self->sizes, start);
  return self->text;
}

/**
 * bulla_http2_fields_end:
 * @self: fields of which the last has a value now
 */
void
bulla_http2_fields_end (BullaHttp2Fields *self)
{
  gsize start = g_array_index (self->sizes, gsize, self->sizes->len - 1);

  g_strstrip (self->text->str + start);
  gsize length = strlen (self->text->str + start);
  g_string_truncate (self->text, start + length);
  g_array_set_size (self->sizes, self->sizes->len - 1);
  end_text (self, length);
}

/**
 * bulla_http2_fields_add:
 * @self: fields
 * @name: as in bulla_http2_fields_begin()
 * @value: its value, without CR and LF
 */
void
bulla_http2_fields_add (BullaHttp2Fields *self, const char *name, const char *value)
{
  g_string_append (bulla_http2_fields_begin (self, name), value);
  bulla_http2_fields_end (self);
}

/* Returns: bytes of all names and values */
gsize
bulla_http2_fields_get_size (BullaHttp2Fields *self)
{
  return self->text->len - self->sizes->len;
}

/**
 * bulla_http2_fields_dup_pairs:
 * @self: fields
 * @n: (out): their number
 *
 * Returns: (transfer container): the fields, which point into @self
 */
nghttp2_nv *
bulla_http2_fields_dup_pairs (BullaHttp2Fields *self, gsize *n)
{
  nghttp2_nv *pairs = g_new0 (nghttp2_nv, self->sizes->len / 2);
  guint8 *at = (guint8 *)self->text->str;

  *n = self->sizes->len / 2;
  for (gsize i = 0; i < *n; i++) {
    pairs[i].name = at;
    pairs[i].namelen = g_array_index (self->sizes, gsize, 2 * i);
    at += pairs[i].namelen + 1;
    pairs[i].value = at;
    pairs[i].valuelen = g_array_index (self->sizes, gsize, 2 * i + 1);
    at += pairs[i].valuelen + 1;
  }
  return pairs;
}
