/* bulla-options.c - parses the command line of bulla-shell
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-loader-internal.h"
#include "bulla-printable.h"
#include "bulla-revocation-store.h"

BullaOptions *
bulla_options_new (void)
{
  BullaOptions *self = g_new0 (BullaOptions, 1);

  self->time = -1;
  return self;
}

void
bulla_options_free (BullaOptions *self)
{
  g_free (self->profile);
  g_strfreev (self->settings);
  g_free (self->caa);
  g_free (self->check_validity);
  g_free (self->dnssec);
  g_strfreev (self->resolvers);
  g_free (self->trust_anchor);
  g_strfreev (self->caa_evidence);
  g_strfreev (self->trust);
  g_strfreev (self->ct_logs);
  g_strfreev (self->chains);
  g_strfreev (self->resolve);
  g_strfreev (self->allow_private);
  g_free (self->at);
  g_free (self->decisions);
  g_free (self->ledger);
  g_free (self->client);
  g_free (self->store);
  g_free (self);
}

static void
set_texts (GApplication *application)
{
  g_autofree char *description =
      g_strconcat (_ ("Examples:\n"
                      "  bulla-shell https://example.com/\n"
                      "  bulla-shell --profile chromium page.sxg\n"
                      "  bulla-shell --trust root.pem --ct-logs logs.json page.sxg\n"),
                   "\n",
                   _ ("Without options a running Bulla opens the pages; with any option they open "
                      "in a process of its own.\n"),
                   NULL);

  g_application_set_option_context_parameter_string (application, _ ("[URL|FILE…]"));
  g_application_set_option_context_summary (
      application, _ ("Browse web packages in their publishers’ own origins."));
  g_application_set_option_context_description (application, description);
}

/* Adds the options that say what is trusted, and where chains come from. */
static void
add_trust_to (BullaOptions *self, GApplication *application)
{
  const GOptionEntry entries[] = {
      {"trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->trust,
       N_ ("Trust the roots in this PEM file, instead of the system’s; may be repeated"),
       N_ ("PEM")},
      {"trust-system", 0, 0, G_OPTION_ARG_NONE, &self->trust_system,
       N_ ("Trust the system’s roots in addition to those of --trust"), NULL},
      {"ct-logs", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->ct_logs,
       N_ ("Accept transparency logs from this list; may be repeated"), N_ ("JSON")},
      {"chain", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->chains,
       N_ ("Take the certificate chain from this file for the exchanges that are signed with it; "
           "may be repeated"),
       N_ ("FILE")},
      {"offline", 0, 0, G_OPTION_ARG_NONE, &self->offline,
       N_ ("Contact nobody: show packages from files alone"), NULL},
      {NULL},
  };

  g_application_add_main_option_entries (application, entries);
}

/**
 * bulla_options_add_to:
 * @self: options that are filled when @application handles its command line; they must outlive it
 */
void
bulla_options_add_to (BullaOptions *self, GApplication *application)
{
  const GOptionEntry entries[] = {
      {"profile", 0, 0, G_OPTION_ARG_STRING, &self->profile,
       N_ ("Judge packages by this profile: a name or a file"), N_ ("PROFILE")},
      {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->settings,
       N_ ("Change a setting of the profile; may be repeated"), N_ ("SETTING=VALUE")},
      {"caa", 0, 0, G_OPTION_ARG_STRING, &self->caa,
       N_ ("Check CAA records: off, report or require"), N_ ("MODE")},
      {"dnssec", 0, 0, G_OPTION_ARG_STRING, &self->dnssec,
       N_ ("Check DNSSEC for CAA records: ignore or require"), N_ ("MODE")},
      {"check-validity", 0, 0, G_OPTION_ARG_STRING, &self->check_validity,
       N_ ("Ask the publisher whether a package is current: never, parallel or blocking"),
       N_ ("MODE")},
      {"resolver", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->resolvers,
       N_ ("Ask this DNS resolver for CAA records, or “recursive” to ask from the root"),
       N_ ("ADDRESS[@PORT]")},
      {"trust-anchor", 0, 0, G_OPTION_ARG_FILENAME, &self->trust_anchor,
       N_ ("Start DNSSEC at the DS or DNSKEY records in this file"), N_ ("FILE")},
      {"caa-evidence", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->caa_evidence,
       N_ ("Take CAA records from this file, saved by “bulla caa --save”"), N_ ("FILE")},
      {"resolve", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->resolve,
       N_ ("Connect to ADDR for HOST:PORT, as curl does; may be repeated"), N_ ("HOST:PORT:ADDR")},
      {"at", 0, 0, G_OPTION_ARG_STRING, &self->at,
       N_ ("Judge as of this time: Unix seconds or ISO 8601"), N_ ("TIME")},
      {"allow-private", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->allow_private,
       N_ ("Allow public pages to reach this host, even though its address is private; may be "
           "repeated"),
       N_ ("HOST")},
      {"private", 0, 0, G_OPTION_ARG_NONE, &self->private_window,
       N_ ("Start with a private window"), NULL},
      {"client", 0, 0, G_OPTION_ARG_FILENAME, &self->client,
       N_ ("Request pages as this client does; see “bulla clients list”"), N_ ("NAME|FILE")},
      {"panel", 0, 0, G_OPTION_ARG_NONE, &self->panel,
       N_ ("Open windows with the verdict panel shown"), NULL},
      {"full-screen", 0, 0, G_OPTION_ARG_NONE, &self->full_screen,
       N_ ("Open windows in full screen"), NULL},
      {"decisions", 0, 0, G_OPTION_ARG_FILENAME, &self->decisions,
       N_ ("Append each decision to this file, one JSON object per line"), N_ ("FILE")},
      {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &self->ledger,
       N_ ("Append each contact to this file, one JSON object per line"), N_ ("FILE")},
      {"store", 0, 0, G_OPTION_ARG_FILENAME, &self->store,
       N_ ("Remember in this folder which versions of pages were seen"), N_ ("FOLDER")},
      {"automation", 0, 0, G_OPTION_ARG_NONE, &self->automation,
       N_ ("Allow control by WebKitWebDriver"), NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Show the version"), NULL},
      {NULL},
  };

  set_texts (application);
  add_trust_to (self, application);
  g_application_add_main_option_entries (application, entries);
}

/* Variables that change which packages are trusted, for the process that has them */
static const char *const TRUST_VARIABLES[] = {"BULLA_STORE", "SSL_CERT_DIR", "SSL_CERT_FILE", NULL};

/**
 * bulla_options_need_own_process:
 * @arguments: a command line, from the name of the program on
 *
 * Options, and those variables of the environment that change trust, belong to one process. Another
 * process that runs already must not open the pages of this command line: it would ignore them.
 *
 * Returns: whether the command line has an option, or the environment such a variable. The process
 *   that a session bus starts (--gapplication-service) is the one that other runs use.
 */
gboolean
bulla_options_need_own_process (const char *const *arguments)
{
  gboolean is_service = FALSE;

  for (guint i = 1; i < g_strv_length ((char **)arguments); i++) {
    if (g_str_equal (arguments[i], "--"))
      break;
    if (g_str_equal (arguments[i], "--gapplication-service"))
      is_service = TRUE;
    else if (arguments[i][0] == '-' && arguments[i][1] != '\0')
      return TRUE;
  }
  for (guint i = 0; !is_service && TRUST_VARIABLES[i] != NULL; i++)
    if (g_getenv (TRUST_VARIABLES[i]) != NULL)
      return TRUE;
  return FALSE;
}

#define CHAIN_MAX (16 << 20)                      /* most bytes of a file of --chain */
#define TIME_MAX G_GINT64_CONSTANT (253402300799) /* Unix seconds: the end of 9999 */

static gboolean
parse_time (const char *text, gint64 *seconds, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *midnight = g_strconcat (text, "T00:00:00", NULL);

  if (g_ascii_string_to_signed (text, 10, 0, TIME_MAX, seconds, NULL))
    return TRUE;
  g_autoptr (GDateTime) time =
      g_date_time_new_from_iso8601 (strlen (text) == strlen ("2026-11-23") ? midnight : text, utc);
  gint64 read = time != NULL ? g_date_time_to_unix (time) : -1;
  if (read < 0 || read > TIME_MAX) {
    g_set_error (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _ ("--at: “%s” is not a valid time from 1970 to 9999; use Unix seconds or ISO 8601"), text);
    return FALSE;
  }
  *seconds = read;
  return TRUE;
}

/**
 * bulla_options_check:
 * @error: a %G_OPTION_ERROR if a value is invalid
 *
 * Checks the values that GOption cannot check itself.
 */
gboolean
bulla_options_check (BullaOptions *self, GError **error)
{
  return self->at == NULL || parse_time (self->at, &self->time, error);
}

static BullaTrust *
make_trust (const BullaOptions *options, GError **error)
{
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  for (guint i = 0; options->trust != NULL && options->trust[i] != NULL; i++)
    if (!bulla_trust_add_roots (trust, options->trust[i], error))
      return NULL;
  for (guint i = 0; options->ct_logs != NULL && options->ct_logs[i] != NULL; i++)
    if (!bulla_trust_add_logs (trust, options->ct_logs[i], error))
      return NULL;
  bulla_trust_set_system_roots (trust, options->trust == NULL || options->trust_system);
  return g_steal_pointer (&trust);
}

/* Returns: (transfer full): the settings to change, the options with a name of their own last */
static GStrv
dup_settings (const BullaOptions *options)
{
  g_autoptr (GStrvBuilder) settings = g_strv_builder_new ();

  if (options->settings != NULL)
    g_strv_builder_addv (settings, (const char **)options->settings);
  if (options->check_validity != NULL) {
    g_autofree char *change = g_strconcat ("trust.validity=", options->check_validity, NULL);
    g_strv_builder_add (settings, change);
  }
  return g_strv_builder_end (settings);
}

static void
print_notice (const char *notice, gpointer user_data)
{
  g_autofree char *text = bulla_printable_dup (notice);

  g_printerr ("bulla-shell: %s\n", text);
}

/* Follows what “bulla logs” and “bulla revocations” keep, and change while the shell runs. Returns:
 * FALSE with @error set if nobody can say what is revoked now */
static gboolean
follow_store (BullaLoader *loader, const BullaOptions *options, GError **error)
{
  g_autoptr (BullaFiles) files = bulla_files_new (options->store);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaRevocations) revocations = bulla_revocation_store_load (files, &failure);

  if (revocations == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  for (char *notice; (notice = bulla_files_steal_notice (files)) != NULL; g_free (notice))
    print_notice (notice, NULL);
  bulla_loader_follow_files (
      loader, bulla_trust_files_new (options->store, options->ct_logs == NULL, print_notice, NULL));
  return TRUE;
}

static gboolean
add_chains (BullaLoader *loader, const BullaOptions *options, GError **error)
{
  for (guint i = 0; options->chains != NULL && options->chains[i] != NULL; i++) {
    g_autoptr (GBytes) chain = bulla_bytes_read_file (options->chains[i], CHAIN_MAX, error);
    if (chain == NULL)
      return FALSE;
    if (!bulla_loader_add_chain (loader, chain, error)) {
      g_prefix_error (error, "%s: ", options->chains[i]);
      return FALSE;
    }
  }
  return TRUE;
}

/**
 * bulla_options_make_loader:
 * @error: set if an option cannot be applied
 *
 * Returns: (transfer full) (nullable): a loader with the profile, trust and time of the options
 */
BullaLoader *
bulla_options_make_loader (const BullaOptions *options, GError **error)
{
  g_auto (GStrv) settings = dup_settings (options);
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (
      options->profile, options->caa, options->dnssec, (const char *const *)settings, error);
  g_autoptr (BullaTrust) trust = profile != NULL ? make_trust (options, error) : NULL;

  if (trust == NULL)
    return NULL;
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  for (guint i = 0; options->resolve != NULL && options->resolve[i] != NULL; i++)
    if (!bulla_loader_add_resolve (loader, options->resolve[i], error))
      return NULL;
  if (options->time >= 0)
    bulla_loader_set_time (loader, options->time);
  bulla_loader_set_offline (loader, options->offline);
  if (!add_chains (loader, options, error))
    return NULL;
  if (!bulla_loader_set_dns (loader, (const char *const *)options->resolvers, options->trust_anchor,
                             (const char *const *)options->caa_evidence, options->store, error))
    return NULL;
  return follow_store (loader, options, error) ? g_steal_pointer (&loader) : NULL;
}
