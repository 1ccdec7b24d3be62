/* test-parse-bundle-url.c - parses the URLs in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-url.h"
#include "test-bytes.h"

#define ID "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaic"
#define UUID "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define BASE "https://a.test/folder/bundle.wbn?q=1"

typedef struct {
  const char *name, *text, *base;
  const char *url; /* normalised URL; NULL if it is refused */
  const char *origin;
} Sample;

static const Sample SAMPLES[] = {
    {"https", "https://a.test/b?c", NULL, "https://a.test/b?c", "https://a.test"},
    {"http", "http://a.test:8080/", NULL, "http://a.test:8080/", "http://a.test:8080"},
    {"serialised", "HTTPS://A.test:443/\xc3\xa9", NULL, "https://a.test/%C3%A9", "https://a.test"},
    {"no-path", "https://a.test", NULL, "https://a.test/", "https://a.test"},
    {"isolated", "isolated-app://" ID "/x?y", NULL, "isolated-app://" ID "/x?y",
     "isolated-app://" ID},
    {"isolated-no-path", "isolated-app://" ID, NULL, "isolated-app://" ID "/",
     "isolated-app://" ID},
    {"isolated-upper-case", "ISOLATED-APP://" ID "/", NULL, NULL, NULL},
    {"isolated-other-id", "isolated-app://abc/", NULL, NULL, NULL},
    {"isolated-no-id", "isolated-app:///", NULL, NULL, NULL},
    {"isolated-port", "isolated-app://" ID ":80/", NULL, NULL, NULL},
    {"isolated-subdomain", "isolated-app://" ID ".a/", NULL, NULL, NULL},
    {"isolated-credentials", "isolated-app://" ID "@a.test/", NULL, NULL, NULL},
    {"isolated-fragment", "isolated-app://" ID "/#", NULL, NULL, NULL},
    {"isolated-dots", "isolated-app://" ID "/../x", NULL, NULL, NULL},
    {"urn-uuid", "urn:uuid:" UUID, NULL, "urn:uuid:" UUID, "urn:uuid:" UUID},
    {"uuid-in-package", "uuid-in-package:" UUID, NULL, "uuid-in-package:" UUID,
     "uuid-in-package:" UUID},
    {"uuid-short", "urn:uuid:f81d4fae", NULL, NULL, NULL},
    {"uuid-long", "urn:uuid:" UUID "0", NULL, NULL, NULL},
    {"uuid-two", "urn:uuid:x:" UUID, NULL, NULL, NULL},
    {"uuid-fragment", "uuid-in-package:" UUID "#a", NULL, NULL, NULL},
    {"urn-other", "urn:isbn:0451450523", NULL, NULL, NULL},
    {"ftp", "ftp://a.test/", NULL, NULL, NULL},
    {"file", "file:///etc/passwd", NULL, NULL, NULL},
    {"data", "data:text/html,x", NULL, NULL, NULL},
    {"javascript", "javascript:alert(1)", NULL, NULL, NULL},
    {"fragment", "https://a.test/#", NULL, NULL, NULL},
    {"credentials", "https://u:p@a.test/", NULL, NULL, NULL},
    {"user", "https://u@a.test/", NULL, NULL, NULL},
    {"bad-host", "https://[::bad/", NULL, NULL, NULL},
    {"dots", "https://a.test/x/../y", NULL, NULL, NULL},
    {"escaped-dots", "https://a.test/x/%2e%2E/y", NULL, NULL, NULL},
    {"backslash", "https://a.test\\x", NULL, NULL, NULL},
    {"space", " https://a.test/", NULL, NULL, NULL},
    {"not-utf8", "https://a.test/\xff", NULL, NULL, NULL},
    /* relative URLs with a base URL */
    {"path", "/x", BASE, "https://a.test/x", "https://a.test"},
    {"name", "x.html", BASE, "https://a.test/folder/x.html", "https://a.test"},
    {"here", "./x", BASE, "https://a.test/folder/x", "https://a.test"},
    {"up", "../x", BASE, "https://a.test/x", "https://a.test"},
    {"up-too-far", "../../../x", BASE, "https://a.test/x", "https://a.test"},
    {"up-and-down", "a/./b/../c/", BASE, "https://a.test/folder/a/c/", "https://a.test"},
    {"up-last", "a/..", BASE, "https://a.test/folder/", "https://a.test"},
    {"dot", ".", BASE, "https://a.test/folder/", "https://a.test"},
    {"dots-alone", "..", BASE, "https://a.test/", "https://a.test"},
    {"query", "?y", BASE, "https://a.test/folder/bundle.wbn?y", "https://a.test"},
    {"dots-in-query", "x?a/../b", BASE, "https://a.test/folder/x?a/../b", "https://a.test"},
    {"empty", "", BASE, BASE, "https://a.test"},
    {"other-host", "//b.test/x", BASE, "https://b.test/x", "https://b.test"},
    {"other-host-port", "//b.test:8444", BASE, "https://b.test:8444/", "https://b.test:8444"},
    {"double-slash", "x//y", BASE, "https://a.test/folder/x//y", "https://a.test"},
    {"relative-fragment", "x#y", BASE, NULL, NULL},
    {"relative-escaped-dots", "%2e%2e/x", BASE, NULL, NULL},
    {"relative-backslash", "\\x", BASE, NULL, NULL},
    {"relative-space", "a b", BASE, NULL, NULL},
    {"isolated-base", "x", "isolated-app://" ID "/", "isolated-app://" ID "/x",
     "isolated-app://" ID},
    {"http-base", "//b.test/", "http://a.test/", "http://b.test/", "http://b.test"},
    {"base-without-path", "x", "https://a.test", NULL, NULL},
    {"opaque-base", "x", "urn:uuid:" UUID, NULL, NULL},
    {"absolute-with-base", "https://b.test/", BASE, "https://b.test/", "https://b.test"},
    /* relative URLs without a base URL */
    {"homeless", "/x", NULL, "/x", ""},
    {"homeless-name", "folder/x", NULL, "/folder/x", ""},
    {"homeless-up", "../x?y", NULL, "/x?y", ""},
    {"homeless-empty", "", NULL, "/", ""},
    {"homeless-query", "?x", NULL, "/?x", ""},
    {"homeless-utf8", "/\xc3\xa9", NULL, "/%C3%A9", ""},
    {"homeless-host", "//b.test/", NULL, NULL, NULL},
    {"homeless-becomes-host", "x/..//b.test/", NULL, NULL, NULL},
    {"homeless-fragment", "/x#y", NULL, NULL, NULL},
};

static gboolean
read_url (BullaBundleUrl *url, const char *text, size_t length, const char *base, gboolean relative,
          BullaReason *reason)
{
  g_autoptr (ExactBytes) bytes = exact_copy (text, length);
  const BullaBundleUrlOptions options = {base, relative};
  const char *detail = NULL;
  gboolean fine =
      bulla_bundle_url_read (url, (BullaSpan){bytes, length, 0}, &options, reason, &detail);

  g_assert_cmpint (fine, ==, detail == NULL);
  g_assert_cmpint (fine, ==, url->url != NULL);
  g_assert_cmpint (fine, ==, url->origin != NULL);
  return fine;
}

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_auto (BullaBundleUrl) url = {0};
  BullaReason reason;

  gboolean fine = read_url (&url, sample->text, strlen (sample->text), sample->base, TRUE, &reason);
  g_assert_cmpstr (url.url, ==, sample->url);
  g_assert_cmpint (fine, ==, sample->url != NULL);
  if (fine)
    g_assert_cmpstr (url.origin, ==, sample->origin);
}

/* if relative URLs are not allowed, each gets that reason */
static void
test_absolute_only (void)
{
  static const char *const relative[] = {"", "/", "x", "?x", "//a.test/", "..", "1:x", ":x"};

  for (guint i = 0; i < G_N_ELEMENTS (relative); i++) {
    g_auto (BullaBundleUrl) url = {0};
    BullaReason reason;
    g_assert_false (
        read_url (&url, relative[i], strlen (relative[i]), "https://a.test/", FALSE, &reason));
    g_assert_cmpint (reason, ==, BULLA_REASON_INDEX_URL_RELATIVE);
  }
}

static void
test_nul (void)
{
  g_auto (BullaBundleUrl) url = {0};
  BullaReason reason;

  g_assert_false (read_url (&url, "https://a.test/\0x", 17, NULL, TRUE, &reason));
  g_assert_cmpint (reason, ==, BULLA_REASON_INDEX_URL);
  g_assert_false (read_url (&url, "/\0x", 3, NULL, TRUE, &reason));
  g_assert_false (read_url (&url, "isolated-app://" ID "/\0x", 74, NULL, TRUE, &reason));
}

static void
test_longest (void)
{
  for (size_t length = 65535; length <= 65536; length++) {
    g_autofree char *text = g_strnfill (length, 'x');
    g_auto (BullaBundleUrl) url = {0};
    BullaReason reason;
    memcpy (text, "https://a.test/", 15);
    g_assert_cmpint (read_url (&url, text, length, NULL, FALSE, &reason), ==, length == 65535);
  }
}

/* the fast path accepts only URLs that the full parser leaves unchanged */
static void
test_plain_paths (void)
{
  for (guint first = 1; first < 256; first++)
    for (guint second = 1; second < 256; second++) {
      const char path[] = {'/', (char)first, (char)second, 'e', 'f', '\0'};
      g_autofree char *text = g_strconcat ("https://a.test", path, NULL);
      g_auto (BullaBundleUrl) url = {0};
      BullaReason reason;
      if (!bulla_bundle_url_is_plain_path ((const guint8 *)path, 5))
        continue;
      g_assert_true (read_url (&url, text, strlen (text), NULL, FALSE, &reason));
      g_assert_cmpstr (url.url, ==, text);
    }
}

static void
test_plain_samples (void)
{
  static const char *const plain[] = {"/",      "/a.b",    "/a..", "/?/../", "/%20",
                                      "/a?%2f", "/a/b/c_", "//",   "/@:",    "/??"};
  static const char *const other[] = {"",     "a",    "/.",   "/..", "/a/.",  "/a/../b",
                                      "/%2e", "/%2E", "/%zz", "/%2", "/%",    "/#",
                                      "/'",   "/a b", "/\\",  "/|",  "/\x7f", "/\xc3\xa9"};

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autoptr (ExactBytes) bytes = exact_copy (plain[i], strlen (plain[i]));
    g_assert_true (bulla_bundle_url_is_plain_path (bytes, strlen (plain[i])));
  }
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    g_autoptr (ExactBytes) bytes = exact_copy (other[i], strlen (other[i]));
    g_assert_false (bulla_bundle_url_is_plain_path (bytes, strlen (other[i])));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-url/absolute-only", test_absolute_only);
  g_test_add_func ("/parse/bundle-url/nul", test_nul);
  g_test_add_func ("/parse/bundle-url/longest", test_longest);
  g_test_add_func ("/parse/bundle-url/plain-paths", test_plain_paths);
  g_test_add_func ("/parse/bundle-url/plain-samples", test_plain_samples);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/bundle-url/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
