/* test-write-merkle.c - encodes bodies as mi-sha256-03
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "write/bulla-merkle-writer.h"

#include <string.h>

#define WATERMELON "When I grow up, I want to be a watermelon"
#define LARGE (3 * 1024 * 1024 + 17)

typedef struct {
  const char *name;
  const char *body;
  guint64 record_size;
  gsize length;
  const char *proof;
} Vector;

/* sxg.md section 6 */
static const Vector VECTORS[] = {
    {"whole", WATERMELON, 41, 49, "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="},
    {"default", WATERMELON, 4096, 49, "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="},
    {"largest", WATERMELON, 16384, 49, "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="},
    {"sixteen", WATERMELON, 16, 113, "IVa9shfs0nyKEhHqtB3WVNANJ2Njm5KjQLjRtnbkYJ4="},
    {"forty", WATERMELON, 40, 81, "mKDd62Kr0lYF8Q4JJgKRFnkLzT+YFudYb8PrPPMPv6c="},
    {"one", WATERMELON, 1, 1329, "hacZP7Fp482KeG1u64k6nkQnWxnUiqwbdccOqFkLYNI="},
    {"full-records", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 16, 72,
     "S/0kayq94GB1feHxkN4919pmG0jidK7OdU3fCGXEQiQ="},
    {"empty", "", 4096, 0, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="},
};

/* Encodes the same body with the stream interface. */
static GBytes *
stream (GBytes *body, guint64 record_size, char **digest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (BullaMerkleWriter) writer = bulla_merkle_writer_new (in, record_size, &error);

  g_assert_no_error (error);
  *digest = bulla_merkle_writer_prove (writer, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bulla_merkle_writer_write (writer, out, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_output_stream_close (out, NULL, NULL));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
test_vector (gconstpointer data)
{
  const Vector *vector = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *streamed_digest = NULL;
  g_autofree char *expected = g_strconcat ("mi-sha256-03=", vector->proof, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (vector->body, strlen (vector->body));
  g_autoptr (GBytes) encoded = bulla_merkle_encode (body, vector->record_size, &digest, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (encoded), ==, vector->length);
  g_assert_cmpstr (digest, ==, expected);
  g_autoptr (GBytes) streamed = stream (body, vector->record_size, &streamed_digest);
  g_assert_cmpstr (streamed_digest, ==, expected);
  g_assert_true (g_bytes_equal (encoded, streamed));
}

/* several blocks, with records that do not divide them evenly */
static void
test_blocks (void)
{
  static const guint64 SIZES[] = {7, 64, 4095, 4096, 16384};
  g_autofree guint8 *data = g_malloc (LARGE);

  for (gsize i = 0; i < LARGE; i++)
    data[i] = i * 2654435761u >> 13;
  g_autoptr (GBytes) body = g_bytes_new (data, LARGE);
  for (gsize i = 0; i < G_N_ELEMENTS (SIZES); i++) {
    g_autofree char *digest = NULL;
    g_autofree char *streamed_digest = NULL;
    g_autoptr (GBytes) encoded = bulla_merkle_encode (body, SIZES[i], &digest, NULL);
    g_autoptr (GBytes) streamed = stream (body, SIZES[i], &streamed_digest);
    g_assert_cmpstr (digest, ==, streamed_digest);
    g_assert_true (g_bytes_equal (encoded, streamed));
  }
}

static void
test_record_size (void)
{
  static const guint64 WRONG[] = {0, 16385, G_MAXUINT64};
  g_autoptr (GBytes) body = g_bytes_new_static ("a", 1);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (body);

  for (gsize i = 0; i < G_N_ELEMENTS (WRONG); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) stream_error = NULL;
    char *digest = NULL;
    g_assert_null (bulla_merkle_encode (body, WRONG[i], &digest, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    g_assert_null (bulla_merkle_writer_new (in, WRONG[i], &stream_error));
    g_assert_error (stream_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (VECTORS); i++) {
    g_autofree char *path = g_strconcat ("/write/merkle/vector/", VECTORS[i].name, NULL);
    g_test_add_data_func (path, &VECTORS[i], test_vector);
  }
  g_test_add_func ("/write/merkle/blocks", test_blocks);
  g_test_add_func ("/write/merkle/record-size", test_record_size);
  return g_test_run ();
}
