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
 *   [prefetch]                      the exchange was prefetched
 *   since=60                        seconds before the request
 *   headers=cache-control: … | vary: …   header fields, including Age
 *   kept=100                        prefetches that the page already keeps
 *   [part]                          the exchange is a part of a prefetched page
 *   url=…, header-integrity=…       as allowed by the page; default: the exchange's
 *   deliverer=…, page-deliverer=…   origins
 *   unfinished=true                 the body is incomplete
 *   missing=…                       URL of another part that is missing
 *   [outer]
 *   url=                            empty: a local file
 *   pipe=true                       with an empty url: a stream of unknown source
 *   status=404
 *   redirected=true                 the response was reached by a redirect
 *   [cert-response]                 if present, the chain is fetched; otherwise it is given
 *   first-mutation=ocsp-remove      the first response has this mutation, too
 *   [loader]
 *   offline=true                    no chain is given or fetched
 *   no-logs=true                    no list of transparency logs
 *   settings=signature/clock-skew=60 | …    changes to the profile
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
