/* bulla-cli-key.c - reads private keys named on the command line, and their passphrases
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A passphrase comes from a file, the environment or the terminal, never from an argument, which
 * other users can see. */
#include "bulla-cli-key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bulla-bytes.h"
#include "bulla-cli-files.h"
#include "bulla-cli-pem.h"
#include "bulla-cli.h"
#include "bulla-printable.h"
#include "write/bulla-signing-key.h"

#define KEY_FILE_MAX 65536
#define PASSPHRASE_MAX 1024
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define PASSPHRASE_VARIABLE "WEB_BUNDLE_SIGNING_PASSPHRASE"

char *bulla_cli_passphrase_file;

static void
write_terminal (int terminal, const char *text)
{
  size_t left = strlen (text);

  for (ssize_t n = 1; left > 0 && n > 0; text += n, left -= (size_t)n)
    n = write (terminal, text, left);
}

/* Reads a line without echo. The terminal sends no signals meanwhile, so that Ctrl+C and the like
 * cannot leave it without echo; they end the line, and the command ends when the echo is back.
 *
 * Returns: (transfer full) (nullable): NULL if nothing was entered */
static char *
ask_terminal (int terminal, const char *prompt)
{
  struct termios before, silent;
  char line[PASSPHRASE_MAX + 1] = "";
  gboolean interrupted = FALSE;
  size_t n = 0;

  if (tcgetattr (terminal, &before) != 0)
    return NULL;
  silent = before;
  silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  silent.c_cc[VEOL] = before.c_cc[VINTR];
  silent.c_cc[VEOL2] = before.c_cc[VQUIT];
  write_terminal (terminal, prompt);
  tcsetattr (terminal, TCSAFLUSH, &silent);
  while (n < PASSPHRASE_MAX && read (terminal, line + n, 1) == 1 && line[n] != '\n') {
    const char byte = line[n++];

    interrupted = byte == (char)before.c_cc[VINTR] || byte == (char)before.c_cc[VQUIT];
    if (interrupted)
      break;
  }
  tcsetattr (terminal, TCSAFLUSH, &before);
  write_terminal (terminal, "\n");
  if (interrupted) {
    explicit_bzero (line, sizeof line);
    raise (SIGINT);
    return NULL;
  }
  line[n] = '\0';
  char *answer = n > 0 ? g_strdup (line) : NULL;
  explicit_bzero (line, sizeof line);
  return answer;
}

/* Returns: (transfer full) (nullable): the passphrase; NULL without a terminal */
static char *
ask_passphrase (const char *path)
{
  const char *given = g_getenv (PASSPHRASE_VARIABLE);

  if (given != NULL && *given != '\0')
    return g_strdup (given);
  int terminal = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0)
    return NULL;
  g_autofree char *shown = bulla_printable_dup (path);
  g_autofree char *prompt = g_strdup_printf (_ ("Passphrase of %s: "), shown);
  char *answer = ask_terminal (terminal, prompt);
  close (terminal);
  return answer;
}

static gboolean
is_marked_utf_16 (const char *text)
{
  const guint8 first = (guint8)text[0], second = first != 0 ? (guint8)text[1] : 0;

  return (first == 0xff && second == 0xfe) || (first == 0xfe && second == 0xff);
}

/* Returns: (transfer full) (nullable): the first line of --passphrase-file */
static char *
read_passphrase_file (GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (bulla_cli_passphrase_file, KEY_FILE_MAX, error);
  char *text = bytes != NULL ? bulla_bytes_dup_text (bytes) : NULL;
  /* editors of Windows put the mark in front, which was not typed */
  const char *start = text != NULL && g_str_has_prefix (text, BYTE_ORDER_MARK)
                          ? text + strlen (BYTE_ORDER_MARK)
                          : text;
  size_t length = start != NULL ? strcspn (start, "\r\n") : 0;
  gboolean is_utf_16 = text != NULL && is_marked_utf_16 (text);
  char *line =
      text != NULL && length <= PASSPHRASE_MAX && !is_utf_16 ? g_strndup (start, length) : NULL;

  bulla_cli_wipe (text);
  if (bytes == NULL)
    bulla_cli_prefix_path (error, bulla_cli_passphrase_file);
  else if (is_utf_16)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: the file is UTF-16 text; save the passphrase in UTF-8"),
                 bulla_cli_passphrase_file);
  else if (line == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: the passphrase is longer than %d bytes"), bulla_cli_passphrase_file,
                 PASSPHRASE_MAX);
  return line;
}

static gboolean
get_passphrase (const char *path, char **passphrase, GError **error)
{
  if (bulla_cli_passphrase_file != NULL) {
    *passphrase = read_passphrase_file (error);
    return *passphrase != NULL;
  }
  *passphrase = ask_passphrase (path);
  if (*passphrase == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _ ("%s: the key is encrypted; name its passphrase with --passphrase-file, or put "
                    "it into %s"),
                 path, PASSPHRASE_VARIABLE);
  return *passphrase != NULL;
}

/**
 * bulla_cli_read_key_pem: (skip)
 * @path: a key in PEM; line breaks may be written out as \n
 * @may_be_public: whether a public key will do
 * @passphrase: (out) (transfer full) (nullable): its passphrase; %NULL if it is not encrypted; to
 *   be wiped with bulla_cli_wipe()
 * @error: set if the file cannot be read, is not a key, or its passphrase is missing
 *
 * Returns: (transfer full) (nullable): the PEM, to be wiped with bulla_cli_wipe()
 */
char *
bulla_cli_read_key_pem (const char *path, gboolean may_be_public, char **passphrase, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, KEY_FILE_MAX, error);

  *passphrase = NULL;
  if (bytes == NULL) {
    bulla_cli_prefix_path (error, path);
    return NULL;
  }
  char *pem = bulla_cli_pem_read (bytes);
  if (!bulla_cli_pem_check_key (pem, path, may_be_public, error)) {
    bulla_cli_wipe (pem);
    return NULL;
  }
  if (bulla_signing_key_pem_is_encrypted (pem) && !get_passphrase (path, passphrase, error)) {
    bulla_cli_wipe (pem);
    return NULL;
  }
  return pem;
}

/**
 * bulla_cli_read_credential: (skip)
 * @certificate: a file with certificates in PEM, the leaf first
 * @private_key: the file of the leaf's key in PEM, which may be encrypted
 * @error: set if either cannot be used
 *
 * Returns: (transfer full) (nullable): the certificate with its key
 */
BullaCredential *
bulla_cli_read_credential (const char *certificate, const char *private_key, GError **error)
{
  g_autofree char *text = bulla_cli_read_certificates (certificate, error);
  char *passphrase = NULL;

  if (text == NULL)
    return NULL;
  char *key = bulla_cli_read_key_pem (private_key, FALSE, &passphrase, error);
  if (key == NULL)
    return NULL;
  BullaCredential *credential =
      bulla_credential_new_from_encrypted_pem (text, key, passphrase, error);
  bulla_cli_wipe (key);
  bulla_cli_wipe (passphrase);
  if (credential == NULL)
    g_prefix_error (error, "%s, %s: ", certificate, private_key);
  return credential;
}
