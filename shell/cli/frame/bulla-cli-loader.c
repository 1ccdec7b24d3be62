/* bulla-cli-loader.c - makes loaders from the options shared by the verbs that judge packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memfd_create() */
#include "bulla-cli-loader.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bulla-cli-files.h"
#include "bulla-cli-store-files.h"
#include "bulla-cli-store.h"
#include "bulla-files-trust.h"
#include "bulla-field-kind.h"
#include "bulla-ledger-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-verification-scope.h"

#define IDS_OF_LEDGER 10000000

#define TIMEOUT_DEFAULT 10 /* seconds */
#define TIMEOUT_MAX 3600   /* seconds */

BullaCliLoaderOptions bulla_cli_loader_options = {.timeout = TIMEOUT_DEFAULT};

/* the local revocation list, and the log list in effect where no other is named */
static gboolean
use_store (BullaTrust *trust, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  int64_t at = -1;

  if (options->at != NULL && !bulla_cli_parse_time ("at", options->at, &at, error))
    return FALSE;
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  gboolean filled = bulla_files_fill_trust (store, at, options->ct_logs == NULL, trust, error);
  bulla_cli_print_notices (store);
  return filled;
}

#define STDIN_SIZE_MAX (64 << 20)

static gboolean
write_all (int file, const char *data, gsize size, GError **error)
{
  for (gsize at = 0; at < size;) {
    ssize_t n = write (file, data + at, size - at);
    if (n > 0) {
      at += (gsize)n;
    } else if (n < 0 && errno != EINTR) {
      int code = errno;
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
      return FALSE;
    }
  }
  return TRUE;
}

static char *kept_stdin = NULL; /* owned; the file that has what came on standard input; nullable */

/* Each thread opens these files anew, which a pipe does not allow: what comes on standard input is
 * kept in a file in memory. @path: (inout) (nullable): replaced if it is "-" */
static gboolean
keep_stdin (char **path, GError **error)
{
  if (*path == NULL || strcmp (*path, "-") != 0)
    return TRUE;
  if (kept_stdin == NULL) {
    g_autoptr (GBytes) bytes = bulla_cli_read_file ("-", STDIN_SIZE_MAX, error);
    if (bytes == NULL)
      return FALSE;
    int file = memfd_create ("standard input", MFD_CLOEXEC);
    if (file < 0) {
      int code = errno;
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
      return FALSE;
    }
    if (!write_all (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error)) {
      close (file);
      return FALSE;
    }
    kept_stdin = g_strdup_printf ("/proc/self/fd/%d", file);
  }
  g_free (*path);
  *path = g_strdup (kept_stdin);
  return TRUE;
}

/**
 * bulla_cli_name_input: (skip)
 * @path: (nullable): a file that an option of the loader names
 *
 * Returns: (transfer none) (nullable): the file as the user named it: "-" for standard input
 */
const char *
bulla_cli_name_input (const char *path)
{
  return path != NULL && g_strcmp0 (path, kept_stdin) == 0 ? "-" : path;
}

static gboolean
keep_all_stdin (GError **error)
{
  BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  char **lists[] = {options->trust, options->ct_logs, options->caa_evidence};

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize j = 0; lists[i] != NULL && lists[i][j] != NULL; j++)
      if (!keep_stdin (&lists[i][j], error))
        return FALSE;
  return keep_stdin (&options->trust_anchor, error);
}

/**
 * bulla_cli_new_trust: (skip)
 * @error: set if a file cannot be used
 *
 * Called once, before loaders are made. In options that name files to read, "-" is standard input.
 *
 * Returns: (transfer full): the roots and logs of the options, and what is remembered; the system's
 *   roots if none are named
 */
BullaTrust *
bulla_cli_new_trust (GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;

  if (options->offline)
    bulla_verification_prepare_process ();
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  if (!keep_all_stdin (error))
    return NULL;
  for (int i = 0; options->trust != NULL && options->trust[i] != NULL; i++)
    if (!bulla_trust_add_roots (trust, options->trust[i], error))
      return NULL;
  for (int i = 0; options->ct_logs != NULL && options->ct_logs[i] != NULL; i++)
    if (!bulla_trust_add_logs (trust, options->ct_logs[i], error))
      return NULL;
  bulla_trust_set_system_roots (trust, options->trust == NULL || options->trust_system);
  if (!use_store (trust, error))
    return NULL;
  return g_steal_pointer (&trust);
}

/* Returns: (transfer full): the settings to change, the options with a name of their own last */
static GStrv
dup_settings (const BullaCliLoaderOptions *options)
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

/* Each thread has a loader with a ledger of its own; the ids of all ledgers together are unique. */
static gboolean
follow_ledger (BullaLoader *loader, GError **error)
{
  static gint n_ledgers = 0;
  BullaLedger *ledger = bulla_loader_get_ledger (loader);

  bulla_ledger_begin_after (ledger, (guint)g_atomic_int_add (&n_ledgers, 1) * IDS_OF_LEDGER);
  return bulla_ledger_follow_file (ledger, bulla_cli_loader_options.ledger, TRUE, error);
}

/* Reads --send-header. The client itself sets what frames a request. */
static gboolean
set_request_headers (BullaLoader *loader, GError **error)
{
  char **typed = bulla_cli_loader_options.send_headers;
  g_autoptr (GStrvBuilder) headers = g_strv_builder_new ();

  for (guint i = 0; typed != NULL && typed[i] != NULL; i++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!bulla_cli_parse_header (typed[i], &name, &value, error))
      return FALSE;
    g_autofree char *lower = g_ascii_strdown (name, -1);
    if (bulla_header_is_hop_by_hop (lower) || g_str_equal (lower, "host")
        || g_str_equal (lower, "content-length") || g_str_equal (lower, "expect")) {
      bulla_cli_usage_error (error, _ ("--send-header cannot set “%s”"), name);
      return FALSE;
    }
    g_strv_builder_add (headers, name);
    g_strv_builder_add (headers, value);
  }
  g_auto (GStrv) all = g_strv_builder_end (headers);
  bulla_loader_set_request_headers (loader, (const char *const *)all);
  return TRUE;
}

/**
 * bulla_cli_load_profile: (skip)
 * @name: (nullable): a name or a file; %NULL for the default
 * @changed: whether to apply --set and --check-validity
 * @error: set if the profile cannot be loaded, or an option is invalid
 *
 * --caa and --dnssec always apply.
 *
 * Returns: (transfer full) (nullable): the profile with the changes of the options
 */
BullaProfile *
bulla_cli_load_profile (const char *name, gboolean changed, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_auto (GStrv) settings = changed ? dup_settings (options) : NULL;

  return bulla_profile_load_with (name, options->caa, options->dnssec,
                                  (const char *const *)settings, error);
}

/**
 * bulla_cli_new_loader_for: (skip)
 * @profile: the rules
 * @trust: the roots and logs, shared with other loaders
 * @error: set if an option is invalid
 *
 * Returns: (transfer full): a loader for the calling thread
 */
BullaLoader *
bulla_cli_new_loader_for (BullaProfile *profile, BullaTrust *trust, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);

  if (options->ledger != NULL && !follow_ledger (loader, error))
    return NULL;
  bulla_loader_set_offline (loader, options->offline);
  int64_t at = -1;
  if (options->at != NULL && !bulla_cli_parse_time ("at", options->at, &at, error))
    return NULL;
  bulla_loader_set_time (loader, at);
  if (!set_request_headers (loader, error))
    return NULL;
  for (int i = 0; options->resolve != NULL && options->resolve[i] != NULL; i++)
    if (!bulla_loader_add_resolve (loader, options->resolve[i], error))
      return NULL;
  if (!bulla_loader_set_dns (loader, (const char *const *)options->resolvers, options->trust_anchor,
                             (const char *const *)options->caa_evidence, bulla_cli_store_folder,
                             error))
    return NULL;
  return g_steal_pointer (&loader);
}

/**
 * bulla_cli_new_loader: (skip)
 * @trust: the roots and logs, shared with other loaders
 * @error: set if an option is invalid
 *
 * Returns: (transfer full): a loader for the calling thread, with the profile of the options
 */
BullaLoader *
bulla_cli_new_loader (BullaTrust *trust, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_cli_load_profile (bulla_cli_loader_options.profile, TRUE, error);

  return profile != NULL ? bulla_cli_new_loader_for (profile, trust, error) : NULL;
}

/**
 * bulla_cli_check_timeout: (skip)
 * @seconds: the value of --timeout
 * @error: a #BULLA_CLI_ERROR if it is not more than 0 and at most 3600
 *
 * Returns: whether it is valid
 */
gboolean
bulla_cli_check_timeout (double seconds, GError **error)
{
  if (seconds > 0 && seconds <= TIMEOUT_MAX)
    return TRUE;
  bulla_cli_usage_error (error, _ ("--timeout takes a number of seconds, from above 0 to %d"),
                         TIMEOUT_MAX); /* also if it is not a number */
  return FALSE;
}

/**
 * bulla_cli_find_deadline: (skip)
 * @deadline: (out): g_get_monotonic_time() at which all network waits of the command end; the same
 *   at each call, in any thread
 * @error: a #BULLA_CLI_ERROR if --timeout is not more than 0 and at most 3600 seconds
 *
 * Returns: whether --timeout is valid
 */
gboolean
bulla_cli_find_deadline (gint64 *deadline, GError **error)
{
  static gint64 begun = 0; /* the time of --timeout begins at the first call */
  static gsize has_begun = 0;
  double timeout = bulla_cli_loader_options.timeout;

  if (!bulla_cli_check_timeout (timeout, error))
    return FALSE;
  if (g_once_init_enter (&has_begun)) {
    begun = g_get_monotonic_time ();
    g_once_init_leave (&has_begun, 1);
  }
  *deadline = begun + (gint64)(timeout * G_USEC_PER_SEC);
  return TRUE;
}

/**
 * bulla_cli_new_timed_loader_for: (skip)
 * @profile: the rules
 * @trust: the roots and logs, shared with other loaders
 * @error: set if an option is invalid
 *
 * As bulla_cli_new_loader_for(), for verbs with --timeout.
 *
 * Returns: (transfer full): a loader whose network waits end at bulla_cli_find_deadline()
 */
BullaLoader *
bulla_cli_new_timed_loader_for (BullaProfile *profile, BullaTrust *trust, GError **error)
{
  gint64 deadline = 0;

  if (!bulla_cli_find_deadline (&deadline, error))
    return NULL;
  BullaLoader *loader = bulla_cli_new_loader_for (profile, trust, error);
  if (loader != NULL)
    bulla_loader_set_deadline (loader, deadline);
  return loader;
}

/**
 * bulla_cli_new_timed_loader: (skip)
 * @trust: the roots and logs, shared with other loaders
 * @error: set if an option is invalid
 *
 * As bulla_cli_new_loader(), for verbs with --timeout.
 *
 * Returns: (transfer full): a loader whose network waits end at bulla_cli_find_deadline()
 */
BullaLoader *
bulla_cli_new_timed_loader (BullaTrust *trust, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_cli_load_profile (bulla_cli_loader_options.profile, TRUE, error);

  return profile != NULL ? bulla_cli_new_timed_loader_for (profile, trust, error) : NULL;
}
