/* fuzz-link.c - parses Link fields, and the srcset and sizes in them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-link.h"
#include "bulla-srcset.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *chosen = bulla_srcset_choose (text, text, NULL);
  g_autoptr (GPtrArray) links = bulla_links_read (text, "https://publisher.test/a/b");
  gint64 time = 0;

  g_assert_cmpuint (links->len, <=, BULLA_LINKS_MAX);
  for (guint i = 0; i < links->len; i++) {
    const BullaLink *link = links->pdata[i];
    g_assert_null (strchr (link->target, '#'));
    g_assert_cmpuint (link->names->len, ==, link->values->len);
    g_assert_true (!bulla_link_is_rel (link, "x") || bulla_link_has_rel (link, "x"));
  }
  g_assert_true (chosen == NULL || strstr (text, chosen) != NULL);
  bulla_field_get_lifetime (text, &time);
  bulla_field_read_date (text, &time);
  return 0;
}
