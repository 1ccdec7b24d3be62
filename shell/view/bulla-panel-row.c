/* bulla-panel-row.c - represents a row of a panel: a fact, a contact, or a step of a verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-panel-row.h"

#include <glib/gi18n.h>

#include "bulla-citation.h"
#include "bulla-explain.h"
#include "bulla-rule-catalogue.h"

struct _BullaPanelRow {
  GObject parent_instance;

  char *title;
  const char *rule; /* static; id of the rule; NULL if the row is not a step */
  char *value;
  char *required;
  char *anchor;
  const char *reason; /* static; nick of the reason; NULL if there is none */
  BullaState state;
  guint place; /* index of the step in the verdict */
};

G_DEFINE_FINAL_TYPE (BullaPanelRow, bulla_panel_row, G_TYPE_OBJECT)

static void
bulla_panel_row_finalize (GObject *object)
{
  BullaPanelRow *self = BULLA_PANEL_ROW (object);

  g_free (self->title);
  g_free (self->value);
  g_free (self->required);
  g_free (self->anchor);
  G_OBJECT_CLASS (bulla_panel_row_parent_class)->finalize (object);
}

static void
bulla_panel_row_class_init (BullaPanelRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_panel_row_finalize;
}

static void
bulla_panel_row_init (BullaPanelRow *self)
{
}

/**
 * bulla_panel_row_new:
 * @title: title of the row
 * @value: (nullable): value of the row
 */
BullaPanelRow *
bulla_panel_row_new (const char *title, const char *value)
{
  BullaPanelRow *self = g_object_new (BULLA_TYPE_PANEL_ROW, NULL);

  self->title = g_strdup (title);
  self->value = g_strdup (value);
  return self;
}

/**
 * bulla_panel_row_new_for_step:
 * @step: index of the step in @verdict
 */
BullaPanelRow *
bulla_panel_row_new_for_step (const BullaVerdict *verdict, guint step)
{
  g_autofree char *observed = bulla_explain_observed (verdict, step);
  BullaPanelRow *self =
      bulla_panel_row_new (bulla_explain_text (bulla_verdict_get_title (verdict, step)), observed);
  BullaReason reason = bulla_verdict_get_step_reason (verdict, step);

  self->rule = bulla_verdict_get_rule (verdict, step);
  self->required = bulla_explain_required (verdict, step);
  self->anchor = g_strdup (bulla_verdict_get_anchor (verdict, step));
  self->state = bulla_verdict_get_state (verdict, step);
  self->reason = reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : NULL;
  self->place = step;
  return self;
}

const char *
bulla_panel_row_get_title (BullaPanelRow *self)
{
  return self->title;
}

/**
 * bulla_panel_row_get_rule:
 *
 * Returns: (nullable): the id of the rule; %NULL if the row is not a step
 */
const char *
bulla_panel_row_get_rule (BullaPanelRow *self)
{
  return self->rule;
}

/**
 * bulla_panel_row_get_group:
 *
 * Returns: (nullable): what the rule is about, translated; %NULL if the row is not a step
 */
const char *
bulla_panel_row_get_group (BullaPanelRow *self)
{
  const char *title = self->rule != NULL ? bulla_catalogue_find_part_title (self->rule) : NULL;

  return title != NULL ? bulla_explain_text (title) : NULL;
}

const char *
bulla_panel_row_get_value (BullaPanelRow *self)
{
  return self->value;
}

const char *
bulla_panel_row_get_required (BullaPanelRow *self)
{
  return self->required;
}

static void
append_link (const char *text, const char *url, gpointer user_data)
{
  GString *markup = user_data;
  g_autofree char *shown = g_markup_escape_text (text, -1);
  g_autofree char *target = url != NULL ? g_markup_escape_text (url, -1) : NULL;

  if (markup->len > 0)
    g_string_append (markup, "; ");
  if (target != NULL)
    g_string_append_printf (markup, "<a href=\"%s\">%s</a>", target, shown);
  else
    g_string_append (markup, shown);
}

/**
 * bulla_panel_row_dup_source_markup:
 *
 * Returns: (transfer full) (nullable): the sections of the specification, with links, in markup
 *   that HTML and Pango share
 */
char *
bulla_panel_row_dup_source_markup (BullaPanelRow *self)
{
  if (self->anchor == NULL)
    return NULL;
  GString *markup = g_string_new (NULL);
  bulla_citation_foreach (self->anchor, append_link, markup);
  return g_string_free (markup, FALSE);
}

/**
 * bulla_panel_row_get_reason:
 *
 * Returns: (nullable): the nick of the reason; %NULL if the rule is not broken
 */
const char *
bulla_panel_row_get_reason (BullaPanelRow *self)
{
  return self->state == BULLA_STATE_BROKEN ? self->reason : NULL;
}

BullaState
bulla_panel_row_get_state (BullaPanelRow *self)
{
  return self->state;
}

const char *
bulla_panel_row_get_state_label (BullaPanelRow *self)
{
  switch (self->state) {
  case BULLA_STATE_HELD:
    return _ ("Passed");
  case BULLA_STATE_BROKEN:
    return _ ("Failed");
  case BULLA_STATE_UNASKED:
  default:
    return _ ("Not checked");
  }
}

const char *
bulla_panel_row_get_icon_name (BullaPanelRow *self)
{
  switch (self->state) {
  case BULLA_STATE_HELD:
    return "bulla-held-symbolic";
  case BULLA_STATE_BROKEN:
    return "bulla-broken-symbolic";
  case BULLA_STATE_UNASKED:
  default:
    return "bulla-unasked-symbolic";
  }
}

/**
 * bulla_panel_row_get_style:
 *
 * Returns: the CSS class of the row's state
 */
const char *
bulla_panel_row_get_style (BullaPanelRow *self)
{
  return bulla_state_get_nick (self->state);
}

static gboolean
contains (const char *text, const char *folded)
{
  if (text == NULL)
    return FALSE;
  g_autofree char *own = g_utf8_casefold (text, -1);
  return g_strstr_len (own, -1, folded) != NULL;
}

/**
 * bulla_panel_row_matches:
 * @words: the words to search for, in any case
 */
gboolean
bulla_panel_row_matches (BullaPanelRow *self, const char *words)
{
  if (words == NULL || *words == '\0')
    return TRUE;
  g_autofree char *folded = g_utf8_casefold (words, -1);
  return contains (self->title, folded) || contains (self->rule, folded)
         || contains (self->value, folded) || contains (self->required, folded)
         || contains (self->anchor, folded) || contains (bulla_panel_row_get_reason (self), folded);
}

/* Failed rules come first, then unchecked ones. */
static int
rank (BullaPanelRow *self)
{
  switch (self->state) {
  case BULLA_STATE_BROKEN:
    return 0;
  case BULLA_STATE_UNASKED:
    return 1;
  case BULLA_STATE_HELD:
  default:
    return 2;
  }
}

/**
 * bulla_panel_row_compare:
 *
 * Returns: the order of the two rows in a panel: broken rules first, then unchecked ones, then the
 *   others, each in the order of the verdict
 */
int
bulla_panel_row_compare (BullaPanelRow *self, BullaPanelRow *other)
{
  if (rank (self) != rank (other))
    return rank (self) < rank (other) ? -1 : 1;
  return self->place < other->place ? -1 : self->place > other->place;
}
