/* test-write-bundle.c - compares the bundle writer with other writers, and reads its output by hand
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bytes.h"
#include "write-bundle-samples.h"
#include "write/bulla-credential-private.h"
#include "write/bulla-exchange-writer-private.h"

#include <glib/gstdio.h>

#define COUNT_MAX 64

/* The same three responses as written by the npm package wbn 0.0.9. */
static const char GOLD_B2[] = "8548f09f8c90f09f93a64462320000581e86677072696d6172791565696e6465"
                              "78185469726573706f6e736573187a837468747470733a2f2f6578616d706c65"
                              "2e636f6d2fa37468747470733a2f2f6578616d706c652e636f6d2f82182c1831"
                              "7568747470733a2f2f6578616d706c652e636f6d2f6d82185d181d7818687474"
                              "70733a2f2f6578616d706c652e636f6d2f6c6f6e678201182b83825825a2473a"
                              "737461747573433230304c636f6e74656e742d747970654a746578742f706c61"
                              "696e42686982582aa343782d614162473a737461747573433430344c636f6e74"
                              "656e742d7479706549746578742f68746d6c433c703e825819a2473a73746174"
                              "757343333031486c6f636174696f6e422e2f4048000000000000011c";
static const char GOLD_B1[] = "8648f09f8c90f09f93a644623100007468747470733a2f2f6578616d706c652e"
                              "636f6d2f581f86686d616e69666573741665696e646578185769726573706f6e"
                              "736573187a837568747470733a2f2f6578616d706c652e636f6d2f6da3746874"
                              "7470733a2f2f6578616d706c652e636f6d2f8340182c18317568747470733a2f"
                              "2f6578616d706c652e636f6d2f6d8340185d181d781868747470733a2f2f6578"
                              "616d706c652e636f6d2f6c6f6e67834001182b83825825a2473a737461747573"
                              "433230304c636f6e74656e742d747970654a746578742f706c61696e42686982"
                              "582aa343782d614162473a737461747573433430344c636f6e74656e742d7479"
                              "706549746578742f68746d6c433c703e825819a2473a73746174757343333031"
                              "486c6f636174696f6e422e2f40480000000000000136";

static GBytes *
write_all (BullaBundleWriter *writer)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = bulla_bundle_writer_write (writer, &error);

  g_assert_no_error (error);
  return bytes;
}

static GBytes *
write_streamed (BullaBundleWriter *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  bulla_bundle_writer_write_stream (writer, out, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
test_golden (gconstpointer data)
{
  gboolean is_b1 = data == GOLD_B1;
  g_autoptr (GByteArray) gold = bytes_from_hex (data);
  g_autoptr (BullaBundleWriter) writer =
      new_writer (is_b1 ? BULLA_BUNDLE_FORMAT_B1 : BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) bytes = write_all (writer);
  g_autoptr (GBytes) again = write_streamed (writer);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), gold->data, gold->len);
  g_assert_true (g_bytes_equal (bytes, again));
  const BullaBundleLayout *layout = bulla_bundle_writer_get_layout (writer);
  g_assert_cmpuint (layout->version, ==, 11);
  g_assert_cmpuint (layout->lengths, ==, is_b1 ? 36 : 15);
  g_assert_cmpuint (gold->data[layout->responses], ==, 0x83);
  g_assert_cmpuint (gold->data[layout->trailer], ==, 0x48);
  g_assert_cmpuint (layout->end, ==, gold->len);
}

static gboolean
contains (GBytes *bytes, const char *hex)
{
  g_autoptr (GByteArray) wanted = bytes_from_hex (hex);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at + wanted->len <= size; at++)
    if (memcmp (data + at, wanted->data, wanted->len) == 0)
      return TRUE;
  return FALSE;
}

/* responses are in the order in which they were added; the index is sorted */
static void
test_order (void)
{
  g_autoptr (BullaBundleWriter) one = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (BullaBundleWriter) other = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
  static const guint8 ITEM[] = {0xf6};
  g_autoptr (GBytes) item = g_bytes_new_static (ITEM, sizeof ITEM);

  guint number = add (one, "/bb", 200, "a/b", "x");
  bulla_bundle_writer_add_url (one, "/a", number);
  bulla_bundle_writer_add_url (one, "/c", number);
  number = add (other, "/c", 200, "a/b", "x");
  bulla_bundle_writer_add_url (other, "/bb", number);
  bulla_bundle_writer_add_url (other, "/a", number);
  g_autoptr (GBytes) first = write_all (one);
  g_autoptr (GBytes) second = write_all (other);
  g_assert_true (g_bytes_equal (first, second));
  /* { "/a": [1, 35], "/c": [1, 35], "/bb": [1, 35] } */
  g_assert_true (contains (first, "a3 622f61 82011823 622f63 82011823 632f6262 82011823"));

  bulla_bundle_writer_add_section (one, "x-extra", item);
  bulla_bundle_writer_add_critical (one, "index");
  bulla_bundle_writer_add_critical (one, "x-extra");
  g_autoptr (GBytes) extended = write_all (one);
  /* ["critical", 15, "index", 23, "x-extra", 1, "responses", 36] */
  g_assert_true (contains (extended, "88 68637269746963616c 0f 65696e646578 17 "
                                     "67782d6578747261 01 69726573706f6e736573 1824"));
  g_assert_true (contains (extended, "84 8265696e64657867782d6578747261 a3"));
}

/* bundles.md section 3.1 */
static void
test_variants (void)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  guint english = add (writer, HOME, 200, "a/b", "x");
  const guint responses[] = {english, BULLA_BUNDLE_NO_RESPONSE};

  bulla_bundle_writer_add_variants (writer, HOME "v", "accept-language;en;fr", responses, 2);
  bulla_bundle_writer_set_primary_url (writer, HOME);
  g_autoptr (GBytes) bytes = write_all (writer);
  /* ['accept-language;en;fr', 1, 35, 0, 0] */
  g_assert_true (
      contains (bytes, "85 55 6163636570742d6c616e67756167653b656e3b6672 01 1823 00 00"));
}

/* The arguments and changes of a hook. */
typedef struct {
  BullaMutation hook;
  guint seen[COUNT_MAX];   /* number of calls for each stage */
  GBytes *message;         /* owned; message signed last */
  GBytes *subset;          /* owned; map signed last */
  GByteArray *header_hash; /* owned; header hash of the signed response */
  gboolean spoil;          /* whether to change the version */
} Watcher;

static void
watch_subset (Watcher *self, const BullaSubsetPlan *plan)
{
  const BullaSubsetHash *row = g_ptr_array_index (plan->hashes, 0);

  g_assert_cmpuint (plan->hashes->len, ==, 1);
  g_assert_cmpstr (row->url, ==, HOME);
  g_assert_cmpuint (plan->authority, ==, 0);
  self->header_hash = g_byte_array_new ();
  bulla_write_bytes (self->header_hash, g_ptr_array_index (row->hashes, 0));
}

static gboolean
watch_cb (BullaMutation *mutation, BullaStage stage, gpointer subject, GError **error)
{
  Watcher *self = (Watcher *)mutation;

  self->seen[MIN (stage, COUNT_MAX - 1)]++;
  if (stage == BULLA_STAGE_SIGNING) {
    self->message = g_bytes_ref (((BullaSigningPlan *)subject)->message);
  } else if (stage == BULLA_STAGE_SUBSET_BYTES) {
    const GByteArray *bytes = subject;
    self->subset = g_bytes_new (bytes->data, bytes->len);
  } else if (stage == BULLA_STAGE_SUBSET) {
    watch_subset (self, subject);
  } else if (stage == BULLA_STAGE_BUNDLE_FILE && self->spoil) {
    BullaBundleFilePlan *file = subject;
    file->bytes->data[file->layout.version] = 'x';
  }
  return TRUE;
}

static void
watcher_clear (Watcher *self)
{
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->subset, g_bytes_unref);
  g_clear_pointer (&self->header_hash, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watcher, watcher_clear)

/* bundles.md section 6 */
static void
test_subset (void)
{
  static const char CONTEXT[] = "Web Package 1 b2"; /* includes its zero byte */
  g_autoptr (BullaBundleWriter) writer = new_writer (BULLA_BUNDLE_FORMAT_B2);
  g_auto (Watcher) watcher = {{watch_cb}, .spoil = TRUE};
  gsize size;

  sign (writer);
  bulla_bundle_writer_set_mutation (writer, &watcher.hook);
  g_autoptr (GBytes) bytes = write_all (writer);
  const guint8 *message = g_bytes_get_data (watcher.message, &size);
  for (gsize i = 0; i < 64; i++)
    g_assert_cmpuint (message[i], ==, ' ');
  g_assert_cmpmem (message + 64, sizeof CONTEXT, CONTEXT, sizeof CONTEXT);
  g_assert_cmpmem (message + 64 + sizeof CONTEXT, size - 64 - sizeof CONTEXT,
                   g_bytes_get_data (watcher.subset, NULL), g_bytes_get_size (watcher.subset));

  const BullaResponsePlan *home =
      bulla_bundle_plan_get_response (bulla_bundle_writer_get_plan (writer), 1);
  guint8 hash[BULLA_WRITE_SHA256];
  g_assert_true (bulla_write_sha256 (g_bytes_get_data (home->head, NULL),
                                     g_bytes_get_size (home->head), hash, NULL));
  g_assert_cmpmem (hash, sizeof hash, watcher.header_hash->data, watcher.header_hash->len);
  /* the payload is encoded: a record size, and three bytes */
  g_assert_true (home->coded);
  g_assert_cmpuint (home->payload_size, ==, 8 + 3);
  g_assert_cmpuint (((const guint8 *)g_bytes_get_data (bytes, NULL))[11], ==, 'x');
  for (BullaStage stage = BULLA_STAGE_BUNDLE; stage <= BULLA_STAGE_BUNDLE_FILE; stage++)
    g_assert_cmpuint (watcher.seen[stage], >, 0);
  g_assert_cmpuint (watcher.seen[BULLA_STAGE_RESPONSE], ==, 3);
  g_assert_cmpuint (watcher.seen[BULLA_STAGE_HEADERS_BYTES], ==, 3);
  g_assert_cmpuint (watcher.seen[BULLA_STAGE_BODY], ==, 1);
}

static GFile *
new_file (const char *text)
{
  g_autoptr (GFileIOStream) stream = NULL;
  GFile *file = g_file_new_tmp ("bulla-test-XXXXXX", &stream, NULL);

  g_assert_true (g_file_set_contents (g_file_peek_path (file), text, -1, NULL));
  return file;
}

/* A file as body gives the same bytes as a body in memory, encoded or not. */
static void
test_file (gconstpointer data)
{
  gboolean coded = GPOINTER_TO_INT (data);
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autoptr (GFile) file = new_file (text);
  GBytes *bodies[2] = {NULL};
  g_autoptr (GBytes) chain = NULL;
  g_autoptr (BullaCredential) credential = new_credential (&chain);

  for (gsize i = 0; i < 2; i++) {
    g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
    guint number = add (writer, HOME, 200, "a/b", i == 0 ? text : "");
    if (i == 1)
      g_assert_true (bulla_bundle_writer_set_body_file (writer, number, file, NULL));
    if (coded) {
      guint subset = bulla_bundle_writer_add_subset (writer, credential, chain);
      bulla_bundle_writer_set_subset_validity (writer, subset, HOME "v", NOW, NOW + WEEK);
      bulla_bundle_writer_cover (writer, subset, HOME);
    }
    g_autoptr (GBytes) bytes = write_streamed (writer);
    const BullaBundleLayout *layout = bulla_bundle_writer_get_layout (writer);
    g_assert_cmpuint (layout->end, ==, g_bytes_get_size (bytes));
    /* ECDSA signatures differ each time, and so do the bytes that depend on them */
    bodies[i] =
        g_bytes_new_from_bytes (bytes, layout->responses, layout->trailer - layout->responses);
  }
  g_assert_true (g_bytes_equal (bodies[0], bodies[1]));
  g_assert_cmpuint (g_bytes_get_size (bodies[0]), >, 10000 + (coded ? 8 + 2 * 32 : 0));
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_bytes_unref (bodies[0]);
  g_bytes_unref (bodies[1]);
}

/* the stated sizes must match the file when it is read */
static void
test_changed (void)
{
  static const char *const TEXTS[] = {"shorte", "longer than it was"};

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GFile) file = new_file ("as it was");
    g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
    g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);
    guint number = add (writer, HOME, 200, "a/b", "");
    g_assert_true (bulla_bundle_writer_set_body_file (writer, number, file, NULL));
    g_assert_true (g_file_set_contents (g_file_peek_path (file), TEXTS[i], -1, NULL));
    g_assert_false (bulla_bundle_writer_write_stream (writer, out, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
    g_assert_true (g_file_delete (file, NULL, NULL));
    g_assert_false (bulla_bundle_writer_set_body_file (writer, number, file, NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/write/bundle/golden/b2", GOLD_B2, test_golden);
  g_test_add_data_func ("/write/bundle/golden/b1", GOLD_B1, test_golden);
  g_test_add_func ("/write/bundle/order", test_order);
  g_test_add_func ("/write/bundle/variants", test_variants);
  g_test_add_func ("/write/bundle/subset", test_subset);
  g_test_add_data_func ("/write/bundle/file", GINT_TO_POINTER (FALSE), test_file);
  g_test_add_data_func ("/write/bundle/file/coded", GINT_TO_POINTER (TRUE), test_file);
  g_test_add_func ("/write/bundle/file/changed", test_changed);
  return g_test_run ();
}
