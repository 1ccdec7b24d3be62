/* test-ledger-shares.c - drops the contacts of the view that has the most, and says so
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ledger-internal.h"
#include "bulla-page-contacts.h"

static const BullaCause PAGE = {3, "https://a.test/", "page", NULL};

static BullaContact *
peek (BullaLedger *ledger, guint i)
{
  g_autoptr (BullaContact) contact = g_list_model_get_item (G_LIST_MODEL (ledger), i);

  return contact;
}

/* A view that fills the ledger loses its own oldest contacts, and not those of other views. */
static void
test_shares (void)
{
  static const BullaCause other = {.view = 8, .purpose = "page"}, unknown = {.purpose = "page"};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();

  bulla_ledger_add_withheld (ledger, &other, "https://other.test/", 10);
  bulla_ledger_add_withheld (ledger, &unknown, "https://unknown.test/", 10);
  g_autoptr (BullaContact) slow =
      bulla_ledger_begin (ledger, BULLA_CONTACT_CONNECT, &other, "slow.test", 443);
  for (guint i = 0; i < BULLA_LEDGER_MAX; i++)
    bulla_ledger_add_withheld (ledger, &PAGE, "https://a.test/report", 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ledger)), ==, BULLA_LEDGER_MAX);
  g_assert_cmpuint (bulla_ledger_get_n_dropped (ledger), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (bulla_contact_get_id (peek (ledger, i)), ==, i + 1);
  g_assert_cmpuint (bulla_contact_get_id (peek (ledger, 3)), ==, 7);
  bulla_ledger_fail (ledger, slow, "broken");
  g_assert_cmpstr (bulla_contact_get_error (peek (ledger, 2)), ==, "broken");
  g_assert_cmpuint (bulla_ledger_get_last_dropped (ledger, other.view), ==, 0);
  g_assert_cmpuint (bulla_ledger_get_last_dropped (ledger, 0), ==, 0);
  g_assert_cmpuint (bulla_ledger_get_last_dropped (ledger, PAGE.view), ==, 6);
}

/* the same for the bytes of contacts */
static void
test_shares_of_bytes (void)
{
  static const BullaCause other = {.view = 8, .purpose = "page"};
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autofree char *text = g_strnfill (BULLA_CONTACT_TEXT_MAX, 'x');

  for (guint i = 0; i < BULLA_LEDGER_MAX / 10; i++)
    bulla_ledger_add_withheld (ledger, &other, "https://other.test/", 10);
  for (guint i = 0; i < 2 * BULLA_LEDGER_BYTES_MAX / BULLA_CONTACT_TEXT_MAX; i++)
    bulla_ledger_add_withheld (ledger, &PAGE, text, 10);
  g_assert_cmpuint (bulla_ledger_get_n_dropped (ledger), >, 0);
  g_assert_cmpuint (bulla_ledger_get_last_dropped (ledger, other.view), ==, 0);
}

/* What a page has asked for may be dropped, by itself or as a worker, but not unnoticed. */
static void
test_complete (void)
{
  for (guint view = 0; view < 3; view++) {
    g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
    const BullaCause flood = {.view = view, .purpose = "resource"};
    g_autofree char *rule = bulla_ledger_navigate (ledger, 1, "https://a.test/one", NULL, FALSE);
    guint click = bulla_contact_get_id (bulla_ledger_find_click (ledger, 1));
    g_autoptr (BullaPageContacts) page =
        bulla_page_contacts_new (ledger, 1, click, "https://a.test/one", NULL);

    for (guint i = 0; i < BULLA_LEDGER_MAX - 1; i++)
      bulla_ledger_add_withheld (ledger, &flood, "https://a.test/", 1);
    g_assert_true (bulla_page_contacts_are_complete (page));
    bulla_ledger_add_withheld (ledger, &flood, "https://a.test/", 1);
    g_assert_cmpint (bulla_page_contacts_are_complete (page), ==, view == 2);
  }
}

/* However many views there were, few are remembered; of a forgotten one the ledger does not say
 * that it is complete. */
static void
test_many_views (void)
{
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  BullaCause cause = {.purpose = "page"};

  for (cause.view = 1; cause.view <= 2 * BULLA_LEDGER_MAX; cause.view++)
    bulla_ledger_add_withheld (ledger, &cause, "https://a.test/", 10);
  g_assert_cmpuint (bulla_ledger_get_n_dropped (ledger), ==, BULLA_LEDGER_MAX);
  for (guint view = 1; view <= 2 * BULLA_LEDGER_MAX; view++) {
    gboolean kept = FALSE;
    for (guint i = 0; view % 4999 == 0 && i < BULLA_LEDGER_MAX; i++)
      kept |= peek (ledger, i)->view == view;
    if (view % 4999 == 0 && !kept)
      g_assert_cmpuint (bulla_ledger_get_last_dropped (ledger, view), >, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ledger/shares/contacts", test_shares);
  g_test_add_func ("/ledger/shares/bytes", test_shares_of_bytes);
  g_test_add_func ("/ledger/shares/complete", test_complete);
  g_test_add_func ("/ledger/shares/many-views", test_many_views);
  return g_test_run ();
}
