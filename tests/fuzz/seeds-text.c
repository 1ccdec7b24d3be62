/* seeds-text.c - writes seeds for fuzzing: texts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"
#include "seeds.h"

static const char *const URLS[] = {
    "https://publisher.test/article.html", "HTTPS://Publisher.Test:443",
    "http://a.test:8080/?q=a'b#fragment",  "https://127.0.0.1/%2e%2E/a",
    "https://[2001:db8::1:0:0:1]:8443/",   "https://xn--bcher-kva.test/\xc3\xa9?\xe2\x82\xac",
    "https://user:password@a.test/",       "data:application/cert-chain+cbor;base64,gmfwn5Oc4puT",
};

static const char *const LINKS[] = {
    "<https://a.test/b.js>; rel=\"preload\"; as=\"script\", </c>; rel=allowed-alt-sxg",
    "</p.sxg>; rel=alternate; type=\"application/signed-exchange;v=b3\"; anchor=\"/b\"",
    "a.png 1x, b.png 2x",
    "a.png 400w, b.png 800w, (max-width: 600px) 100vw, 50em",
    "max-age=600, s-maxage=1, no-cache",
    "Mon, 02 Nov 2026 10:00:00 GMT",
};

static const char *const RECORDS[] = {
    "a.b 300 IN CNAME c.d\nb CAA 0 issue \"ca.example; cansignhttpexchanges=yes\"\n",
    "b CAA 128 issuewild ca.example\\;accounturi=https://ca.example/1 ; why\n",
    "a.b NXDOMAIN\nb TYPE257 \\# 17 00056973737565 63612e6578616d706c65\n",
    "b DNAME c.d\na.c.d CAA 7 iodef \"a\\000\\\"\"\nc.d SERVFAIL\nd BOGUS",
};

static const char *const ISSUERS[] = {
    "# why\nkind\tvalue\tdomains\no\tExample CA\tca.example b.example\tone two\tyes\tnote\n",
    "ski\taa:bb\tca.example\ndn\tCN=R,O=\"Ex, Inc.\",C=XX\tca.example\n",
    // with parentheses: clang takes two literals in a list for a forgotten comma
    ("\357\273\277Subject,Subject Key Identifier (Hex),Recognized CAA Domains\r\n"
     "\"C=XX; O=Ex \"\"A\"\", Inc.; CN=R\",AABB,\"a.example, None\nb.example\"\r\n"),
};

static const char *const FIELDS[] = {
    "application/signed-exchange;v=b3",
    "Text/HTML ; charset=\"utf-8\"; v=\"b\\3\"",
    "no-cache=\"x-foo, x-bar\", max-age=600, public",
    "private=\"set-cookie\", no-store",
    "mi-sha256-03=dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs=, sha-256=abc",
    "gzip, mi-sha256-03",
    "attachment; filename=\"a.sxg\"",
};

static const char *const VARIANTS[] = {
    "accept-language;en;fr;de, accept-encoding;gzip;br\nfr;gzip, en;identity\n"
    "fr;q=1.0, en;q=0.1\ngzip, br;q=0.9\na=b; c=d",
    "accept-language=(en fr de), accept-encoding=(gzip br)\n(fr gzip), (\"en\" identity)\n"
    "fr;q=1.0, en;q=0.1, *;q=0\ngzip",
    "Accept;image/jpeg;image/webp\nimage/jpeg\nimage/webp,image/*;q=0.8,*/*;q=0.1",
    "cookie=(logged_in), accept-language=()\n(\"0\" en)\nen\n\nlogged_in=0; other=1",
    "accept-language;\"en \\\"\";3\nen",
};

static const char *const SIGNATURES[] = {
    "label;sig=*MEUC*;integrity=\"digest/mi-sha256-03\";cert-url=\"https://c.test/\";"
    "cert-sha256=*AAAA*;validity-url=\"https://p.test/v\";date=1;expires=2",
    "a;b=-1.5;c=\"d\\\\\\\"e\";f=?1;g=token/*, h;ed25519key=*AA==*",
};

static const char *const CBORS[] = {
    "\x83\x01\x20\x82\x41\x61\x61\x62",
    "\xa2\x01\xa1\x61\x61\xf6\x02\xc1\x1a\x51\x4b\x67\xb0",
    "\xfb\x7f\xf0",
};

static const char *const POLICIES[] = {
    "{\"report_to\":\"nel\",\"max_age\":86400,\"include_subdomains\":true,"
    "\"success_fraction\":0.25,\"failure_fraction\":1.0}",
    "{\"max_age\":0}, {\"report_to\":\"nel\",\"max_age\":1}",
    "{\"group\":\"nel\",\"max_age\":86400,\"endpoints\":[{\"url\":\"/nel\",\"priority\":2},"
    "{\"url\":\"https://collector.test/nel?a\",\"weight\":3}]}, {\"max_age\":60,\"endpoints\":[]}",
};

static const char *const LEDGERS[] = {
    "{\"kind\":\"click\",\"view\":1,\"time_us\":1,\"url\":\"https://a.test/\"}\n"
    "{\"kind\":\"request\",\"view\":1,\"time_us\":2,\"host\":\"a.test\",\"purpose\":\"page\","
    "\"status\":200,\"cookies\":[\"sid\"],\"url\":\"https://a.test/?q=1\",\"bytes_sent\":9}\n",
    "{\"kind\":\"request\",\"source\":\"package\",\"deliverer\":\"https://b.test/x\","
    "\"certificate\":\"https://c.test/y\",\"purpose\":\"page\",\"url\":\"https://a.test/\"}\n"
    "{\"kind\":\"dns\",\"host\":\"a.test\"}\n{\"kind\":\"connect\",\"tls\":true,\"port\":443}\n",
};

static const char *const REQUESTS[] = {
    "GET https://a.test/b?c HTTP/1.1\r\nHost: a.test\r\nAccept: text/html,*/*;q=0.8\r\n\r\n",
    "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic YTpi\r\n\r\n",
    "CONNECT [2001:db8::1]:443 HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a.test:8443",
    "text/html, application/signed-exchange;v=b3;q=0.9, \"a,b\"",
};

static const char *const ANSWERS[] = {
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /\xff\r\n\r\n",
    "HTTP/2 200\r\nx: a\r\n b\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0 404 Not\rFound: x\nbare: \x80\n\n",
};

static void
write_announcement (const char *folder)
{
  static const char text[] = "{'tag': <'0123456789abcdef0123456789abcdef'>, 'page': <uint64 7>,"
                             "'method': <'GET'>, 'url': <'https://a.test/b#c'>,"
                             "'dest': <'document'>, 'top': <true>, 'prefetch': <false>,"
                             "'document': <'https://a.test/'>, 'redirected': <''>,"
                             "'frames': <['a.test', 'b.test']>, 'source': <'https://a.test/x'>,"
                             "'credentials': <'omit'>}";
  g_autoptr (GVariant) message = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

  seed_write (folder, "fuzz-announcement", "whole", g_variant_get_data (message),
              g_variant_get_size (message));
}

static void
write_all (const char *folder, const char *target, const char *const *texts, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("text-%02u", i);
    seed_write (folder, target, name, texts[i], strlen (texts[i]));
  }
}

static void
write_profiles (const char *folder)
{
  g_auto (GStrv) names = bulla_profile_list ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (BullaProfile) profile = bulla_profile_load (names[i], NULL);
    g_autofree char *text = bulla_profile_to_text (profile);
    seed_write (folder, "fuzz-profile", names[i], text, strlen (text));
  }
}

void
seed_write_texts (const char *folder)
{
  static const char own[] = "[profile]\nname=own\ninherits=draft-b3\n[signature]\nclock-skew=60\n";

  write_all (folder, "fuzz-url", URLS, G_N_ELEMENTS (URLS));
  write_all (folder, "fuzz-field", FIELDS, G_N_ELEMENTS (FIELDS));
  write_all (folder, "fuzz-link", LINKS, G_N_ELEMENTS (LINKS));
  write_all (folder, "fuzz-caa", RECORDS, G_N_ELEMENTS (RECORDS));
  write_all (folder, "fuzz-issuers", ISSUERS, G_N_ELEMENTS (ISSUERS));
  write_all (folder, "fuzz-variants", VARIANTS, G_N_ELEMENTS (VARIANTS));
  write_all (folder, "fuzz-structured-field", SIGNATURES, G_N_ELEMENTS (SIGNATURES));
  write_all (folder, "fuzz-cbor", CBORS, G_N_ELEMENTS (CBORS));
  write_all (folder, "fuzz-report-policy", POLICIES, G_N_ELEMENTS (POLICIES));
  write_all (folder, "fuzz-ledger", LEDGERS, G_N_ELEMENTS (LEDGERS));
  write_all (folder, "fuzz-request", REQUESTS, G_N_ELEMENTS (REQUESTS));
  write_all (folder, "fuzz-answer", ANSWERS, G_N_ELEMENTS (ANSWERS));
  write_announcement (folder);
  write_profiles (folder);
  seed_write (folder, "fuzz-profile", "own", own, strlen (own));
}
