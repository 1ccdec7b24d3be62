/* bulla-cli-recipes.c - the recipes of wrong packages, and what each profile says of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-recipes.h"

#include <string.h>

static const char *
skip_text (const char *text)
{
  return text + strlen (text) + 1;
}

/**
 * bulla_cli_recipe_next: (skip)
 * @recipe: (inout): a recipe; filled with zeros for the first one
 *
 * Returns: whether @recipe is now the next one; %FALSE after the last
 */
gboolean
bulla_cli_recipe_next (BullaCliRecipe *recipe)
{
  const char *at = recipe->name == NULL ? bulla_cli_recipes_data : skip_text (recipe->verdicts);

  if (*at == '\0')
    return FALSE;
  recipe->name = at;
  recipe->text = skip_text (recipe->name);
  recipe->verdicts = skip_text (recipe->text);
  return TRUE;
}

/**
 * bulla_cli_recipe_is_of: (skip)
 * @recipe: a recipe
 * @reason: the nick of a reason, or "good"
 *
 * Returns: whether its package provokes that reason; with "good", whether nothing is wrong with it
 */
gboolean
bulla_cli_recipe_is_of (const BullaCliRecipe *recipe, const char *reason)
{
  size_t length = strlen (reason);

  return strncmp (recipe->name, reason, length) == 0 && recipe->name[length] == '/';
}
