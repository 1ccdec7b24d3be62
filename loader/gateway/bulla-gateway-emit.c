/* bulla-gateway-emit.c - emits the gateway's signals about requests and their packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-emit.h"

void
bulla_gateway_emit_decided (BullaGateway *self, const char *view, BullaLoad *load)
{
  g_signal_emit_by_name (self, "load-decided", view, load);
}

void
bulla_gateway_emit_bundle_decided (BullaGateway *self, const char *view, BullaBundle *bundle)
{
  g_signal_emit_by_name (self, "bundle-decided", view, bundle);
}

void
bulla_gateway_emit_separate (BullaGateway *self, const char *view, BullaBundle *bundle,
                             const char *url)
{
  g_signal_emit_by_name (self, "separate", view, bundle, url);
}

void
bulla_gateway_emit_apart (BullaGateway *self, const char *view, BullaHandover *handover)
{
  g_signal_emit_by_name (self, "apart", view, handover);
}

void
bulla_gateway_emit_leave (BullaGateway *self, const char *view, const char *url, gboolean typed)
{
  g_signal_emit_by_name (self, "leave", view, url, typed);
}

void
bulla_gateway_emit_resource_served (BullaGateway *self, const char *view, BullaLoad *load)
{
  g_signal_emit_by_name (self, "resource-served", view, load);
}

void
bulla_gateway_emit_truncated (BullaGateway *self, const char *view, BullaLoad *load,
                              const char *message)
{
  g_signal_emit_by_name (self, "truncated", view, load, message);
}

void
bulla_gateway_emit_prefetched (BullaGateway *self, const char *view, const char *url,
                               BullaLoad *load)
{
  g_signal_emit_by_name (self, "prefetched", view, url, load);
}

void
bulla_gateway_emit_unused (BullaGateway *self, const char *view, const char *url, BullaLoad *load,
                           const char *message)
{
  g_signal_emit_by_name (self, "unused", view, url, load, message);
}

void
bulla_gateway_emit_live (BullaGateway *self, const char *view, const char *url, gint64 date,
                         const char *validator, gboolean frame)
{
  g_signal_emit_by_name (self, "live", view, url, date, validator, frame);
}

void
bulla_gateway_emit_served (BullaGateway *self, const char *view, BullaLoad *load)
{
  g_signal_emit_by_name (self, "served", view, load);
}

void
bulla_gateway_emit_fell_back (BullaGateway *self, const char *view, BullaLoad *load,
                              const char *url, BullaVerdict *verdict, gboolean frame)
{
  g_signal_emit_by_name (self, "fell-back", view, load, url, verdict, frame);
}

void
bulla_gateway_emit_refused (BullaGateway *self, const char *view, const char *url, BullaLoad *load,
                            const char *message, BullaVerdict *verdict)
{
  g_signal_emit_by_name (self, "refused", view, url, load, message, verdict);
}
