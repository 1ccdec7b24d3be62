/* verb-verify.c - bulla verify: judges whether packages may represent their origins
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-judge.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-nel.h"
#include "bulla-cli-store.h"
#include "bulla-cli-write.h"
#include "bulla-cli.h"
#include "bulla-exchange-log.h"
#include "bulla-load-internal.h"
#include "bulla-loader-clients.h"

static gboolean option_explain, option_json, option_quiet, option_report, option_remember;
static char *option_require;
static char *option_client;
static BullaCliJudgeOptions judge_options;

static const GOptionEntry OPTIONS[] = {
    BULLA_CLI_JUDGE_ENTRIES,
    {"chain", 'c', 0, G_OPTION_ARG_FILENAME, &judge_options.chain,
     N_ ("Use this certificate chain instead of fetching one"), N_ ("CBOR")},
    {"url", 'u', 0, G_OPTION_ARG_STRING, &judge_options.url,
     N_ ("Judge files as if they had been delivered from this URL"), N_ ("URL")},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &judge_options.headers,
     N_ ("Judge files as if they had been delivered with this header"), N_ ("“NAME: VALUE”")},
    {"request-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &judge_options.request_headers,
     N_ ("Judge the request as if it had this header"), N_ ("“NAME: VALUE”")},
    {"client", 0, 0, G_OPTION_ARG_STRING, &option_client,
     N_ ("Judge the request of this client (see bulla clients list)"), N_ ("NAME|FILE")},
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_SEND_HEADER_ENTRY,
    BULLA_CLI_OFFLINE_ENTRY,
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_DNS_ENTRIES,
    BULLA_CLI_VALIDITY_ENTRY,
    {"refreshed", 0, 0, G_OPTION_ARG_FILENAME, &judge_options.refreshed,
     N_ ("Write the exchange with its newer signature to this file, if there is one"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &judge_options.force,
     N_ ("Let --refreshed replace an existing file"), NULL},
    BULLA_CLI_LEDGER_ENTRY,
    BULLA_CLI_STORE_ENTRY,
    {"remember", 0, 0, G_OPTION_ARG_NONE, &option_remember,
     N_ ("Note accepted exchanges in the history and in the transparency log"), NULL},
    {"explain", 'e', 0, G_OPTION_ARG_NONE, &option_explain,
     N_ ("Show every rule, and explain the reason"), NULL},
    {"report", 0, 0, G_OPTION_ARG_NONE, &option_report,
     N_ ("Show the report that the deliverer would receive"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"require", 0, 0, G_OPTION_ARG_STRING, &option_require,
     N_ ("Exit with 1 unless every package has this outcome: substitute"), N_ ("OUTCOME")},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla verify page.sxg", N_ ("Fetch the chain, and trust the system's roots:")},
    {"bulla verify --offline --trust root.pem --ct-logs logs.json --chain chain.cbor page.sxg",
     N_ ("Use no network, and trust one root:")},
    {"bulla verify --profile chromium --at 2026-11-23T10:00:00Z --json packages/",
     N_ ("Show Chromium's verdict on each package of a folder, at a given time:")},
    {"bulla verify --request-header 'Accept-Language: fr' page.sxg",
     N_ ("Check whether the package matches a request for French:")},
    {"bulla verify --client webkitgtk-2.50 news.fr.sxg",
     N_ ("Check whether a French reader with WebKitGTK gets this variant:")},
    {"bulla verify --explain site.wbn",
     N_ ("Show who signed which resources of a bundle, and until when:")},
    {"bulla verify --url https://example.com/app/site.wbn site.wbn",
     N_ ("Judge a bundle as if it had been delivered from a URL:")},
    {"bulla verify --check-validity blocking --refreshed fresh.sxg page.sxg",
     N_ ("Ask the publisher whether the page is current, and keep a newer signature:")},
    {"bulla verify --require substitute dist/",
     N_ ("Let a build fail unless every package can be shown in its publisher's origin:")},
    {"bulla verify --report https://aggregator.example/page.sxg",
     N_ ("Show what the aggregator would learn from reports:")},
    {NULL},
};

/* Appends whether the local transparency log has this version of an exchange. */
static void
append_log (const BullaCliReport *report, GString *text)
{
  BullaLoad *load = report->load;
  const char *integrity = load != NULL ? bulla_load_get_header_integrity (load) : NULL;
  gint64 n = 0, time = -1;
  g_autoptr (GError) error = NULL;

  if (judge_options.store == NULL || integrity == NULL || bulla_load_get_url (load) == NULL)
    return;
  if (!bulla_exchange_log_find (judge_options.store, bulla_load_get_url (load), integrity, &n,
                                &time, &error)) {
    g_string_append_printf (text, _ ("  the local log could not be read: %s\n"), error->message);
    return;
  }
  g_autofree char *since =
      n > 0 ? bulla_cli_format_time (time, g_get_real_time () / G_USEC_PER_SEC) : NULL;
  if (n > 0)
    g_string_append_printf (text, _ ("  in the local log as entry %lu, since %s\n"), (gulong)n,
                            since);
  else
    g_string_append (text, _ ("  not in the local log: this version was not accepted before\n"));
}

/* Returns: (transfer full) (nullable): what is printed; NULL with --quiet */
static char *
render (const BullaCliReport *report)
{
  if (option_quiet)
    return NULL;
  if (!option_json) {
    g_autofree char *told = bulla_cli_report_to_text (report, option_explain);
    g_autoptr (GString) text = g_string_new (told);
    if (option_explain)
      append_log (report, text);
    if (option_report)
      bulla_cli_report_append_nel (report, text);
    return g_string_free (g_steal_pointer (&text), FALSE);
  }
  g_autoptr (JsonNode) node = bulla_cli_report_to_json (report);
  if (option_report)
    json_object_set_member (json_node_get_object (node), "report",
                            bulla_cli_report_nel_to_json (report));
  g_autofree char *line = json_to_string (node, FALSE);
  return g_strconcat (line, "\n", NULL);
}

/* One file has room for one exchange. */
static gboolean
check_refreshed (char **arguments, GError **error)
{
  if (arguments[1] != NULL || g_file_test (arguments[0], G_FILE_TEST_IS_DIR)) {
    bulla_cli_usage_error (error, _ ("--refreshed writes one package; name exactly one"));
    return FALSE;
  }
  return bulla_cli_check_output (judge_options.refreshed, judge_options.force, error);
}

static BullaCliExit
run_verify (char **arguments, GError **error)
{
  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a URL"));
    return BULLA_EXIT_FAILED;
  }
  if (judge_options.refreshed != NULL && !check_refreshed (arguments, error))
    return BULLA_EXIT_FAILED;
  if (option_require != NULL && !g_str_equal (option_require, "substitute")) {
    bulla_cli_usage_error (error, _ ("--require takes “substitute”, not “%s”"), option_require);
    return BULLA_EXIT_FAILED;
  }
  judge_options.substitute = option_require != NULL;
  judge_options.must_find = TRUE;
  judge_options.quiet = option_quiet;
  judge_options.summary = !option_quiet;
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  if (trust == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaStore) store =
      option_remember ? bulla_cli_open_store (BULLA_STORE_CREATE | BULLA_STORE_CHECK, error)
                      : bulla_cli_open_store_to_read ();
  if (option_remember && store == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaClient) client =
      option_client != NULL ? bulla_client_load (option_client, error) : NULL;
  if (option_client != NULL && client == NULL)
    return BULLA_EXIT_FAILED;
  judge_options.client = client;
  judge_options.store = store;
  judge_options.remember = option_remember ? store : NULL;
  return bulla_cli_judge_all (arguments, trust, &judge_options, render, error);
}

const BullaVerb bulla_verb_verify = {
    .name = "verify",
    .synopsis = N_ ("FILE|URL…"),
    .summary = N_ ("Judge whether packages can be shown in their publishers' origins"),
    .description = N_ (
        "Every rule is checked, and the first failed rule decides. Files are judged as if served "
        "with the right media type and nosniff, unless --header says otherwise. The judged request "
        "is a navigation to the exchange's own URL, without cookies, in American English, unless "
        "--client or --request-header says otherwise. --client judges the navigation of a class of "
        "clients, or its request for a part of a page if the exchange is not a document; "
        "--request-header replaces single fields of it. “-” is standard input. Folders are "
        "searched recursively; files that are not packages are skipped. After several packages, "
        "standard error names those that failed and counts all of them; --quiet prints neither.\n\n"
        "Every response of a web bundle is read to its end. If a response is malformed, the bundle "
        "is refused; if a signature fails verification, its reason is shown. A bundle at the end "
        "of another file is found if the file is named on the command line. --url sets the URL of "
        "the bundle: the base of its relative URLs, and its scope.\n\n"
        "--report shows the report that a browser with this profile would send to the deliverer of "
        "an exchange, according to the NEL and Report-To headers of its response, and what the "
        "report would leave out; nothing is sent. A response without a policy is judged as if its "
        "policy requested all reports.\n\n"
        "--check-validity asks the publisher, at the validity URL of the signature, whether the "
        "package is current: “blocking” judges after the answer, “parallel” judges at once and "
        "shows the answer beside the verdict. The publisher learns that somebody has the package. "
        "No answer never changes a verdict; what an answer without signatures does is the "
        "profile's trust.validity-empty.\n\n"
        "Exit status: 0 if every package can be shown in its publisher's origin or is a bundle "
        "without faults; 1 if a package cannot, even if only its certificate chain or the list of "
        "transparency logs is missing, and with --require substitute also if nobody vouches for a "
        "bundle; 2 if no packages were found, or a file, a URL or an argument could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_verify,
};
