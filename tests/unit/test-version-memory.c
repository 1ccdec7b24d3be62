/* test-version-memory.c - what the store knows about a version: newer ones seen, and known flaws
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-version-memory.h"
#include "bulla-vulnerable.h"
#include "store-kit.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define BASE64 "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8="
#define HEADERS "sha256-" BASE64
#define BODY "mi-sha256-03=" BASE64
#define OTHER_URL "https://publisher.test/other"

/* --- the text */

static GPtrArray *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = bulla_vulnerable_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return entries;
}

static void
test_text (void)
{
  g_autoptr (GPtrArray) entries = parse ("# an advisory\n"
                                         "\n"
                                         "header-integrity " HEADERS "\n"
                                         "  body-digest\t" BODY " " KIT_URL " # XSS in #tides \r\n"
                                         "body-digest " HEX " HTTPS://PUBLISHER.test:443/tides#x\n"
                                         "header-integrity " HEX "   #");
  const BullaVulnerable *first = entries->pdata[0], *second = entries->pdata[1];
  const BullaVulnerable *third = entries->pdata[2], *fourth = entries->pdata[3];

  g_assert_cmpuint (entries->len, ==, 4);
  g_assert_cmpint (first->kind, ==, BULLA_VULNERABLE_HEADERS);
  g_assert_cmpstr (first->sha256, ==, HEX);
  g_assert_null (first->url);
  g_assert_null (first->why);
  g_assert_cmpint (second->kind, ==, BULLA_VULNERABLE_BODY);
  g_assert_cmpstr (second->sha256, ==, HEX);
  g_assert_cmpstr (second->url, ==, KIT_URL);
  g_assert_cmpstr (second->why, ==, "XSS in #tides");
  g_assert_cmpstr (third->id, ==, second->id); /* the same entry in another spelling */
  g_assert_cmpstr (fourth->id, ==, first->id);
  g_assert_cmpstr (first->id, !=, second->id);
  g_assert_null (fourth->why);
  g_autoptr (GPtrArray) none = parse ("");
  g_assert_cmpuint (none->len, ==, 0);
}

static const struct {
  const char *text, *says;
} MALFORMED[] = {
    {"body-digest", "line 1 needs a digest"},
    {"\nheader-integrity # why", "line 2 needs a digest: “sha256-"},
    {"serial 12 issuer x", "line 1 begins with neither"},
    {"Body-Digest " HEX, "line 1 begins with neither"},
    {"body-digest " HEX "0", "line 1 needs a digest"},
    {"body-digest " HEADERS, "line 1 needs a digest: “mi-sha256-03"},
    {"header-integrity " BODY, "line 1 needs a digest: “sha256-"},
    {"header-integrity sha256-ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8", "line 1 needs"},
    {"header-integrity sha256-AAAA", "line 1 needs a digest"},
    {"header-integrity sha256-" BASE64 "=", "line 1 needs a digest"},
    {"body-digest " HEX "\nbody-digest " HEX " XSS", "line 2 the third word is not a URL"},
    {"body-digest " HEX " " KIT_URL " XSS", "line 1 has more than three words"},
    {"body-digest " HEX " # \xff\n", "line 1 is not valid UTF-8"},
};

static void
test_malformed (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (MALFORMED); i++) {
    const char *text = MALFORMED[i].text;
    g_autoptr (GError) error = NULL;
    g_assert_null (bulla_vulnerable_parse (text, strlen (text), &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, MALFORMED[i].says));
  }
}

/* every truncation of a good line, in a copy of exactly that size */
static void
test_cut (void)
{
  static const char line[] = "body-digest " BODY " " KIT_URL " # why";
  gsize end_of_digest = strlen ("body-digest " BODY);

  for (gsize n = 0; n < strlen (line); n++) {
    g_autofree char *cut = g_memdup2 (line, MAX (n, 1));
    g_autoptr (GPtrArray) entries = bulla_vulnerable_parse (cut, n, NULL);
    if (n > 0 && n < end_of_digest)
      g_assert_null (entries);
    else if (n == 0 || n <= end_of_digest + 1 || n >= end_of_digest + 1 + strlen (KIT_URL))
      g_assert_nonnull (entries);
  }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("body-digest " HEX " # ");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 16384; i++)
    g_string_append_c (text, 'a');
  g_assert_null (bulla_vulnerable_parse (text->str, text->len, &error));
  g_assert_nonnull (strstr (error->message, "line 1 is too long"));
  g_clear_error (&error);
  g_assert_null (bulla_vulnerable_parse ("#\n\0\n", 4, &error));
  g_assert_nonnull (strstr (error->message, "line 2 has a zero byte"));
  g_clear_error (&error);
  g_string_truncate (text, 0);
  for (guint i = 0; i <= 100000; i++)
    g_string_append (text, "body-digest " HEX "\n");
  g_assert_null (bulla_vulnerable_parse (text->str, text->len, &error));
  g_assert_nonnull (strstr (error->message, "line 100001 is one too many"));
}

/* --- the list in the store */

static guint
import (BullaStore *store, const char *text, guint *total)
{
  g_autoptr (GPtrArray) entries = parse (text);
  g_autoptr (GError) error = NULL;
  guint added = 0;

  bulla_vulnerable_import (store, entries, "advisory.txt", 1000, &added, total, &error);
  g_assert_no_error (error);
  return added;
}

static char *
find_version (BullaStore *store, const char *url, const char *headers, const char *body)
{
  const BullaVersion version = {url, headers, body};
  g_autoptr (GError) error = NULL;
  char *entry = NULL;

  bulla_vulnerable_find (store, &version, &entry, &error);
  g_assert_no_error (error);
  return entry;
}

static void
test_list (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  guint total = 0;
  gboolean removed = FALSE;

  g_assert_cmpuint (import (store, "body-digest " HEX " " KIT_URL " # why\n", &total), ==, 1);
  g_assert_cmpuint (import (store,
                            "body-digest " BODY " " KIT_URL " # another reason\n"
                            "header-integrity " HEX "\nheader-integrity " HEX "\n",
                            &total),
                    ==, 1);
  g_assert_cmpuint (total, ==, 2);
  g_clear_object (&store);
  store = kit_open (kit, BULLA_STORE_DEFAULT); /* it survives a restart */
  g_autoptr (GPtrArray) all = bulla_vulnerable_list (store, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  const BullaVulnerable *anywhere = all->pdata[0], *there = all->pdata[1];
  g_assert_cmpint (anywhere->kind, ==, BULLA_VULNERABLE_HEADERS);
  g_assert_null (anywhere->url);
  g_assert_cmpint (there->kind, ==, BULLA_VULNERABLE_BODY);
  g_assert_cmpstr (there->why, ==, "why");
  g_assert_cmpstr (there->source, ==, "advisory.txt");
  g_assert_cmpint (there->imported, ==, 1000);
  g_assert_true (bulla_vulnerable_remove (store, there->id, &removed, NULL));
  g_assert_true (removed);
  g_assert_true (bulla_vulnerable_remove (store, there->id, &removed, NULL));
  g_assert_false (removed);
  g_autofree char *gone = find_version (store, KIT_URL, NULL, BODY);
  g_assert_null (gone);
}

static void
test_find (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  guint total = 0;

  g_autofree char *none = find_version (store, KIT_URL, HEADERS, BODY);
  g_assert_null (none);
  import (store, "body-digest " HEX " " KIT_URL " # one\n", &total);
  g_autofree char *body = find_version (store, KIT_URL "#part", NULL, BODY);
  g_assert_nonnull (strstr (body, "body-digest " HEX));
  g_assert_nonnull (strstr (body, ": one"));
  g_autofree char *elsewhere = find_version (store, OTHER_URL, HEADERS, BODY);
  g_assert_null (elsewhere);
  g_autofree char *headers =
      find_version (store, KIT_URL, HEADERS, NULL); /* another kind of digest */
  g_assert_null (headers);
  import (store, "header-integrity " HEX " # two\n", &total);
  g_autofree char *anywhere = find_version (store, OTHER_URL, HEADERS, NULL);
  g_assert_nonnull (strstr (anywhere, ": two"));
  g_autofree char *first = find_version (store, KIT_URL, HEADERS, BODY);
  g_assert_nonnull (strstr (first, ": one")); /* the entry for the URL comes first */
  g_autofree char *unknown = find_version (store, KIT_URL, NULL, NULL);
  g_assert_null (unknown);
}

/* --- facts */

static BullaFacts *
recall (BullaStore *store, const char *url, gint64 date)
{
  const BullaVersion version = {url, HEADERS, BODY};
  g_auto (BullaVersionMemory) memory = {0};
  g_autoptr (GError) error = NULL;
  BullaFacts *facts = bulla_facts_new ();
  gboolean recalled = bulla_version_memory_recall (store, &version, &memory, &error);

  bulla_part_set_ok (&facts->signature.read);
  facts->signature.date = date;
  bulla_version_memory_fill_facts (recalled ? &memory : NULL, recalled ? NULL : error->message,
                                   facts);
  return facts;
}

static void
test_facts (Kit *kit, gconstpointer data)
{
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_CREATE);
  BullaSighting live = {.url = OTHER_URL,
                        .source = BULLA_SEEN_LIVE,
                        .date = 2000,
                        .seen = 2001,
                        .validator = "\"1\""};

  kit_note (store, KIT_URL, 1000);
  g_assert_true (bulla_history_note (store, &live, NULL));
  g_autoptr (BullaFacts) older = recall (store, KIT_URL, 999);
  g_assert_cmpint (older->history.known, ==, BULLA_YES);
  g_assert_cmpint (older->history.newest, ==, 1000);
  g_assert_false (older->history.live);
  g_assert_cmpstr (older->history.older, ==,
                   "signed 1970-01-01T00:16:39Z; seen before: an exchange of "
                   "1970-01-01T00:16:40Z");
  g_assert_null (older->history.vulnerable);
  g_autoptr (BullaFacts) same = recall (store, KIT_URL, 1000);
  g_assert_null (same->history.older);
  g_autoptr (BullaFacts) newer = recall (store, KIT_URL, 1001);
  g_assert_null (newer->history.older);
  g_autoptr (BullaFacts) than_live = recall (store, OTHER_URL, 1999);
  g_assert_true (than_live->history.live);
  g_assert_nonnull (strstr (than_live->history.older, "the live page of"));
  g_autoptr (BullaFacts) first = recall (store, "https://publisher.test/new", 1);
  g_assert_cmpint (first->history.newest, ==, -1);
  g_assert_null (first->history.older);
  /* a second member of the Signature list may be newer */
  older->signature.date = 1000;
  bulla_facts_take_newest (older, older->history.newest, older->history.live);
  g_assert_null (older->history.older);
}

/* A store that cannot be read is not one that knows nothing. */
static void
test_damaged (Kit *kit, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  g_autoptr (BullaStore) before = kit_open (kit, BULLA_STORE_CREATE);

  kit_note (before, KIT_URL, 1000);
  g_clear_object (&before);
  g_assert_true (g_file_get_contents (kit->path, &bytes, &length, NULL));
  memset (bytes + 4096, 0xff, length - 4096);
  g_assert_true (g_file_set_contents (kit->path, bytes, (gssize)length, NULL));
  g_autoptr (BullaStore) store = kit_open (kit, BULLA_STORE_DEFAULT);
  g_autoptr (BullaFacts) facts = recall (store, KIT_URL, 1);
  g_assert_cmpint (facts->history.known, ==, BULLA_NO);
  g_assert_nonnull (strstr (facts->history.failure, "was renamed to"));
  g_assert_null (facts->history.older);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Kit, NULL, kit_set_up, test, kit_tear_down)
  g_test_add_func ("/memory/text", test_text);
  g_test_add_func ("/memory/text/malformed", test_malformed);
  g_test_add_func ("/memory/text/cut", test_cut);
  g_test_add_func ("/memory/text/limits", test_limits);
  ADD ("/memory/list", test_list);
  ADD ("/memory/find", test_find);
  ADD ("/memory/facts", test_facts);
  ADD ("/memory/damaged", test_damaged);
  return g_test_run ();
}
