/* seeds.c - writes seeds for fuzzing: valid and invalid exchanges, and their parts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seeds.h"

#include "bulla-field.h"
#include "forge.h"
#include "write/bulla-merkle-writer.h"
#include "write/bulla-validity-writer.h"

#include <glib/gstdio.h>

/* parts of an exchange, in the order in which the forge lists them */
enum { MAGIC, URL, LENGTHS, SIGNATURE, HEADERS, BODY, END };

static const char *const MUTATIONS[] = {
    "",
    "magic:sxg1-b2\\x00",
    "magic:sxg1-b1\\x00",
    "url:https://publisher.test/\\xc3\\xa9?a=b",
    "url:https://127.0.0.1:8443/",
    "signature-twice:label=second",
    "cert-url:https://certificates.test/other.cbor",
    "param-remove:sig",
    "header:cache-control=no-cache=\"x-foo\", max-age=600",
    "header:variants-04=accept-language;en;fr",
    "header:vary=Cookie",
    "header-append:content-encoding=, mi-sha256-03",
    "headers-cbor:widest@0",
    "record-flip:2",
    "record-size-field:0",
    "end-after-proof:3",
    "chain-unknown-key:hex:a1018202f6",
    "chain-cbor:number@2",
};

void
seed_write (const char *folder, const char *target, const char *name, const void *data, gsize size)
{
  g_autofree char *inside = g_build_filename (folder, target, NULL);
  g_autofree char *path = g_build_filename (inside, name, NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (inside, 0755);
  if (!g_file_set_contents (path, data, (gssize)size, &error))
    g_error ("%s", error->message);
}

static void
write_bytes (const char *folder, const char *target, const char *name, GBytes *bytes)
{
  seed_write (folder, target, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
write_part (const char *folder, const char *target, const char *name, const Forge *forge, int from,
            int to)
{
  const guint8 *data = g_bytes_get_data (forge->exchange, NULL);
  size_t size = g_bytes_get_size (forge->exchange);
  size_t start = MIN (forge->offsets[from], size), end = MIN (forge->offsets[to], size);

  seed_write (folder, target, name, data + start, end - start);
}

static void
write_walk (const char *folder, const char *name, const Forge *forge)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  gsize n_chain, n_exchange;
  const guint8 *chain = g_bytes_get_data (forge->chain, &n_chain);
  const guint8 *exchange = g_bytes_get_data (forge->exchange, &n_exchange);
  const guint8 head[] = {(guint8)(n_chain >> 8), (guint8)n_chain};

  g_assert_cmpuint (n_chain, <=, G_MAXUINT16);
  g_byte_array_append (whole, head, sizeof head);
  g_byte_array_append (whole, chain, (guint)n_chain);
  g_byte_array_append (whole, exchange, (guint)n_exchange);
  seed_write (folder, "fuzz-load", name, whole->data, whole->len);
}

static void
write_package (const char *folder, const char *base, const char *mutation, guint number)
{
  g_autofree char *name = g_strdup_printf ("%s-%02u", base, number);
  g_autofree char *recipe = g_strdup_printf ("[package]\nbase=%s\nmutation=%s\n", base, mutation);
  g_autoptr (GError) error = NULL;
  g_autoptr (Forge) forge = forge_from_text (recipe, &error);

  if (forge == NULL)
    g_error ("%s: %s", mutation, error->message);
  write_walk (folder, name, forge);
  write_part (folder, "fuzz-sxg-head", name, forge, MAGIC, BODY);
  write_part (folder, "fuzz-layout", name, forge, MAGIC, END);
  write_part (folder, "fuzz-structured-field", name, forge, SIGNATURE, HEADERS);
  write_part (folder, "fuzz-headers", name, forge, HEADERS, BODY);
  write_part (folder, "fuzz-cbor", name, forge, HEADERS, BODY);
  write_bytes (folder, "fuzz-chain", name, forge->chain);
  write_bytes (folder, "fuzz-cert-chain", name, forge->chain);
}

/* what a validity URL serves: the signature of a package, and what may stand beside it */
static void
write_validity (const char *folder)
{
  g_autoptr (Forge) forge = forge_from_text ("[package]\nbase=page\n", NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) some = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  const guint8 *data = g_bytes_get_data (forge->exchange, NULL);
  gsize start = forge->offsets[SIGNATURE], end = forge->offsets[HEADERS];

  g_ptr_array_add (some, g_bytes_new (data + start, end - start));
  g_ptr_array_add (some, g_bytes_new ("label", 5));
  for (guint i = 0; i < 6; i++) {
    g_autofree char *name = g_strdup_printf ("data-%u", i);
    g_autoptr (GBytes) bytes =
        bulla_validity_write (i < 3 ? none : some, i % 3 > 0, i % 3 > 1 ? 120000 : -1);
    write_bytes (folder, "fuzz-validity", name, bytes);
  }
}

static void
write_body (const char *folder, guint size, guint record_size)
{
  g_autofree char *name = g_strdup_printf ("%u-of-%u", size, record_size);
  g_autofree char *text = g_strnfill (size, 'w');
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) body = g_bytes_new (text, size);
  g_autoptr (GBytes) coded = bulla_merkle_encode (body, record_size, &digest, NULL);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  guint8 proof[BULLA_PROOF_SIZE];

  bulla_field_read_digest (digest, FALSE, proof);
  g_byte_array_append (whole, proof, sizeof proof);
  g_byte_array_append (whole, g_bytes_get_data (coded, NULL), (guint)g_bytes_get_size (coded));
  seed_write (folder, "fuzz-mi-sha256", name, whole->data, whole->len);
  seed_write (folder, "fuzz-merkle", name, text, size);
}

/* arguments: FOLDER STAMP */
int
main (int argc, char **argv)
{
  const char *folder = argv[1];

  const char *const *bases = forge_bases ();

  g_assert_cmpint (argc, ==, 3);
  for (guint i = 0; bases[i] != NULL; i++)
    if (strcmp (bases[i], "large") != 0)
      write_package (folder, bases[i], "", 0);
  for (guint i = 1; i < G_N_ELEMENTS (MUTATIONS); i++)
    write_package (folder, "page", MUTATIONS[i], i);
  for (guint size = 0; size < 200; size += 37)
    write_body (folder, size, 1 + size % 64);
  write_body (folder, 20000, 4096);
  write_validity (folder);
  seed_write_texts (folder);
  seed_write_gateway (folder);
  seed_write_bundles (folder);
  seed_write_dns (folder);
  return g_file_set_contents (argv[2], "", 0, NULL) ? 0 : 1;
}
