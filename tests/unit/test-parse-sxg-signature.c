/* test-parse-sxg-signature.c - parses the parameters of a signature
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-sxg-signature.h"
#include "test-bytes.h"

#define N_PARAMETERS 7

static const char *const GOOD[N_PARAMETERS][2] = {
    {"sig", "*MEUCIQ==*"},
    {"integrity", "\"digest/mi-sha256-03\""},
    {"cert-url", "\"https://certificates.test/chain.cbor\""},
    {"cert-sha256", "*W7uB969dFW3Mb5ZefPS9Tq5ZbH5iSmOILpjv2qEArmI=*"},
    {"validity-url", "\"https://publisher.test/resource.validity\""},
    {"date", "1511128380"},
    {"expires", "1511733180"},
};

/* @key: parameter whose value becomes @value; NULL there omits the parameter */
static char *
write_value (const char *key, const char *value, const char *more)
{
  GString *text = g_string_new ("label");

  for (int i = 0; i < N_PARAMETERS; i++) {
    gboolean changed = g_strcmp0 (GOOD[i][0], key) == 0;
    const char *used = changed ? value : GOOD[i][1];
    if (used != NULL)
      g_string_append_printf (text, ";%s%s%s", GOOD[i][0], used[0] != '\0' ? "=" : "", used);
  }
  g_string_append (text, more != NULL ? more : "");
  return g_string_free (text, FALSE);
}

static BullaFacts *
read_value (const char *text, BullaSxgSignature *signature)
{
  g_autoptr (ExactBytes) bytes = exact_copy (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) members = bulla_sf_parse_parameterised_list (
      (BullaSpan){bytes, strlen (text), 100}, BULLA_REASON_SIGNATURE_SYNTAX, &error);
  BullaFacts *facts = bulla_facts_new ();

  g_assert_no_error (error);
  facts->request_origin = "https://publisher.test";
  bulla_sxg_signature_read (signature, members->pdata[0], facts);
  g_assert_cmpint (facts->signature.read.read, !=, BULLA_UNKNOWN);
  return facts;
}

static void
assert_blamed (const char *text, const BullaFacts *facts, const char *blamed)
{
  BullaRange range = facts->signature.read.range;

  g_assert_cmpmem (text + range.offset - 100, range.length, blamed, strlen (blamed));
}

static void
test_good (void)
{
  g_autofree char *text = write_value (NULL, NULL, ";unknown=?1;more");
  g_auto (BullaSxgSignature) signature = {0};
  g_autoptr (BullaFacts) facts = read_value (text, &signature);
  const BullaSignatureFacts *found = &facts->signature;

  g_assert_cmpint (found->read.read, ==, BULLA_YES);
  g_assert_cmpstr (found->label, ==, "label");
  g_assert_cmpstr (found->integrity, ==, "digest/mi-sha256-03");
  g_assert_cmpstr (found->cert_url, ==, "https://certificates.test/chain.cbor");
  g_assert_cmpstr (found->validity_url, ==, "https://publisher.test/resource.validity");
  g_assert_cmpint (found->date, ==, 1511128380);
  g_assert_cmpint (found->expires, ==, 1511733180);
  g_assert_cmpint (found->validity_same_origin, ==, BULLA_YES);
  g_assert_false (signature.is_data);
  g_assert_cmpuint (g_bytes_get_size (signature.cert_sha256), ==, 32);
  g_assert_cmpmem (text + found->date_range.offset - 100, found->date_range.length, "1511128380",
                   10);
}

static void
test_missing (void)
{
  for (int i = 0; i < N_PARAMETERS; i++) {
    g_autofree char *text = write_value (GOOD[i][0], NULL, NULL);
    g_auto (BullaSxgSignature) signature = {0};
    g_autoptr (BullaFacts) facts = read_value (text, &signature);
    g_assert_cmpint (facts->signature.read.reason, ==, BULLA_REASON_SIGNATURE_PARAMETER_MISSING);
    g_autofree char *detail = g_strdup_printf ("no %s", GOOD[i][0]);
    g_assert_cmpstr (facts->signature.read.detail, ==, detail);
    assert_blamed (text, facts, text);
  }
}

/* each parameter with a value of each other type */
static void
test_types (void)
{
  static const char *const values[] = {"", "*AAAA*", "\"text\"", "token", "17", "1.5", "?1"};
  static const int right[N_PARAMETERS] = {1, 2, 2, 1, 2, 4, 4};

  for (int i = 0; i < N_PARAMETERS; i++)
    for (size_t type = 0; type < G_N_ELEMENTS (values); type++) {
      g_autofree char *text = write_value (GOOD[i][0], values[type], NULL);
      g_auto (BullaSxgSignature) signature = {0};
      g_autoptr (BullaFacts) facts = read_value (text, &signature);
      gboolean refused = facts->signature.read.reason == BULLA_REASON_SIGNATURE_PARAMETER_TYPE;
      g_assert_cmpint (refused, ==, (int)type != right[i]);
      if (refused)
        assert_blamed (text, facts, type == 0 ? GOOD[i][0] : values[type]);
    }
}

typedef struct {
  const char *name, *key, *value;
  BullaReason reason;
} Sample;

#define VALIDITY "validity-url"
#define BAD_CERT BULLA_REASON_SIGNATURE_CERT_URL
#define BAD_VALIDITY BULLA_REASON_SIGNATURE_VALIDITY_URL
#define BAD_TIME BULLA_REASON_SIGNATURE_TIME_RANGE

static const Sample SAMPLES[] = {
    {"cert-url/http", "cert-url", "\"http://certificates.test/\"", BAD_CERT},
    {"cert-url/fragment", "cert-url", "\"https://certificates.test/#a\"", BAD_CERT},
    {"cert-url/empty-fragment", "cert-url", "\"https://certificates.test/#\"", BAD_CERT},
    {"cert-url/relative", "cert-url", "\"/chain.cbor\"", BAD_CERT},
    {"cert-url/file", "cert-url", "\"file:///chain.cbor\"", BAD_CERT},
    {"cert-url/empty", "cert-url", "\"\"", BAD_CERT},
    {"cert-url/data-fragment", "cert-url", "\"data:application/cert-chain+cbor,#a\"", BAD_CERT},
    {"cert-url/data", "cert-url", "\"data:application/cert-chain+cbor,a\"", BULLA_REASON_NONE},
    {"cert-url/DATA", "cert-url", "\"DATA:application/cert-chain+cbor,a\"", BULLA_REASON_NONE},
    {"cert-url/query", "cert-url", "\"https://certificates.test/?a=b\"", BULLA_REASON_NONE},
    {"validity-url/http", VALIDITY, "\"http://publisher.test/v\"", BAD_VALIDITY},
    {"validity-url/data", VALIDITY, "\"data:,\"", BAD_VALIDITY},
    {"validity-url/fragment", VALIDITY, "\"https://publisher.test/v#a\"", BAD_VALIDITY},
    {"validity-url/relative", VALIDITY, "\"/v\"", BAD_VALIDITY},
    {"validity-url/credentials", VALIDITY, "\"https://a@publisher.test/v\"", BAD_VALIDITY},
    {"validity-url/empty", VALIDITY, "\"\"", BAD_VALIDITY},
    {"date/negative", "date", "-1", BAD_TIME},
    {"expires/negative", "expires", "-999999999999999", BAD_TIME},
    {"date/zero", "date", "0", BULLA_REASON_NONE},
    {"expires/largest", "expires", "999999999999999", BULLA_REASON_NONE},
    {"sig/empty", "sig", "**", BULLA_REASON_NONE},
    {"cert-sha256/short", "cert-sha256", "*AAAA*", BULLA_REASON_NONE},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autofree char *text = write_value (sample->key, sample->value, NULL);
  g_auto (BullaSxgSignature) signature = {0};
  g_autoptr (BullaFacts) facts = read_value (text, &signature);

  g_assert_cmpstr (bulla_reason_get_nick (facts->signature.read.reason), ==,
                   bulla_reason_get_nick (sample->reason));
  if (sample->reason != BULLA_REASON_NONE)
    assert_blamed (text, facts, sample->value);
  else
    g_assert_cmpint (signature.is_data, ==, strstr (text, "application/cert") != NULL);
}

static void
test_other_origin (void)
{
  static const char *const others[] = {
      "\"https://other.test/v\"", "\"https://publisher.test:444/v\"",
      "\"https://publisher.test.other.test/v\"", "\"https://sub.publisher.test/v\""};
  static const char *const same[] = {"\"https://publisher.test:443/v\"",
                                     "\"HTTPS://PUBLISHER.TEST/v\"", "\"https://publisher.test\""};

  for (size_t i = 0; i < G_N_ELEMENTS (others) + G_N_ELEMENTS (same); i++) {
    gboolean other = i < G_N_ELEMENTS (others);
    g_autofree char *text =
        write_value (VALIDITY, other ? others[i] : same[i - G_N_ELEMENTS (others)], NULL);
    g_auto (BullaSxgSignature) signature = {0};
    g_autoptr (BullaFacts) facts = read_value (text, &signature);
    g_assert_cmpint (facts->signature.read.read, ==, BULLA_YES);
    g_assert_cmpint (facts->signature.validity_same_origin, ==, other ? BULLA_NO : BULLA_YES);
  }
}

static void
test_ed25519 (void)
{
  g_autofree char *alone = write_value ("cert-url", NULL, ";ed25519key=*AAAA*");
  g_autofree char *beside = write_value (NULL, NULL, ";ed25519key=*AAAA*");
  g_auto (BullaSxgSignature) first = {0}, second = {0};
  g_autoptr (BullaFacts) instead = read_value (alone, &first);
  g_autoptr (BullaFacts) added = read_value (beside, &second);

  g_assert_cmpint (instead->signature.read.reason, ==, BULLA_REASON_SIGNATURE_ED25519);
  assert_blamed (alone, instead, "*AAAA*");
  g_assert_cmpint (added->signature.read.read, ==, BULLA_YES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/sxg-signature/good", test_good);
  g_test_add_func ("/parse/sxg-signature/missing", test_missing);
  g_test_add_func ("/parse/sxg-signature/types", test_types);
  g_test_add_func ("/parse/sxg-signature/validity-url/other-origin", test_other_origin);
  g_test_add_func ("/parse/sxg-signature/ed25519", test_ed25519);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/sxg-signature/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
