/* bulla-page-bundle-scripts.c - reads a page's <script type="webbundle"> elements
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The elements are read at each request of the page. Spec: SUBR */
#include "bulla-page-bundle-scripts.h"

#include "bulla-bundle-script.h"
#include "bulla-page-world.h"

#define ELEMENTS_MAX 64
#define KNOWN_MAX 256

/* returns the base URL for relative ones, then the text of each element */
static const char READ[] = "[document.baseURI].concat(Array.from("
                           "document.querySelectorAll('script[type=\"webbundle\" i]:not([src])'),"
                           "element => element.textContent))";

/* "base text" -> BullaBundleScript; NULL for an invalid element */
static GHashTable *known;

static void
free_rule (gpointer rule)
{
  if (rule != NULL)
    bulla_bundle_script_free (rule);
}

static const BullaBundleScript *
get_rule (const char *base, const char *text)
{
  g_autofree char *key = g_strconcat (base, " ", text, NULL);
  gpointer rule = NULL;

  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_rule);
  if (g_hash_table_lookup_extended (known, key, NULL, &rule))
    return rule;
  if (g_hash_table_size (known) >= KNOWN_MAX)
    g_hash_table_remove_all (known);
  rule = bulla_bundle_script_parse (text, base, NULL);
  g_hash_table_replace (known, g_steal_pointer (&key), rule);
  return rule;
}

/**
 * bulla_page_rules_find:
 * @frame: the main frame of a page
 * @url: URL of a request
 *
 * Returns: (transfer none) (nullable): the rule of the first element that lists @url; valid until
 *   the next call
 */
const BullaBundleScript *
bulla_page_rules_find (WebKitFrame *frame, const char *url)
{
  g_autoptr (JSCValue) said = bulla_page_world_evaluate (frame, READ);
  g_autofree char *base = NULL;

  for (guint i = 0; jsc_value_is_array (said) && i <= ELEMENTS_MAX; i++) {
    g_autoptr (JSCValue) value = jsc_value_object_get_property_at_index (said, i);
    g_autofree char *text = jsc_value_is_string (value) ? jsc_value_to_string (value) : NULL;

    if (text == NULL)
      break;
    if (i == 0) {
      base = g_steal_pointer (&text);
      continue;
    }
    const BullaBundleScript *rule = get_rule (base, text);
    if (rule != NULL && bulla_bundle_script_matches (rule, url))
      return rule;
  }
  return NULL;
}
