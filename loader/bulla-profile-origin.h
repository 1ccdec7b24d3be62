/* bulla-profile-origin.h - finds the profile from which a setting was inherited
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_profile_dup_origin (const char *name_or_file, const char *group, const char *key,
                                GError **error);

G_END_DECLS
