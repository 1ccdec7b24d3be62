/* verb-ocsp.c - bulla ocsp: is this certificate revoked?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-ocsp-fetch.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust-output.h"
#include "bulla-cli-write.h"
#include "bulla-ocsp-question.h"
#include "bulla-printable.h"
#include "write/bulla-chain-writer.h"

#define MAX_SIZE (16 << 20)

static gboolean option_fetch, option_json, option_quiet, option_force;
static char *option_responder, *option_method, *option_save, *option_output;

static const GOptionEntry OPTIONS[] = {
    {"fetch", 0, 0, G_OPTION_ARG_NONE, &option_fetch,
     N_ ("Ask the responder that the certificate names"), NULL},
    {"responder", 0, 0, G_OPTION_ARG_STRING, &option_responder, N_ ("Ask this responder instead"),
     N_ ("URL")},
    {"method", 0, 0, G_OPTION_ARG_STRING, &option_method,
     N_ ("Send the request with POST or GET (default: post)"), N_ ("post|get")},
    {"save", 0, 0, G_OPTION_ARG_FILENAME, &option_save,
     N_ ("Write the fetched response to this file, as DER"), N_ ("FILE")},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
     N_ ("Write the chain with the fetched response to this file"), N_ ("CBOR")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace existing files"), NULL},
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_LEDGER_ENTRY,
    BULLA_CLI_STORE_ENTRY,
    {"profile", 'p', 0, G_OPTION_ARG_STRING, &bulla_cli_loader_options.profile,
     N_ ("Bound age and lifetime by this profile: a name or a file (default: draft-b3)"),
     N_ ("PROFILE")},
    {"at", 0, 0, G_OPTION_ARG_STRING, &bulla_cli_loader_options.at,
     N_ ("Judge as of this time: Unix seconds or ISO 8601 (default: now)"), N_ ("TIME")},
    BULLA_CLI_TRUST_ENTRIES,
    BULLA_CLI_NETWORK_ENTRIES,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla ocsp chain.cbor", N_ ("Judge the response in a chain:")},
    {"bulla ocsp --fetch --output fresh.cbor chain.cbor",
     N_ ("Ask the responder, and write a chain with its response:")},
    {"bulla ocsp --fetch --method get --save response.der leaf-and-issuer.pem",
     N_ ("Ask with GET about a certificate in PEM, and keep the response:")},
    {NULL},
};

/* what all chains of a command share */
typedef struct {
  BullaLoader *loader;   /* owned */
  BullaTrust *trust;     /* owned */
  BullaProfile *profile; /* borrowed from loader */
  gint64 now;            /* Unix seconds */
  gboolean get;
} Work;

/* one response, or why there is none */
typedef struct {
  const char *file;
  const BullaOcspQuestion *question; /* nullable: the chain could not be read */
  const char *source;                /* nullable */
  const char *responder;             /* nullable */
  GBytes *response;                  /* nullable */
  BullaOcspAnswer answer;
  const char *reason; /* nullable */
  const char *error;  /* nullable */
} Row;

static void
print_json (const Row *row, gint64 now)
{
  const BullaOcspAnswer *answer = &row->answer;
  const BullaOcspQuestion *question = row->question;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 lifetime = answer->next_update >= 0 ? answer->next_update - answer->this_update : -1;

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, row->file);
  bulla_cli_json_string (builder, "source", row->source);
  bulla_cli_json_string (builder, "responder", row->responder);
  bulla_cli_json_string (builder, "subject", question != NULL ? question->subject : NULL);
  bulla_cli_json_string (builder, "issuer", question != NULL ? question->issuer : NULL);
  bulla_cli_json_string (builder, "serial", question != NULL ? question->serial : NULL);
  bulla_cli_json_string (builder, "status", answer->status);
  bulla_cli_json_time (builder, "revoked_at", answer->revoked_at);
  bulla_cli_json_string (builder, "revocation_reason", answer->revocation_reason);
  bulla_cli_json_time (builder, "this_update", answer->this_update);
  bulla_cli_json_time (builder, "next_update", answer->next_update);
  bulla_cli_json_time (builder, "produced_at", answer->produced_at);
  json_builder_set_member_name (builder, "age_s");
  if (answer->has_times)
    json_builder_add_int_value (builder, now - answer->this_update);
  else
    json_builder_add_null_value (builder);
  bulla_cli_json_count (builder, "lifetime_s", answer->has_times ? lifetime : -1);
  bulla_cli_json_boolean (builder, "current", answer->current);
  bulla_cli_json_string (builder, "signer", answer->signer);
  bulla_cli_json_boolean (builder, "signature_valid", answer->signature_valid);
  bulla_cli_json_count (builder, "bytes",
                        row->response != NULL ? (gint64)g_bytes_get_size (row->response) : -1);
  bulla_cli_json_string (builder, "reason", row->reason);
  bulla_cli_json_string (builder, "error", row->error);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static void
print_text (const Row *row)
{
  const BullaOcspAnswer *answer = &row->answer;
  const char *status = answer->status != NULL ? answer->status : _ ("no answer");
  g_autofree char *file = bulla_printable_dup (row->file);
  g_autofree char *subject = bulla_printable_dup (row->question->subject);
  g_autofree char *source =
      bulla_printable_dup (row->responder != NULL ? row->responder : _ ("in the chain"));
  g_autofree char *from = bulla_cli_time_text (answer->this_update);
  g_autofree char *to = bulla_cli_time_text (answer->next_update);
  g_autofree char *revoked = bulla_cli_time_text (answer->revoked_at);

  bulla_cli_print ("%-9s  %s  %s  (%s)\n", status, file, subject, source);
  if (answer->revoked_at >= 0)
    bulla_cli_print (_ ("  revoked at %s: %s\n"), revoked,
                     answer->revocation_reason != NULL ? answer->revocation_reason
                                                       : _ ("no reason given"));
  if (answer->has_times)
    bulla_cli_print (_ ("  from %s until %s\n"), from, to);
  if (row->reason != NULL)
    bulla_cli_print (_ ("  %s (bulla explain %s)\n"), row->reason, row->reason);
}

static void
print_row (const Row *row, gint64 now)
{
  if (row->error != NULL)
    bulla_cli_print_error ("bulla ocsp: %s: %s\n", row->file, row->error);
  if (option_quiet)
    return;
  if (option_json)
    print_json (row, now);
  else if (row->question != NULL)
    print_text (row);
}

static const BullaOcspAnswer NO_ANSWER = {
    .revoked_at = -1, .this_update = -1, .next_update = -1, .produced_at = -1};

/* a response of whatever source; @error: the certificates cannot be read */
static gboolean
judge (Work *work, BullaOcspQuestion *question, Row *row, GError **error)
{
  if (!bulla_ocsp_question_judge (question, row->response, work->profile, work->now, &row->answer,
                                  error))
    return FALSE;
  row->reason = bulla_reason_get_nick (row->answer.reason);
  return TRUE;
}

static gboolean
is_good (const Row *row)
{
  return row->reason == NULL && row->error == NULL && row->response != NULL && row->answer.current;
}

static gboolean
judge_staple (Work *work, const char *file, BullaOcspQuestion *question, gboolean *good,
              GError **error)
{
  Row row = {.file = file, .question = question, .source = "staple", .answer = NO_ANSWER};

  if (question->staple == NULL && option_fetch)
    return TRUE;
  row.response = question->staple;
  if (question->staple == NULL)
    row.reason = bulla_reason_get_nick (BULLA_REASON_CHAIN_OCSP_MISSING);
  else if (!judge (work, question, &row, error))
    return FALSE;
  print_row (&row, work->now);
  *good = is_good (&row);
  return TRUE;
}

/* Writes the response and the chain with it. What is not an OCSP response is not kept, and a
 * response that says nothing of the certificate, or that somebody else signed, is not stapled. */
static gboolean
keep (BullaOcspQuestion *question, const Row *row, GError **error)
{
  const BullaOcspAnswer *answer = &row->answer;

  if (option_save != NULL && answer->reason != BULLA_REASON_OCSP_MALFORMED
      && !bulla_cli_write_bytes (option_save, row->response, option_force, error))
    return FALSE;
  if (option_output == NULL || answer->status == NULL || !answer->signature_valid)
    return TRUE;
  g_autofree char *pem = bulla_ocsp_question_dup_pem (question);
  g_autoptr (GBytes) scts = bulla_ocsp_question_dup_scts (question);
  g_autoptr (GBytes) chain = bulla_chain_write (pem, row->response, scts, error);
  return chain != NULL && bulla_cli_write_bytes (option_output, chain, option_force, error);
}

static gboolean
ask_responder (Work *work, const char *file, BullaOcspQuestion *question, gboolean *good,
               GError **error)
{
  const char *url = option_responder != NULL ? option_responder : question->responder;
  Row row = {.file = file,
             .question = question,
             .source = "responder",
             .responder = url,
             .answer = NO_ANSWER};
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) response = NULL;

  if (question->request == NULL)
    row.error = _ ("the issuer’s certificate is missing; add it to the chain, or name it with "
                   "--trust");
  else if (url == NULL)
    row.error = _ ("the certificate names no OCSP responder; name one with --responder");
  else if ((response =
                bulla_cli_ocsp_fetch (work->loader, url, question->request, work->get, &failure))
           == NULL)
    row.error = failure->message;
  row.response = response;
  work->now = bulla_loader_get_time (work->loader); /* a fresh response begins now */
  if (response != NULL && (!judge (work, question, &row, error) || !keep (question, &row, error)))
    return FALSE;
  print_row (&row, work->now);
  *good = is_good (&row);
  return TRUE;
}

/* FALSE: the chain cannot be read, or a file cannot be written */
static gboolean
do_chain (Work *work, const char *file, gboolean *good, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (file, MAX_SIZE, error);
  g_autoptr (BullaOcspQuestion) question =
      bytes != NULL ? bulla_ocsp_question_new (bytes, work->trust, work->now, error) : NULL;

  return question != NULL && judge_staple (work, file, question, good, error)
         && (!option_fetch || ask_responder (work, file, question, good, error));
}

static gboolean
check_options (char **arguments, gboolean *get, GError **error)
{
  const char *method = option_method != NULL ? option_method : "post";

  *get = g_ascii_strcasecmp (method, "get") == 0;
  if (arguments[0] == NULL)
    bulla_cli_usage_error (error, _ ("no chain given; name a certificate chain or a PEM file"));
  else if (!*get && g_ascii_strcasecmp (method, "post") != 0)
    bulla_cli_usage_error (error, _ ("--%s cannot be “%s”"), "method", method);
  else if (option_responder != NULL && !bulla_cli_is_url (option_responder))
    bulla_cli_usage_error (error, _ ("--responder: “%s” is not an http or https URL"),
                           option_responder);
  else if (!option_fetch && (option_save != NULL || option_output != NULL))
    bulla_cli_usage_error (error, _ ("--save and --output need --fetch"));
  else if (arguments[1] != NULL && (option_save != NULL || option_output != NULL))
    bulla_cli_usage_error (error, _ ("--save and --output take one chain at a time"));
  else
    return (option_save == NULL || bulla_cli_check_output (option_save, option_force, error))
           && (option_output == NULL
               || bulla_cli_check_output (option_output, option_force, error));
  return FALSE;
}

static BullaCliExit
run_all (Work *work, char **arguments)
{
  BullaCliExit worst = BULLA_EXIT_FINE;

  for (guint i = 0; arguments[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    gboolean good = FALSE;
    BullaCliExit code = BULLA_EXIT_FAILED;
    if (do_chain (work, arguments[i], &good, &error)) {
      code = good ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
    } else {
      g_autofree char *prefix = g_strconcat (arguments[i], ": ", NULL);
      const char *message = error->message; /* the row names the file */
      message += g_str_has_prefix (message, prefix) ? strlen (prefix) : 0;
      Row row = {.file = arguments[i], .answer = NO_ANSWER, .error = message};
      print_row (&row, work->now);
    }
    worst = MAX (worst, code);
  }
  return worst;
}

static BullaCliExit
run_ocsp (char **arguments, GError **error)
{
  Work work = {0};

  if (!check_options (arguments, &work.get, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_timed_loader (trust, error) : NULL;
  if (loader == NULL)
    return BULLA_EXIT_FAILED;
  work.loader = loader;
  work.trust = trust;
  work.profile = bulla_loader_get_profile (loader);
  work.now = bulla_loader_get_time (loader);
  BullaCliExit code = run_all (&work, arguments);
  bulla_ledger_close (bulla_loader_get_ledger (loader));
  return code;
}

const BullaVerb bulla_verb_ocsp = {
    .name = "ocsp",
    .synopsis = N_ ("CHAIN…"),
    .summary = N_ ("Check whether certificates are revoked"),
    .description = N_ (
        "CHAIN is what a cert-url serves, or a PEM file with a leaf certificate and its issuer. "
        "Without --fetch, the OCSP response in the chain is judged. With --fetch, the responder "
        "is asked too, without a nonce, so that the response can be put into the chain; it learns "
        "which certificate was asked about.\n\n"
        "Exit status: 0 if the response (with --fetch, the fetched one) says “good”, is current "
        "and satisfies the profile; 1 if the certificate is revoked or unknown, or the response is "
        "stale, absent or could not be fetched; 2 if a chain or an argument could not be read, or "
        "a file not written."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_ocsp,
};
