/* bulla-cli-verify-command.h - words of the command that verifies what was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* what was made, and with what; all is borrowed */
typedef struct {
  const char *authority; /* folder of the test authority that signed, if it was named; nullable */
  const char *files[2];  /* the certificate and the chain: the authority may be beside them; each
                            nullable */
  GBytes *chain;         /* the chain of exchanges, with its OCSP response; nullable */
  const char *bundle;    /* a bundle that was written; nullable */
  gboolean is_plain;     /* whether the bundle has no signatures of hosts: trust does not matter */
  gint64 date;           /* Unix seconds, from which on it is valid */
} BullaCliVerifyCommand;

char *bulla_cli_dup_verify_command (const BullaCliVerifyCommand *self);

G_END_DECLS
