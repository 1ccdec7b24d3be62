/* bulla-gateway-limits.h - limits on connections and prefetches of the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "bulla-concurrency.h"

G_BEGIN_DECLS

typedef struct {
  guint fresh_max;      /* most connections without a token */
  guint session_max;    /* most connections of one session */
  guint streams_max;    /* most requests at a time on one HTTP/2 connection */
  guint requests_max;   /* most requests at a time on all HTTP/2 connections of one session */
  guint fresh_ms;       /* ms from accept() to a valid token */
  guint handshake_ms;   /* ms from the response to CONNECT to the end of the TLS handshake */
  guint first_ms;       /* ms from the TLS handshake to the first request */
  guint idle_ms;        /* ms from a response to the next request */
  guint linger_ms;      /* ms from the last byte of a response to the client's close */
  guint64 bundle_bytes; /* most bytes of bundles that are kept for one view */
} BullaGatewayLimits;

/* Verification runs in the process that shows the page: after the first few, prefetches start
 * slower than its frames. */
#define BULLA_GATEWAY_PREFETCH_AT_ONCE 6
#define BULLA_GATEWAY_PREFETCH_PACE_MS 24 /* ms between prefetches after the first few */

BullaGatewayLimits bulla_gateway_limits_get_default (void);
const BullaConcurrencyLimits *bulla_gateway_limits_get_prefetching (void);

G_END_DECLS
