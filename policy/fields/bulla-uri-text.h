/* bulla-uri-text.h - writes and resolves URIs, including those that GLib fails to write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_uri_dup_text (GUri *uri, GUriHideFlags hidden);
char *bulla_url_dup_document_host (const char *url);
char *bulla_url_resolve (const char *base, const char *reference, GUriFlags flags);

G_END_DECLS
