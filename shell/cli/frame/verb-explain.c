/* verb-explain.c - bulla explain: explains the meaning of a reason, and how to correct the package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-citation.h"
#include "bulla-cli-explain-setting.h"
#include "bulla-cli-explain-term.h"
#include "bulla-cli-explain-words.h"
#include "bulla-cli-print.h"
#include "bulla-cli.h"
#include "bulla-explain.h"
#include "bulla-rule-catalogue.h"
#include "bulla-settings.h"

#define COLUMNS 78
#define INDENT "  "
#define SIMILAR_MIN 3   /* least bytes of a word that settings are similar to */
#define SIMILAR_MAX 400 /* about how many bytes of settings are suggested */

static gboolean option_list;
static gboolean option_json;

static const GOptionEntry OPTIONS[] = {
    {"list", 'l', 0, G_OPTION_ARG_NONE, &option_list, N_ ("List every reason"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {NULL},
};

/* Says whether the rule gives this reason, when broken or when it could not be checked. */
static gboolean
leads_to (guint rule, BullaReason reason)
{
  return bulla_catalogue_gives (rule, reason) || bulla_catalogue_gives_unknown (rule, reason);
}

/* Returns the reason named @name, or the reason of the rule with that id. */
static BullaReason
find_reason (const char *name)
{
  BullaReason reason = bulla_reason_from_nick (name);

  for (guint i = 0; reason == BULLA_REASON_NONE && i < bulla_catalogue_get_n_rules (); i++)
    if (strcmp (bulla_catalogue_get_id (i), name) == 0)
      reason = bulla_catalogue_get_reason (i);
  return reason;
}

/* Appends what separate words of a catalogue are. @get: returns NULL behind the last */
static void
add_catalogue (GPtrArray *words, const char *(*get) (guint number))
{
  const char *word = NULL;

  for (guint i = 0; (word = get (i)) != NULL; i++)
    if (!g_str_has_suffix (word, "*"))
      g_ptr_array_add (words, g_strdup (word));
}

static const char *
get_term_word (guint number)
{
  const BullaCliTerm *term = bulla_cli_get_term (number);

  return term != NULL ? term->word : NULL;
}

/* Returns: (transfer full) (element-type utf8): every word that is explained; some are there
 * twice */
static GPtrArray *
collect_words (void)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (BullaReason reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++) {
    const char *chromium = bulla_reason_get_chromium_name (reason);
    g_ptr_array_add (words, g_strdup (bulla_reason_get_nick (reason)));
    if (chromium != NULL)
      g_ptr_array_add (words, g_strdup (chromium));
  }
  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++)
    g_ptr_array_add (words, g_strdup (bulla_catalogue_get_id (i)));
  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    g_ptr_array_add (words, g_strconcat (group, ".", key, NULL));
  }
  add_catalogue (words, bulla_cli_get_explained_word);
  add_catalogue (words, get_term_word);
  return words;
}

/* Says whether a word of @name, or several, begin with @typed. */
static gboolean
begins_word (const char *name, const char *typed)
{
  for (const char *at = strstr (name, typed); at != NULL; at = strstr (at + 1, typed))
    if (at == name || at[-1] == '-')
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): the settings whose names have the word in them; a few
 * letters are in too many */
static char *
dup_similar_settings (const char *typed)
{
  g_autoptr (GString) similar = g_string_new (NULL);

  for (guint i = 0; strlen (typed) >= SIMILAR_MIN && i < bulla_settings_get_n (); i++) {
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    if (begins_word (key, typed) && similar->len < SIMILAR_MAX)
      g_string_append_printf (similar, "%s%s.%s", similar->len > 0 ? ", " : "", group, key);
  }
  return similar->len > 0 ? g_string_free (g_steal_pointer (&similar), FALSE) : NULL;
}

static void
blame_unknown (const char *typed)
{
  g_autoptr (GPtrArray) words = collect_words ();
  g_autofree char *settings = dup_similar_settings (typed);
  /* treats these words as verbs, so that the closest one can be suggested */
  g_autofree BullaVerb *known = g_new0 (BullaVerb, words->len);
  g_autofree const BullaVerb **verbs = g_new0 (const BullaVerb *, words->len + 1);

  for (guint i = 0; i < words->len; i++) {
    known[i].name = words->pdata[i];
    verbs[i] = &known[i];
  }
  BullaVerb family = {.verbs = verbs};
  gboolean is_long = strlen (typed) >= SIMILAR_MIN;
  const BullaVerb *closest =
      settings == NULL && is_long ? bulla_cli_closest_verb (&family, typed) : NULL;

  bulla_cli_print_error (
      _ ("bulla explain: “%s” is not known as a reason, rule, setting or word of a browser.\n"),
      typed);
  if (settings != NULL)
    bulla_cli_print_error (_ ("Similar settings: %s\n"), settings);
  if (closest != NULL)
    bulla_cli_print_error (_ ("Did you mean “%s”?\n"), closest->name);
  bulla_cli_print_error (_ ("“%s” lists all of them.\n"), "bulla explain --list");
}

static void
print_wrapped (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong column = 0;

  for (size_t i = 0; words[i] != NULL; i++) {
    glong width = g_utf8_strlen (words[i], -1);
    gboolean fits = column > 0 && column + 1 + width <= COLUMNS;
    bulla_cli_print ("%s%s", column == 0 ? INDENT : fits ? " " : "\n" INDENT, words[i]);
    column = fits ? column + 1 + width : (glong)strlen (INDENT) + width;
  }
  bulla_cli_print ("\n");
}

static void
print_part (const char *title, const char *text)
{
  bulla_cli_print ("\n%s\n", title);
  print_wrapped (text);
}

static void
print_rules (BullaReason reason)
{
  gboolean any = FALSE;

  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    if (!leads_to (i, reason))
      continue;
    if (!any)
      bulla_cli_print ("\n%s\n", _ ("Rules that give this reason"));
    any = TRUE;
    g_autofree char *spec = bulla_citation_to_text (bulla_catalogue_get_anchor (i));
    bulla_cli_print (INDENT "%s (%s)\n", bulla_explain_text (bulla_catalogue_get_title (i)),
                     bulla_catalogue_get_id (i));
    bulla_cli_print (
        INDENT INDENT "%s%s%s  (spec: %s)\n", bulla_explain_text (bulla_catalogue_get_required (i)),
        bulla_catalogue_gives (i, reason) ? "" : "  ",
        bulla_catalogue_gives (i, reason) ? "" : _ ("if the rule cannot be checked"), spec);
  }
  if (!any)
    print_part (_ ("Rules that give this reason"),
                _ ("None: Bulla finds it while it loads a package."));
}

static void
print_report_type (BullaReason reason)
{
  const char *type = bulla_reason_get_report_type (reason);

  if (type == NULL) /* reports exist for exchanges only */
    return;
  bulla_cli_print ("\n%s\n" INDENT "%s\n", _ ("Report type"), type);
  if (reason == BULLA_REASON_SIGNATURE_LIFETIME)
    print_wrapped (_ ("(signature_verification_error if the profile sets signature.lifetime-report "
                      "so, as draft-b3 does)"));
}

static void
print_text (BullaReason reason)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  const char *chromium = bulla_reason_get_chromium_name (reason);
  g_auto (GStrv) spec = g_strsplit (bulla_explanation_get_spec (explanation), " ", -1);

  bulla_cli_print ("%s\n", bulla_reason_get_nick (reason));
  print_wrapped (bulla_explanation_get_meaning (explanation));
  print_part (_ ("What it means"), bulla_explanation_get_impact (explanation));
  print_part (_ ("How to fix it"), bulla_explanation_get_remedy (explanation));
  print_rules (reason);
  print_report_type (reason);
  print_part (_ ("Chromium"), chromium != NULL ? chromium : _ ("no equivalent"));
  bulla_cli_print ("\n%s\n", _ ("Specification"));
  for (size_t i = 0; spec[i] != NULL; i++)
    bulla_cli_print (INDENT "%s\n", spec[i]);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_words (JsonBuilder *builder, const char *name, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);

  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (size_t i = 0; list[i] != NULL; i++)
    json_builder_add_string_value (builder, list[i]);
  json_builder_end_array (builder);
}

static void
add_rules (JsonBuilder *builder, BullaReason reason)
{
  json_builder_set_member_name (builder, "rules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    if (!leads_to (i, reason))
      continue;
    json_builder_begin_object (builder);
    add_string (builder, "rule", bulla_catalogue_get_id (i));
    add_string (builder, "title", bulla_catalogue_get_title (i));
    add_string (builder, "part", bulla_catalogue_get_part (i));
    add_string (builder, "when", bulla_catalogue_gives (i, reason) ? "broken" : "unasked");
    add_string (builder, "required", bulla_catalogue_get_required (i));
    add_string (builder, "anchor", bulla_catalogue_get_anchor (i));
    add_words (builder, "concerns", bulla_catalogue_get_concerns (i));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (BullaReason reason)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "reason", bulla_reason_get_nick (reason));
  add_string (builder, "meaning", bulla_explanation_get_meaning (explanation));
  add_string (builder, "impact", bulla_explanation_get_impact (explanation));
  add_string (builder, "remedy", bulla_explanation_get_remedy (explanation));
  add_words (builder, "spec", bulla_explanation_get_spec (explanation));
  add_string (builder, "report_type", bulla_reason_get_report_type (reason));
  add_string (builder, "chromium", bulla_reason_get_chromium_name (reason));
  add_rules (builder, reason);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);
  bulla_cli_print ("%s\n", text);
}

static void
print_line (BullaReason reason)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);

  bulla_cli_print ("%-32s %s\n", bulla_reason_get_nick (reason),
                   bulla_explanation_get_meaning (explanation));
}

static void
print_term (const BullaCliTerm *term)
{
  if (!option_json) {
    bulla_cli_print ("%s\n", term->word);
    print_wrapped (_ (term->meaning));
    print_part (_ ("What the word is"), _ (term->kind));
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_string (builder, "word", term->word);
  add_string (builder, "meaning", term->meaning);
  add_string (builder, "kind", term->kind);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);
  bulla_cli_print ("%s\n", text);
}

/* Explains the one reason behind a word, or lists the reasons if there are several. */
static void
print_reasons (const char *word, GArray *reasons)
{
  if (reasons->len > 1 && !option_json)
    bulla_cli_print (ngettext ("%s has %u reason; “%s” explains one:\n",
                               "%s has %u reasons; “%s” explains one:\n", reasons->len),
                     word, reasons->len, "bulla explain REASON");
  for (guint i = 0; i < reasons->len; i++) {
    BullaReason reason = g_array_index (reasons, BullaReason, i);
    if (option_json)
      print_json (reason);
    else if (reasons->len > 1)
      print_line (reason);
    else
      print_text (reason);
  }
}

static gboolean
explain_setting (guint setting, GError **error)
{
  if (!option_json)
    return bulla_cli_print_setting (setting, error);
  g_autoptr (JsonNode) node = bulla_cli_setting_to_json (setting, error);
  if (node == NULL)
    return FALSE;
  g_autofree char *text = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", text);
  return TRUE;
}

/* Returns FALSE with @error set, or without it if an unknown word was reported. */
static gboolean
explain_word (const char *word, GError **error)
{
  BullaReason reason = find_reason (word);
  gint setting = bulla_cli_find_setting (word);

  if (reason != BULLA_REASON_NONE) {
    (option_json ? print_json : print_text) (reason);
    return TRUE;
  }
  const BullaCliTerm *term = bulla_cli_find_term (word);
  if (setting >= 0 && !explain_setting ((guint)setting, error))
    return FALSE;
  if (setting >= 0 && term != NULL && !option_json)
    bulla_cli_print ("\n"); /* the word is both */
  if (term != NULL)
    print_term (term);
  if (setting >= 0 || term != NULL)
    return TRUE;
  g_autoptr (GArray) reasons = bulla_cli_find_reasons (word);
  if (reasons->len == 0) {
    blame_unknown (word);
    return FALSE;
  }
  print_reasons (word, reasons);
  return TRUE;
}

static BullaCliExit
run_explain (char **arguments, GError **error)
{
  if (option_list == (arguments[0] != NULL)) {
    bulla_cli_usage_error (error, option_list ? _ ("--list cannot be combined with a reason")
                                              : _ ("no reason given; name one, such as sxg.magic"));
    return BULLA_EXIT_FAILED;
  }
  if (option_list && !option_json)
    bulla_cli_print_heading ("%-32s %s\n", _ ("Reason"), _ ("Meaning"));
  for (int i = BULLA_REASON_NONE + 1; option_list && i < BULLA_N_REASONS; i++)
    (option_json ? print_json : print_line) (i);
  for (size_t i = 0; arguments[i] != NULL; i++) {
    if (i > 0 && !option_json)
      bulla_cli_print ("\n");
    if (!explain_word (arguments[i], error))
      return BULLA_EXIT_FAILED;
  }
  return BULLA_EXIT_FINE;
}

/* Returns: (transfer full): the words that may follow, each once, separated by blanks */
static char *
list_words (void)
{
  g_autoptr (GPtrArray) words = collect_words ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    if (g_hash_table_add (seen, words->pdata[i]))
      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", (char *)words->pdata[i]);
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static const BullaExample EXAMPLES[] = {
    {"bulla explain signature.expired", N_ ("Explain a reason from a verdict:")},
    {"bulla explain cert.validity", N_ ("Explain a rule from a trace:")},
    {"bulla explain kErrExpired", N_ ("Explain a word of Chromium or of a report:")},
    {"bulla explain certificate.ocsp", N_ ("Explain a setting of profiles:")},
    {"bulla explain fall-back variants.half", N_ ("Explain an outcome and a finding:")},
    {"bulla explain --list --json", N_ ("List all reasons as JSON:")},
    {NULL},
};

const BullaVerb bulla_verb_explain = {
    .name = "explain",
    .synopsis = N_ ("WORD…"),
    .summary = N_ ("Explain why a package was refused and how to fix it"),
    .description = N_ (
        "WORD is a reason that bulla verify prints, such as signature.expired, or a rule; a "
        "setting of profiles; or a word that somebody else uses for reasons: a result or a "
        "network error of Chromium (kErrExpired, ERR_CERT_REVOKED), the type in a NEL report "
        "(sxg.cert_parse_error), or a field, a media type or a parameter in a specification "
        "(cert-sha256, nextUpdate, Set-Cookie). If a word has several reasons, they are listed. "
        "WORD may also be an outcome (fall-back), a finding of bulla variants (variants.half) "
        "or a rule of bulla verify --lint (google-cache.life).\n\n"
        "For a reason, the output shows what happened, what it means for the visitor, what the "
        "publisher, the deliverer or you can do about it, the rules that give this reason, its "
        "type in the reports of the loading specification, Chromium’s name for it, and the "
        "sections of the specifications."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .list_words = list_words,
    .run = run_explain,
};
