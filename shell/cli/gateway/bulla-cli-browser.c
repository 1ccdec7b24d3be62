/* bulla-cli-browser.c - browsers that the gateway can start, and the profiles that they need
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everything goes through the gateway, also requests for hosts of this machine, names that are
 * looked up, and WebRTC. Requests of the browser itself, for its maker, are switched off: the
 * gateway could not tell them from those of pages. */
#include "bulla-cli-browser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli.h"

typedef struct _BullaCliBrowserKind {
  const char *name;            /* as typed after --launch */
  const char *title;           /* as its users call it */
  const char *const *programs; /* names to look for, the best first; ended by NULL */
  const char *const *starts;   /* how the name of a given file may start; ended by NULL */
  const char *variable;        /* nullable; to be set to 1 in its environment */
  /* Writes a profile. */
  gboolean (*write_profile) (const char *folder, const BullaCliBrowserProxy *proxy, GError **error);
  /* Appends what the program is started with, as owned strings. */
  void (*append_options) (GPtrArray *argv, const char *folder, const BullaCliBrowserProxy *proxy);
} Kind;

void
bulla_cli_browser_proxy_clear (BullaCliBrowserProxy *self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->leaf_hash, g_free);
}

/* --- Firefox */

/* Preferences beside the proxy's. */
/* clang-format off */
static const char FIREFOX_PREFERENCES[] =
    /* everything through the gateway */
    "user_pref(\"network.proxy.type\", 1);\n"
    "user_pref(\"network.proxy.no_proxies_on\", \"\");\n"
    "user_pref(\"network.proxy.allow_hijacking_localhost\", true);\n"
    "user_pref(\"network.proxy.failover_direct\", false);\n"
    "user_pref(\"network.proxy.allow_bypass\", false);\n"
    "user_pref(\"network.trr.mode\", 5);\n"
    "user_pref(\"network.dns.disablePrefetch\", true);\n"
    "user_pref(\"network.dns.disablePrefetchFromHTTPS\", true);\n"
    "user_pref(\"network.http.http3.enable\", false);\n"
    "user_pref(\"media.peerconnection.ice.proxy_only\", true);\n"
    /* the certificates of the gateway are not asked about */
    "user_pref(\"security.OCSP.enabled\", 0);\n"
    /* no requests of the browser itself */
    "user_pref(\"network.captive-portal-service.enabled\", false);\n"
    "user_pref(\"network.connectivity-service.enabled\", false);\n"
    "user_pref(\"services.settings.server\", \"data:,#remote-settings-dummy/v1\");\n"
    "user_pref(\"browser.safebrowsing.malware.enabled\", false);\n"
    "user_pref(\"browser.safebrowsing.phishing.enabled\", false);\n"
    "user_pref(\"browser.safebrowsing.downloads.enabled\", false);\n"
    "user_pref(\"browser.region.update.enabled\", false);\n"
    "user_pref(\"browser.region.network.url\", \"\");\n"
    "user_pref(\"browser.search.update\", false);\n"
    "user_pref(\"browser.newtabpage.enabled\", false);\n"
    "user_pref(\"browser.newtab.preload\", false);\n"
    "user_pref(\"app.normandy.enabled\", false);\n"
    "user_pref(\"app.update.auto\", false);\n"
    "user_pref(\"extensions.update.enabled\", false);\n"
    "user_pref(\"extensions.getAddons.cache.enabled\", false);\n"
    "user_pref(\"media.gmp-manager.updateEnabled\", false);\n"
    "user_pref(\"media.gmp-manager.url\", \"data:,\");\n"
    "user_pref(\"dom.push.connection.enabled\", false);\n"
    "user_pref(\"datareporting.healthreport.uploadEnabled\", false);\n"
    "user_pref(\"datareporting.usage.uploadEnabled\", false);\n"
    "user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);\n"
    "user_pref(\"toolkit.telemetry.enabled\", false);\n"
    "user_pref(\"toolkit.telemetry.unified\", false);\n"
    /* no questions at the first start */
    "user_pref(\"browser.chrome.guess_favicon\", false);\n"
    "user_pref(\"browser.shell.checkDefaultBrowser\", false);\n"
    "user_pref(\"browser.aboutwelcome.enabled\", false);\n"
    "user_pref(\"browser.aboutConfig.showWarning\", false);\n"
    "user_pref(\"browser.startup.homepage_override.mstone\", \"ignore\");\n"
    "user_pref(\"startup.homepage_welcome_url\", \"\");\n"
    "user_pref(\"termsofuse.bypassNotification\", true);\n"
    "user_pref(\"trailhead.firstrun.didSeeAboutWelcome\", true);\n";
/* clang-format on */

static gboolean
run_certutil (const char *const *argv, GError **error)
{
  g_autofree char *message = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_SEARCH_PATH,
                     NULL, NULL, NULL, &message, &status, error))
    return FALSE;
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "certutil: %s", g_strstrip (message));
  return FALSE;
}

/* Makes the profile trust the authority for web sites. */
static gboolean
add_authority (const char *folder, const char *pem, GError **error)
{
  g_autofree char *certutil = g_find_program_in_path ("certutil");
  g_autofree char *file = g_build_filename (folder, "authority.pem", NULL);
  g_autofree char *database = g_strconcat ("sql:", folder, NULL);
  const char *create[] = {certutil, "-N", "-d", database, "--empty-password", NULL};
  const char *add[] = {certutil, "-A",  "-d", database, "-n", "Bulla gateway",
                       "-t",     "C,,", "-i", file,     NULL};

  if (certutil == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("certutil was not found, which makes Firefox’s profile trust the gateway; "
                    "install libnss3-tools (on Fedora, nss-tools)"));
    return FALSE;
  }
  return g_file_set_contents (file, pem, -1, error) && run_certutil (create, error)
         && run_certutil (add, error);
}

static gboolean
write_firefox_profile (const char *folder, const BullaCliBrowserProxy *proxy, GError **error)
{
  g_autofree char *file = g_build_filename (folder, "user.js", NULL);
  g_autofree char *text = g_strdup_printf ("%s"
                                           "user_pref(\"browser.startup.homepage\", \"%s\");\n"
                                           "user_pref(\"network.proxy.http\", \"%s\");\n"
                                           "user_pref(\"network.proxy.http_port\", %u);\n"
                                           "user_pref(\"network.proxy.ssl\", \"%s\");\n"
                                           "user_pref(\"network.proxy.ssl_port\", %u);\n",
                                           FIREFOX_PREFERENCES, proxy->home, proxy->host,
                                           proxy->port, proxy->host, proxy->port);

  return g_file_set_contents (file, text, -1, error)
         && add_authority (folder, proxy->authority, error);
}

static void
append_firefox_options (GPtrArray *argv, const char *folder, const BullaCliBrowserProxy *proxy)
{
  g_ptr_array_add (argv, g_strdup ("--no-remote"));
  g_ptr_array_add (argv, g_strdup ("--profile"));
  g_ptr_array_add (argv, g_strdup (folder));
}

/* --- Chromium */

static gboolean
write_chromium_profile (const char *folder, const BullaCliBrowserProxy *proxy, GError **error)
{
  return TRUE; /* it makes its own */
}

/* The certificates are trusted by the hash of their public key: an authority would have to be added
 * to a database that all programs of the user share. */
static void
append_chromium_options (GPtrArray *argv, const char *folder, const BullaCliBrowserProxy *proxy)
{
  static const char *const FIXED[] = {
      /* everything through the gateway */
      "--proxy-bypass-list=<-loopback>",
      "--disable-quic",
      "--webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", /* its former name */
      /* no requests of the browser itself */
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-sync",
      "--disable-breakpad",
      "--disable-features=MediaRouter,OptimizationHints,NetworkTimeServiceQuerying",
      /* no questions at the first start */
      "--no-first-run",
      "--no-default-browser-check",
      "--password-store=basic",
  };
  gboolean v6 = strchr (proxy->host, ':') != NULL;

  g_ptr_array_add (argv, g_strconcat ("--user-data-dir=", folder, NULL));
  g_ptr_array_add (argv, g_strdup_printf ("--proxy-server=http://%s%s%s:%u", v6 ? "[" : "",
                                          proxy->host, v6 ? "]" : "", proxy->port));
  g_ptr_array_add (argv,
                   g_strconcat ("--ignore-certificate-errors-spki-list=", proxy->leaf_hash, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (FIXED); i++)
    g_ptr_array_add (argv, g_strdup (FIXED[i]));
}

/* --- all of them */

static const char *const FIREFOX_PROGRAMS[] = {"firefox", "firefox-esr", NULL};
static const char *const FIREFOX_STARTS[] = {"firefox", NULL};
static const char *const CHROMIUM_PROGRAMS[] = {"chromium", "chromium-browser", "google-chrome",
                                                "google-chrome-stable", NULL};
static const char *const CHROMIUM_STARTS[] = {"chromium", "chrome", "google-chrome", NULL};

/* Without it Firefox ignores services.settings.server, and asks its maker for settings. */
#define FIREFOX_VARIABLE "MOZ_REMOTE_SETTINGS_DEVTOOLS"

static const Kind KINDS[] = {
    {"firefox", "Firefox", FIREFOX_PROGRAMS, FIREFOX_STARTS, FIREFOX_VARIABLE,
     write_firefox_profile, append_firefox_options},
    {"chromium", "Chromium", CHROMIUM_PROGRAMS, CHROMIUM_STARTS, NULL, write_chromium_profile,
     append_chromium_options},
};

static const Kind *
find_kind_of_file (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  for (size_t i = 0; i < G_N_ELEMENTS (KINDS); i++)
    for (size_t k = 0; KINDS[i].starts[k] != NULL; k++)
      if (g_str_has_prefix (name, KINDS[i].starts[k]))
        return &KINDS[i];
  return NULL;
}

static const Kind *
find_kind (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (KINDS); i++)
    if (g_str_equal (KINDS[i].name, name))
      return &KINDS[i];
  return NULL;
}

static char *
find_program (const Kind *kind, GError **error)
{
  for (size_t i = 0; kind->programs[i] != NULL; i++) {
    char *path = g_find_program_in_path (kind->programs[i]);
    if (path != NULL)
      return path;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("%s was not found; install it, or name its file after --launch"), kind->title);
  return NULL;
}

/**
 * bulla_cli_browser_new: (skip)
 * @name: `firefox`, `chromium`, or the path of a file whose name starts like one of their programs
 * @error: set if the browser is not found
 *
 * Returns: (transfer full) (nullable): a browser that can be started
 */
BullaCliBrowser *
bulla_cli_browser_new (const char *name, GError **error)
{
  gboolean is_path = strchr (name, '/') != NULL;
  const Kind *kind = is_path ? find_kind_of_file (name) : find_kind (name);

  if (kind == NULL) {
    bulla_cli_usage_error (
        error, _ ("“%s” is neither firefox nor chromium, nor the path of one of their programs"),
        name);
    return NULL;
  }
  g_autofree char *program = NULL;
  if (!is_path)
    program = find_program (kind, error);
  else if (g_file_test (name, G_FILE_TEST_IS_EXECUTABLE))
    program = g_canonicalize_filename (name, NULL);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s is not a program"), name);
  if (program == NULL)
    return NULL;
  BullaCliBrowser *self = g_new (BullaCliBrowser, 1);
  *self = (BullaCliBrowser){kind, g_steal_pointer (&program)};
  return self;
}

void
bulla_cli_browser_free (BullaCliBrowser *self)
{
  g_free (self->program);
  g_free (self);
}

/* Sets what the browser needs in the environment, which it inherits. */
void
bulla_cli_browser_set_environment (const BullaCliBrowser *self)
{
  if (self->kind->variable != NULL)
    g_setenv (self->kind->variable, "1", TRUE);
}

/* Returns: the browser's name for its users */
const char *
bulla_cli_browser_get_title (const BullaCliBrowser *self)
{
  return self->kind->title;
}

/**
 * bulla_cli_browser_prepare: (skip)
 * @self: a browser
 * @folder: an empty folder for its profile, which only this user can read
 * @proxy: the gateway
 * @arguments: the user's arguments for the browser, such as URLs
 * @error: why the profile could not be written
 *
 * Returns: (transfer full) (nullable): the command line that starts the browser with a profile that
 *   uses and trusts the gateway
 */
char **
bulla_cli_browser_prepare (const BullaCliBrowser *self, const char *folder,
                           const BullaCliBrowserProxy *proxy, char **arguments, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  if (!self->kind->write_profile (folder, proxy, error))
    return NULL;
  g_ptr_array_add (argv, g_strdup (self->program));
  self->kind->append_options (argv, folder, proxy);
  gboolean opens = FALSE;
  for (size_t i = 0; arguments[i] != NULL; i++) {
    opens |= arguments[i][0] != '-';
    g_ptr_array_add (argv, g_strdup (arguments[i]));
  }
  if (!opens)
    g_ptr_array_add (argv, g_strdup (proxy->home));
  g_ptr_array_add (argv, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}
