/* test-gateway-process.c - lets only one process and its descendants use a gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <unistd.h>

#include "bulla-gateway-internal.h"
#include "test-gateway-world.h"

/* Runs curl without a password, as a child of this process. Returns: (transfer full): the status of
 * the response to CONNECT, and that of the page */
static char *
run_curl (GatewayWorld *self, const char *user, const char *url)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway));
  g_autofree char *proxy =
      g_strdup_printf ("http://%s127.0.0.1:%u", user, g_inet_socket_address_get_port (address));
  g_autofree char *authority = g_build_filename (self->world->folder, "authority.pem", NULL);
  g_autofree char *out = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) curl =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "curl", "--disable", "--silent",
                        "--noproxy", "", "--proxy", proxy, "--cacert", authority, "--output",
                        "/dev/null", "--write-out", "%{http_connect} %{http_code}", url, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (curl, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (curl, test_wait_result (&result), &out, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&out);
}

static void
export_authority (GatewayWorld *self)
{
  g_autofree char *path = g_build_filename (self->world->folder, "authority.pem", NULL);
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;

  g_object_get (bulla_gateway_get_authority (self->gateway), "certificate-pem", &pem, NULL);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
}

/* A process that reads its input, which stays open, until it is killed. */
static GSubprocess *
start_other (void)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "cat", NULL);

  g_assert_no_error (error);
  return other;
}

static GPid
pid_of (GSubprocess *process)
{
  return (GPid)g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
}

/* only the process and its descendants get through, with no password; and none helps others */
static void
test_descendants (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/page");
  g_autofree char *user = g_strdup_printf ("bulla:%s@", self->token);
  g_autoptr (GSubprocess) other = start_other ();

  const struct {
    GPid process;
    const char *user, *answer;
  } rows[] = {{getpid (), "", "200 200"},
              {getpid (), "bulla:wrong@", "200 200"},
              {pid_of (other), "", "403 000"},
              {pid_of (other), user, "403 000"},
              {getpid (), "", "200 200"}};

  export_authority (self);
  gateway_world_put_live (self, "/page");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    bulla_gateway_set_process (self->gateway, self->token, rows[i].process);
    g_autofree char *answer = run_curl (self, rows[i].user, url);
    g_assert_cmpstr (answer, ==, rows[i].answer);
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 3);
  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, NULL);
}

/* Asks the gateway as a server. Returns: (transfer full): the status and the body, or its type */
static char *
ask_itself (GatewayWorld *self, const char *method, const char *path, const char *host)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway));
  guint port = g_inet_socket_address_get_port (address);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", port, path);
  g_autofree char *field = g_strdup_printf ("Host: %s:%u", host, port);
  g_autofree char *out = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) curl =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "curl", "--disable", "--silent",
                        "--noproxy", "*", "--request", method, "--header", field, "--write-out",
                        "%{http_code} %{content_type}", url, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (curl, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (curl, test_wait_result (&result), &out, NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&out);
}

/* the configuration names the gateway, and is served under its own names alone */
static void
test_pac (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *method, *path, *host;
    gboolean served;
  } rows[] = {
      {"GET", "/proxy.pac", "127.0.0.1", TRUE},   {"GET", "/proxy.pac", "localhost", TRUE},
      {"GET", "/proxy.pac", "evil.test", FALSE},  {"POST", "/proxy.pac", "127.0.0.1", FALSE},
      {"GET", "/proxy.pac?", "127.0.0.1", FALSE}, {"GET", "/", "127.0.0.1", FALSE}};
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (bulla_gateway_get_address (self->gateway));
  g_autofree char *script = g_strdup_printf ("function FindProxyForURL(url, host) {\n"
                                             "  return \"PROXY 127.0.0.1:%u\";\n"
                                             "}\n200 application/x-ns-proxy-autoconfig",
                                             g_inet_socket_address_get_port (address));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *answer = ask_itself (self, rows[i].method, rows[i].path, rows[i].host);
    if (rows[i].served)
      g_assert_cmpstr (answer, ==, script);
    else
      g_assert_true (g_str_has_prefix (answer, "407"));
  }
  bulla_gateway_set_process (self->gateway, self->token, getpid ());
  g_autofree char *answer = ask_itself (self, "GET", "/proxy.pac", "127.0.0.1");
  g_assert_null (strstr (answer, "PROXY"));
}

/* after its session was removed, the process has no access */
static void
test_removed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->publisher, "/page");

  export_authority (self);
  gateway_world_put_live (self, "/page");
  bulla_gateway_set_process (self->gateway, self->token, getpid ());
  bulla_gateway_remove_session (self->gateway, self->token);
  g_autofree char *answer = run_curl (self, "", url);
  g_assert_cmpstr (answer, ==, "403 000");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/process/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,   \
              gateway_world_tear_down)
  ADD ("descendants", test_descendants);
  ADD ("removed", test_removed);
  ADD ("pac", test_pac);
  return g_test_run ();
}
