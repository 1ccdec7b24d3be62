/* verb-verify.c - bulla verify: judges whether packages may represent their origins
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-judge.h"
#include "bulla-cli-lint.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-nel.h"
#include "bulla-cli-results.h"
#include "bulla-cli-store.h"
#include "bulla-cli-write.h"
#include "bulla-cli.h"
#include "bulla-exchange-log.h"
#include "bulla-load-internal.h"
#include "bulla-loader-clients.h"

static gboolean option_explain, option_json, option_full, option_quiet, option_report;
static gboolean option_remember;
static char *option_junit, *option_sarif;
static char *option_require;
static char *option_client;
static char *option_lint;
static BullaCliJudgeOptions judge_options;

static const GOptionEntry OPTIONS[] = {
    BULLA_CLI_JUDGE_ENTRIES,
    BULLA_CLI_DELIVERY_ENTRIES (judge_options),
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
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json,
     N_ ("Print one short JSON object per line; --json=full adds every rule and response"), NULL},
    {"json-full", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_full,
     N_ ("The same as --json=full"), NULL},
    {"junit", 0, 0, G_OPTION_ARG_FILENAME, &option_junit,
     N_ ("Write the results to this file as JUnit XML; “-” prints them"), N_ ("FILE")},
    {"sarif", 0, 0, G_OPTION_ARG_FILENAME, &option_sarif,
     N_ ("Write what is wrong to this file as SARIF; “-” prints it"), N_ ("FILE")},
    {"require", 0, 0, G_OPTION_ARG_STRING, &option_require,
     N_ ("Exit with 1 unless every package has this outcome: substitute"), N_ ("OUTCOME")},
    {"lint", 0, 0, G_OPTION_ARG_STRING, &option_lint,
     N_ ("Also check the requirements of a distributor: google-cache"), N_ ("DISTRIBUTOR")},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla verify page.sxg", N_ ("Fetch the chain, and trust the system’s roots:")},
    {"bulla verify --offline --trust root.pem --ct-logs logs.json --chain chain.cbor page.sxg",
     N_ ("Use no network, and trust one root:")},
    {"bulla verify --profile chromium --at 2026-11-23T10:00:00Z --json packages/",
     N_ ("Show Chromium’s verdict on each package of a folder, at a given time:")},
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
     N_ ("Let a build fail unless every package can be shown in its publisher’s origin:")},
    {"bulla verify --quiet --junit results.xml dist/",
     N_ ("Write results that continuous integration shows:")},
    {"bulla verify --lint google-cache page.sxg",
     N_ ("Check what Google’s cache requires beyond the specifications:")},
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

static gboolean
is_stdout (const char *path)
{
  return g_strcmp0 (path, "-") == 0;
}

/* Returns: (transfer full) (nullable): what is printed; NULL with --quiet, and where results in
 * another format are printed */
static char *
render (const BullaCliReport *report)
{
  if (option_quiet || is_stdout (option_junit) || is_stdout (option_sarif))
    return NULL;
  if (!option_json && !option_full) {
    g_autofree char *told = bulla_cli_report_to_text (report, option_explain);
    g_autoptr (GString) text = g_string_new (told);
    if (option_explain)
      append_log (report, text);
    if (option_report)
      bulla_cli_report_append_nel (report, text);
    return g_string_free (g_steal_pointer (&text), FALSE);
  }
  if (!option_full && !option_report)
    return bulla_cli_report_to_compact_json (report);
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

/* Judges all packages, and writes the results in the formats of other tools. */
static BullaCliExit
judge_and_write (char **arguments, BullaTrust *trust, GError **error)
{
  g_autoptr (BullaCliResults) results = bulla_cli_results_new ();
  g_autoptr (GError) failure = NULL;

  if (option_junit != NULL || option_sarif != NULL) {
    judge_options.take_result = bulla_cli_results_add;
    judge_options.take_data = results;
  }
  BullaCliExit exit = bulla_cli_judge_all (arguments, trust, &judge_options, render, &failure);
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  return bulla_cli_results_write (results, option_junit, option_sarif, error) ? exit
                                                                              : BULLA_EXIT_FAILED;
}

static BullaCliExit
run_verify (char **arguments, GError **error)
{
  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a URL"));
    return BULLA_EXIT_FAILED;
  }
  if (option_lint != NULL && !bulla_cli_lint_is_known (option_lint)) {
    bulla_cli_usage_error (error, _ ("--%s cannot be “%s”"), "lint", option_lint);
    return BULLA_EXIT_FAILED;
  }
  if (is_stdout (option_junit) && is_stdout (option_sarif)) {
    bulla_cli_usage_error (error, _ ("--junit and --sarif cannot both write to standard output"));
    return BULLA_EXIT_FAILED;
  }
  if ((option_json || option_full) && (is_stdout (option_junit) || is_stdout (option_sarif))) {
    bulla_cli_usage_error (error, _ ("--json cannot be combined with “--junit -” or “--sarif -”, "
                                     "which write to standard output, too"));
    return BULLA_EXIT_FAILED;
  }
  judge_options.lint = option_lint != NULL;
  if (judge_options.refreshed != NULL && !check_refreshed (arguments, error))
    return BULLA_EXIT_FAILED;
  if (option_require != NULL && !g_str_equal (option_require, "substitute")) {
    bulla_cli_usage_error (error, _ ("--require takes “substitute”, not “%s”"), option_require);
    return BULLA_EXIT_FAILED;
  }
  judge_options.substitute = option_require != NULL;
  judge_options.quiet = option_quiet;
  judge_options.summary = !option_quiet;
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  if (trust == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaStore) store = NULL;
  if (option_remember)
    store = bulla_cli_open_store (BULLA_STORE_CREATE | BULLA_STORE_CHECK, error);
  if (option_remember ? store == NULL : !bulla_cli_open_store_to_read (&store, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaClient) client =
      option_client != NULL ? bulla_client_load (option_client, error) : NULL;
  if (option_client != NULL && client == NULL)
    return BULLA_EXIT_FAILED;
  judge_options.client = client;
  judge_options.store = store;
  judge_options.remember = option_remember ? store : NULL;
  return judge_and_write (arguments, trust, error);
}

const BullaVerb bulla_verb_verify = {
    .name = "verify",
    .synopsis = N_ ("FILE|URL…"),
    .summary = N_ ("Judge whether packages can be shown in their publishers’ origins"),
    .description = N_ (
        "Every rule is checked, and the first failed rule decides. Files are judged as if served "
        "with the right media type and nosniff, unless --header says otherwise. The judged request "
        "is a navigation to the exchange’s own URL, without cookies, in American English, unless "
        "--client or --request-header says otherwise. --client judges the navigation of a class of "
        "clients, or its request for a part of a page if the exchange is not a document; "
        "--request-header replaces single fields of it. “-” is standard input. Folders are "
        "searched recursively; files that are not packages are skipped. A file with a certificate "
        "chain is judged without an exchange; of certificates in PEM, the OCSP response and the "
        "timestamps are not judged. After several packages, standard error names those that failed "
        "and counts all of them; --quiet prints neither.\n\n"
        "Every response of a web bundle is read to its end. If a response is malformed, the bundle "
        "is refused; if a signature fails verification, its reason is shown. A bundle at the end "
        "of another file is found if the file is named on the command line. --url sets the URL of "
        "the bundle: the base of its relative URLs, and its scope.\n\n"
        "--lint also checks the requirements of a distributor. The failed ones are shown below the "
        "verdict, and the exit status is 1.\n\n"
        "--report shows the report that a browser with this profile would send to the deliverer of "
        "an exchange, according to the NEL and Report-To headers of its response, and what the "
        "report would leave out; nothing is sent. A response without a policy is judged as if its "
        "policy requested all reports.\n\n"
        "--json prints one object per package, with its outcome, its reason and the failed rule; "
        "--json=full prints every rule, every response of a bundle, and what is known about the "
        "certificate.\n\n"
        "--check-validity asks the publisher, at the validity URL of the signature, whether the "
        "package is current: “blocking” judges after the answer, “parallel” judges at once and "
        "shows the answer beside the verdict. The publisher learns that somebody has the package. "
        "If the publisher does not answer, the verdict stays the same; the setting "
        "trust.validity-empty decides what an answer without signatures does.\n\n"
        "Exit status: 0 if every package can be shown in its publisher’s origin or is a bundle "
        "without faults; 1 if a package cannot, even if only its certificate chain or the list of "
        "transparency logs is missing, and with --require substitute also if nobody vouches for a "
        "bundle; 2 if no packages were found, or a file, a URL or an argument could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_verify,
};
