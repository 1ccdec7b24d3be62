/* bulla-cli-bundle.h - functions shared by the verbs that handle bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-cli.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

/* an open bundle as a list of names and contents; only `bulla verify` judges it */
typedef struct {
  const char *name;    /* borrowed; the argument of the command */
  const char *guess;   /* static, for gettext; what came on a pipe instead; nullable */
  BullaLoader *loader; /* owned */
  BullaBundle *bundle; /* owned */
  guint n_odd;         /* URLs that are left out, because they cannot be used */
} BullaCliBundle;

/* One response of the bundle. */
typedef struct {
  guint resource, variant;
  char *url;       /* owned; URL of the response */
  BullaLoad *load; /* owned; NULL if the bundle lacks the response */
} BullaCliResponse;

BullaCliBundle *bulla_cli_bundle_open (const char *name, const char *base_url, BullaCliExit *exit,
                                       GError **error);
BullaCliBundle *bulla_cli_bundle_open_bytes (const char *name, GBytes *bytes, const char *base_url,
                                             BullaCliExit *exit, GError **error);
void bulla_cli_bundle_free (BullaCliBundle *self);
char *bulla_cli_bundle_dup_label (BullaCliBundle *self, const BullaCliResponse *response);
gboolean bulla_cli_bundle_load (BullaCliBundle *self, guint resource, guint variant,
                                BullaCliResponse *response, GError **error);
void bulla_cli_response_clear (BullaCliResponse *self);
BullaReason bulla_cli_response_get_fault (const BullaCliResponse *self);
const BullaFacts *bulla_cli_response_get_facts (const BullaCliResponse *self);
gboolean bulla_cli_response_hash (BullaCliResponse *self, char **sha256, guint64 *length,
                                  BullaReason *fault, GError **error);
gboolean bulla_cli_facts_are_coded (const BullaFacts *facts, char **inner);
gboolean bulla_cli_is_wanted (char **patterns, const char *url);

extern const BullaVerb bulla_verb_bundle_list;
extern const BullaVerb bulla_verb_bundle_extract;
extern const BullaVerb bulla_verb_bundle_diff;
extern const BullaVerb bulla_verb_bundle_convert;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliBundle, bulla_cli_bundle_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliResponse, bulla_cli_response_clear)

G_END_DECLS
