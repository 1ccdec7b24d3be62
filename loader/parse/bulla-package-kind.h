/* bulla-package-kind.h - recognises the kind of a package by its first bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_PACKAGE_UNKNOWN,
  BULLA_PACKAGE_EXCHANGE,
  BULLA_PACKAGE_BUNDLE, /* the file is a web bundle, with or without an integrity block */
} BullaPackageKind;

#define BULLA_PACKAGE_SNIFF_SIZE 12

BULLA_API BullaPackageKind bulla_package_sniff (const guint8 *data, gsize length);
BULLA_API BullaPackageKind bulla_package_from_content_type (const char *content_type);

G_END_DECLS
