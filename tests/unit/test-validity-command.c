/* test-validity-command.c - makes validity data, and verifies packages against a real publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"
#include "validity-kit.h"

#define HOST "publisher.test"

typedef struct {
  Place place;
  ValidityKit *kit; /* owned; NULL where no server is needed */
} World;

static void
set_up (World *self, gconstpointer data)
{
  place_set_up (&self->place);
}

static void
tear_down (World *self, gconstpointer data)
{
  g_clear_pointer (&self->kit, validity_kit_free);
  place_tear_down (&self->place, data);
}

/* --- bulla create validity, and what bulla inspect shows of it */

#define SIGN(name, date)                                                                           \
  "$BULLA create exchange --ignore-errors --certificate c.pem --private-key c.key "                \
  "--url https://publisher.test/ "                                                                 \
  "--cert-url https://publisher.test/c.cbor --content i.html --date " date " " name ".sxg; "
#define PREPARE                                                                                    \
  "set -e; echo Hello >i.html; $BULLA create authority a; "                                        \
  "$BULLA create chain --authority a --host publisher.test --date 2026-11-20 --ignore-errors "     \
  "c.cbor; "                                                                                       \
  "$BULLA create chain --authority a --host publisher.test --date 2026-11-20 --ignore-errors "     \
  "d.cbor; " SIGN ("old", "2026-11-21")                                                            \
      SIGN ("new", "2026-11-24") "$BULLA create exchange --authority a --url "                     \
                                 "https://publisher.test/ --content i.html "                       \
                                 "--validity-url https://publisher.test/other other.sxg; "
#define CREATE "$BULLA create validity "
#define AGAIN "--exchange old.sxg --certificate n.pem --private-key n.key "

static void
test_create (World *self, gconstpointer data)
{
  static const Case cases[] = {
      {PREPARE "ls", 0, "other.sxg"},
      {CREATE "--from new.sxg v", 0, "Serve it as application/cbor at https://publisher.test/"},
      {"$BULLA inspect v", 0, "v, validity data\n"},
      {"$BULLA inspect --json v", 0, "\"kind\":\"validity\",\"length\":"},
      {"$BULLA inspect --json v", 0,
       "\"validity-url\":\"https://publisher.test/resource.validity\""},
      {"$BULLA inspect --json v", 0, "\"date\":1795478400"},
      {"$BULLA inspect --json v", 0, "\"update\":null"},
      {"$BULLA inspect --part body v", 2, "has no parts"},
      {CREATE "--from new.sxg v", 2, "use --force"},
      {CREATE "--force --quiet --from new.sxg v | wc -c", 0, "0\n"},
      {CREATE "--force --from new.sxg --from old.sxg --update-size 120000 v", 0, "Wrote v"},
      {"$BULLA inspect --json v | grep -o '\"value\"' | wc -l", 0, "2"},
      {"$BULLA inspect --json v", 0, "\"update\":{\"size\":120000}"},
      /* the same bytes as in the package */
      {"$BULLA inspect --part signature new.sxg >one; " CREATE "--from new.sxg - >v2; "
       "python3 -c \"import sys; v=open('v2','rb').read(); assert open('one','rb').read() in v\"",
       0, ""},
      {CREATE "--exchange old.sxg --certificate c.pem --private-key c.key --date 2026-11-25 "
              "--ignore-errors w",
       0, "Wrote w"},
      {"$BULLA inspect --json w", 0, "\"date\":1795564800,\"expires\":1796169600"},
      {CREATE "--exchange old.sxg --certificate c.pem --private-key d.key x; ls x", 2, "c.pem"},
      {CREATE "--exchange old.sxg --certificate c.pem x", 2, "--private-key"},
      {CREATE "--date 2026-11-25 x", 2, "need --exchange"},
      /* all signatures name one validity URL */
      {CREATE "--from new.sxg --from other.sxg x; s=$?; ls x; exit $s", 2,
       "https://publisher.test/other"},
      {CREATE "--from i.html x", 2, "i.html is not a signed exchange"},
      {CREATE "--from missing.sxg x", 2, "missing.sxg"},
      {CREATE "--update-size many x", 2, "is not a number of bytes"},
      {CREATE "--update-size -1 x", 2, "is not a number of bytes"},
      {CREATE, 2, "OUT"},
      /* nothing at all is a withdrawal */
      {CREATE "empty", 0, "warning: without signatures"},
      {"od -An -tx1 empty", 0, " a0\n"},
      {"$BULLA inspect empty", 0, "validity data without signatures: a withdrawal"},
      {CREATE "--update only", 0, "warning: without signatures"},
      {"od -An -tx1 only", 0, " a1 66 75 70 64 61 74 65 a0\n"},
      {CREATE "- | od -An -tx1", 0, " a0\n"},
      {"printf '\\241' >cut; $BULLA inspect cut", 2, "begins as validity data, but cannot be read"},
  };

  check (&self->place, cases, G_N_ELEMENTS (cases));
}

/* The package is judged with the new signature. */
static void
test_judged (World *self, gconstpointer data)
{
  static const Case cases[] = {
      {PREPARE "$BULLA create chain --authority a --host publisher.test n.cbor; ls", 0,
       "other.sxg"},
      {CREATE AGAIN "--expires 8d x", 2, "signature.lifetime"},
      {CREATE AGAIN "--expires 2000-01-01 x", 2, "signature."},
      {"ls x", 2, ""},
      {CREATE AGAIN "--expires 9d --ignore-errors long", 0, "Warning: signature.lifetime"},
      {"$BULLA inspect --json long | python3 -c \"import sys, re; print(*(int(b) - int(a) for a, b "
       "in re.findall(r'.date.:([0-9]+),.expires.:([0-9]+)', sys.stdin.read())))\"",
       0, "777600"},
      {CREATE AGAIN "--expires 6d short", 0, "Wrote short"},
      {"$BULLA create chain --authority a --host foreign.test f.cbor && " CREATE
       "--exchange old.sxg --certificate f.pem --private-key f.key y",
       2, "cert.name"},
      {"ls y", 2, ""},
      {CREATE "--exchange old.sxg --certificate f.pem --private-key f.key --ignore-errors y", 0,
       "Warning: cert.name"},
  };

  check (&self->place, cases, G_N_ELEMENTS (cases));
}

/* --- bulla verify */

/* Runs the line while the publisher answers. */
static int
run_command (World *self, const char *line, char **said)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autofree char *resolve = test_server_resolve (self->kit->publisher);
  g_autofree char *url = test_server_url (self->kit->publisher, "");
  g_autofree char *verify = g_strdup_printf (
      "%s verify --caa off --trust %s --ct-logs %s --resolve %s", g_getenv ("BULLA_PROGRAM"),
      self->kit->world->root_file, self->kit->world->logs_file, resolve);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, self->place.folder);
  g_subprocess_launcher_setenv (launcher, "VERIFY", verify, TRUE);
  g_subprocess_launcher_setenv (launcher, "BULLA", g_getenv ("BULLA_PROGRAM"), TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", line, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (process, test_wait_result (&result), said, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s\n%s", line, *said);
  return g_subprocess_get_exit_status (process);
}

static void
put (World *self, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (self->place.folder, name, NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize)g_bytes_get_size (bytes), NULL));
}

static void
check_asked (World *self, const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *said = NULL;
    int status = run_command (self, cases[i].line, &said);
    g_assert_cmpint (status, ==, cases[i].status);
    g_assert_nonnull (strstr (said, cases[i].says));
  }
}

static void
serve (World *self, GBytes *signature, gint64 size)
{
  validity_kit_take_reply (self->kit, validity_kit_write (signature, size), 0);
}

#define BLOCKING "$VERIFY --check-validity blocking "
#define PARALLEL "$VERIFY --check-validity parallel "

static const Case current[] = {
    {"$VERIFY --json=full page.sxg", 0, "\"validity\":null"},
    {"$VERIFY --check-validity never --json=full page.sxg", 0, "\"validity\":null"},
    {"$VERIFY --check-validity blocking --offline --json=full page.sxg", 1, "\"validity\":null"},
    {"$VERIFY --check-validity perhaps page.sxg", 2, "never, parallel, blocking"},
    {BLOCKING "--json=full page.sxg", 0, "\"mode\":\"blocking\",\"outcome\":\"update-available\""},
    {BLOCKING "--json=full page.sxg", 0,
     "\"http_status\":200,\"signatures\":1,\"valid_signatures\":1,\"update\":true,"
     "\"update_size\":120000,\"started\":"},
    {BLOCKING "--json=full page.sxg", 0, "\"error\":null"},
    {BLOCKING "page.sxg", 0, "validity update-available: a newer version is available (blocking)"},
    {PARALLEL "--json=full page.sxg", 0, "\"mode\":\"parallel\",\"outcome\":\"update-available\""},
    {BLOCKING "--refreshed fresh.sxg page.sxg; ls fresh.sxg", 2, "no newer signature"},
    {BLOCKING "--refreshed fresh.sxg page.sxg page.sxg", 2, "name exactly one"},
    {BLOCKING "--refreshed page.sxg page.sxg", 2, "use --force"},
    {BLOCKING "--json=full page.sxg page.sxg | wc -l", 0, "2"},
    {BLOCKING "--ledger contacts page.sxg >out; cat contacts", 0, "\"purpose\":\"validity\""},
    {"grep purpose...validity contacts", 0, "\"rule\":\"validity.not-withdrawn\""},
};
static const Case withdrawn[] = {
    {BLOCKING "--json=full page.sxg", 0, "\"outcome\":\"withdrawn\""},
    {BLOCKING "--set trust.validity-empty=refuse page.sxg", 1, "reason validity.withdrawn"},
    {BLOCKING "--set trust.validity-empty=refuse --explain page.sxg", 1,
     "(Publisher has not withdrawn the version): the publisher’s answer has no signatures"},
    {PARALLEL "--set trust.validity-empty=refuse --json=full page.sxg", 0,
     "\"outcome\":\"withdrawn\""},
    {"$BULLA explain validity.withdrawn", 0, "validity"},
};
static const Case refreshed[] = {
    {"$VERIFY expired.sxg", 1, "reason signature.expired"},
    {BLOCKING "--refreshed fresh.sxg expired.sxg", 0, "validity refreshed"},
    {"$VERIFY fresh.sxg", 0, "substitute"},
    {"$BULLA inspect --part body expired.sxg >one; $BULLA inspect --part body fresh.sxg | "
     "cmp - one",
     0, ""},
    {PARALLEL "--refreshed beside.sxg expired.sxg", 1, "reason signature.expired"},
    {"$VERIFY beside.sxg", 0, "substitute"},
    {"cat expired.sxg | " BLOCKING "--refreshed piped.sxg -", 0, "validity refreshed"},
    {"cmp fresh.sxg piped.sxg || $VERIFY piped.sxg", 0, ""},
    {BLOCKING "--quiet --refreshed - expired.sxg >out.sxg; cmp fresh.sxg out.sxg && test ! -e ./-",
     0, ""},
    {PARALLEL "--refreshed fresh.sxg --force expired.sxg; $VERIFY fresh.sxg", 0, "substitute"},
    {"$BULLA inspect --json fresh.sxg", 0, "\"members\":1"},
};
static const Case unreachable[] = {
    {BLOCKING "--set trust.validity-empty=refuse --json=full page.sxg", 0,
     "\"outcome\":\"unreachable\",\"http_status\":404,\"signatures\":null"},
    {BLOCKING "page.sxg", 0, "    status 404\n"},
};

static void
test_verify (World *self, gconstpointer data)
{
  self->kit = validity_kit_new (HOST);
  g_autoptr (GBytes) page = validity_kit_sign (self->kit, VALIDITY_DAY);
  g_autoptr (GBytes) expired = validity_kit_sign (self->kit, 8 * VALIDITY_DAY);
  g_autoptr (GBytes) same = validity_kit_dup_signature (page);
  g_autoptr (GBytes) newer = validity_kit_sign_again (self->kit, expired, 60);

  put (self, "page.sxg", page);
  put (self, "expired.sxg", expired);
  serve (self, same, 120000);
  check_asked (self, current, G_N_ELEMENTS (current));
  serve (self, NULL, -2);
  check_asked (self, withdrawn, G_N_ELEMENTS (withdrawn));
  serve (self, newer, -2);
  check_asked (self, refreshed, G_N_ELEMENTS (refreshed));
  validity_kit_take_reply (self->kit, NULL, 404);
  check_asked (self, unreachable, G_N_ELEMENTS (unreachable));
}

#define VERIFY_BUNDLE BLOCKING "--set trust.validity-empty=refuse site.wbn"

/* a vouched subset has a validity URL as well, which is asked once for all of its responses */
static void
test_bundle (World *self, gconstpointer data)
{
  static const Case bundle_current[] = {
      {"$VERIFY --json=full site.wbn", 0, "\"validity\":null"},
      {BLOCKING "--json=full site.wbn", 0, "\"outcome\":\"update-available\""},
      {PARALLEL "--json=full site.wbn", 0,
       "\"mode\":\"parallel\",\"outcome\":\"update-available\""},
      {BLOCKING "--offline --json=full site.wbn", 0, "\"validity\":null"},
  };
  static const Case bundle_withdrawn[] = {
      {BLOCKING "site.wbn", 0, "validity withdrawn"},
      {VERIFY_BUNDLE, 1, "reason validity.withdrawn"},
      {PARALLEL "--set trust.validity-empty=refuse site.wbn", 0, "validity withdrawn"},
  };
  g_autofree char *folder = g_build_filename (self->place.folder, "auth", NULL);
  g_autoptr (GBytes) noise = g_bytes_new_static ("label;sig=*AA==*", 16);
  g_autofree char *said = NULL;

  self->kit = validity_kit_new (HOST);
  g_autofree char *base = test_server_url (self->kit->publisher, "/");
  g_autofree char *line = g_strdup_printf (
      "mkdir site; echo one >site/index.html; echo two >site/two.html; $BULLA create bundle --dir "
      "site --base-url %s --sign-subset all --authority auth --validity-url %spage.validity "
      "site.wbn",
      base, base);
  g_assert_true (bulla_authority_save (self->kit->world->authority, folder, FALSE, NULL));
  g_assert_cmpint (run_command (self, line, &said), ==, 0);
  serve (self, noise, 120000);
  check_asked (self, bundle_current, G_N_ELEMENTS (bundle_current));
  serve (self, NULL, -2);
  check_asked (self, bundle_withdrawn, G_N_ELEMENTS (bundle_withdrawn));
  self->kit->publisher->n_requests = 0;
  g_clear_pointer (&said, g_free);
  run_command (self, BLOCKING "site.wbn", &said);
  g_assert_cmpuint (self->kit->publisher->n_requests, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/validity-command/create", World, NULL, set_up, test_create, tear_down);
  g_test_add ("/validity-command/judged", World, NULL, set_up, test_judged, tear_down);
  g_test_add ("/validity-command/verify", World, NULL, set_up, test_verify, tear_down);
  g_test_add ("/validity-command/bundle", World, NULL, set_up, test_bundle, tear_down);
  return g_test_run ();
}
