/* test-policy-profile.c - parses profiles: refused values, inheritance, and the shipped profiles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"
#include "bulla-settings.h"

#include <glib/gstdio.h>

#include <string.h>

#define ABOUT "[profile]\nname=mine\n"
#define PINS ABOUT "[web-bundle-keys]\n"
#define PIN_ID "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqaaic"
#define PIN_ED25519 "ed25519:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define PIN_P256 "ecdsa-p256-sha256:AgABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

static const char *const SHIPPED[] = {"draft-b3", "loading", "chromium", "separate-origin"};

static BullaProfile *
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  BullaProfile *profile = bulla_profile_load (name, &error);

  g_assert_no_error (error);
  return profile;
}

typedef struct {
  const char *name, *text;
  BullaProfileError code;
  const char *says;
} Sample;

#define UNKNOWN_KEY BULLA_PROFILE_ERROR_UNKNOWN_KEY
#define VALUE BULLA_PROFILE_ERROR_VALUE
#define MISSING BULLA_PROFILE_ERROR_MISSING
#define SYNTAX BULLA_PROFILE_ERROR_SYNTAX

static const Sample SAMPLES[] = {
    {"unknown-key", ABOUT "[signature]\nclock-skew=0\ncolour=red\n", UNKNOWN_KEY, "line 5:*colour"},
    {"unknown-key-first-line", "[profile]\ncolour=red\nname=mine\n", UNKNOWN_KEY, "line 2:*colour"},
    {"unknown-key-indented", ABOUT "[signature]\n\n# colour=blue\n  colour = red\n", UNKNOWN_KEY,
     "line 6:*colour"},
    {"unknown-key-crlf", "[profile]\r\nname=mine\r\n[signature]\r\ncolour=red\r\n", UNKNOWN_KEY,
     "line 4:*colour"},
    {"key-of-another-group", ABOUT "[report]\nclock-skew=0\n", UNKNOWN_KEY, "line 4:*clock-skew"},
    {"alias-of-a-key", ABOUT "[variants]\nheaders=plain\n", UNKNOWN_KEY,
     "line 4:*headers*variants"},
    {"key-in-capitals", ABOUT "[signature]\nClock-Skew=0\n", UNKNOWN_KEY, "line 4:*Clock-Skew"},
    {"key-with-suffix", ABOUT "[signature]\nclock-skew2=0\n", UNKNOWN_KEY, "line 4:*clock-skew2"},
    {"unknown-group", ABOUT "[signature]\n[colours]\nred=1\n", UNKNOWN_KEY, "line 4:*colours"},
    {"empty-unknown-group", ABOUT "[colours]\n", UNKNOWN_KEY, "line 3:*colours"},
    {"bad-choice", ABOUT "[signature]\nmembers=all\n", VALUE, "line 4:*members*one of*all*"},
    {"choice-in-capitals", ABOUT "[signature]\nmembers=ONE\n", VALUE, "line 4:*ONE*"},
    {"choice-of-another", ABOUT "[headers]\nstatus=exact\n", VALUE, "line 4:*status*"},
    {"empty-choice", ABOUT "[outcome]\nnosniff-missing=\n", VALUE, "line 4:*nosniff-missing*"},
    {"not-a-number", ABOUT "[signature]\nlifetime-max=long\n", VALUE, "line 4:*lifetime-max*"},
    {"negative", ABOUT "[signature]\nclock-skew=-1\n", VALUE, "line 4:*clock-skew*"},
    {"too-large", ABOUT "[signature]\nclock-skew=86401\n", VALUE, "line 4:*86400*"},
    {"overflow", ABOUT "[signature]\nclock-skew=99999999999999999999\n", VALUE, "line 4:*"},
    {"no-duration", ABOUT "[certificate]\nocsp-max-age=soon\n", VALUE, "line 4:*duration*soon*"},
    {"fraction", ABOUT "[signature]\nclock-skew=1.5\n", VALUE, "line 4:*"},
    {"skew-word", ABOUT "[trust]\nskew-max=none\n", VALUE, "line 4:*a duration from 0*"},
    {"skew-unit", ABOUT "[trust]\nskew-max=2y\n", VALUE, "line 4:*90s, 30m*"},
    {"skew-bare-unit", ABOUT "[trust]\nskew-max=d\n", VALUE, "line 4:*"},
    {"skew-negative", ABOUT "[trust]\nskew-max=-1d\n", VALUE, "line 4:*"},
    {"duration-overflow", ABOUT "[trust]\nskew-max=999999999999999999w\n", VALUE, "line 4:*"},
    {"duration-too-long", ABOUT "[trust]\nskew-max=3651d\n", VALUE, "line 4:*315360000*"},
    {"second-of-two", ABOUT "[signature]\nclock-skew=1\nclock-skew=x\n", VALUE, "line 5:*"},
    {"pin-no-id", PINS "abc=" PIN_ED25519 "\n", UNKNOWN_KEY, "line 4:*abc*"},
    {"pin-id-in-capitals",
     PINS "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQAAIC=" PIN_ED25519, UNKNOWN_KEY,
     "line 4:*AAAQ*"},
    {"pin-empty", PINS PIN_ID "=\n", VALUE, "line 4:*ed25519:*"},
    {"pin-kind", PINS PIN_ID "=rsa:AAAA\n", VALUE, "line 4:*rsa:*"},
    {"pin-short", PINS PIN_ID "=ed25519:AAAA\n", VALUE, "line 4:*"},
    {"pin-no-base64", PINS PIN_ID "=ed25519:AAEC AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", VALUE,
     "line 4:*"},
    {"pin-unpadded", PINS PIN_ID "=ed25519:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", VALUE,
     "line 4:*"},
    {"pin-not-compressed",
     PINS PIN_ID "=ecdsa-p256-sha256:BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", VALUE,
     "line 4:*"},
    {"pin-second", PINS PIN_ID "=" PIN_ED25519 "\n" PIN_ID "=x\n", VALUE, "line 5:*"},
    {"no-name", "[profile]\ndate=2020-01-01\n", MISSING, "*name*"},
    {"empty-name", "[profile]\nname=\n", MISSING, "*name*"},
    {"no-about", "[signature]\nclock-skew=0\n", MISSING, "*name*"},
    {"empty", "", MISSING, "*name*"},
    {"not-a-key-file", "colour=red\n", SYNTAX, "*"},
    {"no-equals", ABOUT "nonsense\n", SYNTAX, "*nonsense*"},
};

static void
test_refused (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BullaProfile) parent = load ("draft-b3");
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_profile_parse (sample->text, parent, &error));
  g_assert_error (error, BULLA_PROFILE_ERROR, (int)sample->code);
  g_test_message ("%s", error->message);
  g_autofree char *pattern = g_strdup_printf ("*%s*", sample->says);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_profile_parse (ABOUT "[outcome]\nfault=refuse\n", NULL, &error));
  g_assert_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "unknown-version"));
}

static void
test_inherits (void)
{
  static const char text[] = "[profile]\nname=mine\ninherits=draft-b3\ndescription=Mine\n"
                             "[signature]\nlifetime-max = 86400 \nmembers=one\n";
  g_autoptr (BullaProfile) parent = load ("draft-b3");
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_parse (text, parent, &error);
  BullaSettings wanted = *bulla_profile_get_settings (parent);
  g_autofree char *name = bulla_profile_dup_parent_name (text);

  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "draft-b3");
  g_assert_cmpstr (bulla_profile_get_name (profile), ==, "mine");
  g_assert_cmpstr (bulla_profile_get_description (profile), ==, "Mine");
  g_assert_cmpstr (bulla_profile_get_date (profile), ==, bulla_profile_get_date (parent));
  wanted.lifetime_max = 86400;
  wanted.members = BULLA_MEMBERS_ONE;
  g_assert_cmpmem (bulla_profile_get_settings (profile), sizeof wanted, &wanted, sizeof wanted);
  g_assert_null (bulla_profile_dup_parent_name (ABOUT));
  g_assert_null (bulla_profile_dup_parent_name ("nonsense"));
}

/* every unit, and how it is written back */
static void
test_durations (void)
{
  static const struct {
    const char *value, *written;
    gint64 seconds;
  } cases[] = {{"0", "0", 0},        {"90", "90s", 90},       {"90s", "90s", 90},
               {"30m", "30m", 1800}, {"12h", "12h", 43200},   {"86400", "1d", 86400},
               {"2d", "2d", 172800}, {"14d", "14d", 1209600}, {"1w", "7d", 604800}};
  g_autoptr (BullaProfile) parent = load ("draft-b3");

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strconcat (ABOUT "[trust]\nskew-max=", cases[i].value, "\n", NULL);
    g_autoptr (BullaProfile) profile = bulla_profile_parse (text, parent, NULL);
    g_assert_nonnull (profile);
    g_assert_cmpint (bulla_profile_get_settings (profile)->skew_max, ==, cases[i].seconds);
    g_autofree char *whole = bulla_profile_to_text (profile);
    g_autofree char *line = g_strconcat ("\nskew-max=", cases[i].written, "\n", NULL);
    g_assert_nonnull (strstr (whole, line));
  }
}

/* the mitigations of Mozilla's position */
static void
test_mozilla (void)
{
  g_autoptr (BullaProfile) profile = load ("mozilla");
  const BullaSettings *settings = bulla_profile_get_settings (profile);

  g_assert_cmpint (settings->rollback, ==, BULLA_ROLLBACK_REFUSE);
  g_assert_cmpint (settings->skew_max, ==, 86400);
}

static void
test_pins (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = load ("draft-b3");
  g_autoptr (BullaProfile) first =
      bulla_profile_parse (PINS PIN_ID " = " PIN_ED25519 " \n", parent, &error);

  g_assert_no_error (error);
  g_assert_null (bulla_profile_find_web_bundle_key (parent, PIN_ID));
  const BullaPinnedKey *key = bulla_profile_find_web_bundle_key (first, PIN_ID);
  g_assert_nonnull (key);
  g_assert_cmpint (key->kind, ==, BULLA_PINNED_ED25519);
  g_assert_cmpuint (g_bytes_get_size (key->bytes), ==, 32);

  /* a pinned key is inherited, written, and replaced */
  g_autoptr (BullaProfile) child = bulla_profile_parse (ABOUT, first, &error);
  g_autofree char *text = bulla_profile_to_text (child);
  g_autoptr (BullaProfile) again = bulla_profile_parse (text, NULL, &error);
  g_assert_no_error (error);
  key = bulla_profile_find_web_bundle_key (again, PIN_ID);
  g_assert_cmpstr (key->text, ==, PIN_ED25519);
  g_autoptr (BullaProfile) other =
      bulla_profile_parse (PINS PIN_ID "=" PIN_P256 "\n", again, &error);
  g_assert_no_error (error);
  key = bulla_profile_find_web_bundle_key (other, PIN_ID);
  g_assert_cmpint (key->kind, ==, BULLA_PINNED_ECDSA_P256);
  g_assert_cmpuint (g_bytes_get_size (key->bytes), ==, 33);
}

static void
test_round_trip (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (SHIPPED); i++) {
    g_autoptr (BullaProfile) profile = load (SHIPPED[i]);
    g_autofree char *text = bulla_profile_to_text (profile);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaProfile) again = bulla_profile_parse (text, NULL, &error);
    g_assert_no_error (error);
    g_autofree char *text_again = bulla_profile_to_text (again);
    g_assert_cmpstr (text_again, ==, text);
    g_assert_cmpstr (bulla_profile_get_name (again), ==, SHIPPED[i]);
    g_assert_cmpstr (bulla_profile_get_description (again), ==,
                     bulla_profile_get_description (profile));
    g_assert_cmpmem (bulla_profile_get_settings (again), sizeof (BullaSettings),
                     bulla_profile_get_settings (profile), sizeof (BullaSettings));
  }
}

/* a row for each setting on which the specifications disagree: its value in each profile */
typedef struct {
  const char *group, *key, *values[4];
} Choice;

static const Choice CHOICES[] = {
    {"outcome", "fault", {"fall-back", "refuse", "fall-back", "fall-back"}},
    {"outcome", "unknown-version", {"fall-back", "fall-back-for-type", "fall-back", "fall-back"}},
    {"outcome", "unknown-magic", {"fall-back", "refuse", "fall-back", "fall-back"}},
    {"outcome", "insecure-deliverer", {"refuse", "refuse", "fall-back", "refuse"}},
    {"outcome", "nosniff-missing", {"fall-back", "not-a-package", "fall-back", "fall-back"}},
    {"outcome", "unasked", {"refuse", "refuse", "refuse", "refuse"}},
    {"signature", "members", {"try-in-order", "one", "first-only", "try-in-order"}},
    {"signature", "expires-after-date", {"no", "yes", "no", "no"}},
    {"signature", "lifetime-max", {"604800", "604800", "604800", "604800"}},
    {"signature",
     "lifetime-report",
     {"signature_verification_error", "cert_verification_error", "cert_verification_error",
      "signature_verification_error"}},
    {"signature", "clock-skew", {"0", "0", "0", "0"}},
    {"signature", "integrity", {"exact", "exact", "ignore-case", "exact"}},
    {"headers", "content-type", {"yes", "no", "yes", "yes"}},
    {"headers", "shared-cache", {"yes", "no", "yes", "yes"}},
    {"headers", "no-cache-fields", {"yes", "yes", "no", "yes"}},
    {"headers", "status", {"final", "only-200", "only-200", "final"}},
    {"headers", "content-encoding", {"contains", "contains", "exact", "contains"}},
    {"headers", "digest", {"list-element", "list-element", "prefix", "list-element"}},
    {"certificate", "validity-days-max", {"90", "0", "90", "90"}},
    {"certificate", "ocsp", {"lifetime", "revoked-age", "age", "lifetime"}},
    {"certificate", "ocsp-max-age", {"0", "7d", "7d", "0"}},
    {"certificate", "ocsp-max-lifetime", {"7d", "0", "0", "7d"}},
    {"certificate", "sct", {"required", "reported", "system-roots", "required"}},
    {"certificate", "tls-key", {"warn", "warn", "warn", "warn"}},
    {"certificate", "can-sign-critical", {"no", "no", "yes", "no"}},
    {"certificate", "fetch-redirects", {"follow", "follow", "none", "follow"}},
    {"certificate", "fetch-size-max", {"1048576", "1048576", "102400", "1048576"}},
    {"certificate", "refetch-once", {"yes", "no", "no", "yes"}},
    {"trust", "validity", {"never", "never", "never", "never"}},
    {"trust", "validity-empty", {"ignore", "ignore", "ignore", "ignore"}},
    {"trust", "validity-timeout", {"10", "10", "10", "10"}},
    {"trust", "rollback", {"warn", "ignore", "ignore", "warn"}},
    {"trust", "skew-max", {"0", "0", "0", "0"}},
    {"request", "mismatch", {"network", "network", "fall-back", "network"}},
    {"request", "live-copy", {"newer-wins", "newer-wins", "ignored", "newer-wins"}},
    {"request", "variants-accept-encoding", {"request", "request", "mi-sha256-03", "request"}},
    {"request", "variants-headers", {"04", "plain", "04", "04"}},
    {"request", "lenient-variants", {"no", "no", "no", "no"}},
    {"request", "same-deliverer", {"no", "no", "yes", "no"}},
    {"request", "reuse", {"navigation", "navigation", "navigation", "navigation"}},
    {"variants", "default", {"when-none", "when-none", "when-none", "when-none"}},
    {"variants", "zero-weight", {"drops-range", "drops-range", "drops-range", "drops-range"}},
    {"variants", "precedence", {"field", "field", "field", "field"}},
    {"variants", "wildcards", {"count", "count", "count", "count"}},
    {"variants", "type-parameters", {"ignored", "ignored", "compared", "ignored"}},
    {"variants", "identity", {"always", "always", "always", "always"}},
    {"variants", "coding-wildcard", {"no", "no", "no", "no"}},
    {"variants", "languages", {"basic", "basic", "basic", "basic"}},
    {"variants", "list-tokens", {"sh-10", "sh-10", "sh-10", "sh-10"}},
    {"variants", "member-parameters", {"fail", "fail", "fail", "fail"}},
    {"variants", "duplicate-axes", {"two-axes", "two-axes", "two-axes", "two-axes"}},
    {"variants", "unknown-axis", {"mismatch", "mismatch", "mismatch", "mismatch"}},
    {"variants", "cookie", {"draft-06", "draft-06", "never", "draft-06"}},
    {"variants", "absent-combination", {"next", "next", "none", "next"}},
    {"prefetch", "alternate-choice", {"best", "best", "best", "best"}},
    {"substituted", "data", {"allow", "allow", "allow", "allow"}},
    {"report", "send", {"no", "no", "no", "no"}},
    {"report", "url", {"outer", "inner", "outer", "outer"}},
    {"report", "sampled-by", {"result", "transfer", "result", "result"}},
    {"report", "unknown-cert-server", {"downgrade", "downgrade", "ignore", "downgrade"}},
    {"report", "mismatches", {"no", "no", "yes", "no"}},
    {"report", "no-inner-url", {"omit", "empty", "omit", "omit"}},
    {"report", "data-url", {"scheme", "whole", "whole", "scheme"}},
    {"bundle", "b2-sections", {"known", "known", "unknown", "known"}},
    {"bundle", "key-kinds", {"at-least-one", "at-least-one", "first", "at-least-one"}},
    {"outcome", "substitution", {"yes", "yes", "yes", "no"}},
    {"bundle", "relative-urls", {"resolve", "resolve", "refuse", "resolve"}},
    {"bundle", "odd-urls", {"refuse", "refuse", "refuse", "refuse"}},
    {"bundle", "app-urls", {"any", "any", "own", "any"}},
    {"url", "reading", {"alike", "alike", "whatwg", "alike"}},
    {"bundle", "status", {"any", "any", "only-200", "any"}},
    {"bundle", "scope", {"no", "no", "no", "no"}},
    {"bundle", "network", {"never", "never", "never", "never"}},
    {"bundle", "redirected", {"follow", "follow", "refuse", "follow"}},
    {"bundle", "section-max", {"67108864", "67108864", "1048576", "67108864"}},
};

static void
test_shipped (gconstpointer data)
{
  guint which = GPOINTER_TO_UINT (data);
  g_autoptr (BullaProfile) profile = load (SHIPPED[which]);
  g_autofree char *text = bulla_profile_to_text (profile);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS (CHOICES); i++) {
    g_autofree char *value = g_key_file_get_string (file, CHOICES[i].group, CHOICES[i].key, NULL);
    g_test_message ("%s.%s", CHOICES[i].group, CHOICES[i].key);
    g_assert_cmpstr (value, ==, CHOICES[i].values[which]);
  }
  /* directives are compared without case, except in Chromium's profile */
  gint64 compare = bulla_profile_get_settings (profile)->cache_directives;
  g_assert_cmpint (compare, ==, which == 2 ? BULLA_COMPARE_EXACT : BULLA_COMPARE_IGNORE_CASE);
}

static void
test_list (void)
{
  g_auto (GStrv) names = bulla_profile_list ();
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (SHIPPED); i++)
    g_assert_true (g_strv_contains ((const char *const *)names, SHIPPED[i]));
  g_assert_null (bulla_profile_load ("no-such", &error));
  g_assert_nonnull (strstr (error->message, "draft-b3"));
}

static void
test_own_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bulla-profile-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "own.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (
      path, "[profile]\nname=own\ninherits=chromium\n[signature]\ncolour=red\n", -1, NULL));
  g_assert_null (bulla_profile_load (path, &error));
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "line 5"));
  g_clear_error (&error);

  g_autofree char *circle = g_strdup_printf ("[profile]\nname=own\ninherits=%s\n", path);
  g_assert_true (g_file_set_contents (path, circle, -1, NULL));
  g_assert_null (bulla_profile_load (path, &error));
  g_assert_nonnull (strstr (error->message, "inherits from itself"));
  g_assert_cmpint (remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/profile/refused/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_refused);
  }
  g_test_add_func ("/policy/profile/missing", test_missing);
  g_test_add_func ("/policy/profile/inherits", test_inherits);
  g_test_add_func ("/policy/profile/durations", test_durations);
  g_test_add_func ("/policy/profile/mozilla", test_mozilla);
  g_test_add_func ("/policy/profile/pins", test_pins);
  g_test_add_func ("/policy/profile/round-trip", test_round_trip);
  for (guint i = 0; i < G_N_ELEMENTS (SHIPPED); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/profile/shipped/%s", SHIPPED[i]);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_shipped);
  }
  g_test_add_func ("/policy/profile/list", test_list);
  g_test_add_func ("/policy/profile/own-file", test_own_file);
  return g_test_run ();
}
