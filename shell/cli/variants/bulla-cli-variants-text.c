/* bulla-cli-variants-text.c - formats choices and their summary as text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-printable.h"

/**
 * bulla_cli_choices_summarise: (skip)
 * @choices: the choices
 * @n_clients: the number of clients
 * @summary: (out): counts over all choices
 */
void
bulla_cli_choices_summarise (const BullaCliChoices *choices, guint n_clients,
                             BullaCliVariantsSummary *summary)
{
  guint n = bulla_cli_choices_get_n (choices);
  g_autofree gboolean *nothing = g_new0 (gboolean, n_clients + 1);
  g_autofree gboolean *undecodable = g_new0 (gboolean, n_clients + 1);
  g_autofree gboolean *unread = g_new0 (gboolean, n_clients + 1);
  const BullaCliGroup *last = NULL;

  *summary = (BullaCliVariantsSummary){.n_clients = n_clients,
                                       .n_resources = n_clients > 0 ? n / n_clients : 0};
  for (guint i = 0; i < n; i++) {
    const BullaCliChoice *choice = bulla_cli_choices_get (choices, i);
    gboolean left_out = choice->grade == BULLA_CLI_GRADE_NOTHING;
    summary->n_resources_left_out += left_out && choice->group != last;
    if (left_out)
      last = choice->group;
    nothing[i % n_clients] = nothing[i % n_clients] || left_out;
    if (choice->usable != BULLA_NO)
      continue;
    gboolean language = g_str_equal (choice->unusable_cause, "unreadable-language");
    (language ? unread : undecodable)[i % n_clients] = TRUE;
  }
  for (guint i = 0; i < n_clients; i++) {
    summary->n_left_out += nothing[i];
    summary->n_undecodable += undecodable[i];
    summary->n_unread += unread[i];
  }
}

/* Returns: (transfer full): a number of bytes with its unit */
char *
bulla_cli_variants_dup_bytes (guint64 bytes)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  /* gulong has 32 bits on some systems; plural forms depend on the last digits */
  gulong count = bytes > G_MAXULONG ? bytes % 1000000 + 1000000 : bytes;

  return g_strdup_printf (ngettext ("%s byte", "%s bytes", count), number);
}

/* Returns: (transfer full): a sentence */
char *
bulla_cli_variants_summary_to_text (const BullaCliVariantsSummary *self)
{
  g_autofree char *left_out = g_strdup_printf (
      ngettext ("%u of %u clients is left out of %u of %u resources",
                "%u of %u clients are left out of %u of %u resources", self->n_left_out),
      self->n_left_out, self->n_clients, self->n_resources_left_out, self->n_resources);
  g_autofree char *undecodable =
      g_strdup_printf (ngettext ("; %u cannot decode what it gets",
                                 "; %u cannot decode what they get", self->n_undecodable),
                       self->n_undecodable);
  g_autofree char *unread = g_strdup_printf (
      ngettext ("; %u gets a language that its user does not read",
                "; %u get a language that their users do not read", self->n_unread),
      self->n_unread);

  return g_strconcat (left_out, undecodable, self->n_unread > 0 ? unread : "", ".", NULL);
}

/* Returns: (transfer full): a record `summary`, in one line, with the sentence */
char *
bulla_cli_variants_summary_to_json (const BullaCliVariantsSummary *self, const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "summary");
  bulla_cli_json_number (builder, "clients", self->n_clients);
  bulla_cli_json_number (builder, "resources", self->n_resources);
  bulla_cli_json_number (builder, "clients_left_out", self->n_left_out);
  bulla_cli_json_number (builder, "resources_left_out", self->n_resources_left_out);
  bulla_cli_json_number (builder, "clients_undecodable", self->n_undecodable);
  bulla_cli_json_number (builder, "clients_unreadable", self->n_unread);
  bulla_cli_json_string (builder, "text", text);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Returns: what keeps a client from using a response, in words */
const char *
bulla_cli_unusable_get_words (const char *cause)
{
  if (g_strcmp0 (cause, "undecodable-coding") == 0)
    return _ ("cannot decode its content coding");
  if (g_strcmp0 (cause, "undecodable-type") == 0)
    return _ ("cannot decode its media type");
  return g_strcmp0 (cause, "unreadable-language") == 0 ? _ ("does not read its language") : NULL;
}

/* Returns: the grade in words */
const char *
bulla_cli_grade_get_words (BullaCliGrade grade)
{
  static const char *const words[BULLA_CLI_GRADES_N] = {
      [BULLA_CLI_GRADE_FIRST_CHOICE] = N_ ("first choice"),
      [BULLA_CLI_GRADE_LATER_CHOICE] = N_ ("later choice"),
      [BULLA_CLI_GRADE_WILDCARD] = N_ ("by wildcard"),
      [BULLA_CLI_GRADE_DEFAULT] = N_ ("default"),
      [BULLA_CLI_GRADE_NOTHING] = N_ ("nothing"),
      [BULLA_CLI_GRADE_ONLY] = N_ ("only one"),
      [BULLA_CLI_GRADE_NOT_ASKED] = N_ ("not requested"),
  };

  return _ (words[grade]);
}

/* Returns: (transfer full): the values of the chosen key, separated by blanks; "-" if there are
 * none */
char *
bulla_cli_choice_dup_key (const BullaCliChoice *choice)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; choice->key >= 0 && i < choice->group->keys->n_axes; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", bulla_cli_choice_get_value (choice, i));
  return text->len > 0 ? bulla_printable_dup (text->str) : g_strdup ("-");
}

/* Returns: (transfer full): the URL, the bundle and the kind of a group */
char *
bulla_cli_group_to_heading (const BullaCliGroup *group)
{
  g_autofree char *url = bulla_printable_dup (group->url);
  g_autofree char *bundle = group->bundle != NULL ? bulla_printable_dup (group->bundle) : NULL;

  if (bundle == NULL)
    return g_strdup_printf ("%s  %s", url, group->kind);
  if (g_str_equal (group->version, "b2"))
    return g_strdup_printf (_ ("%s  %s  in %s (b2, which has no variants)"), url, group->kind,
                            bundle);
  return g_strdup_printf (_ ("%s  %s  in %s"), url, group->kind, bundle);
}

/* Returns: (transfer full): a line without its end */
char *
bulla_cli_choice_to_text (const BullaCliChoice *choice)
{
  g_autofree char *client = bulla_printable_dup (choice->client->name);
  g_autofree char *key = bulla_cli_choice_dup_key (choice);
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "  %-22s %-13s %s", client,
                          bulla_cli_grade_get_nick (choice->grade), key);
  if (choice->chosen != NULL) {
    g_autofree char *bytes = bulla_cli_variants_dup_bytes (choice->chosen->bytes);
    g_string_append_printf (line, "  %s", bytes);
  }
  if (choice->unusable_cause != NULL)
    g_string_append_printf (line, _ ("  unusable: %s"),
                            bulla_cli_unusable_get_words (choice->unusable_cause));
  return g_string_free (g_steal_pointer (&line), FALSE);
}
