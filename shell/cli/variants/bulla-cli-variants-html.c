/* bulla-cli-variants-html.c - writes choices as one self-contained HTML page
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every cell has its grade in words and a sign, and colours only repeat them. Rows are filtered by
 * radio buttons and :has(); where script is on, also by words. Nothing else needs script. */
#include "bulla-cli-variants-html.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-variants-html-tables.h"
#include "bulla-cli-variants-junit.h"
#include "bulla-cli-variants-lint.h"
#include "bulla-cli-variants-text.h"
#include "bulla-cli.h"
#include "bulla-printable.h"

/* %s: the script's digest, so that no other script runs */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'"

/* Shows the field of the filter, and hides the rows that lack its words. */
static const char SCRIPT[] =
    "const f=document.querySelector('#words'),o=document.querySelector('#found');"
    "f.closest('p').hidden=false;"
    "f.addEventListener('input',()=>{const w=f.value.toLowerCase().split(/\\s+/).filter(Boolean);"
    "let n=0;for(const r of document.querySelectorAll('tbody tr')){"
    "const t=(r.textContent+' '+r.closest('table').caption.textContent).toLowerCase();"
    "r.hidden=!w.every(e=>t.includes(e));n+=!r.hidden}o.textContent=n})";

static const char STYLE[] =
    ":root{color-scheme:light dark;--line:#767676}"
    "body{font:1rem/1.5 system-ui,sans-serif;margin:1.5rem;max-width:100rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "caption{text-align:start;font-weight:bold;padding:.25rem 0}"
    "th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:start;vertical-align:top}"
    "th{font-weight:600}.scroll{overflow-x:auto}"
    ".out{border:3px double currentColor;font-weight:600}"
    ".first-choice,.only{background:#d9f2d9;color:#0b3d0b}"
    ".later-choice,.default,.wildcard{background:#fff3cd;color:#4d3800}"
    ".out{background:#fbdcdc;color:#5c0000}"
    "summary{cursor:pointer}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    ":focus-visible{outline:3px solid #1a5fb4;outline-offset:2px}"
    "body:has(#only-out:checked) .fine{display:none}"
    "@media(prefers-color-scheme:dark){.first-choice,.only{background:#0b3d0b;color:#d9f2d9}"
    ".later-choice,.default,.wildcard{background:#4d3800;color:#fff3cd}"
    ".out{background:#5c0000;color:#fbdcdc}:focus-visible{outline-color:#99c1f1}}"
    "@media(prefers-contrast:more){th,td{border-width:2px}}"
    "@media(forced-colors:active){td{forced-color-adjust:auto}}"
    "@page{size:landscape}@media print{.filter{display:none}thead{display:table-header-group}"
    "tr,details{break-inside:avoid}.scroll{overflow:visible}"
    "td{background:none!important;color:#000!important}}";

static void
append_element (GString *html, const char *tag, const char *text)
{
  g_string_append_printf (html, "<%s>", tag);
  bulla_cli_html_append (html, text);
  g_string_append_printf (html, "</%.*s>\n", (int)strcspn (tag, " "), tag);
}

static const char *
sign_of (const BullaCliChoice *choice)
{
  static const char *const signs[BULLA_CLI_GRADES_N] = {"◆", "◇", "○", "△", "✗", "●", "–"};

  return bulla_cli_choice_is_left_out (choice) ? "✗" : signs[choice->grade];
}

static char *
dup_cell (const BullaCliChoice *choice)
{
  g_autofree char *key = bulla_cli_choice_dup_key (choice);
  g_autoptr (GString) text = g_string_new (sign_of (choice));

  g_string_append_printf (text, " %s", bulla_cli_grade_get_words (choice->grade));
  if (choice->key >= 0)
    g_string_append_printf (text, ": %s", key);
  if (choice->chosen != NULL) {
    g_autofree char *bytes = bulla_cli_variants_dup_bytes (choice->chosen->bytes);
    g_string_append_printf (text, ", %s", bytes);
  }
  if (choice->unusable_cause != NULL)
    g_string_append_printf (text, _ ("; unusable: %s"),
                            bulla_cli_unusable_get_words (choice->unusable_cause));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const BullaCliChoice *
choice_at (const BullaCliChoices *choices, guint row, guint client, guint n_clients)
{
  return bulla_cli_choices_get (choices, row * n_clients + client);
}

/* --- clients that behave alike share a column */

static gboolean
are_alike (const BullaCliChoices *choices, guint one, guint other, guint n_clients)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices) / n_clients; i++) {
    const BullaCliChoice *a = choice_at (choices, i, one, n_clients);
    const BullaCliChoice *b = choice_at (choices, i, other, n_clients);
    if (a->grade != b->grade || a->key != b->key
        || g_strcmp0 (a->unusable_cause, b->unusable_cause) != 0)
      return FALSE;
  }
  return TRUE;
}

/* Returns for each client the first one that behaves like it. */
static guint *
find_columns (const BullaCliChoices *choices, guint n_clients)
{
  guint *columns = g_new (guint, n_clients + 1);

  for (guint i = 0; i < n_clients; i++) {
    columns[i] = 0;
    while (columns[i] < i
           && (columns[columns[i]] != columns[i] || !are_alike (choices, columns[i], i, n_clients)))
      columns[i]++;
  }
  return columns;
}

static void
append_column_head (GString *html, const GPtrArray *clients, const guint *columns, guint column)
{
  gboolean first = TRUE;

  g_string_append (html, "<th scope=\"col\">");
  for (guint i = 0; i < clients->len; i++) {
    if (columns[i] != column)
      continue;
    g_string_append (html, first ? "" : ", ");
    bulla_cli_html_append (html, ((BullaClient *)clients->pdata[i])->name);
    first = FALSE;
  }
  g_string_append (html, "</th>");
}

static gboolean
is_row_fine (const BullaCliChoices *choices, guint row, guint n_clients)
{
  for (guint i = 0; i < n_clients; i++)
    if (bulla_cli_choice_is_left_out (choice_at (choices, row, i, n_clients)))
      return FALSE;
  return TRUE;
}

static void
append_row (GString *html, const BullaCliChoices *choices, guint row, const guint *columns,
            guint n_clients)
{
  const BullaCliGroup *group = choice_at (choices, row, 0, n_clients)->group;
  g_autofree char *heading = bulla_cli_group_to_heading (group);

  g_string_append_printf (html, "<tr%s><th scope=\"row\">",
                          is_row_fine (choices, row, n_clients) ? " class=\"fine\"" : "");
  bulla_cli_html_append (html, heading);
  g_string_append (html, "</th>");
  for (guint i = 0; i < n_clients; i++) {
    const BullaCliChoice *choice = choice_at (choices, row, i, n_clients);
    g_autofree char *cell = dup_cell (choice);
    if (columns[i] != i)
      continue;
    g_string_append_printf (
        html, "<td class=\"%s\">",
        bulla_cli_choice_is_left_out (choice) ? "out" : bulla_cli_grade_get_nick (choice->grade));
    bulla_cli_html_append (html, cell);
    g_string_append (html, "</td>");
  }
  g_string_append (html, "</tr>\n");
}

static void
append_table (GString *html, const BullaCliChoices *choices, const GPtrArray *clients)
{
  guint n = clients->len;
  g_autofree guint *columns = find_columns (choices, n);

  append_element (html, "h2 id=\"table\"", _ ("Choices of all clients"));
  g_string_append (html, "<fieldset class=\"filter\"><legend>");
  bulla_cli_html_append (html, _ ("Resources shown"));
  g_string_append (html, "</legend><label><input type=\"radio\" name=\"f\" id=\"all\" checked> ");
  bulla_cli_html_append (html, _ ("All"));
  g_string_append (html, "</label> <label><input type=\"radio\" name=\"f\" id=\"only-out\"> ");
  bulla_cli_html_append (html, _ ("Only resources that leave a client out"));
  g_string_append (html,
                   "</label></fieldset>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                   "aria-labelledby=\"table\"><table><caption>");
  bulla_cli_html_append (
      html, _ ("The choice of each client for each resource; clients that behave alike share a "
               "column"));
  g_string_append (html, "</caption><thead><tr><th scope=\"col\">");
  bulla_cli_html_append (html, _ ("Resource"));
  g_string_append (html, "</th>");
  for (guint i = 0; i < n; i++)
    if (columns[i] == i)
      append_column_head (html, clients, columns, i);
  g_string_append (html, "</tr></thead>\n<tbody>\n");
  for (guint i = 0; i < bulla_cli_choices_get_n (choices) / n; i++)
    append_row (html, choices, i, columns, n);
  g_string_append (html, "</tbody></table></div>\n");
}

/* --- other sections */

/* Lists the clients that are left out, each with its trace. */
static void
append_left_out (GString *html, const BullaCliChoices *choices)
{
  guint n = 0;

  append_element (html, "h2", _ ("Left out"));
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++) {
    const BullaCliChoice *choice = bulla_cli_choices_get (choices, i);
    g_autofree char *cell = dup_cell (choice);
    g_autofree char *trace = bulla_cli_choice_dup_trace (choice);
    if (!bulla_cli_choice_is_left_out (choice))
      continue;
    n++;
    g_string_append (html, "<details><summary>");
    bulla_cli_html_append (html, choice->client->description);
    g_string_append (html, " – ");
    bulla_cli_html_append (html, choice->group->url);
    g_string_append (html, ": ");
    bulla_cli_html_append (html, cell);
    g_string_append (html, "</summary><pre>");
    g_auto (GStrv) lines = g_strsplit (trace, "\n", -1);
    for (guint j = 0; lines[j] != NULL; j++) {
      bulla_cli_html_append (html, lines[j]);
      g_string_append_c (html, '\n');
    }
    g_string_append (html, "</pre></details>\n");
  }
  if (n == 0)
    append_element (html, "p", _ ("Nobody."));
}

static void
append_lints (GString *html, const GPtrArray *lints)
{
  append_element (html, "h2", _ ("Findings"));
  g_string_append (html, lints->len > 0 ? "<ul>\n" : "");
  for (guint i = 0; i < lints->len; i++) {
    const BullaCliLint *lint = lints->pdata[i];
    g_autofree char *rule =
        g_strdup_printf ("%s %s", bulla_cli_lint_get_severity (lint), lint->rule);
    g_string_append (html, "<li><strong>");
    bulla_cli_html_append (html, rule);
    g_string_append (html, "</strong> ");
    bulla_cli_html_append (html, lint->group->url);
    g_string_append (html, ": ");
    bulla_cli_html_append (html, lint->translated);
    g_string_append (html, ". ");
    bulla_cli_html_append (html, _ (lint->remedy));
    g_string_append (html, "</li>\n");
  }
  g_string_append (html, lints->len > 0 ? "</ul>\n" : "");
  if (lints->len == 0)
    append_element (html, "p", _ ("None."));
}

static void
append_clients (GString *html, const GPtrArray *clients)
{
  append_element (html, "h2", _ ("Clients"));
  g_string_append (html, "<dl>\n");
  for (guint i = 0; i < clients->len; i++) {
    const BullaClient *client = clients->pdata[i];
    g_auto (GStrv) sources = g_strsplit (client->sources, "\n", -1);
    append_element (html, "dt", client->name);
    append_element (html, "dd", client->description);
    for (guint j = 0; sources[j] != NULL; j++)
      if (*sources[j] != '\0' && strcmp (sources[j], client->description) != 0)
        append_element (html, "dd", sources[j]);
  }
  g_string_append (html, "</dl>\n");
}

/* Appends the data of the page; `<` is escaped, so that no text ends the element. */
static void
append_data (GString *html, const GPtrArray *records)
{
  g_string_append (html, "<script type=\"application/json\" id=\"data\">[");
  for (guint i = 0; i < records->len; i++) {
    g_auto (GStrv) parts = g_strsplit (records->pdata[i], "<", -1);
    g_autofree char *safe = g_strjoinv ("\\u003c", parts);
    g_string_append_printf (html, "%s\n%s", i > 0 ? "," : "", safe);
  }
  g_string_append (html, "\n]</script>\n");
}

static char *
dup_digest (const GPtrArray *records)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < records->len; i++)
    g_checksum_update (checksum, records->pdata[i], -1);
  return g_strdup (g_checksum_get_string (checksum));
}

static char *
dup_script_digest (void)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *)SCRIPT, (gssize)strlen (SCRIPT));
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, length);
}

/* Returns: (transfer full): the language of the messages as a BCP 47 tag, which the header of the
 * catalogue in use names; English without a catalogue */
static char *
dup_language (void)
{
  static const char field[] = "\nLanguage: ";
  const char *header = gettext ("");
  const char *found = header[0] != '\0' ? strstr (header, field) : NULL;

  if (found == NULL)
    return g_strdup ("en");
  const char *start = found + strlen (field);
  char *tag = g_strndup (start, strspn (start, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_"));
  return g_strdelimit (tag, "_", '-');
}

static void
append_head (GString *html, const BullaCliVariantsPage *page)
{
  g_autofree char *digest = dup_digest (page->records);
  g_autofree char *time = bulla_cli_format_utc (page->now);
  g_autofree char *script = dup_script_digest ();
  g_autofree char *language = dup_language ();

  g_string_append_printf (html, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", language);
  g_string_append (html, "<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"");
  g_string_append_printf (html, POLICY, script);
  g_string_append (html, "\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width\">\n"
                         "<meta name=\"generator\" content=\"Bulla " BULLA_VERSION "\">\n");
  g_string_append_printf (html, "<meta name=\"bulla-data-sha256\" content=\"%s\">\n<title>",
                          digest);
  bulla_cli_html_append (html, _ ("Variants and clients"));
  g_string_append_printf (html, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", STYLE);
  append_element (html, "h1", _ ("Variants and clients"));
  append_element (html, "p", page->summary);
  g_autofree char *about =
      g_strdup_printf (_ ("Bulla %s, profile %s, %s"), BULLA_VERSION, page->profile, time);
  append_element (html, "p", about);
  g_string_append (html, "<p class=\"filter\" hidden><label>");
  bulla_cli_html_append (html, _ ("Rows with these words"));
  g_string_append (html, " <input type=\"search\" id=\"words\"></label> <output id=\"found\" "
                         "for=\"words\"></output></p>\n");
}

/**
 * bulla_cli_choices_to_html: (skip)
 * @choices: the choices
 * @page: what the page says besides; at least one client
 *
 * Returns: (transfer full): an HTML document
 */
char *
bulla_cli_choices_to_html (const BullaCliChoices *choices, const BullaCliVariantsPage *page)
{
  GString *html = g_string_new (NULL);
  guint n = page->clients->len;

  append_head (html, page);
  append_left_out (html, choices);
  if (page->changes != NULL) {
    append_element (html, "h2", _ ("Changes"));
    bulla_cli_html_append_changes (html, page->changes);
  }
  append_table (html, choices, page->clients);
  append_element (html, "h2", _ ("Which clients get which value"));
  bulla_cli_html_append_matrix (html, choices, n);
  append_element (html, "h2", _ ("Costs"));
  bulla_cli_html_append_costs (html, choices, n);
  append_lints (html, page->lints);
  append_clients (html, page->clients);
  g_string_append (html, "</main>\n");
  append_data (html, page->records);
  g_string_append_printf (html, "<script>%s</script>\n", SCRIPT);
  g_string_append (html, "</body>\n</html>\n");
  return g_string_free (html, FALSE);
}
