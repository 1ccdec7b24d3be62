/* test-timeout-command.c - commands end their waits for servers in time, or when interrupted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define TRUST " --trust a/root.pem --ct-logs a/ctlogs.json "
#define LONGEST                                                                                    \
  (15 * G_USEC_PER_SEC) /* far less than the 30 s after which a silent connection ends */

/* Servers that accept connections and datagrams, and never answer; and one that begins to. */
typedef struct {
  Place place;
  GSocket *tcp, *udp;    /* owned */
  GSocket *accepted;     /* owned; nullable; the connection that test_interrupt() waited for */
  GSocket *part;         /* owned; sends the first bytes of a response */
  GThread *thread;       /* owned; runs @part */
  GCancellable *stopped; /* owned; ends @thread */
  guint n_once;          /* number of requests for a package that only the first one gets */
} World;

static guint16
port_of (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static GSocket *
new_server (GSocketType type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, any, TRUE, &error));
  g_assert_true (type != G_SOCKET_TYPE_STREAM || g_socket_listen (socket, &error));
  return socket;
}

#define LARGE_SIZE 1000000
#define HEAD                                                                                       \
  "HTTP/1.1 200 OK\r\nContent-Type: application/signed-exchange;v=b3\r\n"                          \
  "X-Content-Type-Options: nosniff\r\n"

/* Sends what is too large to arrive at once. */
static void
send_whole (World *world, GSocket *client)
{
  g_autofree char *path = g_build_filename (world->place.folder, "large.sxg", NULL);
  g_autofree char *body = NULL;
  g_autofree char *head = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &body, &length, NULL));
  head = g_strdup_printf (HEAD "Content-Length: %zu\r\n\r\n", length);
  g_socket_send (client, head, strlen (head), NULL, NULL);
  for (gsize at = 0; at < length;) {
    gssize n = g_socket_send (client, body + at, length - at, world->stopped, NULL);
    if (n <= 0)
      return;
    at += (gsize)n;
  }
}

#define ONCE "/once "

/* what @part sends for a path; other paths get the first bytes of an exchange */
static const struct {
  const char *path, *bytes;
  gboolean closes; /* ends the connection; otherwise nothing more follows */
} replies[] = {
    {"/part ", HEAD "Content-Length: 9999\r\n\r\nsxg1-b3", FALSE},
    {"/cut ", HEAD "Content-Length: 9999\r\n\r\nsxg1-b3", TRUE},
    {"/short ", HEAD "Content-Length: 4\r\n\r\nsxg1-b3", TRUE},
    {"/head ", "HTTP/1.1 200 OK\r\nX-Long: ", FALSE},
    {"/noise ", "\x16\x03\x01 is not HTTP\r\n\r\n", TRUE},
    {"/loop ", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n", TRUE},
    {"/absent ", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", TRUE},
    {"/none ", "", TRUE},
    {ONCE, HEAD "Content-Length: 7\r\n\r\nsxg1-b3", TRUE},
};

/* Answers one client after the other, and waits until it has left. */
static gpointer
send_parts (gpointer data)
{
  World *world = data;
  char buffer[1024];

  for (;;) {
    g_autoptr (GSocket) client = g_socket_accept (world->part, world->stopped, NULL);
    if (client == NULL)
      return NULL;
    gssize n = g_socket_receive (client, buffer, sizeof buffer - 1, world->stopped, NULL);
    gboolean closes = FALSE;
    buffer[MAX (n, 0)] = '\0';
    if (strstr (buffer, "/large ") != NULL)
      send_whole (world, client);
    gboolean again = strstr (buffer, ONCE) != NULL && world->n_once++ > 0;
    for (size_t i = 0; i < G_N_ELEMENTS (replies) && !again; i++)
      if (strstr (buffer, replies[i].path) != NULL) {
        g_socket_send (client, replies[i].bytes, strlen (replies[i].bytes), NULL, NULL);
        closes = replies[i].closes;
      }
    while (!closes && !again
           && g_socket_receive (client, buffer, sizeof buffer, world->stopped, NULL) > 0)
      ;
  }
}

/* Returns: (transfer full): @line with the servers' addresses in $TCP, $PART and $UDP */
static char *
dup_line (World *world, const char *line)
{
  return g_strdup_printf ("PORT=%u; TCP=127.0.0.1:$PORT; PART=127.0.0.1:%u; UDP=127.0.0.1@%u; %s",
                          port_of (world->tcp), port_of (world->part), port_of (world->udp), line);
}

static void
set_up (World *world, gconstpointer data)
{
  place_set_up (&world->place);
  world->tcp = new_server (G_SOCKET_TYPE_STREAM);
  world->udp = new_server (G_SOCKET_TYPE_DATAGRAM);
  world->part = new_server (G_SOCKET_TYPE_STREAM);
  world->stopped = g_cancellable_new ();
  world->thread = g_thread_new ("part", send_parts, world);
  g_autofree char *line = dup_line (
      world,
      "set -e; $BULLA create authority a; echo Hello >i.html; now=$(date +%s); "
      "for cert in data https://$TCP/chain; do "
      "$BULLA create exchange --authority a --url https://publisher.test:$PORT/ --content i.html "
      "--cert-url $cert --date $((now - 3600)) --expires $((now + 3600)) "
      "${cert%%:*}.sxg; done; $BULLA create chain --authority a --host a.test chain.cbor");
  g_assert_cmpint (run (&world->place, line, NULL, NULL), ==, 0);
}

static void
tear_down (World *world, gconstpointer data)
{
  g_cancellable_cancel (world->stopped);
  g_thread_join (world->thread);
  g_object_unref (world->stopped);
  g_object_unref (world->part);
  g_clear_object (&world->accepted);
  g_object_unref (world->tcp);
  g_object_unref (world->udp);
  place_tear_down (&world->place, data);
}

/* Each wait ends by --timeout, and packages that need no network are judged after it. */
static void
test_late (World *world, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --timeout 0.3 http://$TCP/a.sxg", 2, "not complete in time"},
      {"$BULLA verify --timeout -1 http://$TCP/a.sxg", 2, "from above 0 to 3600"},
      {"$BULLA gateway --timeout -1", 2, "from above 0 to 3600"},
      {"$BULLA gateway --timeout 0", 2, "from above 0 to 3600"},
      {"$BULLA gateway --timeout nan", 2, "from above 0 to 3600"},
      {"$BULLA gateway --timeout 2s", 2, "from above 0 to 3600"},
      {"$BULLA gateway --timeout=", 2, "from above 0 to 3600"},
      {"$BULLA verify --timeout 0.3 https://$TCP/a.sxg", 2, "not complete in time"},
      {"$BULLA verify --timeout 0.3 --caa off" TRUST "https.sxg", 1, "reason chain.fetch"},
      {"$BULLA verify --timeout 0.3 --caa require --resolver $UDP" TRUST "data.sxg", 1,
       "caa.no-answer"},
      {"$BULLA verify --timeout 0.3 --check-validity blocking --caa off --json=full"
       " --resolve publisher.test:$PORT:127.0.0.1" TRUST "data.sxg",
       0, "\"outcome\":\"unreachable\""},
      {"$BULLA verify --timeout 0.3 --check-validity parallel --caa off --json=full"
       " --resolve publisher.test:$PORT:127.0.0.1" TRUST "data.sxg",
       0, "\"error\":\"publisher.test: the response was not complete in time"},
      {"$BULLA calendar --timeout 0.3 --caa require --resolver $UDP" TRUST "data.sxg", 0,
       "caa.no-answer"},
      {"$BULLA calendar --timeout 0.3 http://$TCP/a.sxg", 2, "not complete in time"},
      {"$BULLA inspect --timeout 0.3 http://$TCP/a.sxg", 2, "not complete in time"},
      /* a response that began, and does not end */
      {"$BULLA verify --timeout 1 http://$PART/head", 2, "not complete in time"},
      {"$BULLA verify --timeout 1 http://$PART/part", 1, "not complete in time"},
      {"$BULLA calendar --timeout 1 http://$PART/part", 0, "outer.transport"},
      {"$BULLA inspect --timeout 1 http://$PART/part", 2, "not complete in time"},
      {"$BULLA bundle list --timeout 1 http://$PART/part", 1, "not a web bundle"},
      {"$BULLA ocsp --timeout 1 --fetch --responder http://$PART/part chain.cbor", 1,
       "not complete in time"},
      {"$BULLA bundle list --timeout 0.3 http://$TCP/a.wbn", 2, "not complete in time"},
      {"$BULLA ocsp --timeout 0.3 --fetch --json --responder http://$TCP/ chain.cbor", 1,
       "\"status\":null"},
      {"$BULLA caa --timeout 0.3 --resolver $UDP a.test b.test", 1, "not known"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = dup_line (world, cases[i].line);
    Case each = {line, cases[i].status, cases[i].says};
    gint64 begin = g_get_monotonic_time ();
    check (&world->place, &each, 1);
    g_assert_cmpint (g_get_monotonic_time () - begin, <, LONGEST);
  }
}

/* Servers that break off, lie, or speak something else; each answer comes at once. */
static void
test_faults (World *world, gconstpointer data)
{
  static const struct {
    const char *path;
    int verify, calendar; /* exit statuses; that of inspect is 2 */
    const char *says, *inspect_says;
  } rows[] = {
      {"cut", 1, 0, "outer.transport", "transfer closed"},
      {"short", 1, 0, "sxg.truncated", "4 left"},
      {"noise", 2, 2, "HTTP/0.9", "HTTP/0.9"},
      {"loop", 2, 2, "more than 20 redirects", "more than 20 redirects"},
      {"absent", 1, 0, "outer.", "status 404"},
      {"none", 2, 2, "Empty reply", "Empty reply"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    static const char *const verbs[] = {"verify", "calendar", "inspect", "ocsp"};
    const int statuses[] = {rows[i].verify, rows[i].calendar, 2, 1};
    for (size_t j = 0; j < G_N_ELEMENTS (verbs); j++) {
      g_autofree char *command =
          g_strdup_printf ("$BULLA %s --timeout 60 %s http://$PART/%s", verbs[j],
                           j == 3 ? "--fetch --json chain.cbor --responder" : "", rows[i].path);
      g_autofree char *line = dup_line (world, command);
      const Case each = {line, statuses[j],
                         j == 3   ? "\"source\":\"responder\""
                         : j == 2 ? rows[i].inspect_says
                                  : rows[i].says};
      gint64 begin = g_get_monotonic_time ();
      check (&world->place, &each, 1);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, LONGEST);
    }
  }
}

/* The body of an exchange arrives while it is read. */
static void
test_large (World *world, gconstpointer data)
{
  g_autofree char *path = g_build_filename (world->place.folder, "i.html", NULL);
  g_autofree char *text = g_strnfill (LARGE_SIZE, 'x');
  static const Case cases[] = {
      {"$BULLA create exchange --authority a --url https://publisher.test/ --content i.html "
       "--cert-url data large.sxg",
       0, "Wrote"},
      {"$BULLA verify --timeout 60 --caa off" TRUST "--json=full http://$PART/large", 0,
       "\"length\":1000000,\"complete\":true"},
      {"$BULLA calendar --timeout 60 --caa off" TRUST "http://$PART/large", 0, "http"},
  };

  g_assert_true (g_file_set_contents (path, text, LARGE_SIZE, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = dup_line (world, cases[i].line);
    const Case each = {line, cases[i].status, cases[i].says};
    check (&world->place, &each, 1);
  }
}

/* The time counts for the whole command: later requests contact nobody. */
static void
test_whole (World *world, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify --timeout 0.5 --caa off --ledger contacts" TRUST
       "$(for i in $(seq $(($(nproc) + 2))); do echo http://$TCP/$i; done) data.sxg >out 2>err; "
       "echo $?; grep -c ^substitute out",
       0, "2\n1\n"},
      /* on a slow machine the time may be over before the first request */
      {"test $(grep -c 'in time\\|not asked' err) -eq $(($(nproc) + 2)) && "
       "grep -q 'not asked' err",
       0, ""},
      {"test $(grep -c 'in time' err) -eq $(grep -c '/[0-9]*\"' contacts)", 0, ""},
  };
  gint64 begin = g_get_monotonic_time ();

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = dup_line (world, cases[i].line);
    Case each = {line, cases[i].status, cases[i].says};
    check (&world->place, &each, 1);
  }
  g_assert_cmpint (g_get_monotonic_time () - begin, <, LONGEST);
}

/* compare counts the time anew for each package, however long the run takes; and it downloads a
 * package once, for all profiles. */
static void
test_compare (World *world, gconstpointer data)
{
  static const Case cases[] = {
      {"silent=$(for i in $(seq $(nproc)); do echo http://$TCP/$i; done);"
       "$BULLA compare --timeout 3 --caa off -p draft-b3 -p chromium --json --all" TRUST
       "$silent http://$PART/absent 2>err; echo $?; test $(grep -c 'in time' err) -eq $(nproc)",
       0, "\"url\":null,\"verdicts\":{\"draft-b3\":{\"outcome\":\""},
      {"$BULLA compare --timeout 60 --caa off -p draft-b3 -p chromium --json --all" TRUST
       "http://$PART/once",
       0, "\"reason\":\"sxg.truncated\"}}"},
      {"$BULLA compare --timeout 60 --caa off -p draft-b3 -p chromium --json --all" TRUST
       "http://$PART/cut",
       0, "\"reason\":\"outer.transport\"}}"},
      {"$BULLA compare --offline -p draft-b3 -p chromium" TRUST "http://$PART/cut", 2,
       "not fetched (--offline)"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = dup_line (world, cases[i].line);
    const Case each = {line, cases[i].status, cases[i].says};
    check (&world->place, &each, 1);
  }
}

static void
test_wrong (World *world, gconstpointer data)
{
  static const char *const verbs[] = {"verify data.sxg",      "calendar data.sxg",
                                      "inspect http://$TCP/", "ocsp chain.cbor",
                                      "caa a.test --offline", "bundle list http://$TCP/"};
  static const char *const times[] = {"0", "-1", "nan", "3601", "soon", "''", "1s"};

  for (size_t i = 0; i < G_N_ELEMENTS (verbs); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (times); j++) {
      g_autofree char *command = g_strdup_printf ("$BULLA %s --timeout %s", verbs[i], times[j]);
      g_autofree char *line = dup_line (world, command);
      const Case each = {line, 2, "--timeout"};
      check (&world->place, &each, 1);
    }
}

/* Waits until the command has asked a server. */
static void
await_request (World *world, gboolean dns)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_clear_object (&world->accepted);
  if (dns)
    g_assert_cmpint (g_socket_receive (world->udp, &byte, 1, NULL, &error), >=, 0);
  else
    world->accepted = g_socket_accept (world->tcp, NULL, &error);
  g_assert_no_error (error);
}

static void
test_interrupt (World *world, gconstpointer data)
{
  static const struct {
    const char *line;
    gboolean dns;
  } rows[] = {
      {"verify --timeout 600 http://$TCP/", FALSE},
      {"verify --timeout 600 --caa require --resolver $UDP" TRUST "data.sxg", TRUE},
      {"verify --timeout 600 --caa off" TRUST "https.sxg", FALSE},
      {"calendar --timeout 600 http://$TCP/", FALSE},
      {"inspect --timeout 600 http://$TCP/", FALSE},
      {"bundle list --timeout 600 http://$TCP/", FALSE},
      {"ocsp --timeout 600 --fetch --responder http://$TCP/ chain.cbor", FALSE},
      {"caa --timeout 600 --resolver $UDP a.test", TRUE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *command = g_strconcat ("exec $BULLA ", rows[i].line, NULL);
    g_autofree char *line = dup_line (world, command);
    g_autoptr (GSubprocessLauncher) launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", rows[i].line);
    g_subprocess_launcher_set_cwd (launcher, world->place.folder);
    g_subprocess_launcher_setenv (launcher, "BULLA", g_getenv ("BULLA_PROGRAM"), TRUE);
    g_autoptr (GSubprocess) child =
        g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", line, NULL);
    g_assert_no_error (error);
    await_request (world, rows[i].dns);
    gint64 begin = g_get_monotonic_time ();
    g_subprocess_send_signal (child, SIGINT);
    g_assert_true (g_subprocess_wait (child, NULL, &error));
    g_assert_true (g_subprocess_get_if_exited (child));
    g_assert_cmpint (g_subprocess_get_exit_status (child), ==, 130);
    g_assert_cmpint (g_get_monotonic_time () - begin, <, LONGEST);
  }
}

static void
add (const char *path, void (*test) (World *world, gconstpointer data))
{
  g_test_add (path, World, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/command/timeout/late", test_late);
  add ("/command/timeout/faults", test_faults);
  add ("/command/timeout/large", test_large);
  add ("/command/timeout/whole", test_whole);
  add ("/command/timeout/compare", test_compare);
  add ("/command/timeout/wrong", test_wrong);
  add ("/command/timeout/interrupt", test_interrupt);
  return g_test_run ();
}
