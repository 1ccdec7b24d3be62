/* bulla-version-memory.c - asks the store about a version of a URL, and turns the answer into facts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-version-memory.h"

#include "bulla-history.h"
#include "bulla-vulnerable.h"

/**
 * bulla_version_memory_recall: (skip)
 * @store: a store
 * @version: a version of a URL that is about to be judged
 * @memory: (out caller-allocates): what is known; also set on failure, when nothing is known
 * @error: a %BULLA_STORE_ERROR
 *
 * Reads only.
 */
gboolean
bulla_version_memory_recall (BullaStore *store, const BullaVersion *version,
                             BullaVersionMemory *memory, GError **error)
{
  g_autoptr (BullaHistoryEntry) entry = NULL;

  *memory = (BullaVersionMemory){.newest = -1};
  if (!bulla_history_find (store, version->url, &entry, error))
    return FALSE;
  if (entry != NULL) {
    memory->newest = entry->newest;
    memory->live = entry->source == BULLA_SEEN_LIVE;
  }
  return bulla_vulnerable_find (store, version, &memory->vulnerable, error);
}

/**
 * bulla_version_memory_fill_facts: (skip)
 * @memory: (nullable): what the store knows; %NULL if it could not be read
 * @failure: (nullable): without @memory: why
 * @facts: facts about a version whose signature was read
 */
void
bulla_version_memory_fill_facts (const BullaVersionMemory *memory, const char *failure,
                                 BullaFacts *facts)
{
  if (memory == NULL) {
    facts->history.known = BULLA_NO;
    facts->history.failure = bulla_facts_intern_anew (facts, facts->history.failure, failure);
    return;
  }
  bulla_facts_take_newest (facts, memory->newest, memory->live);
  facts->history.vulnerable =
      bulla_facts_intern_anew (facts, facts->history.vulnerable, memory->vulnerable);
}

void
bulla_version_memory_clear (BullaVersionMemory *self)
{
  g_clear_pointer (&self->vulnerable, g_free);
}
