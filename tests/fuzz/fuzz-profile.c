/* fuzz-profile.c - parses a user's profile: it must be written as it was read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  FUZZ_ONCE (BullaProfile, parent, bulla_profile_load ("draft-b3", NULL));
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *parent_name = bulla_profile_dup_parent_name (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_parse (text, parent, &error);
  g_assert_cmpint (profile == NULL, ==, error != NULL);
  if (profile == NULL)
    return 0;
  g_autofree char *written = bulla_profile_to_text (profile);
  g_autoptr (BullaProfile) again = bulla_profile_parse (written, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *written_again = bulla_profile_to_text (again);
  g_assert_cmpstr (written_again, ==, written);
  return 0;
}
