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
#include "bulla-cli.h"
#include "bulla-printable.h"
#include "write/bulla-signing-key.h"

#define KEY_FILE_MAX 65536
#define PASSPHRASE_MAX 1024
#define PASSPHRASE_VARIABLE "WEB_BUNDLE_SIGNING_PASSPHRASE"

char *bulla_cli_passphrase_file;

/* @secret: (transfer full) (nullable): overwritten and freed */
void
bulla_cli_wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

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

/* Returns: (transfer full) (nullable): the first line of --passphrase-file */
static char *
read_passphrase_file (GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (bulla_cli_passphrase_file, KEY_FILE_MAX, error);
  char *text = bytes != NULL ? bulla_bytes_dup_text (bytes) : NULL;
  size_t length = text != NULL ? strcspn (text, "\r\n") : 0;
  char *line = text != NULL && length <= PASSPHRASE_MAX ? g_strndup (text, length) : NULL;

  bulla_cli_wipe (text);
  if (bytes == NULL)
    g_prefix_error (error, "%s: ", bulla_cli_passphrase_file);
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

/* Restores the line breaks of a PEM that was put on one line, as in files of environment
 * variables: written out as \n, or lost. @pem: (transfer full) */
static char *
restore_lines (char *pem)
{
  char *at = strstr (pem, "-----BEGIN ");
  char *label_end = at != NULL ? strstr (at + 11, "-----") : NULL;
  char *end = label_end != NULL ? strstr (label_end + 5, "-----END ") : NULL;

  if (end == NULL || memchr (at, '\n', (size_t)(end - at)) != NULL)
    return pem;
  GString *text = g_string_sized_new (strlen (pem) + 3);
  g_string_append_len (text, at, label_end + 5 - at);
  g_string_append_c (text, '\n');
  for (const char *c = label_end + 5; c < end; c++) {
    if (c[0] == '\\' && c[1] == 'n')
      c++; /* OpenSSL reads a long line as well */
    else if (*c != ' ' && *c != '\r')
      g_string_append_c (text, *c);
  }
  g_string_append_c (text, '\n');
  const char *last = strstr (end + 9, "-----");
  g_string_append_len (text, end, last != NULL ? last + 5 - end : (gssize)strlen (end));
  g_string_append_c (text, '\n');
  bulla_cli_wipe (pem);
  return g_string_free (text, FALSE);
}

/**
 * bulla_cli_read_key_pem: (skip)
 * @path: a private or public key in PEM; line breaks may be written out as \n
 * @passphrase: (out) (transfer full) (nullable): its passphrase; %NULL if it is not encrypted; to
 *   be wiped with bulla_cli_wipe()
 * @error: set if the file cannot be read, is not a key, or its passphrase is missing
 *
 * Returns: (transfer full) (nullable): the PEM, to be wiped with bulla_cli_wipe()
 */
char *
bulla_cli_read_key_pem (const char *path, char **passphrase, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, KEY_FILE_MAX, error);

  *passphrase = NULL;
  if (bytes == NULL) {
    if (error != NULL && strstr ((*error)->message, path) == NULL)
      g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  char *pem = restore_lines (bulla_bytes_dup_text (bytes));
  if (strstr (pem, " PRIVATE KEY") == NULL && strstr (pem, "BEGIN CERTIFICATE-----") != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: a certificate, not a key; name the file of its private key"), path);
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
  g_autoptr (GBytes) certificates = bulla_cli_read_file (certificate, KEY_FILE_MAX * 16, error);
  char *passphrase = NULL;

  if (certificates == NULL) {
    if (error != NULL && strstr ((*error)->message, certificate) == NULL)
      g_prefix_error (error, "%s: ", certificate);
    return NULL;
  }
  g_autofree char *text = bulla_bytes_dup_text (certificates);
  char *key = bulla_cli_read_key_pem (private_key, &passphrase, error);
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
