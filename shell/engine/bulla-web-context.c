/* bulla-web-context.c - creates WebKit contexts with the extension that identifies pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-context.h"

#include <glib/gi18n.h>

#include "bulla-error.h"
#include "bulla-languages.h"

#define EXTENSION_FILE "libbulla-page.so"

/**
 * bulla_web_context_find_extensions:
 * @error: set if the folder was not found
 *
 * Returns: (transfer full) (nullable): the folder of the web-process extension: in the build
 *   folder, if the program runs from there; otherwise the installed one
 */
char *
bulla_web_context_find_extensions (GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, "extension", NULL) : NULL;
  const char *places[] = {beside, EXTENSION_DIR};

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *file =
        places[i] != NULL ? g_build_filename (places[i], EXTENSION_FILE, NULL) : NULL;

    if (file != NULL && g_file_test (file, G_FILE_TEST_IS_REGULAR))
      return g_strdup (places[i]);
  }
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               _ ("%s is missing from %s, so Bulla cannot tell pages apart. Reinstall Bulla."),
               EXTENSION_FILE, EXTENSION_DIR);
  return NULL;
}

/**
 * bulla_web_context_new:
 * @extensions: the folder of the web-process extension
 */
WebKitWebContext *
bulla_web_context_new (const char *extensions)
{
  WebKitWebContext *context = webkit_web_context_new ();
  g_auto (GStrv) languages = bulla_languages_from_locales (g_get_language_names ());

  webkit_web_context_set_preferred_languages (context, (const char *const *)languages);
  webkit_web_context_set_web_process_extensions_directory (context, extensions);
  webkit_web_context_set_web_process_extensions_initialization_user_data (
      context, g_variant_new_string (""));
  return context;
}

/**
 * bulla_web_context_send_hop:
 * @url: the URL that the shell itself navigates to; "" for none
 *
 * Sends the URL to running web processes, and to those that start later.
 */
void
bulla_web_context_send_hop (WebKitWebContext *context, const char *url)
{
  webkit_web_context_set_web_process_extensions_initialization_user_data (
      context, g_variant_new_string (url));
  webkit_web_context_send_message_to_all_extensions (
      context, webkit_user_message_new ("hop", g_variant_new_string (url)));
}
