/* bulla-explain.c - translates reasons and verdicts into the user's language
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-explain.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "bulla-resources.h"
#include "bulla-verdict-text.h"

#define FOLDER "/org/bulla/reasons.d/"
#define GROUP "Reason"

/**
 * BullaExplanation:
 *
 * What a [enum@Bulla.Reason] means, which consequences it has for the visitor, and who can correct
 * it.
 */
struct _BullaExplanation {
  char *meaning; /* owned, like all members; translated */
  char *impact;
  char *remedy;
  char *spec;
};

G_DEFINE_BOXED_TYPE (BullaExplanation, bulla_explanation, bulla_explanation_ref,
                     bulla_explanation_unref)

/**
 * bulla_explain_bind: (skip)
 *
 * Sets the folder of the library's translations for gettext, in case the program has not done so.
 */
void
bulla_explain_bind (void)
{
  static gsize bound = 0;

  if (!g_once_init_enter (&bound))
    return;
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_once_init_leave (&bound, 1);
}

static char *
dup_translated (GKeyFile *file, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);

  g_return_val_if_fail (text != NULL && text[0] != '\0', g_strdup (""));
  return g_strdup (g_dgettext (GETTEXT_PACKAGE, text));
}

/**
 * bulla_explain:
 * @reason: any reason but %BULLA_REASON_NONE
 *
 * Explains a reason in the language of the locale, or in English where a translation is missing.
 *
 * Returns: (transfer full): the explanation
 */
BullaExplanation *
bulla_explain (BullaReason reason)
{
  g_return_val_if_fail (reason > BULLA_REASON_NONE && reason < BULLA_N_REASONS, NULL);
  bulla_explain_bind ();
  g_autofree char *path = g_strconcat (FOLDER, bulla_reason_get_nick (reason), ".ini", NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (bulla_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  /* The explanation cannot be missing: it is built in, and tests check that all are there. */
  g_return_val_if_fail (
      bytes != NULL && g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL), NULL);
  BullaExplanation *self = g_atomic_rc_box_new0 (BullaExplanation);
  self->meaning = dup_translated (file, "Meaning");
  self->impact = dup_translated (file, "Impact");
  self->remedy = dup_translated (file, "Remedy");
  self->spec = g_key_file_get_string (file, GROUP, "Spec", NULL);
  return self;
}

/**
 * bulla_explain_text:
 * @text: the title of a rule, or what it requires, in English; not empty
 *
 * Returns: (transfer none): @text in the language of the locale, or @text if it is not translated
 */
const char *
bulla_explain_text (const char *text)
{
  g_return_val_if_fail (text != NULL && text[0] != '\0', text);
  bulla_explain_bind ();
  return g_dgettext (GETTEXT_PACKAGE, text);
}

/**
 * bulla_explain_observed:
 * @verdict: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: (transfer full) (nullable): the result of bulla_verdict_dup_observed() in the language
 *   of the locale; values from the package are not translated
 */
char *
bulla_explain_observed (const BullaVerdict *verdict, guint step)
{
  return bulla_verdict_translate_observed (verdict, step, bulla_explain_text);
}

/**
 * bulla_explain_required:
 * @verdict: a verdict
 * @step: less than bulla_verdict_get_n_steps()
 *
 * Returns: (transfer full): the result of bulla_verdict_dup_required() in the language of the
 *   locale
 */
char *
bulla_explain_required (const BullaVerdict *verdict, guint step)
{
  return bulla_verdict_translate_required (verdict, step, bulla_explain_text);
}

/**
 * bulla_explain_verdict:
 * @verdict: a verdict
 * @every_step: as for bulla_verdict_describe()
 *
 * Returns: (transfer full): the result of bulla_verdict_describe() in the language of the locale
 */
char *
bulla_explain_verdict (const BullaVerdict *verdict, gboolean every_step)
{
  return bulla_verdict_translate (verdict, every_step, bulla_explain_text);
}

/**
 * bulla_explanation_ref:
 * @self: an explanation
 *
 * Returns: (transfer full): @self
 */
BullaExplanation *
bulla_explanation_ref (BullaExplanation *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
explanation_clear (gpointer data)
{
  BullaExplanation *self = data;

  g_free (self->meaning);
  g_free (self->impact);
  g_free (self->remedy);
  g_free (self->spec);
}

/**
 * bulla_explanation_unref:
 * @self: (transfer full): an explanation
 */
void
bulla_explanation_unref (BullaExplanation *self)
{
  g_atomic_rc_box_release_full (self, explanation_clear);
}

/**
 * bulla_explanation_get_meaning:
 * @self: an explanation
 *
 * Returns: what is wrong, in plain sentences
 */
const char *
bulla_explanation_get_meaning (const BullaExplanation *self)
{
  return self->meaning;
}

/**
 * bulla_explanation_get_impact:
 * @self: an explanation
 *
 * Returns: the consequences for security and for the visitor
 */
const char *
bulla_explanation_get_impact (const BullaExplanation *self)
{
  return self->impact;
}

/**
 * bulla_explanation_get_remedy:
 * @self: an explanation
 *
 * Returns: who can correct it, and how
 */
const char *
bulla_explanation_get_remedy (const BullaExplanation *self)
{
  return self->remedy;
}

/**
 * bulla_explanation_get_spec:
 * @self: an explanation
 *
 * Returns: the URLs of the specifications that require it, separated by spaces
 */
const char *
bulla_explanation_get_spec (const BullaExplanation *self)
{
  return self->spec;
}
