/* test-trust-files.c - the revocation list and the log lists change while a trust is used
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: the same cases are about both ways to read the files. */
#include "bulla-files-trust.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "bulla-authority.h"
#include "bulla-chain.h"
#include "bulla-log-list-store.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"
#include "store-kit.h"
#include "test-world.h"

#define DAY G_GINT64_CONSTANT (86400)
#define EARLY (1795402800 - 3 * DAY) /* 2026-11-20T03:00:00Z */
#define NOW G_GINT64_CONSTANT (1795402800)
#define LARGE 20000 /* entries of a list that takes a while to read */

typedef struct {
  Kit kit;
  BullaAuthority *authority; /* owned */
  GBytes *chain;             /* owned */
  BullaTrust *trust;         /* owned */
  BullaFiles *files;         /* owned; writes as the command does */
  BullaTrustFiles *followed; /* owned */
  GPtrArray *notices;        /* owned; char * */
} World;

static void
notice_cb (const char *notice, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (notice));
}

static void
add_root (World *self)
{
  g_autofree char *pem = bulla_authority_dup_root_pem (self->authority);
  g_autofree char *path = g_build_filename (self->kit.parent, "root.pem", NULL);

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
  g_assert_true (bulla_trust_add_roots (self->trust, path, NULL));
}

static void
set_up (World *self, gconstpointer data)
{
  static const char *const hosts[] = {"publisher.test", NULL};
  g_autoptr (GError) error = NULL;

  kit_set_up (&self->kit, NULL);
  self->authority = bulla_authority_new ("Test", NOW - 20 * DAY, &error);
  g_assert_no_error (error);
  g_autoptr (BullaCredential) leaf =
      bulla_authority_issue (self->authority, hosts, NOW - 10 * DAY, 60,
                             BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);
  g_assert_no_error (error);
  self->chain =
      bulla_authority_write_chain (self->authority, leaf, NOW - DAY, NOW + 5 * DAY, 0, &error);
  g_assert_no_error (error);
  self->trust = bulla_trust_new ();
  add_root (self);
  self->files = bulla_files_new (self->kit.folder);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->followed = bulla_trust_files_new (self->kit.folder, TRUE, notice_cb, self->notices);
}

static void
remove_lists (World *self)
{
  g_autofree char *folder = bulla_files_dup_path (self->files, BULLA_LOG_LIST_STORE_FOLDER);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
}

static void
tear_down (World *self, gconstpointer data)
{
  remove_lists (self);
  bulla_trust_files_free (self->followed);
  bulla_files_free (self->files);
  g_ptr_array_unref (self->notices);
  g_object_unref (self->trust);
  g_bytes_unref (self->chain);
  g_object_unref (self->authority);
  kit_tear_down (&self->kit, NULL);
}

/* Returns: (transfer full): what is learnt of the chain, by the files as they are */
static BullaFacts *
look (World *self, gint64 now)
{
  g_autoptr (GError) error = NULL;
  BullaFacts *facts = bulla_facts_new ();

  bulla_trust_files_update (self->followed, now, self->trust);
  g_autoptr (BullaChain) chain = bulla_trust_verify_chain (self->trust, self->chain, now, &error);
  g_assert_no_error (error);
  bulla_chain_fill_facts (chain, facts);
  return facts;
}

static void
assert_listed (World *self, BullaKnown listed)
{
  g_autoptr (BullaFacts) facts = look (self, NOW);

  g_assert_cmpint (facts->cert.listed, ==, listed);
}

/* @valid: whether any timestamp counts; -1 if no log is known */
static void
assert_timestamps (World *self, gint64 now, gint valid)
{
  g_autoptr (BullaFacts) facts = look (self, now);

  g_assert_cmpint (facts->sct.known, ==, valid >= 0 ? BULLA_YES : BULLA_UNKNOWN);
  if (valid >= 0)
    g_assert_cmpint (facts->sct.n_valid > 0, ==, valid);
}

/* Revokes the leaf's key, or another one. */
static void
revoke_key (World *self, gboolean leaf)
{
  g_autoptr (BullaFacts) facts = look (self, NOW);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
  gboolean already_there = FALSE;

  entry->sha256 = leaf ? g_strdup (facts->cert.key_sha256) : g_strnfill (64, 'a');
  g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  g_assert_true (bulla_revocation_store_save (self->files, revocations, NULL));
}

static void
test_revocations (World *self, gconstpointer data)
{
  g_autofree char *path = bulla_files_dup_path (self->files, BULLA_REVOCATION_STORE_NAME);

  assert_listed (self, BULLA_UNKNOWN);
  revoke_key (self, FALSE);
  assert_listed (self, BULLA_NO);
  revoke_key (self, TRUE); /* as long as the file of before, and at once */
  assert_listed (self, BULLA_YES);
  assert_listed (self, BULLA_YES);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_listed (self, BULLA_UNKNOWN);
  revoke_key (self, TRUE);
  assert_listed (self, BULLA_YES);
  g_assert_cmpuint (self->notices->len, ==, 0);
}

/* A damaged list is said so once, and takes nothing back, however often packages are judged. */
static void
test_damaged (World *self, gconstpointer data)
{
  g_autofree char *path = bulla_files_dup_path (self->files, BULLA_REVOCATION_STORE_NAME);

  revoke_key (self, TRUE);
  assert_listed (self, BULLA_YES);
  g_assert_true (g_file_set_contents (path, "bulla-revocations 1\nspki", -1, NULL));
  for (guint i = 0; i < 3; i++)
    assert_listed (self, BULLA_YES);
  g_assert_cmpuint (self->notices->len, ==, 1);
  g_assert_nonnull (strstr (self->notices->pdata[0], "damaged"));
  g_assert_cmpuint (kit_count_files (&self->kit, ".damaged-"), ==, 1);
  revoke_key (self, FALSE); /* a list that is there again counts */
  assert_listed (self, BULLA_NO);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_listed (self, BULLA_UNKNOWN);
}

/* Replaces a file by a link that leads to itself, which nobody can open. */
static void
make_unreadable (const char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink (path, path), ==, 0);
}

/* A list that cannot be read is neither damaged nor gone. */
static void
test_unreadable (World *self, gconstpointer data)
{
  g_autofree char *path = bulla_files_dup_path (self->files, BULLA_REVOCATION_STORE_NAME);

  revoke_key (self, TRUE);
  assert_listed (self, BULLA_YES);
  make_unreadable (path);
  for (guint i = 0; i < 3; i++)
    assert_listed (self, BULLA_YES);
  g_assert_cmpuint (self->notices->len, ==, 1);
  g_assert_cmpint (g_unlink (path), ==, 0);
  revoke_key (self, FALSE);
  assert_listed (self, BULLA_NO);
  g_assert_cmpint (truncate (path, 257 << 20), ==, 0); /* larger than is read */
  for (guint i = 0; i < 3; i++)
    assert_listed (self, BULLA_NO);
  g_assert_cmpuint (self->notices->len, ==, 2);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (kit_count_files (&self->kit, ".damaged-"), ==, 0);
}

/* Makes a file or folder old, so that its identity tells each change from now on. */
static void
settle (World *self, const char *name)
{
  g_autofree char *path = bulla_files_dup_path (self->files, name);
  const struct utimbuf times = {.actime = NOW, .modtime = NOW};

  g_assert_cmpint (g_utime (path, (struct utimbuf *)&times), ==, 0);
}

/* Without a change nothing is read: verified chains stay. */
static void
test_unchanged (World *self, gconstpointer data)
{
  revoke_key (self, FALSE);
  settle (self, BULLA_REVOCATION_STORE_NAME);
  assert_listed (self, BULLA_NO);
  guint generation = bulla_trust_get_generation (self->trust);
  for (guint i = 0; i < 10; i++)
    assert_listed (self, BULLA_NO);
  g_assert_cmpuint (bulla_trust_get_generation (self->trust), ==, generation);
  revoke_key (self, TRUE);
  assert_listed (self, BULLA_YES);
  g_assert_cmpuint (bulla_trust_get_generation (self->trust), >, generation);
}

/* --- the same, in a thread */

/* Keeps a list that takes a while to read, with the leaf's key or without it. */
static void
keep_large_list (World *self, gboolean leaf)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaChain) chain = bulla_trust_verify_chain (self->trust, self->chain, NOW, NULL);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  gboolean already_there = FALSE;

  bulla_chain_fill_facts (chain, facts);
  for (guint i = 0; i < LARGE; i++) {
    BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
    entry->sha256 =
        i == 0 && leaf ? g_strdup (facts->cert.key_sha256) : g_strdup_printf ("%064x", i);
    g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  }
  g_assert_true (bulla_revocation_store_save (self->files, revocations, NULL));
}

/* One who waits for the lists. */
typedef struct {
  gboolean ended;
  GError *error; /* owned; NULL if the lists were read */
} Waiting;

static void
waiting_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *self = user_data;

  self->ended = TRUE;
  bulla_trust_files_update_finish (result, &self->error);
}

static gboolean
has_ended (gpointer data)
{
  return ((Waiting *)data)->ended;
}

/* What the trust has, without a look at the files. */
static BullaKnown
get_listed (World *self)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaChain) chain = bulla_trust_verify_chain (self->trust, self->chain, NOW, NULL);

  bulla_chain_fill_facts (chain, facts);
  return facts->cert.listed;
}

static void
begin_waiting (World *self, Waiting *waiting, GCancellable *cancellable)
{
  bulla_trust_files_update_async (self->followed, NOW, self->trust, cancellable, waiting_cb,
                                  waiting);
}

/* The caller goes on while a large list is read: the main loop tells when that ends. */
static void
test_thread (World *self, gconstpointer data)
{
  Waiting waiting = {0};

  keep_large_list (self, TRUE);
  g_assert_false (bulla_trust_files_are_current (self->followed, NOW));
  begin_waiting (self, &waiting, NULL);
  g_assert_cmpint (get_listed (self), ==, BULLA_UNKNOWN);
  g_assert_false (waiting.ended);
  test_wait_until (has_ended, &waiting);
  g_assert_no_error (waiting.error);
  g_assert_cmpint (get_listed (self), ==, BULLA_YES);
  settle (self, BULLA_REVOCATION_STORE_NAME);
  assert_listed (self, BULLA_YES);
  g_assert_true (bulla_trust_files_are_current (self->followed, NOW));
}

/* Who leaves hears that at once; what is read counts for the others, and afterwards. */
static void
test_leave (World *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiting first = {0}, second = {0}, late = {0}, alone = {0}, last = {0};

  keep_large_list (self, TRUE);
  settle (self, BULLA_REVOCATION_STORE_NAME);
  begin_waiting (self, &first, cancellable);
  begin_waiting (self, &second, NULL);
  g_cancellable_cancel (cancellable);
  test_wait_until (has_ended, &first);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_wait_until (has_ended, &second);
  g_assert_no_error (second.error);
  g_assert_cmpint (get_listed (self), ==, BULLA_YES);
  begin_waiting (self, &late, cancellable); /* cancelled before */
  test_wait_until (has_ended, &late);
  g_assert_error (late.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  keep_large_list (self, FALSE);
  settle (self, BULLA_REVOCATION_STORE_NAME);
  g_autoptr (GCancellable) another = g_cancellable_new ();
  begin_waiting (self, &alone, another);
  g_cancellable_cancel (another); /* nobody waits any more */
  test_wait_until (has_ended, &alone);
  g_assert_error (alone.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  begin_waiting (self, &last, NULL);
  test_wait_until (has_ended, &last);
  g_assert_no_error (last.error);
  g_assert_cmpint (get_listed (self), ==, BULLA_NO);
  g_error_free (first.error);
  g_error_free (late.error);
  g_error_free (alone.error);
}

/* A list that changes while it is read is read once more, for those who come after the change. */
static void
test_changed_while_read (World *self, gconstpointer data)
{
  Waiting first = {0}, second = {0};

  keep_large_list (self, FALSE);
  settle (self, BULLA_REVOCATION_STORE_NAME);
  begin_waiting (self, &first, NULL);
  keep_large_list (self, TRUE);
  begin_waiting (self, &second, NULL);
  test_wait_until (has_ended, &first);
  g_assert_no_error (first.error);
  test_wait_until (has_ended, &second);
  g_assert_no_error (second.error);
  g_assert_cmpint (get_listed (self), ==, BULLA_YES);
}

/* What a thread has read does not replace what was read since. */
static void
test_overtaken (World *self, gconstpointer data)
{
  Waiting waiting = {0};

  keep_large_list (self, FALSE);
  begin_waiting (self, &waiting, NULL);
  revoke_key (self, TRUE); /* looks at the files, and reads the large list here */
  assert_listed (self, BULLA_YES);
  test_wait_until (has_ended, &waiting);
  g_assert_cmpint (get_listed (self), ==, BULLA_YES);
}

/* The owner may leave: those who wait get their result, and the owner hears of nothing. */
static void
test_owner_leaves (World *self, gconstpointer data)
{
  g_autofree char *path = bulla_files_dup_path (self->files, BULLA_REVOCATION_STORE_NAME);
  Waiting waiting = {0};

  revoke_key (self, FALSE);
  g_assert_true (g_file_set_contents (path, "bulla-revocations 1\nspki", -1, NULL));
  begin_waiting (self, &waiting, NULL);
  bulla_trust_files_free (self->followed);
  self->followed = bulla_trust_files_new (self->kit.folder, TRUE, notice_cb, self->notices);
  test_wait_until (has_ended, &waiting);
  g_assert_no_error (waiting.error);
  g_assert_cmpuint (self->notices->len, ==, 0);
  g_assert_cmpuint (kit_count_files (&self->kit, ".damaged-"), ==, 1);
}

/* A damaged list is said so once by a thread, too, and takes nothing back. */
static void
test_damaged_in_thread (World *self, gconstpointer data)
{
  g_autofree char *path = bulla_files_dup_path (self->files, BULLA_REVOCATION_STORE_NAME);

  revoke_key (self, TRUE);
  assert_listed (self, BULLA_YES);
  g_assert_true (g_file_set_contents (path, "bulla-revocations 1\nspki", -1, NULL));
  for (guint i = 0; i < 3; i++) {
    Waiting waiting = {0};
    begin_waiting (self, &waiting, NULL);
    test_wait_until (has_ended, &waiting);
    g_assert_no_error (waiting.error);
    g_assert_cmpint (get_listed (self), ==, BULLA_YES);
  }
  g_assert_cmpuint (self->notices->len, ==, 1);
  g_assert_nonnull (strstr (self->notices->pdata[0], "damaged"));
}

/* @whose: the authority whose log the list has; @day: of November 2026 */
static void
import_list (World *self, BullaAuthority *whose, guint day)
{
  g_autofree char *log = bulla_authority_dup_log_list (whose);
  g_autofree char *inner = g_strndup (log + 1, strlen (log) - 2); /* without the array */
  char *end = strrchr (inner, '}');
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean already_there = FALSE;

  *end = '\0';
  text = g_strdup_printf (
      "{\"version\": \"1.%u\", \"log_list_timestamp\": \"2026-11-%02uT00:00:00Z\", "
      "\"operators\": [{\"name\": \"O\", \"logs\": [%s, "
      "\"state\": {\"usable\": {\"timestamp\": \"2020-01-01T00:00:00Z\"}}}]}]}",
      day, day, inner);
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (BullaLogList) list =
      bulla_log_list_store_import (self->files, json, &already_there, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->logs->len, ==, 1);
  g_assert_false (already_there);
}

static void
test_log_lists (World *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAuthority) other = bulla_authority_new ("Other", NOW - 20 * DAY, &error);
  gboolean removed = FALSE;

  g_assert_no_error (error);
  assert_timestamps (self, NOW, -1);
  import_list (self, self->authority, 10);
  assert_timestamps (self, NOW, 1);
  import_list (self, other, 20); /* replaces the log of before, and does not add to it */
  assert_timestamps (self, NOW, 0);
  g_assert_true (bulla_log_list_store_remove (self->files, EARLY - 3 * 3600, &removed, &error));
  g_assert_true (removed);
  assert_timestamps (self, NOW, 1);
}

/* A log list that cannot be read stays in effect, and an older one does not replace it. */
static void
test_unreadable_logs (World *self, gconstpointer data)
{
  g_autoptr (BullaAuthority) other = bulla_authority_new ("Other", NOW - 20 * DAY, NULL);
  g_autofree char *name =
      g_strdup_printf (BULLA_LOG_LIST_STORE_FOLDER "/%" G_GINT64_FORMAT ".json", EARLY - 3 * 3600);
  g_autofree char *path = bulla_files_dup_path (self->files, name);

  import_list (self, other, 10);
  import_list (self, self->authority, 20);
  assert_timestamps (self, NOW, 1);
  make_unreadable (path);
  for (guint i = 0; i < 3; i++)
    assert_timestamps (self, NOW, 1);
  g_assert_cmpuint (self->notices->len, ==, 1);
  g_assert_cmpuint (kit_count_files (&self->kit, ".damaged-"), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_timestamps (self, NOW, 0);
}

/* A list of tomorrow is in effect when tomorrow has come, and no longer when the time is set back.
 */
static void
test_later_list (World *self, gconstpointer data)
{
  g_autoptr (BullaAuthority) other = bulla_authority_new ("Other", NOW - 20 * DAY, NULL);

  import_list (self, self->authority, 10);
  import_list (self, other, 24);
  settle (self, BULLA_LOG_LIST_STORE_FOLDER);
  assert_timestamps (self, NOW, 1);
  assert_timestamps (self, NOW + DAY, 0);
  assert_timestamps (self, NOW, 1);
}

/* Where the user names the logs, the kept ones do not replace them. */
static void
test_named_logs (World *self, gconstpointer data)
{
  g_autoptr (BullaAuthority) other = bulla_authority_new ("Other", NOW - 20 * DAY, NULL);
  g_autofree char *json = bulla_authority_dup_log_list (self->authority);
  g_autofree char *path = g_build_filename (self->kit.parent, "logs.json", NULL);

  bulla_trust_files_free (self->followed);
  self->followed = bulla_trust_files_new (self->kit.folder, FALSE, notice_cb, self->notices);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  g_assert_true (bulla_trust_add_logs (self->trust, path, NULL));
  import_list (self, other, 20);
  assert_timestamps (self, NOW, 1);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (World *, gconstpointer);
  } cases[] = {
      {"/trust-files/revocations", test_revocations},
      {"/trust-files/damaged", test_damaged},
      {"/trust-files/unchanged", test_unchanged},
      {"/trust-files/log-lists", test_log_lists},
      {"/trust-files/later-list", test_later_list},
      {"/trust-files/named-logs", test_named_logs},
      {"/trust-files/unreadable", test_unreadable},
      {"/trust-files/unreadable-logs", test_unreadable_logs},
      {"/trust-files/thread", test_thread},
      {"/trust-files/leave", test_leave},
      {"/trust-files/changed-while-read", test_changed_while_read},
      {"/trust-files/overtaken", test_overtaken},
      {"/trust-files/owner-leaves", test_owner_leaves},
      {"/trust-files/damaged-in-thread", test_damaged_in_thread},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, World, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
