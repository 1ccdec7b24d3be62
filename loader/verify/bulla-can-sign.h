/* bulla-can-sign.h - checks a certificate for the extension that allows signing exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

gboolean bulla_certificate_can_sign (GBytes *der);
gboolean bulla_extension_is_can_sign (X509_EXTENSION *extension);

G_END_DECLS
