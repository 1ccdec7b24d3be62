/* bulla-cli-guess-content.c - guesses what a file is that is not a package
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: MIME Sniffing, as far as it concerns what is saved by mistake */
#include "bulla-cli-guess-content.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXT_MAX 512  /* bytes that are looked at */
#define MARK_MAX 4096 /* bytes in which marks of a format are looked for */

static const struct {
  const char *magic;
  gsize size;
  const char *words; /* N_() */
} MAGICS[] = {
    {"\x1f\x8b", 2, N_ ("gzip data")},
    {"PK\x03\x04", 4, N_ ("a ZIP archive")},
    {"\x28\xb5\x2f\xfd", 4, N_ ("Zstandard data")},
    {"%PDF-", 5, N_ ("a PDF document")},
    {"\x89PNG", 4, N_ ("a PNG image")},
    {"\xff\xd8\xff", 3, N_ ("a JPEG image")},
    {"GIF8", 4, N_ ("a GIF image")},
    {"WARC/", 5, N_ ("a WARC file, which “bulla create bundle --warc” reads")},
    {"-----BEGIN ", 11, N_ ("a PEM file")},
    {"\xff\xfe", 2, N_ ("UTF-16 text, which has to be converted to UTF-8")},
    {"\xfe\xff", 2, N_ ("UTF-16 text, which has to be converted to UTF-8")},
};

static const char *const HTML[] = {"<!doctype", "<html", "<head", "<body", "<h1",
                                   "<title",    "<p",    "<div",  "<!--"};

/**
 * bulla_cli_is_text: (skip)
 * @start: the beginning of a file
 * @size: bytes of @start
 *
 * Returns: whether it is UTF-8 without control characters, except for white space
 */
gboolean
bulla_cli_is_text (const char *start, gsize size)
{
  const char *end;
  gsize length = MIN (size, TEXT_MAX);

  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (start[i]) && !g_ascii_isspace (start[i]))
      return FALSE;
  /* the cut may be within a character */
  return g_utf8_validate_len (start, length, &end) || (gsize)(end - start) + 4 > length;
}

/* Says whether @text is in the first bytes, in any case. */
static gboolean
has_text (const char *start, gsize size, const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i + length <= MIN (size, MARK_MAX); i++)
    if (g_ascii_strncasecmp (start + i, text, length) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: a description of JSON: recordings of requests begin with "log" and their creator */
static const char *
guess_json (const char *start, gsize size)
{
  return has_text (start, size, "\"log\"")
                 && (has_text (start, size, "\"creator\"") || has_text (start, size, "\"entries\""))
             ? N_ ("a HAR file, which “bulla create bundle --har” reads")
             : N_ ("JSON text");
}

/* Says whether the header of a message says that it has the parts of a page. */
static gboolean
is_mhtml (const char *start, gsize size)
{
  return has_text (start, size, "multipart/related")
         && (has_text (start, size, "MIME-Version:") || has_text (start, size, "Content-Type:"));
}

static const char *
guess_text (const char *start, gsize size)
{
  gsize blank = 0;

  if (size >= 3 && memcmp (start, "\xef\xbb\xbf", 3) == 0)
    blank = 3;
  while (blank < size && g_ascii_isspace (start[blank]))
    blank++;
  for (gsize i = 0; i < G_N_ELEMENTS (HTML); i++)
    if (size - blank >= strlen (HTML[i])
        && g_ascii_strncasecmp (start + blank, HTML[i], strlen (HTML[i])) == 0)
      return N_ ("HTML text");
  if (blank < size && start[blank] == '<')
    return N_ ("XML text");
  if (blank < size && (start[blank] == '{' || start[blank] == '['))
    return guess_json (start, size);
  return is_mhtml (start, size) ? N_ ("an MHTML file, which “bulla create bundle --mhtml” reads")
                                : N_ ("plain text");
}

/* Returns: (nullable): a description of a DER structure, whose length takes two bytes, or of CBOR
 */
static const char *
guess_binary (const guint8 *start, gsize size)
{
  static const guint8 CERTIFICATE[] = {0x30, 0x82}, OCSP_RESPONSE[] = {0x0a, 0x01};
  static const char CHAIN[] = "\x67\xf0\x9f\x93\x9c\xe2\x9b\x93"; /* a text */

  if (size > 6 && start[0] == 0x30 && start[1] == 0x82) {
    if (memcmp (start + 4, CERTIFICATE, sizeof CERTIFICATE) == 0)
      return N_ ("a certificate in DER, which “openssl x509 -inform DER” converts to PEM");
    if (memcmp (start + 4, OCSP_RESPONSE, sizeof OCSP_RESPONSE) == 0)
      return N_ ("an OCSP response, which “bulla create chain --ocsp” takes");
  }
  if (size < 2 || start[0] >> 5 != 4)
    return NULL;
  if (size > sizeof CHAIN && memcmp (start + 1, CHAIN, sizeof CHAIN - 1) == 0)
    return N_ ("a certificate chain");
  /* an array of a text and maps */
  const gsize length = start[1] & 0x1f;
  return start[1] >> 5 == 3 && length < 24 && size > 2 + length && start[2 + length] >> 5 == 5
             ? N_ ("CBOR like that of a certificate chain, with another file signature")
             : NULL;
}

/**
 * bulla_cli_guess_content: (skip)
 * @start: the beginning of a file, or all of it
 * @size: bytes of @start; 0 for an empty file
 *
 * Returns: (nullable): a description of the content, for gettext; %NULL if it is unknown
 */
const char *
bulla_cli_guess_content (const void *start, gsize size)
{
  if (size == 0)
    return N_ ("empty");
  if (size > 4 && memcmp (start, "PK\x03\x04", 4) == 0
      && (has_text (start, size, "datapackage.json") || has_text (start, size, "archive/")))
    return N_ ("a WACZ file, which “bulla create bundle --warc” reads");
  for (gsize i = 0; i < G_N_ELEMENTS (MAGICS); i++)
    if (size >= MAGICS[i].size && memcmp (start, MAGICS[i].magic, MAGICS[i].size) == 0)
      return MAGICS[i].words;
  return bulla_cli_is_text (start, size) ? guess_text (start, size) : guess_binary (start, size);
}
