/* bulla-cli-profile-set.h - the profiles that are compared, each with a name of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

G_BEGIN_DECLS

typedef struct {
  GPtrArray *names;    /* owned; of char *; each is unique */
  GPtrArray *profiles; /* owned; of BullaProfile, in the order of the names */
} BullaCliProfileSet;

BullaCliProfileSet *bulla_cli_profile_set_new (char **typed, GError **error);
void bulla_cli_profile_set_free (BullaCliProfileSet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliProfileSet, bulla_cli_profile_set_free)

G_END_DECLS
