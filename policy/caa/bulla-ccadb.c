/* bulla-ccadb.c - reads CCADB's list of CAA identifiers, AllCAAIdentifiersReportCSVV2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A CSV (RFC 4180) with a row for each issuing certificate: its subject, its subject key
 * identifier, and the domains that its authority recognises in CAA records. */
#include "bulla-ccadb.h"

#include <string.h>

#define BYTE_ORDER_MARK "\357\273\277"
#define SUBJECT "Subject"
#define KEY "Subject Key Identifier (Hex)"
#define DOMAINS "Recognized CAA Domains"
#define COLUMNS_MAX 64

typedef struct {
  const char *at, *end;
  guint line; /* number of the row being read, counted from 1 */
} Csv;

static Csv
open_csv (const char *text, gsize length)
{
  Csv csv = {text, text + length, 1};

  if (length >= strlen (BYTE_ORDER_MARK)
      && memcmp (text, BYTE_ORDER_MARK, strlen (BYTE_ORDER_MARK)) == 0)
    csv.at += strlen (BYTE_ORDER_MARK);
  return csv;
}

static gboolean
refuse_csv (const Csv *csv, const char *what, GError **error)
{
  g_set_error (error, BULLA_ISSUERS_ERROR, BULLA_ISSUERS_ERROR_SYNTAX, "line %u: %s", csv->line,
               what);
  return FALSE;
}

/* Reads a quoted field, where "" is a quotation mark; FALSE if the closing mark is missing. */
static gboolean
take_quoted (Csv *csv, GString *field, guint *newlines)
{
  for (csv->at++; csv->at < csv->end; csv->at++) {
    if (*csv->at == '"' && csv->at + 1 < csv->end && csv->at[1] == '"') {
      csv->at++;
    } else if (*csv->at == '"') {
      csv->at++;
      return TRUE;
    }
    *newlines += *csv->at == '\n';
    g_string_append_c (field, *csv->at);
  }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the fields of the next row */
static GPtrArray *
take_row (Csv *csv, GError **error)
{
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  guint newlines = 0;
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GString) field = g_string_new (NULL);
    if (csv->at < csv->end && *csv->at == '"' && !take_quoted (csv, field, &newlines)) {
      refuse_csv (csv, "a quotation mark without its partner", error);
      return NULL;
    }
    while (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n')
      g_string_append_c (field, *csv->at++);
    more = csv->at < csv->end && *csv->at == ',';
    csv->at += csv->at < csv->end;
    if (strlen (field->str) != field->len || !g_utf8_validate (field->str, -1, NULL)
        || row->len == COLUMNS_MAX) {
      refuse_csv (csv, "not a row of text in UTF-8", error);
      return NULL;
    }
    g_ptr_array_add (row, g_strstrip (g_string_free (g_steal_pointer (&field), FALSE)));
  }
  csv->line += newlines;
  return g_steal_pointer (&row);
}

/* Returns the index of the column of that name; -1 if there is none. */
static int
find_column (const GPtrArray *row, const char *name)
{
  for (guint i = 0; i < row->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (row, i), name) == 0)
      return (int)i;
  return -1;
}

static const char *
get_field (const GPtrArray *row, int column)
{
  return column >= 0 && (guint)column < row->len ? g_ptr_array_index (row, column) : "";
}

/**
 * bulla_ccadb_is_caa_list: (skip)
 * @text: (array length=length): a file
 * @length: bytes of @text
 *
 * Returns: whether its first row has the columns of CCADB's list
 */
gboolean
bulla_ccadb_is_caa_list (const char *text, gsize length)
{
  Csv csv = open_csv (text, length);
  g_autoptr (GPtrArray) head = take_row (&csv, NULL);

  return head != NULL && find_column (head, DOMAINS) >= 0;
}

/* Several certificates may have the same key or subject: the domains of all of them count. */
static void
put (BullaIssuers *issuers, BullaIssuerKind kind, const char *value, char **domains, char **sources)
{
  BullaIssuerNames names = {kind == BULLA_ISSUER_SKI ? (char *)value : NULL,
                            kind == BULLA_ISSUER_DN ? (char *)value : NULL, NULL};
  const BullaIssuer *there = bulla_issuers_find (issuers, &names);
  g_autofree char *before = there != NULL ? g_strjoinv (" ", there->domains) : g_strdup ("");
  g_autofree char *new = g_strjoinv (" ", domains);
  g_autofree char *text = g_strconcat (before, " ", new, NULL);
  g_auto (GStrv) all = bulla_issuer_domains_split (text, TRUE);

  bulla_issuers_put (issuers, kind, value, all != NULL ? all : domains, sources, TRUE);
}

/**
 * bulla_ccadb_read: (skip)
 * @issuers: an empty table; undefined after an error
 * @text: (array length=length): CCADB's list
 * @length: bytes of @text
 * @source: the source recorded for its entries
 * @error: a %BULLA_ISSUERS_ERROR
 *
 * Each certificate is entered by its key and by its subject. Rows without a domain are skipped; one
 * with fewer fields than the first is an error, because the file was cut off or changed.
 */
gboolean
bulla_ccadb_read (BullaIssuers *issuers, const char *text, gsize length, const char *source,
                  GError **error)
{
  Csv csv = open_csv (text, length);
  g_autoptr (GPtrArray) head = NULL;
  char *sources[] = {(char *)source, NULL};

  if (length > BULLA_ISSUERS_SIZE_MAX)
    return refuse_csv (&csv, "the table is too large", error);
  head = take_row (&csv, error);
  if (head == NULL)
    return FALSE;
  int subject = find_column (head, SUBJECT), key = find_column (head, KEY);
  int recognized = find_column (head, DOMAINS);
  if (recognized < 0 || (subject < 0 && key < 0))
    return refuse_csv (&csv, "the columns " SUBJECT ", " KEY " and " DOMAINS " are missing", error);
  for (csv.line++; csv.at < csv.end; csv.line++) {
    g_autoptr (GPtrArray) row = take_row (&csv, error);
    if (row == NULL)
      return FALSE;
    if (row->len == 1 && *(const char *)row->pdata[0] == '\0')
      continue; /* an empty line */
    if (row->len < head->len)
      return refuse_csv (&csv, "fewer fields than the first row has", error);
    g_auto (GStrv) domains = bulla_issuer_domains_split (get_field (row, recognized), FALSE);
    if (domains == NULL)
      continue;
    put (issuers, BULLA_ISSUER_SKI, get_field (row, key), domains, sources);
    put (issuers, BULLA_ISSUER_DN, get_field (row, subject), domains, sources);
    if (bulla_issuers_get_n (issuers) > BULLA_ISSUERS_ENTRIES_MAX)
      return refuse_csv (&csv, "there are too many entries", error);
  }
  return TRUE;
}
