/* bulla-can-sign.h - is a certificate for signing exchanges, and so not for TLS?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_certificate_can_sign (GBytes *der);

G_END_DECLS
