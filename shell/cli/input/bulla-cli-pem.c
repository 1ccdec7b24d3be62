/* bulla-cli-pem.c - reads keys and certificates in PEM, and says what a file has instead of them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 7468 */
#include "bulla-cli-pem.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-base64.h"
#include "bulla-bytes.h"
#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"

#define CERTIFICATES_MAX (1 << 20) /* most bytes of a file with certificates */
#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
#define DER_SEQUENCE 0x30

/* a block of PEM: pointers into the text */
typedef struct {
  const char *start, *body, *end, *behind;
} Block;

/* Overwrites and frees a text. @secret: (transfer full) (nullable) */
void
bulla_cli_wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* Finds the first block at or after @at. */
static gboolean
find_block (const char *at, Block *block)
{
  block->start = strstr (at, BEGIN);
  const char *label = block->start != NULL ? block->start + strlen (BEGIN) : NULL;
  const char *label_end = label != NULL ? strstr (label, DASHES) : NULL;
  block->body = label_end != NULL ? label_end + strlen (DASHES) : NULL;
  block->end = block->body != NULL ? strstr (block->body, END) : NULL;
  const char *last = block->end != NULL ? strstr (block->end + strlen (END), DASHES) : NULL;
  block->behind = last != NULL ? last + strlen (DASHES) : NULL;
  return block->behind != NULL;
}

/* Appends the block with its line breaks, which are written out as \n, or were lost. An encrypted
 * key in the old format has header lines, and then an empty one. */
static void
append_block (GString *text, const Block *block)
{
  gboolean is_written_out = block->body[0] == '\\';

  g_string_append_len (text, block->start, block->body - block->start);
  if (!is_written_out)
    g_string_append_c (text, '\n');
  for (const char *c = block->body; c < block->end; c++) {
    if (c[0] == '\\' && (c[1] == 'n' || c[1] == 'r')) {
      if (c[1] == 'n')
        g_string_append_c (text, '\n');
      c++;
    } else if (is_written_out || !g_ascii_isspace (*c)) {
      g_string_append_c (text, *c);
    }
  }
  if (text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n'); /* OpenSSL reads a long line as well */
  g_string_append_len (text, block->end, block->behind - block->end);
  g_string_append_c (text, '\n');
}

/* Removes the white space in front of lines, as text has it that was copied out of YAML. */
static void
remove_indents (char *text)
{
  char *to = text;
  gboolean at_start = TRUE;

  for (const char *from = text; *from != '\0'; from++) {
    if (at_start && (*from == ' ' || *from == '\t'))
      continue;
    at_start = *from == '\n';
    *to++ = *from;
  }
  *to = '\0';
}

/**
 * bulla_cli_pem_read: (skip)
 * @bytes: a file
 *
 * Restores the line breaks of PEM that was put on one line, as in files of environment variables,
 * and removes indents.
 *
 * Returns: (transfer full): the text, up to the first NUL, to be wiped with bulla_cli_wipe() if it
 *   may be a key
 */
char *
bulla_cli_pem_read (GBytes *bytes)
{
  char *pem = bulla_bytes_dup_text (bytes);
  gboolean on_one_line = FALSE;
  Block block;

  remove_indents (pem);
  for (const char *at = pem; find_block (at, &block); at = block.behind)
    on_one_line |= memchr (block.body, '\n', (size_t)(block.end - block.body)) == NULL;
  if (!on_one_line)
    return pem;
  /* a block does not become longer than by the line breaks around its parts */
  GString *text = g_string_sized_new (2 * strlen (pem));
  for (const char *at = pem; find_block (at, &block); at = block.behind) {
    if (memchr (block.body, '\n', (size_t)(block.end - block.body)) == NULL) {
      append_block (text, &block);
    } else {
      g_string_append_len (text, block.start, block.behind - block.start);
      g_string_append_c (text, '\n');
    }
  }
  bulla_cli_wipe (pem);
  return g_string_free (text, FALSE);
}

/* Returns: (nullable): what PEM has instead of a key or a certificate, for gettext */
static const char *
describe_block (const char *pem)
{
  static const struct {
    const char *label;
    const char *words;
  } KINDS[] = {
      {"PUBLIC KEY-----", N_ ("a public key")},
      {"CERTIFICATE REQUEST-----", N_ ("a certificate request, for which an authority issues the "
                                       "certificate")},
      {"X509 CRL-----", N_ ("a list of revoked certificates")},
      {"PKCS7-----", N_ ("certificates in PKCS #7")},
      {"CMS-----", N_ ("certificates in CMS")},
      {"PARAMETERS-----", N_ ("parameters without a key")},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (KINDS); i++) {
    const char *found = strstr (pem, KINDS[i].label);
    if (found != NULL)
      return KINDS[i].words;
  }
  return NULL;
}

/* Returns: (nullable): what base64 of a file contains, for gettext; NULL if the text is not that */
static const char *
describe_base64 (const char *text)
{
  gsize length = strlen (text);
  g_autoptr (GBytes) bytes = length > 0 && strspn (text, BASE64 " \r\n\t") == length
                                 ? bulla_base64_decode (text, length, BULLA_BASE64_SPACES)
                                 : NULL;
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (size > strlen (DASHES) && memcmp (data, DASHES, strlen (DASHES)) == 0)
    return N_ ("base64 of PEM, which “base64 -d” decodes");
  return size > 1 && data[0] == DER_SEQUENCE
             ? N_ ("base64 of DER, without the lines of PEM around it; put it between “-----BEGIN "
                   "…-----” and “-----END …-----”")
             : NULL;
}

/* Returns: whether PEM begins with a line that does not have five dashes at either end */
static gboolean
has_odd_dashes (const char *pem)
{
  g_auto (GStrv) lines = g_strsplit (pem, "\n", 2);
  const char *first = lines[0] != NULL ? g_strstrip (lines[0]) : "";
  gsize length = strlen (first);

  return strstr (first, "BEGIN ") != NULL && first[0] == '-'
         && (!g_str_has_prefix (first, BEGIN) || !g_str_has_suffix (first, DASHES)
             || (length > 5 && first[length - 6] == '-'));
}

/* Says what a file is that has neither what is wanted nor what is often mistaken for it. @wanted:
 * translated; @command: the command of OpenSSL that converts it from DER */
static void
set_mismatch (const char *pem, const char *path, const char *wanted, const char *command,
              GError **error)
{
  const char *kind = describe_block (pem);

  if (kind == NULL)
    kind = describe_base64 (pem);
  if (kind == NULL)
    kind = bulla_cli_guess_content (pem, strlen (pem));
  if ((guint8)pem[0] == DER_SEQUENCE && (kind == NULL || (guint8)pem[1] >= 0x80)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: not PEM, but probably DER or PKCS #12; convert it, for example with “%s”"),
                 path, command);
    return;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: not %s in PEM, but %s"), path,
               wanted, kind != NULL ? _ (kind) : _ ("something else"));
}

/* Names what keeps PEM from being read, although it has the right label: OpenSSL would only call it
 * unsupported. Returns: FALSE with @error set if there is something */
static gboolean
check_block (const char *pem, const char *path, GError **error)
{
  const char *begin = strstr (pem, BEGIN);
  const char *end = begin != NULL ? strstr (begin, END) : NULL;
  const char *problem = NULL;

  if (strstr (pem, "BEGIN OPENSSH PRIVATE KEY") != NULL)
    problem = _ ("a key in the format of OpenSSH, not in PKCS #8; make a key with “bulla sign "
                 "--generate” or “openssl genpkey”");
  else if (has_odd_dashes (pem))
    problem = _ ("damaged PEM: the first line must begin and end with five dashes");
  else if (begin != NULL && (end == NULL || strstr (end + strlen (END), DASHES) == NULL))
    problem = _ ("PEM that is cut off: its line “-----END …-----” is missing");
  if (problem != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", path, problem);
  return problem == NULL;
}

/**
 * bulla_cli_pem_check_key: (skip)
 * @pem: the text of a file
 * @path: its name, for messages
 * @may_be_public: whether a public key will do
 * @error: set unless @pem has a key; it says what it has instead
 */
gboolean
bulla_cli_pem_check_key (const char *pem, const char *path, gboolean may_be_public, GError **error)
{
  if (strstr (pem, " PRIVATE KEY" DASHES) != NULL
      || (may_be_public && strstr (pem, "BEGIN PUBLIC KEY-----") != NULL))
    return check_block (pem, path, error);
  if (strstr (pem, "CERTIFICATE-----") != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: a certificate, not a key; name the file of its private key"), path);
  else
    set_mismatch (pem, path, _ ("a private key"), "openssl pkey -inform DER -in FILE -out key.pem",
                  error);
  return FALSE;
}

/**
 * bulla_cli_pem_check_certificate: (skip)
 * @pem: the text of a file
 * @path: its name, for messages
 * @error: set unless @pem has a certificate; it says what it has instead
 */
gboolean
bulla_cli_pem_check_certificate (const char *pem, const char *path, GError **error)
{
  if (strstr (pem, "CERTIFICATE-----") != NULL)
    return check_block (pem, path, error);
  if (strstr (pem, " PRIVATE KEY" DASHES) != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: a private key, not a certificate; name the file of its certificate"),
                 path);
  else
    set_mismatch (pem, path, _ ("a certificate"),
                  "openssl x509 -inform DER -in FILE -out certificate.pem", error);
  return FALSE;
}

/**
 * bulla_cli_read_certificates: (skip)
 * @path: a file with certificates in PEM; line breaks may be written out as \n
 * @error: set if the file cannot be read, or has no certificate
 *
 * Returns: (transfer full) (nullable): the PEM, at most 1 MiB
 */
char *
bulla_cli_read_certificates (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, CERTIFICATES_MAX, error);

  if (bytes == NULL) {
    bulla_cli_prefix_path (error, path);
    return NULL;
  }
  g_autofree char *pem = bulla_cli_pem_read (bytes);
  return bulla_cli_pem_check_certificate (pem, path, error) ? g_steal_pointer (&pem) : NULL;
}
