/* test-data-url.c - loads certificate chains from data: URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-url.h"
#include "bulla-reason.h"

#define TYPE "data:application/cert-chain+cbor"

typedef struct {
  const char *url;
  const char *bytes; /* NULL if the URL is refused */
  gsize length;
  BullaReason reason;
} Row;

#define GOOD(url, text)                                                                            \
  {                                                                                                \
    url, text, sizeof text - 1, BULLA_REASON_NONE                                                  \
  }
#define BAD(url)                                                                                   \
  {                                                                                                \
    url, NULL, 0, BULLA_REASON_CHAIN_FETCH                                                         \
  }
#define OTHER(url)                                                                                 \
  {                                                                                                \
    url, NULL, 0, BULLA_REASON_CHAIN_CONTENT_TYPE                                                  \
  }

static const Row rows[] = {
    GOOD (TYPE ",abc", "abc"),
    GOOD (TYPE ";x=y,a,b", "a,b"),
    GOOD (TYPE ",%00%fFa", "\0\xff"
                           "a"),
    GOOD (TYPE ",", ""),
    GOOD (TYPE ";base64,", ""),
    GOOD (TYPE ";base64,YWJj", "abc"),
    GOOD (TYPE ";base64,YWI=", "ab"),
    GOOD (TYPE ";base64,YWI", "ab"),
    GOOD (TYPE ";base64,YQ==", "a"),
    GOOD (TYPE ";base64,YQ", "a"),
    GOOD (TYPE ";x=y;BASE64,YQ%3d%3D", "a"),
    GOOD (TYPE ";base64,+/+/", "\xfb\xff\xbf"),
    GOOD ("DATA:application/cert-chain+cbor,a", "a"),
    OTHER ("data:,abc"),
    OTHER ("data:;base64,YWJj"),
    OTHER ("data:text/plain,abc"),
    OTHER ("data:base64,YWJj"),
    BAD ("data:"),
    BAD (TYPE),
    BAD (TYPE ",%"),
    BAD (TYPE ",%0"),
    BAD (TYPE ",%zz"),
    BAD (TYPE ";base64"),
    BAD (TYPE ";base64,Y"),
    BAD (TYPE ";base64,YWJjY"),
    BAD (TYPE ";base64,YQ="),
    BAD (TYPE ";base64,Y==="),
    BAD (TYPE ";base64,===="),
    BAD (TYPE ";base64,YQ==YQ=="),
    BAD (TYPE ";base64,YW Jj"),
    BAD (TYPE ";base64,YW-_"),
    BAD (TYPE ";base64,%00%00"),
    BAD (TYPE ";base64,%00AAAA"),
    BAD (TYPE ";base64,YWJj%00"),
    BAD ("data:;base64,%00%00AAAAAA"),
};

static void
test_decode (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = bulla_data_url_decode_chain (rows[i].url, &error);

    g_test_message ("%s", rows[i].url);
    if (rows[i].bytes == NULL) {
      g_assert_error (error, BULLA_FAULT, (int)rows[i].reason);
      g_assert_null (bytes);
    } else {
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), rows[i].bytes,
                       rows[i].length);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-url/decode", test_decode);
  return g_test_run ();
}
