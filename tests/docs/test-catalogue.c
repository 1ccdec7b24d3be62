/* test-catalogue.c - checks that the catalogue names the settings that affect each rule
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Random facts are judged with draft-b3, and with each profile that differs from it in one
 * setting. The rules whose results differ must be those for which the catalogue names the
 * setting. */
#include <string.h>

#include "bulla-judge.h"
#include "bulla-loader.h"
#include "bulla-rule-catalogue.h"
#include "bulla-settings.h"

#define NOW G_GINT64_CONSTANT (1795402800)
#define HOUR 3600
#define DAY 86400
#define N_DRAWS 2000
#define MAX_HEADERS 16

/* settings that the loader uses while it collects the facts */
static const char *const of_the_loader[] = {"certificate.fetch-redirects",
                                            "certificate.fetch-size-max",
                                            "headers.digest",
                                            "bundle.b2-sections",
                                            "bundle.relative-urls",
                                            "bundle.odd-urls",
                                            "bundle.section-max",
                                            "url.reading",
                                            NULL};

/* settings that have an effect only where the profile reads the dictionary of Variants */
static const char *const of_the_dictionary[] = {"variants.member-parameters",
                                                "variants.duplicate-axes", "variants.cookie", NULL};

#define PICK(random, ...)                                                                          \
  (((const char *const[]){__VA_ARGS__})[g_rand_int_range (                                         \
      random, 0, (gint32)(sizeof ((const char *const[]){__VA_ARGS__}) / sizeof (char *)))])

static gint64
time_around (GRand *random, gint64 time, gint32 spread)
{
  return time + g_rand_int_range (random, -spread, spread + 1);
}

static void
add_header (BullaFacts *facts, const char *name, const char *value)
{
  if (value != NULL)
    facts->header[facts->n_headers++] = (BullaHeader){name, value, {0, 0}};
}

#define PROOF "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="

/* Draws a pair of fields that a setting of [variants] decides about; REQUEST has what it asks. */
static void
draw_variants (GRand *random, BullaFacts *facts)
{
  static const struct {
    const char *variants, *key;
  } lists[] =
      {
          {NULL, NULL},
          {"accept-encoding;mi-sha256-03", "mi-sha256-03"},
          {"accept-encoding;mi-sha256-03", NULL},
          {"accept;font/woff;text/plain", "font/woff"},    /* default */
          {"accept;image/png;image/webp", "image/webp"},   /* zero-weight */
          {"accept;video/ogg;image/png", "image/png"},     /* wildcards */
          {"accept;video/ogg;text/plain", "text/plain"},   /* type-parameters */
          {"accept-encoding;gzip", "identity"},            /* identity */
          {"accept-encoding;br", "br"},                    /* coding-wildcard */
          {"accept-language;de;en", "en"},                 /* languages */
          {"accept;image/png;image/svg+xml", "image/png"}, /* list-tokens */
          {"dpr;one", "one"},                              /* unknown-axis */
      },
    dictionaries[] = {
        {NULL, NULL},
        {"accept-language=(de en-CH)", "(en-CH)"},
        {"accept-language=(en-CH)", NULL},
        {"accept-language=(en-CH;a)", "(en-CH)"}, /* member-parameters */
        {"accept-language=(de en-CH), accept-language=(de en-CH)", "(en-CH)"}, /* duplicate-axes */
        {"cookie=(id)", "(one)"},                                              /* cookie */
    };
  gint list = g_rand_int_range (random, 0, G_N_ELEMENTS (lists));
  gint dictionary = g_rand_int_range (random, 0, G_N_ELEMENTS (dictionaries));

  add_header (facts, "variants-04", lists[list].variants);
  add_header (facts, "variant-key-04", lists[list].key);
  add_header (facts, "variants", dictionaries[dictionary].variants);
  add_header (facts, "variant-key", dictionaries[dictionary].key);
}

static void
draw_headers (GRand *random, BullaFacts *facts)
{
  static const guint statuses[] = {200, 200, 200, 103, 204, 206, 301, 404, 599, 600};

  bulla_part_set_ok (&facts->headers);
  facts->status = statuses[g_rand_int_range (random, 0, G_N_ELEMENTS (statuses))];
  facts->header = g_new0 (BullaHeader, MAX_HEADERS);
  add_header (facts, "content-type", PICK (random, NULL, "text/html", "text/plain"));
  add_header (facts, "cache-control",
              PICK (random, NULL, "public", "no-store", "Private", "NO-STORE", "no-cache=\"x-foo\"",
                    "=", "max-age=1"));
  add_header (facts, "x-foo", PICK (random, NULL, "1"));
  add_header (facts, "content-encoding",
              PICK (random, NULL, "mi-sha256-03", "gzip, mi-sha256-03", "gzip"));
  add_header (facts, "digest",
              PICK (random, NULL, "mi-sha256-03=" PROOF, "sha-256=a,mi-sha256-03=" PROOF,
                    "MI-SHA256-03=" PROOF, "sha-256=a", "mi-sha256-03=a"));
  draw_variants (random, facts);
}

static void
draw_signature (GRand *random, BullaFacts *facts)
{
  BullaSignatureFacts *signature = &facts->signature;

  bulla_part_set_ok (&signature->read);
  signature->count = (guint)g_rand_int_range (random, 1, 4);
  signature->date = time_around (random, NOW, 2 * HOUR);
  signature->expires = signature->date + g_rand_int_range (random, -DAY, 9 * DAY);
  signature->integrity =
      PICK (random, "digest/mi-sha256-03", "Digest/MI-SHA256-03", "digest/sha-256");
  signature->validity_same_origin = BULLA_YES;
}

static void
draw_chain (GRand *random, BullaFacts *facts)
{
  BullaOcspFacts *ocsp = &facts->ocsp;
  BullaSctFacts *sct = &facts->sct;

  bulla_part_set_ok (&facts->chain);
  facts->cert.known = BULLA_YES;
  facts->cert.flags = g_rand_int (random) & 0x7ff;
  facts->cert.not_before = time_around (random, NOW - 40 * DAY, DAY);
  facts->cert.not_after = time_around (random, NOW + 50 * DAY, DAY);
  ocsp->known = BULLA_YES;
  ocsp->flags = g_rand_boolean (random) ? 0 : BULLA_OCSP_FLAG_REVOKED;
  ocsp->revoked_at = ocsp->flags != 0 ? time_around (random, NOW - 7 * DAY, DAY) : -1;
  ocsp->this_update = time_around (random, NOW - 7 * DAY, DAY);
  ocsp->next_update = g_rand_boolean (random) ? NOW : time_around (random, NOW, DAY);
  ocsp->next_update = g_rand_int_range (random, 0, 4) == 0 ? -1 : ocsp->next_update;
  ocsp->produced_at = time_around (random, facts->cert.not_before, DAY);
  sct->known = g_rand_boolean (random) ? BULLA_YES : BULLA_UNKNOWN;
  sct->flags = g_rand_int (random) & 7;
  sct->n_found = (guint)g_rand_int_range (random, 0, 3);
  sct->n_valid = (guint)g_rand_int_range (random, 0, (gint32)sct->n_found + 1);
  sct->earliest = time_around (random, NOW, HOUR);
}

static BullaFacts *
draw_facts (GRand *random)
{
  BullaFacts *facts = bulla_facts_new ();

  facts->outer.exchange = facts->outer.nosniff = facts->outer.secure = BULLA_YES;
  facts->outer.version = "b3";
  bulla_part_set_ok (&facts->outer.read);
  bulla_part_set_ok (&facts->prologue);
  facts->request_url = "https://publisher.test/";
  facts->request_host = "publisher.test";
  facts->request_origin = "https://publisher.test";
  draw_signature (random, facts);
  draw_headers (random, facts);
  draw_chain (random, facts);
  facts->cert.tls_host = g_rand_boolean (random) ? "www.publisher.test" : NULL;
  facts->caa.exchanges = (BullaCaaState)g_rand_int_range (random, 0, BULLA_CAA_FORBIDDEN + 1);
  facts->caa.dnssec = (BullaDnssec)g_rand_int_range (random, 0, BULLA_DNSSEC_SECURE + 1);
  bulla_facts_take_newest (facts, time_around (random, facts->signature.date, DAY), FALSE);
  facts->validity.outcome =
      (BullaValidityOutcome)g_rand_int_range (random, 0, BULLA_VALIDITY_MALFORMED + 1);
  return facts;
}

/* makes facts about a response in a bundle from those about an exchange */
static void
draw_response (GRand *random, BullaFacts *facts)
{
  static const BullaKnown known[] = {BULLA_UNKNOWN, BULLA_YES, BULLA_NO};
  BullaIntegrityFacts *integrity = &facts->integrity;
  BullaResponseFacts *response = &facts->response;

  facts->form = BULLA_FORM_RESPONSE;
  facts->outer.bundle = BULLA_YES;
  facts->outer.redirected = known[g_rand_int_range (random, 0, 3)];
  facts->bundle.version = "b2";
  bulla_part_set_ok (&facts->bundle.head);
  bulla_part_set_ok (&response->item);
  response->payload_length = 1;
  response->vouched = known[g_rand_int_range (random, 1, 3)];
  response->in_scope = known[g_rand_int_range (random, 0, 3)];
  response->header_matches = BULLA_YES;
  response->payload_integrity =
      PICK (random, "digest/mi-sha256-03", "Digest/MI-SHA256-03", "digest/sha-256");
  if (g_rand_boolean (random))
    return;
  facts->bundle.app_odd_url = g_rand_boolean (random) ? "https://publisher.test/" : NULL;
  integrity->present = BULLA_YES;
  integrity->version = "2b";
  integrity->web_bundle_id = "aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic";
  integrity->n_known = (guint)g_rand_int_range (random, 0, 2);
  integrity->first_known = known[g_rand_int_range (random, 1, 3)];
  bulla_part_set_ok (&integrity->block);
}

static void
take_states (GPtrArray *states, const BullaVerdict *verdict, guint first)
{
  guint rule = 0;

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    while (strcmp (bulla_catalogue_get_id (rule), bulla_verdict_get_rule (verdict, i)) != 0)
      g_assert_cmpuint (++rule, <, bulla_catalogue_get_n_rules ()); /* both are in the same order */
    states->pdata[first + rule] = GINT_TO_POINTER (bulla_verdict_get_state (verdict, i) + 1);
  }
}

/* collects the steps of all judgements; each judgement has as many as there are rules */
static GPtrArray *
judge (BullaFacts *facts, BullaProfile *profile)
{
  /* prefetched a minute ago, and no longer fresh according to the deliverer's Cache-Control;
   * also a part of another page */
  static const BullaPrefetchFacts prefetch = {
      .since = NOW - 60, .cache_control = "max-age=0", .n_kept = 100};
  static const BullaPartFacts part = {.url = "https://publisher.test/other",
                                      .deliverer = "https://a.test",
                                      .page_deliverer = "https://b.test"};
  static const BullaRequestFacts request = {.method = "GET",
                                            .url = "https://publisher.test/",
                                            .accept = "text/plain;a=b, image/*, image/webp;q=0",
                                            .accept_encoding = "gzip, identity;q=0, *",
                                            .accept_language = "en-CH",
                                            .cookie = "id=one",
                                            .prefetch = &prefetch,
                                            .part = &part,
                                            .has_live_copy = TRUE,
                                            .live_date = NOW};
  BullaRequestFacts ahead = request, aside = request, whole = request;
  guint n = bulla_catalogue_get_n_rules ();
  GPtrArray *states = g_ptr_array_new ();
  gboolean exchange = facts->form == BULLA_FORM_EXCHANGE;
  g_autoptr (BullaVerdict) package = exchange ? bulla_judge_package (facts, profile, NOW)
                                              : bulla_judge_response (facts, profile, NOW);

  whole.part = NULL;
  g_autoptr (BullaVerdict) answer = bulla_judge_request (facts, profile, &whole, NOW);
  ahead.destination = BULLA_DESTINATION_PREFETCH;
  g_autoptr (BullaVerdict) kept = bulla_judge_request (facts, profile, &ahead, NOW);
  /* a part of a page whose other parts are of yesterday and today */
  aside.destination = BULLA_DESTINATION_SUBRESOURCE;
  aside.page_dated = TRUE;
  aside.page_earliest = NOW - DAY;
  aside.page_latest = NOW;
  g_autoptr (BullaVerdict) part_of = bulla_judge_request (facts, profile, &aside, NOW);
  g_ptr_array_set_size (states, (gint)(4 * n));
  take_states (states, package, 0);
  take_states (states, answer, n);
  take_states (states, kept, 2 * n);
  take_states (states, part_of, 3 * n);
  return states;
}

static void
add_other (GPtrArray *profiles, const BullaProfile *base, const char *group, const char *key,
           const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text =
      g_strdup_printf ("[profile]\nname=other\n[%s]\n%s=%s\n", group, key, value);
  BullaProfile *profile = bulla_profile_parse (text, base, &error);

  g_assert_no_error (error);
  g_ptr_array_add (profiles, profile);
}

/* the profiles that differ from @base in one setting */
static GPtrArray *
make_others (const BullaProfile *base, const char *group, const char *key, const char *allowed)
{
  static const char one_of[] = "one of ";
  static const char *const numbers[] = {"0", "89", "300", NULL};
  GPtrArray *profiles = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_profile_unref);
  gboolean words = g_str_has_prefix (allowed, one_of);
  g_auto (GStrv) values =
      words ? g_strsplit (allowed + strlen (one_of), ", ", -1) : g_strdupv ((char **)numbers);

  for (int i = 0; values[i] != NULL; i++)
    add_other (profiles, base, group, key, values[i]);
  return profiles;
}

static gboolean
has_word (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);

  return g_strv_contains ((const char *const *)list, word);
}

static void
check_setting (GPtrArray *draws, BullaProfile *base, const char *group, const char *key,
               const char *allowed)
{
  g_autofree char *name = g_strconcat (group, ".", key, NULL);
  g_autoptr (GPtrArray) others = make_others (base, group, key, allowed);
  guint n = bulla_catalogue_get_n_rules ();
  gboolean *changed = g_newa0 (gboolean, n);

  for (guint i = 0; i < draws->len; i++) {
    g_autoptr (GPtrArray) before = judge (draws->pdata[i], base);
    for (guint j = 0; j < others->len; j++) {
      g_autoptr (GPtrArray) after = judge (draws->pdata[i], others->pdata[j]);
      for (guint rule = 0; rule < after->len; rule++)
        changed[rule % n] = changed[rule % n] || before->pdata[rule] != after->pdata[rule];
    }
  }
  for (guint rule = 0; rule < n; rule++)
    if (changed[rule] != has_word (bulla_catalogue_get_settings (rule), name)
        && !g_strv_contains (of_the_loader, name)) {
      g_test_message ("%s: %s", name, bulla_catalogue_get_id (rule));
      g_test_fail_printf (changed[rule] ? "%s changes %s, which the catalogue does not say"
                                        : "%s changes %s in the catalogue alone",
                          name, bulla_catalogue_get_id (rule));
    }
}

static void
test_settings (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) draft = bulla_profile_load ("draft-b3", &error);

  g_assert_no_error (error);
  /* whether CAA is checked at all makes a difference to DNSSEC only where that is required */
  g_autoptr (BullaProfile) half = bulla_profile_with (draft, "trust.dnssec", "require", &error);
  g_assert_no_error (error);
  /* and so does an answer without signatures where the verdict waits for the publisher */
  g_autoptr (BullaProfile) base = bulla_profile_with (half, "trust.validity", "blocking", &error);
  g_assert_no_error (error);
  g_autoptr (GRand) random = g_rand_new_with_seed (20190708);
  g_autoptr (GPtrArray) draws = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_facts_unref);
  for (int i = 0; i < N_DRAWS; i++)
    g_ptr_array_add (draws, draw_facts (random));
  for (int i = 0; i < N_DRAWS; i += 2)
    draw_response (random, draws->pdata[i]);
  g_autoptr (BullaProfile) plain =
      bulla_profile_with (base, "request.variants-headers", "plain", &error);
  g_assert_no_error (error);
  const char *group = NULL, *key = NULL;
  guint n = 0; /* number of settings */
  for (char *allowed = NULL; bulla_settings_describe (n, &group, &key, &allowed); n++) {
    g_autofree char *name = g_strconcat (group, ".", key, NULL);
    check_setting (draws, g_strv_contains (of_the_dictionary, name) ? plain : base, group, key,
                   allowed);
    g_free (allowed);
  }
  g_assert_cmpuint (n, >, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/docs/catalogue/settings", test_settings);
  return g_test_run ();
}
