/* bulla-cli-variant-request.c - request headers that select the variant which was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variant-request.h"

#include <bulla.h>
#include <string.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
#include "bulla-settings.h"
#include "bulla-variants-field.h"
#include "bulla-variants-headers.h"

/* Returns: (nullable): the value of the header in “Name: value”, borrowed; @name is in lower case
 */
static const char *
find_value (char *const *headers, const char *name)
{
  size_t length = strlen (name);

  for (size_t i = 0; headers != NULL && headers[i] != NULL; i++)
    if (g_ascii_strncasecmp (headers[i], name, length) == 0 && headers[i][length] == ':')
      return headers[i] + length + 1 + strspn (headers[i] + length + 1, " \t");
  return NULL;
}

/* Returns: (nullable): the request header of an axis that a value of its can be put into */
static const char *
find_request_header (const BullaVariantsAxis *axis)
{
  switch (axis->mechanism) {
  case BULLA_VARIANTS_MECHANISM_ACCEPT:
    return "Accept";
  case BULLA_VARIANTS_MECHANISM_ENCODING:
    return "Accept-Encoding";
  case BULLA_VARIANTS_MECHANISM_LANGUAGE:
    return "Accept-Language";
  default:
    return NULL;
  }
}

/**
 * bulla_cli_dup_variant_options: (skip)
 * @headers: (nullable): the response headers, as “Name: value” each
 *
 * Returns: (transfer full): the options of “bulla verify” for a request that selects the response,
 *   a blank before each; empty if the profile reads no Variants in it
 */
char *
bulla_cli_dup_variant_options (char *const *headers)
{
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with (bulla_cli_loader_options.profile, NULL, NULL, NULL, NULL);
  GString *options = g_string_new (NULL);

  if (profile == NULL)
    return g_string_free (options, FALSE);
  const BullaSettings *settings = bulla_profile_get_settings (profile);
  const BullaVariantsNames *names = bulla_variants_names_get (settings->variants_headers);
  const char *variants = find_value (headers, names->variants);
  const char *key = find_value (headers, names->variant_key);
  g_autoptr (BullaVariants) axes =
      variants != NULL ? bulla_variants_parse (variants, names->syntax, &settings->variants, NULL)
                       : NULL;
  g_autoptr (BullaVariantKeys) keys =
      axes != NULL && key != NULL ? bulla_variant_keys_parse (key, axes, &settings->variants, NULL)
                                  : NULL;
  for (guint i = 0; keys != NULL && keys->n_keys > 0 && i < axes->n_axes; i++) {
    const char *header = find_request_header (&axes->axes[i]);
    if (header == NULL)
      continue;
    g_autofree char *field = g_strdup_printf ("%s: %s", header, keys->values[i]);
    g_autofree char *word = bulla_cli_dup_word (field);
    g_string_append_printf (options, " --request-header %s", word);
  }
  return g_string_free (options, FALSE);
}
