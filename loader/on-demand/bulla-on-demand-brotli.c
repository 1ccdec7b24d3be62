/* bulla-on-demand-brotli.c - functions of Brotli that load its decoder when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <brotli/decode.h>

static BullaOnDemand library = {.soname = SONAME_BROTLIDEC};

BULLA_DEFINE_ON_DEMAND (library, BrotliDecoderState *, BrotliDecoderCreateInstance,
                        (brotli_alloc_func alloc_func, brotli_free_func free_func, void *opaque),
                        (alloc_func, free_func, opaque))
BULLA_DEFINE_ON_DEMAND (library, BrotliDecoderResult, BrotliDecoderDecompressStream,
                        (BrotliDecoderState * state, size_t *available_in, const uint8_t **next_in,
                         size_t *available_out, uint8_t **next_out, size_t *total_out),
                        (state, available_in, next_in, available_out, next_out, total_out))
BULLA_DEFINE_ON_DEMAND (library, void, BrotliDecoderDestroyInstance, (BrotliDecoderState * state),
                        (state))
