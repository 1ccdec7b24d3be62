/* test-create-archive-command.c - runs bulla create bundle with WARC, WACZ and MHTML files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

/* Writes WARC files: plain, compressed by record, and in a WACZ archive; and MHTML files. */
static const char MAKER[] =
    "import base64, gzip, json, zipfile\n"
    "H = 'https://a.test/'\n"
    "def record(kind, block, **more):\n"
    "    head = {'WARC-Type': kind, 'Content-Length': str(len(block)), **more}\n"
    "    lines = ''.join(f'{k.replace(\"_\", \"-\")}: {v}\\r\\n' for k, v in head.items())\n"
    "    return b'WARC/1.1\\r\\n' + lines.encode() + b'\\r\\n' + block + b'\\r\\n\\r\\n'\n"
    "def answer(url, status, body, *headers, **more):\n"
    "    head = '\\r\\n'.join([f'HTTP/1.1 {status} X', 'Content-Type: text/html', *headers])\n"
    "    block = head.encode() + b'\\r\\n\\r\\n' + body\n"
    "    return record('response', block, WARC_Target_URI=url, **more)\n"
    "records = [\n"
    "    record('warcinfo', b'software: x\\r\\n'),\n"
    "    answer(H, 200, b'<p>start', 'Set-Cookie: secret=1', WARC_Record_ID='<urn:1>'),\n"
    "    record('request', b'GET / HTTP/1.1\\r\\n\\r\\n', WARC_Concurrent_To='<urn:1>'),\n"
    "    answer('<' + H + 'gz>', 200, gzip.compress(b'coded'), 'Content-Encoding: gzip'),\n"
    "    answer(H + 'lie', 200, b'plain', 'Content-Encoding: gzip'),\n"
    "    answer(H + 'chunks', 200, b'3\\r\\nabc\\r\\n2\\r\\nde\\r\\n0\\r\\n\\r\\n',\n"
    "           'Transfer-Encoding: chunked'),\n"
    "    answer(H + 'nochunks', 200, b'abcdef', 'Transfer-Encoding: chunked'),\n"
    "    answer(H + 'post', 200, b'no', WARC_Record_ID='<urn:2>'),\n"
    "    record('request', b'POST /post HTTP/1.1\\r\\n\\r\\n', WARC_Concurrent_To='<urn:2>'),\n"
    "    answer(H + 'cut', 200, b'half', WARC_Truncated='length'),\n"
    "    record('revisit', b'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n',\n"
    "           WARC_Target_URI=H + 'copy', WARC_Refers_To_Target_URI=H),\n"
    "    record('revisit', b'', WARC_Target_URI=H + 'lost', WARC_Refers_To_Target_URI=H + 'x'),\n"
    "    record('resource', b'hello', WARC_Target_URI=H + 'note', Content_Type='text/plain'),\n"
    "    record('metadata', b'x', WARC_Target_URI=H + 'meta'),\n"
    "    record('resource', b'x', WARC_Target_URI='dns:a.test', Content_Type='text/dns'),\n"
    "]\n"
    "open('a.warc', 'wb').write(b''.join(records))\n"
    "open('a.warc.gz', 'wb').write(b''.join(map(gzip.compress, records)))\n"
    "open('short.warc', 'wb').write(b''.join(records)[:-700])\n"
    "open('bad.warc', 'wb').write(records[0] + b'nonsense\\r\\n')\n"
    "with zipfile.ZipFile('a.wacz', 'w') as z:\n"
    "    z.writestr('datapackage.json', '{}')\n"
    "    z.write('a.warc.gz', 'archive/data.warc.gz')\n"
    "    z.writestr('pages/pages.jsonl', json.dumps({'format': 'json-pages-1.0'}) + '\\n'\n"
    "               + json.dumps({'url': H + 'gz'}) + '\\n')\n"
    "part = '--b\\r\\nContent-Type: {}\\r\\nContent-Transfer-Encoding: "
    "{}\\r\\n{}\\r\\n\\r\\n{}\\r\\n'\n"
    "open('a.mhtml', 'w', newline='').write(\n"
    "    'From: <Saved by Blink>\\r\\nSnapshot-Content-Location: ' + H + '\\r\\n'\n"
    "    'MIME-Version: 1.0\\r\\nContent-Type: "
    "multipart/related;\\r\\n\\ttype=\"text/html\";\\r\\n'\n"
    "    '\\tboundary=\"b\"\\r\\n\\r\\n\\r\\n'\n"
    "    + part.format('text/html', 'quoted-printable', 'Content-Location: ' + H,\n"
    "                  '<p id=3D\"a\">so=\\r\\nft =E2=82=AC')\n"
    "    + part.format('image/png', 'base64', 'Content-Location: ' + H + 'i.png', "
    "'AAEC\\r\\nAw==')\n"
    "    + part.format('text/css', '8bit', 'Content-Location: cid:css-1@x', 'a{}')\n"
    "    + part.format('text/html', '8bit', 'Content-ID: <frame>', '<p>') + '--b--\\r\\n')\n";

/* Writes records that have their content in others, and mail-like messages. */
static const char MORE[] =
    "exec(open('make.py').read())\n"
    "def revisit(url, head=b'', **more):\n"
    "    return record('revisit', head, WARC_Target_URI=H + url, **more)\n"
    "open('revisits.warc', 'wb').write(b''.join([\n"
    "    answer(H, 200, b'first', WARC_Record_ID='<urn:a>', WARC_Payload_Digest='sha1:A'),\n"
    "    answer(H, 200, b'second', WARC_Record_ID='<urn:b>', WARC_Payload_Digest='sha1:B'),\n"
    "    answer(H + 'cut', 200, b'3\\r\\nabc\\r\\n9\\r\\nde', 'Transfer-Encoding: chunked'),\n"
    "    answer(H + 'broken', 200, gzip.compress(b'x' * 999)[:-12], 'Content-Encoding: gzip'),\n"
    "    answer(H + 'segment', 200, b'half', WARC_Segment_Number='1'),\n"
    "    answer(H + 'nothing', 200, b'', WARC_Record_ID='<urn:n>'),\n"
    "    record('request', b'POST / HTTP/1.1\\r\\n\\r\\n', WARC_Record_ID='<urn:r>'),\n"
    "    answer(H + 'post', 200, b'no', WARC_Concurrent_To='<urn:r>'),\n"
    "    revisit('by-id', WARC_Refers_To='<urn:b>'),\n"
    "    revisit('by-digest', WARC_Refers_To_Target_URI=H, WARC_Payload_Digest='sha1:B'),\n"
    "    revisit('by-url', WARC_Refers_To_Target_URI=H),\n"
    "    revisit('other', WARC_Refers_To_Target_URI=H, WARC_Payload_Digest='sha1:C'),\n"
    "    revisit('not-modified', b'HTTP/1.1 304 X\\r\\nX-A: b\\r\\n\\r\\n',\n"
    "            WARC_Refers_To='<urn:a>'),\n"
    "    revisit('empty', WARC_Refers_To='<urn:n>'),\n"
    "]))\n"
    "def part(head, body): return '\\r\\n'.join([*head, '', body, ''])\n"
    "def parts(name, *all): return ''.join(f'--{name}\\r\\n{one}' for one in all) + "
    "f'--{name}--\\r\\n'\n"
    "def place(url, kind, body): return part(['Content-Location: ' + url, 'Content-Type: ' + "
    "kind,\n"
    "                                         'Content-Transfer-Encoding: 8bit'], body)\n"
    "def nest(name, kind, *all): return part([f'Content-Type: multipart/{kind}; "
    "boundary={name}'],\n"
    "                                        parts(name, *all))\n"
    "def save(name, text): open(name, 'w', newline='').write('MIME-Version: 1.0\\r\\n' + text)\n"
    "root = place(H + 'page', 'text/html', '<p>page').replace('8bit', '8bit\\r\\nContent-ID: "
    "<r>')\n"
    "save('nested.mhtml', 'Content-Type: multipart/related; boundary=out; start=\"<r>\"\\r\\n'\n"
    "     'Content-Location: ' + H + 'dir/\\r\\n\\r\\nignored\\r\\n'\n"
    "     + parts('out', place(H + 'frame', 'text/html', '<p>frame'),\n"
    "             nest('in', 'mixed', root, place('b.txt', 'text/plain', 'relative'),\n"
    "                  place(H + 'very/\\r\\n long', 'text/plain', 'folded'),\n"
    "                  part(['Content-Location: ' + H + 'qp', 'Content-Type: text/plain',\n"
    "                        'Content-Transfer-Encoding: Quoted-Printable'],\n"
    "                       'a=3Db=\\t \\r\\nc =E2=82=AC=')),\n"
    "             place(H + 'after', 'text/plain', 'after')))\n"
    "save('single.mhtml', place(H, 'text/html', '<p>alone'))\n"
    "deep = place(H, 'text/html', 'x')\n"
    "for n in range(40): deep = nest(f'd{n}', 'mixed', deep)\n"
    "save('deep.mhtml', deep)\n";

static void
set_up (Place *place, gconstpointer data)
{
  g_autofree char *path = NULL;

  place_set_up (place);
  path = g_build_filename (place->folder, "make.py", NULL);
  g_assert_true (g_file_set_contents (path, MAKER, -1, NULL));
  g_assert_cmpint (run (place, "python3 make.py", NULL, NULL), ==, 0);
}

static int
run_more (const Place *place)
{
  g_autofree char *path = g_build_filename (place->folder, "more.py", NULL);

  g_assert_true (g_file_set_contents (path, MORE, -1, NULL));
  return run (place, "python3 more.py", NULL, NULL);
}

static void
test_warc (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --warc a.warc a.wbn", 0, "Wrote a.wbn: 7 responses"},
      {"$BULLA create bundle --warc a.warc.gz gz.wbn", 0, "Wrote gz.wbn: 7 responses"},
      {"cmp a.wbn gz.wbn && echo same", 0, "same"},
      {"$BULLA verify --json a.wbn", 0, "\"url\":\"https://a.test/\""},
      {"$BULLA bundle extract a.wbn out", 0, "Wrote 7"},
      {"cat out/a.test/index.html", 0, "<p>start"},
      {"cat out/a.test/gz", 0, "coded"},
      {"cat out/a.test/lie", 0, "plain"},
      {"cat out/a.test/chunks; echo .", 0, "abcde.\n"},
      {"cat out/a.test/nochunks; echo .", 0, "abcdef.\n"},
      {"cat out/a.test/copy", 0, "<p>start"},
      {"cat out/a.test/note", 0, "hello"},
      {"grep -c 'secret\\|content-encoding\\|chunked' a.wbn", 1, "0"},
      {"$BULLA create bundle -f --warc a.warc a.wbn", 0, "post: not a GET request"},
      {"$BULLA create bundle -f --warc a.warc a.wbn", 0,
       "Missing: https://a.test/cut: the archive"},
      {"$BULLA create bundle -f --warc a.warc a.wbn", 0,
       "Missing: https://a.test/lost: the record"},
      {"$BULLA create bundle -f --warc a.warc a.wbn", 0, "dns:a.test: neither http"},
      {"$BULLA create bundle -f --warc a.warc a.wbn", 0, "lie: its Content-Encoding"},
      {"$BULLA create bundle --warc short.warc s.wbn", 2, "ends in the middle of a record"},
      {"$BULLA create bundle --warc bad.warc s.wbn", 2,
       "bad.warc: record at byte 70: not a WARC record"},
      {": >nil.warc; $BULLA create bundle --warc nil.warc s.wbn", 2, "nil.warc"},
      {"$BULLA create bundle --warc gone.warc s.wbn", 2, "gone.warc"},
      {"test ! -e s.wbn && echo none", 0, "none"},
      {"sed 's/HTTP.1.1 200 X/garbage-garbag/' a.warc >g.warc;"
       "$BULLA create bundle --warc g.warc g.wbn",
       1, "its record is not an HTTP response"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* All contents of an archive are held in memory, so there is a limit for their sum. */
static void
test_limit (Place *place, gconstpointer data)
{
#define BIG(last) /* three responses of 512 KiB, and one of so many bytes */                       \
  "python3 -c 'exec(open(\"make.py\").read()); sizes = [512 << 10] * 3 + [" last "]\n"             \
  "open(\"big.warc.gz\", \"wb\").write(b\"\".join(gzip.compress("                                  \
  "answer(H + str(i), 200, bytes(size))) for i, size in enumerate(sizes)))' && "                   \
  "$BULLA create bundle --content-max 2 --warc big.warc.gz big.wbn"
  static const Case cases[] = {
      {BIG ("(512 << 10) + 1"), 2, "the contents are larger than 2 MiB"},
      {"test ! -e big.wbn", 0, ""},
      {BIG ("512 << 10"), 0, "Wrote big.wbn: 4 responses"},
      {"$BULLA create bundle --content-max 0 --warc a.warc x.wbn", 2, "from 1 to 1024"},
      {"$BULLA create bundle --content-max 1025 --warc a.warc x.wbn", 2, "from 1 to 1024"},
      {"$BULLA create bundle --content-max 1 --mhtml a.mhtml x.wbn", 2, "--warc or --urls"},
      {"$BULLA create bundle --content-max 1 --warc a.warc x.wbn", 0, "7 responses"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A revisit names the record that has its content by id, by digest or by URL. */
static void
test_revisits (Place *place, gconstpointer data)
{
#define REVISITS "$BULLA create bundle --force --ignore-errors --warc revisits.warc r.wbn"
  static const Case cases[] = {
      {REVISITS, 0,
       "Missing: https://a.test/other: the record with its content is not in the file"},
      {REVISITS, 0, "Missing: https://a.test/cut: its body ends in the middle of a chunk"},
      {REVISITS, 0, "Missing: https://a.test/broken: its body breaks off"},
      {REVISITS, 0, "Missing: https://a.test/segment: the archive has only the beginning"},
      {REVISITS, 0, "Left out: https://a.test/post: not a GET request"},
      {"$BULLA create bundle --warc revisits.warc x.wbn", 1,
       "Failed to read the content of 2 URLs"},
      {"$BULLA bundle extract r.wbn out", 0, "Wrote 7"},
      {"cat out/a.test/index.html", 0, "second"},
      {"cat out/a.test/by-id", 0, "second"},
      {"cat out/a.test/by-digest", 0, "second"},
      {"cat out/a.test/by-url", 0, "first"},
      {"cat out/a.test/not-modified", 0, "first"},
      {"wc -c <out/a.test/empty", 0, "0\n"},
      {"grep -ao text/html r.wbn | wc -l", 0, "7\n"},
  };

  g_assert_cmpint (run_more (place), ==, 0);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_messages (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --mhtml nested.mhtml n.wbn", 0, "Wrote n.wbn: 6 responses"},
      {"$BULLA verify --json n.wbn", 0, "\"url\":\"https://a.test/page\""},
      {"$BULLA bundle extract n.wbn out", 0, "Wrote 6"},
      {"cat out/a.test/dir/b.txt; echo .", 0, "relative.\n"},
      {"cat out/a.test/very/long; echo .", 0, "folded.\n"},
      {"cat out/a.test/qp; echo .", 0, "a=bc €=.\n"},
      {"cat out/a.test/after; echo .", 0, "after.\n"},
      {"$BULLA create bundle --mhtml single.mhtml s.wbn", 0, "Wrote s.wbn: 1 response"},
      {"$BULLA bundle extract s.wbn alone && cat alone/a.test/index.html", 0, "<p>alone"},
      {"$BULLA create bundle --mhtml deep.mhtml d.wbn", 2,
       "deep.mhtml: parts are nested more than"},
      {"head -c -20 nested.mhtml >cut.mhtml; $BULLA create bundle --mhtml cut.mhtml c.wbn", 1,
       "https://a.test/after: the file ends in the middle of the part"},
  };

  g_assert_cmpint (run_more (place), ==, 0);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_wacz (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --warc a.wacz a.wbn", 0, "Wrote a.wbn: 7 responses"},
      {"$BULLA verify --json a.wbn", 0, "\"url\":\"https://a.test/gz\""},
      {"head -c 600 a.wacz >cut.wacz; $BULLA create bundle --warc cut.wacz c.wbn", 2, "cut.wacz"},
      {"python3 -c 'import zipfile; zipfile.ZipFile(\"e.zip\", \"w\").writestr(\"x\", \"y\")';"
       "$BULLA create bundle --warc e.zip c.wbn",
       2, "no WARC records found"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_mhtml (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --mhtml a.mhtml a.wbn", 0, "Wrote a.wbn: 2 responses"},
      {"$BULLA create bundle -f --mhtml a.mhtml a.wbn", 0, "cid:css-1@x: neither http"},
      {"$BULLA create bundle -f --mhtml a.mhtml a.wbn", 0, "<frame>: the part has no URL"},
      {"$BULLA verify --json a.wbn", 0, "\"url\":\"https://a.test/\""},
      {"$BULLA bundle extract a.wbn out; cat out/a.test/index.html; echo .", 0,
       "<p id=\"a\">soft €.\n"},
      {"od -An -tx1 out/a.test/i.png", 0, " 00 01 02 03"},
      {"sed 's/AAEC/!!!!/' a.mhtml >bad.mhtml; $BULLA create bundle --mhtml bad.mhtml b.wbn", 1,
       "i.png: the part cannot be decoded"},
      {"sed 's/<p id/--b is text: <p id/' a.mhtml >line.mhtml; $BULLA create bundle "
       "--mhtml line.mhtml line.wbn && $BULLA bundle extract line.wbn line && cat "
       "line/a.test/index.html",
       0, "--b is text: <p id=\"a\">soft"},
      {"sed '/Aw==/,$d' a.mhtml >cut.mhtml; $BULLA create bundle --mhtml cut.mhtml cut.wbn", 1,
       "i.png: the file ends in the middle of the part"},
      {"test ! -e cut.wbn && echo none", 0, "none"},
      {"echo hello >t.mhtml; $BULLA create bundle --mhtml t.mhtml b.wbn", 2, "not an MHTML file"},
      {"$BULLA create bundle --mhtml a.mhtml --warc a.warc b.wbn", 2, "name one source"},
      {"test ! -e b.wbn && echo none", 0, "none"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Writes archives that are damaged, or that have digests. */
static const char DAMAGE[] =
    "exec(open('make.py').read())\n"
    "import hashlib\n"
    "def save(name, *all): open(name, 'wb').write(b''.join(all))\n"
    "def sha1(body): return base64.b32encode(hashlib.sha1(body).digest()).decode()\n"
    "one, two = answer(H, 200, b'<p>one'), answer(H + 'two', 200, b'two')\n"
    "save('cut.warc', one, two[:-9])\n"
    "save('cut.warc.gz', gzip.compress(one), gzip.compress(two)[:-20])\n"
    "save('line.warc', one, b'garbage\\r\\nmore\\r\\n', two)\n"
    "save('length.warc', one.replace(b'Content-Length: ', b'Content-Length: -'), two)\n"
    "save('digest.warc', one, answer(H + 'two', 200, b'two', "
    "WARC_Payload_Digest='sha1:' + sha1(b'other')))\n"
    "save('hex.warc', one, answer(H + 'two', 200, b'two', "
    "WARC_Payload_Digest='sha256:' + hashlib.sha256(b'other').hexdigest()))\n"
    "save('block.warc', one, answer(H + 'two', 200, b'two', "
    "WARC_Block_Digest='sha1:' + sha1(b'two')))\n"
    "z = gzip.compress(b'two')\n"
    "c = b'%x\\r\\n' % len(z) + z + b'\\r\\n0\\r\\n\\r\\n'\n"
    "for i, d in enumerate((c, z, b'two')):\n"
    "    save(f'good{i}.warc', one, answer(H + 'two', 200, c, 'Content-Encoding: gzip',\n"
    "         'Transfer-Encoding: chunked', WARC_Payload_Digest='sha1:' + sha1(d).lower()))\n"
    "save('short.warc', one, answer(H + 'two', 200, b'two', 'Content-Length: 30'))\n"
    "save('h2.warc', record('response', b'HTTP/2 200 \\r\\nA: b\\r\\n\\r\\nh2', "
    "WARC_Target_URI=H))\n"
    "save('type.warc', record('resource', b'x', WARC_Target_URI=H, Content_Type='a/b\\x01'))\n"
    "import zlib\n"
    "save('raw.warc', answer(H, 200, zlib.compress(b'<p>raw')[2:-4], "
    "'Content-Encoding: deflate'))\n"
    "with zipfile.ZipFile('hash.wacz', 'w') as f:\n"
    "    f.writestr('archive/a.warc', one)\n"
    "    f.writestr('datapackage.json', json.dumps({'mainPageUrl': H, 'resources': [\n"
    "        {'path': 'archive/a.warc', 'hash': 'sha256:' + '0' * 64}]}))\n"
    "with zipfile.ZipFile('gone.wacz', 'w') as f:\n"
    "    f.writestr('archive/a.warc', one)\n"
    "    f.writestr('datapackage.json', json.dumps({'mainPageUrl': H, 'resources': [\n"
    "        {'path': n} for n in ('archive/a.warc', 'archive/gone.warc.gz', 'fuzzy.json')]}))\n"
    "save('long.warc', one, answer(H + 'two', 200, b'whole two', 'Content-Length: 3'))\n"
    "with zipfile.ZipFile('multi.wacz', 'w') as f:\n"
    "    f.write('a.wacz', 'inner/a.wacz')\n"
    "save('old.arc', b'filedesc://x.arc 0.0.0.0 2001 text/plain 76\\n')\n";

#define BUNDLE "$BULLA create bundle -f --warc "
#define KEEP "$BULLA create bundle -f --ignore-errors --warc "

static void
make_damage (const Place *place)
{
  g_autofree char *path = g_build_filename (place->folder, "damage.py", NULL);

  g_assert_cmpint (run_more (place), ==, 0);
  g_assert_true (g_file_set_contents (path, DAMAGE, -1, NULL));
  g_assert_cmpint (run (place, "python3 damage.py", NULL, NULL), ==, 0);
}

/* The records that can be read are kept with --ignore-errors, and the damaged one is named. */
static void
test_damaged (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {BUNDLE "cut.warc o.wbn", 2, "https://a.test/two: the file ends in the middle of a record"},
      {"test ! -e o.wbn", 0, ""},
      {KEEP "cut.warc o.wbn", 0, "Missing: https://a.test/two: record at byte "},
      {KEEP "cut.warc o.wbn", 0, "Wrote o.wbn: 1 response"},
      {BUNDLE "cut.warc.gz o.wbn", 2, "https://a.test/two: the compressed data ends too early"},
      {KEEP "cut.warc.gz o.wbn", 0, "Wrote o.wbn: 1 response"},
      {BUNDLE "line.warc o.wbn", 2, "not a WARC record"},
      {KEEP "line.warc o.wbn", 0, "Missing: line.warc: record at byte "},
      {KEEP "line.warc o.wbn", 0, "Wrote o.wbn: 2 responses"},
      {BUNDLE "length.warc o.wbn", 2, "https://a.test/: a record has no valid Content-Length"},
      {KEEP "length.warc o.wbn", 0, "Wrote o.wbn: 1 response"},
  };

  make_damage (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* An archive says of its content how it has to be; several files are one recording. */
static void
test_stated (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {BUNDLE "digest.warc o.wbn", 1, "https://a.test/two: its content does not have the digest"},
      {BUNDLE "hex.warc o.wbn", 1, "https://a.test/two: its content does not have the digest"},
      {BUNDLE "block.warc o.wbn", 1, "https://a.test/two: its content does not have the digest"},
      {KEEP "digest.warc o.wbn", 0, "Wrote o.wbn: 1 response"},
      {BUNDLE "good0.warc o.wbn", 0, "Wrote o.wbn: 2 responses"},
      {BUNDLE "good1.warc o.wbn", 0, "Wrote o.wbn: 2 responses"},
      {BUNDLE "good2.warc o.wbn", 0, "Wrote o.wbn: 2 responses"},
      {BUNDLE "short.warc o.wbn", 1, "https://a.test/two: the body has fewer bytes than"},
      {BUNDLE "h2.warc o.wbn && $BULLA inspect --url https://a.test/ --part body o.wbn", 0, "h2"},
      {BUNDLE "raw.warc o.wbn && $BULLA inspect --url https://a.test/ --part body o.wbn", 0,
       "<p>raw"},
      {BUNDLE "hash.wacz o.wbn", 1, "archive/a.warc: it does not have the hash in datapackage"},
      {BUNDLE "type.warc o.wbn", 0,
       "Left out: https://a.test/: its header “content-type”: its value has a control character"},
      {BUNDLE "gone.wacz o.wbn", 1,
       "Missing: archive/gone.warc.gz: datapackage.json lists it, but it is not in gone.wacz"},
      {BUNDLE "gone.wacz o.wbn 2>&1 | grep -c Missing", 0, "1"},
      {KEEP "gone.wacz o.wbn", 0, "1 response"},
      {BUNDLE "long.warc o.wbn && $BULLA inspect --url https://a.test/two --part body o.wbn", 0,
       "whole two"},
      {BUNDLE "long.warc o.wbn", 0, "two: its Content-Length, because the body has more bytes"},
      {BUNDLE "multi.wacz o.wbn", 0, "7 responses"},
      {BUNDLE "old.arc o.wbn", 2, "an ARC file"},
      {"printf '\\135\\052\\115\\030\\001\\0\\0\\0d' >d.warc.zst; " BUNDLE "d.warc.zst o.wbn", 2,
       "d.warc.zst: Zstandard with a dictionary of its own"},
      {"printf '\\050\\265\\057\\375\\003abcd' >d.warc.zst; " BUNDLE "d.warc.zst o.wbn", 2,
       "d.warc.zst: Zstandard with a dictionary of its own"},
      {BUNDLE "digest.warc --warc short.warc --ignore-errors o.wbn", 0, "a later response has"},
      {"cat a.warc | " BUNDLE "- o.wbn", 0, "7 responses"},
      {"cat a.warc.gz | " BUNDLE "- o.wbn", 0, "7 responses"},
      {BUNDLE "h2.warc --warc a.warc o.wbn", 0, "Left out: https://a.test/: a later response"},
      {BUNDLE "h2.warc --warc gone.warc x.wbn", 2, "gone.warc"},
      {"$BULLA create bundle -f --mhtml a.mhtml --mhtml single.mhtml o.wbn", 0, "2 responses"},
      {"$BULLA create bundle -f --mhtml single.mhtml --mhtml nested.mhtml o.wbn", 0, "7 responses"},
      {"(printf '\\r\\n\\n'; cat single.mhtml) >blank.mhtml && "
       "$BULLA create bundle -f --mhtml blank.mhtml o.wbn",
       0, "Wrote o.wbn: 1 response"},
  };

  make_damage (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Parts refer to each other by their IDs, which nothing resolves in a bundle. */
static void
test_mhtml_ids (Place *place, gconstpointer data)
{
#define PART(type, more, text) "--x\\r\\n" type more "\\r\\n\\r\\n" text "\\r\\n"
#define AT(path) "Content-Location: https://i.test/" path
#define HTML "Content-Type: text/html\\r\\n"
  static const Case cases[] = {
      {"printf 'MIME-Version: 1.0\\r\\nContent-Type: multipart/related; "
       "boundary=x\\r\\n\\r\\n" PART (HTML, AT (""),
                                      "<iframe src=\"cid:f-1@x\"><img src=cid:f%%2D1@x><link "
                                      "href=\"CID:gone@x\"><p>a cid:f-1@x "
                                      "b:c \"cid:other@x\"")
           PART (HTML, "Content-ID: <f-1@x>\\r\\n" AT ("frame"), "<p>cid:")
               PART ("Content-Type: text/css\\r\\n", "Content-ID: <gone@x>", "p{}") PART (
                   "", AT ("plain"), "cid:f-1@x") "--x--\\r\\n' >ids.mhtml; "
                                                  "$BULLA create bundle --mhtml ids.mhtml ids.wbn "
                                                  "&& $BULLA bundle extract ids.wbn ids && cat "
                                                  "ids/i.test/index.html",
       0,
       "<iframe src=\"https://i.test/frame\"><img src=https://i.test/frame><link "
       "href=\"CID:gone@x\"><p>a https://i.test/frame b:c \"cid:other@x\""},
      {"cat ids/i.test/frame ids/i.test/plain", 0, "<p>cid:cid:f-1@x"},
      {"$BULLA create bundle -f --mhtml ids.mhtml ids.wbn", 0,
       "Left out: https://i.test/: what its link to cid:gone@x shows, because that part has no "
       "URL"},
      {"$BULLA create bundle -f --mhtml ids.mhtml ids.wbn", 0, "<gone@x>: the part has no URL"},
      {"$BULLA bundle list --json ids.wbn", 0, "\"content_type\":\"text/plain;charset=us-ascii\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

#define MHTML "$BULLA create bundle -f --mhtml "
#define CUT(n) "head -c -" n " whole.mht >cut.mht; " MHTML "cut.mht "

/* No message that breaks off passes for a whole one, wherever that is. */
static void
test_mhtml_cut (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf 'From: <Saved by Blink>\\r\\nSnapshot-Content-Location: https://i.test/\\r\\n"
       "Content-Type: multipart/related; boundary=B\\r\\n\\r\\n--B\\r\\nContent-Type: "
       "text/html\\r\\n"
       "Content-Location: https://i.test/\\r\\n\\r\\n<p>x\\r\\n--B\\r\\nContent-Type: "
       "image/png\\r\\n"
       "Content-Location: https://i.test/p.png\\r\\n\\r\\npng\\r\\n--B--' >whole.mht; " MHTML
       "whole.mht o.wbn",
       0, "2 responses"},
      {"for n in $(seq 1 60); do " CUT (
           "$n") "o.wbn >out 2>&1; echo $? $(grep -c 'cut.mht: part "
                 "[23]\\|p.png: the file ends' out); done | sort | uniq -c",
       0, "60 1 1\n"},
      {CUT ("20") "o.wbn", 1, "cut.mht: part 2: the file ends in the header of the part"},
      {CUT ("20") "--ignore-errors o.wbn", 0, "1 response"},
      {CUT ("12") "o.wbn", 1, "cut.mht: part 2: the file ends in the header of the part"},
      {CUT ("46") "o.wbn", 1, "cut.mht: part 2: the file ends in the header of the part"},
      {CUT ("6") "o.wbn", 1, "https://i.test/p.png: the file ends in the middle of the part"},
      {"head -c 60 whole.mht >cut.mht; " MHTML "cut.mht o.wbn", 2,
       "cut.mht: not a whole MHTML file: it ends in its header, at byte 60"},
      {"head -c 115 whole.mht >cut.mht; " MHTML "cut.mht o.wbn", 2,
       "cut.mht: not a whole MHTML file: it ends before its first part, at byte 115"},
      {"sed 's/; boundary=B//' whole.mht >b.mht; " MHTML "b.mht o.wbn", 2,
       "b.mht: not a whole MHTML file: the boundary of its parts is missing"},
      {": >e.mht; " MHTML "e.mht o.wbn", 2, "e.mht: not an MHTML file: the file is empty"},
      {"echo '<p>' >h.mht; " MHTML "h.mht o.wbn", 2, "h.mht: not an MHTML file, but HTML text"},
      {"printf 'From: a@b.test\\nSubject: x\\n\nhi\\n' >m.mht; " MHTML "m.mht o.wbn", 2,
       "m.mht: not an MHTML file, but an e-mail message"},
      {"printf 'From: a@b.test\\nContent-Type: multipart/mixed; boundary=x\\n\\n--x\\n\nhi\\\n"
       "--x--\\n' >m.mht; " MHTML "m.mht o.wbn",
       2, "m.mht: not an MHTML file, but an e-mail message: none of its parts has a URL"},
      {MHTML "gone.mht o.wbn", 2, "gone.mht: No such file"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/create/archive/warc", Place, NULL, set_up, test_warc, place_tear_down);
  g_test_add ("/create/archive/limit", Place, NULL, set_up, test_limit, place_tear_down);
  g_test_add ("/create/archive/damaged", Place, NULL, set_up, test_damaged, place_tear_down);
  g_test_add ("/create/archive/stated", Place, NULL, set_up, test_stated, place_tear_down);
  g_test_add ("/create/archive/wacz", Place, NULL, set_up, test_wacz, place_tear_down);
  g_test_add ("/create/archive/revisits", Place, NULL, set_up, test_revisits, place_tear_down);
  g_test_add ("/create/archive/messages", Place, NULL, set_up, test_messages, place_tear_down);
  g_test_add ("/create/archive/mhtml", Place, NULL, set_up, test_mhtml, place_tear_down);
  g_test_add ("/create/archive/mhtml-cut", Place, NULL, set_up, test_mhtml_cut, place_tear_down);
  g_test_add ("/create/archive/mhtml-ids", Place, NULL, set_up, test_mhtml_ids, place_tear_down);
  return g_test_run ();
}
