/* bulla-citation.c - expands the specification anchors of rules to readable text and links
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The anchors of rules are short: "IMPL 3.5(4); LOAD#parsing". docs/rules.md names the texts. */
#include "bulla-citation.h"

#include <string.h>

#define DRAFT "https://datatracker.ietf.org/doc/html/draft-"
#define EXPLAINER "https://github.com/WICG/webpackage/blob/main/"

typedef struct {
  const char *name, *url;
  const char *section; /* prefix of section numbers in fragments; NULL if there are none */
} Text;

/* documents by short name; a name that is a prefix of another one comes after it */
static const Text texts[] = {
    {"IMPL", DRAFT "yasskin-httpbis-origin-signed-exchanges-impl-03", "#section-"},
    {"SXG", DRAFT "yasskin-httpbis-origin-signed-exchanges-impl-03", "#section-"},
    {"ORIG", DRAFT "yasskin-http-origin-signed-responses", "#section-"},
    {"LOAD", "https://wicg.github.io/webpackage/loading.html", NULL},
    {"SUBR", "https://wicg.github.io/webpackage/subresource-loading.html", NULL},
    {"SUB", EXPLAINER "explainers/signed-exchange-subresource-substitution.md", NULL},
    {"SH10", DRAFT "ietf-httpbis-header-structure-10", "#section-"},
    {"MICE 03", DRAFT "thomson-http-mice-03", NULL},
    {"variants-06", DRAFT "ietf-httpbis-variants-06", "#section-"},
    {"B1", DRAFT "yasskin-wpack-bundled-exchanges-04", NULL},
    {"B2", "https://wpack-wg.github.io/bundled-responses/draft-ietf-wpack-bundled-responses.html",
     NULL},
    {"PRIM", EXPLAINER "extensions/primary-section.md", NULL},
    {"SIGX", EXPLAINER "extensions/signatures-section.md", NULL},
    {"IB", EXPLAINER "explainers/integrity-signature.md", NULL},
    {"IWA", "https://github.com/WICG/isolated-web-apps/blob/main/Scheme.md", NULL},
    {"NAV", EXPLAINER "explainers/navigation-to-unsigned-bundles.md", NULL},
    {"webpackage", "https://github.com/WICG/webpackage/issues", NULL},
    {"Fetch", "https://fetch.spec.whatwg.org/", NULL},
    {"HTML", "https://html.spec.whatwg.org/", NULL},
    {"CSP3", "https://www.w3.org/TR/CSP3/", NULL},
    {"URL", "https://url.spec.whatwg.org/", NULL},
    {"BR", "https://cabforum.org/working-groups/server/baseline-requirements/requirements/", NULL},
};

static const Text *
find_text (const char *place)
{
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
    size_t length = strlen (texts[i].name);
    if (strncmp (place, texts[i].name, length) == 0 && !g_ascii_isalnum (place[length]))
      return &texts[i];
  }
  return NULL;
}

/* Formats the section in @rest (" 3.5(4)" and more); FALSE if it does not begin with a section. */
static gboolean
append_section (GString *text, GString *url, const char *section_mark, const char *rest)
{
  size_t length = *rest == ' ' ? strspn (rest + 1, "0123456789.") : 0;

  if (length == 0)
    return FALSE;
  g_autofree char *section = g_strndup (rest + 1, length);
  g_string_append_printf (text, " §%s", section);
  if (url != NULL && section_mark != NULL)
    g_string_append_printf (url, "%s%s", section_mark, section);
  rest += 1 + length;
  const char *end = *rest == '(' ? strchr (rest, ')') : NULL;
  if (end != NULL) {
    g_string_append_printf (text, " step %.*s", (int)(end - rest - 1), rest + 1);
    rest = end + 1;
  }
  g_string_append (text, rest);
  return TRUE;
}

/* Formats the fragment in @rest ("#parsing step 3"); FALSE if it does not begin with one. */
static gboolean
append_fragment (GString *text, GString *url, const char *name, const char *rest)
{
  size_t length = *rest == '#' ? strcspn (rest + 1, " ") : 0;

  if (length == 0)
    return FALSE;
  gboolean is_issue = strcmp (name, "webpackage") == 0;
  g_string_append_printf (text, is_issue ? "#%.*s" : " “%.*s”", (int)length, rest + 1);
  g_string_append_printf (url, "%c%.*s", is_issue ? '/' : '#', (int)length, rest + 1);
  g_string_append (text, rest + 1 + length);
  return TRUE;
}

static void
cite_rfc (const char *place, BullaCitationFunc func, gpointer user_data)
{
  size_t length = strspn (place + 4, "0123456789");
  g_autoptr (GString) text = g_string_new_len (place, 4 + (gssize)length);
  g_autoptr (GString) url = g_string_new ("https://www.rfc-editor.org/rfc/rfc");

  g_string_append_len (url, place + 4, (gssize)length);
  if (!append_section (text, url, "#section-", place + 4 + length))
    g_string_append (text, place + 4 + length);
  func (text->str, url->str, user_data);
}

static void
cite (const char *place, BullaCitationFunc func, gpointer user_data)
{
  const Text *known = find_text (place);

  if (g_str_has_prefix (place, "RFC ")) {
    cite_rfc (place, func, user_data);
    return;
  }
  if (known == NULL) {
    func (place, NULL, user_data);
    return;
  }
  const char *rest = place + strlen (known->name);
  g_autoptr (GString) text = g_string_new (known->name);
  g_autoptr (GString) url = g_string_new (known->url);
  if (!append_section (text, url, known->section, rest)
      && !append_fragment (text, url, known->name, rest))
    g_string_append (text, rest);
  func (text->str, url->str, user_data);
}

/**
 * bulla_citation_foreach:
 * @anchor: the anchor of a rule: places in specifications, separated by "; "
 * @func: (scope call): called for each place, in order
 * @user_data: for @func
 *
 * Expands each place to readable text, and finds its URL. Places in browser sources, and Bulla's
 * own limits and settings, have no URL.
 */
void
bulla_citation_foreach (const char *anchor, BullaCitationFunc func, gpointer user_data)
{
  g_return_if_fail (anchor != NULL && func != NULL);
  g_auto (GStrv) places = g_strsplit (anchor, "; ", -1);
  for (size_t i = 0; places[i] != NULL; i++)
    cite (places[i], func, user_data);
}

static void
append_place (const char *text, const char *url, gpointer user_data)
{
  GString *all = user_data;

  g_string_append_printf (all, "%s%s", all->len > 0 ? "; " : "", text);
}

/**
 * bulla_citation_to_text:
 * @anchor: the anchor of a rule
 *
 * Returns: (transfer full): the anchor as readable text: `IMPL §4 step 7.1; RFC 5280 §6`
 */
char *
bulla_citation_to_text (const char *anchor)
{
  GString *all = g_string_new (NULL);

  bulla_citation_foreach (anchor, append_place, all);
  return g_string_free (all, FALSE);
}
