/* bulla-cli-page-event.c - one event on the gateway's own page, as HTML
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-page-event.h"

#include <glib/gi18n.h>

#include "bulla-cli.h"
#include "bulla-explain.h"
#include "bulla-printable.h"

static const struct {
  const char *style, *label;
} STANDINGS[] = {
    [BULLA_CLI_STANDING_ACCEPTED] = {"accepted", N_ ("Package accepted")},
    [BULLA_CLI_STANDING_SHOWN] = {"shown", N_ ("Shown from a package")},
    [BULLA_CLI_STANDING_LIVE] = {"live", N_ ("Live page")},
    [BULLA_CLI_STANDING_FELL_BACK] = {"fell-back", N_ ("Live page in place of the package")},
    [BULLA_CLI_STANDING_SEPARATE] = {"separate", N_ ("Not shown: it needs an origin of its own")},
    [BULLA_CLI_STANDING_REFUSED] = {"refused", N_ ("Refused")},
    [BULLA_CLI_STANDING_UNUSED] = {"unused", N_ ("Prefetched, and not used")},
    [BULLA_CLI_STANDING_TRUNCATED] = {"truncated", N_ ("Broken off")},
};

static const char *const STATES[] = {
    [BULLA_STATE_HELD] = N_ ("Passed"),
    [BULLA_STATE_BROKEN] = N_ ("Failed"),
    [BULLA_STATE_UNASKED] = N_ ("Not checked"),
};

void
bulla_cli_page_event_free (BullaCliPageEvent *self)
{
  g_free (self->url);
  g_free (self->deliverer);
  g_free (self->message);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_free (self);
}

/**
 * bulla_cli_page_append: (skip)
 * @before: HTML
 * @text: text from anywhere, which is escaped
 * @after: HTML
 */
void
bulla_cli_page_append (GString *html, const char *before, const char *text, const char *after)
{
  g_autofree char *printable = bulla_printable_dup (text);
  g_autofree char *escaped = g_markup_escape_text (printable, -1);

  g_string_append_printf (html, "%s%s%s", before, escaped, after);
}

static void
append_pair (GString *html, const char *title, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  bulla_cli_page_append (html, "<dt>", title, "</dt>");
  bulla_cli_page_append (html, "<dd>", text, "</dd>");
}

static void
append_reason (GString *html, const BullaVerdict *verdict)
{
  BullaReason reason = bulla_verdict_get_reason (verdict);
  g_autofree char *why = bulla_verdict_dup_why (verdict);

  if (reason == BULLA_REASON_NONE)
    return;
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  bulla_cli_page_append (html, "<dt>", _ ("Reason"), "</dt>");
  bulla_cli_page_append (html, "<dd><code>", bulla_reason_get_nick (reason), "</code></dd>");
  append_pair (html, _ ("Observed"), why);
  if (explanation == NULL)
    return;
  append_pair (html, _ ("What it means"), bulla_explanation_get_meaning (explanation));
  append_pair (html, _ ("Remedy"), bulla_explanation_get_remedy (explanation));
}

static void
append_step (GString *html, const BullaVerdict *verdict, guint step)
{
  BullaState state = bulla_verdict_get_state (verdict, step);
  g_autofree char *observed = bulla_explain_observed (verdict, step);
  g_autofree char *required = bulla_explain_required (verdict, step);

  bulla_cli_page_append (html, "<tr class=\"", bulla_state_get_nick (state), "\">");
  bulla_cli_page_append (html, "<td>", _ (STATES[state]), "</td>");
  bulla_cli_page_append (html, "<th scope=\"row\">",
                         bulla_explain_text (bulla_verdict_get_title (verdict, step)), " ");
  bulla_cli_page_append (html, "<code>", bulla_verdict_get_rule (verdict, step), "</code></th>");
  bulla_cli_page_append (html, "<td>", observed != NULL ? observed : "", "</td>");
  bulla_cli_page_append (html, "<td>", required != NULL ? required : "", "</td></tr>");
}

static void
append_steps (GString *html, const BullaVerdict *verdict, BullaState state)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == state)
      append_step (html, verdict, i);
}

/* The broken rules come first. */
static void
append_trace (GString *html, const BullaVerdict *verdict)
{
  guint broken = 0;
  guint n = bulla_verdict_get_n_steps (verdict);

  for (guint i = 0; i < n; i++)
    broken += bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN;
  g_autofree char *summary = g_strdup_printf (_ ("Rules: %u, failed: %u"), n, broken);
  bulla_cli_page_append (html, "<details><summary>", summary, "</summary>");
  bulla_cli_page_append (html, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"",
                         _ ("Rules"), "\"><table><thead><tr>");
  bulla_cli_page_append (html, "<th scope=\"col\">", _ ("Result"), "</th>");
  bulla_cli_page_append (html, "<th scope=\"col\">", _ ("Rule"), "</th>");
  bulla_cli_page_append (html, "<th scope=\"col\">", _ ("Observed"), "</th>");
  bulla_cli_page_append (html, "<th scope=\"col\">", _ ("Required"), "</th></tr></thead><tbody>");
  append_steps (html, verdict, BULLA_STATE_BROKEN);
  append_steps (html, verdict, BULLA_STATE_HELD);
  append_steps (html, verdict, BULLA_STATE_UNASKED);
  g_string_append (html, "</tbody></table></div></details>");
}

/* Offers to ask the publisher's server in place of the package. */
static void
append_live (GString *html, const char *url)
{
  g_autofree char *label = g_strdup_printf (_ ("Go live: %s"), url);
  g_autofree char *value = g_uri_escape_string (url, NULL, FALSE);

  bulla_cli_page_append (html, "<form method=\"post\" action=\"live?url=", value, "\">");
  bulla_cli_page_append (html, "<button aria-label=\"", label, "\">");
  bulla_cli_page_append (html, "", _ ("Go live"), "</button></form>");
}

/**
 * bulla_cli_page_event_append: (skip)
 * @self: an event
 * @html: receives an element with an id of its own
 */
void
bulla_cli_page_event_append (const BullaCliPageEvent *self, GString *html)
{
  g_autofree char *time = bulla_cli_format_utc (self->time);
  gboolean web = g_str_has_prefix (self->url, "https:") || g_str_has_prefix (self->url, "http:");

  g_string_append_printf (html, "<article id=\"e%" G_GUINT64_FORMAT "\" class=\"%s\">", self->id,
                          STANDINGS[self->standing].style);
  bulla_cli_page_append (html, "<h3><span class=\"standing\">", _ (STANDINGS[self->standing].label),
                         "</span> ");
  bulla_cli_page_append (html, "", self->url, "</h3>");
  bulla_cli_page_append (html, "<p><time>", time, "</time></p>");
  if (self->message != NULL)
    bulla_cli_page_append (html, "<p>", self->message, "</p>");
  g_string_append (html, "<dl>");
  append_pair (html, _ ("Delivered by"), self->deliverer);
  if (self->verdict != NULL)
    append_reason (html, self->verdict);
  g_string_append (html, "</dl>");
  if (self->verdict != NULL)
    append_trace (html, self->verdict);
  if (web && self->standing != BULLA_CLI_STANDING_LIVE)
    append_live (html, self->url);
  g_string_append (html, "</article>");
}
