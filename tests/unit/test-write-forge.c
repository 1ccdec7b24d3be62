/* test-write-forge.c - checks that every mutation changes what it names, and nothing else
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge.h"

#include <string.h>

/* A use of every mutation; "@base" selects another base if the default base lacks the part. */
static const char *const USES[] = {
    "url:https://publisher.test/\\xc3\\xa9",
    "cert-url:http://certificates.test/",
    "validity-url:https://other.test/v",
    "date:+1d",
    "expires:-1h",
    "lifetime:604801",
    "record-size:65536",
    "body:hello",
    "body-size:16385",
    "header::status=404",
    "header-prepend:digest=sha-256=abc,",
    "header-append:content-encoding=, mi-sha256-03",
    "header-nameless:a",
    "header-remove:content-type",
    "headers-none",
    "headers-pad:524289",
    "magic:sxg1-b2\\x00",
    "container-url:https://publisher.test/other",
    "url-length:+1",
    "signature-length:16385",
    "headers-length:-1",
    "truncate:signature+4",
    "flip:headers+5",
    "append:x",
    "replace:",
    "record-flip:2",
    "proof-flip:2",
    "records-swap:0,1",
    "end-before-record:3",
    "end-after-proof:3",
    "record-size-field:0",
    "@full-records empty-final-record",
    "body-flip:8",
    "body-truncate:7",
    "body-drop:1",
    "body-append:x",
    "body-replace:hex:00",
    "message-context:HTTP Exchange 1 b2",
    "message-url:https://publisher.test/",
    "message-date:+1s",
    "message-expires:+1s",
    "cert-sha256:hex:00",
    "sign-hash:SHA384",
    "sign-other-key",
    "sig:raw",
    "sig-flip",
    "sig-append:hex:00",
    "sig-replace:abc",
    "param:date=\"1\"",
    "param-remove:sig",
    "param-twice:date",
    "param-rename:sig=Sig",
    "params-reverse",
    "label:other",
    "signature:",
    "signature-prepend:\\xff",
    "signature-append:,",
    "signature-twice:label=second",
    "signature-pad:16385",
    "headers-cbor:widest@0",
    "headers-cbor:swap-pairs@1",
    "headers-append:hex:00",
    "headers-truncate:10",
    "headers-replace:hex:80",
    "chain-cbor:type=2@1",
    "chain-cbor:number@2",
    "chain-cbor:replace=hex:60@1",
    "chain-unknown-key:hex:f6",
    "chain-pad:102401",
    "chain-append:hex:00",
    "chain-truncate:10",
    "chain-drop:1",
    "chain-replace:",
    "ocsp-remove",
    "sct-remove",
    "cert-remove:0",
    "ocsp-copy:1",
    "sct-copy:1",
    "chain-remove:1",
    "chain-empty",
    "chain-swap:0,1",
    "chain-add-root",
    "chain-repeat:20",
    "chain-certificate:1=abc",
    "leaf-key:p384",
    "leaf-key:explicit",
    "leaf-days:91",
    "leaf-seconds:7776001",
    "leaf-from:+1d",
    "leaf-until:-1d",
    "leaf-hosts:other.test",
    "leaf-name:other",
    "leaf-usage:clientAuth",
    "leaf-can-sign:hex:3000",
    "leaf-can-sign-critical",
    "leaf-can-sign-twice",
    "leaf-can-sign-remove",
    "leaf-extension:1.2.3.4=hex:0500",
    "leaf-extension-critical:1.2.3.4=hex:0500",
    "leaf-extension-remove:2.5.29.15",
    "leaf-ca",
    "leaf-issuer:other",
    "leaf-issuer:self",
    "leaf-issuer:root",
    "leaf-issuer:leaf",
    "leaf-broken-key",
    "leaf-flip",
    "leaf-replace:abc",
    "leaf-append:hex:00",
    "leaf-truncate:100",
    "intermediate-from:+1d",
    "intermediate-until:-1d",
    "intermediate-no-ca",
    "intermediate-extension-critical:1.2.3.4=hex:0500",
    "ocsp-status:revoked",
    "ocsp-revoked-at:-8d",
    "ocsp-response:try-later",
    "ocsp-this-update:+1h",
    "ocsp-next-update:none",
    "ocsp-lifetime:604800",
    "ocsp-produced-at:-200d",
    "ocsp-other-subject",
    "ocsp-other-issuer",
    "ocsp-responder:delegated-no-usage",
    "ocsp-responder:delegated-other",
    "ocsp-by-name",
    "ocsp-id-hash:SHA256",
    "ocsp-critical:1.2.3.4=hex:0500",
    "ocsp-single-critical:1.2.3.4=hex:0500",
    "ocsp-flip",
    "ocsp-replace:abc",
    "ocsp-truncate:10",
    "ocsp-append:hex:00",
    "sct-time:+1d",
    "sct-version:1",
    "sct-hash:5",
    "sct-algorithm:1",
    "sct-other-key",
    "sct-other-log",
    "sct-extensions:abc",
    "sct-entry:abc",
    "sct-twice",
    "sct-flip",
    "sct-replace:hex:0000",
    "sct-truncate:5",
    "sct-append:hex:00",
    "@bundle bundle-array:\\x86",
    "@bundle magic:other",
    "@bundle bundle-version:b3\\x00\\x00",
    "@bundle-b1 primary-url:",
    "@bundle lengths:hex:80",
    "@bundle sections-head:hex:80",
    "@bundle trailer:hex:1b",
    "@bundle total:+1",
    "@bundle index-url:https://publisher.test/#a",
    "@bundle index-add:https://publisher.test/again",
    "@bundle index-remove",
    "@bundle index-none",
    "@bundle index-offset:0",
    "@bundle-variants index-length:1,+1",
    "@bundle-variants index-variants:accept-language;en",
    "@bundle-variants index-pairs:+1",
    "@bundle index-cbor:swap-pairs@1",
    "@bundle index-cbor:double-pair@1",
    "@bundle response-cbor:type=3@2",
    "@bundle responses-cbor:count=+1@0",
    "@bundle truncate:index+1",
    "@signed flip:block+1",
    "@bundle append:x",
    "@bundle prepend:x",
    "@bundle replace:",
    "@bundle section-add:x=hex:f6",
    "@bundle section-large:x=1048577",
    "@bundle section-remove:index",
    "@bundle section-twice:index",
    "@bundle section-last:index",
    "@bundle section-length:index=+1",
    "@bundle section-replace:primary=hex:60",
    "@bundle section-append:index=hex:00",
    "@bundle lengths-pad:8192",
    "@bundle lengths-cbor:remove@2",
    "@vouched subset-authority:9",
    "@vouched cert-sha256:hex:00",
    "@vouched subset-header-sha256:hex:00",
    "@vouched subset-url:https://publisher.test/other",
    "@vouched subset-integrity:digest",
    "@vouched-b1 subset-unknown-key:more",
    "@vouched signed-cbor:widest@0",
    "@vouched signatures-cbor:widest@0",
    "@signed block-magic:other",
    "@signed block-version:3b\\x00\\x00",
    "@signed block-id:abc",
    "@signed-p256 block-id-upper",
    "@signed block-v1",
    "@signed block-unsigned",
    "@signed-both block-unknown:1",
    "@signed attributes-cbor:widest@0",
    "@signed signer-cbor:widest@0",
    "@signed block-cbor:count=5@0",
};

static Forge *
forge (const char *base, const char *mutation)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *recipe = g_strdup_printf ("[package]\nbase=%s\nmutation=%s\n", base, mutation);
  Forge *forged = forge_from_text (recipe, &error);

  g_assert_no_error (error);
  return forged;
}

static void
test_use (gconstpointer data)
{
  const char *use = data;
  g_autofree char *base = g_strdup ("page");

  if (*use == '@') {
    g_free (base);
    base = g_strndup (use + 1, strcspn (use + 1, " "));
    use += strlen (base) + 2;
  }
  g_autoptr (Forge) right = forge (base, "");
  g_autoptr (Forge) wrong = forge (base, use);
  g_autoptr (Forge) again = forge (base, use);

  g_assert_false (g_bytes_equal (forge_get_package (right), forge_get_package (wrong))
                  && g_bytes_equal (right->chain, wrong->chain));
  g_assert_true (g_bytes_equal (forge_get_package (wrong), forge_get_package (again)));
  g_assert_true (g_bytes_equal (wrong->chain, again->chain));
  g_assert_cmpstr (wrong->root_pem, ==, again->root_pem);
}

static gboolean
is_used (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (USES); i++) {
    const char *use = *USES[i] == '@' ? strchr (USES[i], ' ') + 1 : USES[i];
    if (strlen (name) == strcspn (use, ":") && g_str_has_prefix (use, name))
      return TRUE;
  }
  return FALSE;
}

static void
test_complete (void)
{
  gsize count;
  const ForgeMutation *mutations = forge_mutations (&count);

  g_assert_cmpuint (count, >, 100);
  for (gsize i = 0; i < count; i++)
    if (!is_used (mutations[i].name))
      g_error ("The mutation “%s” is not tried here", mutations[i].name);
}

static void
test_bases (void)
{
  const char *const *bases = forge_bases ();

  for (gsize i = 0; bases[i] != NULL; i++) {
    g_autoptr (Forge) forged = forge (bases[i], "");
    g_assert_cmpuint (g_bytes_get_size (forged->exchange), ==, forged->offsets[6]);
    g_assert_nonnull (forged->chain);
  }
}

static void
test_bundles (void)
{
  const char *const *bases = forge_bundle_bases ();

  for (gsize i = 0; bases[i] != NULL; i++) {
    g_autoptr (Forge) forged = forge (bases[i], "");
    g_assert_null (forged->exchange);
    g_assert_cmpuint (forged->n_parts, >=, 7);
    const ForgePart *end = &forged->parts[forged->n_parts - 1];
    g_assert_cmpstr (end->name, ==, "end");
    g_assert_cmpuint (g_bytes_get_size (forged->bundle), ==, end->offset);
    for (guint part = 1; part < forged->n_parts; part++)
      g_assert_cmpuint (forged->parts[part - 1].offset, <, forged->parts[part].offset);
  }
}

static void
assert_fails (const char *mutation)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *recipe = g_strdup_printf ("[package]\nmutation=%s\n", mutation);

  g_assert_null (forge_from_text (recipe, &error));
  g_assert_nonnull (error);
}

static void
test_mistakes (void)
{
  assert_fails ("no-such-mutation");
  assert_fails ("param-remove:nothing");
  assert_fails ("record-flip:99");
  assert_fails ("date:soon");
  assert_fails ("body:\\q");
  assert_fails ("empty-final-record");
}

static void
test_recipe (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Forge) forged = forge_from_text (
      "[package]\nurl=https://other.test/a\nnow=1800000000\ncert-url=data\n"
      "[outer]\nurl=https://cache.test/a.sxg\nheaders=A: b | C: d\nfails-at=body+8\n"
      "[cert-response]\nstatus=404\ntype=text/html\nfails=true\n"
      "[expect]\nreason=a.b\noffset=headers+12\nlength=10\n"
      "[expect chromium]\nreason=c.d\n",
      &error);

  g_assert_no_error (error);
  g_assert_cmpint (forged->now, ==, 1800000000);
  g_assert_true (g_str_has_prefix (forged->cert_url, "data:application/cert-chain+cbor;base64,"));
  g_assert_cmpstr (forged->outer_url, ==, "https://cache.test/a.sxg");
  g_assert_cmpuint (g_strv_length (forged->outer_headers), ==, 2);
  g_assert_cmpstr (forged->outer_headers[1], ==, "C: d");
  g_assert_cmpint (forged->outer_fails_at, ==, forged->offsets[5] + 8);
  g_assert_cmpuint (g_strv_length (forged->request_headers), ==, 0);
  g_assert_cmpuint (forged->cert_status, ==, 404);
  g_assert_cmpstr (forged->cert_type, ==, "text/html");
  g_assert_true (forged->cert_fails);
  g_autofree char *reason = forge_dup_expected (forged, NULL, "reason");
  g_autofree char *other = forge_dup_expected (forged, "chromium", "reason");
  g_autofree char *outcome = forge_dup_expected (forged, "chromium", "outcome");
  g_assert_cmpstr (reason, ==, "a.b");
  g_assert_cmpstr (other, ==, "c.d");
  g_assert_null (outcome);
  g_assert_cmpint (forge_get_expected (forged, NULL, "offset"), ==, forged->offsets[4] + 12);
  g_assert_cmpint (forge_get_expected (forged, "chromium", "length"), ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (USES); i++) {
    g_autofree char *path = g_strdup_printf ("/write/forge/use/%s", USES[i]);
    g_strdelimit (path + strlen ("/write/forge/use/"), "/\"\\ ", '_');
    g_test_add_data_func (path, USES[i], test_use);
  }
  g_test_add_func ("/write/forge/complete", test_complete);
  g_test_add_func ("/write/forge/bases", test_bases);
  g_test_add_func ("/write/forge/bundles", test_bundles);
  g_test_add_func ("/write/forge/mistakes", test_mistakes);
  g_test_add_func ("/write/forge/recipe", test_recipe);
  return g_test_run ();
}
