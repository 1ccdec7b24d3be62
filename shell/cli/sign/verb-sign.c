/* verb-sign.c - bulla sign: signs whole web bundles, or responses in them for their origins
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: bundles.md section 9 */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-key.h"
#include "bulla-cli-next.h"
#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-sign-file.h"
#include "bulla-cli-sign-subsets.h"
#include "bulla-cli-write.h"
#include "bulla-cli.h"
#include "write/bulla-integrity-writer.h"
#include "write/bulla-merkle-writer.h"

#define SYNOPSIS N_ ("BUNDLE")

static char **option_keys;
static char *option_out;
static gboolean option_add;
static char **option_remove;
static gboolean option_replace;
static char *option_id;
static gboolean option_print_id;
static char *option_generate;
static gboolean option_force;
static gboolean option_ignore_errors;
static BullaCliBundleSignOptions option_subset = {.signer.record_size =
                                                      BULLA_MERKLE_RECORD_SIZE_DEFAULT};

static const GOptionEntry OPTIONS[] = {
    {"key", 'k', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_keys,
     N_ ("Sign with this private key, Ed25519 or ECDSA P-256; may be repeated"), N_ ("PEM")},
    BULLA_CLI_PASSPHRASE_ENTRY,
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &option_out,
     N_ ("Write to this file, or “-” for standard output, and leave BUNDLE unchanged"),
     N_ ("FILE")},
    {"add", 0, 0, G_OPTION_ARG_NONE, &option_add, N_ ("Add signatures to the existing ones"), NULL},
    {"remove", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_remove,
     N_ ("Remove the signature of this key, or of the key with this ID; “all” removes every "
         "signature; may be repeated"),
     N_ ("KEY|ID")},
    {"replace", 0, 0, G_OPTION_ARG_NONE, &option_replace,
     N_ ("Discard all existing signatures, and sign again"), NULL},
    {"web-bundle-id", 0, 0, G_OPTION_ARG_STRING, &option_id,
     N_ ("The web bundle ID (default: the ID of the first key)"), N_ ("ID")},
    {"id", 0, 0, G_OPTION_ARG_NONE, &option_print_id,
     N_ ("Print the IDs of private or public keys, and sign nothing"), NULL},
    {"generate", 0, 0, G_OPTION_ARG_STRING, &option_generate,
     N_ ("Generate a key of this kind, ed25519 or p256, write it to FILE, and sign nothing"),
     N_ ("KIND")},
    BULLA_CLI_SUBSET_SIGN_ENTRIES (option_subset, 's', 'c', 0),
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace an existing file"), NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
    {NULL},
};

static BullaCliExit
print_ids (char **arguments, GError **error)
{
  char **lists[] = {option_keys, arguments};
  guint n = 0;

  for (size_t l = 0; l < G_N_ELEMENTS (lists); l++)
    for (size_t i = 0; lists[l] != NULL && lists[l][i] != NULL; i++, n++) {
      g_autoptr (BullaSigningKey) key = bulla_cli_read_key (lists[l][i], FALSE, error);
      if (key == NULL)
        return BULLA_EXIT_FAILED;
      bulla_cli_print ("%s\n", bulla_signing_key_get_web_bundle_id (key));
    }
  if (n > 0)
    return BULLA_EXIT_FINE;
  bulla_cli_usage_error (error, _ ("no key given; name one with --key"));
  return BULLA_EXIT_FAILED;
}

static BullaCliExit
generate (char **arguments, GError **error)
{
  BullaSigningKeyKind kind = BULLA_SIGNING_KEY_ED25519;

  if (!bulla_cli_require_arguments (arguments, 1, N_ ("--generate KIND FILE"), error))
    return BULLA_EXIT_FAILED;
  if (g_ascii_strcasecmp (option_generate, "p256") == 0) {
    kind = BULLA_SIGNING_KEY_P256;
  } else if (g_ascii_strcasecmp (option_generate, "ed25519") != 0) {
    bulla_cli_usage_error (error, _ ("--%s cannot be “%s”"), "generate", option_generate);
    return BULLA_EXIT_FAILED;
  }
  if (!bulla_cli_check_absent (arguments[0], option_force, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaSigningKey) key = bulla_signing_key_generate (kind, error);
  if (key == NULL)
    return BULLA_EXIT_FAILED;
  g_autofree char *pem = bulla_signing_key_dup_pem (key);
  if (!bulla_cli_write_file (arguments[0], pem, strlen (pem), BULLA_CLI_SECRET_MODE, error))
    return BULLA_EXIT_FAILED;
  bulla_cli_print (_ ("web bundle ID: %s\n"), bulla_signing_key_get_web_bundle_id (key));
  return BULLA_EXIT_FINE;
}

/* Returns: (transfer full) (nullable) (element-type BullaSigningKey): each key once */
static GPtrArray *
read_keys (GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (size_t i = 0; option_keys != NULL && option_keys[i] != NULL; i++) {
    g_autoptr (BullaSigningKey) key = bulla_cli_read_key (option_keys[i], TRUE, error);
    if (key == NULL)
      return NULL;
    if (!g_hash_table_add (seen, (char *)bulla_signing_key_get_web_bundle_id (key))) {
      bulla_cli_usage_error (error, _ ("%s: this key is given twice"), option_keys[i]);
      return NULL;
    }
    g_ptr_array_add (keys, g_steal_pointer (&key));
  }
  return g_steal_pointer (&keys);
}

/* Returns: (transfer full) (nullable) (element-type utf8): the IDs of --remove */
static GHashTable *
read_removed (GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (size_t i = 0; option_remove != NULL && option_remove[i] != NULL; i++) {
    if (strcmp (option_remove[i], "all") == 0
        || bulla_web_bundle_id_parse (option_remove[i], NULL, NULL, NULL)) {
      g_hash_table_add (ids, g_strdup (option_remove[i]));
      continue;
    }
    g_autoptr (BullaSigningKey) key = bulla_cli_read_key (option_remove[i], FALSE, error);
    if (key == NULL)
      return NULL;
    g_hash_table_add (ids, g_strdup (bulla_signing_key_get_web_bundle_id (key)));
  }
  return g_steal_pointer (&ids);
}

static gboolean
refuse_signing (const BullaCliSignFile *file, GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s: %s", file->name, why);
  return FALSE;
}

/* Says whether the requested signatures and removals are possible for the file. */
static gboolean
check_state (const BullaCliSignFile *file, GError **error)
{
  gboolean keeps = option_add || option_remove != NULL;

  if (file->start == 0) {
    if (keeps)
      return refuse_signing (
          file, error,
          option_add
              ? _ ("the bundle is not signed, so --add has no signatures to add to; omit --add")
              : _ ("the bundle is not signed, so --remove has no signatures to remove"));
    return TRUE;
  }
  if (option_replace)
    return TRUE;
  if (file->block != NULL && file->block->version == 1)
    return refuse_signing (
        file, error,
        _ ("the integrity block has the obsolete version 1, which browsers refuse; use "
           "--replace to sign with version 2"));
  if (file->block == NULL)
    return refuse_signing (file, error,
                           _ ("the integrity block cannot be read; use --replace to sign again"));
  if (!keeps)
    return refuse_signing (
        file, error,
        _ ("the bundle is already signed; use --add to add a signature, or --replace to "
           "sign again"));
  return TRUE;
}

static GBytes *
span_bytes (BullaSpan span)
{
  return g_bytes_new (span.data, span.length);
}

/* Keeps the signatures that are not removed. Returns FALSE if a signature to remove is missing,
 * or one to add exists. @kept: (out): the IDs of known keys among them */
static gboolean
keep_signatures (const BullaCliSignFile *file, BullaIntegrityWriter *writer, GHashTable *removed,
                 GPtrArray *kept, guint *n_kept, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer wanted;

  *n_kept = 0;
  for (guint i = 0; i < file->block->n_signatures; i++) {
    g_autofree char *id = bulla_cli_sign_file_dup_signer (file, i);
    if (id != NULL && g_hash_table_contains (removed, id)) {
      g_hash_table_add (found, g_steal_pointer (&id));
      continue;
    }
    g_autoptr (GBytes) attributes = span_bytes (file->block->signatures[i].attributes);
    g_autoptr (GBytes) signature = span_bytes (file->block->signatures[i].signature);
    bulla_integrity_writer_keep (writer, attributes, signature);
    *n_kept += 1;
    if (id != NULL)
      g_ptr_array_add (kept, g_steal_pointer (&id));
  }
  g_hash_table_iter_init (&iter, removed);
  while (g_hash_table_iter_next (&iter, &wanted, NULL))
    if (!g_hash_table_contains (found, wanted)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("%s: the bundle has no signature by the key %s"), file->name,
                   (const char *)wanted);
      return FALSE;
    }
  return TRUE;
}

static gboolean
add_keys (const BullaCliSignFile *file, BullaIntegrityWriter *writer, GPtrArray *keys,
          GPtrArray *signers, GError **error)
{
  for (guint i = 0; i < keys->len; i++) {
    BullaSigningKey *key = g_ptr_array_index (keys, i);
    const char *id = bulla_signing_key_get_web_bundle_id (key);
    if (g_ptr_array_find_with_equal_func (signers, id, g_str_equal, NULL)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _ ("%s: the bundle is already signed by the key %s"), file->name, id);
      return FALSE;
    }
    bulla_integrity_writer_add_key (writer, key);
    g_ptr_array_add (signers, g_strdup (id));
  }
  return TRUE;
}

/* the plan derived from the options and the file */
typedef struct {
  const BullaCliSignFile *file; /* borrowed */
  const char *out;              /* borrowed; the file to be written, for messages */
  GBytes *block;                /* owned; new integrity block; NULL to leave the bundle unsigned */
  char *id;                     /* owned */
  GPtrArray *signers;           /* owned; IDs of known keys, in the order of the block */
  guint n_signatures;
} Signing;

static void
signing_clear (Signing *self)
{
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_pointer (&self->signers, g_ptr_array_unref);
  g_free (self->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signing, signing_clear)

static char *
choose_id (const BullaCliSignFile *file, GPtrArray *keys, gboolean keeps)
{
  if (keeps)
    return g_strdup (bulla_cli_sign_file_get_web_bundle_id (file));
  if (option_id != NULL)
    return g_strdup (option_id);
  return g_strdup (bulla_signing_key_get_web_bundle_id (g_ptr_array_index (keys, 0)));
}

static gboolean
make_block (Signing *self, GPtrArray *keys, GHashTable *removed, GError **error)
{
  const BullaCliSignFile *file = self->file;
  gboolean keeps = file->start > 0 && !option_replace;
  guint n_kept = 0;

  self->signers = g_ptr_array_new_with_free_func (g_free);
  if (g_hash_table_contains (removed, "all"))
    return TRUE;
  self->id = choose_id (file, keys, keeps);
  g_autoptr (BullaIntegrityWriter) writer = bulla_integrity_writer_new (self->id);
  if (keeps) {
    g_autoptr (GBytes) attributes = span_bytes (file->block->attributes);
    bulla_integrity_writer_set_attributes (writer, attributes);
    if (!keep_signatures (file, writer, removed, self->signers, &n_kept, error))
      return FALSE;
  }
  if (!add_keys (file, writer, keys, self->signers, error))
    return FALSE;
  self->n_signatures = n_kept + keys->len;
  if (self->n_signatures == 0)
    return refuse_signing (
        file, error, _ ("no signature would remain; add another with --key, or use --remove all"));
  g_autoptr (GInputStream) in = bulla_cli_sign_file_open_bundle (file, error);
  g_autoptr (GBytes) digest = in != NULL ? bulla_integrity_writer_digest (in, NULL, error) : NULL;
  if (digest == NULL)
    return FALSE;
  self->block = bulla_integrity_writer_write (writer, digest, error);
  return self->block != NULL;
}

static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  const Signing *self = user_data;
  g_autoptr (GInputStream) bundle = bulla_cli_sign_file_open_bundle (self->file, error);
  gsize size = 0;
  const void *block = self->block != NULL ? g_bytes_get_data (self->block, &size) : NULL;

  return bundle != NULL
         && (size == 0 || g_output_stream_write_all (out, block, size, NULL, NULL, error))
         && g_output_stream_splice (out, bundle, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) >= 0;
}

/* Judges the signed bundle before it replaces anything. */
static gboolean
check_cb (const char *path, gpointer user_data, GError **error)
{
  const Signing *self = user_data;
  BullaCliReview review = {.name = self->out,
                           .at = g_get_real_time () / G_USEC_PER_SEC,
                           .ignore_errors = option_ignore_errors};

  return bulla_cli_review_package (&review, path, error);
}

static void
print_outcome (const Signing *self, const char *path)
{
  const char *before = bulla_cli_sign_file_get_web_bundle_id (self->file);

  if (strcmp (path, "-") == 0)
    return; /* standard output has the bundle */
  bulla_cli_print (_ ("Wrote %s\n"), path);
  if (self->block == NULL) {
    bulla_cli_print ("%s\n", _ ("The bundle is no longer signed."));
    return;
  }
  if (self->file->block != NULL && self->file->block->version == 1)
    bulla_cli_print (
        "%s\n",
        _ ("Replaced the integrity block of the obsolete version 1 with one of version 2."));
  bulla_cli_print (ngettext ("The bundle has %u signature; web bundle ID: %s\n",
                             "The bundle has %u signatures; web bundle ID: %s\n",
                             self->n_signatures),
                   self->n_signatures, self->id);
  if (!g_ptr_array_find_with_equal_func (self->signers, self->id, g_str_equal, NULL))
    bulla_cli_print_error (_ ("Note: no key gives this ID, so only browsers that have a key "
                              "configured for it accept the bundle.\n"));
  if (before != NULL && strcmp (before, self->id) != 0)
    bulla_cli_print_error (
        _ ("Note: the ID was %s before; data stored under that ID belongs to another app.\n"),
        before);
  bulla_cli_print_bundle_next (&option_subset, path, 0);
}

static gboolean
check_options (GError **error)
{
  const char *why = NULL;

  if (option_add && (option_replace || option_keys == NULL))
    bulla_cli_usage_error (error,
                           _ ("--add requires --key, and cannot be combined with --replace"));
  else if (option_replace && (option_remove != NULL || option_keys == NULL))
    bulla_cli_usage_error (error,
                           _ ("--replace requires --key, and cannot be combined with --remove"));
  else if (option_keys == NULL && option_remove == NULL)
    bulla_cli_usage_error (error, _ ("the option --%s is missing"), "key");
  else if (option_id != NULL && (option_add || option_remove != NULL))
    bulla_cli_usage_error (error, _ ("every signature covers the web bundle ID; use --replace with "
                                     "--web-bundle-id to sign again"));
  else if (option_id != NULL && !bulla_web_bundle_id_parse (option_id, NULL, NULL, &why))
    bulla_cli_usage_error (error, _ ("“%s” is not a web bundle ID"), option_id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
sign_file (const char *path, GError **error)
{
  g_auto (Signing) signing = {NULL};
  g_autoptr (BullaCliSignFile) file = bulla_cli_sign_file_new (path, error);

  if (file == NULL || !check_state (file, error))
    return FALSE;
  g_autoptr (GPtrArray) keys = read_keys (error);
  g_autoptr (GHashTable) removed = keys != NULL ? read_removed (error) : NULL;
  signing.file = file;
  if (removed == NULL || !make_block (&signing, keys, removed, error))
    return FALSE;
  gboolean in_place = option_out == NULL;
  const char *out = in_place ? file->path : option_out;
  signing.out = in_place ? path : out;
  if (!bulla_cli_write_checked (out, in_place ? (int)file->mode : BULLA_CLI_PUBLIC_MODE,
                                in_place || option_force, write_cb, check_cb, &signing, error))
    return FALSE;
  print_outcome (&signing, in_place ? path : out);
  return TRUE;
}

static gboolean
sign_subsets (const char *path, GError **error)
{
  const BullaCliSignSubsets request = {
      .options = &option_subset,
      .out = option_out,
      .force = option_force,
      .replace = option_replace,
      .ignore_errors = option_ignore_errors,
  };

  if (!bulla_cli_check_sign_options (&option_subset, error))
    return FALSE;
  if (option_keys == NULL && !option_add && option_remove == NULL && option_id == NULL)
    return bulla_cli_sign_file_subsets (path, &request, error);
  bulla_cli_usage_error (error, _ ("--sign-subset cannot be combined with --key, --add, --remove "
                                   "or --web-bundle-id; sign the whole bundle afterwards"));
  return FALSE;
}

static BullaCliExit
run_sign (char **arguments, GError **error)
{
  if (option_print_id)
    return print_ids (arguments, error);
  if (option_generate != NULL)
    return generate (arguments, error);
  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error)
      || (option_out != NULL && !bulla_cli_check_output (option_out, option_force, error)))
    return BULLA_EXIT_FAILED;
  if (option_out == NULL && strcmp (arguments[0], "-") == 0) {
    bulla_cli_usage_error (error, _ ("standard input cannot be replaced: name the signed bundle "
                                     "with --out"));
    return BULLA_EXIT_FAILED;
  }
  if (bulla_cli_has_sign_options (&option_subset))
    return sign_subsets (arguments[0], error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
  return check_options (error) && sign_file (arguments[0], error) ? BULLA_EXIT_FINE
                                                                  : BULLA_EXIT_FAILED;
}

static const BullaExample EXAMPLES[] = {
    {"bulla sign --generate ed25519 app.key", N_ ("Generate a key and print its ID:")},
    {"bulla create bundle --dir app --base-url / app.wbn", N_ ("Bundle an app:")},
    {"bulla sign app.wbn --key app.key -o app.swbn", N_ ("Sign it:")},
    {"bulla sign app.swbn --add --key second.key",
     N_ ("Add the signature of a second key, in place:")},
    {"bulla sign app.swbn --remove app.key", N_ ("Remove a signature:")},
    {"bulla sign old.swbn --replace --key app.key -o new.swbn",
     N_ ("Sign again, which an integrity block of version 1 requires:")},
    {"bulla sign site.wbn --sign-subset https://example.com/ --certificate chain.pem"
     " --private-key chain.key --chain chain.cbor -o signed.wbn",
     N_ ("Sign the responses of one origin, so that they can be shown there:")},
    {"bulla create bundle --dir app --base-url / - | bulla sign - --key app.key -o app.swbn",
     N_ ("Bundle and sign an app in a pipeline:")},
    {"bulla sign --id --key app.key", N_ ("Print the web bundle ID of a key:")},
    {NULL},
};

const BullaVerb bulla_verb_sign = {
    .name = "sign",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Sign a web bundle or a part of it, or change its signatures"),
    .description = N_ (
        "Puts an integrity block (version 2) in front of a web bundle. A bundle with relative URLs "
        "(“bulla create bundle --base-url /”) becomes an isolated app: it opens at "
        "isolated-app://ID/, where ID is made from a key. Any other bundle still opens at "
        "webpkg://. The bundle itself is not changed. Each signature covers the bundle alone, so "
        "signatures can be added and removed without the other keys.\n\n"
        "A key is an Ed25519 or ECDSA P-256 key in PEM. The passphrase of an encrypted key is read "
        "from the file of --passphrase-file, from the environment variable "
        "WEB_BUNDLE_SIGNING_PASSPHRASE, or from the terminal.\n\n"
        "Without -o, BUNDLE is replaced atomically; “-” is standard input, and requires -o. The "
        "signed bundle is judged before it is "
        "written; a bundle that verification would refuse is written only with --ignore-errors.\n\n"
        "With --sign-subset, responses are signed for their own https origin instead, with a "
        "certificate that may sign exchanges. This changes the bundle: the bodies are encoded in "
        "records, whose digests the signature covers. Each response that is signed is judged: one "
        "with cookies, of a host that the certificate lacks, or signed for more than seven days is "
        "named, and nothing is written without --ignore-errors. --replace discards the existing "
        "signatures of the bundle. A whole bundle is signed after its subsets."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_sign,
};
