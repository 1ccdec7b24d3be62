/* fuzz-report-policy.c - parses NEL and Report-To: values must be within their limits, and URLs
 * https
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-nel-policy.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (BullaNelPolicy) policy = {0};

  if (bulla_nel_policy_parse (&policy, text)) {
    g_assert_true (policy.success >= 0.0 && policy.success <= 1.0);
    g_assert_true (policy.failure >= 0.0 && policy.failure <= 1.0);
    g_assert_true (policy.max_age >= 0 && policy.max_age <= BULLA_NEL_AGE_MAX);
  }
  g_assert_cmpint (policy.group != NULL, ==, policy.max_age > 0);
  g_autoptr (GPtrArray) groups = bulla_nel_groups_parse (text, "https://a.test/b/c");
  for (guint i = 0; groups != NULL && i < groups->len; i++) {
    GPtrArray *endpoints = ((BullaNelGroup *)groups->pdata[i])->endpoints;
    for (guint j = 0; j < endpoints->len; j++)
      g_assert_true (g_str_has_prefix (((BullaNelEndpoint *)endpoints->pdata[j])->url, "https://"));
  }
  return 0;
}
