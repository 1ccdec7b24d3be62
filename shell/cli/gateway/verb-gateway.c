/* verb-gateway.c - bulla gateway: serves substituted pages to curl or to another browser
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bulla-cli-curl-config.h"
#include "bulla-cli-event-lines.h"
#include "bulla-cli-explain-gateway.h"
#include "bulla-cli-files.h"
#include "bulla-cli-kept-authority.h"
#include "bulla-cli-launch.h"
#include "bulla-cli-live-page.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-descriptor-limit.h"
#include "bulla-exchange-recorder.h"
#include "bulla-gateway-internal.h"
#include "bulla-loader-clients.h"
#include "bulla-loader-internal.h"

static char *option_listen;
static char *option_authority;
static char *option_config;
static char *option_kept;
static char *option_launch;
static char *option_ledger;
static char *option_client;
static char **option_allow_private;
static double option_timeout; /* seconds; 0: the times of the profile count */

/* Reads --timeout, which never becomes 0. */
static gboolean
take_timeout (const char *name, const char *value, gpointer data, GError **error)
{
  double seconds = 0;

  bulla_cli_parse_number (name, value, &seconds, NULL);
  option_timeout = seconds;
  return bulla_cli_check_timeout (seconds, error);
}

static const GOptionEntry OPTIONS[] = {
    {"launch", 0, 0, G_OPTION_ARG_FILENAME, &option_launch,
     N_ ("Start this browser with a profile of its own, for which alone the gateway works: "
         "firefox, "
         "chromium, or the path of one"),
     N_ ("BROWSER")},
    {"listen", 'l', 0, G_OPTION_ARG_STRING, &option_listen,
     N_ ("Listen on this address (default: 127.0.0.1, a free port)"), N_ ("ADDRESS:PORT")},
    {"export-authority", 0, 0, G_OPTION_ARG_FILENAME, &option_authority,
     N_ ("Write the certificate that clients must trust to this file"), N_ ("PEM")},
    {"keep-authority", 0, 0, G_OPTION_ARG_FILENAME, &option_kept,
     N_ ("Use the authority in this file, with its private key, so that clients have to trust it "
         "only once; create the file if it does not exist"),
     N_ ("FILE")},
    {"config", 0, 0, G_OPTION_ARG_FILENAME, &option_config,
     N_ ("Write a curl configuration with the password to this file, and do not print the "
         "password"),
     N_ ("FILE")},
    {"allow-private", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_allow_private,
     N_ ("Allow public pages to reach this host, even though its address is private"), N_ ("HOST")},
    {"client", 0, 0, G_OPTION_ARG_STRING, &option_client,
     N_ ("Ask for the parts of prefetched pages as this client (default: webkitgtk-2.50)"),
     N_ ("NAME|FILE")},
    {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &option_ledger,
     N_ ("Append one JSON object per contact to this file"), N_ ("FILE")},
    BULLA_CLI_STORE_ENTRY,
    BULLA_CLI_JUDGE_ENTRIES,
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_DNS_ENTRIES,
    BULLA_CLI_VALIDITY_ENTRY,
    {"timeout", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer)take_timeout,
     N_ ("End each question about a package (for its certificate chain, for CAA records, to its "
         "publisher) after this time (default: as the profile says)"),
     N_ ("SECONDS")},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla gateway --launch firefox https://example.com/",
     N_ ("Firefox with substituted pages, until it is closed:")},
    {"bulla gateway --launch chromium -- --incognito https://example.com/",
     N_ ("Chromium, with an option of its own:")},
    {"bulla gateway --listen 127.0.0.1:8080 --export-authority authority.pem",
     N_ ("For a browser that trusts authority.pem:")},
    {"bulla gateway --keep-authority ~/.config/bulla-authority.pem",
     N_ ("For a browser that trusts the authority in that file already:")},
    {"bulla gateway --config curl.conf", N_ ("For scripts that run curl --config curl.conf:")},
    {"bulla gateway --trust root.pem --ct-logs logs.json --resolve publisher.example:443:127.0.0.1",
     N_ ("With a test authority and a publisher on this computer:")},
    {"bulla gateway --caa require --timeout 3",
     N_ ("To go on without a package whose certificate or DNS server is slow:")},
    {NULL},
};

static GSocketAddress *
parse_listen (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) place =
      g_network_address_parse (text != NULL ? text : "127.0.0.1:0", 0, error);

  if (place == NULL)
    return NULL;
  GNetworkAddress *name = G_NETWORK_ADDRESS (place);
  const char *host = g_network_address_get_hostname (name);
  GSocketAddress *address = g_inet_socket_address_new_from_string (
      g_str_equal (host, "localhost") ? "127.0.0.1" : host, g_network_address_get_port (name));
  if (address == NULL)
    bulla_cli_usage_error (error, _ ("“%s” is not ADDRESS:PORT"), text);
  return address;
}

/* --- events, one line each */

static void
decided_cb (BullaGateway *gateway, const char *view, BullaLoad *load, BullaCliEventLines *lines)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  const char *url = bulla_load_get_url (load);
  const char *reason = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));

  bulla_cli_event_lines_add (lines, "%-10s %s%s%s",
                             bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)),
                             url != NULL ? url : bulla_outer_get_url (bulla_load_get_outer (load)),
                             reason != NULL ? "  " : "", reason != NULL ? reason : "");
}

static void
served_cb (BullaGateway *gateway, const char *view, BullaLoad *load, BullaCliEventLines *lines)
{
  bulla_cli_event_lines_add (lines, "%-10s %s", "serve", bulla_load_get_url (load));
}

static void
bundle_decided_cb (BullaGateway *gateway, const char *view, BullaBundle *bundle,
                   BullaCliEventLines *lines)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);
  const char *primary = bulla_bundle_get_primary_url (bundle);
  const char *url = bulla_outer_get_url (bulla_bundle_get_outer (bundle));
  const char *reason = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));

  bulla_cli_event_lines_add (
      lines, "%-10s %s%s%s", bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)),
      primary != NULL ? primary : url, reason != NULL ? "  " : "", reason != NULL ? reason : "");
}

static void
fell_back_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *url,
              BullaVerdict *verdict, gboolean frame, BullaCliEventLines *lines)
{
  gboolean on_request = bulla_verdict_is_on_request (verdict);
  g_autofree char *why = on_request ? bulla_verdict_dup_why (verdict) : NULL;

  if (!on_request) /* the verdict on the package was printed before */
    bulla_cli_event_lines_add (lines, "%-10s %s", "network", url);
  else
    bulla_cli_event_lines_add (lines, "%-10s %s  %s%s%s", "network", url,
                               bulla_reason_get_nick (bulla_verdict_get_reason (verdict)),
                               why != NULL ? ": " : "", why != NULL ? why : "");
}

static void
refused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
            const char *message, BullaVerdict *verdict, BullaCliEventLines *lines)
{
  gboolean on_request = verdict != NULL && bulla_verdict_is_on_request (verdict);

  if (load == NULL || on_request) /* with a load, the verdict was printed before */
    bulla_cli_event_lines_add (lines, "%-10s %s  %s", "refuse", url, message);
}

static void
unused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
           const char *message, BullaCliEventLines *lines)
{
  bulla_cli_event_lines_add (lines, "%-10s %s  %s", "unused", url, message);
}

static void
truncated_cb (BullaGateway *gateway, const char *view, BullaLoad *load, const char *message,
              BullaCliEventLines *lines)
{
  bulla_cli_event_lines_add (lines, "%-10s %s  %s", "truncated", bulla_load_get_url (load),
                             message);
}

static void
report_cb (BullaGateway *gateway, const char *view, const char *collector, const char *text,
           const char *fate, BullaCliEventLines *lines)
{
  bulla_cli_event_lines_add (lines, "%-10s %s %s  %s", "report", fate,
                             collector != NULL ? collector : "-", text);
}

static void
listen_to (BullaGateway *gateway, BullaCliEventLines *lines)
{
  g_signal_connect (gateway, "load-decided", G_CALLBACK (decided_cb), lines);
  g_signal_connect (gateway, "served", G_CALLBACK (served_cb), lines);
  g_signal_connect (gateway, "bundle-decided", G_CALLBACK (bundle_decided_cb), lines);
  g_signal_connect (gateway, "resource-served", G_CALLBACK (served_cb), lines);
  g_signal_connect (gateway, "fell-back", G_CALLBACK (fell_back_cb), lines);
  g_signal_connect (gateway, "refused", G_CALLBACK (refused_cb), lines);
  g_signal_connect (gateway, "unused", G_CALLBACK (unused_cb), lines);
  g_signal_connect (gateway, "truncated", G_CALLBACK (truncated_cb), lines);
  g_signal_connect (gateway, "report", G_CALLBACK (report_cb), lines);
}

/* --- the store */

typedef struct {
  BullaExchangeRecorder *recorder; /* owned */
  BullaLoader *loader;             /* borrowed; provides the clock */
} Memory;

static void
remember_load_cb (BullaGateway *gateway, const char *view, BullaLoad *load, Memory *memory)
{
  bulla_exchange_recorder_note_load (memory->recorder, load,
                                     bulla_loader_get_time (memory->loader));
}

static void
remember_refused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
                     const char *message, BullaVerdict *verdict, Memory *memory)
{
  bulla_exchange_recorder_note_refused (memory->recorder, load,
                                        bulla_loader_get_time (memory->loader));
}

static void
remember_live_cb (BullaGateway *gateway, const char *view, const char *url, gint64 date,
                  const char *validator, gboolean frame, Memory *memory)
{
  bulla_exchange_recorder_note_live (memory->recorder, url, date, validator,
                                     bulla_loader_get_time (memory->loader));
}

static void
print_notice (const char *message, gpointer user_data)
{
  bulla_cli_print_error ("bulla gateway: %s\n", message);
}

/* Opens the store. The gateway also works without one, but not if entries in it cannot be read.
 * Returns: FALSE with @error set if it cannot work */
static gboolean
begin_to_remember (Memory *memory, BullaGateway *gateway, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaStore) store =
      bulla_cli_open_store (BULLA_STORE_CREATE | BULLA_STORE_CHECK, &failure);

  if (store == NULL && bulla_store_error_hides_entries (failure)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (store == NULL) {
    print_notice (failure->message, NULL);
    return TRUE;
  }
  memory->recorder = bulla_exchange_recorder_new (store, print_notice, NULL);
  bulla_loader_set_store (memory->loader, store);
  g_signal_connect (gateway, "load-decided", G_CALLBACK (remember_load_cb), memory);
  g_signal_connect (gateway, "served", G_CALLBACK (remember_load_cb), memory);
  g_signal_connect (gateway, "resource-served", G_CALLBACK (remember_load_cb), memory);
  g_signal_connect (gateway, "refused", G_CALLBACK (remember_refused_cb), memory);
  g_signal_connect (gateway, "live", G_CALLBACK (remember_live_cb), memory);
  return TRUE;
}

static void
end_to_remember (Memory *memory, BullaGateway *gateway)
{
  if (memory->recorder == NULL)
    return;
  g_signal_handlers_disconnect_by_data (gateway, memory);
  bulla_exchange_recorder_free (memory->recorder);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP};

/* Starts the browser, or writes the files that another client needs. */
static gboolean
begin_to_serve (BullaGateway *gateway, const char *token, BullaCliLaunch *launch,
                BullaCliGatewayFiles *files, GMainLoop *loop, GError **error)
{
  g_autofree char *proxy = bulla_gateway_dup_proxy_uri (gateway, token);
  g_autofree char *pem = NULL;

  if (launch != NULL) {
    if (!bulla_cli_launch_start (launch, gateway, token, loop, error))
      return FALSE;
    bulla_cli_explain_limits ();
    return TRUE;
  }
  files->config = g_strdup (option_config);
  files->authority = g_strdup (option_authority);
  g_object_get (bulla_gateway_get_authority (gateway), "certificate-pem", &pem, NULL);
  if (!bulla_cli_gateway_files_write (files, proxy, pem, error))
    return FALSE;
  bulla_cli_explain_gateway (proxy, files, option_config == NULL, option_kept != NULL);
  return TRUE;
}

/* @launch: (nullable): the browser to serve */
static BullaCliExit
serve (BullaGateway *gateway, BullaLedger *ledger, BullaCliLaunch *launch, GError **error)
{
  BullaCliGatewayFiles files = {0};
  g_autofree char *token =
      bulla_gateway_add_session (gateway, NULL, BULLA_GATEWAY_ONE_VIEW | BULLA_GATEWAY_EXPLAIN);
  BullaCliLivePage *page = bulla_cli_live_page_new (gateway, ledger, token);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint sources[G_N_ELEMENTS (ENDING)];

  /* before files are written: a signal that arrives now ends the loop when it starts */
  for (size_t i = 0; i < G_N_ELEMENTS (ENDING); i++)
    sources[i] = g_unix_signal_add (ENDING[i], quit_cb, loop);
  gboolean fine = begin_to_serve (gateway, token, launch, &files, loop, error);
  if (fine) {
    g_autoptr (BullaCliEventLines) lines = bulla_cli_event_lines_new (STDOUT_FILENO);
    listen_to (gateway, lines);
    g_main_loop_run (loop);
    g_signal_handlers_disconnect_by_data (gateway, lines);
    fine = launch == NULL || bulla_cli_launch_end (launch, error);
  }
  for (size_t i = 0; i < G_N_ELEMENTS (ENDING); i++)
    g_source_remove (sources[i]);
  bulla_cli_gateway_files_remove (&files);
  bulla_cli_live_page_free (page);
  bulla_gateway_remove_session (gateway, token);
  bulla_ledger_close (ledger);
  return fine ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

/* Says whether both are names of one file, which may not exist yet. */
static gboolean
is_same_file (const char *a, const char *b)
{
  g_autofree char *one = g_canonicalize_filename (a, NULL);
  g_autofree char *other = g_canonicalize_filename (b, NULL);
  GStatBuf first, second;

  if (g_stat (one, &first) == 0 && g_stat (other, &second) == 0)
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  return strcmp (one, other) == 0;
}

static gboolean
check_usage (char **arguments, GError **error)
{
  if (option_launch == NULL && arguments[0] != NULL)
    bulla_cli_usage_error (
        error, _ ("unexpected argument “%s”: without --launch, a gateway takes only options"),
        arguments[0]);
  else if (option_launch != NULL
           && (option_config != NULL || option_authority != NULL || option_kept != NULL))
    bulla_cli_usage_error (
        error, _ ("--launch cannot be used with --config, --export-authority or --keep-authority: "
                  "only the browser can use that gateway"));
  else if (option_kept != NULL && option_authority != NULL
           && is_same_file (option_kept, option_authority))
    bulla_cli_usage_error (error, _ ("--export-authority and --keep-authority name the same file: "
                                     "the certificate would replace the key"));
  else
    return TRUE;
  return FALSE;
}

static BullaCliExit
run_gateway (char **arguments, GError **error)
{
  g_autoptr (BullaCliLaunch) launch = NULL;

  if (!check_usage (arguments, error)
      || (option_launch != NULL
          && (launch = bulla_cli_launch_new (option_launch, arguments, error)) == NULL))
    return BULLA_EXIT_FAILED;
  bulla_descriptors_raise_limit ();
  g_autoptr (GSocketAddress) address = parse_listen (option_listen, error);
  g_autoptr (BullaTrust) trust = address != NULL ? bulla_cli_new_trust (error) : NULL;
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_loader (trust, error) : NULL;
  g_autoptr (BullaGateway) gateway = loader != NULL ? bulla_gateway_new (loader, error) : NULL;
  if (gateway == NULL
      || (option_kept != NULL && !bulla_cli_keep_authority (gateway, option_kept, error))
      || !bulla_gateway_listen (gateway, address, error)
      || (option_ledger != NULL
          && !bulla_ledger_follow_file (bulla_loader_get_ledger (loader), option_ledger, FALSE,
                                        error)))
    return BULLA_EXIT_FAILED;
  for (guint i = 0; option_allow_private != NULL && option_allow_private[i] != NULL; i++)
    bulla_gateway_allow_private (gateway, option_allow_private[i]);

  g_autoptr (BullaClient) client =
      bulla_client_load (option_client != NULL ? option_client : BULLA_CLIENT_OF_SHELL, error);
  if (client == NULL)
    return BULLA_EXIT_FAILED;
  bulla_gateway_set_client (gateway, client);
  if (option_timeout > 0)
    bulla_loader_set_question_time (loader, (guint)MAX (option_timeout * 1000, 1));
  bulla_loader_follow_files (
      loader, bulla_trust_files_new (bulla_cli_store_folder,
                                     bulla_cli_loader_options.ct_logs == NULL, print_notice, NULL));
  Memory memory = {.loader = loader};
  if (!begin_to_remember (&memory, gateway, error))
    return BULLA_EXIT_FAILED;
  BullaCliExit exit = serve (gateway, bulla_loader_get_ledger (loader), launch, error);
  end_to_remember (&memory, gateway);
  return exit;
}

const BullaVerb bulla_verb_gateway = {
    .name = "gateway",
    .synopsis = N_ ("[ARGUMENT…]"),
    .summary = N_ ("Serve substituted pages to curl or another browser"),
    .description =
        N_ ("A forward proxy on this computer. It terminates the client’s TLS with certificates of "
            "an authority that is created at start and kept in memory, unless --keep-authority "
            "names a file, and verifies every server itself. A signed exchange in the response to "
            "a navigation is judged. If it can be shown in its publisher’s origin, the gateway "
            "redirects the client to the publisher’s address and serves the page there without "
            "contacting the publisher.\n\n"
            "Anyone who has the password can use the gateway; it listens on 127.0.0.1 unless "
            "--listen says otherwise. Give the password to programs in files or when they ask for "
            "it, not in their arguments, which other accounts on this computer can read. A refused "
            "request is answered with status 502 and the reason. Pages of public hosts cannot "
            "reach private addresses through the gateway.\n\n"
            "With --launch, only the browser that the gateway starts can use it, and no password "
            "exists: the kernel tells from which process a connection comes. Arguments, behind -- "
            "if they begin with a hyphen, are passed to the browser. Its profile is temporary, and "
            "trusts the gateway’s certificates; for Firefox that needs certutil. The gateway ends "
            "with the browser, with status 0, or 2 if the browser could not be started or failed. "
            "It ends the browser at Ctrl+C, SIGTERM or SIGHUP, with status 0, and also if it is "
            "killed. The profile is removed in all cases.\n\n"
            "In a browser that uses the gateway, https://bulla.internal/ shows live what the "
            "gateway decided and why, and who was contacted.\n\n"
            "The gateway remembers in the store which versions of pages it met (bulla history) and "
            "which exchanges it accepted (bulla log)."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_gateway,
};
