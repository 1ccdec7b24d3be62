/* test-ocsp-command.c - bulla ocsp against a live responder of OpenSSL's on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libsoup/soup.h>

#include "openssl-server.h"

#define OCSP "$BULLA ocsp --trust a/root.pem "
#define FETCH OCSP "--fetch --responder http://127.0.0.1:$PORT "

/* One certificate in a chain with a response, and one in PEM that names its responder: its address
 * is put in when the port is known. `mark` writes the responder's database. */
static const char SET_UP[] =
    "set -e; $BULLA create authority a;"
    "$BULLA create chain --authority a --host example.com chain.cbor;"
    "$BULLA create chain --authority a --host example.com --status revoked "
    "--ignore-errors revoked.cbor;"
    "$BULLA create chain --authority a --host example.com --delegated-responder delegated.cbor;"
    "$BULLA create chain --authority a --host example.com --ocsp-days 8 --ignore-errors long.cbor;"
    "$BULLA create chain --authority a --host other.example unlisted.cbor;"
    "cat >mark <<'END'\n"
    "serial=$(openssl x509 -in chain.pem -noout -serial | cut -d= -f2)\n"
    "printf \"$1\\t350101000000Z\\t$2\\t$serial\\tunknown\\t/CN=x\\n\" >index.tmp\n"
    "mv index.tmp index.txt\n"
    "END\n"
    "sh mark V; openssl ecparam -name prime256v1 -genkey -noout -out leaf.key;"
    "openssl req -new -key leaf.key -subj /CN=aia -out leaf.csr";

/* the responder may re-read its database one query late */
static const char REVOKE[] =
    "sh mark R 250101000000Z,keyCompromise; " FETCH "chain.cbor >first || test $? = 1";

static const char NAME_RESPONDER[] =
    "set -e; printf \"authorityInfoAccess=OCSP;URI:http://127.0.0.1:$PORT\\n\" >ext;"
    "openssl x509 -req -in leaf.csr -CA a/intermediate.pem -CAkey a/intermediate.key "
    "-set_serial 0x$(openssl x509 -in chain.pem -noout -serial | cut -d= -f2) -extfile ext "
    "-days 30 -out leaf.pem; cat leaf.pem a/intermediate.pem >aia.pem";

static GSubprocess *responder;

static void
start_responder (Place *place)
{
  static const char *const argv[] = {"openssl",
                                     "ocsp",
                                     "-ignore_err",
                                     "-port",
                                     "0",
                                     "-index",
                                     "index.txt",
                                     "-CA",
                                     "a/intermediate.pem",
                                     "-rsigner",
                                     "a/intermediate.pem",
                                     "-rkey",
                                     "a/intermediate.key",
                                     "-nmin",
                                     "10",
                                     NULL};

  responder = openssl_server_start (place, argv, "PORT");
}

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place, SET_UP, NULL, NULL), ==, 0);
  start_responder (place);
  g_assert_cmpint (run (place, NAME_RESPONDER, NULL, NULL), ==, 0);
}

static void
tear_down (Place *place, gconstpointer data)
{
  openssl_server_stop (g_steal_pointer (&responder));
  place_tear_down (place, data);
}

static void
test_stapled (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {OCSP "chain.cbor", 0, "good "},
      {OCSP "--json chain.cbor", 0,
       "{\"file\":\"chain.cbor\",\"source\":\"staple\","
       "\"responder\":null,\"subject\":\""},
      {OCSP "--json chain.cbor", 0,
       "\"status\":\"good\",\"revoked_at\":null,\"revocation_reason\":null,\"this_update\":"},
      {OCSP "--json chain.cbor", 0,
       "\"current\":true,\"signer\":\"issuer\",\"signature_valid\":true,\"bytes\":"},
      {OCSP "--json chain.cbor", 0, "\"reason\":null,\"error\":null}"},
      {OCSP "--json delegated.cbor", 0, "\"signer\":\"delegated\""},
      {OCSP "--json revoked.cbor", 1, "\"status\":\"revoked\",\"revoked_at\":1"},
      {OCSP "revoked.cbor", 1, "ocsp.revoked"},
      {OCSP "long.cbor", 1, "ocsp.lifetime"},
      {OCSP "--at 2040-01-01 chain.cbor", 1, "ocsp.stale"},
      {OCSP "--at 2020-01-01 chain.cbor", 1, "ocsp.not-yet-valid"},
      {OCSP "--at 2040-01-01 --json chain.cbor", 1, "\"current\":false"},
      {OCSP "--json aia.pem", 1, "\"status\":null,"},
      {OCSP "--json aia.pem", 1, "\"reason\":\"chain.ocsp-missing\",\"error\":null}"},
      {OCSP "--quiet chain.cbor | wc -c", 0, "0\n"},
      {OCSP "chain.cbor revoked.cbor", 1, "good "},
      {OCSP "nowhere.cbor chain.cbor", 2, "good "},
      {OCSP "--json a/ctlogs.json", 2, "\"error\":\""},
      {OCSP, 2, "no chain given"},
      {OCSP "--method put chain.cbor", 2, "cannot be"},
      {OCSP "--timeout 0 chain.cbor", 2, "--timeout"},
      {OCSP "--output x.cbor chain.cbor", 2, "need --fetch"},
      {OCSP "--fetch --responder ftp://a.test/ chain.cbor", 2, "not an http or https URL"},
      {OCSP "--fetch --responder '' chain.cbor", 2, "not an http or https URL"},
      {"$BULLA ocsp --help", 0, "--responder"},
      {"$BULLA help --man ocsp", 0, ".TH \"BULLA-OCSP\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_fetched (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {FETCH "--json chain.cbor", 0, "\"source\":\"responder\",\"responder\":\"http://127.0.0.1:"},
      {FETCH "--json chain.cbor | wc -l", 0, "2\n"},
      {FETCH "--method get --json chain.cbor", 0, "\"lifetime_s\":600,\"current\":true"},
      {OCSP "--fetch --json aia.pem", 0, "\"subject\":\"CN=aia\""},
      {OCSP "--fetch --json aia.pem | wc -l", 0, "1\n"},
      {FETCH "--json unlisted.cbor", 1, "\"status\":\"unknown\""},
      {FETCH "--save r.der --output fresh.cbor revoked.cbor", 1, ""},
      {"openssl ocsp -respin r.der -noverify -resp_text", 0, "Cert Status: unknown"},
      {FETCH "--save r.der chain.cbor", 2, "already exists"},
      {FETCH "--force --save r.der --output fresh.cbor --ledger l.jsonl chain.cbor", 0, ""},
      {OCSP "--json fresh.cbor", 0, "\"lifetime_s\":600"},
      {"openssl ocsp -respin r.der -CAfile a/root.pem -verify_other a/intermediate.pem "
       "-partial_chain -trust_other -resp_text",
       0, "Cert Status: good"},
      {"grep revocation l.jsonl", 0, "\"purpose\":\"revocation\""},
      {FETCH "chain.cbor revoked.cbor --output x", 2, "one chain at a time"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_revoked (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {FETCH "chain.cbor", 0, "good "},
      {REVOKE, 0, ""},
      {FETCH "--json chain.cbor", 1,
       "\"status\":\"revoked\",\"revoked_at\":1735689600,"
       "\"revocation_reason\":\"keyCompromise\""},
      {FETCH "chain.cbor", 1, "keyCompromise"},
      {OCSP "chain.cbor", 0, "good "},
      {FETCH "--output revoked-now.cbor chain.cbor", 1, "ocsp.revoked"},
      {OCSP "revoked-now.cbor", 1, "ocsp.revoked"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

#define CHAIN "$BULLA create chain --certificate aia.pem --ocsp fetch "

/* create chain asks the responder that the certificate names, and staples what it answers */
static void
test_chain (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      /* the leaf of openssl has no timestamps, and may not sign exchanges */
      {CHAIN "refused.cbor", 2, "cert.can-sign-missing"},
      {"test ! -e refused.cbor", 0, ""},
      {CHAIN "--ignore-errors made.cbor", 0, "Wrote made.cbor"},
      {OCSP "--json made.cbor", 0,
       "\"source\":\"staple\",\"responder\":null,\"subject\":\"CN=aia\""},
      {OCSP "--json made.cbor", 0, "\"lifetime_s\":600,\"current\":true,\"signer\":\"issuer\""},
      {CHAIN "--ignore-errors made.cbor", 2, "already exists"},
      {REVOKE, 0, ""},
      {CHAIN "refused.cbor", 2, "ocsp.revoked"},
      {CHAIN "--ignore-errors revoked-now.cbor", 0, "ocsp.revoked"},
      {OCSP "--json revoked-now.cbor", 1, "\"revocation_reason\":\"keyCompromise\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A responder that refuses connections is an error, and nothing is written. */
static void
test_chain_refused (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CHAIN "--ignore-errors x.cbor", 2, "http://127.0.0.1:"},
      {"test ! -e x.cbor", 0, ""},
  };

  g_subprocess_force_exit (responder);
  g_assert_true (g_subprocess_wait (responder, NULL, NULL));
  check (place, cases, G_N_ELEMENTS (cases));
}

#define TYPE "application/ocsp-response"
#define HUGE_SIZE (1 << 20)

/* Serves a file of the test's folder, such as a response that somebody else signed. */
static void
serve_file (SoupServerMessage *message, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("FOLDER"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize length = 0;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, TYPE, SOUP_MEMORY_TAKE, data, length);
}

static gboolean
next_second_cb (gpointer user_data)
{
  SoupServerMessage *message = user_data;
  g_autofree char *line = g_strdup_printf ("sh -c 'cd %s && sh fresh.sh'", g_getenv ("FOLDER"));
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  serve_file (message, "fresh.der");
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

/* A response that begins in a later second than the command that asks for it. */
static void
serve_fresh (SoupServerMessage *message)
{
  gint64 passed = g_get_real_time () % G_USEC_PER_SEC;
  GSource *source = g_timeout_source_new (1 + (guint)((G_USEC_PER_SEC - passed) / 1000));

  soup_server_message_pause (message);
  g_source_set_callback (source, next_second_cb, g_object_ref (message), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_source_unref (source);
}

/* a server that does not answer as a responder should, by its path */
static void
fault_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer user_data)
{
  static const char try_later[] = {0x30, 0x03, 0x0a, 0x01, 0x03};

  if (g_str_equal (path, "/silent")) {
    soup_server_message_pause (message);
    return;
  }
  if (g_str_has_prefix (path, "/file/")) {
    serve_file (message, path + strlen ("/file/"));
    return;
  }
  if (g_str_equal (path, "/fresh")) {
    serve_fresh (message);
    return;
  }
  if (g_str_equal (path, "/slow")) { /* a head and the first byte, and then nothing */
    soup_server_message_set_status (message, 200, NULL);
    soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                       SOUP_ENCODING_CHUNKED);
    soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                              "0", 1);
    return;
  }
  soup_server_message_set_status (message, g_str_equal (path, "/500") ? 500 : 200, NULL);
  if (g_str_equal (path, "/later"))
    soup_server_message_set_response (message, TYPE, SOUP_MEMORY_STATIC, try_later,
                                      sizeof try_later);
  else if (g_str_equal (path, "/huge"))
    soup_server_message_set_response (message, TYPE, SOUP_MEMORY_TAKE, g_malloc0 (HUGE_SIZE),
                                      HUGE_SIZE);
  else
    soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "<p>", 3);
  if (g_str_has_prefix (path, "/private"))
    soup_server_message_set_redirect (message, 302, "http://10.0.0.1/");
}

static gpointer
serve (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  soup_server_add_handler (server, NULL, fault_cb, NULL, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  GSList *uris = soup_server_get_uris (server);
  g_async_queue_push (data, g_strdup_printf ("%d", g_uri_get_port (uris->data)));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  g_main_loop_run (loop); /* until the program ends */
  return NULL;
}

static void
start_faults (void)
{
  g_autoptr (GAsyncQueue) ports = g_async_queue_new_full (g_free);

  g_thread_unref (g_thread_new ("faults", serve, ports));
  g_autofree char *port = g_async_queue_pop (ports);
  g_setenv ("FAULTS", port, TRUE);
}

/* A responder that does not answer ends the command in time, and nothing is written. */
static void
test_chain_silent (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {CHAIN "--ignore-errors --timeout 1 x.cbor", 2, "--timeout"},
      {"test ! -e x.cbor", 0, ""},
  };

  start_faults ();
  g_autofree char *name = g_strconcat ("PORT=$FAULTS/silent;", NAME_RESPONDER, NULL);
  g_assert_cmpint (run (place, name, NULL, NULL), ==, 0);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Responses that lie: of another certificate, signed by another authority, changed, cut, of long
 * ago */
static const char LIES[] =
    "set -e; serial=0x$(openssl x509 -in chain.pem -noout -serial | cut -d= -f2);"
    "$BULLA create authority b;"
    "answer () { openssl ocsp -index index.txt -CA a/intermediate.pem -issuer a/intermediate.pem "
    "-serial $1 -rsigner $2.pem -rkey $2.key -ndays 3 -noverify $4 "
    "-respout $3; };"
    "echo \"openssl ocsp -index index.txt -CA a/intermediate.pem -issuer a/intermediate.pem "
    "-serial "
    "$serial -rsigner a/intermediate.pem -rkey a/intermediate.key -ndays 3 -noverify -respout "
    "fresh.der\" >fresh.sh;"
    "answer $serial a/intermediate good.der; answer 0x77 a/intermediate other.der; answer $serial "
    "b/root stranger.der; answer $serial b/intermediate namesake.der;"
    "answer $serial a/intermediate flipped.der -badsig; head -c 100 good.der >cut.der; : "
    ">empty.der";

static void
test_faults (Place *place, gconstpointer data)
{
#define ASK_FOR(seconds, path)                                                                     \
  OCSP "--fetch --timeout " seconds " --json --responder http://127.0.0.1:$FAULTS" path
#define ASK(path) ASK_FOR ("60", path)
  static const Case cases[] = {
      {ASK ("/500 chain.cbor"), 1, "the server answered 500"},
      {ASK ("/500 chain.cbor") " | tail -1", 0, "\"status\":null,"},
      {ASK ("/html chain.cbor"), 1, "\"reason\":\"ocsp.malformed\""},
      {ASK ("/later chain.cbor"), 1, "\"reason\":\"ocsp.unsuccessful\""},
      {ASK_FOR ("1", "/silent chain.cbor"), 1, "not complete in time"},
      {ASK_FOR ("1", "/slow chain.cbor"), 1, "not complete in time"},
      {ASK ("/huge chain.cbor"), 1, "\"error\":\"http://127.0.0.1:"},
      {ASK ("/huge chain.cbor") " | tail -1", 0, "\"status\":null,"},
      {ASK ("/file/cut.der chain.cbor"), 1, "\"reason\":\"ocsp.malformed\""},
      {ASK ("/file/empty.der chain.cbor"), 1, "\"reason\":\"ocsp.malformed\""},
      {ASK ("/file/good.der chain.cbor"), 0, "\"status\":\"good\""},
      {ASK ("/fresh chain.cbor"), 0, "\"status\":\"good\""},
      {ASK ("/file/other.der chain.cbor"), 1, "\"reason\":\"ocsp.other-certificate\""},
      {ASK ("/file/stranger.der chain.cbor"), 1, "\"reason\":\"ocsp.signer\""},
      {ASK ("/file/namesake.der chain.cbor"), 1, "\"reason\":\"ocsp.signature\""},
      {ASK ("/file/flipped.der chain.cbor"), 1, "\"reason\":\"ocsp.signature\""},
      {ASK ("/file/flipped.der chain.cbor"), 1, "\"signature_valid\":false"},
      /* neither a forged response nor what is not one is put into a chain */
      {ASK ("/file/flipped.der --output not.cbor chain.cbor") "; test ! -e not.cbor", 0, ""},
      {ASK ("/html --save not.der chain.cbor") "; test ! -e not.der", 0, ""},
      /* one deadline for all chains, not one for each; and an interruption ends the wait */
      {"date +%s >began; " ASK_FOR (
           "1", "/silent $(yes chain.cbor | head -40)") ">all;"
                                                        "test $(($(date +%s) - $(cat began))) -lt "
                                                        "40 && grep -c -e --timeout all",
       0, "40\n"},
      {"timeout --foreground --preserve-status -s INT 1 " OCSP
       "--fetch --timeout 60 --responder http://127.0.0.1:$FAULTS/silent chain.cbor",
       130, ""},
      {ASK ("/private --method get chain.cbor"), 1, "10.0.0.1"},
      {OCSP "--fetch --json --responder http://127.0.0.1:1/ chain.cbor", 1, "\"error\":\""},
      {OCSP "--fetch chain.cbor", 1, "names no OCSP responder"},
      {OCSP "--fetch leaf.pem", 1, "issuer’s certificate is missing"},
  };

  g_assert_cmpint (run (place, LIES, NULL, NULL), ==, 0);
  g_setenv ("FOLDER", place->folder, TRUE);
  start_faults ();
  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, tear_down)
  ADD ("/ocsp/command/stapled", test_stapled);
  ADD ("/ocsp/command/fetched", test_fetched);
  ADD ("/ocsp/command/revoked", test_revoked);
  ADD ("/ocsp/command/faults", test_faults);
  ADD ("/ocsp/command/chain", test_chain);
  ADD ("/ocsp/command/chain-refused", test_chain_refused);
  ADD ("/ocsp/command/chain-silent", test_chain_silent);
  return g_test_run ();
}
