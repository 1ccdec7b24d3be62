/* bulla-cli-variants-html-tables.c - writes the tables of the page: values, costs and changes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-html-tables.h"

#include <glib/gi18n.h>

#include "bulla-cli-variants-change.h"
#include "bulla-cli-variants-cost.h"
#include "bulla-cli-variants-matrix.h"
#include "bulla-cli-variants-text.h"
#include "bulla-printable.h"

/* a page that is written, row by row */
typedef struct {
  GString *html;                 /* borrowed */
  const BullaVariantsAxis *axis; /* borrowed; the axis of the open table; NULL if none is open */
  const BullaCliGroup *group;    /* borrowed; the URL of the open table; NULL if none is open */
  guint n;                       /* number of tables so far */
} Page;

/**
 * bulla_cli_html_append: (skip)
 * @html: a page
 * @text: (nullable): text of any bytes
 *
 * Appends the text as the content of an element or of an attribute.
 */
void
bulla_cli_html_append (GString *html, const char *text)
{
  g_autofree char *printable = bulla_printable_dup (text != NULL ? text : "");
  g_autofree char *escaped = g_markup_escape_text (printable, -1);

  g_string_append (html, escaped);
}

/* Appends a cell. @klass: (nullable); @text: (nullable): %NULL appends no text */
static void
append_cell (GString *html, const char *klass, const char *text)
{
  g_string_append_printf (html, klass != NULL ? "<td class=\"%s\">" : "<td>", klass);
  bulla_cli_html_append (html, text);
  g_string_append (html, "</td>");
}

static void
append_row_head (GString *html, const char *text)
{
  g_string_append (html, "<tr><th scope=\"row\">");
  bulla_cli_html_append (html, text);
  g_string_append (html, "</th>");
}

/* Begins a table with its caption and the heads of its columns. */
static void
begin_table (Page *page, const char *id, const char *caption, const char *const *heads)
{
  g_string_append_printf (page->html,
                          "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                          "aria-labelledby=\"%s-%u\"><table class=\"%s\"><caption id=\"%s-%u\">",
                          id, page->n, id, id, page->n);
  page->n++;
  bulla_cli_html_append (page->html, caption);
  g_string_append (page->html, "</caption><thead><tr>");
  for (guint i = 0; heads[i] != NULL; i++) {
    g_string_append (page->html, "<th scope=\"col\">");
    bulla_cli_html_append (page->html, heads[i]);
    g_string_append (page->html, "</th>");
  }
  g_string_append (page->html, "</tr></thead><tbody>\n");
}

static void
end_table (Page *page)
{
  if (page->group != NULL)
    g_string_append (page->html, "</tbody></table></div>\n");
  page->axis = NULL;
  page->group = NULL;
}

/* --- who reaches which value */

static void
append_value (const BullaCliCell *cell, gpointer user_data)
{
  static const char *const classes[BULLA_CLI_REACH_N] = {"first-choice", "later-choice", "wildcard",
                                                         "default", "out"};
  Page *page = user_data;
  gboolean any = FALSE;

  if (page->axis != cell->axis || page->group != cell->group) {
    g_autofree char *group = bulla_cli_group_to_heading (cell->group);
    g_autofree char *caption = g_strdup_printf ("%s  %s", group, cell->axis->name);
    const char *heads[BULLA_CLI_REACH_N + 3] = {_ ("Value")};
    for (int i = 0; i < BULLA_CLI_REACH_N; i++)
      heads[i + 1] = bulla_cli_reach_get_words ((BullaCliReach)i);
    heads[BULLA_CLI_REACH_N + 1] = _ ("Reached");
    end_table (page);
    begin_table (page, "matrix", caption, heads);
    page->axis = cell->axis;
    page->group = cell->group;
  }
  append_row_head (page->html, cell->value);
  for (int i = 0; i < BULLA_CLI_REACH_N; i++) {
    g_autofree char *list = g_strjoinv (", ", cell->clients[i]);
    g_autofree char *text =
        *list != '\0' ? g_strdup_printf ("%s %s", bulla_cli_reach_get_sign ((BullaCliReach)i), list)
                      : g_strdup ("–");
    append_cell (page->html, *list != '\0' ? classes[i] : NULL, text);
    any = any || (*list != '\0' && i != BULLA_CLI_REACH_UNUSABLE);
  }
  append_cell (page->html, any ? NULL : "out",
               any ? _ ("yes") : _ ("✗ by no client that can use it"));
  g_string_append (page->html, "</tr>\n");
}

/**
 * bulla_cli_html_append_matrix: (skip)
 * @html: a page
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 *
 * Appends a table for each URL and axis: a row for each value, with the clients that reach it.
 */
void
bulla_cli_html_append_matrix (GString *html, const BullaCliChoices *choices, guint n_clients)
{
  Page page = {html, NULL, NULL, 0};

  bulla_cli_variants_foreach_cell (choices, n_clients, append_value, &page);
  end_table (&page);
  if (page.n == 0)
    g_string_append_printf (html, "<p>%s</p>\n", _ ("No resource has variants."));
}

/* --- costs */

static void
append_cost (const BullaCliCost *cost, gpointer user_data)
{
  Page *page = user_data;
  g_autofree char *key = bulla_cli_cost_dup_key (cost);
  g_autofree char *bytes = bulla_cli_variants_dup_bytes (cost->variant->bytes);
  g_autofree char *overhead = bulla_cli_variants_dup_bytes (bulla_cli_cost_get_overhead (cost));
  g_autofree char *rest = bulla_cli_variants_dup_bytes (cost->without);
  g_autofree char *reached = g_strjoinv (", ", cost->reached);
  g_autofree char *hurt = g_strjoinv (", ", cost->hurt);

  if (page->group != cost->group) {
    const char *const heads[] = {_ ("Variant"),
                                 _ ("Size"),
                                 _ ("Overhead"),
                                 _ ("Clients that get it"),
                                 _ ("Size of all others"),
                                 _ ("Clients that need it"),
                                 NULL};
    g_autofree char *caption = bulla_cli_group_to_heading (cost->group);
    end_table (page);
    begin_table (page, "costs", caption, heads);
    page->group = cost->group;
  }
  append_row_head (page->html, key);
  append_cell (page->html, NULL, bytes);
  append_cell (page->html, NULL, overhead);
  append_cell (page->html, NULL, *reached != '\0' ? reached : C_ ("clients", "none"));
  append_cell (page->html, NULL, rest);
  append_cell (page->html, NULL, *hurt != '\0' ? hurt : C_ ("clients", "none"));
  g_string_append (page->html, "</tr>\n");
}

static void
append_download (const BullaCliDownload *download, gpointer user_data)
{
  Page *page = user_data;
  g_autofree char *bytes = bulla_cli_variants_dup_bytes (download->loaded);
  g_autofree char *unused = bulla_cli_variants_dup_bytes (download->unused);

  append_row_head (page->html, download->client);
  append_cell (page->html, NULL, bytes);
  append_cell (page->html, NULL, unused);
  g_string_append (page->html, "</tr>\n");
}

/**
 * bulla_cli_html_append_costs: (skip)
 * @html: a page
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 *
 * Appends a table for each URL with its variants, and one of what each client downloads.
 */
void
bulla_cli_html_append_costs (GString *html, const BullaCliChoices *choices, guint n_clients)
{
  const char *const heads[] = {_ ("Client"), _ ("Downloads"), _ ("Never uses"), NULL};
  Page page = {html, NULL, NULL, 0};

  bulla_cli_variants_foreach_cost (choices, n_clients, append_cost, &page);
  end_table (&page);
  begin_table (&page, "downloads", _ ("What each client downloads"), heads);
  bulla_cli_variants_foreach_download (choices, n_clients, append_download, &page);
  g_string_append (html, "</tbody></table></div>\n");
}

/* --- changes */

static void
append_change (Page *page, const BullaCliChange *change)
{
  gboolean bad =
      change->verdict == BULLA_CLI_CHANGE_WORSE || change->verdict == BULLA_CLI_CHANGE_GONE;
  g_autofree char *verdict =
      g_strdup_printf ("%s%s", bad ? "✗ " : "", bulla_cli_change_get_verdict_words (change));
  g_autofree char *place = change->bundle != NULL
                               ? g_strdup_printf (_ ("%s in %s"), change->url, change->bundle)
                               : g_strdup (change->url);
  g_autofree char *was = bulla_cli_state_to_text (&change->was);
  g_autofree char *is = bulla_cli_state_to_text (&change->is);

  append_row_head (page->html, change->client);
  append_cell (page->html, NULL, place);
  append_cell (page->html, bad ? "out" : NULL, verdict);
  append_cell (page->html, NULL, was);
  append_cell (page->html, NULL, is);
  g_string_append (page->html, "</tr>\n");
}

/**
 * bulla_cli_html_append_changes: (skip)
 * @html: a page
 * @changes: (element-type BullaCliChange): the changes since the baseline
 *
 * Appends a table with a row for each change.
 */
void
bulla_cli_html_append_changes (GString *html, const GPtrArray *changes)
{
  const char *const heads[] = {_ ("Client"), _ ("Resource"), _ ("Change"),
                               _ ("Before"), _ ("Now"),      NULL};
  Page page = {html, NULL, NULL, 0};

  if (changes->len == 0) {
    g_string_append_printf (html, "<p>%s</p>\n", _ ("Nothing changed."));
    return;
  }
  begin_table (&page, "changes", _ ("Changes since the baseline"), heads);
  for (guint i = 0; i < changes->len; i++)
    append_change (&page, changes->pdata[i]);
  g_string_append (html, "</tbody></table></div>\n");
}
