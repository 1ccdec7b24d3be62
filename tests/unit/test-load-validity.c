/* test-load-validity.c - asks a publisher on loopback whether an exchange is current
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-refresh.h"
#include "validity-kit.h"
#include "write/bulla-validity-writer.h"

#define HOST "publisher.test"
#define BLOCKING "trust.validity=blocking"
#define PARALLEL "trust.validity=parallel"
#define REFUSE "trust.validity-empty=refuse"
#define ONE_SECOND "trust.validity-timeout=1"

static const struct {
  const char *outcome;
  guint status, n_signatures, n_valid;
  gint64 size;       /* of the update; -1 without one or without its size */
  const char *error; /* part of the message; NULL for none */
} REPLIES[VALIDITY_N_REPLIES] = {
    [VALIDITY_NEWER] = {"refreshed", 200, 1, 1, -1, NULL},
    [VALIDITY_SAME] = {"nothing-new", 200, 1, 1, -1, NULL},
    [VALIDITY_OLDER] = {"nothing-new", 200, 1, 1, -1, NULL},
    [VALIDITY_OF_ANOTHER] = {"nothing-new", 200, 1, 0, -1, NULL},
    [VALIDITY_NO_SIGNATURE] = {"nothing-new", 200, 1, 0, -1, NULL},
    [VALIDITY_UPDATE_AND_SAME] = {"update-available", 200, 1, 1, 120000, NULL},
    [VALIDITY_UPDATE_AND_NEWER] = {"refreshed", 200, 1, 1, -1, NULL},
    [VALIDITY_UPDATE_ALONE] = {"withdrawn", 200, 0, 0, 120000, NULL},
    [VALIDITY_EMPTY] = {"withdrawn", 200, 0, 0, -1, NULL},
    [VALIDITY_NOT_FOUND] = {"unreachable", 404, 0, 0, -1, "status 404"},
    [VALIDITY_MOVED] = {"unreachable", 302, 0, 0, -1, "redirects are not followed"},
    [VALIDITY_PAGE] = {"malformed", 200, 0, 0, -1, "not a map"},
    [VALIDITY_HUGE] = {"malformed", 200, 0, 0, -1, "more than 65536 bytes"},
    [VALIDITY_HUGE_CHUNKED] = {"malformed", 200, 0, 0, -1, "more than 65536 bytes"},
    [VALIDITY_SILENT] = {"unreachable", 0, 0, 0, -1, "no answer within 1 seconds"},
};

static void
check_reply (BullaLoad *load, ValidityAnswer reply, gboolean blocking)
{
  const BullaValidityFacts *validity = validity_kit_get_facts (load);

  validity_kit_assert_outcome (load, REPLIES[reply].outcome);
  g_assert_cmpint (validity->blocking, ==, blocking);
  g_assert_cmpuint (validity->http_status, ==, REPLIES[reply].status);
  g_assert_cmpuint (validity->n_signatures, ==, REPLIES[reply].n_signatures);
  g_assert_cmpuint (validity->n_valid, ==, REPLIES[reply].n_valid);
  g_assert_cmpint (validity->update_size, ==, REPLIES[reply].size);
  g_assert_cmpint (validity->duration, >, 0);
  g_assert_cmpint (validity->started, >, 0);
  if (REPLIES[reply].error == NULL) {
    g_assert_null (validity->error);
  } else {
    g_test_message ("%s", validity->error);
    g_assert_nonnull (strstr (validity->error, REPLIES[reply].error));
  }
  if (blocking)
    g_assert_cmpint (validity->verdict, >=, validity->duration);
  else
    g_assert_cmpint (validity->verdict, <, validity->duration);
}

/* given each answer, before and beside the verdict: only a withdrawal changes a verdict, and only
 * where the profile waits for the answer and counts it */
static void
test_replies (void)
{
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);

  for (int mode = 0; mode < 4; mode++) {
    gboolean blocking = mode < 2, refuse = mode % 2 == 1;
    const char *const changes[] = {blocking ? BLOCKING : PARALLEL, ONE_SECOND,
                                   refuse ? REFUSE : NULL, NULL};
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    for (ValidityAnswer reply = 0; reply < VALIDITY_N_REPLIES; reply++) {
      gboolean withdrawn = reply == VALIDITY_EMPTY || reply == VALIDITY_UPDATE_ALONE;
      validity_kit_set_reply (kit, reply, exchange);
      kit->publisher->n_requests = kit->n_chains = 0;
      g_test_message ("mode %d, reply %d", mode, (int)reply);
      g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
      if (!blocking)
        test_wait_until (validity_kit_has_answer, loaded);
      g_assert_false (bulla_load_is_asking (loaded));
      check_reply (loaded, reply, blocking);
      if (blocking && refuse && withdrawn)
        validity_kit_assert_verdict (loaded, "fall-back", "validity.withdrawn");
      else
        validity_kit_assert_verdict (loaded, "substitute", NULL);
      /* one question, and no redirect was followed */
      g_assert_cmpuint (kit->publisher->n_requests - kit->n_chains, ==, 1);
    }
  }
}

/* the question has no credentials, and the ledger says what it was for */
static void
test_request (void)
{
  const char *const changes[] = {BLOCKING, NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  GListModel *ledger = G_LIST_MODEL (bulla_loader_get_ledger (loader));
  guint n_found = 0;

  for (int i = 0; i < 2; i++) { /* the first answer sets a cookie */
    validity_kit_set_reply (kit, VALIDITY_SAME, exchange);
    g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
    g_assert_true (g_str_has_prefix (kit->question, "GET /page.validity\n"));
    g_assert_null (strstr (kit->question, "Cookie:"));
    g_assert_null (strstr (kit->question, "Authorization:"));
    g_assert_null (strstr (kit->question, "Referer:"));
  }
  for (guint i = 0; i < g_list_model_get_n_items (ledger); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (ledger, i);
    if (g_strcmp0 (bulla_contact_get_purpose (contact), "validity") != 0
        || bulla_contact_get_kind (contact) != BULLA_CONTACT_REQUEST)
      continue;
    g_assert_cmpstr (bulla_contact_get_host (contact), ==, HOST);
    n_found++;
  }
  g_assert_cmpuint (n_found, ==, 2);
}

/* --- when nobody is asked */

static void
test_not_asked (void)
{
  static const struct {
    const char *mode;
    gboolean offline, broken;
  } cases[] = {{"trust.validity=never", FALSE, FALSE},
               {BLOCKING, TRUE, FALSE},
               {PARALLEL, TRUE, FALSE},
               {BLOCKING, FALSE, TRUE},
               {PARALLEL, FALSE, TRUE}};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const changes[] = {cases[i].mode, REFUSE, NULL};
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    if (cases[i].broken)
      exchange = validity_kit_spoil (g_steal_pointer (&exchange));
    validity_kit_set_reply (kit, VALIDITY_EMPTY, exchange);
    bulla_loader_set_offline (loader, cases[i].offline);
    kit->publisher->n_requests = kit->n_chains = 0;
    g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
    g_assert_false (bulla_load_is_asking (loaded));
    g_assert_null (validity_kit_get_facts (loaded)->url);
    g_assert_cmpuint (kit->publisher->n_requests, ==, kit->n_chains);
  }
}

/* a prefetched package tells no publisher before somebody has clicked */
static void
test_prefetch (void)
{
  const char *const changes[] = {BLOCKING, NULL};
  const BullaCause cause = {.view = 1, .purpose = "prefetch"};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  ValidityLoaded loaded;

  validity_kit_set_reply (kit, VALIDITY_EMPTY, exchange);
  bulla_outer_set_cause (outer, &cause);
  validity_kit_begin (loader, outer, exchange, NULL, &loaded);
  test_wait (&loaded.done);
  validity_kit_assert_verdict (loaded.load, "substitute", NULL);
  g_assert_cmpuint (kit->publisher->n_requests, ==, kit->n_chains);
  g_object_unref (loaded.load);
}

/* a package from a public server cannot send a question to an address of this machine */
static void
test_private (void)
{
  const char *const changes[] = {BLOCKING, NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new ("localhost");
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (NULL, NULL, NULL, changes, NULL);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, kit->world->trust);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (GBytes) chain = bulla_authority_write_chain (
      kit->world->authority, kit->credential, kit->world->now - VALIDITY_HOUR,
      kit->world->now + VALIDITY_DAY, BULLA_RESPOND_GOOD, NULL);
  g_autoptr (BullaOuter) outer = bulla_outer_new ("https://aggregator.example/page.sxg");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);

  validity_kit_set_reply (kit, VALIDITY_EMPTY, exchange);
  bulla_outer_set_header (outer, "content-type", "application/signed-exchange;v=b3");
  bulla_outer_set_header (outer, "x-content-type-options", "nosniff");
  g_autoptr (BullaLoad) loaded = bulla_loader_load (loader, outer, stream, chain, NULL, NULL);
  validity_kit_assert_verdict (loaded, "substitute", NULL);
  validity_kit_assert_outcome (loaded, "unreachable");
  g_test_message ("%s", validity_kit_get_facts (loaded)->error);
  g_assert_cmpuint (kit->publisher->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/validity/replies", test_replies);
  g_test_add_func ("/load/validity/request", test_request);
  g_test_add_func ("/load/validity/not-asked", test_not_asked);
  g_test_add_func ("/load/validity/prefetch", test_prefetch);
  g_test_add_func ("/load/validity/private", test_private);
  return g_test_run ();
}
