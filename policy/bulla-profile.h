/* bulla-profile.h - reads profiles: named and dated sets of choices where specifications or
 * browsers disagree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_TYPE_PROFILE (bulla_profile_get_type ())
typedef struct _BullaProfile BullaProfile;

#define BULLA_PROFILE_ERROR (bulla_profile_error_quark ())
BULLA_API GQuark bulla_profile_error_quark (void);

/**
 * BullaProfileError:
 * @BULLA_PROFILE_ERROR_SYNTAX: the text is not a key file
 * @BULLA_PROFILE_ERROR_UNKNOWN_KEY: the text has an unknown group or key
 * @BULLA_PROFILE_ERROR_VALUE: the value of a setting is invalid
 * @BULLA_PROFILE_ERROR_MISSING: a setting has no value, and there is no parent to inherit it from
 */
typedef enum {
  BULLA_PROFILE_ERROR_SYNTAX,
  BULLA_PROFILE_ERROR_UNKNOWN_KEY,
  BULLA_PROFILE_ERROR_VALUE,
  BULLA_PROFILE_ERROR_MISSING,
} BullaProfileError;

BULLA_API GType bulla_profile_get_type (void);
BULLA_API BullaProfile *bulla_profile_parse (const char *text, const BullaProfile *parent,
                                             GError **error);
BULLA_API BullaProfile *bulla_profile_with (const BullaProfile *self, const char *setting,
                                            const char *value, GError **error);
BULLA_API char *bulla_profile_dup_parent_name (const char *text);
BULLA_API BullaProfile *bulla_profile_ref (BullaProfile *self);
BULLA_API void bulla_profile_unref (BullaProfile *self);
BULLA_API const char *bulla_profile_get_name (const BullaProfile *self);
BULLA_API const char *bulla_profile_get_date (const BullaProfile *self);
BULLA_API const char *bulla_profile_get_description (const BullaProfile *self);
BULLA_API char *bulla_profile_to_text (const BullaProfile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaProfile, bulla_profile_unref)

G_END_DECLS
