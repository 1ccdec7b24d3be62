/* bulla-verdict-text.c - formats a verdict as text, on demand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-citation.h"
#include "bulla-printable.h"
#include "bulla-verdict-private.h"
#include "bulla-verdict-text.h"

G_DEFINE_ENUM_TYPE (BullaOutcome, bulla_outcome,
                    G_DEFINE_ENUM_VALUE (BULLA_OUTCOME_SUBSTITUTE, "substitute"),
                    G_DEFINE_ENUM_VALUE (BULLA_OUTCOME_SEPARATE_ORIGIN, "separate-origin"),
                    G_DEFINE_ENUM_VALUE (BULLA_OUTCOME_FALL_BACK, "fall-back"),
                    G_DEFINE_ENUM_VALUE (BULLA_OUTCOME_REFUSE, "refuse"),
                    G_DEFINE_ENUM_VALUE (BULLA_OUTCOME_NOT_A_PACKAGE, "not-a-package"))
G_DEFINE_ENUM_TYPE (BullaReply, bulla_reply, G_DEFINE_ENUM_VALUE (BULLA_REPLY_SERVE, "serve"),
                    G_DEFINE_ENUM_VALUE (BULLA_REPLY_NETWORK, "network"),
                    G_DEFINE_ENUM_VALUE (BULLA_REPLY_REFUSE, "refuse"),
                    G_DEFINE_ENUM_VALUE (BULLA_REPLY_ASK, "ask"))
G_DEFINE_ENUM_TYPE (BullaState, bulla_state, G_DEFINE_ENUM_VALUE (BULLA_STATE_HELD, "held"),
                    G_DEFINE_ENUM_VALUE (BULLA_STATE_BROKEN, "broken"),
                    G_DEFINE_ENUM_VALUE (BULLA_STATE_UNASKED, "unasked"))
G_DEFINE_ENUM_TYPE (BullaExpiresBy, bulla_expires_by,
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_SIGNATURE, "signature"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_CERTIFICATE, "certificate"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_OCSP, "ocsp"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_SCT, "sct"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_CAA, "caa"),
                    G_DEFINE_ENUM_VALUE (BULLA_EXPIRES_BY_PROFILE, "profile"))

#define DAY G_GINT64_CONSTANT (86400)
#define SHOWN_MAX 301 /* most bytes shown of an observed value */
#define HOUR G_GINT64_CONSTANT (3600)

static char *
dup_duration (gint64 seconds)
{
  if (seconds != 0 && seconds % DAY == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " d", seconds / DAY);
  if (seconds > DAY || seconds < -DAY)
    return g_strdup_printf ("%" G_GINT64_FORMAT " d %" G_GINT64_FORMAT " s", seconds / DAY,
                            seconds % DAY);
  if (seconds != 0 && seconds % HOUR == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " h", seconds / HOUR);
  return g_strdup_printf ("%" G_GINT64_FORMAT " s", seconds);
}

static char *
dup_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  if (time == NULL) /* the time is beyond the year 9999 */
    return g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static char *
dup_number (gint64 number, BullaUnit unit)
{
  switch (unit) {
  case BULLA_UNIT_BYTES:
    return g_strdup_printf ("%" G_GINT64_FORMAT " bytes", number);
  case BULLA_UNIT_DURATION:
    return dup_duration (number);
  case BULLA_UNIT_TIME:
    return dup_time (number);
  case BULLA_UNIT_COUNT:
  case BULLA_UNIT_NONE:
  default:
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  }
}

/* Package text is untrusted: control characters are escaped and long texts are cut. */
static char *
dup_printable (const char *text)
{
  g_autofree char *printable = bulla_printable_dup (text);

  if (strlen (printable) <= SHOWN_MAX)
    return g_steal_pointer (&printable);
  const char *end = g_utf8_find_next_char (printable + SHOWN_MAX - 1, NULL);
  if (*end == '\0')
    return g_steal_pointer (&printable);
  return g_strdup_printf ("%.*s…", (int)(end - printable), printable);
}

/**
 * bulla_text_translate: (skip)
 * @text: English text, or ""; gettext() would translate that to the header of its file
 * @translate: (nullable): the translation; %NULL for English
 *
 * Returns: @text in the language of @translate
 */
const char *
bulla_text_translate (const char *text, BullaTranslateFunc translate)
{
  return translate != NULL && text[0] != '\0' ? translate (text) : text;
}

/**
 * bulla_verdict_translate_observed: (skip)
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 * @translate: (nullable): translates Bulla's own words; values of the package are not translated
 *
 * Returns: (transfer full) (nullable): what was observed; for an unchecked rule, why it was not
 *   checked
 */
char *
bulla_verdict_translate_observed (const BullaVerdict *self, guint step,
                                  BullaTranslateFunc translate)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  const BullaObservation *observation = &self->steps[step].observation;
  if (observation->text != NULL)
    return dup_printable (observation->text);
  if (observation->words != NULL)
    return dup_printable (bulla_text_translate (observation->words, translate));
  return observation->unit != BULLA_UNIT_NONE ? dup_number (observation->number, observation->unit)
                                              : NULL;
}

/**
 * bulla_verdict_translate_required: (skip)
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 * @translate: (nullable): translates Bulla's own words
 *
 * Returns: (transfer full): what the rule requires
 */
char *
bulla_verdict_translate_required (const BullaVerdict *self, guint step,
                                  BullaTranslateFunc translate)
{
  g_return_val_if_fail (step < self->n_steps, NULL);
  const BullaObservation *observation = &self->steps[step].observation;
  if (observation->required != NULL)
    return dup_printable (bulla_text_translate (observation->required, translate));
  const char *words = bulla_text_translate (self->steps[step].rule->required, translate);
  if (observation->limit == 0 || observation->unit == BULLA_UNIT_NONE)
    return g_strdup (words);
  g_autofree char *limit = dup_number (observation->limit, observation->unit);
  /* a translation is data, never a format */
  const char *link = observation->unit == BULLA_UNIT_TIME
                         ? bulla_text_translate (N_ ("judged at"), translate)
                         : bulla_text_translate (N_ ("at most"), translate);
  if (observation->unit == BULLA_UNIT_TIME)
    return g_strdup_printf ("%s; %s %s", words, link, limit);
  return g_strdup_printf ("%s %s", link, limit);
}

/**
 * bulla_verdict_find_deciding_step: (skip)
 * @self: a verdict
 *
 * Returns: the first step of the broken rule that gave the reason, or else of the rule that gave it
 *   because it could not be checked; -1 if no rule decided
 */
gint
bulla_verdict_find_deciding_step (const BullaVerdict *self)
{
  gint unchecked = -1;

  if (self->reason == BULLA_REASON_NONE)
    return -1;
  for (guint i = 0; i < self->n_steps; i++) {
    const BullaStep *step = &self->steps[i];
    if (step->state == BULLA_STATE_BROKEN && bulla_step_get_reason (step) == self->reason)
      return (gint)i;
    if (unchecked < 0 && step->state == BULLA_STATE_UNASKED && !step->observation.waived
        && bulla_step_get_unknown (step) == self->reason)
      unchecked = (gint)i;
  }
  return unchecked;
}

/**
 * bulla_verdict_translate_why: (skip)
 * @self: a verdict
 * @translate: (nullable): translates Bulla's own words; values of the package are not translated
 *
 * Returns: (transfer full) (nullable): what was observed by the rule that decided, or why it could
 *   not be checked; %NULL if no rule decided, or it has observed nothing
 */
char *
bulla_verdict_translate_why (const BullaVerdict *self, BullaTranslateFunc translate)
{
  gint step = bulla_verdict_find_deciding_step (self);

  return step >= 0 ? bulla_verdict_translate_observed (self, (guint)step, translate) : NULL;
}

/**
 * bulla_verdict_dup_leniency:
 * @self: a verdict on a request
 *
 * Returns: (transfer full) (nullable): how the variant that answers differs from the one that the
 *   request selects, in English; %NULL if it is that one
 */
char *
bulla_verdict_dup_leniency (const BullaVerdict *self)
{
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].rule->reason == BULLA_REASON_REQUEST_VARIANTS
        && self->steps[i].observation.waived && self->steps[i].observation.text != NULL)
      return bulla_verdict_translate_observed (self, i, NULL);
  return NULL;
}

/**
 * bulla_verdict_dup_why:
 * @self: a verdict
 *
 * Returns: (transfer full) (nullable): what was observed by the rule that decided, or why it could
 *   not be checked, in English; %NULL if no rule decided, or it has observed nothing
 */
char *
bulla_verdict_dup_why (const BullaVerdict *self)
{
  return bulla_verdict_translate_why (self, NULL);
}

/**
 * bulla_verdict_dup_observed:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: (transfer full) (nullable): what was observed, in English; for an unchecked rule, why it
 *   was not checked
 */
char *
bulla_verdict_dup_observed (const BullaVerdict *self, guint step)
{
  return bulla_verdict_translate_observed (self, step, NULL);
}

/**
 * bulla_verdict_dup_required:
 * @self: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: (transfer full): what the rule requires, in English
 */
char *
bulla_verdict_dup_required (const BullaVerdict *self, guint step)
{
  return bulla_verdict_translate_required (self, step, NULL);
}

static const char *
word_of (BullaState state, BullaTranslateFunc translate)
{
  static const char *const words[] = {
      [BULLA_STATE_HELD] = N_ ("passed"),
      [BULLA_STATE_BROKEN] = N_ ("broken"),
      [BULLA_STATE_UNASKED] = N_ ("not checked"),
  };

  return bulla_text_translate (words[state], translate);
}

/* Appends the word for @state, padded with blanks to the width of the longest word. */
static void
append_state (GString *text, BullaState state, BullaTranslateFunc translate)
{
  glong width = 0;

  for (BullaState each = BULLA_STATE_HELD; each <= BULLA_STATE_UNASKED; each++)
    width = MAX (width, g_utf8_strlen (word_of (each, translate), -1));
  const char *word = word_of (state, translate);
  g_string_append_printf (text, "  %s%*s ", word, (int)(width - g_utf8_strlen (word, -1)), "");
}

static void
append_step (GString *text, const BullaVerdict *self, guint step, BullaTranslateFunc translate)
{
  g_autofree char *observed = bulla_verdict_translate_observed (self, step, translate);
  g_autofree char *required = bulla_verdict_translate_required (self, step, translate);
  g_autofree char *spec = bulla_citation_to_text (bulla_verdict_find_anchor (self, step));
  const BullaRange *range = &self->steps[step].observation.range;
  const char *title = bulla_text_translate (bulla_verdict_get_title (self, step), translate);

  append_state (text, self->steps[step].state, translate);
  g_string_append_printf (text, "%s (%s)", self->steps[step].rule->id, title);
  if (observed != NULL)
    g_string_append_printf (text, ": %s", observed);
  if (self->steps[step].state == BULLA_STATE_BROKEN)
    g_string_append_printf (text, "; %s %s", bulla_text_translate (N_ ("required:"), translate),
                            required);
  if (range->offset > 0 || range->length > 0)
    g_string_append_printf (text, "  [%s %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT "]",
                            bulla_text_translate (N_ ("bytes"), translate), range->offset,
                            range->length);
  g_string_append_printf (text, "  (spec: %s)\n", spec);
}

/**
 * bulla_verdict_translate: (skip)
 * @self: a verdict
 * @every_step: whether to list the rules that passed and those that were not checked, too
 * @translate: (nullable): translates Bulla's own words
 *
 * Returns: (transfer full): the text of bulla_verdict_describe(), in the language of @translate
 */
char *
bulla_verdict_translate (const BullaVerdict *self, gboolean every_step,
                         BullaTranslateFunc translate)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean decided = FALSE; /* whether a rule that could not be checked decided */

  for (guint i = 0; i < self->n_steps; i++) {
    gboolean decides = !decided && self->steps[i].state == BULLA_STATE_UNASKED
                       && self->reason != BULLA_REASON_NONE && !self->steps[i].observation.waived
                       && bulla_step_get_unknown (&self->steps[i]) == self->reason;
    decided = decided || decides;
    if (every_step || decides || self->steps[i].state == BULLA_STATE_BROKEN)
      append_step (text, self, i, translate);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * bulla_verdict_describe:
 * @self: a verdict
 * @every_step: whether to list the rules that passed and those that were not checked, too;
 *   otherwise only those that are broken, and the unchecked rule that decided
 *
 * Returns: (transfer full): English text, a line for each rule: `passed`, `broken` or
 *   `not checked`, its id and title, what was observed and required, the bytes and the
 *   specification
 */
char *
bulla_verdict_describe (const BullaVerdict *self, gboolean every_step)
{
  return bulla_verdict_translate (self, every_step, NULL);
}

/**
 * bulla_outcome_get_nick:
 * @outcome: an outcome
 *
 * Returns: `substitute`, `separate-origin`, `fall-back`, `refuse` or `not-a-package`
 */
const char *
bulla_outcome_get_nick (BullaOutcome outcome)
{
  static const char *const nicks[] = {"substitute", "separate-origin", "fall-back", "refuse",
                                      "not-a-package"};

  g_return_val_if_fail (outcome < G_N_ELEMENTS (nicks), NULL);
  return nicks[outcome];
}

/**
 * bulla_reply_get_nick:
 * @reply: a reply
 *
 * Returns: `serve`, `network`, `refuse` or `ask`
 */
const char *
bulla_reply_get_nick (BullaReply reply)
{
  static const char *const nicks[] = {"serve", "network", "refuse", "ask"};

  g_return_val_if_fail (reply < G_N_ELEMENTS (nicks), NULL);
  return nicks[reply];
}

/**
 * bulla_state_get_nick:
 * @state: a state
 *
 * Returns: the state's name in JSON: `held`, `broken` or `unasked`; in text it is `passed`,
 *   `broken` or `not checked`
 */
const char *
bulla_state_get_nick (BullaState state)
{
  static const char *const nicks[] = {"held", "broken", "unasked"};

  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);
  return nicks[state];
}

/**
 * bulla_expires_by_get_nick:
 * @by: the cause that ends the trust in a package
 *
 * Returns: (nullable): `signature`, `certificate`, `ocsp`, `sct`, `caa` or `profile`
 */
const char *
bulla_expires_by_get_nick (BullaExpiresBy by)
{
  static const char *const nicks[] = {NULL,  "signature", "certificate", "ocsp",
                                      "sct", "caa",       "profile"};

  g_return_val_if_fail (by < G_N_ELEMENTS (nicks), NULL);
  return nicks[by];
}
