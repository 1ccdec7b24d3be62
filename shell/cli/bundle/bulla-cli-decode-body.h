/* bulla-cli-decode-body.h - decodes the content coding of a response in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_CLI_NOT_CODED,    /* the body has no content coding; nothing was read */
  BULLA_CLI_DECODED,      /* the whole body was decoded */
  BULLA_CLI_DECODED_REST, /* the same; bytes that follow the coded stream are not in the result */
  BULLA_CLI_UNDECODABLE,  /* the body is not in its content coding, or is too long */
  BULLA_CLI_UNSUPPORTED,  /* Bulla cannot decode the content coding; nothing was read */
  BULLA_CLI_BODY_FAILED,  /* the body could not be read */
} BullaCliDecoding;

BullaCliDecoding bulla_cli_decode_body (BullaLoad *load, char **coding, GBytes **decoded,
                                        GError **error);

G_END_DECLS
