/* bulla-cli-validity-review.h - judges an exchange with the new signature of validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-review.h"
#include "bulla-cli-signatures.h"
#include "write/bulla-credential.h"

G_BEGIN_DECLS

gboolean bulla_cli_review_new_signature (BullaCliSignatures *source, GBytes *signature,
                                         BullaCredential *credential, BullaCliReview *review,
                                         GError **error);

G_END_DECLS
