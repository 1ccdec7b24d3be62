/* test-load-walk.c - loads one exchange from bytes to a verdict and a body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load-world.h"

#include <libglib-testing/signal-logger.h>
#include <string.h>

/* Loads the whole exchange, with the chain that it requests. */
static BullaLoad *
load_all (LoadWorld *world, size_t piece, gint64 now)
{
  BullaLoad *load = load_world_start (world, NULL, now);

  load_push (load, world->forge->exchange, piece);
  if (bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN)
    bulla_load_give_chain (load, world->forge->chain);
  if (bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN)
    bulla_load_give_chain (load, world->forge->chain);
  g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_JUDGED);
  return load;
}

static void
append_header (const char *name, const char *value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, value);
}

static void
test_good (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
  g_autoptr (GString) headers = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_WANTS_BYTES);
  load_push (load, world->forge->exchange, G_MAXINT);
  /* the body is not available before the verdict, although all bytes were pushed */
  g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_WANTS_CHAIN);
  g_assert_null (bulla_load_get_verdict (load));
  g_assert_null (bulla_load_get_body (load));
  g_assert_cmpstr (bulla_load_get_cert_url (load), ==, world->forge->cert_url);
  g_assert_false (bulla_load_wants_fresh_chain (load));
  g_assert_false (bulla_load_get_chain_fetched (load));
  bulla_load_give_chain (load, world->forge->chain);
  assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
  g_assert_true (bulla_load_get_chain_fetched (load));
  g_assert_cmpstr (bulla_load_get_url (load), ==, world->forge->url);
  g_assert_cmpstr (bulla_load_get_origin (load), ==, "https://publisher.test");
  g_assert_cmpuint (bulla_load_get_status (load), ==, 200);
  g_autoptr (GByteArray) body = load_read_body (load, 50, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (body->len, ==, 200);
  assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
  bulla_load_foreach_header (load, append_header, headers);
  g_assert_null (strstr (headers->str, "content-encoding"));
  g_assert_nonnull (strstr (headers->str, "x-content-type-options: nosniff\n"));
  g_assert_nonnull (strstr (headers->str, "content-type: text/html\n"));
}

static void
test_bases (void)
{
  for (const char *const *base = forge_bases (); *base != NULL; base++) {
    g_autofree char *recipe = g_strdup_printf ("base=%s\n", *base);
    g_autoptr (LoadWorld) world = load_world_new ("draft-b3", recipe);
    g_autofree char *wanted = NULL;
    for (size_t piece = 1; piece < 5000; piece = piece * 3 + 1) {
      g_autoptr (BullaLoad) load = load_all (world, piece, world->forge->now);
      g_autoptr (GError) error = NULL;
      g_test_message ("%s in pieces of %" G_GSIZE_FORMAT, *base, piece);
      assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
      g_autoptr (GByteArray) body = load_read_body (load, piece, &error);
      g_assert_no_error (error);
      g_autofree char *text = bulla_verdict_describe (bulla_load_get_verdict (load), TRUE);
      g_assert_cmpint (wanted == NULL || strcmp (wanted, text) == 0, ==, TRUE);
      g_free (wanted);
      wanted = g_steal_pointer (&text);
    }
  }
}

/* with a wrong late record, the records before it are returned, then the fault */
static void
test_late_fault (void)
{
  for (int record = 0; record < 4; record++) {
    g_autofree char *recipe = g_strdup_printf ("base=page\nmutation=record-flip:%d\n", record);
    g_autoptr (LoadWorld) world = load_world_new ("draft-b3", recipe);
    for (size_t piece = 1; piece < 300; piece += 43) {
      g_autoptr (BullaLoad) load = load_all (world, piece, world->forge->now);
      g_autoptr (GError) error = NULL;
      GInputStream *stream = bulla_load_get_body (load);
      g_autoptr (GInputStream) body = g_object_ref (stream);
      BullaVerdict *before = bulla_load_get_verdict (load);
      g_autoptr (GByteArray) out = load_read_body (load, piece, &error);
      g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_BODY_RECORD);
      assert_verdict (before, "substitute", NULL); /* the borrowed verdict is unchanged */
      g_assert_true (bulla_load_get_verdict (load) == bulla_load_get_verdict (load));
      g_assert_cmpuint (out->len, ==, (guint)record * 64);
      for (guint i = 0; i < out->len; i++)
        g_assert_cmpint (out->data[i], ==, i % 64 == 63 ? '\n' : 'a' + (int)i % 26);
      assert_verdict (bulla_load_get_verdict (load), "refuse", "body.record");
      g_assert_null (bulla_load_get_body (load));
      /* reading again returns the fault, not an end */
      g_autoptr (GError) again = NULL;
      char byte;
      g_assert_cmpint (g_input_stream_read (body, &byte, 1, NULL, &again), ==, -1);
      g_assert_error (again, BULLA_FAULT, (int)BULLA_REASON_BODY_RECORD);
    }
  }
}

static void
test_cut_body (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\nmutation=truncate:end-1\n");
  g_autoptr (BullaLoad) load = load_all (world, 100, world->forge->now);
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) out = load_read_body (load, 1000, &error);

  g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_BODY_RECORD);
  g_assert_cmpuint (out->len, ==, 192);
}

/* the end of a body is reported once, even if reading continues */
static void
test_body_ended (void)
{
  static const struct {
    const char *recipe, *ends;
    gboolean breaks; /* whether the transport fails */
  } cases[] = {{"base=page\n", "whole", FALSE},
               {"base=page\nmutation=record-flip:3\n", "BullaFault", FALSE},
               {"base=page\n", "g-io-error-quark", TRUE}};

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (LoadWorld) world = load_world_new ("draft-b3", cases[i].recipe);
    g_autoptr (BullaLoad) load = load_all (world, 100, world->forge->now);
    g_autoptr (GtSignalLogger) signals = gt_signal_logger_new ();
    g_autoptr (GError) end = NULL;
    g_autoptr (GInputStream) gone = g_memory_input_stream_new ();
    gt_signal_logger_connect (signals, load, "body-ended");
    g_input_stream_close (gone, NULL, NULL);
    if (cases[i].breaks)
      bulla_load_set_rest (load, gone, NULL, 0);
    g_autoptr (GByteArray) first = load_read_body (load, 100, NULL);
    gt_signal_logger_assert_emission_pop (signals, load, "body-ended", &end);
    g_assert_cmpstr (end != NULL ? g_quark_to_string (end->domain) : "whole", ==, cases[i].ends);
    if (bulla_load_get_body (load) != NULL) {
      g_autoptr (GByteArray) again = load_read_body (load, 100, NULL);
      g_assert_cmpuint (again->len, ==, 0);
    }
    gt_signal_logger_assert_no_emissions (signals);
  }
}

/* whichever bit is flipped, either the signed bytes are delivered or nothing */
static void
test_every_byte (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  gsize size;
  const guint8 *data = g_bytes_get_data (world->forge->exchange, &size);
  guint n_substituted = 0;

  for (gsize at = 0; at < size; at++) {
    guint8 *copy = g_memdup2 (data, size);
    copy[at] ^= (guint8)(1 << at % 7);
    g_autoptr (GBytes) bytes = g_bytes_new_take (copy, size);
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    g_autoptr (GError) error = NULL;
    load_push (load, bytes, 1000);
    while (bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN)
      bulla_load_give_chain (load, world->forge->chain);
    if (bulla_load_get_body (load) == NULL)
      continue;
    n_substituted++;
    g_assert_cmpstr (bulla_load_get_url (load), ==, world->forge->url);
    g_assert_cmpuint (bulla_load_get_status (load), ==, 200);
    g_autoptr (GByteArray) body = load_read_body (load, 1000, &error);
    for (guint i = 0; i < body->len; i++)
      g_assert_cmpint (body->data[i], ==, i % 64 == 63 ? '\n' : 'a' + (int)i % 26);
    g_assert_cmpint (error == NULL, ==, body->len == 200);
    if (error != NULL)
      g_assert_cmpuint (at, >=, world->forge->offsets[5]);
  }
  g_assert_cmpuint (n_substituted, <, size / 2);
}

/* the transport fails at each byte of the head */
static void
test_transport (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autoptr (GError) transport = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "it broke");
  const guint8 *data = g_bytes_get_data (world->forge->exchange, NULL);

  for (size_t at = 0; at < world->forge->offsets[5]; at++) {
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    g_assert_cmpuint (bulla_load_push (load, data, at), ==, at);
    bulla_load_fail (load, transport);
    assert_verdict (bulla_load_get_verdict (load), "refuse", "outer.transport");
    g_assert_null (bulla_load_get_body (load));
  }
}

static void
test_every_truncation (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  const size_t *offsets = world->forge->offsets;

  for (size_t at = 0; at < offsets[5]; at++) {
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (world->forge->exchange, 0, at);
    load_push (load, cut, 7);
    assert_verdict (bulla_load_get_verdict (load), at < offsets[2] ? "refuse" : "fall-back",
                    "sxg.truncated");
  }
}

static void
test_no_chain (void)
{
  static const struct {
    BullaReason given;
    const char *outcome, *reason;
  } rows[] = {
      {BULLA_REASON_NONE, "refuse", "chain.unknown"}, /* offline */
      {BULLA_REASON_CHAIN_FETCH, "fall-back", "chain.fetch"},
      {BULLA_REASON_CHAIN_STATUS, "fall-back", "chain.status"},
      {BULLA_REASON_CHAIN_CONTENT_TYPE, "fall-back", "chain.content-type"},
      {BULLA_REASON_CHAIN_TOO_LARGE, "fall-back", "chain.too-large"},
      {BULLA_REASON_CHAIN_REDIRECT, "fall-back", "chain.redirect"},
  };
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    load_push (load, world->forge->exchange, 100);
    bulla_load_give_no_chain (load, rows[i].given, "so it is");
    assert_verdict (bulla_load_get_verdict (load), rows[i].outcome, rows[i].reason);
    g_assert_false (bulla_load_get_chain_fetched (load));
    g_assert_null (bulla_load_get_body (load));
  }
}

/* a rule that already failed makes the fetch unnecessary */
static void
test_fetch_spared (void)
{
  static const char *const recipes[] = {
      "mutation=header:set-cookie=a\n", "mutation=expires:-1h\n", "mutation=header-remove:digest\n",
      "mutation=header::status=301\n", "mutation=param-remove:sig\n"};

  for (size_t i = 0; i < G_N_ELEMENTS (recipes); i++) {
    g_autoptr (LoadWorld) world = load_world_new ("draft-b3", recipes[i]);
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    load_push (load, world->forge->exchange, 100);
    g_test_message ("%s", recipes[i]);
    g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_JUDGED);
    g_assert_false (bulla_load_get_chain_fetched (load));
  }
}

static void
test_data_url (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\ncert-url=data\n");
  g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);

  load_push (load, world->forge->exchange, 100);
  assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
  g_assert_false (bulla_load_get_chain_fetched (load));
}

static void
test_by_hand (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autoptr (BullaLoad) load = load_world_start (world, world->forge->chain, world->forge->now);

  load_push (load, world->forge->exchange, 100);
  assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
  g_assert_false (bulla_load_get_chain_fetched (load));
}

static void
test_profiles (void)
{
  static const char *const names[] = {"draft-b3", "loading", "chromium"};
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
    load_world_set_profile (world, names[i]);
    g_autoptr (BullaLoad) load = load_all (world, 100, world->forge->now);
    assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
    g_assert_cmpstr (bulla_verdict_get_profile_name (bulla_load_get_verdict (load)), ==, names[i]);
  }
}

/* at `expires` the verdict differs; one second before it is the same */
static void
test_expires (void)
{
  static const struct {
    const char *recipe, *by, *reason;
  } rows[] = {
      {"base=page\nmutation=expires:+1h\n", "signature", "signature.expired"},
      {"base=page\nmutation=leaf-until:+2h\n", "certificate", "cert.expired"},
      {"base=page\nmutation=intermediate-until:+2h\n", "certificate", "cert.expired"},
      {"base=page\nmutation=ocsp-next-update:+3h\n", "ocsp", "ocsp.stale"},
      {"base=delegated-ocsp\n", NULL, NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (LoadWorld) world = load_world_new ("draft-b3", rows[i].recipe);
    g_autoptr (BullaLoad) now = load_all (world, 1000, world->forge->now);
    BullaVerdict *verdict = bulla_load_get_verdict (now);
    gint64 expires = bulla_verdict_get_expires (verdict);
    g_test_message ("%s", rows[i].recipe);
    assert_verdict (verdict, "substitute", NULL);
    g_assert_cmpint (expires, >, world->forge->now);
    if (rows[i].by != NULL)
      g_assert_cmpstr (bulla_expires_by_get_nick (bulla_verdict_get_expires_by (verdict)), ==,
                       rows[i].by);
    g_autoptr (BullaLoad) before = load_all (world, 1000, expires - 1);
    assert_verdict (bulla_load_get_verdict (before), "substitute", NULL);
    g_autoptr (BullaLoad) after = load_all (world, 1000, expires);
    g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (after)), !=,
                     BULLA_OUTCOME_SUBSTITUTE);
    if (rows[i].reason != NULL)
      assert_verdict (bulla_load_get_verdict (after), "fall-back", rows[i].reason);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/walk/good", test_good);
  g_test_add_func ("/load/walk/bases-and-splits", test_bases);
  g_test_add_func ("/load/walk/late-fault", test_late_fault);
  g_test_add_func ("/load/walk/cut-body", test_cut_body);
  g_test_add_func ("/load/walk/body-ended", test_body_ended);
  g_test_add_func ("/load/walk/every-byte", test_every_byte);
  g_test_add_func ("/load/walk/transport", test_transport);
  g_test_add_func ("/load/walk/every-truncation", test_every_truncation);
  g_test_add_func ("/load/walk/no-chain", test_no_chain);
  g_test_add_func ("/load/walk/fetch-spared", test_fetch_spared);
  g_test_add_func ("/load/walk/data-url", test_data_url);
  g_test_add_func ("/load/walk/by-hand", test_by_hand);
  g_test_add_func ("/load/walk/profiles", test_profiles);
  g_test_add_func ("/load/walk/expires", test_expires);
  return g_test_run ();
}
