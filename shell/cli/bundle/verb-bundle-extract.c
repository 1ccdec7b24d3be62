/* verb-bundle-extract.c - bulla bundle extract: takes a bundle apart into a folder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-bundle.h"
#include "bulla-cli-decode-body.h"
#include "bulla-cli-loader.h"
#include "bulla-cli.h"
#include "bulla-cli-extract-path.h"
#include "bulla-cli-files.h"
#include "bulla-cli-folder.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define SYNOPSIS N_ ("FILE|URL DIR")
#define HEADERS_SUFFIX ".headers"

static gboolean option_force, option_headers, option_raw, option_verbose;
static char **option_urls;
static char *option_base_url;

static const GOptionEntry OPTIONS[] = {
    {"url", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &option_urls,
     N_ ("Extract only this URL; a final “*” matches any rest; may be repeated"), N_ ("URL")},
    {"headers", 0, 0, G_OPTION_ARG_NONE, &option_headers,
     N_ ("Write the status and headers of each response into NAME.headers beside it"), NULL},
    {"raw", 0, 0, G_OPTION_ARG_NONE, &option_raw,
     N_ ("Write bodies as they are stored, without decoding their Content-Encoding"), NULL},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace existing files"), NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &option_verbose, N_ ("List each URL with its file"),
     NULL},
    {"base-url", 0, 0, G_OPTION_ARG_STRING, &option_base_url,
     N_ ("Resolve relative URLs in the bundle against this URL"), N_ ("URL")},
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_SEND_HEADER_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla bundle extract site.wbn site", N_ ("Extract everything:")},
    {"bulla bundle extract --url 'https://example.com/images/*' site.wbn site",
     N_ ("Extract some URLs:")},
    {"bulla bundle extract --headers --force site.wbn site",
     N_ ("Extract again, with the headers of each response:")},
    {NULL},
};

/* a response and the path it is extracted to */
typedef struct {
  guint resource, variant;
  char *path; /* owned */
} Item;

static void
item_free (gpointer data)
{
  Item *self = data;

  g_free (self->path);
  g_free (self);
}

/* The first response of a URL gets its path; further ones get a number. */
static void
add_item (GPtrArray *items, const char *url, guint resource, guint variant)
{
  g_autofree char *path = bulla_cli_path_for_url (url);
  Item *item = g_new0 (Item, 1);

  item->resource = resource;
  item->variant = variant;
  item->path = variant == 0 ? g_steal_pointer (&path) : g_strdup_printf ("%s~%u", path, variant);
  g_ptr_array_add (items, item);
}

static GPtrArray *
plan (BullaCliBundle *bundle)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (item_free);
  g_autoptr (BullaCliPaths) paths = bulla_cli_paths_new ();

  for (guint i = 0; i < bulla_bundle_get_n_resources (bundle->bundle); i++) {
    g_autofree char *url = bulla_bundle_dup_url (bundle->bundle, i);
    for (guint j = 0; j < bulla_bundle_get_n_variants (bundle->bundle, i); j++)
      if (bulla_cli_is_wanted (option_urls, url))
        add_item (items, url, i, j);
  }
  for (guint i = 0; i < items->len; i++)
    bulla_cli_paths_add_folders (paths, ((Item *)items->pdata[i])->path);
  for (guint i = 0; i < items->len; i++) {
    Item *item = items->pdata[i];
    g_autofree char *identity = g_strdup_printf ("%u %u", item->resource, item->variant);
    char *path =
        bulla_cli_paths_take (paths, item->path, option_headers ? HEADERS_SUFFIX : NULL, identity);
    g_free (item->path);
    item->path = path;
  }
  return items;
}

/* Nothing is written if a file would have to be replaced. */
static gboolean
check_absent (BullaCliFolder *folder, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len && !option_force; i++) {
    const char *path = ((Item *)items->pdata[i])->path;
    g_autofree char *headers = g_strconcat (path, HEADERS_SUFFIX, NULL);
    gboolean has = bulla_cli_folder_has (folder, path);
    if (has || (option_headers && bulla_cli_folder_has (folder, headers))) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _ ("“%s” already exists; use --force to replace it"), has ? path : headers);
      return FALSE;
    }
  }
  return TRUE;
}

static GInputStream *
new_headers (const BullaCliResponse *response)
{
  const BullaFacts *facts = bulla_cli_response_get_facts (response);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, ":status: %03u\n", facts->status);
  for (guint i = 0; i < facts->n_headers; i++)
    g_string_append_printf (text, "%s: %s\n", facts->header[i].name, facts->header[i].value);
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);
  return g_memory_input_stream_new_from_bytes (bytes);
}

/* Reports a body that was not decoded, or has more than what was. */
static void
report_undecoded (BullaCliBundle *bundle, const BullaCliResponse *response, const char *coding,
                  BullaCliDecoding decoding)
{
  g_autofree char *label = bulla_cli_bundle_dup_label (bundle, response);
  g_autofree char *shown = bulla_printable_dup (coding);

  bulla_cli_print_error (
      decoding == BULLA_CLI_UNSUPPORTED
          ? _ ("bulla: %s: the Content-Encoding %s is not one that Bulla decodes; the body is "
               "written as it is\n")
      : decoding == BULLA_CLI_DECODED_REST
          ? _ ("bulla: %s: bytes follow the end of the Content-Encoding %s; they are not "
               "written\n")
          : _ ("bulla: %s: the body cannot be decoded as its Content-Encoding, %s, says; it is "
               "written as it is\n"),
      label, shown);
}

/* Returns: (transfer full) (nullable): a stream of the body, decoded unless --raw is given or its
 * header is wrong */
static GInputStream *
open_body (BullaCliBundle *bundle, const Item *item, BullaCliResponse *response, GError **error)
{
  g_autofree char *coding = NULL;
  g_autoptr (GBytes) decoded = NULL;
  BullaCliDecoding decoding =
      option_raw ? BULLA_CLI_NOT_CODED
                 : bulla_cli_decode_body (response->load, &coding, &decoded, error);

  if (decoding == BULLA_CLI_BODY_FAILED)
    return NULL;
  if (decoding != BULLA_CLI_NOT_CODED && decoding != BULLA_CLI_DECODED)
    report_undecoded (bundle, response, coding, decoding);
  if (decoded != NULL)
    return g_memory_input_stream_new_from_bytes (decoded);
  if (decoding == BULLA_CLI_UNDECODABLE) {
    bulla_cli_response_clear (response); /* its body was read */
    if (!bulla_cli_bundle_load (bundle, item->resource, item->variant, response, error))
      return NULL;
  }
  GInputStream *body = bulla_load_get_body (response->load);
  return body != NULL ? g_object_ref (body) : g_memory_input_stream_new ();
}

static gboolean
write_response (BullaCliBundle *bundle, BullaCliFolder *folder, const Item *item,
                BullaCliResponse *response, GError **error)
{
  g_autoptr (GInputStream) body = open_body (bundle, item, response, error);

  if (body == NULL || !bulla_cli_folder_write (folder, item->path, body, error))
    return FALSE;
  if (!option_headers)
    return TRUE;
  g_autoptr (GInputStream) headers = new_headers (response);
  g_autofree char *path = g_strconcat (item->path, HEADERS_SUFFIX, NULL);
  return bulla_cli_folder_write (folder, path, headers, error);
}

static void
say_refused (BullaCliBundle *bundle, const BullaCliResponse *response, BullaReason reason)
{
  g_autofree char *label = bulla_cli_bundle_dup_label (bundle, response);

  bulla_cli_print_error (_ ("bulla: %s: refused: %s\n"), label, bulla_reason_get_nick (reason));
}

/* Says whether the response is a redirect or a 304, which has no content to extract. */
static gboolean
has_no_content (const BullaCliResponse *response)
{
  const BullaFacts *facts = bulla_cli_response_get_facts (response);

  return facts->status / 100 == 3 && facts->response.payload_length == 0;
}

/* Names a response of which nothing is written. */
static void
report_empty (BullaCliBundle *bundle, const BullaCliResponse *response)
{
  g_autofree char *label = bulla_cli_bundle_dup_label (bundle, response);

  bulla_cli_print_error (
      _ ("bulla: %s: not written: status %u without content; --headers writes it\n"), label,
      bulla_cli_response_get_facts (response)->status);
}

/* Extracts one response. A failure is reported, and extraction continues. */
static BullaCliExit
extract_one (BullaCliBundle *bundle, BullaCliFolder *folder, const Item *item, guint *n,
             GError **error)
{
  g_auto (BullaCliResponse) response = {0};
  g_autoptr (GError) failure = NULL;

  if (!bulla_cli_bundle_load (bundle, item->resource, item->variant, &response, error))
    return BULLA_EXIT_FAILED;
  if (response.load == NULL)
    return BULLA_EXIT_FINE;
  BullaReason fault = bulla_cli_response_get_fault (&response);
  if (fault == BULLA_REASON_NONE && has_no_content (&response) && !option_headers) {
    report_empty (bundle, &response);
    return BULLA_EXIT_FINE;
  }
  if (fault == BULLA_REASON_NONE && write_response (bundle, folder, item, &response, &failure)) {
    *n += 1;
    if (option_verbose) {
      g_autofree char *label = bulla_cli_bundle_dup_label (bundle, &response);
      bulla_cli_print ("%s  %s\n", item->path, label);
    }
    return BULLA_EXIT_FINE;
  }
  if (failure != NULL && failure->domain != BULLA_FAULT) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  say_refused (bundle, &response, failure != NULL ? (BullaReason)failure->code : fault);
  return BULLA_EXIT_JUDGED;
}

static BullaCliExit
extract_all (BullaCliBundle *bundle, BullaCliFolder *folder, const char *name, GError **error)
{
  BullaCliExit worst = bundle->n_odd > 0 ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
  guint n = 0;
  g_autoptr (GPtrArray) items = plan (bundle);

  if (items->len == 0 && option_urls != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("no URL in the bundle matches"));
    return BULLA_EXIT_FAILED;
  }
  if (!check_absent (folder, items, error))
    return BULLA_EXIT_FAILED;
  for (guint i = 0; i < items->len; i++) {
    BullaCliExit exit = extract_one (bundle, folder, items->pdata[i], &n, error);
    if (exit == BULLA_EXIT_FAILED)
      return exit;
    worst = MAX (worst, exit);
  }
  g_autofree char *shown = bulla_printable_dup (name);
  bulla_cli_print (ngettext ("Wrote %u response into %s\n", "Wrote %u responses into %s\n", n), n,
                   shown);
  return worst;
}

static BullaCliExit
run_extract (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FAILED;

  if (!bulla_cli_require_arguments (arguments, 2, SYNOPSIS, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliBundle) bundle =
      bulla_cli_bundle_open (arguments[0], option_base_url, &exit, error);
  if (bundle == NULL)
    return exit;
  g_autoptr (BullaCliFolder) folder = bulla_cli_folder_new (arguments[1], option_force, error);
  if (folder == NULL)
    return BULLA_EXIT_FAILED;
  return extract_all (bundle, folder, arguments[1], error);
}

const BullaVerb bulla_verb_bundle_extract = {
    .name = "extract",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Extract a bundle into a folder"),
    .description = N_ (
        "https://example.com/a/b?q is written to example.com/a/b?q, the URL of a folder to "
        "index.html in that folder, and a relative URL to its path. Nothing is written outside of "
        "the folder, and symbolic links in it are not followed. If a file exists already, nothing "
        "is written unless --force is given. If two URLs lead to the same path, a hash is added to "
        "the names; a name that is too long is cut short, with a hash. Further responses of a URL "
        "in the older format are numbered. Redirects and responses with status 304 have no "
        "content: they are named, and only written with --headers. If two entries of the index are "
        "one URL, the first one is used, and this is said.\n\n"
        "Bodies with the Content-Encoding gzip, deflate or br, or up to three of them, are "
        "decoded, up to 256 MiB; one that "
        "cannot be decoded is written as it is, and named. --raw decodes nothing.\n\n"
        "A signed body is verified while it is written. A malformed response is refused, and the "
        "others are still written. URLs that cannot be used are named and left out.\n\n"
        "Exit status: 0 if everything was written, 1 if a response or a URL was refused, 2 if the "
        "command "
        "failed."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_extract,
};
