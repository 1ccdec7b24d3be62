/* bulla-cli-print.c - prints all output of the command, with control characters escaped
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-print.h"

#include <unistd.h>

#include "bulla-printable.h"

#define CLEAR_TO_END "\033[K"

/* Characters of messages that have a substitute in every charset. An apostrophe stands for
 * quotation marks, because it means nothing in JSON strings. */
static const struct {
  const char *character, *substitute;
} SUBSTITUTES[] = {{"“", "'"},  {"”", "'"}, {"‘", "'"}, {"’", "'"},        {"…", "..."},
                   {"–", "-"},  {"—", "-"}, {"×", "x"}, {"§", "section "}, {"≥", ">="},
                   {"≤", "<="}, {"◆", "*"}, {"◇", "+"}, {"○", "o"},        {"△", "^"},
                   {"✗", "x"},  {"│", "|"}, {"├", "|"}, {"└", "`"}};

/**
 * bulla_cli_dup_for_charset: (skip)
 * @text: UTF-8
 *
 * Returns: (transfer full): @text; if the locale does not use UTF-8, with ASCII characters in the
 *   place of typographic ones
 */
char *
bulla_cli_dup_for_charset (const char *text)
{
  if (g_get_charset (NULL))
    return g_strdup (text);
  GString *out = g_string_new (text);
  for (gsize i = 0; i < G_N_ELEMENTS (SUBSTITUTES); i++)
    g_string_replace (out, SUBSTITUTES[i].character, SUBSTITUTES[i].substitute, 0);
  return g_string_free (out, FALSE);
}

static char *dup_text (const char *format, va_list arguments) G_GNUC_PRINTF (1, 0);

static char *
dup_text (const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  g_autofree char *printable = bulla_printable_dup_lines (text);
  return bulla_cli_dup_for_charset (printable);
}

/**
 * bulla_cli_print: (skip)
 * @format: a printf() format, with its newlines
 *
 * Prints to standard output. Escapes all control characters that could send commands to a terminal,
 * but not newlines. So pass untrusted arguments through bulla_printable_dup() first, or a newline
 * in them could start a forged line.
 */
void
bulla_cli_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = dup_text (format, arguments);
  va_end (arguments);
  g_print ("%s", text);
}

/* Returns: whether columns have headings: programs that read them need none */
gboolean
bulla_cli_has_headings (void)
{
  return isatty (STDOUT_FILENO) != 0;
}

/**
 * bulla_cli_print_heading: (skip)
 * @format: a printf() format for the names of columns, with its newline
 *
 * Prints to standard output like bulla_cli_print(), if it is a terminal.
 */
void
bulla_cli_print_heading (const char *format, ...)
{
  va_list arguments;

  if (!bulla_cli_has_headings ())
    return;
  va_start (arguments, format);
  g_autofree char *text = dup_text (format, arguments);
  va_end (arguments);
  g_print ("%s", text);
}

/**
 * bulla_cli_dup_line: (skip)
 * @format: a printf() format, without the newline
 * @arguments: for @format
 *
 * Returns: (transfer full): the text in the charset of the locale, in which control characters and
 *   newlines are escaped
 */
char *
bulla_cli_dup_line (const char *format, va_list arguments)
{
  g_autofree char *raw = g_strdup_vprintf (format, arguments);
  g_autofree char *printable = bulla_printable_dup (raw);

  return bulla_cli_dup_for_charset (printable);
}

/**
 * bulla_cli_print_error: (skip)
 * @format: a printf() format, with its newlines
 *
 * Prints to standard error; see bulla_cli_print().
 */
void
bulla_cli_print_error (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = dup_text (format, arguments);
  va_end (arguments);
  g_printerr ("%s", text);
}

/**
 * bulla_cli_print_progress: (skip)
 * @format: a printf() format for one line
 *
 * Replaces the current line of a terminal; only called if standard error is a terminal.
 */
void
bulla_cli_print_progress (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *raw = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *text = bulla_printable_dup (raw);
  g_printerr ("\r%s" CLEAR_TO_END, text);
}

/**
 * bulla_cli_clear_progress: (skip)
 *
 * Removes the line of bulla_cli_print_progress(), before anything else is printed.
 */
void
bulla_cli_clear_progress (void)
{
  g_printerr ("\r" CLEAR_TO_END);
}
