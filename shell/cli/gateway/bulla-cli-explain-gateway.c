/* bulla-cli-explain-gateway.c - says how other programs use a gateway that has started
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-explain-gateway.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "bulla-cli-print.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-pac.h"

/* docs/browsers.md says more. */
static void
print_limits (void)
{
  bulla_cli_print (
      _ ("Compared with bulla-shell, another browser shows no verdict beside the address, all of "
         "its tabs count\nas one, reload and back get the live page, and bundles that do not speak "
         "for their publisher are not\nshown. What the gateway decides is in the lines below, and "
         "in that browser at:\n"
         "\n"
         "  %s\n"
         "\n"),
      BULLA_GATEWAY_OWN_URL);
}

/* Prints what no browser but the shell gets, and the address of the gateway's own page. */
void
bulla_cli_explain_limits (void)
{
  print_limits ();
  fflush (stdout); /* a reader at a pipe waits for the line */
}

/**
 * bulla_cli_explain_gateway: (skip)
 * @proxy: the gateway's address, with user and password
 * @files: its files
 * @tells: whether the password is printed
 * @kept: whether the authority stays the same
 *
 * Prints how curl, Firefox and Chromium use the gateway, and what they cannot have.
 */
void
bulla_cli_explain_gateway (const char *proxy, const BullaCliGatewayFiles *files, gboolean tells,
                           gboolean kept)
{
  const char *at = strrchr (proxy, '@');
  const char *token = strchr (proxy + strlen ("http://"), ':') + 1;
  g_autofree char *config = g_shell_quote (files->config);
  g_autofree char *authority = g_shell_quote (files->authority);
  g_autofree char *place = g_strconcat ("http://", at + 1, NULL);
  g_autofree char *pac = g_strconcat (place, BULLA_GATEWAY_PAC_PATH, NULL);
  g_autofree char *password =
      tells ? g_strndup (token, (gsize)(at - token))
            : g_strdup_printf (_ ("what follows bulla: in %s"), files->config);

  bulla_cli_print (
      _ ("The gateway is ready. Its user name is bulla; keep its password to yourself.\n"
         "\n"
         "  proxy      %s\n"
         "  password   in %s\n"
         "  authority  %s\n"
         "\n"
         "With curl, which reads address, password and authority from a file:\n"
         "\n"
         "  curl --config %s URL\n"
         "\n"),
      tells ? proxy : place, files->config, files->authority, config);
  bulla_cli_print (
      _ ("In Firefox: Settings, Network Settings, Automatic proxy configuration URL:\n"
         "\n"
         "  %s\n"
         "\n"
         "and Settings, Certificates, View Certificates, Authorities, Import the authority, to "
         "identify websites.\n"
         "\n"
         "In Chromium:\n"
         "\n"
         "  certutil -A -d sql:$HOME/.pki/nssdb -t C,, -n \"Bulla gateway\" -i %s\n"
         "  chromium --proxy-pac-url=%s\n"
         "\n"
         "Both ask for a user and a password: bulla, and %s.\n"
         "Or let the gateway do all of that: bulla gateway --launch firefox\n"
         "\n"),
      pac, authority, pac, password);
  print_limits ();
  bulla_cli_print (
      "%s\n", kept
                  ? _ ("The password is new at each start. Ctrl+C ends the gateway and removes the "
                       "file with it.\n")
                  : _ ("All of it is new at each start. Ctrl+C ends the gateway and removes the "
                       "files.\n"));
  fflush (stdout); /* a reader at a pipe waits for the line */
}
