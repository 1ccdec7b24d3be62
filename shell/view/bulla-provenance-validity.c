/* bulla-provenance-validity.c - says what the publisher answered at the validity URL, and when
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-load-internal.h"
#include "bulla-panel-row.h"
#include "bulla-provenance.h"

static void
add (GListStore *store, const char *title, const char *value)
{
  g_autoptr (BullaPanelRow) entry = bulla_panel_row_new (title, value);

  g_list_store_append (store, entry);
}

static char *
dup_answer (const BullaValidityFacts *validity)
{
  switch (validity->outcome) {
  case BULLA_VALIDITY_REFRESHED:
    return g_strdup (_ ("A newer signature is valid"));
  case BULLA_VALIDITY_NOTHING_NEW:
    return g_strdup (_ ("This version is current"));
  case BULLA_VALIDITY_UPDATE_AVAILABLE:
    return g_strdup (_ ("A newer version is available"));
  case BULLA_VALIDITY_WITHDRAWN:
    return g_strdup (_ ("The publisher has withdrawn this version"));
  case BULLA_VALIDITY_UNREACHABLE:
    return g_strdup_printf (_ ("No answer: %s"), validity->error != NULL ? validity->error : "?");
  case BULLA_VALIDITY_MALFORMED:
  default:
    return g_strdup_printf (_ ("The answer cannot be read: %s"),
                            validity->error != NULL ? validity->error : "?");
  }
}

/* Says who was first: the verdict or the answer, and how much of the page was shown by then. */
static char *
dup_race (const BullaValidityFacts *validity)
{
  g_autofree char *delivered = g_format_size (validity->delivered);
  double answer = (double)MAX (validity->duration, 0) / G_USEC_PER_SEC;
  double verdict = (double)MAX (validity->verdict, 0) / G_USEC_PER_SEC;

  if (validity->blocking)
    return g_strdup_printf (
        _ ("Before the verdict: answered after %.2f s, verdict after %.2f s, nothing was shown"),
        answer, verdict);
  return g_strdup_printf (_ ("After the verdict: verdict after %.2f s, answered after %.2f s; by "
                             "then %s of the page had been delivered"),
                          verdict, answer, delivered);
}

/**
 * bulla_provenance_append_validity:
 * @load: the package that was judged
 * @store: receives #BullaPanelRow; none if the publisher was not asked
 */
void
bulla_provenance_append_validity (BullaLoad *load, GListStore *store)
{
  const BullaValidityFacts *validity = &bulla_load_get_facts (load)->validity;

  if (bulla_load_is_asking (load)) {
    add (store, _ ("Publisher’s answer"), _ ("Not there yet"));
    return;
  }
  if (validity->url == NULL)
    return;
  g_autofree char *answer = dup_answer (validity);
  g_autofree char *race = dup_race (validity);
  add (store, _ ("Publisher’s answer"), answer);
  if (validity->update_size >= 0) {
    g_autofree char *size = g_format_size ((guint64)validity->update_size);
    add (store, _ ("Size of the newer version"), size);
  }
  add (store, _ ("Time of the answer"), race);
}
