/* bulla-stash-claim.c - which navigations something that is kept may answer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-stash-claim.h"

#include "bulla-uri-text.h"

#define ANSWERS_MAX 32 /* history entries that one exchange or bundle belongs to */

/**
 * bulla_stash_escape_strays:
 * @url: a URL, or the path and query of one
 *
 * Browsers send a `%` that begins no escape sequence as it is; to #GUri it is an error.
 *
 * Returns: (transfer full): the same with `%25` for each such character
 */
char *
bulla_stash_escape_strays (const char *url)
{
  GString *text = g_string_new (NULL);

  for (const char *at = url; *at != '\0'; at++)
    if (*at == '%' && !(g_ascii_isxdigit (at[1]) && g_ascii_isxdigit (at[2])))
      g_string_append (text, "%25");
    else
      g_string_append_c (text, *at);
  return g_string_free (text, FALSE);
}

/**
 * bulla_stash_dup_key:
 * @url: a URL
 *
 * The wire keeps apart the spellings that RFC 3986 calls equivalent, such as `%7E` and `~`; here
 * they are one.
 *
 * Returns: (transfer full): the same for every spelling of it, without its fragment
 */
char *
bulla_stash_dup_key (const char *url)
{
  g_autofree char *escaped = bulla_stash_escape_strays (url);
  g_autoptr (GUri) uri =
      g_uri_parse (escaped,
                   G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY
                       | G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE,
                   NULL);

  g_autofree char *text = uri != NULL ? bulla_uri_dup_text (uri, G_URI_HIDE_NONE) : NULL;
  const char *key = text != NULL ? text : url;

  return g_strndup (key, strcspn (key, "#"));
}

void
bulla_stash_claim_init (BullaStashClaim *claim, const char *from, gboolean frame)
{
  *claim = (BullaStashClaim){
      .from = from != NULL ? bulla_stash_dup_key (from) : NULL,
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
  g_autofree char *key = bulla_stash_dup_key (url);

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
  g_autofree char *from = bulla_stash_dup_key (ask->redirected);
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
