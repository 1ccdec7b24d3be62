/* vector.h - builds the package of a recipe, and judges it like `bulla verify`
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * In addition to the keys in forge.h, a recipe can have:
 *
 *   [package]
 *   cert-url=https://certificates.test:PORT/…   PORT: that of a TLS server on loopback
 *   [request]                       default: a navigation to the exchange's URL
 *   method=POST
 *   url=https://publisher.test/other
 *   destination=prefetch            navigation, subresource or prefetch
 *   partition=other                 the request is of another view
 *   ancestors=https://other.test;   origins of the pages around a frame
 *   other-version=true              the page uses another version of the subset
 *   fallback-loops=true             the fallback URL was already requested
 *   now=1795500000                  Unix seconds of the request, after the judgement
 *   live-date=Mon, 02 Nov 2026 10:00:00 GMT   there is a live copy with that Date; empty:
 *                                   without a Date
 *   page-dates=1795399200;1795399300   the first and the last date of the page's other parts
 *   [prefetch]                      it was prefetched,
 *   since=60                        so many seconds before the request,
 *   headers=cache-control: … | vary: …   with these fields, age among them
 *   kept=100                        by a page that keeps so many already
 *   [part]                          it is to be a part of a page that was prefetched
 *   url=…, header-integrity=…       what that allows; its own, where they are missing
 *   deliverer=…, page-deliverer=…   origins
 *   unfinished=true                 the body is incomplete
 *   missing=…                       URL of another part that is missing
 *   [outer]
 *   url=                            empty: a local file
 *   pipe=true                       with an empty url: a stream of unknown source
 *   status=404
 *   redirected=true                 it was asked for elsewhere
 *   [cert-response]                 there is one: the chain is fetched; otherwise it is at hand
 *   first-mutation=ocsp-remove      the first answer is another chain: with that mutation too
 *   [validity]                      the publisher is asked, at https://publisher.test:PORT/…
 *   answer=a0                       and answers this, in hexadecimal; not there: 404
 *   [loader]
 *   offline=true                    no chain is given or fetched
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
 *   report=parse_error              the result in the loading specification
 *   released=128                    bytes of the body that were released
 *   fetches=2                       requests for the chain
 *   resources=substitute, separate-origin signature.expired   results of all responses, in the
 *                                   order of the index
 *   note=response.stateful: set-cookie   a rule, and a part of its observation
 *
 * Recipes with [caa] and without [package] are read by test-caa-recipes.c.
 *
 * A bundle is judged as a whole, and each response is read to its end. With a [request], the
 * verdict is that on the response to it. */
#pragma once

#include "bulla-load.h"
#include "forge.h"

G_BEGIN_DECLS

/* the profiles with which every recipe is judged */
extern const char *const VECTOR_PROFILES[];

typedef struct _VectorWorld VectorWorld;

VectorWorld *vector_world_new (void);
void vector_world_free (VectorWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VectorWorld, vector_world_free)

/* Returns: "NICK/NAME" of every recipe of a package in the folder, sorted, NULL-terminated */
GStrv vector_list (const char *folder);

typedef struct {
  char *name;          /* owned; "NICK/NAME" */
  Forge *forge;        /* owned */
  GBytes *first_chain; /* owned; NULL if all responses are the same */
} Vector;

/* Returns: whether servers are asked when the package is judged */
gboolean vector_uses_network (const Vector *vector);

/* Returns: whether the recipe has no other keys and groups than those that are read */
gboolean vector_check_keys (GKeyFile *recipe, GError **error);

Vector *vector_new (VectorWorld *world, const char *folder, const char *name, GError **error);
void vector_free (Vector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vector, vector_free)

typedef struct {
  BullaOutcome outcome;
  BullaReason reason;
  const char *report;    /* borrowed from the verdicts; nullable */
  BullaRange range;      /* range of the step that decided; {0, 0} if no rule is broken */
  guint64 released;      /* bytes of the body that were released */
  guint fetches;         /* number of requests for the chain */
  char *resources;       /* owned; results of a bundle's responses; NULL for an exchange */
  BullaVerdict *verdict; /* owned; verdict on the package */
  BullaVerdict *request; /* owned; verdict on the request; NULL without one */
} VectorResult;

VectorResult *vector_judge (VectorWorld *world, Vector *vector, const char *profile,
                            GError **error);
void vector_result_free (VectorResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VectorResult, vector_result_free)

G_END_DECLS
