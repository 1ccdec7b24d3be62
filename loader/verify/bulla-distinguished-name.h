/* bulla-distinguished-name.h - distinguished names as text, and compared
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

char *bulla_distinguished_name_to_text (const X509_NAME *name);
char *bulla_distinguished_name_normalise (const char *text);

G_END_DECLS
