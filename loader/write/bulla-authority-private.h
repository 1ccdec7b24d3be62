/* bulla-authority-private.h - struct of an authority, for its store and for faulty test packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-authority.h"
#include "bulla-certificate-writer.h"
#include "bulla-chain-writer-private.h"
#include "bulla-credential-private.h"
#include "bulla-mutation.h"
#include "bulla-ocsp-writer.h"
#include "bulla-sct-writer.h"

G_BEGIN_DECLS

#define BULLA_AUTHORITY_ROOT_DAYS 3650
#define BULLA_SECONDS_PER_DAY 86400

struct _BullaAuthority {
  GObject parent_instance;
  X509 *root; /* owned, like all members */
  EVP_PKEY *root_key;
  X509 *intermediate;
  EVP_PKEY *intermediate_key;
  EVP_PKEY *log_key;
  BullaMutation *mutation; /* borrowed; NULL except in tests */
};

/* @mutation: must outlive the authority; its first stage is the intermediate certificate */
BullaAuthority *bulla_authority_new_mutated (const char *name, int64_t now, BullaMutation *mutation,
                                             GError **error);

G_END_DECLS
