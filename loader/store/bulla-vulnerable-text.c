/* bulla-vulnerable-text.c - reads a list of vulnerable versions from text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-url-key.h"
#include "bulla-url.h"
#include "bulla-vulnerable.h"

#define SHA256_SIZE 32
#define LINE_MAX_BYTES 16384
#define ENTRIES_MAX 100000
#define ID_LENGTH 16

/* The nick, and what a digest in base64 begins with. */
static const struct {
  const char *nick, *prefix;
} KINDS[] = {
    [BULLA_VULNERABLE_HEADERS] = {"header-integrity", "sha256-"},
    [BULLA_VULNERABLE_BODY] = {"body-digest", "mi-sha256-03="},
};

const char *
bulla_vulnerable_kind_get_nick (BullaVulnerableKind kind)
{
  g_return_val_if_fail ((size_t)kind < G_N_ELEMENTS (KINDS), NULL);
  return KINDS[kind].nick;
}

void
bulla_vulnerable_free (BullaVulnerable *self)
{
  g_free (self->id);
  g_free (self->sha256);
  g_free (self->url);
  g_free (self->why);
  g_free (self->source);
  g_free (self);
}

static gboolean
is_hex (const char *text)
{
  return strlen (text) == 2 * SHA256_SIZE
         && strspn (text, "0123456789abcdefABCDEF") == 2 * SHA256_SIZE;
}

/* Returns: (nullable): NULL unless @base64 is the only base64 of 32 bytes */
static char *
dup_hex (const char *base64)
{
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);
  g_autofree char *again = g_base64_encode (bytes, length);

  if (length != SHA256_SIZE || strcmp (again, base64) != 0)
    return NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free (g_steal_pointer (&hex), FALSE);
}

/**
 * bulla_vulnerable_dup_digest: (skip)
 * @kind: what is digested
 * @text: `sha256-BASE64` of headers, `mi-sha256-03=BASE64` of a body, or 64 hexadecimal digits
 *
 * Returns: (transfer full) (nullable): the digest in lower-case hex; %NULL if @text is not a digest
 */
char *
bulla_vulnerable_dup_digest (BullaVulnerableKind kind, const char *text)
{
  const char *prefix = KINDS[kind].prefix;

  if (is_hex (text))
    return g_ascii_strdown (text, -1);
  return g_str_has_prefix (text, prefix) ? dup_hex (text + strlen (prefix)) : NULL;
}

static char *
dup_id (const BullaVulnerable *entry)
{
  g_autofree char *all = g_strjoin (" ", KINDS[entry->kind].nick, entry->sha256,
                                    entry->url != NULL ? entry->url : "", NULL);
  char *id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);

  id[ID_LENGTH] = '\0';
  return id;
}

static gboolean
read_kind (BullaVulnerable *entry, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    if (strcmp (KINDS[i].nick, word) == 0) {
      entry->kind = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_url (BullaVulnerable *entry, const char *word)
{
  g_auto (BullaUrl) url = {0};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (!bulla_url_parse (&url, word, strcspn (word, "#"), &reason, &detail))
    return FALSE;
  entry->url = bulla_url_dup_key (url.url);
  return TRUE;
}

/* Returns: (nullable): what is wrong with the words of a line; NULL if nothing is */
static const char *
read_words (BullaVulnerable *entry, char **words)
{
  guint n = g_strv_length (words);

  if (!read_kind (entry, words[0]))
    return "begins with neither “header-integrity” nor “body-digest”";
  if (n < 2 || (entry->sha256 = bulla_vulnerable_dup_digest (entry->kind, words[1])) == NULL)
    return entry->kind == BULLA_VULNERABLE_HEADERS
               ? "needs a digest: “sha256-BASE64”, or 64 hexadecimal digits"
               : "needs a digest: “mi-sha256-03=BASE64”, or 64 hexadecimal digits";
  if (n > 2 && !read_url (entry, words[2]))
    return "the third word is not a URL; put “#” before a comment";
  return n > 3 ? "has more than three words; put “#” before a comment" : NULL;
}

/* Splits a line at white space. @comment: (out) (nullable): the text behind `#` at the start of a
 * word. Returns: (transfer full): the words */
static char **
split (char *line, const char **comment)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  char *rest = line;

  *comment = NULL;
  while (*(rest += strspn (rest, " \t\r")) != '\0') {
    if (*rest == '#') {
      *comment = g_strstrip (rest + 1);
      break;
    }
    gsize length = strcspn (rest, " \t\r");
    g_autofree char *word = g_strndup (rest, length);
    g_strv_builder_add (words, word);
    rest += length;
  }
  return g_strv_builder_end (words);
}

/* @line: without its end; changed. Returns: (nullable): what is wrong with it */
static const char *
read_line (GPtrArray *entries, char *line)
{
  const char *comment = NULL;

  if (strlen (line) > LINE_MAX_BYTES)
    return "is too long";
  if (!g_utf8_validate (line, -1, NULL))
    return "is not valid UTF-8";
  g_auto (GStrv) words = split (line, &comment);
  if (words[0] == NULL)
    return NULL;
  g_autoptr (BullaVulnerable) entry = g_new0 (BullaVulnerable, 1);
  const char *wrong = read_words (entry, words);
  if (wrong != NULL)
    return wrong;
  entry->id = dup_id (entry);
  entry->why = comment != NULL && *comment != '\0' ? g_strdup (comment) : NULL;
  if (entries->len >= ENTRIES_MAX)
    return "is one too many: a list has at most 100,000 entries";
  g_ptr_array_add (entries, g_steal_pointer (&entry));
  return NULL;
}

/**
 * bulla_vulnerable_parse: (skip)
 * @text: lines `header-integrity DIGEST [URL] [# why]` or `body-digest DIGEST [URL] [# why]`; empty
 *   lines and those with a comment alone are skipped
 * @length: of @text, bytes
 * @error: a %BULLA_ERROR_ARGUMENT that names the first malformed line
 *
 * Returns: (transfer full) (nullable) (element-type BullaVulnerable): all entries; %NULL if any
 * line is malformed
 */
GPtrArray *
bulla_vulnerable_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_vulnerable_free);
  const char *end = text + length;
  const char *wrong = NULL;

  for (guint number = 1; text < end && wrong == NULL; number++) {
    const char *stop = memchr (text, '\n', (gsize)(end - text));
    gsize n = (gsize)((stop != NULL ? stop : end) - text);
    g_autofree char *line = g_strndup (text, n);
    wrong = memchr (text, '\0', n) != NULL ? "has a zero byte" : read_line (entries, line);
    if (wrong != NULL)
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "line %u %s", number, wrong);
    text += n + 1;
  }
  return wrong == NULL ? g_steal_pointer (&entries) : NULL;
}
