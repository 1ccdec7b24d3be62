/* test-parse-web-bundle-id.c - converts web bundle ids from and to keys
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-web-bundle-id.h"

#include <string.h>

/* bundles.md 9.5 */
#define ED25519_ID "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaic"
#define P256_ID "aiaacaqdaqcqmbyibefawdanbyhraeiscmkbkfqxdamrugy4dupb6aacai"
#define PROXY_ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"

static void
make_key (guint8 *key, BullaWebBundleKey kind)
{
  guint first = kind == BULLA_WEB_BUNDLE_KEY_P256 ? 1 : 0;

  key[0] = 2;
  for (guint i = 0; i < 32; i++)
    key[first + i] = kind == BULLA_WEB_BUNDLE_KEY_PROXY ? 0 : (guint8)i;
}

static const struct {
  BullaWebBundleKey kind;
  size_t size;
  const char *id;
} VECTORS[] = {
    {BULLA_WEB_BUNDLE_KEY_ED25519, 32, ED25519_ID},
    {BULLA_WEB_BUNDLE_KEY_P256, 33, P256_ID},
    {BULLA_WEB_BUNDLE_KEY_PROXY, 32, PROXY_ID},
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (VECTORS); i++) {
    guint8 key[33];
    BullaWebBundleKey kind = BULLA_WEB_BUNDLE_KEY_UNKNOWN;
    g_autoptr (GBytes) back = NULL;
    make_key (key, VECTORS[i].kind);
    g_autofree char *id = bulla_web_bundle_id_derive (VECTORS[i].kind, key, VECTORS[i].size);
    g_assert_cmpstr (id, ==, VECTORS[i].id);
    g_assert_true (bulla_web_bundle_id_parse (id, &kind, &back, NULL));
    g_assert_cmpint (kind, ==, VECTORS[i].kind);
    g_assert_cmpmem (key, VECTORS[i].size, g_bytes_get_data (back, NULL), g_bytes_get_size (back));
    /* all output parameters are optional */
    g_assert_true (bulla_web_bundle_id_parse (id, NULL, NULL, NULL));
  }
}

static void
test_wrong_sizes (void)
{
  const guint8 key[40] = {0};

  for (size_t size = 0; size < sizeof key; size++) {
    g_autofree char *ed25519 = bulla_web_bundle_id_derive (BULLA_WEB_BUNDLE_KEY_ED25519, key, size);
    g_autofree char *p256 = bulla_web_bundle_id_derive (BULLA_WEB_BUNDLE_KEY_P256, key, size);
    g_autofree char *proxy = bulla_web_bundle_id_derive (BULLA_WEB_BUNDLE_KEY_PROXY, key, size);
    g_assert_cmpint (ed25519 != NULL, ==, size == 32);
    g_assert_cmpint (p256 != NULL, ==, size == 33);
    g_assert_cmpint (proxy != NULL, ==, size == 32);
    g_assert_null (bulla_web_bundle_id_derive (BULLA_WEB_BUNDLE_KEY_UNKNOWN, key, size));
  }
}

static void
assert_refused (const char *id)
{
  const char *why = NULL;
  BullaWebBundleKey kind = BULLA_WEB_BUNDLE_KEY_UNKNOWN;
  g_autoptr (GBytes) key = NULL;

  g_assert_false (bulla_web_bundle_id_parse (id, &kind, &key, &why));
  g_assert_nonnull (why);
  g_assert_null (key);
  g_assert_cmpint (kind, ==, BULLA_WEB_BUNDLE_KEY_UNKNOWN);
  g_assert_false (bulla_web_bundle_id_parse (id, NULL, NULL, NULL));
}

static void
test_refused (void)
{
  static const char *const wrong[] = {
      "",
      "a",
      /* upper case */
      "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQAAIC",
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaiC",
      /* characters that base32 does not use */
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaai1",
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaai=",
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaai ",
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaai\xc3\xa9",
      /* unknown key types: suffix 00 01 03, and 00 02 02 after 32 bytes */
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaid",
      "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaqc",
      /* the two unused bits of the last character are not zero */
      "aiaacaqdaqcqmbyibefawdanbyhraeiscmkbkfqxdamrugy4dupb6aacaj",
      "aiaacaqdaqcqmbyibefawdanbyhraeiscmkbkfqxdamrugy4dupb6aacak",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_refused (wrong[i]);
}

static void
test_every_length (void)
{
  for (size_t length = 0; length < strlen (ED25519_ID); length++) {
    g_autofree char *id = g_strndup (ED25519_ID, length);
    assert_refused (id);
  }
  for (guint more = 1; more < 40; more++) {
    g_autofree char *filling = g_strnfill (more, 'a');
    g_autofree char *id = g_strconcat (ED25519_ID, filling, NULL);
    assert_refused (id);
  }
}

/* with another character at any place it is another ID, or invalid */
static void
test_every_character (void)
{
  for (size_t i = 0; i < strlen (P256_ID); i++)
    for (const char *c = "abcdefghijklmnopqrstuvwxyz234567"; *c != '\0'; c++) {
      g_autofree char *id = g_strdup (P256_ID);
      g_autoptr (GBytes) key = NULL;
      BullaWebBundleKey kind;
      id[i] = *c;
      if (!bulla_web_bundle_id_parse (id, &kind, &key, NULL))
        continue;
      g_autofree char *again =
          bulla_web_bundle_id_derive (kind, g_bytes_get_data (key, NULL), g_bytes_get_size (key));
      g_assert_cmpstr (again, ==, id);
    }
}

/* RFC 4648 section 10, in lower case and without padding */
static void
test_base32 (void)
{
  static const char *const pairs[][2] = {
      {"", ""},
      {"f", "my"},
      {"fo", "mzxq"},
      {"foo", "mzxw6"},
      {"foob", "mzxw6yq"},
      {"fooba", "mzxw6ytb"},
      {"foobar", "mzxw6ytboi"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree char *text = bulla_base32_encode ((const guint8 *)pairs[i][0], strlen (pairs[i][0]));
    g_assert_cmpstr (text, ==, pairs[i][1]);
  }
  const guint8 ones[] = {0xff, 0xff, 0xff, 0xff, 0xff};
  g_autofree char *text = bulla_base32_encode (ones, sizeof ones);
  g_assert_cmpstr (text, ==, "77777777");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/web-bundle-id/vectors", test_vectors);
  g_test_add_func ("/parse/web-bundle-id/wrong-sizes", test_wrong_sizes);
  g_test_add_func ("/parse/web-bundle-id/refused", test_refused);
  g_test_add_func ("/parse/web-bundle-id/every-length", test_every_length);
  g_test_add_func ("/parse/web-bundle-id/every-character", test_every_character);
  g_test_add_func ("/parse/web-bundle-id/base32", test_base32);
  return g_test_run ();
}
