/* bulla-error.h - errors that are not faults of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_ERROR (bulla_error_quark ())
BULLA_API GQuark bulla_error_quark (void);

/**
 * BullaError:
 * @BULLA_ERROR_ARGUMENT: what was given makes no sense: an unknown profile, a malformed log list
 * @BULLA_ERROR_LIMIT: a cap of ours was met
 * @BULLA_ERROR_NETWORK: a server could not be reached, or did not answer as HTTP asks
 * @BULLA_ERROR_OFFLINE: it would have taken the network, which is not to be used
 * @BULLA_ERROR_REFUSED: the address or the certificate is one that we do not talk to
 */
typedef enum {
  BULLA_ERROR_ARGUMENT,
  BULLA_ERROR_LIMIT,
  BULLA_ERROR_NETWORK,
  BULLA_ERROR_OFFLINE,
  BULLA_ERROR_REFUSED,
} BullaError;

G_END_DECLS
