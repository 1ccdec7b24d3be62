/* bulla-page.c - the pages that the shell writes itself
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-page.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-entry.h"
#include "bulla-error.h"
#include "bulla-explain.h"

#define STYLE_PATH "/org/bulla/Shell/page.css"

G_DEFINE_QUARK (bulla - page - error, bulla_page_error)

static void
append (GString *html, const char *before, const char *text, const char *after)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append_printf (html, "%s%s%s", before, escaped, after);
}

static const char *
name_headline (BullaLoad *load, const GError *error)
{
  if (load != NULL)
    return _ ("This package is not shown");
  if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_REFUSED))
    return _ ("This address is not opened");
  return _ ("This page could not be loaded");
}

static void
append_head (GString *html, const char *headline)
{
  g_autoptr (GBytes) style =
      g_resources_lookup_data (STYLE_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  /* what is written here runs nothing and fetches nothing, whatever a package put in its names */
  g_string_append (html, "<!doctype html><html><head><meta charset=\"utf-8\">"
                         "<meta http-equiv=\"Content-Security-Policy\" "
                         "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                         "<meta name=\"viewport\" content=\"width=device-width\">"
                         "<meta name=\"color-scheme\" content=\"light dark\">");
  append (html, "<title>", headline, "</title>");
  if (style != NULL)
    g_string_append_printf (html, "<style>%s</style>",
                            (const char *)g_bytes_get_data (style, NULL));
  append (html, "</head><body><main><h1>", headline, "</h1>");
}

static void
append_step (GString *html, BullaEntry *entry)
{
  append (html, "<tr class=\"", bulla_entry_get_style (entry), "\">");
  append (html, "<td>", bulla_entry_get_state_label (entry), "</td>");
  append (html, "<th scope=\"row\">", bulla_entry_get_title (entry), "</th>");
  append (html, "<td>", bulla_entry_get_value (entry) != NULL ? bulla_entry_get_value (entry) : "",
          "</td>");
  append (html, "<td>",
          bulla_entry_get_required (entry) != NULL ? bulla_entry_get_required (entry) : "",
          "</td>");
  append (html, "<td>",
          bulla_entry_get_anchor (entry) != NULL ? bulla_entry_get_anchor (entry) : "",
          "</td></tr>");
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return bulla_entry_compare (*(BullaEntry **)a, *(BullaEntry **)b);
}

static void
append_trace (GString *html, BullaVerdict *verdict)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    g_ptr_array_add (steps, bulla_entry_new_for_step (verdict, i));
  g_ptr_array_sort (steps, compare);
  append (html, "<h2>", _ ("Every rule that was asked"),
          "</h2><div class=\"wide\"><table><thead><tr>");
  append (html, "<th scope=\"col\">", _ ("State"), "</th>");
  append (html, "<th scope=\"col\">", _ ("Rule"), "</th>");
  append (html, "<th scope=\"col\">", _ ("Observed"), "</th>");
  append (html, "<th scope=\"col\">", _ ("Required"), "</th>");
  append (html, "<th scope=\"col\">", _ ("Source"), "</th></tr></thead><tbody>");
  for (guint i = 0; i < steps->len; i++)
    append_step (html, steps->pdata[i]);
  g_string_append (html, "</tbody></table></div>");
}

static void
append_explanation (GString *html, BullaReason reason)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);

  if (explanation == NULL)
    return;
  append (html, "<h2>", _ ("What it means"), "</h2>");
  append (html, "<p>", bulla_explanation_get_meaning (explanation), "</p>");
  append (html, "<p>", bulla_explanation_get_impact (explanation), "</p>");
  append (html, "<h2>", _ ("What can be done"), "</h2>");
  append (html, "<p>", bulla_explanation_get_remedy (explanation), "</p>");
}

static void
append_package (GString *html, BullaLoad *load)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  BullaReason reason = bulla_verdict_get_reason (verdict);
  const char *url = bulla_load_get_url (load);

  append (html, "<p>", _ ("It was judged, and may not speak for the publisher it names."), "</p>");
  append (html, "<p class=\"reason\"><span>", _ ("Reason"), "</span> ");
  append (html, "<code>", reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : "-",
          "</code></p>");
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_FALL_BACK && url != NULL
      && g_str_has_prefix (url, "https://")) {
    append (html, "<p><a class=\"button\" id=\"fallback\" rel=\"noreferrer\" href=\"", url, "\">");
    append (html, "", _ ("Go to the publisher’s own page"), "</a></p>");
    append (html, "<p class=\"dim\">", url, "</p>");
  }
  append_explanation (html, reason);
  append_trace (html, verdict);
}

/**
 * bulla_page_write_refusal:
 * @address: what was asked for
 * @load: (nullable): the package that was judged
 * @error: (nullable): what went wrong on our side
 *
 * Returns: (transfer full): HTML
 */
char *
bulla_page_write_refusal (const char *address, BullaLoad *load, const GError *error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *shown = bulla_address_for_display (address);

  append_head (html, name_headline (load, error));
  append (html, "<p class=\"address\">", shown, "</p>");
  if (load != NULL)
    append_package (html, load);
  else if (error != NULL)
    append (html, "<p>", error->message, "</p>");
  g_string_append (html, "</main></body></html>");
  return g_string_free (g_steal_pointer (&html), FALSE);
}
