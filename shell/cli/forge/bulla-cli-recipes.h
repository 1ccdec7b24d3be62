/* bulla-cli-recipes.h - the recipes of wrong packages, and what each profile says of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One recipe; all of it is static. */
typedef struct {
  const char *name;     /* "REASON/NAME"; "good/NAME" if nothing is wrong */
  const char *text;     /* see forge.h */
  const char *verdicts; /* lines "PROFILE OUTCOME REASON"; REASON is "-" if nothing is wrong */
} BullaCliRecipe;

gboolean bulla_cli_recipe_next (BullaCliRecipe *recipe);
gboolean bulla_cli_recipe_is_of (const BullaCliRecipe *recipe, const char *reason);

/* written at build time: name, text and verdicts of each recipe, each with a zero byte at its end
 */
extern const char bulla_cli_recipes_data[];

G_END_DECLS
