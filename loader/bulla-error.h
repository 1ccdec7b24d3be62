/* bulla-error.h - errors that are not faults of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_ERROR (bulla_error_quark ())
BULLA_API GQuark bulla_error_quark (void);

/**
 * BullaError:
 * @BULLA_ERROR_ARGUMENT: invalid input: an unknown profile, a malformed log list
 * @BULLA_ERROR_LIMIT: one of Bulla's limits was exceeded
 * @BULLA_ERROR_NETWORK: a server could not be reached, or sent an invalid HTTP response
 * @BULLA_ERROR_OFFLINE: a request would be needed, but the loader is offline
 * @BULLA_ERROR_REFUSED: the server's address or certificate is not accepted
 */
typedef enum {
  BULLA_ERROR_ARGUMENT,
  BULLA_ERROR_LIMIT,
  BULLA_ERROR_NETWORK,
  BULLA_ERROR_OFFLINE,
  BULLA_ERROR_REFUSED,
} BullaError;

G_END_DECLS
