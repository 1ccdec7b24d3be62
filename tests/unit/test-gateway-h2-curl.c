/* test-gateway-h2-curl.c - libcurl sends many requests at a time over HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <curl/curl.h>
#include <string.h>

#include "raw-kit.h"

#define N_PARALLEL 40
#define OK "HTTP/1.1 200 OK\r\n"

typedef struct {
  char *proxy, *credentials, *url, *root; /* owned */
  glong versions[N_PARALLEL];
  glong statuses[N_PARALLEL];
  GString *bodies[N_PARALLEL]; /* owned */
  glong n_connects;
  gboolean done;
} Parallel;

static size_t
keep_cb (char *bytes, size_t size, size_t n, void *user_data)
{
  g_string_append_len (user_data, bytes, (gssize)(size * n));
  return size * n;
}

static CURL *
make_transfer (Parallel *self, guint i)
{
  CURL *curl = curl_easy_init ();
  g_autofree char *url = g_strdup_printf ("%s?%u", self->url, i);

  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PROXY, self->proxy);
  curl_easy_setopt (curl, CURLOPT_PROXYUSERPWD, self->credentials);
  curl_easy_setopt (curl, CURLOPT_CAINFO, self->root);
  curl_easy_setopt (curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt (curl, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, keep_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, self->bodies[i]);
  return curl;
}

static gpointer
run_transfers (gpointer user_data)
{
  Parallel *self = user_data;
  CURLM *multi = curl_multi_init ();
  CURL *transfers[N_PARALLEL];
  int running = 1;

  for (guint i = 0; i < N_PARALLEL; i++) {
    self->bodies[i] = g_string_new (NULL);
    transfers[i] = make_transfer (self, i);
    curl_multi_add_handle (multi, transfers[i]);
  }
  while (running > 0 && curl_multi_perform (multi, &running) == CURLM_OK)
    curl_multi_poll (multi, NULL, 0, 1000, NULL);
  for (guint i = 0; i < N_PARALLEL; i++) {
    long n = 0;
    curl_easy_getinfo (transfers[i], CURLINFO_HTTP_VERSION, &self->versions[i]);
    curl_easy_getinfo (transfers[i], CURLINFO_RESPONSE_CODE, &self->statuses[i]);
    curl_easy_getinfo (transfers[i], CURLINFO_NUM_CONNECTS, &n);
    self->n_connects += n;
    curl_multi_remove_handle (multi, transfers[i]);
    curl_easy_cleanup (transfers[i]);
  }
  curl_multi_cleanup (multi);
  self->done = TRUE;
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
answer_echo (RawPeer *peer, gpointer user_data)
{
  const char *start = strchr (peer->head->str, '?') + 1;
  g_autofree char *part = g_strndup (start, strcspn (start, " "));
  g_autofree char *answer =
      g_strdup_printf (OK "Content-Length: %zu\r\n\r\n%s", strlen (part), part);

  raw_peer_say (peer, answer, strlen (answer));
}

/* all requests share one connection, and each gets its own response */
static void
test_parallel (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_echo, NULL);
  g_autofree char *file = g_build_filename (self->world->folder, "gateway.pem", NULL);
  g_autofree char *pem = NULL;
  Parallel parallel = {0};

  g_object_get (bulla_gateway_get_authority (self->gateway), "certificate-pem", &pem, NULL);
  g_assert_true (g_file_set_contents (file, pem, -1, NULL));
  parallel.proxy = g_strdup_printf ("http://127.0.0.1:%u",
                                    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (
                                        bulla_gateway_get_address (self->gateway))));
  parallel.credentials = g_strconcat ("bulla:", self->token, NULL);
  parallel.url = g_strdup_printf ("https://raw.test:%u/", server->port);
  parallel.root = file;
  GThread *thread = g_thread_new ("curl", run_transfers, &parallel);
  test_wait (&parallel.done);
  g_thread_join (thread);
  g_assert_cmpint (parallel.n_connects, ==, 1);
  for (guint i = 0; i < N_PARALLEL; i++) {
    g_autofree char *own = g_strdup_printf ("%u", i);
    g_assert_cmpint (parallel.versions[i], ==, CURL_HTTP_VERSION_2_0);
    g_assert_cmpint (parallel.statuses[i], ==, 200);
    g_assert_cmpstr (parallel.bodies[i]->str, ==, own);
    g_string_free (parallel.bodies[i], TRUE);
  }
  g_free (parallel.proxy);
  g_free (parallel.credentials);
  g_free (parallel.url);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  curl_global_init (CURL_GLOBAL_DEFAULT);
  g_test_add ("/gateway/h2-curl/parallel", GatewayWorld, NULL, gateway_world_set_up_one_view,
              test_parallel, gateway_world_tear_down);
  return g_test_run ();
}
