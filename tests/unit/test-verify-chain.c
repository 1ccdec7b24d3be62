/* test-verify-chain.c - verifies path, revocation and timestamps of the test authority's chains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chain.h"
#include "test-bytes.h"
#include "write/bulla-authority-private.h"

#define NOW G_GINT64_CONSTANT (1795402800)
#define DAY G_GINT64_CONSTANT (86400)
#define ISSUED (NOW - 10 * DAY)
#define GOOD_FLAGS BULLA_CERT_FLAG_CAN_SIGN

static BullaAuthority *authority;
static BullaAnchors *anchors; /* root and log of the test authority */

static BullaAnchors *
anchors_of (BullaAuthority *whose, BullaAuthority *whose_log)
{
  BullaAnchors *self = bulla_anchors_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = bulla_authority_dup_root_pem (whose);
  g_autoptr (GBytes) bytes = g_bytes_new (pem, strlen (pem));

  g_assert_true (bulla_anchors_add_pem (self, bytes, &error));
  if (whose_log != NULL) {
    g_autofree char *json = bulla_authority_dup_log_list (whose_log);
    g_autoptr (GBytes) logs = g_bytes_new (json, strlen (json));
    g_autoptr (BullaLogList) list = bulla_log_list_parse_any (logs, &error);
    g_assert_no_error (error);
    bulla_anchors_add_logs (self, list);
  }
  g_assert_no_error (error);
  return self;
}

static BullaCredential *
issue (const char *host, guint days, BullaIssueFlags flags)
{
  const char *hosts[] = {host, NULL};
  g_autoptr (GError) error = NULL;
  BullaCredential *leaf = bulla_authority_issue (authority, hosts, ISSUED, days, flags, &error);

  g_assert_no_error (error);
  return leaf;
}

static GBytes *
write_chain (BullaCredential *leaf, BullaRespondFlags flags)
{
  g_autoptr (GError) error = NULL;
  GBytes *chain =
      bulla_authority_write_chain (authority, leaf, NOW - DAY, NOW + 5 * DAY, flags, &error);

  g_assert_no_error (error);
  return chain;
}

static BullaChain *
verify (GBytes *bytes, BullaAnchors *whom, gint64 now)
{
  g_autoptr (GError) error = NULL;
  BullaChain *chain = bulla_chain_verify (bytes, whom, now, &error);

  g_assert_no_error (error);
  return chain;
}

/* certificates as in a bundle: already parsed, in one list, with the leaf at any position */
static void
test_parsed (void)
{
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) bytes = write_chain (leaf, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaChain) chain = verify (bytes, anchors, NOW);
  g_autoptr (BullaCertChain) read = bulla_cert_chain_parse (bytes, &error);
  g_autoptr (GArray) turned = g_array_new (FALSE, FALSE, sizeof *read->entries);

  g_assert_no_error (error);
  g_assert_cmpuint (read->n_entries, >, 1);
  for (guint i = read->n_entries; i > 0; i--)
    g_array_append_val (turned, read->entries[i - 1]);
  const BullaAugmentedCertificate *certificates = (gpointer)turned->data;
  g_autoptr (BullaCertChain) picked =
      bulla_cert_chain_pick (certificates, turned->len, turned->len - 1, &error);
  g_autoptr (BullaChain) same = bulla_chain_verify_parsed (picked, anchors, NOW, &error);
  g_assert_no_error (error);
  g_assert_null (bulla_chain_get_bytes (same));
  g_assert_cmpmem (bulla_chain_get_leaf_sha256 (same), 32, bulla_chain_get_leaf_sha256 (chain), 32);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  bulla_chain_fill_facts (same, facts);
  g_assert_cmpuint (facts->cert.flags, ==, GOOD_FLAGS);
  g_assert_cmpuint (facts->ocsp.flags, ==, 0);
  g_assert_cmpuint (facts->sct.n_valid, >=, 1);

  g_assert_null (bulla_cert_chain_pick (certificates, turned->len, 0, &error));
  g_assert_error (error, BULLA_FAULT, (int)BULLA_REASON_CHAIN_OCSP_MISSING);
}

static BullaFacts *
learn (GBytes *bytes, BullaAnchors *whom, const char *host, gint64 now)
{
  g_autoptr (BullaChain) chain = verify (bytes, whom, now);
  BullaFacts *facts = bulla_facts_new ();

  facts->request_host = host;
  bulla_chain_fill_facts (chain, facts);
  g_assert_cmpint (facts->chain.read, ==, BULLA_YES);
  return facts;
}

static void
test_good (gconstpointer data)
{
  BullaIssueFlags issued = GPOINTER_TO_UINT (data) & 0xff;
  BullaRespondFlags answered = GPOINTER_TO_UINT (data) >> 8;
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, issued);
  g_autoptr (GBytes) bytes = write_chain (leaf, answered);
  g_autoptr (BullaFacts) facts = learn (bytes, anchors, "publisher.test", NOW);

  g_assert_cmpuint (facts->cert.flags, ==, GOOD_FLAGS);
  g_assert_null (facts->cert.path_detail);
  g_assert_cmpint (facts->cert.name_matches, ==, BULLA_YES);
  g_assert_cmpstr (facts->cert.names, ==, "publisher.test");
  g_assert_cmpint (facts->cert.not_before, ==, ISSUED);
  g_assert_cmpint (facts->cert.path_end, ==, facts->cert.not_after);
  g_assert_cmpint (facts->signature.key, ==, BULLA_KEY_P256);
  g_assert_cmpuint (facts->ocsp.flags, ==, 0);
  g_assert_cmpint (facts->ocsp.this_update, ==, NOW - DAY);
  g_assert_cmpint (facts->ocsp.next_update, ==, NOW + 5 * DAY);
  g_assert_cmpint (facts->sct.known, ==, BULLA_YES);
  g_assert_cmpuint (facts->sct.flags, ==, 0);
  g_assert_cmpuint (facts->sct.n_valid, >=, 1);
  g_assert_cmpuint (facts->sct.n_valid, ==, facts->sct.n_found);
  gboolean delegated = (answered & BULLA_RESPOND_DELEGATED) != 0;
  g_assert_cmpint (facts->ocsp.responder_end < G_MAXINT64, ==, delegated);
}

static void
test_answers (void)
{
  static const struct {
    BullaRespondFlags answer;
    BullaOcspFlags flags;
  } rows[] = {
      {BULLA_RESPOND_GOOD, 0},
      {BULLA_RESPOND_REVOKED, BULLA_OCSP_FLAG_REVOKED},
      {BULLA_RESPOND_UNKNOWN, BULLA_OCSP_FLAG_STATUS_UNKNOWN},
      {BULLA_RESPOND_DELEGATED, 0},
      {BULLA_RESPOND_DELEGATED | BULLA_RESPOND_REVOKED, BULLA_OCSP_FLAG_REVOKED},
  };
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) bytes = write_chain (leaf, rows[i].answer);
    g_autoptr (BullaFacts) facts = learn (bytes, anchors, "publisher.test", NOW);
    g_assert_cmpuint (facts->ocsp.flags, ==, rows[i].flags);
    g_assert_cmpint (facts->ocsp.revoked_at >= 0, ==,
                     (rows[i].flags & BULLA_OCSP_FLAG_REVOKED) != 0);
  }
}

static void
test_names (void)
{
  static const struct {
    const char *name, *host;
    gboolean matches;
  } rows[] = {
      {"publisher.test", "publisher.test", TRUE},
      {"publisher.test", "Publisher.TEST", TRUE},
      {"publisher.test", "www.publisher.test", FALSE},
      {"publisher.test", "publisher.test.evil", FALSE},
      {"publisher.test", "xpublisher.test", FALSE},
      {"*.publisher.test", "www.publisher.test", TRUE},
      {"*.publisher.test", "publisher.test", FALSE},
      {"*.publisher.test", "a.b.publisher.test", FALSE},
      {"*.publisher.test", "127.0.0.1", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaCredential) leaf = issue (rows[i].name, 90, BULLA_ISSUE_SIGN_EXCHANGES);
    g_autoptr (GBytes) bytes = write_chain (leaf, 0);
    g_autoptr (BullaFacts) facts = learn (bytes, anchors, rows[i].host, NOW);
    g_test_message ("%s for %s", rows[i].name, rows[i].host);
    g_assert_cmpint (facts->cert.name_matches, ==, rows[i].matches ? BULLA_YES : BULLA_NO);
  }
}

static void
test_no_host (void)
{
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_TLS_SERVER);
  g_autoptr (GBytes) bytes = write_chain (leaf, 0);
  g_autoptr (BullaFacts) facts = learn (bytes, anchors, NULL, NOW);

  g_assert_cmpint (facts->cert.name_matches, ==, BULLA_NO);
  g_assert_cmpuint (facts->cert.flags, ==, 0); /* and the certificate cannot sign exchanges */
}

/* the first and the last second of the validity are valid */
static void
test_edges (void)
{
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) bytes = write_chain (leaf, 0);
  g_autoptr (BullaFacts) facts = learn (bytes, anchors, "publisher.test", NOW);
  gint64 end = facts->cert.not_after;

  const struct {
    gint64 now;
    BullaCertFlags flags;
  } rows[] = {
      {ISSUED - 1, BULLA_CERT_FLAG_NOT_YET_VALID},
      {ISSUED, 0},
      {end, 0},
      {end + 1, BULLA_CERT_FLAG_EXPIRED},
  };

  g_assert_cmpint (end - ISSUED, <=, 90 * DAY);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaFacts) then = learn (bytes, anchors, "publisher.test", rows[i].now);
    g_assert_cmpuint (then->cert.flags & ~BULLA_CERT_FLAG_CAN_SIGN, ==, rows[i].flags);
  }
}

/* as long as a chain states that its result is current, verifying it again has the same result */
static void
test_window (void)
{
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) bytes = write_chain (leaf, BULLA_RESPOND_DELEGATED);
  g_autoptr (BullaFacts) facts = learn (bytes, anchors, "publisher.test", NOW);
  const gint64 edges[] = {ISSUED, facts->cert.not_after + 1, facts->ocsp.responder_end + 1,
                          NOW,    NOW + 4000 * DAY,          NOW - 4000 * DAY};

  for (size_t i = 0; i < G_N_ELEMENTS (edges); i++)
    for (gint64 at = edges[i] - 1; at <= edges[i] + 1; at++) {
      g_autoptr (BullaChain) chain = verify (bytes, anchors, at);
      g_autoptr (BullaFacts) first = learn (bytes, anchors, "publisher.test", at);
      g_assert_true (bulla_chain_is_good_for (chain, at));
      for (size_t j = 0; j < G_N_ELEMENTS (edges); j++)
        for (gint64 later = edges[j] - 1; later <= edges[j] + 1; later++) {
          g_autoptr (BullaFacts) then = learn (bytes, anchors, "publisher.test", later);
          gboolean same =
              first->cert.flags == then->cert.flags && first->ocsp.flags == then->ocsp.flags;
          g_assert_true (same || !bulla_chain_is_good_for (chain, later));
        }
    }
}

static void
test_other_anchors (void)
{
  g_autoptr (BullaAuthority) other = bulla_authority_new ("Other", NOW, NULL);
  g_autoptr (BullaAnchors) nobody = bulla_anchors_new ();
  g_autoptr (BullaAnchors) other_root = anchors_of (other, authority);
  g_autoptr (BullaAnchors) other_log = anchors_of (authority, other);
  g_autoptr (BullaAnchors) no_log = anchors_of (authority, NULL);
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) bytes = write_chain (leaf, 0);

  g_autoptr (BullaFacts) a = learn (bytes, nobody, "publisher.test", NOW);
  g_assert_true ((a->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) != 0);
  g_assert_cmpint (a->sct.known, ==, BULLA_UNKNOWN);
  g_assert_cmpuint (a->ocsp.flags, ==, 0); /* the chain contains the issuer */

  g_autoptr (BullaFacts) b = learn (bytes, other_root, "publisher.test", NOW);
  g_assert_true ((b->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) != 0);
  g_assert_cmpuint (b->sct.n_valid, ==, 1);

  g_autoptr (BullaFacts) c = learn (bytes, other_log, "publisher.test", NOW);
  g_assert_cmpuint (c->cert.flags, ==, GOOD_FLAGS);
  g_assert_cmpuint (c->sct.flags, ==, BULLA_SCT_FLAG_UNKNOWN_LOG);
  g_assert_cmpuint (c->sct.n_valid, ==, 0);

  g_autoptr (BullaFacts) d = learn (bytes, no_log, "publisher.test", NOW);
  g_assert_cmpint (d->sct.known, ==, BULLA_UNKNOWN);
  g_assert_cmpuint (d->sct.n_found, ==, 1);
}

/* no changed byte of a chain makes another leaf trusted, or leaves its OCSP response valid */
static void
test_every_byte (void)
{
  g_autoptr (BullaCredential) leaf = issue ("publisher.test", 90, BULLA_ISSUE_SIGN_EXCHANGES);
  g_autoptr (GBytes) bytes = write_chain (leaf, 0);
  g_autoptr (BullaChain) good = verify (bytes, anchors, NOW);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at < size; at++) {
    guint8 *copy = exact_copy (data, size);
    copy[at] ^= (guint8)(1 << at % 8);
    g_autoptr (GBytes) spoilt = g_bytes_new_with_free_func (copy, size, free, copy);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaChain) chain = bulla_chain_verify (spoilt, anchors, NOW, &error);
    g_assert_cmpint (chain == NULL, ==, error != NULL);
    if (chain == NULL)
      continue;
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    facts->request_host = "publisher.test";
    bulla_chain_fill_facts (chain, facts);
    gboolean same_leaf =
        memcmp (bulla_chain_get_leaf_sha256 (chain), bulla_chain_get_leaf_sha256 (good), 32) == 0;
    g_assert_true (same_leaf || facts->cert.flags != GOOD_FLAGS);
    if (facts->cert.flags == GOOD_FLAGS && facts->ocsp.flags == 0)
      g_assert_cmpint (facts->ocsp.next_update, ==, NOW + 5 * DAY);
  }
}

static void
test_roots_file (void)
{
  static const char half[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  g_autofree char *pem = bulla_authority_dup_root_pem (authority);
  g_autofree char *twice = g_strconcat ("some words\n", pem, "more words\n", pem, NULL);
  g_autofree char *spoilt = g_strconcat (pem, half, NULL);

  const struct {
    const char *text;
    gboolean fine;
  } rows[] = {{pem, TRUE},   {twice, TRUE},    {spoilt, FALSE},
              {half, FALSE}, {"words", FALSE}, {"", FALSE}};

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaAnchors) self = bulla_anchors_new ();
    g_autoptr (GBytes) bytes = g_bytes_new (rows[i].text, strlen (rows[i].text));
    g_autoptr (GError) error = NULL;
    g_assert_cmpint (bulla_anchors_add_pem (self, bytes, &error), ==, rows[i].fine);
    g_assert_cmpint (error == NULL, ==, rows[i].fine);
  }
}

#define GOOD(issued, answered)                                                                     \
  GUINT_TO_POINTER ((issued) | BULLA_ISSUE_SIGN_EXCHANGES | (answered) << 8)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  authority = bulla_authority_new ("Trusted", NOW - 30 * DAY, NULL);
  anchors = anchors_of (authority, authority);
  g_test_add_func ("/verify/chain/parsed", test_parsed);
  g_test_add_data_func ("/verify/chain/good", GOOD (0, 0), test_good);
  g_test_add_data_func ("/verify/chain/good/delegated", GOOD (0, BULLA_RESPOND_DELEGATED),
                        test_good);
  g_test_add_data_func ("/verify/chain/good/sct-in-certificate", GOOD (BULLA_ISSUE_EMBED_SCT, 0),
                        test_good);
  g_test_add_data_func ("/verify/chain/good/sct-in-ocsp", GOOD (0, BULLA_RESPOND_EMBED_SCT),
                        test_good);
  g_test_add_func ("/verify/chain/answers", test_answers);
  g_test_add_func ("/verify/chain/names", test_names);
  g_test_add_func ("/verify/chain/no-host", test_no_host);
  g_test_add_func ("/verify/chain/edges", test_edges);
  g_test_add_func ("/verify/chain/window", test_window);
  g_test_add_func ("/verify/chain/other-anchors", test_other_anchors);
  g_test_add_func ("/verify/chain/every-byte", test_every_byte);
  g_test_add_func ("/verify/chain/roots-file", test_roots_file);
  int result = g_test_run ();
  bulla_anchors_free (anchors);
  g_object_unref (authority);
  return result;
}
