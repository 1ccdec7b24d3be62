/* bulla-on-demand-unbound.c - functions of libunbound that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <unbound.h>

static BullaOnDemand library = {.soname = SONAME_UNBOUND};

BULLA_DEFINE_ON_DEMAND (library, int, ub_cancel, (struct ub_ctx * self, int async_id),
                        (self, async_id))
BULLA_DEFINE_ON_DEMAND (library, int, ub_ctx_add_ta, (struct ub_ctx * self, const char *ta),
                        (self, ta))
BULLA_DEFINE_ON_DEMAND (library, int, ub_ctx_async, (struct ub_ctx * self, int dothread),
                        (self, dothread))
BULLA_DEFINE_ON_DEMAND (library, struct ub_ctx *, ub_ctx_create, (void), ())
BULLA_DEFINE_ON_DEMAND (library, int, ub_ctx_debugout, (struct ub_ctx * self, void *out),
                        (self, out))
BULLA_DEFINE_ON_DEMAND (library, void, ub_ctx_delete, (struct ub_ctx * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, ub_ctx_set_fwd, (struct ub_ctx * self, const char *addr),
                        (self, addr))
BULLA_DEFINE_ON_DEMAND (library, int, ub_ctx_set_option,
                        (struct ub_ctx * self, const char *opt, const char *val), (self, opt, val))
BULLA_DEFINE_ON_DEMAND (library, int, ub_fd, (struct ub_ctx * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, ub_process, (struct ub_ctx * self), (self))
BULLA_DEFINE_ON_DEMAND (library, int, ub_resolve_async,
                        (struct ub_ctx * self, const char *name, int rrtype, int rrclass,
                         void *mydata, ub_callback_type callback, int *async_id),
                        (self, name, rrtype, rrclass, mydata, callback, async_id))
BULLA_DEFINE_ON_DEMAND (library, void, ub_resolve_free, (struct ub_result * result), (result))
BULLA_DEFINE_ON_DEMAND (library, const char *, ub_strerror, (int err), (err))
