/* vector.h - one recipe, built, delivered and judged as `bulla verify` would
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Beside what forge.h reads, a recipe may say:
 *
 *   [package]
 *   cert-url=https://certificates.test:PORT/…   PORT becomes that of a server of TLS on loopback
 *   [request]                       a navigation to the exchange's own URL, unless
 *   method=POST
 *   url=https://publisher.test/other
 *   destination=prefetch            navigation, subresource or prefetch
 *   partition=other                 it comes from another view
 *   ancestors=https://other.test;   the pages around it: it is to be a frame
 *   other-version=true              the page uses another version of the same subset
 *   fallback-loops=true             the fallback URL was asked already, and was not better
 *   now=1795500000                  asked then, Unix seconds; the package was judged before
 *   live-date=Mon, 02 Nov 2026 10:00:00 GMT   the publisher's own response is at hand; empty:
 *                                   without a Date
 *   page-dates=1795399200;1795399300   the first and the last date of the page's other parts
 *   [prefetch]                      it was prefetched,
 *   since=60                        so many seconds before the request,
 *   headers=cache-control: … | vary: …   with these fields, age among them
 *   kept=100                        by a page that keeps so many already
 *   [part]                          it is to be a part of a page that was prefetched
 *   url=…, header-integrity=…       what that allows; its own, where they are missing
 *   deliverer=…, page-deliverer=…   origins
 *   unfinished=true                 it is still coming in
 *   missing=…                       another part that is not there
 *   [outer]
 *   url=                            empty: a local file
 *   pipe=true                       with it: a stream, of which nobody knows where it is from
 *   status=404
 *   redirected=true                 it was asked for elsewhere
 *   [cert-response]                 there is one: the chain is fetched; otherwise it is at hand
 *   first-mutation=ocsp-remove      the first answer is another chain: with that mutation too
 *   [validity]                      the publisher is asked, at https://publisher.test:PORT/…
 *   answer=a0                       and answers this, in hexadecimal; not there: 404
 *   [loader]
 *   offline=true                    no chain at hand, and none is fetched
 *   no-logs=true                    no list of transparency logs
 *   revoked=spki intermediate       on the local revocation list: by serial, spki or certificate;
 *                                   the leaf, the intermediate or the root
 *   settings=signature/clock-skew=60 | …    what a profile of one's own would say
 *   [store]                         what was remembered before:
 *   newest=1795399201               the date of the newest version seen, Unix seconds
 *   live=true                       it came from the publisher's server, not in an exchange
 *   url=…                           of it; by default that of the package
 *   vulnerable=body-digest … # why  an entry of the list of vulnerable versions
 *   [expect], [expect PROFILE]
 *   report=parse_error              the loading spec's name for it
 *   released=128                    bytes of the body that were handed on
 *   fetches=2                       requests for the chain
 *   resources=substitute, separate-origin signature.expired   the responses of a bundle, in the
 *                                   order of the index
 *   note=response.stateful: set-cookie   a rule, and a word of what was observed, held or not
 *
 * A recipe with [caa] and without [package] is a question about CAA: test-caa-recipes.c reads it.
 *
 * A bundle is judged as a whole, each of its responses read to its end; where there is a [request],
 * the verdict is that of the response to it. */
#pragma once

#include "bulla-load.h"
#include "forge.h"

G_BEGIN_DECLS

/* the profiles that every recipe is judged under */
extern const char *const VECTOR_PROFILES[];

typedef struct _VectorWorld VectorWorld;

VectorWorld *vector_world_new (void);
void vector_world_free (VectorWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VectorWorld, vector_world_free)

/* Returns: "NICK/NAME" of every recipe of a package in the folder, sorted; NULL at the end */
GStrv vector_list (const char *folder);

typedef struct {
  char *name;          /* owned; "NICK/NAME" */
  Forge *forge;        /* owned */
  GBytes *first_chain; /* owned; nullable: all answers are alike */
} Vector;

/* Returns: whether the recipe has no other keys and groups than those that are read */
gboolean vector_check_keys (GKeyFile *recipe, GError **error);

Vector *vector_new (VectorWorld *world, const char *folder, const char *name, GError **error);
void vector_free (Vector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vector, vector_free)

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
  const char *report;    /* borrowed from the verdicts; nullable */
  BullaRange range;      /* of the step that decided; {0, 0} if no step broke */
  guint64 released;      /* bytes of the body */
  guint fetches;         /* requests for the chain */
  char *resources;       /* owned; nullable: no bundle; what became of its responses */
  BullaVerdict *verdict; /* owned; of the package */
  BullaVerdict *request; /* owned; nullable: not asked */
} VectorResult;

VectorResult *vector_judge (VectorWorld *world, Vector *vector, const char *profile,
                            GError **error);
void vector_result_free (VectorResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VectorResult, vector_result_free)

G_END_DECLS
