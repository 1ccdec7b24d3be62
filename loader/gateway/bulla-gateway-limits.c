/* bulla-gateway-limits.c - limits on connections and prefetches of the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-limits.h"

#include "bulla-descriptor-limit.h"

#define FRESH_MAX 32
#define SESSION_MAX 512
#define STREAMS_MAX 100
#define BUNDLE_BYTES ((guint64)2 << 30)

/**
 * bulla_gateway_limits_get_default:
 *
 * Returns: limits for as many connections as the process may have descriptors, with room for those
 *   that it opens itself
 */
BullaGatewayLimits
bulla_gateway_limits_get_default (void)
{
  guint64 descriptors = bulla_descriptors_get_limit ();

  return (BullaGatewayLimits){
      .fresh_max = (guint)CLAMP (descriptors / 8, 4, FRESH_MAX),
      .session_max = (guint)CLAMP (descriptors / 4, 8, SESSION_MAX),
      .streams_max = STREAMS_MAX,
      .requests_max = (guint)CLAMP (descriptors / 4, 8, SESSION_MAX),
      .fresh_ms = 10000,
      .handshake_ms = 20000,
      .first_ms = 60000,
      .idle_ms = 300000,
      .linger_ms = 2000,
      .bundle_bytes = BUNDLE_BYTES,
  };
}

/**
 * bulla_gateway_limits_get_prefetching:
 *
 * Returns: the limits on the prefetches of one session and of each of its views. They protect other
 *   sessions, which share the connections to slow servers
 */
const BullaConcurrencyLimits *
bulla_gateway_limits_get_prefetching (void)
{
  static const BullaConcurrencyLimits limits = {
      .all = 32,
      .each = 8,
      .waiting = 1000,
      .turn_in_ms = 60000,
  };

  return &limits;
}
