/* bulla-stash-claim.c - identifies the navigations that a stashed exchange or bundle may answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-stash-claim.h"

#include "bulla-url-key.h"

#define ANSWERS_MAX 32 /* most history entries answered by one exchange or bundle */

void
bulla_stash_claim_init (BullaStashClaim *claim, const char *from, gboolean frame)
{
  *claim = (BullaStashClaim){
      .from = from != NULL ? bulla_url_dup_key (from) : NULL,
      .frame = frame,
      .waiting = TRUE,
      .since = g_get_monotonic_time (),
      .answers = g_ptr_array_new_with_free_func (g_free),
  };
}

void
bulla_stash_claim_clear (BullaStashClaim *claim)
{
  g_free (claim->from);
  g_free (claim->to);
  g_ptr_array_unref (claim->answers);
}

static gboolean
leads_to (const BullaStashClaim *claim, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

  return claim->to == NULL || g_str_equal (claim->to, key);
}

static gboolean
claim_waits_for (const BullaStashClaim *claim, const BullaStashAsk *ask)
{
  gint64 waited = g_get_monotonic_time () - claim->since;

  if (!claim->waiting || claim->frame != ask->frame
      || waited > BULLA_STASH_WAIT_SECONDS * G_USEC_PER_SEC)
    return FALSE;
  if (ask->next)
    return TRUE;
  if (claim->from == NULL)
    return ask->typed && leads_to (claim, ask->url);
  if (ask->redirected == NULL)
    return FALSE;
  g_autofree char *from = bulla_url_dup_key (ask->redirected);
  return g_str_equal (claim->from, from);
}

gboolean
bulla_stash_claim_matches (const BullaStashClaim *claim, const BullaStashAsk *ask)
{
  gboolean shown =
      ask->answer != NULL
      && g_ptr_array_find_with_equal_func (claim->answers, ask->answer, g_str_equal, NULL);

  return ask->any || shown || claim_waits_for (claim, ask);
}

void
bulla_stash_claim_note_shown (BullaStashClaim *claim, const char *answer)
{
  claim->waiting = FALSE;
  if (answer == NULL)
    return;
  if (claim->answers->len >= ANSWERS_MAX)
    g_ptr_array_remove_index (claim->answers, 0);
  g_ptr_array_add (claim->answers, g_strdup (answer));
}
