/* fuzz-announcement.c - parses announcements as a compromised web process could send them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-announcement.h"
#include "fuzz.h"

/* the input is a GVariant as sent between processes */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) message =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAnnouncement) said = bulla_announcement_parse (message, &error);

  g_assert_cmpint (said == NULL, ==, error != NULL);
  if (said == NULL) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }
  g_assert_true (bulla_announcement_is_tag (said->tag));
  g_assert_true (said->method != NULL && said->dest != NULL && said->frames != NULL);
  g_assert_true (strlen (said->url) <= BULLA_ANNOUNCEMENT_URL_MAX);
  g_assert_null (strchr (said->url, '#'));
  g_assert_cmpuint (g_strv_length (said->frames), <=, BULLA_ANNOUNCEMENT_FRAMES_MAX);
  for (guint i = 0; said->frames[i] != NULL; i++)
    g_assert_true (g_utf8_validate (said->frames[i], -1, NULL));
  return 0;
}
