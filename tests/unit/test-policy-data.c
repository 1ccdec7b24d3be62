/* test-policy-data.c - what a substituted page may leave behind, for each value of the setting
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-data-rights.h"
#include "bulla-loader.h"

#define PAGE "https://publisher.test/article?a=b#c"
#define PUBLISHER "https://publisher.test"
#define PACKAGE "https://aggregator.test:8443/a.sxg"
#define AGGREGATOR "https://aggregator.test:8443"

static BullaProfile *
make_profile (const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) base = bulla_profile_load ("draft-b3", &error);

  g_assert_no_error (error);
  BullaProfile *profile = bulla_profile_with (base, "substituted.data", value, &error);
  g_assert_no_error (error);
  return profile;
}

typedef struct {
  const char *value;
  const char *distributor;
  gboolean confirmed;
  BullaDataChoice choice;
  BullaDataRights wanted;
} Row;

static const Row ROWS[] = {
    {"allow", PACKAGE, FALSE, BULLA_DATA_ALLOW, {FALSE, TRUE, TRUE, TRUE, NULL}},
    {"allow", PACKAGE, TRUE, BULLA_DATA_ALLOW, {FALSE, TRUE, TRUE, TRUE, NULL}},
    {"allow", NULL, FALSE, BULLA_DATA_ALLOW, {FALSE, TRUE, TRUE, TRUE, NULL}},
    {"partition",
     PACKAGE,
     FALSE,
     BULLA_DATA_PARTITION,
     {TRUE, TRUE, TRUE, TRUE, (char *)AGGREGATOR}},
    {"partition",
     PACKAGE,
     TRUE,
     BULLA_DATA_PARTITION,
     {TRUE, TRUE, TRUE, TRUE, (char *)AGGREGATOR}},
    /* a file has no origin, so nothing finds the data again */
    {"partition", NULL, TRUE, BULLA_DATA_PARTITION, {TRUE, TRUE, TRUE, FALSE, NULL}},
    {"partition", "not a URL", TRUE, BULLA_DATA_PARTITION, {TRUE, TRUE, TRUE, FALSE, NULL}},
    {"until-confirmed",
     PACKAGE,
     FALSE,
     BULLA_DATA_UNTIL_CONFIRMED,
     {TRUE, TRUE, FALSE, FALSE, (char *)PUBLISHER}},
    {"until-confirmed",
     PACKAGE,
     TRUE,
     BULLA_DATA_UNTIL_CONFIRMED,
     {TRUE, TRUE, TRUE, TRUE, (char *)PUBLISHER}},
    {"until-confirmed",
     NULL,
     FALSE,
     BULLA_DATA_UNTIL_CONFIRMED,
     {TRUE, TRUE, FALSE, FALSE, (char *)PUBLISHER}},
    {"deny", PACKAGE, FALSE, BULLA_DATA_DENY, {TRUE, FALSE, FALSE, FALSE, NULL}},
    {"deny", PACKAGE, TRUE, BULLA_DATA_DENY, {TRUE, FALSE, FALSE, FALSE, NULL}},
};

static void
test_rights (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BullaProfile) profile = make_profile (row->value);
  g_auto (BullaDataRights) rights = {FALSE};

  g_assert_cmpint (bulla_data_get_choice (profile), ==, row->choice);
  bulla_data_judge (profile, PAGE, row->distributor, row->confirmed, &rights);
  g_assert_cmpint (rights.apart, ==, row->wanted.apart);
  g_assert_cmpint (rights.stores, ==, row->wanted.stores);
  g_assert_cmpint (rights.asks, ==, row->wanted.asks);
  g_assert_cmpint (rights.lasts, ==, row->wanted.lasts);
  g_assert_cmpstr (rights.partition, ==, row->wanted.partition);
}

/* Each profile that ships has the value that docs/profiles.md gives it. */
static void
test_shipped (void)
{
  static const struct {
    const char *profile;
    BullaDataChoice choice;
  } rows[] = {
      {"draft-b3", BULLA_DATA_ALLOW},          {"loading", BULLA_DATA_ALLOW},
      {"chromium", BULLA_DATA_ALLOW},          {"separate-origin", BULLA_DATA_ALLOW},
      {"mozilla", BULLA_DATA_UNTIL_CONFIRMED},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaProfile) profile = bulla_profile_load (rows[i].profile, &error);

    g_assert_no_error (error);
    g_assert_cmpint (bulla_data_get_choice (profile), ==, rows[i].choice);
  }
}

static void
test_unknown_value (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) base = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaProfile) none =
      bulla_profile_with (base, "substituted.data", "sometimes", &error);

  g_assert_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE);
  g_assert_null (none);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/data/%s/%" G_GSIZE_FORMAT, ROWS[i].value, i);
    g_test_add_data_func (path, &ROWS[i], test_rights);
  }
  g_test_add_func ("/policy/data/shipped", test_shipped);
  g_test_add_func ("/policy/data/unknown-value", test_unknown_value);
  return g_test_run ();
}
