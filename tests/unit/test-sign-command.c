/* test-sign-command.c - runs bulla sign as people type it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define IDS "grep -o '\"web_bundle_id\":\"[a-z2-7]*\"'"

/* Writes a bundle, keys of both kinds, one of them with a passphrase, and an unusable key. */
static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (
      run (place,
           "set -e; mkdir app; printf '<p>Hello' >app/index.html;"
           "$BULLA create bundle --dir app --base-url / app.wbn;"
           "$BULLA sign --generate ed25519 e.key; $BULLA sign --generate p256 p.key;"
           "$BULLA sign --generate ed25519 f.key;"
           "openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:open -in e.key -out locked.key;"
           "openssl pkey -in e.key -pubout -out e.pub; openssl genrsa -out rsa.key 2048",
           NULL, NULL),
      ==, 0);
}

static void
test_keys (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"stat -c %a e.key", 0, "600"},
      {"$BULLA sign --generate ed25519 e.key", 2, "already exists"},
      {"$BULLA sign --generate rsa x.key", 2, "--generate cannot be “rsa”"},
      {"$BULLA sign --id -k e.key | wc -c", 0, "57"},
      {"$BULLA sign --id -k p.key | wc -c", 0, "59"},
      {"test $($BULLA sign --id e.key) = $($BULLA sign --id e.pub) && echo same", 0, "same"},
      {"WEB_BUNDLE_SIGNING_PASSPHRASE=open $BULLA sign --id locked.key | cmp - e.id"
       " 2>/dev/null || $BULLA sign --id e.key >e.id",
       0, ""},
      {"WEB_BUNDLE_SIGNING_PASSPHRASE=open $BULLA sign --id locked.key | cmp - e.id && echo same",
       0, "same"},
      {"WEB_BUNDLE_SIGNING_PASSPHRASE=shut $BULLA sign --id locked.key", 2, "wrong"},
      {"setsid -w $BULLA sign --id locked.key", 2, "WEB_BUNDLE_SIGNING_PASSPHRASE"},
      {"$BULLA sign --id rsa.key", 2, "neither an Ed25519 key nor an ECDSA key"},
      {"$BULLA sign --id app.wbn", 2, "app.wbn"},
      {"$BULLA sign --id none.key", 2, "none.key"},
      {": >empty.key; $BULLA sign --id empty.key", 2, "sign: empty.key: "},
      {"$BULLA sign --id", 2, "no key given"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_sign (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign app.wbn --key e.key -o app.swbn", 0, "The bundle has 1 signature"},
      {"$BULLA verify app.swbn", 0, "separate-origin"},
      {"$BULLA verify --json=full app.swbn", 0, "\"kind\":\"signed-bundle\""},
      {"$BULLA verify --json=full app.swbn | " IDS " | grep -c $($BULLA sign --id e.key)", 0, "1"},
      {"tail -c $(stat -c %s app.wbn) app.swbn | cmp - app.wbn && echo kept", 0, "kept"},
      {"$BULLA sign app.wbn --key e.key -o again.swbn && cmp app.swbn again.swbn && echo same", 0,
       "same"},
      {"$BULLA sign app.wbn --key e.key -o app.swbn", 2, "already exists"},
      {"$BULLA sign app.wbn --key e.key -o app.swbn --force", 0, "Wrote"},
      {"$BULLA sign app.swbn --key p.key", 2, "use --add to add a signature, or --replace"},
      {"$BULLA sign app.wbn --key p.key --key e.key -o both.swbn", 0,
       "The bundle has 2 signatures"},
      {"$BULLA verify --json=full both.swbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --key e.key --key e.key -o x.swbn", 2, "given twice"},
      {"$BULLA sign app.wbn --key e.pub -o x.swbn", 2, "is a public key"},
      {"$BULLA sign app.wbn -o x.swbn", 2, "--key is missing"},
      {"$BULLA sign e.key --key e.key", 2, "the file is not a web bundle"},
      {"$BULLA sign app --key e.key", 2, "not a regular file"},
      {"head -c 60 app.wbn >cut.wbn; $BULLA sign cut.wbn --key e.key", 2, "truncated"},
      {"$BULLA sign app.wbn -k e.key --web-bundle-id nonsense -o x.swbn", 2,
       "is not a web bundle ID"},
      {"$BULLA sign app.wbn -k e.key --web-bundle-id $($BULLA sign --id p.key) -o o.swbn", 2,
       "integrity.id-mismatch"},
      {"$BULLA sign app.wbn -k e.key --web-bundle-id $($BULLA sign --id p.key) --ignore-errors "
       "-o o.swbn",
       0, "no key gives this ID"},
      {"$BULLA verify --json=full o.swbn", 1, "integrity.id"},
      {"test ! -e x.swbn && echo none", 0, "none"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* signatures are added and removed, and the others remain valid */
static void
test_change (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign app.wbn --add --key e.key", 2, "no signatures to add to"},
      {"$BULLA sign app.wbn --remove e.key", 2, "no signatures to remove"},
      {"chmod 640 app.wbn; ln -s app.wbn link; $BULLA sign link --key e.key", 0, "Wrote link"},
      {"stat -c %a app.wbn; readlink link", 0, "640\napp.wbn"},
      {"$BULLA sign app.wbn --add --key e.key", 2, "already signed by the key"},
      {"$BULLA sign app.wbn --add --key p.key", 0, "The bundle has 2 signatures"},
      {"$BULLA sign app.wbn --add --key f.key", 0, "The bundle has 3 signatures"},
      {"$BULLA verify --json=full app.wbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --remove $($BULLA sign --id p.key)", 0, "The bundle has 2 signatures"},
      {"$BULLA verify --json=full app.wbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --remove p.key", 2, "no signature by the key"},
      {"$BULLA sign app.wbn --remove nonsense", 2, "nonsense"},
      {"$BULLA sign app.wbn --add -k f.key --web-bundle-id $($BULLA sign --id f.key)", 2,
       "every signature covers the web bundle ID"},
      {"$BULLA sign app.wbn --remove e.pub", 2, "app.wbn was not written"},
      {"$BULLA verify --json=full app.wbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --remove e.pub --ignore-errors", 0, "no key gives this ID"},
      {"$BULLA verify --json=full app.wbn", 1, "integrity.id"},
      {"$BULLA sign app.wbn --remove f.key", 2, "no signature would remain"},
      {"$BULLA sign app.wbn --remove f.key --key e.key", 0, "The bundle has 1 signature;"},
      {"$BULLA verify --json=full app.wbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --replace --key p.key", 0, "the ID was"},
      {"$BULLA verify --json=full app.wbn | " IDS " | grep -c $($BULLA sign --id p.key)", 0, "1"},
      {"$BULLA sign app.wbn --remove all", 0, "no longer signed"},
      {"$BULLA verify --json=full app.wbn", 0, "\"kind\":\"bundle\""},
      {"$BULLA sign app.wbn --replace", 2, "requires --key"},
      {"$BULLA sign app.wbn --add --replace -k e.key", 2, "cannot be combined with --replace"},
      {"ls", 0, "app.wbn"},
      {"ls | grep -c 'wbn\\.'", 1, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* 83, magic, "1b", no signatures: an old version that readers refuse */
static void
test_version_1 (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"(printf '\\203\\110\\360\\237\\226\\213\\360\\237\\223\\246\\1041b\\000\\000\\200';"
       " cat app.wbn) >old.swbn; $BULLA sign old.swbn --add --key e.key",
       2, "use --replace to sign"},
      {"$BULLA sign old.swbn --key e.key", 2, "use --replace to sign"},
      {"$BULLA sign old.swbn --replace --key e.key -o new.swbn", 0, "The bundle has 1 signature"},
      {"$BULLA verify --json=full new.swbn", 0, "\"reason\":null"},
      {"$BULLA sign app.wbn --key e.key -o direct.swbn; cmp new.swbn direct.swbn && echo same", 0,
       "same"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Responses of an existing bundle are signed for their origin. */
static void
test_subsets (Place *place, gconstpointer data)
{
#define SUBSET "$BULLA sign site.wbn --sign-subset "
#define WITH " --certificate c.pem --private-key c.key --chain c.cbor "
#define TRUST "$BULLA verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json "
  static const Case cases[] = {
      {"mkdir -p site/sub && echo '<p>A' >site/index.html && echo '<p>B' >site/sub/b.html && "
       "$BULLA create bundle --dir site --base-url https://example.com/ site.wbn && "
       "$BULLA create authority ca && $BULLA create chain --authority ca --host example.com c.cbor",
       0, "Wrote c.cbor"},
      {SUBSET "all" WITH "-o all.wbn", 0, "Signing 3 URLs that begin with https://example.com/"},
      {TRUST "--require substitute all.wbn", 0, "substitute"},
      {"cmp site.wbn all.wbn", 1, ""},
      {SUBSET "https://example.com/sub/ --authority ca -o sub.wbn >said && "
              "eval \"$(sed -n 's/^  bulla /$BULLA /p' said) --json=full\"",
       0, "https://example.com/sub/b.html"},
      {"$BULLA bundle extract sub.wbn out >/dev/null; "
       "find out -name b.html -exec cat {} +",
       0, "<p>B"},
      {"cp site.wbn in.wbn && $BULLA sign in.wbn -s all" WITH "&& " TRUST "in.wbn", 0,
       "substitute"},
      {SUBSET "all --authority ca -o - | " TRUST "-", 0, "substitute"},
      {"$BULLA create bundle --dir site --base-url https://example.com/ --sign-subset all "
       "--authority ca - | " TRUST "-",
       0, "substitute"},
      {"$BULLA sign all.wbn -s all" WITH, 2, "already has signed subsets"},
      {"$BULLA sign all.wbn -s all" WITH "--replace -o again.wbn && " TRUST "again.wbn", 0,
       "substitute"},
      {SUBSET "https://other.example/" WITH "-o x.wbn", 2,
       "no URL in the bundle begins with “https://other.example/”"},
      {SUBSET "all --certificate c.pem --private-key c.key -o x.wbn", 2, "--chain is missing"},
      {"$BULLA sign site.wbn" WITH "-o x.wbn", 2, "--sign-subset is missing"},
      {SUBSET "all --authority ca --key e.key -o x.wbn", 2, "cannot be combined with --key"},
      /* a signature for later is judged as of then */
      {SUBSET "all --authority ca --date $(($(date +%s) + 86400)) -o later.wbn", 0, "Wrote"},
      {TRUST "--at $(($(date +%s) + 90000)) --require substitute later.wbn", 0, "substitute"},
      {TRUST "--require substitute later.wbn", 1, "signature.not-yet-valid"},
      {SUBSET "all --authority ca --date never -o x.wbn", 2, "--date"},
      {SUBSET "all --authority ca --expires 8d -o x.wbn", 2, "signature.lifetime: 8 d"},
      {SUBSET "all --authority ca --expires 8d -o x.wbn 2>&1 | grep -c lifetime", 0, "1"},
      {SUBSET "all --authority ca --expires 8d --ignore-errors -o long.wbn", 0,
       "Warning: signature.lifetime"},
      {TRUST "long.wbn", 1, "signature.lifetime"},
      {SUBSET "all --authority ca --expires 2020-01-01 --ignore-errors -o past.wbn", 0,
       "Warning: signature.expire"},
      {"head -c 60 site.wbn >cut.wbn; $BULLA sign cut.wbn -s all --authority ca", 2, "cut.wbn"},
      {"$BULLA sign e.key -s all --authority ca", 2, "not a web bundle"},
      {"$BULLA create chain --authority ca --host other.example o.cbor >/dev/null && " SUBSET
       "all --certificate o.pem --private-key o.key --chain o.cbor -o x.wbn",
       2, "x.wbn was not written"},
      {"ls x.wbn", 2, ""},
      {"$BULLA sign all.wbn --key e.key -o whole.swbn && $BULLA sign whole.swbn -s all" WITH, 2,
       "invalidates its integrity block"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Each response that is signed is judged, and not only the one that decides about the bundle. */
static void
test_each_response (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"cat >list.py <<'END'\n"
       "import json\n"
       "H = 'https://example.com/'\n"
       "def entry(url, *headers):\n"
       "    return {'startedDateTime': '2026-01-01T00:00:00Z', 'request': {'method': 'GET', 'url': "
       "url, 'headers': []}, 'response': {'status': 200, 'headers': [{'name': n, 'value': v} for "
       "n, v in (('content-type', 'text/html'),) + headers], 'content': {'size': 2, 'mimeType': "
       "'text/html', 'text': 'ok'}}}\n"
       "log = [entry(H), entry(H + 'c', ('Cache-Control', 'private')), entry(H + 'd', "
       "('Cache-Control', 'private')), entry('https://other.example/x')]\n"
       "json.dump({'log': {'version': '1.2', 'entries': log}}, open('m.har', 'w'))\n"
       "END\n"
       "python3 list.py && $BULLA create bundle --har m.har m.wbn && $BULLA create authority ca && "
       "$BULLA create chain --authority ca --host example.com c.cbor",
       0, "Wrote c.cbor"},
      {"$BULLA sign m.wbn -s all" WITH "-o x.wbn", 2, "https://other.example/x: cert.name"},
      {"$BULLA sign m.wbn -s https://example.com/" WITH "-o x.wbn", 2,
       "https://example.com/c and 1 other URL: trust.not-shared"},
      {"ls x.wbn", 2, ""},
      {"$BULLA sign m.wbn -s https://example.com/" WITH "-o x.wbn --ignore-errors", 0,
       "Warning: https://example.com/c and 1 other URL: trust.not-shared"},
      {"$BULLA create bundle --har m.har -s all" WITH "y.wbn", 2,
       "https://other.example/x: cert.name"},
      {"ls y.wbn", 2, ""},
      /* what is not signed stays as it is */
      {"$BULLA sign m.wbn -s https://other.example/ --authority ca -o z.wbn", 0, "Wrote z.wbn"},
      {"$BULLA sign m.wbn -s https://other.example/ --authority ca -o z.wbn -f 2>&1 >/dev/null | "
       "wc -c",
       0, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The command that is printed works, also if the certificate was given and not issued here. */
static void
test_next (Place *place, gconstpointer data)
{
#define RUN_NEXT " | sed -n '/^Next/,$p' | sed 1d | sed 's/bulla/$BULLA/')\""
  static const Case cases[] = {
      {"$BULLA create bundle --dir app --base-url https://example.com/ site.wbn && "
       "$BULLA create authority ca && $BULLA create chain --authority ca --host example.com c.cbor",
       0, "Wrote c.cbor"},
      {"eval \"$(" SUBSET "all" WITH "-o 1.wbn" RUN_NEXT, 0, "substitute"},
      {"eval \"$(" SUBSET "all --authority ca --date $(($(date +%s) + 86400)) -o 2.wbn" RUN_NEXT, 0,
       "substitute"},
      {"eval \"$($BULLA create bundle --dir app --base-url https://example.com/ -s all" WITH
       "--profile chromium 3.wbn" RUN_NEXT,
       0, "profile chromium"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Options of subsets are not ignored when the whole bundle is signed. */
static void
test_ignored (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign app.wbn --key e.key --expires 2d -o x.wbn", 2, "--sign-subset is missing"},
      {"$BULLA sign app.wbn --key e.key --date 2026-01-01 -o x.wbn", 2, "--sign-subset is missing"},
      {"$BULLA sign app.wbn --key e.key --chain c.cbor -o x.wbn", 2, "--sign-subset is missing"},
      {"$BULLA sign app.wbn --key e.key --private-key c.key -o x.wbn", 2,
       "--sign-subset is missing"},
      {"$BULLA sign app.wbn --key e.key --record-size 1024 -o x.wbn", 2,
       "--sign-subset is missing"},
      {"$BULLA sign app.wbn --key e.key --validity-url https://example.com/v -o x.wbn", 2,
       "--sign-subset is missing"},
      {"ls x.wbn", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A bundle may come from a pipe, and leave through one. */
static void
test_pipe (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA sign app.wbn --key e.key -o file.swbn && cat app.wbn | "
       "$BULLA sign - --key e.key -o pipe.swbn",
       0, "Wrote pipe.swbn"},
      {"cmp file.swbn pipe.swbn && echo same", 0, "same"},
      {"cat app.wbn | $BULLA sign - --key e.key -o - | cmp - file.swbn && echo same", 0, "same"},
      {"cat pipe.swbn | $BULLA sign - --remove all -o - | cmp - app.wbn && echo same", 0, "same"},
      {"$BULLA sign - --key e.key <app.wbn", 2, "name the signed bundle with --out"},
      {"$BULLA sign - --key e.key -o x.wbn </dev/null", 2, "-: the file is not a web bundle"},
      {"ls x.wbn ./-", 2, ""},
      {"$BULLA create bundle --dir app --base-url / -o o.wbn && cmp o.wbn app.wbn && echo same", 0,
       "same"},
      {"$BULLA create bundle --dir app --base-url / -o - | cmp - app.wbn && echo same", 0, "same"},
      {"$BULLA create bundle --dir app --base-url / -o p.wbn q.wbn", 2, "unexpected argument"},
      {"$BULLA create bundle --dir app --base-url /", 2, "expected OUT.wbn"},
      {"ls p.wbn", 2, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Ctrl+C ends the prompt for a passphrase at once, and the terminal echoes again. */
static void
test_interrupt (Place *place, gconstpointer data)
{
  static const char script[] =
      "cat >prompt.py <<'END'\n"
      "import os, pty, select, signal, sys, termios\n"
      "pid, terminal = pty.fork()\n"
      "if pid == 0:\n"
      "    os.execv(sys.argv[1], [sys.argv[1], 'sign', '--id', 'locked.key'])\n"
      "said = b''\n"
      "while b'Passphrase' not in said:\n"
      "    said += os.read(terminal, 1000)\n"
      "while termios.tcgetattr(terminal)[3] & termios.ECHO:\n"
      "    pass\n"
      "os.write(terminal, sys.argv[2].encode('latin-1'))\n"
      "ready, _, _ = select.select([terminal], [], [], 20)\n"
      "print('at once' if ready else 'late')\n"
      "print('echo' if termios.tcgetattr(terminal)[3] & termios.ECHO else 'no echo')\n"
      "if not ready:\n"
      "    os.kill(pid, signal.SIGKILL)\n"
      "os.waitpid(pid, 0)\n"
      "END\n"
      "unset WEB_BUNDLE_SIGNING_PASSPHRASE; "
      "python3 prompt.py \"$BULLA\" \"$(printf '\\003')\";"
      "python3 prompt.py \"$BULLA\" \"$(printf '\\034')\"";
  const Case cases[] = {{script, 0, "at once\necho\nat once\necho\n"}};

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sign/keys", Place, NULL, set_up, test_keys, place_tear_down);
  g_test_add ("/sign/sign", Place, NULL, set_up, test_sign, place_tear_down);
  g_test_add ("/sign/change", Place, NULL, set_up, test_change, place_tear_down);
  g_test_add ("/sign/subsets", Place, NULL, set_up, test_subsets, place_tear_down);
  g_test_add ("/sign/each-response", Place, NULL, set_up, test_each_response, place_tear_down);
  g_test_add ("/sign/next", Place, NULL, set_up, test_next, place_tear_down);
  g_test_add ("/sign/ignored", Place, NULL, set_up, test_ignored, place_tear_down);
  g_test_add ("/sign/pipe", Place, NULL, set_up, test_pipe, place_tear_down);
  g_test_add ("/sign/interrupt", Place, NULL, set_up, test_interrupt, place_tear_down);
  g_test_add ("/sign/version-1", Place, NULL, set_up, test_version_1, place_tear_down);
  return g_test_run ();
}
