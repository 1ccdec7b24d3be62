/* verb-verify.c - bulla verify: may these packages speak for their origin?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-judge.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-nel.h"

static gboolean option_explain, option_json, option_report;
static BullaCliJudgeOptions judge_options;

static const GOptionEntry OPTIONS[] = {
    BULLA_CLI_JUDGE_ENTRIES,
    {"chain", 'c', 0, G_OPTION_ARG_FILENAME, &judge_options.chain,
     N_ ("Use this certificate chain instead of fetching one"), N_ ("CBOR")},
    {"url", 'u', 0, G_OPTION_ARG_STRING, &judge_options.url,
     N_ ("Judge files as if they had come from here"), N_ ("URL")},
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &judge_options.headers,
     N_ ("Judge files as if they had come with this header"), N_ ("“NAME: VALUE”")},
    {"request-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &judge_options.request_headers,
     N_ ("Judge the request as if it had this header"), N_ ("“NAME: VALUE”")},
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_OFFLINE_ENTRY,
    {"explain", 'e', 0, G_OPTION_ARG_NONE, &option_explain,
     N_ ("Show every rule, and what the reason means"), NULL},
    {"report", 0, 0, G_OPTION_ARG_NONE, &option_report,
     N_ ("Show the report that its deliverer would get"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object a line"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla verify page.sxg", N_ ("Fetch the chain, trust the system's roots:")},
    {"bulla verify --offline --trust root.pem --ct-logs logs.json --chain chain.cbor page.sxg",
     N_ ("Without the network, trusting one root:")},
    {"bulla verify --profile chromium --at 2026-11-23T10:00:00Z --json packages/",
     N_ ("What would Chromium have said to each package of a folder?")},
    {"bulla verify --request-header 'Accept-Language: fr' page.sxg",
     N_ ("Would it answer somebody who reads French?")},
    {"bulla verify --explain site.wbn", N_ ("Who vouches for what in a bundle, and until when?")},
    {"bulla verify --url https://example.com/app/site.wbn site.wbn",
     N_ ("How would it be judged if it came from there?")},
    {"bulla verify --report https://aggregator.example/page.sxg",
     N_ ("What would the aggregator learn from reports?")},
    {NULL},
};

static char *
render (const BullaCliReport *report)
{
  if (!option_json) {
    g_autofree char *told = bulla_cli_report_to_text (report, option_explain);
    g_autoptr (GString) text = g_string_new (told);
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

static BullaCliExit
run_verify (char **arguments, GError **error)
{
  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("name a file or a URL"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  if (trust == NULL)
    return BULLA_EXIT_FAILED;
  return bulla_cli_judge_all (arguments, trust, &judge_options, render, error);
}

const BullaVerb bulla_verb_verify = {
    .name = "verify",
    .synopsis = N_ ("FILE|URL…"),
    .summary = N_ ("Judge packages: may they speak for their origin?"),
    .description =
        N_ ("Every rule is asked, and the first broken one decides. A file counts as served with "
            "the right media type and nosniff unless --header says otherwise. The request that is "
            "judged is a navigation to the exchange's own URL, without cookies, in American "
            "English, unless --request-header says otherwise. “-” is standard input. Folders are "
            "walked; files in them that are not packages are skipped.\n\n"
            "Of a web bundle every response is read to its end. One that is malformed has the "
            "bundle refused; a signature that does not hold is the reason that is told. A bundle "
            "that is named is found at the end of another file too. --url is where it is judged "
            "as coming from: the base of its relative URLs, and its scope.\n\n"
            "--report shows what a browser with this profile would tell the deliverer of an "
            "exchange, by the NEL and Report-To headers of its response, and what it would leave "
            "out; nothing is sent. A response without a policy is shown under one that asks for "
            "everything.\n\n"
            "Exit status: 0 if every package may be substituted, or is a bundle without faults; 1 "
            "if some package may not, also because its certificate chain or the list of "
            "transparency logs is missing; 2 if a file, a URL or an argument could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_verify,
};
