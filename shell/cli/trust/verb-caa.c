/* verb-caa.c - bulla caa: judges whether today's CAA records permit a certificate and exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust.h"
#include "bulla-dns-name.h"
#include "bulla-printable.h"

static char **option_issuers;
static gboolean option_wildcard, option_json, option_quiet;
static BullaCliCaaOptions options;
static char **option_evidence;

static const GOptionEntry OPTIONS[] = {
    {"issuer", 'i', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_issuers,
     N_ ("Ask about this authority: its CAA domain, or a file with a certificate or a chain"),
     N_ ("DOMAIN|PEM|CBOR")},
    {"wildcard", 'w', 0, G_OPTION_ARG_NONE, &option_wildcard, N_ ("Ask about *.HOST"), NULL},
    {"records", 0, 0, G_OPTION_ARG_FILENAME, &options.records,
     N_ ("Take the records from this file, and use no network"), N_ ("FILE")},
    {"resolver", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.resolvers,
     N_ ("Ask this DNS resolver, or “recursive” to ask from the root"), N_ ("ADDRESS[@PORT]")},
    {"trust-anchor", 0, 0, G_OPTION_ARG_FILENAME, &options.trust_anchor,
     N_ ("Start DNSSEC at the DS or DNSKEY records in this file"), N_ ("FILE")},
    {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
     N_ ("Judge signatures as of this time: Unix seconds or ISO 8601 (default: now)"), N_ ("TIME")},
    {"save", 0, 0, G_OPTION_ARG_FILENAME, &options.save,
     N_ ("Keep the answers, their signatures and proofs in this file"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace the file of --save"), NULL},
    {"evidence", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_evidence,
     N_ ("Judge answers kept with --save, and use no network"), N_ ("FILE")},
    {"offline", 0, 0, G_OPTION_ARG_NONE, &options.offline, N_ ("Do not use the network"), NULL},
    BULLA_CLI_TIMEOUT_ENTRY,
    {"ledger", 0, 0, G_OPTION_ARG_FILENAME, &options.ledger,
     N_ ("Write every contact to this file, as JSON lines"), N_ ("FILE")},
    BULLA_CLI_STORE_ENTRY,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla caa www.example.com", N_ ("Ask whether any authority may issue for exchanges:")},
    {"bulla caa www.example.com --issuer digicert.com", N_ ("Ask about one authority:")},
    {"bulla caa --issuer chain.cbor", N_ ("Ask about the issuer of a chain, for all its names:")},
    {"bulla caa --issuer chain.cbor --save page.caa",
     N_ ("Keep what DNS said, with signatures and proofs:")},
    {"bulla caa --issuer chain.cbor --evidence page.caa --at 2026-11-29T12:00:00Z",
     N_ ("Judge it again later, without a network, as of a given time:")},
    {"dig +noall +answer example.com CAA | bulla caa example.com --records -",
     N_ ("Judge records at hand:")},
    {NULL},
};

void
bulla_cli_caa_question_free (BullaCliCaaQuestion *self)
{
  g_clear_pointer (&self->climb, bulla_caa_climb_unref);
  g_free (self->typed);
  g_free (self->host);
  g_free (self);
}

static void
free_question (gpointer data)
{
  bulla_cli_caa_question_free (data);
}

static BullaCliCaaQuestion *
new_question (const char *typed)
{
  BullaCliCaaQuestion *self = g_new0 (BullaCliCaaQuestion, 1);
  gboolean has_star = FALSE;

  self->typed = g_strdup (typed);
  self->host = bulla_dns_name_dup_host (typed, &has_star);
  self->wildcard = has_star || option_wildcard;
  return self;
}

/* Returns: (transfer full) (nullable): one question for each host; without hosts, one for each
 * name of the leaf certificates of --issuer */
static GPtrArray *
make_questions (char **hosts, const BullaCliCaaIssuer *issuer, GError **error)
{
  g_autoptr (GPtrArray) questions = g_ptr_array_new_with_free_func (free_question);

  if (hosts[0] == NULL)
    hosts = issuer->hosts;
  for (size_t i = 0; hosts[i] != NULL; i++)
    g_ptr_array_add (questions, new_question (hosts[i]));
  if (questions->len > 0)
    return g_steal_pointer (&questions);
  bulla_cli_usage_error (error, _ ("no host given; name one, or use --issuer with a certificate "
                                   "that has names"));
  return NULL;
}

static void
print_json (const BullaCliCaa *told)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  bulla_cli_caa_add_to_json (told, builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

/* Prints that nothing is known, because the text is not a host name and was not looked up. */
static BullaCliExit
refuse_host (const BullaCliCaaQuestion *question, BullaCliCaa *told)
{
  g_autoptr (BullaCaaClimb) none = bulla_caa_climb_new ("", question->wildcard);
  g_autofree char *error = g_strdup_printf (
      _ ("“%s” is not the name of a host; write it as in www.example.com"), question->typed);

  told->climb = none;
  told->error = error;
  told->judgement = (BullaCaaJudgement){.dnssec = BULLA_DNSSEC_NO_ANSWER};
  if (option_json && !option_quiet)
    print_json (told);
  g_autofree char *printable = bulla_printable_dup (error);
  bulla_cli_print_error ("bulla caa: %s\n", printable);
  return BULLA_EXIT_FAILED;
}

static BullaCliExit
report (const BullaCliCaaQuestion *question, const BullaCliCaaIssuer *issuer, JsonNode *evidence)
{
  BullaCliCaa told = {
      .host = question->typed,
      .climb = question->climb,
      .any_issuer = issuer->any,
      .domains = (const char *const *)issuer->domains,
      .issuer_name = issuer->name,
      .matched_by = issuer->matched_by,
      .evidence = evidence,
  };

  if (question->host == NULL)
    return refuse_host (question, &told);
  bulla_caa_judge (&told.judgement, question->climb,
                   issuer->any ? NULL : (const char *const *)issuer->domains);
  g_autofree char *error = bulla_cli_caa_dup_error (&told);
  told.error = error;
  if (!option_quiet)
    (option_json ? print_json : bulla_cli_caa_print_text) (&told);
  return told.judgement.exchanges == BULLA_CAA_PERMITTED ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
}

/* Takes the file of --evidence: the answers of several could contradict each other. */
static gboolean
take_evidence (GError **error)
{
  if (option_evidence == NULL)
    return TRUE;
  options.evidence = option_evidence[0];
  if (option_evidence[1] == NULL)
    return TRUE;
  bulla_cli_usage_error (error, _ ("--evidence names one file; judge each in a run of its own"));
  return FALSE;
}

static BullaCliExit
run_caa (char **arguments, GError **error)
{
  if (!take_evidence (error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliCaaIssuer) issuer = bulla_cli_caa_issuer_new (option_issuers, error);
  g_autoptr (GPtrArray) questions =
      issuer != NULL ? make_questions (arguments, issuer, error) : NULL;
  g_autoptr (BullaCliCaaSource) source =
      questions != NULL ? bulla_cli_caa_source_new (&options, error) : NULL;
  gboolean interrupted = FALSE;

  if (source == NULL)
    return BULLA_EXIT_FAILED;
  if (!bulla_cli_caa_source_answer (source, questions, &interrupted, error))
    return interrupted ? BULLA_EXIT_INTERRUPTED : BULLA_EXIT_FAILED;
  if (!bulla_cli_caa_source_save (source, error))
    return BULLA_EXIT_FAILED;
  BullaCliExit exit = BULLA_EXIT_FINE;
  for (guint i = 0; i < questions->len; i++) {
    if (i > 0 && !option_json && !option_quiet)
      bulla_cli_print ("\n");
    const BullaCliCaaQuestion *question = g_ptr_array_index (questions, i);
    g_autoptr (JsonNode) evidence = bulla_cli_caa_source_dup_evidence (source, question->climb);
    BullaCliExit one = report (question, issuer, evidence);
    exit = MAX (exit, one);
  }
  return exit;
}

const BullaVerb bulla_verb_caa = {
    .name = "caa",
    .synopsis = N_ ("HOST…"),
    .summary = N_ ("Ask DNS whether an authority may issue for a host, and for exchanges"),
    .description = N_ (
        "CAA records name the authorities that may issue certificates for a host, and say with "
        "cansignhttpexchanges=yes that such a certificate may sign exchanges. The host is asked "
        "first, then each name above it, until one has CAA records; DNSSEC protects the answers. "
        "Names may be written in Unicode; *.example.com asks about the wildcard. Without a host, "
        "all names of the certificate of --issuer are asked about.\n\n"
        "--issuer takes the domain by which CAA records name an authority, or a file with a "
        "certificate: that of an authority stands for itself, every other one for its issuer, and "
        "bulla issuers list shows by which domains Bulla knows it. Without --issuer the question "
        "is whether any authority may.\n\n"
        "A file of --records has a record in each line, as dig prints it: NAME CAA 0 issue "
        "\"ca.example\", NAME CNAME NAME; NAME NXDOMAIN, NAME SERVFAIL and NAME BOGUS give the "
        "result of a query. Its records count as secure.\n\n"
        "CAA records bind authorities at the time of issuance. A negative answer means that "
        "today’s DNS does not back an issuance; the records may have changed since.\n\n"
        "Exit status: 0 if exchanges are permitted for all hosts; 1 if they are forbidden or not "
        "known for some; 2 if a host, a file or an argument could not be used."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_caa,
};
