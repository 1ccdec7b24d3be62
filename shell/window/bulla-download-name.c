/* bulla-download-name.c - safe names for files that servers name
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-download-name.h"

#include <string.h>

#include "bulla-printable.h"

#define NAME_MAX_BYTES 160     /* leaves room for a number and for what WebKit appends */
#define EXTENSION_MAX_BYTES 16 /* longest extension that a shortened name keeps */
#define FORBIDDEN "\\:*?\"<>|" /* special in a shell, or on another system */

/* Returns: the extension of @name with its dot; "" if it has none, or a long one */
static const char *
find_extension (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name && strlen (dot) <= EXTENSION_MAX_BYTES ? dot : "";
}

/* Returns: (transfer full): at most @max bytes of @name, whole characters */
static char *
cut (const char *name, gsize max)
{
  gsize n = strlen (name);

  if (n > max)
    for (n = max; n > 0 && ((guchar)name[n] & 0xC0) == 0x80;)
      n--;
  return g_strndup (name, n);
}

/**
 * bulla_download_name_from:
 * @suggested: (nullable): the name that a server or a page suggests; any bytes
 *
 * Drops folders, leading dots, and dots and spaces at the end; replaces characters that are special
 * in a shell or on another system; escapes control and bidirectional characters; shortens long
 * names, but keeps their extension.
 *
 * Returns: (transfer full): a file name, never empty
 */
char *
bulla_download_name_from (const char *suggested)
{
  const char *slash = suggested != NULL ? strrchr (suggested, '/') : NULL;
  const char *last = slash != NULL ? slash + 1 : suggested;
  const char *backslash = last != NULL ? strrchr (last, '\\') : NULL;
  g_autofree char *name =
      bulla_printable_dup (backslash != NULL ? backslash + 1 : (last != NULL ? last : ""));
  gsize n = strlen (name);

  g_strdelimit (name, FORBIDDEN, '_');
  while (n > 0 && (name[n - 1] == '.' || name[n - 1] == ' '))
    name[--n] = '\0';
  const char *start = name + strspn (name, ". ");
  if (*start == '\0')
    return g_strdup ("download");
  if (strlen (start) <= NAME_MAX_BYTES)
    return g_strdup (start);
  const char *extension = find_extension (start);
  g_autofree char *stem = cut (start, NAME_MAX_BYTES - strlen (extension));
  return g_strconcat (stem, extension, NULL);
}

/**
 * bulla_download_name_number:
 * @name: a result of bulla_download_name_from()
 * @number: how many files have the name already
 *
 * Returns: (transfer full): @name if @number is 0; otherwise with the number before its extension
 */
char *
bulla_download_name_number (const char *name, guint number)
{
  const char *extension = find_extension (name);

  if (number == 0)
    return g_strdup (name);
  return g_strdup_printf ("%.*s (%u)%s",
                          (int)(extension[0] != '\0' ? extension - name : (int)strlen (name)), name,
                          number, extension);
}
