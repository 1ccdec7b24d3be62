/* bulla-cli-sign-key.c - reads keys named on the command line, and asks for their passphrases
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "bulla-bytes.h"
#include "bulla-cli.h"
#include "bulla-cli-files.h"
#include "bulla-cli-sign-file.h"
#include "bulla-printable.h"

#define KEY_FILE_MAX 65536
#define PASSPHRASE_MAX 1024
#define PASSPHRASE_VARIABLE "WEB_BUNDLE_SIGNING_PASSPHRASE"

static void
wipe (char *secret)
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

/* Reads a line without echo. Returns: (transfer full) (nullable): NULL if nothing was entered */
static char *
ask_terminal (int terminal, const char *prompt)
{
  struct termios before, silent;
  char line[PASSPHRASE_MAX + 1];
  size_t n = 0;

  if (tcgetattr (terminal, &before) != 0)
    return NULL;
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  write_terminal (terminal, prompt);
  tcsetattr (terminal, TCSAFLUSH, &silent);
  while (n < PASSPHRASE_MAX && read (terminal, line + n, 1) == 1 && line[n] != '\n')
    n++;
  tcsetattr (terminal, TCSAFLUSH, &before);
  write_terminal (terminal, "\n");
  line[n] = '\0';
  char *answer = n > 0 ? g_strdup (line) : NULL;
  explicit_bzero (line, sizeof line);
  return answer;
}

/* Returns: (transfer full) (nullable): the passphrase; NULL without a terminal */
static char *
get_passphrase (const char *path)
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

/**
 * bulla_cli_read_key: (skip)
 * @path: a private or public key in PEM
 * @must_sign: whether a private key is required
 * @error: set if it cannot be read or used
 *
 * Asks on the terminal for the passphrase of an encrypted key, unless an environment variable
 * contains it.
 *
 * Returns: (transfer full) (nullable): a key
 */
BullaSigningKey *
bulla_cli_read_key (const char *path, gboolean must_sign, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, KEY_FILE_MAX, error);
  char *passphrase = NULL;
  gboolean asked = FALSE;

  if (bytes == NULL) {
    if (error != NULL && strstr ((*error)->message, path) == NULL)
      g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  char *pem = bulla_bytes_dup_text (bytes);
  if (bulla_signing_key_pem_is_encrypted (pem)) {
    passphrase = get_passphrase (path);
    asked = passphrase == NULL;
  }
  g_autoptr (BullaSigningKey) key = bulla_signing_key_new_from_pem (pem, passphrase, error);
  wipe (pem);
  wipe (passphrase);
  if (key == NULL) {
    g_prefix_error (error, "%s: ", path);
    if (asked && error != NULL) {
      g_autofree char *message = g_strdup_printf (_ ("%s; put the passphrase into %s"),
                                                  (*error)->message, PASSPHRASE_VARIABLE);
      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&message);
    }
    return NULL;
  }
  if (must_sign && !bulla_signing_key_is_private (key)) {
    bulla_cli_usage_error (error, _ ("%s is a public key; signing needs the private key"), path);
    return NULL;
  }
  return g_steal_pointer (&key);
}
