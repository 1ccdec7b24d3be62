/* test-load-members.c - loads exchanges with several signatures, and fetches chains again
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "load-world.h"

#include <string.h>

/* The parameters in which the members of a Signature list differ from a valid one. */
static char *
spoil (const char *good, const char *label, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (strchr (good, ';'), from, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_autofree char *rest = g_strjoinv (to, parts);
  return g_strconcat (label, rest, NULL);
}

typedef struct {
  const char *name;
  const char *members;    /* g: good, s: other signature, e: expired, m: one parameter missing */
  const char *reasons[3]; /* by profile: draft-b3, loading, chromium */
} Row;

#define INVALID "signature.invalid"
#define COUNT "signature.count"

static const Row ROWS[] = {
    {"good", "g", {NULL, NULL, NULL}},
    {"bad", "s", {INVALID, INVALID, INVALID}},
    {"good-bad", "gs", {NULL, COUNT, NULL}},
    {"bad-good", "sg", {NULL, COUNT, INVALID}},
    {"bad-bad-good", "seg", {NULL, COUNT, INVALID}},
    {"expired-good", "eg", {NULL, COUNT, "signature.expired"}},
    {"missing-good", "mg", {NULL, COUNT, "signature.parameter-missing"}},
    {"bad-missing", "sm", {INVALID, COUNT, INVALID}},
    {"expired-bad", "es", {"signature.expired", COUNT, "signature.expired"}},
    {"good-good", "gg", {NULL, COUNT, NULL}},
};

static char *
compose (const char *good, const char *members)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; members[i] != '\0'; i++) {
    g_autofree char *label = g_strdup_printf ("member%u", i);
    char *member = members[i] == 's'   ? spoil (good, label, "sig=*M", "sig=*N")
                   : members[i] == 'e' ? spoil (good, label, "expires=1", "expires=0")
                   : members[i] == 'm' ? spoil (good, label, "integrity=", "other=")
                                       : spoil (good, label, "sig=", "sig=");
    g_ptr_array_add (list, member);
  }
  g_ptr_array_add (list, NULL);
  return g_strjoinv (", ", (char **)list->pdata);
}

static void
test_row (gconstpointer data)
{
  static const char *const profiles[] = {"draft-b3", "loading", "chromium"};
  const Row *row = data;
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autofree char *good = load_world_dup_signature (world);
  g_autofree char *signature = compose (good, row->members);
  g_autoptr (GBytes) exchange = load_world_with_signature (world, signature);

  for (size_t i = 0; i < G_N_ELEMENTS (profiles); i++) {
    load_world_set_profile (world, profiles[i]);
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    load_push (load, exchange, 1000);
    for (int n = 0; bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN; n++) {
      g_assert_cmpint (n, <, 8);
      bulla_load_give_chain (load, world->forge->chain);
    }
    const char *outcome = row->reasons[i] == NULL ? "substitute" : i == 1 ? "refuse" : "fall-back";
    assert_verdict (bulla_load_get_verdict (load), outcome, row->reasons[i]);
    g_assert_cmpint (bulla_load_get_body (load) != NULL, ==, row->reasons[i] == NULL);
  }
}

/* the reported details belong to the member that decided */
static void
test_facts (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autofree char *good = load_world_dup_signature (world);
  g_autofree char *signature = compose (good, "eg");
  g_autoptr (GBytes) exchange = load_world_with_signature (world, signature);
  g_autoptr (BullaLoad) load = load_world_start (world, world->forge->chain, world->forge->now);

  load_push (load, exchange, 1000);
  assert_verdict (bulla_load_get_verdict (load), "substitute", NULL);
  g_assert_cmpint (bulla_load_get_expires (load), >, world->forge->now);
  g_assert_cmpstr (bulla_load_get_facts (load)->signature.label, ==, "member1");
  g_assert_cmpuint (bulla_load_get_facts (load)->signature.count, ==, 2);
}

/* as many signatures as a Signature value can hold: no deep recursion, and a limited number of
 * fetches */
static void
test_many (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autofree char *good = load_world_dup_signature (world);
  g_autofree char *bad = compose (good, "s");
  g_autofree char *small = g_strdup ("a;sig=**;integrity=\"\";cert-url=\"https://a\";cert-sha256=**"
                                     ";validity-url=\"https://publisher.test\";date=0;expires=1");
  g_autoptr (GString) many = g_string_new (small);

  while (many->len + strlen (small) + strlen (bad) + 4 < 16384)
    g_string_append_printf (many, ",%s", small);
  g_string_append_printf (many, ",%s", bad);
  g_autoptr (GBytes) exchange = load_world_with_signature (world, many->str);
  g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);

  load_push (load, exchange, 1000);
  for (int n = 0; bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN; n++) {
    g_assert_cmpint (n, <, 4);
    bulla_load_give_chain (load, world->forge->chain);
  }
  assert_verdict (bulla_load_get_verdict (load), "fall-back", "signature.expired");
}

/* each of many signatures may name another host, of which only some are contacted */
static void
test_many_chains (void)
{
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");
  g_autofree char *good = load_world_dup_signature (world);
  g_autofree char *signature = compose (good, "sssssssssssssssssssssssssg");
  g_autoptr (GBytes) exchange = load_world_with_signature (world, signature);
  g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
  int n = 0;

  load_push (load, exchange, 1000);
  for (; bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN; n++)
    bulla_load_give_chain (load, world->forge->chain);
  g_assert_cmpint (n, ==, 8);
  assert_verdict (bulla_load_get_verdict (load), "fall-back", INVALID);
}

/* IMPL 4: the chain is fetched again once, bypassing caches, and the new one decides */
static void
test_refetch (void)
{
  static const char *const stale[] = {"ocsp-next-update:-1h", "ocsp-status:revoked",
                                      "sct-other-key", "leaf-days:30"};
  g_autoptr (LoadWorld) world = load_world_new ("draft-b3", "base=page\n");

  for (size_t i = 0; i < G_N_ELEMENTS (stale); i++) {
    g_autofree char *recipe = g_strdup_printf ("base=page\nmutation=%s\n", stale[i]);
    g_autoptr (LoadWorld) before = load_world_new ("draft-b3", recipe);
    for (int healed = 0; healed < 2; healed++) {
      g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
      load_push (load, world->forge->exchange, 1000);
      g_assert_false (bulla_load_wants_fresh_chain (load));
      bulla_load_give_chain (load, before->forge->chain);
      g_test_message ("%s", stale[i]);
      g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_WANTS_CHAIN);
      g_assert_true (bulla_load_wants_fresh_chain (load));
      g_assert_null (bulla_load_get_body (load));
      bulla_load_give_chain (load, healed ? world->forge->chain : before->forge->chain);
      g_assert_cmpint (bulla_load_get_state (load), ==, BULLA_LOAD_JUDGED);
      g_assert_cmpint (bulla_load_get_body (load) != NULL, ==, healed);
    }
  }
}

static void
test_no_refetch (void)
{
  static const char *const profiles[] = {"loading", "chromium"};
  g_autoptr (LoadWorld) world =
      load_world_new ("draft-b3", "base=page\nmutation=ocsp-status:unknown\n");

  for (size_t i = 0; i < G_N_ELEMENTS (profiles); i++) {
    load_world_set_profile (world, profiles[i]);
    g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);
    load_push (load, world->forge->exchange, 1000);
    bulla_load_give_chain (load, world->forge->chain);
    assert_verdict (bulla_load_get_verdict (load), i == 0 ? "refuse" : "fall-back",
                    "ocsp.status-unknown");
  }
}

/* The fresh chain cannot be fetched, which becomes the reason. */
static void
test_refetch_fails (void)
{
  g_autoptr (LoadWorld) world =
      load_world_new ("draft-b3", "base=page\nmutation=ocsp-status:revoked\n");
  g_autoptr (BullaLoad) load = load_world_start (world, NULL, world->forge->now);

  load_push (load, world->forge->exchange, 1000);
  bulla_load_give_chain (load, world->forge->chain);
  bulla_load_give_no_chain (load, BULLA_REASON_CHAIN_FETCH, "gone");
  assert_verdict (bulla_load_get_verdict (load), "fall-back", "chain.fetch");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/load/members/%s", ROWS[i].name);
    g_test_add_data_func (path, &ROWS[i], test_row);
  }
  g_test_add_func ("/load/members/facts", test_facts);
  g_test_add_func ("/load/members/many", test_many);
  g_test_add_func ("/load/members/many-chains", test_many_chains);
  g_test_add_func ("/load/refetch/once", test_refetch);
  g_test_add_func ("/load/refetch/not-asked", test_no_refetch);
  g_test_add_func ("/load/refetch/fails", test_refetch_fails);
  return g_test_run ();
}
