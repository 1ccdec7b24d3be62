/* bulla-on-demand-soup.c - functions of libsoup that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <libsoup/soup.h>

static BullaOnDemand library = {.soname = SONAME_SOUP};

BULLA_DEFINE_ON_DEMAND (library, void, soup_header_free_list, (GSList * list), (list))
BULLA_DEFINE_ON_DEMAND (library, GSList *, soup_header_parse_list, (const char *header), (header))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_append,
                        (SoupMessageHeaders * headers, const char *name, const char *value),
                        (headers, name, value))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_clear, (SoupMessageHeaders * headers),
                        (headers))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_foreach,
                        (SoupMessageHeaders * headers, SoupMessageHeadersForeachFunc func,
                         gpointer user_data),
                        (headers, func, user_data))
BULLA_DEFINE_ON_DEMAND (library, gboolean, soup_message_headers_get_content_disposition,
                        (SoupMessageHeaders * headers, char **disposition, GHashTable **params),
                        (headers, disposition, params))
BULLA_DEFINE_ON_DEMAND (library, goffset, soup_message_headers_get_content_length,
                        (SoupMessageHeaders * headers), (headers))
BULLA_DEFINE_ON_DEMAND (library, SoupEncoding, soup_message_headers_get_encoding,
                        (SoupMessageHeaders * headers), (headers))
BULLA_DEFINE_ON_DEMAND (library, const char *, soup_message_headers_get_list,
                        (SoupMessageHeaders * headers, const char *name), (headers, name))
BULLA_DEFINE_ON_DEMAND (library, const char *, soup_message_headers_get_one,
                        (SoupMessageHeaders * headers, const char *name), (headers, name))
BULLA_DEFINE_ON_DEMAND (library, gboolean, soup_message_headers_header_contains,
                        (SoupMessageHeaders * headers, const char *name, const char *token),
                        (headers, name, token))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_iter_init,
                        (SoupMessageHeadersIter * iter, SoupMessageHeaders *headers),
                        (iter, headers))
BULLA_DEFINE_ON_DEMAND (library, gboolean, soup_message_headers_iter_next,
                        (SoupMessageHeadersIter * iter, const char **name, const char **value),
                        (iter, name, value))
BULLA_DEFINE_ON_DEMAND (library, SoupMessageHeaders *, soup_message_headers_new,
                        (SoupMessageHeadersType type), (type))
BULLA_DEFINE_ON_DEMAND (library, SoupMessageHeaders *, soup_message_headers_ref,
                        (SoupMessageHeaders * headers), (headers))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_remove,
                        (SoupMessageHeaders * headers, const char *name), (headers, name))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_replace,
                        (SoupMessageHeaders * headers, const char *name, const char *value),
                        (headers, name, value))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_set_content_length,
                        (SoupMessageHeaders * headers, goffset content_length),
                        (headers, content_length))
BULLA_DEFINE_ON_DEMAND (library, void, soup_message_headers_unref, (SoupMessageHeaders * headers),
                        (headers))
BULLA_DEFINE_ON_DEMAND (library, const char *, soup_status_get_phrase, (guint status_code),
                        (status_code))
BULLA_DEFINE_ON_DEMAND (library, gboolean, soup_tld_domain_is_public_suffix, (const char *domain),
                        (domain))
BULLA_DEFINE_ON_DEMAND (library, const char *, soup_tld_get_base_domain,
                        (const char *hostname, GError **error), (hostname, error))
