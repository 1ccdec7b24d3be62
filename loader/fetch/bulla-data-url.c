/* bulla-data-url.c - a certificate chain that its URL carries
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"

#include <libsoup/soup.h>

#include "bulla-field.h"
#include "bulla-reason.h"

/**
 * bulla_data_url_decode_chain: (skip)
 * @url: a data: URL
 * @error: a %BULLA_FAULT
 *
 * Spec: IMPL 3.3; RFC 2397.
 *
 * Returns: (transfer full) (nullable): the chain
 */
GBytes *
bulla_data_url_decode_chain (const char *url, GError **error)
{
  g_autofree char *type = NULL;
  g_autoptr (GBytes) bytes = soup_uri_decode_data_uri (url, &type);
  if (bytes == NULL) {
    bulla_fault_set (error, BULLA_REASON_CHAIN_FETCH, (BullaRange){0, 0}, "a malformed data URL");
    return NULL;
  }
  g_autofree char *essence = bulla_field_dup_essence (type);
  if (g_strcmp0 (essence, BULLA_CERT_CHAIN_TYPE) != 0) {
    bulla_fault_set (error, BULLA_REASON_CHAIN_CONTENT_TYPE, (BullaRange){0, 0}, "%s", type);
    return NULL;
  }
  return g_steal_pointer (&bytes);
}
