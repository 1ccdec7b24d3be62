/* test-gateway-target.c - forwards request targets byte for byte, to the named host
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "announce-kit.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-target.h"
#include "wire-kit.h"

/* answers each request with its head */
static void
echo_heads (GIOStream *connection, gpointer user_data)
{
  for (;;) {
    g_autofree char *head = wire_kit_read_head (connection);
    if (*head == '\0')
      return;
    g_autofree char *answer =
        g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                         "\r\n%send",
                         strlen (head) + 3, head);
    g_atomic_int_inc ((int *)user_data);
    wire_kit_answer (connection, answer);
  }
}

/* @fields: one header field per line, with its CRLF. Returns: (transfer full): the response,
 * which contains the head that the server received */
static char *
send_request (GIOStream *client, const char *line, const WireServer *server, const char *fields)
{
  g_autofree char *request = g_strdup_printf ("%s HTTP/1.1\r\nHost: %s:%u\r\n%s\r\n", line,
                                              server->host, server->port, fields);

  g_assert_true (wire_kit_say (client, request, -1));
  return wire_kit_hear (client, "\r\n\r\nend", NULL);
}

static const char *const TARGETS[] = {
    "/",
    "/?",
    "/?q=100%",
    "/?q=50%&x=1",
    "/a%zz",
    "/a%",
    "/a%4",
    "/%41",
    "/%7Efoo",
    "/~foo",
    "/a%2fb",
    "/a%2Fb",
    "/%c3%a9",
    "/\xc3\xa9",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/x",
    "//x//y",
    "/a|b",
    "/a\"b",
    "/a{b}",
    "/a\\b",
    "/a^b`c",
    "/?a?b",
    "/a?x=%41&y=%2d",
    "/a?q=a+b",
    "/a'b",
    "/a;b=1,2",
    "/a[1]",
    "/?a[1]=2",
    "/%00",
    "/a?%00",
    "/%ff",
    "/:a",
    "/a:b@c",
    "/a?|\"<>",
    "/http://b.test/",
};

static void
test_unchanged (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autoptr (GIOStream) direct = wire_kit_dial (self);
  g_autoptr (GIOStream) tunnel = wire_kit_tunnel (self, server->host, server->port);

  for (guint i = 0; i < G_N_ELEMENTS (TARGETS); i++) {
    g_autofree char *absolute =
        g_strdup_printf ("GET http://%s:%u%s", server->host, server->port, TARGETS[i]);
    g_autofree char *origin = g_strconcat ("GET ", TARGETS[i], NULL);
    g_autofree char *line = g_strconcat ("\r\n\r\n", origin, " HTTP/1.1\r\n", NULL);
    g_autofree char *one = send_request (direct, absolute, server, credentials);
    g_autofree char *two = send_request (tunnel, origin, server, "");
    g_assert_nonnull (strstr (one, line));
    g_assert_nonnull (strstr (two, line));
  }
}

/* Returns: (transfer full): the answer to a request that names the gateway, as libsoup's does when
 * it repeats another with the token */
static char *
ask_naming_gateway (GatewayWorld *self, GIOStream *client, const char *credentials)
{
  guint16 port = g_inet_socket_address_get_port (
      G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway)));
  g_autofree char *request = g_strdup_printf ("GET http://127.0.0.1:%u/ HTTP/1.1\r\n"
                                              "Host: 127.0.0.1:%u\r\n%s\r\n",
                                              port, port, credentials);

  g_assert_true (wire_kit_say (client, request, -1));
  return wire_kit_hear (client, "\r\n\r\nend", NULL);
}

/* The target of a request that was answered with 407 counts for the next request alone: a later one
 * that names the gateway is for the gateway, and goes nowhere. */
static void
test_repeated (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autoptr (GIOStream) client = wire_kit_dial (self);
  g_autofree char *request =
      g_strdup_printf ("GET http://%s:%u/first HTTP/1.1\r\n"
                       "Host: %s:%u\r\n\r\n",
                       server->host, server->port, server->host, server->port);

  g_assert_true (wire_kit_say (client, request, -1));
  g_autofree char *challenge = wire_kit_hear (client, "\r\n\r\n", NULL);
  g_assert_true (g_str_has_prefix (challenge, "HTTP/1.1 407 "));
  g_autofree char *first = ask_naming_gateway (self, client, credentials);
  g_assert_nonnull (strstr (first, "GET /first HTTP/1.1\r\n"));
  g_autofree char *second = ask_naming_gateway (self, client, credentials);
  g_assert_null (strstr (second, "GET /first HTTP/1.1\r\n"));
  g_assert_cmpint (n_requests, ==, 1);
}

/* targets that are not a path and query */
static void
test_forms (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *port = g_strdup_printf ("%u", server->port);

  const struct {
    gboolean tunnel;
    const char *method, *before, *after; /* text around host and port; NULL: neither is sent */
    const char *line;
  } CASES[] = {
      {TRUE, "OPTIONS", NULL, "*", "OPTIONS * "},
      {FALSE, "OPTIONS", "http://", "", "OPTIONS * "},
      {FALSE, "OPTIONS", "http://", "/", "OPTIONS / "},
      {FALSE, "GET", "http://", "", "GET / "},
      {FALSE, "GET", "HTTP://", "?x", "GET /?x "},
      {TRUE, "GET", "http://", "/x", "GET /x "},
      {TRUE, "get", NULL, "/x", "get /x "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GIOStream) client =
        CASES[i].tunnel ? wire_kit_tunnel (self, server->host, server->port) : wire_kit_dial (self);
    gboolean named = CASES[i].before != NULL;
    g_autofree char *line = named ? g_strconcat (CASES[i].method, " ", CASES[i].before,
                                                 server->host, ":", port, CASES[i].after, NULL)
                                  : g_strconcat (CASES[i].method, " ", CASES[i].after, NULL);
    g_autofree char *answer =
        send_request (client, line, server, CASES[i].tunnel ? "" : credentials);
    g_assert_nonnull (strstr (answer, CASES[i].line));
  }
}

static void
test_elsewhere (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autoptr (WireServer) other = wire_kit_serve (self, "other.test", echo_heads, &n_requests);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *there = g_strdup_printf ("%s:%u", server->host, server->port);
  g_autofree char *away = g_strdup_printf ("%s:%u", other->host, other->port);

  const struct {
    gboolean tunnel;
    char *line;
  } CASES[] = {
      {TRUE, g_strconcat ("GET http://", away, "/", NULL)},
      {TRUE, g_strconcat ("GET http://", away, "@", there, "/", NULL)},
      {TRUE, g_strconcat ("GET https://", there, "/", NULL)},
      {TRUE, g_strdup ("GET *")},
      {TRUE, g_strdup ("GET x")},
      {FALSE, g_strconcat ("GET https://", there, "/", NULL)},
      {FALSE, g_strconcat ("GET ftp://", there, "/", NULL)},
      {FALSE, g_strconcat ("GET http://", away, "\\@", there, "/", NULL)},
      {FALSE, g_strconcat ("GET http://a@", there, "/", NULL)},
      {FALSE, g_strdup ("GET http:///x")},
      {FALSE, g_strconcat ("GET http://", there, "/a b", NULL)},
      {FALSE, g_strconcat ("GET http://", there, "/a\x01", NULL)},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GIOStream) client =
        CASES[i].tunnel ? wire_kit_tunnel (self, server->host, server->port) : wire_kit_dial (self);
    g_autofree char *answer =
        send_request (client, CASES[i].line, server, CASES[i].tunnel ? "" : credentials);
    g_assert_true (*answer == '\0' || g_str_has_prefix (answer, "HTTP/1.1 400 "));
    g_free (CASES[i].line);
  }
  g_assert_cmpint (n_requests, ==, 0);
}

/* the server decides whether it meets an expectation */
static void
test_expectation (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autoptr (GIOStream) client = wire_kit_tunnel (self, server->host, server->port);
  g_autofree char *answer =
      send_request (client, "GET /", server, "A: b\r\nexpect: something\r\nC: d\r\n");

  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (answer, "\r\nExpect: something\r\n"));
  g_assert_nonnull (strstr (answer, "\r\nA: b\r\n"));
}

/* an empty body is stated to the server if the client states it */
static void
test_empty_body (GatewayWorld *self, gconstpointer data)
{
  static const char *const METHODS[] = {"GET", "DELETE", "OPTIONS", "QUERY", "PROPFIND"};
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autoptr (GIOStream) client = wire_kit_tunnel (self, server->host, server->port);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (METHODS); i++) {
    g_autofree char *line = g_strconcat (METHODS[i / 2], " /", NULL);
    g_autofree char *answer =
        send_request (client, line, server, i % 2 ? "Content-Length: 0\r\n" : "");
    const char *head = strstr (answer, "\r\n\r\n");
    g_assert_cmpint (strstr (head, "\r\nContent-Length: 0\r\n") != NULL, ==, i % 2);
    g_assert_null (strstr (head, "\r\nContent-Type: "));
  }
}

/* HTTP/1.0 requests may omit Host, and get no interim response. A request that names no server
 * gets status 400 with the reason. */
static void
test_old (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *there = g_strdup_printf ("%s:%u", server->host, server->port);
  g_autofree char *host = g_strconcat ("\r\nHost: ", there, "\r\n", NULL);

  const struct {
    gboolean tunnel;
    const char *line; /* request line, in which @ stands for the server's host and port */
    const char *answer;
  } CASES[] = {
      {FALSE, "GET http://@/ HTTP/1.0\r\n", "HTTP/1.1 200 "},
      {TRUE, "GET http://@/ HTTP/1.0\r\n", "HTTP/1.1 200 "},
      {TRUE, "GET / HTTP/1.0\r\n", "HTTP/1.1 200 "},
      {TRUE, "GET / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 0\r\n", "HTTP/1.1 200 "},
      {FALSE, "GET / HTTP/1.0\r\n", "HTTP/1.1 400 "},
      {FALSE, "GET * HTTP/1.0\r\n", "HTTP/1.1 400 "},
      {FALSE, "GET http://@/ HTTP/1.1\r\nHost:\r\n", "HTTP/1.1 400 "},
      {TRUE, "GET http://x.@/ HTTP/1.0\r\n", "HTTP/1.1 400 "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GIOStream) client =
        CASES[i].tunnel ? wire_kit_tunnel (self, server->host, server->port) : wire_kit_dial (self);
    g_auto (GStrv) parts = g_strsplit (CASES[i].line, "@", -1);
    g_autofree char *line = g_strjoinv (there, parts);
    g_autofree char *request = g_strconcat (line, CASES[i].tunnel ? "" : credentials, "\r\n", NULL);
    g_assert_true (wire_kit_say (client, request, -1));
    g_autofree char *answer = wire_kit_hear (client, NULL, NULL);
    g_test_message ("%s -> %s", request, answer);
    g_assert_true (g_str_has_prefix (answer, CASES[i].answer));
    if (strstr (CASES[i].answer, "200") != NULL)
      g_assert_nonnull (strstr (answer, host));
    else
      g_assert_nonnull (strstr (answer, "\r\n\r\nbulla: "));
  }
}

/* an announcement spells the URL as the browser does */
static void
test_announced (GatewayWorld *self, gconstpointer data)
{
  int n_requests = 0;
  g_autoptr (WireServer) server = wire_kit_serve (self, "echo.test", echo_heads, &n_requests);

  bulla_gateway_register_view (self->gateway, self->token, "one");
  for (guint i = 0; i < G_N_ELEMENTS (TARGETS); i++) {
    g_autoptr (GIOStream) client = wire_kit_tunnel (self, server->host, server->port);
    g_autofree char *tag = announce_kit_tag ();
    g_autofree char *url =
        g_strdup_printf ("http://%s:%u%s", server->host, server->port, TARGETS[i]);
    g_autofree char *line = g_strconcat ("GET ", TARGETS[i], NULL);
    g_autofree char *field = g_strconcat ("Sec-Bulla-Page: ", tag, "\r\n", NULL);
    const Said said = {.tag = tag, .url = url};
    bulla_gateway_expect_navigation (self->gateway, self->token, "one", url, BULLA_NAVIGATION_LINK,
                                     NULL);
    announce_kit_say (self, "one", &said);
    g_autofree char *answer = send_request (client, line, server, field);
    if (strstr (answer, "\r\nBulla-Answer: ") == NULL)
      g_error ("whose navigation to %s it is was not known", TARGETS[i]);
  }
}

/* GUri accepts code points that the URL Standard forbids in hosts */
static void
test_hosts (void)
{
  static const struct {
    const char *authority, *host; /* @host NULL: the request is refused */
    guint16 port;
  } CASES[] = {
      {"A.test", "a.test", 443},
      {"a_b-c.test:8443", "a_b-c.test", 8443},
      {"[2001:db8::1]:1", "2001:db8::1", 1},
      {"a.t]st", NULL, 0},
      {"a[b", NULL, 0},
      {"a<b>", NULL, 0},
      {"a^b", NULL, 0},
      {"a|b", NULL, 0},
      {"a\tb", NULL, 0},
      {"a\x7f", NULL, 0},
      {"a%41", NULL, 0},
      {"b@a", NULL, 0},
      {"a:0", NULL, 0},
      {"", NULL, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *host = NULL;
    guint16 port = 0;
    g_test_message ("%s", CASES[i].authority);
    g_assert_cmpint (bulla_gateway_split_host (CASES[i].authority, 443, &host, &port), ==,
                     CASES[i].host != NULL);
    g_assert_cmpstr (host, ==, CASES[i].host);
    g_assert_cmpuint (port, ==, CASES[i].port);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/target/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,   \
              gateway_world_tear_down)
  ADD ("unchanged", test_unchanged);
  ADD ("repeated", test_repeated);
  ADD ("forms", test_forms);
  ADD ("elsewhere", test_elsewhere);
  ADD ("expectation", test_expectation);
  ADD ("empty-body", test_empty_body);
  g_test_add ("/gateway/target/old", GatewayWorld, NULL, gateway_world_set_up_explained, test_old,
              gateway_world_tear_down);
  ADD ("announced", test_announced);
  g_test_add_func ("/gateway/target/hosts", test_hosts);
  return g_test_run ();
}
