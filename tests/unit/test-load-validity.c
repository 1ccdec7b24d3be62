/* test-load-validity.c - asks a publisher on loopback whether an exchange is current
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-load-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-refresh.h"
#include "validity-kit.h"
#include "write/bulla-validity-writer.h"

#define HOST "publisher.test"
#define BLOCKING "trust.validity=blocking"
#define PARALLEL "trust.validity=parallel"
#define REFUSE "trust.validity-empty=refuse"
#define ONE_SECOND "trust.validity-timeout=1"

typedef struct {
  BullaLoad *load; /* owned */
  GError *error;   /* owned */
  gboolean done;
} Loaded;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Loaded *loaded = user_data;

  loaded->load = bulla_loader_load_finish (BULLA_LOADER (source), result, &loaded->error);
  loaded->done = TRUE;
}

static void
begin (BullaLoader *loader, BullaOuter *outer, GBytes *exchange, GCancellable *cancellable,
       Loaded *loaded)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);

  *loaded = (Loaded){0};
  bulla_loader_load_async (loader, outer, stream, NULL, cancellable, loaded_cb, loaded);
}

static BullaLoad *
load (BullaLoader *loader, GBytes *exchange)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  Loaded loaded;

  begin (loader, outer, exchange, NULL, &loaded);
  test_wait (&loaded.done);
  g_assert_no_error (loaded.error);
  return loaded.load;
}

static const BullaValidityFacts *
validity_of (BullaLoad *load)
{
  return &bulla_load_get_facts (load)->validity;
}

static gboolean
has_answer (gpointer data)
{
  return !bulla_load_is_asking (data);
}

static void
assert_verdict (BullaLoad *load, const char *outcome, const char *reason)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==, outcome);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==, reason);
}

static void
assert_outcome (BullaLoad *load, const char *outcome)
{
  g_assert_cmpstr (bulla_validity_outcome_get_nick (validity_of (load)->outcome), ==, outcome);
}

/* --- what a publisher may answer */

typedef enum {
  NEWER,
  SAME,
  OLDER,
  OF_ANOTHER,
  NO_SIGNATURE,
  UPDATE_AND_SAME,
  UPDATE_AND_NEWER,
  UPDATE_ALONE,
  EMPTY,
  NOT_FOUND,
  MOVED,
  PAGE,
  HUGE,
  HUGE_CHUNKED,
  SILENT,
  N_REPLIES
} Reply;

/* Returns the bytes with another `expires`, which is not signed. @bytes: (transfer full) */
static GBytes *
spoil (GBytes *bytes)
{
  static const char key[] = "expires=";
  gsize size = 0, at = 0;
  char *data = g_bytes_unref_to_data (bytes, &size);

  while (memcmp (data + at, key, strlen (key)) != 0)
    at++;
  char *digit = data + at + strlen (key) + 9;
  *digit = *digit == '1' ? '2' : '1';
  return g_bytes_new_take (data, size);
}

static GBytes *
make_page (gsize size)
{
  return g_bytes_new_take (g_strnfill (size, '<'), size);
}

static GBytes *
make_body (ValidityKit *kit, Reply reply, GBytes *exchange)
{
  g_autoptr (GBytes) newer = validity_kit_sign_again (kit, exchange, 60);
  g_autoptr (GBytes) older = validity_kit_sign_again (kit, exchange, 3 * VALIDITY_DAY);
  g_autoptr (GBytes) other = validity_kit_sign (kit, 120);
  g_autoptr (GBytes) same = validity_kit_dup_signature (exchange);
  g_autoptr (GBytes) noise = g_bytes_new_static ("no; signature, at all", 21);

  switch (reply) {
  case NEWER:
    return validity_kit_write (newer, -2);
  case SAME:
    return validity_kit_write (same, -2);
  case OLDER:
    return validity_kit_write (older, -2);
  case OF_ANOTHER: {
    g_autoptr (GBytes) wrong = spoil (validity_kit_dup_signature (other));
    return validity_kit_write (wrong, -2);
  }
  case NO_SIGNATURE:
    return validity_kit_write (noise, -2);
  case UPDATE_AND_SAME:
    return validity_kit_write (same, 120000);
  case UPDATE_AND_NEWER:
    return validity_kit_write (newer, -1);
  case UPDATE_ALONE:
    return validity_kit_write (NULL, 120000);
  case EMPTY:
    return validity_kit_write (NULL, -2);
  case HUGE:
  case HUGE_CHUNKED:
    return make_page (65537);
  case SILENT:
    return NULL;
  default:
    return make_page (20);
  }
}

static void
set_reply (ValidityKit *kit, Reply reply, GBytes *exchange)
{
  guint status = reply == NOT_FOUND ? 404 : reply == MOVED ? 302 : 0;

  validity_kit_take_reply (kit, make_body (kit, reply, exchange), status);
  kit->reply.location = reply == MOVED ? "/elsewhere" : NULL;
  kit->reply.chunked = reply == HUGE_CHUNKED;
}

static const struct {
  const char *outcome;
  guint status, n_signatures, n_valid;
  gint64 size;       /* of the update; -1 without one or without its size */
  const char *error; /* part of the message; NULL for none */
} REPLIES[N_REPLIES] = {
    [NEWER] = {"refreshed", 200, 1, 1, -1, NULL},
    [SAME] = {"nothing-new", 200, 1, 1, -1, NULL},
    [OLDER] = {"nothing-new", 200, 1, 1, -1, NULL},
    [OF_ANOTHER] = {"nothing-new", 200, 1, 0, -1, NULL},
    [NO_SIGNATURE] = {"nothing-new", 200, 1, 0, -1, NULL},
    [UPDATE_AND_SAME] = {"update-available", 200, 1, 1, 120000, NULL},
    [UPDATE_AND_NEWER] = {"refreshed", 200, 1, 1, -1, NULL},
    [UPDATE_ALONE] = {"withdrawn", 200, 0, 0, 120000, NULL},
    [EMPTY] = {"withdrawn", 200, 0, 0, -1, NULL},
    [NOT_FOUND] = {"unreachable", 404, 0, 0, -1, "status 404"},
    [MOVED] = {"unreachable", 302, 0, 0, -1, "redirects are not followed"},
    [PAGE] = {"malformed", 200, 0, 0, -1, "not a map"},
    [HUGE] = {"malformed", 200, 0, 0, -1, "more than 65536 bytes"},
    [HUGE_CHUNKED] = {"malformed", 200, 0, 0, -1, "more than 65536 bytes"},
    [SILENT] = {"unreachable", 0, 0, 0, -1, "no answer within 1 seconds"},
};

static void
check_reply (BullaLoad *load, Reply reply, gboolean blocking)
{
  const BullaValidityFacts *validity = validity_of (load);

  assert_outcome (load, REPLIES[reply].outcome);
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
    for (Reply reply = 0; reply < N_REPLIES; reply++) {
      gboolean withdrawn = reply == EMPTY || reply == UPDATE_ALONE;
      set_reply (kit, reply, exchange);
      kit->publisher->n_requests = kit->n_chains = 0;
      g_test_message ("mode %d, reply %d", mode, (int)reply);
      g_autoptr (BullaLoad) loaded = load (loader, exchange);
      if (!blocking)
        test_wait_until (has_answer, loaded);
      g_assert_false (bulla_load_is_asking (loaded));
      check_reply (loaded, reply, blocking);
      if (blocking && refuse && withdrawn)
        assert_verdict (loaded, "fall-back", "validity.withdrawn");
      else
        assert_verdict (loaded, "substitute", NULL);
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
    set_reply (kit, SAME, exchange);
    g_autoptr (BullaLoad) loaded = load (loader, exchange);
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
      exchange = spoil (g_steal_pointer (&exchange));
    set_reply (kit, EMPTY, exchange);
    bulla_loader_set_offline (loader, cases[i].offline);
    kit->publisher->n_requests = kit->n_chains = 0;
    g_autoptr (BullaLoad) loaded = load (loader, exchange);
    g_assert_false (bulla_load_is_asking (loaded));
    g_assert_null (validity_of (loaded)->url);
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
  Loaded loaded;

  set_reply (kit, EMPTY, exchange);
  bulla_outer_set_cause (outer, &cause);
  begin (loader, outer, exchange, NULL, &loaded);
  test_wait (&loaded.done);
  assert_verdict (loaded.load, "substitute", NULL);
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

  set_reply (kit, EMPTY, exchange);
  bulla_outer_set_header (outer, "content-type", "application/signed-exchange;v=b3");
  bulla_outer_set_header (outer, "x-content-type-options", "nosniff");
  g_autoptr (BullaLoad) loaded = bulla_loader_load (loader, outer, stream, chain, NULL, NULL);
  assert_verdict (loaded, "substitute", NULL);
  assert_outcome (loaded, "unreachable");
  g_test_message ("%s", validity_of (loaded)->error);
  g_assert_cmpuint (kit->publisher->n_requests, ==, 0);
}

/* --- newer signatures */

static GBytes *
join (GBytes *head, GBytes *exchange, BullaLoad *load)
{
  BullaRange headers = bulla_load_get_facts (load)->headers_range;
  GByteArray *out = g_byte_array_new ();
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (exchange, &size);

  g_byte_array_append (out, g_bytes_get_data (head, NULL), (guint)g_bytes_get_size (head));
  g_byte_array_append (out, data + headers.offset + headers.length,
                       (guint)(size - headers.offset - headers.length));
  return g_byte_array_free_to_bytes (out);
}

/* an exchange whose signature has expired is healed by a newer one, if the verdict waits for it */
static void
test_expired (void)
{
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, 8 * VALIDITY_DAY);

  for (int blocking = 0; blocking < 2; blocking++) {
    const char *const changes[] = {blocking ? BLOCKING : PARALLEL, NULL};
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    set_reply (kit, NEWER, exchange);
    g_autoptr (BullaLoad) loaded = load (loader, exchange);
    test_wait_until (has_answer, loaded);
    assert_outcome (loaded, "refreshed");
    if (blocking) {
      assert_verdict (loaded, "substitute", NULL);
      g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 60);
      g_assert_cmpint (bulla_verdict_get_expires (bulla_load_get_verdict (loaded)), >,
                       kit->world->now);
      g_assert_nonnull (bulla_load_get_body (loaded));
    } else {
      assert_verdict (loaded, "fall-back", "signature.expired");
      g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 8 * VALIDITY_DAY);
    }
    /* with the new signature, it is a package of its own */
    g_autoptr (GBytes) head = bulla_refresh_dup_head (bulla_load_peek_refresh (loaded));
    g_autoptr (GBytes) fresh = join (head, exchange, loaded);
    const char *const never[] = {"trust.validity=never", NULL};
    g_autoptr (BullaLoader) other = validity_kit_loader (kit, never);
    g_autoptr (BullaLoad) again = load (other, fresh);
    assert_verdict (again, "substitute", NULL);
    g_assert_null (bulla_load_peek_refresh (again));
  }
}

/* a late answer replaces the signature of an accepted exchange; the verdict that was given stays */
static void
test_late (void)
{
  const char *const changes[] = {PARALLEL, NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, 6 * VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  guint n_ended = 0;

  set_reply (kit, NEWER, exchange);
  g_autoptr (BullaLoad) loaded = load (loader, exchange);
  BullaVerdict *before = bulla_load_get_verdict (loaded);
  gint64 expires = bulla_verdict_get_expires (before);
  g_signal_connect_swapped (loaded, "validity-ended", G_CALLBACK (g_atomic_int_inc), &n_ended);
  g_assert_true (bulla_load_is_asking (loaded));
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 6 * VALIDITY_DAY);
  test_wait_until (has_answer, loaded);
  g_assert_cmpuint (n_ended, ==, 1);
  assert_verdict (loaded, "substitute", NULL);
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 60);
  g_assert_cmpint (bulla_verdict_get_expires (before), ==, expires);
  g_assert_cmpint (bulla_verdict_get_expires (bulla_load_get_verdict (loaded)), >=, expires);
  /* the body is read with the exchange as it is now */
  char buffer[256];
  gsize n = 0;
  g_assert_true (g_input_stream_read_all (bulla_load_get_body (loaded), buffer, sizeof buffer, &n,
                                          NULL, NULL));
  g_assert_cmpuint (n, >, 0);
  assert_verdict (loaded, "substitute", NULL);
}

/* of several signatures all are verified, and the first that is new and valid is used */
static void
test_several (void)
{
  const char *const changes[] = {BLOCKING, NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  g_autoptr (GPtrArray) signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  g_ptr_array_add (signatures, validity_kit_dup_signature (exchange));
  g_ptr_array_add (signatures, g_bytes_new_static ("a;b, c;d", 8));
  g_ptr_array_add (signatures, validity_kit_sign_again (kit, exchange, 7200));
  g_ptr_array_add (signatures, validity_kit_sign_again (kit, exchange, 60));
  g_ptr_array_add (signatures, g_bytes_new_static ("", 0));
  validity_kit_take_reply (kit, bulla_validity_write (signatures, FALSE, -1), 0);
  g_autoptr (BullaLoad) loaded = load (loader, exchange);
  assert_outcome (loaded, "refreshed");
  g_assert_cmpuint (validity_of (loaded)->n_signatures, ==, 5);
  g_assert_cmpuint (validity_of (loaded)->n_valid, ==, 3);
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 7200);
}

/* --- silence, and cancelling */

static gboolean
was_asked (gpointer data)
{
  return ((ValidityKit *)data)->question != NULL;
}

static gboolean
chain_was_asked (gpointer data)
{
  return ((ValidityKit *)data)->n_chains > 0 && ((ValidityKit *)data)->chain_waits;
}

/* a publisher that says nothing delays no verdict that does not wait for it */
static void
test_no_delay (void)
{
  const char *const changes[] = {PARALLEL, "trust.validity-timeout=300", NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Loaded loaded;

  set_reply (kit, SILENT, exchange);
  begin (loader, outer, exchange, cancellable, &loaded);
  test_wait (&loaded.done);
  assert_verdict (loaded.load, "substitute", NULL);
  g_assert_true (bulla_load_is_asking (loaded.load));
  test_wait_until (was_asked, kit);
  g_cancellable_cancel (cancellable);
  test_wait_until (has_answer, loaded.load);
  assert_outcome (loaded.load, "unreachable");
  g_assert_cmpstr (validity_of (loaded.load)->error, ==, "cancelled");
  assert_verdict (loaded.load, "substitute", NULL);
  g_object_unref (loaded.load);
}

/* cancelled while the publisher is asked, and while the chain of a new signature is fetched */
static void
test_cancel (void)
{
  for (int station = 0; station < 3; station++) {
    const char *const changes[] = {BLOCKING, "trust.validity-timeout=300", NULL};
    g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
    g_autofree char *elsewhere = test_server_url (kit->publisher, "/chain?new");
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    Loaded loaded;
    if (station == 2) { /* the new signature has another chain, which never comes */
      g_free (kit->cert_url);
      kit->cert_url = g_steal_pointer (&elsewhere);
    }
    set_reply (kit, station == 2 ? NEWER : SILENT, exchange);
    if (station == 0)
      g_cancellable_cancel (cancellable);
    begin (loader, outer, exchange, cancellable, &loaded);
    if (station == 1)
      test_wait_until (was_asked, kit);
    if (station == 2) {
      test_wait_until (was_asked, kit);
      kit->chain_waits = TRUE;
      test_wait_until (chain_was_asked, kit);
    }
    g_cancellable_cancel (cancellable);
    test_wait (&loaded.done);
    g_assert_error (loaded.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null (loaded.load);
    g_error_free (loaded.error);
  }
}

/* the caller that waits is answered, too; the time that it has is counted */
static void
test_waiting_caller (void)
{
  const char *const changes[] = {BLOCKING, ONE_SECOND, REFUSE, NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);

  for (int i = 0; i < 2; i++) {
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);
    set_reply (kit, i == 0 ? EMPTY : SILENT, exchange);
    g_autoptr (BullaLoad) loaded = bulla_loader_load (loader, outer, stream, NULL, NULL, NULL);
    if (i == 0)
      assert_verdict (loaded, "fall-back", "validity.withdrawn");
    else
      assert_verdict (loaded, "substitute", NULL);
    assert_outcome (loaded, i == 0 ? "withdrawn" : "unreachable");
    g_assert_cmpint (validity_of (loaded)->duration, <, 30 * G_TIME_SPAN_SECOND);
  }
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
  g_test_add_func ("/load/validity/expired", test_expired);
  g_test_add_func ("/load/validity/late", test_late);
  g_test_add_func ("/load/validity/several", test_several);
  g_test_add_func ("/load/validity/no-delay", test_no_delay);
  g_test_add_func ("/load/validity/cancel", test_cancel);
  g_test_add_func ("/load/validity/waiting-caller", test_waiting_caller);
  return g_test_run ();
}
