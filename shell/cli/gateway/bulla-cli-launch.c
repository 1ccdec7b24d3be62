/* bulla-cli-launch.c - a browser that lives as long as the gateway, and uses only it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The browser needs no password: the gateway asks the kernel which process a connection is from. So
 * arguments and files hold no secret. */
#include "bulla-cli-launch.h"

#include <glib/gi18n.h>

#include "bulla-cli-browser.h"
#include "bulla-cli-guard.h"
#include "bulla-cli-print.h"
#include "bulla-cli.h"
#include "bulla-gateway-internal.h"

struct _BullaCliLaunch {
  BullaCliBrowser *browser; /* owned */
  BullaCliGuard *guard;     /* owned */
  char **arguments;         /* borrowed; the user's, for the browser */
  GMainLoop *loop;          /* owned; NULL before the browser was started */
  GSource *watch;           /* owned; NULL unless the browser runs */
};

/**
 * bulla_cli_launch_new: (skip)
 * @browser: the browser's name or path, as the user typed it
 * @arguments: (not nullable): the user's arguments for it; they are kept by reference
 * @error: set if it cannot be started
 *
 * Looks for the browser, and forks the process that will run it: call this before other threads
 * exist.
 *
 * Returns: (transfer full) (nullable): a browser that does not run yet
 */
BullaCliLaunch *
bulla_cli_launch_new (const char *browser, char **arguments, GError **error)
{
  g_autoptr (BullaCliLaunch) self = g_new0 (BullaCliLaunch, 1);

  self->arguments = arguments;
  self->browser = bulla_cli_browser_new (browser, error);
  if (self->browser == NULL)
    return NULL;
  bulla_cli_browser_set_environment (self->browser);
  self->guard = bulla_cli_guard_new (error);
  return self->guard != NULL ? g_steal_pointer (&self) : NULL;
}

static void
ended_cb (GPid pid, int wait_status, gpointer user_data)
{
  BullaCliLaunch *self = user_data;

  bulla_cli_guard_set_ended (self->guard, wait_status);
  g_main_loop_quit (self->loop);
}

/* Returns: (transfer full) (nullable): what the browser has to know of the gateway */
static gboolean
describe_gateway (BullaGateway *gateway, BullaCliBrowserProxy *proxy, GError **error)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (gateway));
  GInetAddress *host = g_inet_socket_address_get_address (address);

  if (!g_inet_address_get_is_loopback (host)) {
    bulla_cli_usage_error (error, _ ("with --launch, --listen needs a loopback address"));
    return FALSE;
  }
  proxy->host = g_inet_address_to_string (host);
  proxy->port = g_inet_socket_address_get_port (address);
  proxy->home = BULLA_GATEWAY_OWN_URL;
  proxy->leaf_hash = bulla_gateway_dup_leaf_hash (gateway);
  g_object_get (bulla_gateway_get_authority (gateway), "certificate-pem", &proxy->authority, NULL);
  return TRUE;
}

/* Says what happens. */
static void
explain_launch (BullaCliLaunch *self)
{
  const char *title = bulla_cli_browser_get_title (self->browser);

  bulla_cli_print (
      _ ("%s has started with a profile of its own, which trusts this gateway and is removed at "
         "the end.\n"
         "Only this browser can use the gateway; it needs no password. Close it, or press Ctrl+C, "
         "to "
         "end both.\n"
         "\n"),
      title);
}

/**
 * bulla_cli_launch_start: (skip)
 * @self: a browser that does not run yet
 * @gateway: the gateway, which listens
 * @token: token of the session for the browser
 * @loop: ends with the browser
 * @error: why it could not be started
 *
 * Writes the browser's profile, lets only it use the gateway, and starts it.
 *
 * Returns: whether it runs
 */
gboolean
bulla_cli_launch_start (BullaCliLaunch *self, BullaGateway *gateway, const char *token,
                        GMainLoop *loop, GError **error)
{
  g_auto (BullaCliBrowserProxy) proxy = {0};

  bulla_gateway_set_process (gateway, token, self->guard->pid);
  if (!describe_gateway (gateway, &proxy, error))
    return FALSE;
  g_auto (GStrv) argv = bulla_cli_browser_prepare (self->browser, self->guard->folder, &proxy,
                                                   self->arguments, error);
  if (argv == NULL || !bulla_cli_guard_run (self->guard, (const char *const *)argv, error))
    return FALSE;
  self->loop = g_main_loop_ref (loop);
  self->watch = g_child_watch_source_new (self->guard->pid);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (ended_cb), self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());
  explain_launch (self);
  return TRUE;
}

/**
 * bulla_cli_launch_end: (skip)
 * @self: a browser that was started
 * @error: set if the browser ended by itself and says that it failed
 *
 * Ends the browser, if it still runs, and removes its profile.
 *
 * Returns: whether the browser ended well, or was ended here
 */
gboolean
bulla_cli_launch_end (BullaCliLaunch *self, GError **error)
{
  gboolean by_itself = self->guard->pid == 0;

  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  bulla_cli_guard_end (self->guard);
  if (!by_itself || self->guard->status == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s ended with status %d"),
               bulla_cli_browser_get_title (self->browser), self->guard->status);
  return FALSE;
}

void
bulla_cli_launch_free (BullaCliLaunch *self)
{
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  g_clear_pointer (&self->guard, bulla_cli_guard_free);
  g_clear_pointer (&self->browser, bulla_cli_browser_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self);
}
