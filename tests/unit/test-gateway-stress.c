/* test-gateway-stress.c - runs clients, servers, views and sessions that disappear at any moment
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Relays between the client and the gateway, and between the gateway and each server, cut their
 * connections after random numbers of bytes. Whatever is cut, each request must end, later
 * requests must be served, and no descriptor may leak; with the sanitizers, no memory may leak
 * either. */
#include "stress-kit.h"

#define ROUNDS 1500
#define VISITS_MAX 3 /* most visits of one round */
#define WELL_EVERY 100
#define LATER_MAX 40 /* most turns of the main loop before a view, session or client disappears */

typedef enum {
  LEAVE_CLIENT, /* the client's connections are cut */
  LEAVE_SERVER,
  LEAVE_VIEW,
  LEAVE_SESSION,
  LEAVE_CANCELLED,
  N_LEAVES
} Leave;

/* --- rounds */

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("a request has not ended");
  return G_SOURCE_REMOVE;
}

static void
leave (Stress *self, Leave how, guint first_view)
{
  g_autofree char *view = NULL;

  switch (how) {
  case LEAVE_VIEW:
    view = g_strdup_printf ("v%u", first_view);
    bulla_gateway_close_view (self->world.gateway, self->world.token, view);
    break;
  case LEAVE_SESSION:
    bulla_gateway_remove_session (self->world.gateway, self->world.token);
    g_free (self->world.token);
    self->world.token =
        bulla_gateway_add_session (self->world.gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
    break;
  case LEAVE_CANCELLED:
    soup_session_abort (self->client);
    break;
  case LEAVE_CLIENT:
  case LEAVE_SERVER:
  case N_LEAVES:
  default:
    break;
  }
}

static void
await_visits (Stress *self, Leave how, guint first_view)
{
  guint patience = g_timeout_add_seconds (60, give_up_cb, NULL);
  guint turns = (guint)g_rand_int_range (self->rand, 0, LATER_MAX);

  while (self->n_waiting > 0) {
    if (turns-- == 0)
      leave (self, how, first_view);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (patience);
}

static void
end_round (Stress *self, guint first_view)
{
  test_cutter_disarm (self->before);
  for (guint i = 0; i < G_N_ELEMENTS (self->behind); i++)
    test_cutter_disarm (self->behind[i]);
  for (guint i = first_view; i < self->n_views; i++) {
    g_autofree char *view = g_strdup_printf ("v%u", i);
    bulla_gateway_close_view (self->world.gateway, self->world.token, view);
  }
  soup_session_abort (self->client);
  if (self->renew)
    stress_renew_client (self);
  self->renew = FALSE;
}

/* without interruptions, all requests are served */
static void
run_well (Stress *self)
{
  for (guint i = 0; i < N_STATIONS; i++) {
    guint served = self->served[i], view = self->n_views;
    stress_renew_client (self);
    gsize before = test_cutter_get_passed (self->before);
    stress_begin_visit (self, i);
    await_visits (self, N_LEAVES, view);
    if (self->served[i] != served + 1)
      g_error ("%s is not served: %s", station_get_name (i), self->why);
    self->bytes[i] = test_cutter_get_passed (self->before) - before;
    end_round (self, view);
  }
}

/* A view leaves rarely, because a request that was announced for it then waits two seconds for
 * another announcement. */
static Leave
choose_leave (Stress *self)
{
  Leave how = (Leave)g_rand_int_range (self->rand, 0, N_LEAVES);

  return how == LEAVE_VIEW && g_rand_int_range (self->rand, 0, 16) > 0 ? LEAVE_CLIENT : how;
}

static void
run_round (Stress *self)
{
  guint n_visits = (guint)g_rand_int_range (self->rand, 1, VISITS_MAX + 1), view = self->n_views;
  Leave how = choose_leave (self);
  gboolean reset = g_rand_boolean (self->rand);
  Station stations[VISITS_MAX];
  gsize bytes = 0;

  for (guint i = 0; i < n_visits; i++) {
    stations[i] = (Station)g_rand_int_range (self->rand, 0, N_STATIONS);
    bytes += self->bytes[stations[i]];
  }
  gsize after = (gsize)(g_rand_double (self->rand) * (double)bytes);
  if (how == LEAVE_CLIENT)
    test_cutter_arm (self->before, after, reset);
  else if (how == LEAVE_SERVER)
    test_cutter_arm (self->behind[g_rand_int_range (self->rand, 0, 3)], after / n_visits, reset);
  for (guint i = 0; i < n_visits; i++)
    stress_begin_visit (self, stations[i]);
  await_visits (self, how, view);
  end_round (self, view);
}

static guint
count_cuts (Stress *self)
{
  guint n = test_cutter_get_cuts (self->before);

  for (guint i = 0; i < G_N_ELEMENTS (self->behind); i++)
    n += test_cutter_get_cuts (self->behind[i]);
  return n;
}

/* Ignores warnings of the servers' libsoup about clients that left before they were accepted;
 * the gateway has its own listener. */
static gboolean
is_of_servers (const char *domain, const char *message)
{
  return g_strcmp0 (domain, "libsoup") == 0
         && strstr (message, "could not get remote address") != NULL;
}

static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return !is_of_servers (domain, message);
}

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  if (!is_of_servers (domain, message))
    g_log_default_handler (domain, level, message, NULL);
}

static void
test_anybody_leaves (void)
{
  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_log_set_handler ("libsoup", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, log_cb, NULL);
  Stress *once = stress_new ();
  run_well (once);
  stress_free (once);
  guint descriptors = test_count_descriptors ();

  Stress *self = stress_new ();
  for (guint i = 0; i < ROUNDS; i++) {
    if (i % WELL_EVERY == 0)
      run_well (self);
    run_round (self);
  }
  run_well (self);
  g_test_message ("%u cuts, %u views", count_cuts (self), self->n_views);
  g_assert_cmpuint (count_cuts (self), >, ROUNDS / 10);
  for (guint i = 0; i < N_STATIONS; i++) {
    g_test_message ("%s: %u served, %u ended before", station_get_name (i), self->served[i],
                    self->ended[i]);
    g_assert_cmpuint (self->served[i], >, ROUNDS / 100);
    g_assert_cmpuint (self->ended[i], >, ROUNDS / 100);
  }
  stress_free (self);
  g_assert_cmpuint (test_count_descriptors (), <=, descriptors);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/stress/anybody-leaves", test_anybody_leaves);
  return g_test_run ();
}
