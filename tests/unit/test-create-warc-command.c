/* test-create-warc-command.c - runs bulla create bundle with the records of odd servers and
 * recorders
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

/* Defines functions that write WARC files. */
static const char MAKER[] =
    "import base64, gzip, hashlib, sys, zlib\n"
    "H = 'https://a.test/'\n"
    "def record(kind, url, block, *fields):\n"
    "    head = ['WARC/1.1', *fields, f'Content-Length: {len(block)}']\n"
    "    if kind: head.append('WARC-Type: ' + kind)\n"
    "    if url: head.append('WARC-Target-URI: ' + url)\n"
    "    return '\\r\\n'.join(head).encode() + b'\\r\\n\\r\\n' + block + b'\\r\\n\\r\\n'\n"
    "def http(status, body, *headers):\n"
    "    lines = [f'HTTP/1.1 {status} X', 'Content-Type: text/html', *headers]\n"
    "    return '\\r\\n'.join(lines).encode() + b'\\r\\n\\r\\n' + body\n"
    "def answer(path, body, *headers): return record('response', H + path, http(200, body, "
    "*headers))\n"
    "def te(path, coding, body): return answer(path, body, *['Transfer-Encoding: ' + c for c in "
    "coding.split('|')])\n"
    "def chunk(body, pad=b''):\n"
    "    return b'%x' % len(body) + pad + b'\\r\\n' + body + b'\\r\\n0' + pad + b'\\r\\n\\r\\n'\n"
    "def digest(body): return 'WARC-Payload-Digest: sha1:' + "
    "base64.b32encode(hashlib.sha1(body).digest()).decode()\n"
    "def save(name, *all): open(name, 'wb').write(b''.join(all))\n"
    "z = gzip.compress(b'<p>z')\n";

static void
set_up (Place *place, gconstpointer data)
{
  g_autofree char *path = NULL;

  place_set_up (place);
  path = g_build_filename (place->folder, "make.py", NULL);
  g_assert_true (g_file_set_contents (path, MAKER, -1, NULL));
}

#define MAKE(text) "python3 -c 'from make import *\n" text "' && "
#define BUNDLE "$BULLA create bundle -f --warc "
#define BODY(path) "$BULLA inspect --url https://a.test/" path " --part body o.wbn; echo ."

/* Servers pad the sizes of chunks, and may apply other codings before. */
static void
test_transfer_codings (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {MAKE ("save(\"a.warc\", te(\"pad\", \"chunked\", chunk(b\"<p>pad\", b\"  \")),\n"
             "te(\"tab\", \"Chunked\", chunk(b\"<p>tab\", b\"\\t\")),\n"
             "te(\"gzip\", \"gzip, chunked\", chunk(z)),\n"
             "te(\"lines\", \"x-gzip|chunked\", chunk(z)),\n"
             "te(\"deflate\", \"identity, deflate\", zlib.compress(b\"<p>d\")),\n"
             "te(\"twice\", \"chunked|chunked\", chunk(b\"<p>once\")),\n"
             "te(\"plain\", \"gzip, chunked\", b\"<p>removed\"),\n"
             "te(\"unchunked\", \"gzip, chunked\", z),\n"
             "answer(\"both\", chunk(gzip.compress(gzip.compress(b\"<p>both\"))), "
             "\"Transfer-Encoding: gzip, chunked\", \"Content-Encoding: gzip\"))") BUNDLE
       "a.warc o.wbn",
       0, "Wrote o.wbn: 9 responses"},
      {BODY ("pad"), 0, "<p>pad.\n"},
      {BODY ("tab"), 0, "<p>tab.\n"},
      {BODY ("gzip"), 0, "<p>z.\n"},
      {BODY ("lines"), 0, "<p>z.\n"},
      {BODY ("deflate"), 0, "<p>d.\n"},
      {BODY ("twice"), 0, "<p>once.\n"},
      {BODY ("plain"), 0, "<p>removed.\n"},
      {BODY ("unchunked"), 0, "<p>z.\n"},
      {BODY ("both"), 0, "<p>both.\n"},
      {MAKE ("save(\"u.warc\", te(\"u\", \"compress, chunked\", chunk(b\"xy\")))") BUNDLE
       "u.warc u.wbn",
       1, "Missing: https://a.test/u: its transfer coding is not supported"},
      {MAKE ("save(\"u.warc\", te(\"u\", \"chunked, gzip\", chunk(z)))") BUNDLE "u.warc u.wbn", 1,
       "Missing: https://a.test/u: its transfer coding is not supported"},
      {MAKE ("save(\"c.warc\", te(\"c\", \"gzip, chunked\", chunk(z[:-5])))") BUNDLE "c.warc u.wbn",
       1, "Missing: https://a.test/c: its body breaks off"},
      {"test ! -e u.wbn && echo none", 0, "none"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A gzip body is a series of members. */
static void
test_members (Place *place, gconstpointer data)
{
#define CODED(path, body) "answer(\"" path "\", " body ", \"Content-Encoding: gzip\")"
  static const Case cases[] = {
      {MAKE ("save(\"a.warc\", " CODED ("m", "z + z + gzip.compress(b\"end\")") ", " CODED (
           "one", "z") ")") BUNDLE "a.warc o.wbn",
       0, "Wrote o.wbn: 2 responses"},
      {BODY ("m"), 0, "<p>z<p>zend.\n"},
      {BODY ("one"), 0, "<p>z.\n"},
      {MAKE ("save(\"j.warc\", " CODED ("j", "z + b\"junk\"") ")") BUNDLE "j.warc j.wbn", 1,
       "Missing: https://a.test/j: bytes follow the end of its coded body"},
      {MAKE ("save(\"j.warc\", " CODED ("j", "z + z[:-3]") ")") BUNDLE "j.warc j.wbn", 1,
       "Missing: https://a.test/j: its body breaks off"},
      {"test ! -e j.wbn && echo none", 0, "none"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Interim responses come before the final one; 101 is final. */
static void
test_interim (Place *place, gconstpointer data)
{
#define BEFORE "http(100, b\"\") + http(103, b\"\", \"Link: </x>\") + "
  static const Case cases[] = {
      {MAKE ("final = http(200, b\"<p>ok\", \"Content-Length: 5\")\n"
             "save(\"a.warc\", record(\"response\", H, " BEFORE "final),\n"
             "record(\"response\", H + \"d\", " BEFORE "final, digest(b\"<p>ok\")),\n"
             "record(\"response\", H + \"e\", http(100, b\"\") + final, digest(final)))") BUNDLE
       "a.warc o.wbn",
       0, "Wrote o.wbn: 3 responses"},
      {BODY (""), 0, "<p>ok.\n"},
      {BODY ("e"), 0, "<p>ok.\n"},
      {MAKE ("save(\"d.warc\", record(\"response\", H, " BEFORE
             "http(200, b\"<p>\"), digest(b\"x\")))") BUNDLE "d.warc x.wbn",
       1, "https://a.test/: its content does not have the digest"},
      {MAKE ("save(\"i.warc\", record(\"response\", H, " BEFORE "b\"\"))") BUNDLE "i.warc x.wbn", 2,
       "Left out: https://a.test/: the response cannot be stored"},
      {MAKE ("save(\"i.warc\", record(\"response\", H, http(101, http(200, b\"\"))))") BUNDLE
       "i.warc x.wbn",
       2, "Left out: https://a.test/: the response cannot be stored"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* No record with content is passed over in silence. */
static void
test_incomplete (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {MAKE ("good = answer(\"\", b\"<p>\")\n"
             "save(\"a.warc\", good, record(\"response\", None, http(200, b\"\")),\n"
             "record(None, H + \"type\", http(200, b\"\")), record(\"response\", \"dns:a.test\", "
             "b\"x\"),\n"
             "record(\"request\", None, b\"GET / HTTP/1.1\"), record(\"warcinfo\", None, "
             "b\"\"), record(\"odd\", None, b\"\"),\n"
             "record(\"response\", \"HTTPS://a.test/upper\", http(200, b\"\")))") BUNDLE
       "a.warc o.wbn",
       0, "Wrote o.wbn: 2 responses"},
      {BUNDLE "a.warc o.wbn", 0,
       "Missing: a.warc: record at byte 137 of a.warc: its field WARC-Target-URI is missing"},
      {BUNDLE "a.warc o.wbn", 0, "Missing: https://a.test/type: record at byte "},
      {BUNDLE "a.warc o.wbn", 0, "a.warc: its field WARC-Type is missing"},
      {BUNDLE "a.warc o.wbn", 0, "Left out: dns:a.test: neither http nor https"},
      {BUNDLE "a.warc o.wbn 2>&1 | grep -c 'Missing\\|Left out'", 0, "3\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A file in another format is named, with the option that reads it. */
static void
test_formats (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"echo '{\"log\":{\"creator\":{},\"entries\":[]}}' >a.har; " BUNDLE "a.har o.wbn", 2,
       "a.har: not a WARC file, but a HAR file, which “bulla create bundle --har” reads"},
      {"$BULLA create bundle -f --ignore-errors --warc a.har o.wbn", 2,
       "a.har: not a WARC file, but a HAR file"},
      {"(printf '{\"log\":{\"creator\":{},\"x\":\"'; head -c 200000 /dev/zero | tr '\\0' x) "
       ">l.har; " BUNDLE "l.har o.wbn",
       2, "l.har: not a WARC file, but a HAR file"},
      {"printf 'From: x\\nMIME-Version: 1.0\\nContent-Type: multipart/related; boundary=b\\n\\n' "
       ">a.mht; " BUNDLE "a.mht o.wbn",
       2, "a.mht: not a WARC file, but an MHTML file"},
      {"printf '\\n<html>' >a.html; " BUNDLE "a.html o.wbn", 2,
       "a.html: not a WARC file, but HTML text"},
      {"echo WARC/x >w.warc; " BUNDLE "w.warc o.wbn", 2,
       "w.warc: record at byte 0: not a WARC record"},
      {": >e.warc; " BUNDLE "e.warc o.wbn", 2, "e.warc: no WARC records found"},
      {BUNDLE "gone.warc o.wbn", 2, "gone.warc: No such file"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/create/warc/transfer-codings", Place, NULL, set_up, test_transfer_codings,
              place_tear_down);
  g_test_add ("/create/warc/members", Place, NULL, set_up, test_members, place_tear_down);
  g_test_add ("/create/warc/interim", Place, NULL, set_up, test_interim, place_tear_down);
  g_test_add ("/create/warc/incomplete", Place, NULL, set_up, test_incomplete, place_tear_down);
  g_test_add ("/create/warc/formats", Place, NULL, set_up, test_formats, place_tear_down);
  return g_test_run ();
}
