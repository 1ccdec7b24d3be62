/* verb-bundle-list.c - bulla bundle list: lists the responses of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-bundle.h"
#include "bulla-cli-loader.h"
#include "bulla-cli.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-coding-check.h"
#include "bulla-printable.h"

#define PIECE_SIZE 65536
#define DECODED_MAX (G_GUINT64_CONSTANT (1) << 30) /* bytes of all bodies together */
#define SYNOPSIS N_ ("FILE|URL")

static gboolean option_json, option_long;
static char *option_base_url;

static const GOptionEntry OPTIONS[] = {
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"long", 'l', 0, G_OPTION_ARG_NONE, &option_long,
     N_ ("Show the byte range and media type of each response, and the subset that signs it"),
     NULL},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("Resolve relative URLs in the bundle against this URL"), N_ ("URL")},
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_SEND_HEADER_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla bundle list site.wbn", N_ ("List the status, size and address of each response:")},
    {"bulla bundle list --long site.wbn", N_ ("List more about each response:")},
    {"bulla bundle list --json site.wbn | jq -r .url", N_ ("List only the addresses:")},
    {NULL},
};

static void
print_json (BullaCliBundle *bundle, const BullaCliResponse *response, const BullaFacts *facts,
            BullaReason fault)
{
  const BullaHeader *type = bulla_facts_find_header (facts, "content-type");
  guint n_variants = bulla_bundle_get_n_variants (bundle->bundle, response->resource);
  gint subset = bulla_bundle_get_subset (bundle->bundle, response->resource);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", response->url);
  if (n_variants > 1) {
    bulla_cli_json_number (builder, "variant", response->variant);
    bulla_cli_json_number (builder, "variants", n_variants);
  }
  bulla_cli_json_number (builder, "offset", facts->response.range.offset);
  bulla_cli_json_number (builder, "length", facts->response.range.length);
  bulla_cli_json_time (builder, "status", facts->status != 0 ? (gint64)facts->status : -1);
  bulla_cli_json_string (builder, "content_type", type != NULL ? type->value : NULL);
  bulla_cli_json_number (builder, "payload_length", facts->response.payload_length);
  bulla_cli_json_time (builder, "subset", subset);
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (fault));
  if (bulla_bundle_is_passed_over (bundle->bundle, response->resource)) {
    json_builder_set_member_name (builder, "passed_over");
    json_builder_add_boolean_value (builder, TRUE);
  }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_long (BullaCliBundle *bundle, const BullaCliResponse *response, const BullaFacts *facts)
{
  const BullaHeader *type = bulla_facts_find_header (facts, "content-type");
  g_autofree char *shown = bulla_printable_dup (type != NULL ? type->value : "-");
  gint subset = bulla_bundle_get_subset (bundle->bundle, response->resource);
  g_autofree char *vouched = subset >= 0 ? g_strdup_printf ("%d", subset) : g_strdup ("-");

  bulla_cli_print ("%10" G_GUINT64_FORMAT "+%-10" G_GUINT64_FORMAT " %3s  %-30s ",
                   facts->response.range.offset, facts->response.range.length, vouched, shown);
}

/* Reads a body whose header names a content coding. @left: bytes that may still be decoded.
 * Returns: FALSE with @error set if it could not be read */
static gboolean
check_coding (const BullaCliResponse *response, guint64 *left, BullaReason *fault, GError **error)
{
  g_autoptr (BullaCodingCheck) check = bulla_coding_check_new (response->load, left);
  GInputStream *body = check != NULL ? bulla_load_get_body (response->load) : NULL;
  g_autofree guint8 *piece = body != NULL ? g_malloc (PIECE_SIZE) : NULL;
  g_autoptr (GError) failure = NULL;
  gssize n = body != NULL ? 1 : 0;

  if (body == NULL)
    return TRUE;
  while (n > 0 && (n = g_input_stream_read (body, piece, PIECE_SIZE, NULL, &failure)) > 0)
    bulla_coding_check_push (check, piece, (gsize)n);
  if (n < 0 && failure->domain != BULLA_FAULT) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n < 0) {
    *fault = (BullaReason)failure->code;
    return TRUE;
  }
  bulla_coding_check_end (check);
  if (bulla_verdict_get_reason (bulla_load_get_verdict (response->load))
      == BULLA_REASON_BODY_CODING)
    *fault = BULLA_REASON_BODY_CODING;
  return TRUE;
}

static void
print_status (const BullaFacts *facts)
{
  g_autofree char *status =
      facts->status != 0 ? g_strdup_printf ("%03u", facts->status) : g_strdup ("-");

  bulla_cli_print (option_long ? "%-6s %10" G_GUINT64_FORMAT "  "
                               : "%-3s %10" G_GUINT64_FORMAT "  ",
                   status, facts->response.payload_length);
}

/* @fault: what is wrong with the response */
static void
print_one (BullaCliBundle *bundle, const BullaCliResponse *response, BullaReason fault)
{
  const BullaFacts *facts = bulla_cli_response_get_facts (response);

  if (option_json) {
    print_json (bundle, response, facts, fault);
    return;
  }
  g_autofree char *label = bulla_cli_bundle_dup_label (bundle, response);
  print_status (facts);
  if (option_long)
    print_long (bundle, response, facts);
  bulla_cli_print ("%s%s%s%s\n", label, fault != BULLA_REASON_NONE ? "  " : "",
                   fault != BULLA_REASON_NONE ? bulla_reason_get_nick (fault) : "",
                   bulla_bundle_is_passed_over (bundle->bundle, response->resource)
                       ? _ ("  (passed over)")
                       : "");
}

static void
print_head (BullaCliBundle *bundle)
{
  const char *primary = bulla_bundle_get_primary_url (bundle->bundle);
  const char *manifest = bulla_bundle_get_manifest_url (bundle->bundle);
  guint n = bulla_bundle_get_n_resources (bundle->bundle);
  g_autofree char *shown = primary != NULL ? bulla_printable_dup (primary) : NULL;
  g_autofree char *manifest_shown = manifest != NULL ? bulla_printable_dup (manifest) : NULL;

  bulla_cli_print (ngettext ("bundle %s, %u resource\n", "bundle %s, %u resources\n", n),
                   bulla_bundle_get_version (bundle->bundle), n);
  if (shown != NULL)
    bulla_cli_print (_ ("primary URL %s\n"), shown);
  if (manifest_shown != NULL)
    bulla_cli_print (_ ("manifest %s\n"), manifest_shown);
  if (bulla_bundle_get_web_bundle_id (bundle->bundle) != NULL)
    bulla_cli_print (_ ("web bundle ID %s\n"), bulla_bundle_get_web_bundle_id (bundle->bundle));
  bulla_cli_print ("%-6s %10s  %10s+%-10s %3s  %-30s %s\n", _ ("Status"), _ ("Bytes"), _ ("Offset"),
                   _ ("length"), _ ("Set"), _ ("Type"), _ ("URL"));
}

/* @exit: the status so far. Returns: the exit status */
static BullaCliExit
list_all (BullaCliBundle *bundle, BullaCliExit exit, GError **error)
{
  guint64 left = DECODED_MAX;

  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle->bundle); i++)
    for (guint j = 0; j < bulla_bundle_get_n_variants (bundle->bundle, i); j++) {
      g_auto (BullaCliResponse) response = {0};
      if (!bulla_cli_bundle_load (bundle, i, j, &response, error))
        return BULLA_EXIT_FAILED;
      if (response.load == NULL)
        continue;
      BullaReason fault = bulla_cli_response_get_fault (&response);
      if (fault == BULLA_REASON_NONE && !check_coding (&response, &left, &fault, error))
        return BULLA_EXIT_FAILED;
      print_one (bundle, &response, fault);
      if (fault != BULLA_REASON_NONE)
        exit = BULLA_EXIT_JUDGED;
    }
  return exit;
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FAILED;

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliBundle) bundle =
      bulla_cli_bundle_open (arguments[0], option_base_url, &exit, error);
  if (bundle == NULL)
    return exit;
  exit = bundle->n_odd > 0 ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
  if (option_long && !option_json)
    print_head (bundle);
  else if (!option_json)
    bulla_cli_print_heading ("%s %9s  %s\n", _ ("HTTP"), _ ("Bytes"), _ ("URL"));
  return list_all (bundle, exit, error);
}

const BullaVerb bulla_verb_bundle_list = {
    .name = "list",
    .synopsis = SYNOPSIS,
    .summary = N_ ("List the contents of a bundle"),
    .description =
        N_ ("Each response is listed with its status, the length of its payload in bytes and its "
            "URL; a malformed response, or one whose body is not in its Content-Encoding, with its "
            "reason. URLs that cannot be used, the primary URL among them, are named on standard "
            "error, and left out. Of two entries that are one URL, only the first is used; the "
            "other one is marked. “-” is standard input.\n\n"
            "Exit status: 0 if every response is well-formed, 1 if the bundle or a response is "
            "malformed or a body is not in its Content-Encoding, 2 if the bundle could not be "
            "read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_list,
};
