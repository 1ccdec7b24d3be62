/* seeds-gateway.c - writes seeds for fuzzing: HTTP messages of clients and servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seeds.h"

#define HEAD(line) line " HTTP/1.1\r\nHost: a.test\r\n\r\n"
#define TAG "0123456789abcdef"
#define TAGGED "Sec-Bulla-Page: " TAG "\r\nX-Tag: " TAG "\r\n"
#define SAID "X-Method: GET\r\nX-Url: http://a.test/b\r\nX-Document: http://a.test/\r\n"
#define ASKED "GET http://a.test/b HTTP/1.1\r\nHost: a.test\r\n"
#define PRIVATE "GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\n"
#define CHAIN_URL "data:application/cert-chain+cbor"

static const char *const CHUNKS[] = {
    "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
    "00A;name=\"value\"\r\n0123456789\r\n1\r\n\n\r\n0;last\r\nTrailer: x\r\nB:\r\n\r\n",
    "0\r\n\r\n",
    "fffffffffffffff\r\n",
    "5\nhello\r\n0\r\n\r\n",
    "-5\r\nhello\r\n0\r\n\r\n",
    "3\r\nabcde\r\n0\r\n\r\n",
};

static const char *const TARGETS[] = {
    HEAD ("GET http://a.test:8080/b%zz?c=%7E"),
    HEAD ("OPTIONS http://a.test"),
    HEAD ("OPTIONS *"),
    HEAD ("GET ws://[2001:db8::1]/../x?y#z"),
    "GET http://localhost:8080/ HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
    HEAD ("CONNECT a.test:443") HEAD ("GET /b?c"),
    HEAD ("CONNECT a.test:80") HEAD ("GET http://A.TEST?d"),
    HEAD ("GET http://a.test/first") "GET http://127.0.0.1:8080/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
};

static const char *const IDENTITIES[] = {
    ASKED TAGGED SAID "X-Dest: document\r\nX-Top: 1\r\nX-Typed: http://a.test/b\r\n\r\n",
    ASKED TAGGED SAID "X-Dest: iframe\r\nX-Expect: http://a.test/b\r\n"
                      "Sec-Fetch-Dest: iframe\r\nX-Frames: b.test,10.0.0.1\r\n\r\n",
    ASKED TAGGED SAID "X-Dest: script\r\nX-Source: http://a.test/c.wbn\r\nX-Credentials: omit\r\n"
                      "Referer: http://a.test/\r\nOrigin: http://a.test\r\n\r\n",
    ASKED TAGGED SAID "X-Dest: image\r\nX-Redirected: http://192.168.0.1/d\r\n\r\n",
    ASKED TAGGED SAID "X-Dest: empty\r\nX-Prefetch: 1\r\nSec-Purpose: prefetch\r\n\r\n",
    ASKED "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\n\r\n",
    ASKED "Origin: webpkg://package\r\nReferer: http://10.0.0.1/\r\n\r\n",
    PRIVATE "Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://10.0.0.1\r\n\r\n",
};

/* fields of HTTP/2, as fuzz-h2-head.c reads them */
#define FIELD(name, value) name "\xfe" value "\xff"
#define FIELDS(method, path)                                                                       \
  FIELD (":method", method)                                                                        \
  FIELD (":scheme", "https") FIELD (":authority", "a.test") FIELD (":path", path)

static const char *const H2_HEADS[] = {
    "0" FIELDS ("GET", "/b?c"),
    "0" FIELDS ("OPTIONS", "*") FIELD ("host", "A.TEST"),
    "1" FIELDS ("POST", "/") FIELD ("content-length", "5") FIELD ("expect", "100-continue"),
    "1" FIELDS ("PUT", "/") FIELD ("te", "trailers") FIELD ("x-a", "1") FIELD ("x-a", ""),
    "0" FIELDS ("GET", "/") FIELD ("cookie", "a=1") FIELD ("x-a", "\t") FIELD ("cookie", "b=2"),
    "0" FIELDS ("GET", "https://a.test/") FIELD ("connection", "close"),
    "0" FIELD (":method", "CONNECT") FIELD (":authority", "a.test:443"),
    "0" FIELDS ("GET", "/ HTTP/1.1\r\nx: y") FIELD ("transfer-encoding", "chunked"),
};

static const char *const DATA_URLS[] = {
    CHAIN_URL ";base64,gmfwn5Oc4puT",
    CHAIN_URL ";v=b3;base64,gmfwn5Oc4pu%54AA==",
    CHAIN_URL ",%82%67%f0%9f",
    "data:,a",
    "data:text/plain;charset=UTF-8;base64,AAAA",
    CHAIN_URL ";base64,A",
};

static void
write_all (const char *folder, const char *target, const char *const *texts, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("text-%02u", i);
    seed_write (folder, target, name, texts[i], strlen (texts[i]));
  }
}

/* @coded: bytes after the line with the coding */
static void
write_coded (const char *folder, const char *coding, const void *coded, gsize size)
{
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  g_byte_array_append (whole, (const guint8 *)coding, (guint)strlen (coding));
  g_byte_array_append (whole, (const guint8 *)"\n", 1);
  g_byte_array_append (whole, coded, (guint)size);
  seed_write (folder, "fuzz-content-decoder", coding, whole->data, whole->len);
}

static void
write_zlib (const char *folder, const char *coding, GZlibCompressorFormat format)
{
  static const char text[] = "<p>hello, hello, hello</p>\n<p>hello</p>\n";
  g_autoptr (GConverter) zlib = G_CONVERTER (g_zlib_compressor_new (format, 9));
  guint8 coded[256];
  gsize read = 0, written = 0;
  g_autoptr (GError) error = NULL;

  g_converter_convert (zlib, text, strlen (text), coded, sizeof coded, G_CONVERTER_INPUT_AT_END,
                       &read, &written, &error);
  g_assert_no_error (error);
  write_coded (folder, coding, coded, written);
}

void
seed_write_gateway (const char *folder)
{
  static const guint8 brotli[] = {0x0b, 0x02, 0x80, 'h', 'e', 'l', 'l', 'o', 0x03};

  write_all (folder, "fuzz-chunks", CHUNKS, G_N_ELEMENTS (CHUNKS));
  write_all (folder, "fuzz-target", TARGETS, G_N_ELEMENTS (TARGETS));
  write_all (folder, "fuzz-h2-head", H2_HEADS, G_N_ELEMENTS (H2_HEADS));
  write_all (folder, "fuzz-identify", IDENTITIES, G_N_ELEMENTS (IDENTITIES));
  write_all (folder, "fuzz-data-url", DATA_URLS, G_N_ELEMENTS (DATA_URLS));
  write_zlib (folder, "gzip", G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  write_zlib (folder, "deflate", G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  write_coded (folder, "br", brotli, sizeof brotli);
  write_coded (folder, "identity", "hello", strlen ("hello"));
}
