/* bulla-web-bundle-id.c - the name of a signed web bundle, made of a key
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-bundle-id.h"

char *
bulla_web_bundle_id_derive (BullaWebBundleKey kind, const guint8 *key, size_t length)
{
  return NULL;
}

gboolean
bulla_web_bundle_id_parse (const char *id, BullaWebBundleKey *kind, GBytes **key, const char **why)
{
  return FALSE;
}

char *
bulla_base32_encode (const guint8 *data, size_t length)
{
  return NULL;
}
