/* bulla-shell-pages.c - writes the HTML of the shell's own pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-shell-pages.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-error.h"
#include "bulla-explain.h"
#include "bulla-panel-row.h"
#include "bulla-uri-text.h"
#include "bulla-verdict-text.h"

#define STYLE_PATH "/org/bulla/Shell/page.css"

G_DEFINE_QUARK (bulla - page - error, bulla_page_error)

/**
 * bulla_page_append:
 * @before: HTML
 * @text: text, which is escaped
 * @after: HTML
 */
void
bulla_page_append (GString *html, const char *before, const char *text, const char *after)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *escaped = g_markup_escape_text (valid, -1);

  g_string_append_printf (html, "%s%s%s", before, escaped, after);
}

/**
 * bulla_page_end:
 *
 * Returns: (transfer full): the complete page
 */
char *
bulla_page_end (GString *html)
{
  g_string_append (html, "</main></body></html>");
  return g_string_free (html, FALSE);
}

static char *
dup_headline (const char *address, BullaVerdict *verdict, const GError *error)
{
  g_autofree char *host = address != NULL && g_str_has_prefix (address, "http")
                              ? bulla_url_dup_document_host (address)
                              : NULL;
  BullaReason reason = verdict != NULL ? bulla_verdict_get_reason (verdict) : BULLA_REASON_NONE;

  if (reason == BULLA_REASON_REQUEST_NOT_IN_BUNDLE)
    return g_strdup (_ ("This page is not in the bundle"));
  if (reason == BULLA_REASON_REQUEST_VARIANTS)
    return g_strdup (_ ("This package is not for this browser"));
  if (verdict != NULL)
    return g_strdup (_ ("This package can’t be shown"));
  if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_REFUSED) && host != NULL)
    return g_strdup_printf (_ ("Can’t reach %s"), host);
  if (g_error_matches (error, BULLA_ERROR, BULLA_ERROR_REFUSED))
    return g_strdup (_ ("Can’t open this address"));
  return g_strdup (_ ("Can’t load this page"));
}

/**
 * bulla_page_begin:
 * @headline: headline and title of the page
 */
void
bulla_page_begin (GString *html, const char *headline)
{
  g_autoptr (GBytes) style =
      g_resources_lookup_data (STYLE_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  /* The page runs no scripts and fetches nothing, even if names of a package contain markup. */
  g_string_append (html, "<!doctype html><html><head><meta charset=\"utf-8\">"
                         "<meta http-equiv=\"Content-Security-Policy\" "
                         "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                         "<meta name=\"referrer\" content=\"no-referrer\">"
                         "<meta name=\"viewport\" content=\"width=device-width\">"
                         "<meta name=\"color-scheme\" content=\"light dark\">");
  bulla_page_append (html, "<title>", headline, "</title>");
  if (style != NULL)
    g_string_append_printf (html, "<style>%s</style>",
                            (const char *)g_bytes_get_data (style, NULL));
  bulla_page_append (html, "</head><body><main><h1>", headline, "</h1>");
}

/* The address may be broken after a slash. */
static void
append_address (GString *html, const char *address)
{
  g_autoptr (GString) text = g_string_new (NULL);

  bulla_page_append (text, "", address, "");
  g_string_replace (text, "/", "/<wbr>", 0);
  g_string_append_printf (html, "<p class=\"address\">%s</p>", text->str);
}

/* @value: (nullable). The title is shown where the table has one column; see page.css. */
static void
append_cell (GString *html, const char *title, const char *value)
{
  bulla_page_append (html, "<td data-title=\"", title, "\">");
  bulla_page_append (html, "", value != NULL ? value : "", "</td>");
}

static void
append_step (GString *html, BullaPanelRow *entry)
{
  bulla_page_append (html, "<tr class=\"", bulla_panel_row_get_style (entry), "\">");
  bulla_page_append (html, "<td>", bulla_panel_row_get_state_label (entry), "</td>");
  g_autofree char *source = bulla_panel_row_dup_source_markup (entry);
  bulla_page_append (html, "<th scope=\"row\">", bulla_panel_row_get_title (entry), "");
  bulla_page_append (html, " <code>", bulla_panel_row_get_rule (entry), "</code></th>");
  append_cell (html, _ ("Observed"), bulla_panel_row_get_value (entry));
  append_cell (html, _ ("Required"), bulla_panel_row_get_required (entry));
  g_string_append_printf (html, "<td>%s</td></tr>", source != NULL ? source : "");
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return bulla_panel_row_compare (*(BullaPanelRow **)a, *(BullaPanelRow **)b);
}

static void
append_trace (GString *html, const char *title, BullaVerdict *verdict)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    g_ptr_array_add (steps, bulla_panel_row_new_for_step (verdict, i));
  g_ptr_array_sort (steps, compare);
  bulla_page_append (html, "<h2>", title, "</h2><div class=\"wide\"><table><thead><tr>");
  bulla_page_append (html, "<th scope=\"col\">", _ ("Result"), "</th>");
  bulla_page_append (html, "<th scope=\"col\">", _ ("Rule"), "</th>");
  bulla_page_append (html, "<th scope=\"col\">", _ ("Observed"), "</th>");
  bulla_page_append (html, "<th scope=\"col\">", _ ("Required"), "</th>");
  bulla_page_append (html, "<th scope=\"col\">", _ ("Specification"), "</th></tr></thead><tbody>");
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
  bulla_page_append (html, "<h2>", _ ("What it means"), "</h2>");
  bulla_page_append (html, "<p>", bulla_explanation_get_meaning (explanation), "</p>");
  bulla_page_append (html, "<p>", bulla_explanation_get_impact (explanation), "</p>");
  bulla_page_append (html, "<h2>", _ ("What you can do"), "</h2>");
  bulla_page_append (html, "<p>", bulla_explanation_get_remedy (explanation), "</p>");
}

static const char *
translate (const char *text)
{
  return _ (text);
}

static const char *
name_judgement (BullaReason reason)
{
  if (reason == BULLA_REASON_REQUEST_NOT_IN_BUNDLE)
    return _ ("The bundle does not contain this address, and the profile does not allow the pages "
              "of the bundle to use the network.");
  if (reason == BULLA_REASON_REQUEST_VARIANTS)
    return _ ("It has no variant that this browser accepts.");
  if (reason == BULLA_REASON_REQUEST_FRAMING)
    return _ ("The page does not allow being framed.");
  return _ ("It failed verification, so it can’t be shown as the publisher’s page.");
}

static void
append_verdict (GString *html, BullaVerdict *verdict, const char *fallback_url)
{
  BullaReason reason = bulla_verdict_get_reason (verdict);

  g_autofree char *why = bulla_verdict_is_on_request (verdict)
                             ? bulla_verdict_translate_why (verdict, translate)
                             : NULL;

  bulla_page_append (html, "<p>", name_judgement (reason), "</p>");
  if (why != NULL && reason == BULLA_REASON_REQUEST_VARIANTS)
    bulla_page_append (html, "<p>", why, "</p>");
  bulla_page_append (html, "<p class=\"reason\"><span>", _ ("Reason"), "</span> ");
  bulla_page_append (html, "<code>",
                     reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : "-",
                     "</code></p>");
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_FALL_BACK && fallback_url != NULL
      && g_str_has_prefix (fallback_url, "https://")) {
    bulla_page_append (html, "<p><a class=\"button\" id=\"fallback\" rel=\"noreferrer\" href=\"",
                       fallback_url, "\">");
    bulla_page_append (html, "", _ ("Go to the Publisher’s Page"), "</a></p>");
    bulla_page_append (html, "<p class=\"dim\">", fallback_url, "</p>");
  }
  append_explanation (html, reason);
  append_trace (html, _ ("Rules checked"), verdict);
}

/* Says why a package does not answer the request, and what was checked. @load: (nullable) */
static void
append_set_aside (GString *html, BullaLoad *load, BullaVerdict *request)
{
  g_autofree char *why = bulla_verdict_translate_why (request, translate);

  bulla_page_append (html, "<h2>", _ ("The package was set aside"), "</h2>");
  if (load != NULL)
    bulla_page_append (html, "<p class=\"dim\">", bulla_outer_get_url (bulla_load_get_outer (load)),
                       "</p>");
  bulla_page_append (html, "<p>", why != NULL ? why : "", "</p>");
  bulla_page_append (html, "<p class=\"reason\"><span>", _ ("Reason"), "</span> ");
  bulla_page_append (html, "<code>", bulla_reason_get_nick (bulla_verdict_get_reason (request)),
                     "</code></p>");
  append_explanation (html, bulla_verdict_get_reason (request));
  append_trace (html, _ ("Rules checked for the request"), request);
  if (load != NULL)
    append_trace (html, _ ("Rules checked for the package"), bulla_load_get_verdict (load));
}

static char *
write_page (const char *address, BullaVerdict *verdict, const char *fallback_url,
            const GError *error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *shown = bulla_address_for_display (address);
  g_autofree char *headline = dup_headline (address, verdict, error);

  bulla_page_begin (html, headline);
  append_address (html, shown);
  if (verdict != NULL)
    append_verdict (html, verdict, fallback_url);
  else if (error != NULL)
    bulla_page_append (html, "<p>", error->message, "</p>");
  return bulla_page_end (g_steal_pointer (&html));
}

/**
 * bulla_page_write_verdict:
 * @address: the requested address
 * @verdict: the verdict with the reason why it is not shown
 * @fallback_url: (nullable): the URL to offer instead, if the verdict falls back
 *
 * Returns: (transfer full): HTML
 */
char *
bulla_page_write_verdict (const char *address, BullaVerdict *verdict, const char *fallback_url)
{
  return write_page (address, verdict, fallback_url, NULL);
}

/**
 * bulla_page_write_set_aside:
 * @address: the requested address
 * @load: (nullable): the package that was judged
 * @request: the verdict on the request, because of which the package does not answer it
 * @error: why the server does not, either
 *
 * Returns: (transfer full): HTML
 */
char *
bulla_page_write_set_aside (const char *address, BullaLoad *load, BullaVerdict *request,
                            const GError *error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *shown = bulla_address_for_display (address);
  g_autofree char *headline = dup_headline (address, NULL, error);

  bulla_page_begin (html, headline);
  append_address (html, shown);
  bulla_page_append (html, "<p>", error->message, "</p>");
  append_set_aside (html, load, request);
  return bulla_page_end (g_steal_pointer (&html));
}

/**
 * bulla_page_write_refusal:
 * @address: the requested address
 * @load: (nullable): the package that was judged
 * @error: (nullable): an error of the shell itself
 *
 * Returns: (transfer full): HTML
 */
char *
bulla_page_write_refusal (const char *address, BullaLoad *load, const GError *error)
{
  return write_page (address, load != NULL ? bulla_load_get_verdict (load) : NULL,
                     load != NULL ? bulla_load_get_url (load) : NULL, error);
}
