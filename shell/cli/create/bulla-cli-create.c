/* bulla-cli-create.c - functions shared by the verbs that create packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

#include <bulla.h>
#include <string.h>

#include "bulla-duration.h"
#include "bulla-facts.h"
#include "bulla-loader-internal.h"
#include "write/bulla-chain-writer.h"

#define FOLDERS_MAX 1000 /* most names in the working directory that are looked at */

/* The range of accepted dates. A certificate is valid from some time before its date until years
 * after it, and X.509 must be able to represent all these times. */
#define DATE_MIN G_GINT64_CONSTANT (86400)        /* 1970-01-02 */
#define DATE_MAX G_GINT64_CONSTANT (250246627200) /* 9900-01-01 */

gboolean
bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error)
{
  if (text != NULL)
    return bulla_cli_parse_time_within ("date", text, DATE_MIN, DATE_MAX, seconds, error);
  *seconds = g_get_real_time () / G_USEC_PER_SEC;
  return TRUE;
}

/**
 * bulla_cli_parse_end: (skip)
 * @option: name of the option, without dashes
 * @text: a time, see bulla_cli_parse_time(), or a duration with a unit, such as "12h" or "2d"
 * @date: Unix seconds, from which a duration counts
 * @min: earliest end, Unix seconds
 * @max: latest end, Unix seconds
 * @seconds: (out): the end in Unix seconds, within @min and @max
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_end (const char *option, const char *text, int64_t date, int64_t min, int64_t max,
                     int64_t *seconds, GError **error)
{
  size_t length = strlen (text);
  int64_t duration = 0;

  if (length == 0 || !g_ascii_isalpha (text[length - 1]) || text[length - 1] == 'Z'
      || !bulla_duration_read (text, BULLA_CLI_TIME_MAX, &duration))
    return bulla_cli_parse_time_within (option, text, min, max, seconds, error);
  if (duration <= max - date && date + duration >= min) {
    *seconds = date + duration;
    return TRUE;
  }
  g_autofree char *end = g_strdup_printf ("%" G_GINT64_FORMAT, date + MIN (duration, max));
  return bulla_cli_parse_time_within (option, end, min, max, seconds, error);
}

/* Says whether the root in @folder issued the chain. */
static gboolean
is_issued_by (GBytes *chain, const char *folder)
{
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "ctlogs.json", NULL);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaFacts) facts = NULL;

  bulla_trust_set_system_roots (trust, FALSE);
  if (!g_file_test (root, G_FILE_TEST_IS_REGULAR) || !g_file_test (logs, G_FILE_TEST_IS_REGULAR)
      || !bulla_trust_add_roots (trust, root, NULL))
    return FALSE;
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (NULL, NULL, NULL, NULL, NULL);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaVerdict) verdict = bulla_loader_judge_chain (loader, chain, &facts);
  return facts->cert.known == BULLA_YES && (facts->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) == 0;
}

/**
 * bulla_cli_find_authority: (skip)
 * @credential: a certificate with its issuers
 *
 * Looks for the authority among the folders in the working directory, for the next command that is
 * shown.
 *
 * Returns: (transfer full) (nullable): a folder made by “bulla create authority”
 */
char *
bulla_cli_find_authority (BullaCredential *credential)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (credential);
  g_autoptr (GBytes) placeholder = g_bytes_new_static ("", 1); /* stands for an OCSP response */
  g_autoptr (GBytes) chain = bulla_chain_write (certificates, placeholder, NULL, NULL);
  g_autoptr (GDir) folder = chain != NULL ? g_dir_open (".", 0, NULL) : NULL;
  const char *name = NULL;

  for (guint i = 0; folder != NULL && i < FOLDERS_MAX; i++) {
    name = g_dir_read_name (folder);
    if (name == NULL)
      break;
    if (is_issued_by (chain, name))
      return g_strdup (name);
  }
  return NULL;
}

/* Replaces the suffix: "chain.cbor" becomes "chain.pem"; without a suffix, @with is appended. */
char *
bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with)
{
  size_t length = strlen (path) - (g_str_has_suffix (path, suffix) ? strlen (suffix) : 0);

  return g_strdup_printf ("%.*s%s", (int)length, path, with);
}
