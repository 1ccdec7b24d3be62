/* bulla-page-world.c - evaluates scripts in a script world that is invisible to pages
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The page's scripts can neither observe these evaluations nor change their result. */
#include "bulla-page-world.h"

static WebKitScriptWorld *
get_world (void)
{
  static WebKitScriptWorld *world;

  if (world == NULL)
    world = webkit_script_world_new_with_name ("bulla");
  return world;
}

/**
 * bulla_page_world_evaluate:
 * @script: a JavaScript expression
 *
 * Returns: (transfer full): its value in the document that @frame shows
 */
JSCValue *
bulla_page_world_evaluate (WebKitFrame *frame, const char *script)
{
  g_autoptr (JSCContext) context =
      webkit_frame_get_js_context_for_script_world (frame, get_world ());

  return jsc_context_evaluate (context, script, -1);
}
