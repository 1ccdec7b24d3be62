/* main.c - bulla-shell: a browser for web packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "bulla-application.h"
#include "bulla-descriptor-limit.h"

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Bulla"));

  bulla_descriptors_raise_limit ();
  g_autoptr (BullaApplication) application = bulla_application_new ();
  int status = g_application_run (G_APPLICATION (application), argc, argv);
  return status != 0 ? status : bulla_application_get_status (application);
}
