/* test-load-refresh.c - replaces signatures by newer ones, and ends questions to publishers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-key-hash.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-refresh.h"
#include "bulla-trust-internal.h"
#include "validity-kit.h"
#include "write/bulla-validity-writer.h"

#define HOST "publisher.test"
#define BLOCKING "trust.validity=blocking"
#define PARALLEL "trust.validity=parallel"
#define REFUSE "trust.validity-empty=refuse"
#define ONE_SECOND "trust.validity-timeout=1"

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
    validity_kit_set_reply (kit, VALIDITY_NEWER, exchange);
    g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
    test_wait_until (validity_kit_has_answer, loaded);
    validity_kit_assert_outcome (loaded, "refreshed");
    if (blocking) {
      validity_kit_assert_verdict (loaded, "substitute", NULL);
      g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 60);
      g_assert_cmpint (bulla_verdict_get_expires (bulla_load_get_verdict (loaded)), >,
                       kit->world->now);
      g_assert_nonnull (bulla_load_get_body (loaded));
    } else {
      validity_kit_assert_verdict (loaded, "fall-back", "signature.expired");
      g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 8 * VALIDITY_DAY);
    }
    /* with the new signature, it is a package of its own */
    g_autoptr (GBytes) head = bulla_refresh_dup_head (bulla_load_peek_refresh (loaded));
    g_autoptr (GBytes) fresh = join (head, exchange, loaded);
    const char *const never[] = {"trust.validity=never", NULL};
    g_autoptr (BullaLoader) other = validity_kit_loader (kit, never);
    g_autoptr (BullaLoad) again = validity_kit_load (other, fresh);
    validity_kit_assert_verdict (again, "substitute", NULL);
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

  validity_kit_set_reply (kit, VALIDITY_NEWER, exchange);
  g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
  BullaVerdict *before = bulla_load_get_verdict (loaded);
  gint64 expires = bulla_verdict_get_expires (before);
  g_signal_connect_swapped (loaded, "validity-ended", G_CALLBACK (g_atomic_int_inc), &n_ended);
  g_assert_true (bulla_load_is_asking (loaded));
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 6 * VALIDITY_DAY);
  test_wait_until (validity_kit_has_answer, loaded);
  g_assert_cmpuint (n_ended, ==, 1);
  validity_kit_assert_verdict (loaded, "substitute", NULL);
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 60);
  g_assert_cmpint (bulla_verdict_get_expires (before), ==, expires);
  g_assert_cmpint (bulla_verdict_get_expires (bulla_load_get_verdict (loaded)), >=, expires);
  /* the body is read with the exchange as it is now */
  char buffer[256];
  gsize n = 0;
  g_assert_true (g_input_stream_read_all (bulla_load_get_body (loaded), buffer, sizeof buffer, &n,
                                          NULL, NULL));
  g_assert_cmpuint (n, >, 0);
  validity_kit_assert_verdict (loaded, "substitute", NULL);
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
  g_autoptr (BullaLoad) loaded = validity_kit_load (loader, exchange);
  validity_kit_assert_outcome (loaded, "refreshed");
  g_assert_cmpuint (validity_kit_get_facts (loaded)->n_signatures, ==, 5);
  g_assert_cmpuint (validity_kit_get_facts (loaded)->n_valid, ==, 3);
  g_assert_cmpint (bulla_load_get_date (loaded), ==, kit->world->now - 7200);
}

/* --- silence, and cancelling */

static gboolean
was_asked (gpointer data)
{
  return ((ValidityKit *)data)->question != NULL;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *)data == NULL;
}

static gboolean
chain_was_asked (gpointer data)
{
  return ((ValidityKit *)data)->n_chains > 0 && ((ValidityKit *)data)->chain_waits;
}

/* a publisher that says nothing delays no verdict that does not wait for it, and the question ends
 * with the package */
static void
test_no_delay (void)
{
  const char *const changes[] = {PARALLEL, "trust.validity-timeout=300", NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer question = NULL; /* NULL again once it has ended */
  ValidityLoaded loaded;

  validity_kit_set_reply (kit, VALIDITY_SILENT, exchange);
  validity_kit_begin (loader, outer, exchange, cancellable, &loaded);
  test_wait (&loaded.done);
  validity_kit_assert_verdict (loaded.load, "substitute", NULL);
  g_assert_true (bulla_load_is_asking (loaded.load));
  test_wait_until (was_asked, kit);
  g_cancellable_cancel (cancellable); /* of the load, which is done */
  g_assert_true (bulla_load_is_asking (loaded.load));
  question = bulla_load_peek_refresh (loaded.load);
  g_object_add_weak_pointer (question, &question);
  g_object_unref (loaded.load);
  test_wait_until (is_gone, &question);
}

/* a package that was judged without asking, since nobody had clicked, is asked about before use */
static void
test_before_use (void)
{
  const BullaCause cause = {.view = 1, .purpose = "prefetch"};

  for (int mode = 0; mode < 3; mode++) {
    const char *const changes[] = {mode == 0 ? PARALLEL : BLOCKING, REFUSE, NULL};
    g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    ValidityLoaded loaded;
    validity_kit_set_reply (kit, mode == 2 ? VALIDITY_NEWER : VALIDITY_EMPTY, exchange);
    bulla_outer_set_cause (outer, &cause);
    validity_kit_begin (loader, outer, exchange, NULL, &loaded);
    test_wait (&loaded.done);
    g_autoptr (BullaLoad) load = loaded.load;
    g_assert_true (bulla_loader_has_question (loader, load));
    bulla_loader_ask_publisher_async (loader, load, NULL, test_take_result, &result);
    g_assert_true (bulla_loader_ask_publisher_finish (loader, test_wait_result (&result), &error));
    g_assert_no_error (error);
    g_assert_false (bulla_loader_has_question (loader, load));
    if (mode == 1)
      validity_kit_assert_verdict (load, "fall-back", "validity.withdrawn");
    else
      validity_kit_assert_verdict (load, "substitute", NULL);
    test_wait_until (validity_kit_has_answer, load);
    validity_kit_assert_outcome (load, mode == 2 ? "refreshed" : "withdrawn");
    if (mode == 2)
      g_assert_cmpint (bulla_load_get_date (load), ==, kit->world->now - 60);
  }
}

/* Returns: (transfer full): an exchange that was judged without asking, since nobody had clicked */
static BullaLoad *
prefetch (ValidityKit *kit, BullaLoader *loader, GBytes *exchange)
{
  const BullaCause cause = {.view = 1, .purpose = "prefetch"};
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  ValidityLoaded loaded;

  bulla_outer_set_cause (outer, &cause);
  validity_kit_begin (loader, outer, exchange, NULL, &loaded);
  test_wait (&loaded.done);
  return loaded.load;
}

/* Two want to use the exchange. The publisher is asked once, and both wait for the answer, unless
 * one of them leaves. */
static void
test_shared (void)
{
  for (int leaves = 0; leaves < 2; leaves++) {
    const char *const changes[] = {BLOCKING, REFUSE, "trust.validity-timeout=300", NULL};
    g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) one = NULL, other = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoad) load = prefetch (kit, loader, exchange);
    validity_kit_set_reply (kit, VALIDITY_SILENT, exchange);
    bulla_loader_ask_publisher_async (loader, load, cancellable, test_take_result, &one);
    test_wait_until (was_asked, kit);
    g_assert_true (bulla_loader_has_question (loader, load));
    bulla_loader_ask_publisher_async (loader, load, NULL, test_take_result, &other);
    if (leaves) {
      g_cancellable_cancel (cancellable);
      g_assert_false (bulla_loader_ask_publisher_finish (loader, test_wait_result (&one), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
    g_assert_null (other);
    validity_kit_set_reply (kit, VALIDITY_EMPTY, exchange);
    validity_kit_release (kit);
    g_assert_true (bulla_loader_ask_publisher_finish (loader, test_wait_result (&other), NULL));
    if (!leaves)
      g_assert_true (bulla_loader_ask_publisher_finish (loader, test_wait_result (&one), NULL));
    validity_kit_assert_verdict (load, "fall-back", "validity.withdrawn");
    g_assert_cmpuint (kit->n_questions, ==, 1);
    g_assert_false (bulla_loader_has_question (loader, load));
  }
}

/* Everybody leaves before the answer: who comes later asks again, even at once. */
static void
test_all_leave (void)
{
  for (int at_once = 0; at_once < 2; at_once++) {
    const char *const changes[] = {BLOCKING, REFUSE, "trust.validity-timeout=300", NULL};
    g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) one = NULL, other = NULL;
    g_autoptr (BullaLoad) load = prefetch (kit, loader, exchange);
    validity_kit_set_reply (kit, VALIDITY_SILENT, exchange);
    bulla_loader_ask_publisher_async (loader, load, cancellable, test_take_result, &one);
    test_wait_until (was_asked, kit);
    g_clear_object (&kit->held);
    g_cancellable_cancel (cancellable);
    g_assert_false (bulla_loader_ask_publisher_finish (loader, test_wait_result (&one), NULL));
    while (!at_once && g_main_context_iteration (NULL, FALSE))
      ; /* the fetch ends */
    g_assert_true (bulla_loader_has_question (loader, load));
    validity_kit_set_reply (kit, VALIDITY_EMPTY, exchange);
    bulla_loader_ask_publisher_async (loader, load, NULL, test_take_result, &other);
    g_assert_true (bulla_loader_ask_publisher_finish (loader, test_wait_result (&other), NULL));
    validity_kit_assert_verdict (load, "fall-back", "validity.withdrawn");
    validity_kit_assert_outcome (load, "withdrawn");
    g_assert_cmpuint (kit->n_questions, ==, 2);
  }
}

/* The signing key is seen in TLS while the publisher is asked: the verdict that waits says so, and
 * so does a load whose verdict did not wait. */
static void
test_tls_key (void)
{
  for (int late = 0; late < 2; late++) {
    const char *const changes[] = {late ? PARALLEL : BLOCKING, "certificate.tls-key=refuse",
                                   "trust.validity-timeout=300", NULL};
    g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
    g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
    g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
    BullaSeenKeys *keys = bulla_trust_get_seen_keys (kit->world->trust);
    guint8 hash[BULLA_KEY_HASH_SIZE];
    g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (kit->credential);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    ValidityLoaded loaded;
    g_assert_true (bulla_key_hash_of_der (leaf, hash));
    validity_kit_set_reply (kit, VALIDITY_SILENT, exchange);
    validity_kit_begin (loader, outer, exchange, NULL, &loaded);
    test_wait_until (was_asked, kit);
    bulla_seen_keys_add_tls (keys, hash, "late.test");
    validity_kit_set_reply (kit, VALIDITY_SAME, exchange);
    validity_kit_release (kit);
    test_wait (&loaded.done);
    g_autoptr (BullaLoad) load = loaded.load;
    test_wait_until (validity_kit_has_answer, load);
    g_assert_cmpstr (bulla_load_get_tls_host (load), ==, "late.test");
    if (late)
      validity_kit_assert_verdict (load, "substitute", NULL);
    else
      validity_kit_assert_verdict (load, "fall-back", "cert.key-in-tls");
  }
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
    ValidityLoaded loaded;
    if (station == 2) { /* the new signature has another chain, which never comes */
      g_free (kit->cert_url);
      kit->cert_url = g_steal_pointer (&elsewhere);
    }
    validity_kit_set_reply (kit, station == 2 ? VALIDITY_NEWER : VALIDITY_SILENT, exchange);
    if (station == 0)
      g_cancellable_cancel (cancellable);
    validity_kit_begin (loader, outer, exchange, cancellable, &loaded);
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

/* The question time of a loader takes the place of the profile's. */
static void
test_question_time (void)
{
  const char *const changes[] = {BLOCKING, REFUSE, "trust.validity-timeout=300", NULL};
  g_autoptr (ValidityKit) kit = validity_kit_new (HOST);
  g_autoptr (GBytes) exchange = validity_kit_sign (kit, VALIDITY_DAY);
  g_autoptr (BullaLoader) loader = validity_kit_loader (kit, changes);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);

  bulla_loader_set_question_time (loader, 200);
  validity_kit_set_reply (kit, VALIDITY_SILENT, exchange);
  g_autoptr (BullaLoad) loaded = bulla_loader_load (loader, outer, stream, NULL, NULL, NULL);
  validity_kit_assert_verdict (loaded, "substitute", NULL);
  validity_kit_assert_outcome (loaded, "unreachable");
  g_assert_cmpstr (validity_kit_get_facts (loaded)->error, ==, "no answer within 0.2 seconds");
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
    validity_kit_set_reply (kit, i == 0 ? VALIDITY_EMPTY : VALIDITY_SILENT, exchange);
    g_autoptr (BullaLoad) loaded = bulla_loader_load (loader, outer, stream, NULL, NULL, NULL);
    if (i == 0)
      validity_kit_assert_verdict (loaded, "fall-back", "validity.withdrawn");
    else
      validity_kit_assert_verdict (loaded, "substitute", NULL);
    validity_kit_assert_outcome (loaded, i == 0 ? "withdrawn" : "unreachable");
    g_assert_cmpint (validity_kit_get_facts (loaded)->duration, <, 30 * G_TIME_SPAN_SECOND);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/refresh/expired", test_expired);
  g_test_add_func ("/load/refresh/late", test_late);
  g_test_add_func ("/load/refresh/several", test_several);
  g_test_add_func ("/load/refresh/no-delay", test_no_delay);
  g_test_add_func ("/load/refresh/before-use", test_before_use);
  g_test_add_func ("/load/refresh/shared", test_shared);
  g_test_add_func ("/load/refresh/all-leave", test_all_leave);
  g_test_add_func ("/load/refresh/tls-key", test_tls_key);
  g_test_add_func ("/load/refresh/question-time", test_question_time);
  g_test_add_func ("/load/refresh/cancel", test_cancel);
  g_test_add_func ("/load/refresh/waiting-caller", test_waiting_caller);
  return g_test_run ();
}
