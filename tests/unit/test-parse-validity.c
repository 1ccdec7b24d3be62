/* test-parse-validity.c - parses validity data
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-validity.h"
#include "test-bytes.h"

#define SIGNATURES "6a7369676e617475726573"
#define UPDATE "66757064617465"
#define SIZE "6473697a65"

static BullaValidity *
parse (const guint8 *data, size_t length, GError **error)
{
  ExactBytes *copy = exact_copy (data, length);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (copy, length, free, copy);

  return bulla_validity_parse (bytes, error);
}

typedef struct {
  const char *hex;
  int n_signatures; /* -1 if the key is absent */
  gint64 size;      /* -1 if it is not stated; -2 without an update */
} Good;

static const Good GOOD[] = {
    {"a0", -1, -2},
    {"a1" SIGNATURES "81 4161", 1, -2},
    {"a1" SIGNATURES "82 426162 40", 2, -2},
    {"a1" UPDATE "a0", -1, -1},
    {"a1" UPDATE "a1" SIZE "1a00010000", -1, 65536},
    {"a2" UPDATE "a1" SIZE "00" SIGNATURES "81 4161", 1, 0},
    {"a2" SIGNATURES "81 4161" UPDATE "a1" SIZE "1b7fffffffffffffff", 1, G_MAXINT64},
    /* not canonical, which the draft does not forbid: longer heads and indefinite lengths */
    {"b801" SIGNATURES "9a00000001 580161", 1, -2},
    {"bf" SIGNATURES "9f 4161 5f4162 4163ff ff ff", 2, -2},
    {"bf" UPDATE "bf ff ff", -1, -1},
    {"a1 7f 66757064617465 ff a0", -1, -1},
    {"bf ff", -1, -2},
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (GOOD); i++) {
    const Good *each = &GOOD[i];
    g_autoptr (GByteArray) bytes = bytes_from_hex (each->hex);
    g_autoptr (GError) error = NULL;
    g_test_message ("%s", each->hex);
    g_autoptr (BullaValidity) validity = parse (bytes->data, bytes->len, &error);
    g_assert_no_error (error);
    g_assert_cmpint (validity->has_signatures, ==, each->n_signatures >= 0 ? BULLA_YES : BULLA_NO);
    g_assert_cmpuint (validity->signatures->len, ==, MAX (each->n_signatures, 0));
    g_assert_cmpint (validity->update, ==, each->size >= -1 ? BULLA_YES : BULLA_NO);
    g_assert_cmpint (validity->update_size, ==, MAX (each->size, -1));
    /* every truncation is refused, and so is one byte more */
    for (gsize cut = 0; cut < bytes->len; cut++) {
      g_autoptr (GError) fault = NULL;
      g_assert_null (parse (bytes->data, cut, &fault));
      g_assert_error (fault, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
    }
    g_autoptr (GError) fault = NULL;
    g_byte_array_append (bytes, (const guint8 *)"", 1);
    g_assert_null (parse (bytes->data, bytes->len, &fault));
    g_assert_nonnull (strstr (fault->message, "bytes after the map"));
  }
}

static const struct {
  const char *hex, *says;
} BAD[] = {
    {"", "ends early"},
    {"80", "not a map"},
    {"3c68746d6c3e", "not a map"}, /* <html> */
    {"a1 456f74686572 00", "a key that is not text"},
    {"a1 656f74686572 00", "an unknown key"},
    {"a1" SIGNATURES "a0", "signatures that are not an array"},
    {"a1" SIGNATURES "4161", "signatures that are not an array"},
    {"a1" SIGNATURES "80", "an empty array of signatures"},
    {"a1" SIGNATURES "9fff", "an empty array of signatures"},
    {"a1" SIGNATURES "81 6161", "a signature that is not a byte string"},
    {"a1" SIGNATURES "81 5f 5f4161ff ff", "a string of indefinite length within another"},
    {"a1" SIGNATURES "81 5b ffffffffffffffff", "ends early"},
    {"a1" SIGNATURES "9b ffffffffffffffff 4161", "ends early"},
    {"bb ffffffffffffffff", "ends early"},
    {"a1" SIGNATURES "81 5c", "a reserved length"},
    {"a1" UPDATE "00", "an update that is not a map"},
    {"a1" UPDATE "a1" SIZE "20", "a size that is not a number"},
    {"a1" UPDATE "a1" SIZE "1f", "a size that is not a number"},
    {"a1" UPDATE "a1" SIZE "1bffffffffffffffff", "a size that is too large"},
    {"a1" UPDATE "a2" SIZE "00" SIZE "00", "a key that occurs twice"},
    {"a1" UPDATE "a1" UPDATE "00", "an unknown key"},
    {"a2" UPDATE "a0" UPDATE "a0", "a key that occurs twice"},
    {"a2" SIGNATURES "81 4161" SIGNATURES "81 4161", "a key that occurs twice"},
    {"c1a0", "not a map"},
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (BAD); i++) {
    g_autoptr (GByteArray) bytes = bytes_from_hex (BAD[i].hex);
    g_autoptr (GError) error = NULL;
    g_assert_null (parse (bytes->data, bytes->len, &error));
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
    g_test_message ("%s: %s", BAD[i].hex, error->message);
    g_assert_nonnull (strstr (error->message, BAD[i].says));
  }
}

static GByteArray *
make_signatures (guint n)
{
  GByteArray *bytes = bytes_from_hex ("a1" SIGNATURES);
  const guint8 head[] = {0x98, (guint8)n};

  g_byte_array_append (bytes, head, sizeof head);
  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, (const guint8 *)"\x41x", 2);
  return bytes;
}

static void
test_limits (void)
{
  g_autoptr (GByteArray) most = make_signatures (BULLA_VALIDITY_SIGNATURES_MAX);
  g_autoptr (GByteArray) more = make_signatures (BULLA_VALIDITY_SIGNATURES_MAX + 1);
  g_autoptr (GByteArray) large = g_byte_array_new ();
  g_autoptr (GError) error = NULL, limit = NULL;

  g_autoptr (BullaValidity) validity = parse (most->data, most->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (validity->signatures->len, ==, BULLA_VALIDITY_SIGNATURES_MAX);
  g_assert_null (parse (more->data, more->len, &error));
  g_assert_nonnull (strstr (error->message, "more signatures"));
  g_byte_array_set_size (large, BULLA_VALIDITY_SIZE_MAX + 1);
  g_assert_null (parse (large->data, large->len, &limit));
  g_assert_error (limit, BULLA_ERROR, BULLA_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/validity/good", test_good);
  g_test_add_func ("/parse/validity/bad", test_bad);
  g_test_add_func ("/parse/validity/limits", test_limits);
  return g_test_run ();
}
