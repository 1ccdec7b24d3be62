/* forge.c - builds valid and invalid packages from text recipes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge.h"

#include "forge-bundle.h"
#include "forge-random.h"
#include "write/bulla-exchange-writer-private.h"

#include <string.h>

#define DEFAULT_URL "https://publisher.test/article.html"
#define DEFAULT_NOW 1795402800
#define DEFAULT_CERT_URL "https://certificates.test/chain.cbor"
#define DEFAULT_OUTER_URL "https://aggregator.test/article.sxg"
#define DEFAULT_OUTER_HEADERS                                                                      \
  "Content-Type: application/signed-exchange;v=b3 | X-Content-Type-Options: nosniff"
#define DEFAULT_BUNDLE_OUTER_URL "https://aggregator.test/package.wbn"
#define DEFAULT_BUNDLE_OUTER_HEADERS                                                               \
  "Content-Type: application/webbundle;v=b2 | X-Content-Type-Options: nosniff"
#define CHAIN_TYPE "application/cert-chain+cbor"
#define MUTATIONS_MAX 8
#define DAY BULLA_SECONDS_PER_DAY

/* The parameters that distinguish the bases. Everything else is what a careful publisher would
 * use: signed an hour ago for six days, a certificate ten days old, an OCSP response one day
 * old. */
typedef struct {
  const char *name;
  size_t body_size; /* bytes of the body */
  uint64_t record_size;
  BullaIssueFlags issue;
  BullaRespondFlags respond;
} Base;

static const Base BASES[] = {
    {"page", 200, 64, 0, 0},
    {"full-records", 192, 64, 0, 0},
    {"empty", 0, 4096, 0, 0},
    {"one-record", 41, 4096, 0, 0},
    {"large", 100000, 4096, 0, 0},
    {"delegated-ocsp", 200, 64, 0, BULLA_RESPOND_DELEGATED},
    {"sct-in-certificate", 200, 64, BULLA_ISSUE_EMBED_SCT, 0},
    {"sct-in-ocsp", 200, 64, 0, BULLA_RESPOND_EMBED_SCT},
};

static const char *const PARTS[] = {"magic",   "url",  "lengths", "signature",
                                    "headers", "body", "end"};

const char *const *
forge_bases (void)
{
  static const char *names[G_N_ELEMENTS (BASES) + 1];

  for (size_t i = 0; i < G_N_ELEMENTS (BASES); i++)
    names[i] = BASES[i].name;
  return names;
}

GBytes *
forge_get_package (const Forge *self)
{
  return self->bundle != NULL ? self->bundle : self->exchange;
}

void
forge_add_part (Forge *self, const char *name, size_t offset)
{
  if (self->n_parts < FORGE_PARTS_MAX)
    self->parts[self->n_parts++] = (ForgePart){g_intern_string (name), offset};
}

void
forge_shift_parts (Forge *self, size_t by, const char *name)
{
  g_return_if_fail (self->n_parts < FORGE_PARTS_MAX);

  for (guint i = self->n_parts++; i > 0; i--)
    self->parts[i] = (ForgePart){self->parts[i - 1].name, self->parts[i - 1].offset + by};
  self->parts[0] = (ForgePart){g_intern_string (name), 0};
}

/* Parses a number, or a part of the file with a signed number. */
gboolean
forge_parse_place (const Forge *self, const char *text, gssize *place, GError **error)
{
  size_t longest = 0;
  int64_t number = 0;
  gssize start = 0;

  for (guint i = 0; i < self->n_parts; i++) {
    size_t length = strlen (self->parts[i].name);
    if (length > longest && g_str_has_prefix (text, self->parts[i].name)
        && strchr ("+-", text[length]) != NULL) {
      start = self->parts[i].offset;
      longest = length;
    }
  }
  text += longest;
  if (*text != '\0' && !argument_number (text, &number, error))
    return FALSE;
  *place = start + number;
  return TRUE;
}

static char *
dup_value (GKeyFile *file, const char *group, const char *key, const char *otherwise)
{
  char *value = g_key_file_get_value (file, group, key, NULL);

  return value != NULL ? value : g_strdup (otherwise);
}

/* Splits "a | b". */
static GStrv
dup_list (GKeyFile *file, const char *group, const char *key, const char *otherwise)
{
  g_autofree char *text = dup_value (file, group, key, otherwise);
  GStrv list = g_strsplit (text, "|", *text != '\0' ? -1 : 0);

  for (size_t i = 0; list[i] != NULL; i++)
    g_strstrip (list[i]);
  return list;
}

static gboolean
parse_number (GKeyFile *file, const char *group, const char *key, int64_t otherwise,
              int64_t *number, GError **error)
{
  g_autofree char *text = g_key_file_get_value (file, group, key, NULL);

  *number = otherwise;
  return text == NULL || argument_number (text, number, error);
}

static const Base *
find_base (const char *name, GError **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (BASES); i++)
    if (strcmp (BASES[i].name, name) == 0)
      return &BASES[i];
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The base “%s” does not exist", name);
  return NULL;
}

static gboolean
choose_mutations (Mutator *mutator, GKeyFile *recipe, GError **error)
{
  for (int i = 1; i <= MUTATIONS_MAX; i++) {
    g_autofree char *key = i == 1 ? g_strdup ("mutation") : g_strdup_printf ("mutation-%d", i);
    g_autofree char *text = g_key_file_get_value (recipe, "package", key, NULL);
    if (text != NULL && *text != '\0' && !mutator_choose (mutator, text, error))
      return FALSE;
  }
  return TRUE;
}

/* Returns the letters of a page, the same for every size, so that a diff is readable. */
static GBytes *
make_body (size_t size)
{
  char *body = g_malloc (size + 1);

  for (size_t i = 0; i < size; i++)
    body[i] = i % 64 == 63 ? '\n' : 'a' + i % 26;
  return g_bytes_new_take (body, size);
}

static gboolean
write_chain (Forge *self, const Base *base, BullaAuthority *authority, BullaCredential *leaf,
             GError **error)
{
  int64_t this_update = self->now - DAY;

  self->chain = bulla_authority_write_chain (authority, leaf, this_update, this_update + 6 * DAY,
                                             base->respond, error);
  return self->chain != NULL;
}

static char *
make_cert_url (const Forge *self)
{
  g_autofree char *url = dup_value (self->recipe, "package", "cert-url", DEFAULT_CERT_URL);

  if (strcmp (url, "data") != 0)
    return g_steal_pointer (&url);
  g_autofree char *base64 =
      g_base64_encode (g_bytes_get_data (self->chain, NULL), g_bytes_get_size (self->chain));
  return g_strconcat ("data:" CHAIN_TYPE ";base64,", base64, NULL);
}

static char *
make_validity_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL)
    return g_strdup ("https://publisher.test/resource.validity");
  return g_uri_join (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), "/resource.validity", NULL, NULL);
}

static gboolean
write_exchange (Forge *self, const Base *base, Mutator *mutator, BullaCredential *leaf,
                GError **error)
{
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (self->url, leaf);
  g_autoptr (GBytes) body = make_body (base->body_size);
  g_autofree char *validity_url = make_validity_url (self->url);

  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_record_size (writer, base->record_size);
  bulla_exchange_writer_set_cert_url (writer, self->cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity_url);
  bulla_exchange_writer_set_validity (writer, self->now - 3600, self->now - 3600 + 6 * DAY);
  bulla_exchange_writer_set_mutation (writer, &mutator->hook);
  self->exchange = bulla_exchange_writer_write (writer, error);
  const BullaFileLayout *layout = bulla_exchange_writer_get_layout (writer);
  const size_t offsets[] = {
      0,          layout->url, layout->lengths, layout->signature, layout->headers, layout->body,
      layout->end};
  memcpy (self->offsets, offsets, sizeof offsets);
  for (size_t i = 0; i < G_N_ELEMENTS (offsets); i++)
    forge_add_part (self, PARTS[i], offsets[i]);
  return self->exchange != NULL;
}

static gboolean
write_trust (Forge *self, Mutator *mutator, BullaAuthority *authority, GError **error)
{
  g_autofree char *trust = dup_value (self->recipe, "package", "trust", "");
  g_autofree char *logs = dup_value (self->recipe, "package", "ct-logs", "");
  BullaAuthority *other = mutator_get_other (mutator, error);

  if (other == NULL)
    return FALSE;
  self->root_pem = bulla_authority_dup_root_pem (strcmp (trust, "other") == 0 ? other : authority);
  self->ct_logs =
      strcmp (logs, "none") == 0
          ? g_strdup ("[]")
          : bulla_authority_dup_log_list (strcmp (logs, "other") == 0 ? other : authority);
  return TRUE;
}

static gboolean
build (Forge *self, const Base *base, const ForgeBundleBase *bundle, GError **error)
{
  g_autoptr (Mutator) mutator = mutator_new (self->now);

  if (!choose_mutations (mutator, self->recipe, error))
    return FALSE;
  g_autoptr (BullaAuthority) authority =
      bulla_authority_new_mutated ("Trusted", self->now, &mutator->hook, error);
  if (authority == NULL)
    return FALSE;
  mutator->authority = authority;
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL);
  const char *const hosts[] = {uri != NULL ? g_uri_get_host (uri) : "publisher.test", NULL};
  g_autoptr (BullaCredential) leaf = bulla_authority_issue (
      authority, hosts, self->now - 10 * DAY, 90, BULLA_ISSUE_SIGN_EXCHANGES | base->issue, error);
  if (leaf == NULL || !write_chain (self, base, authority, leaf, error))
    return FALSE;
  self->cert_url = make_cert_url (self);
  return (bundle != NULL ? forge_bundle_write (self, bundle, mutator, leaf, error)
                         : write_exchange (self, base, mutator, leaf, error))
         && write_trust (self, mutator, authority, error)
         && mutator_require_applied (mutator, error);
}

static gboolean
read_recipe (Forge *self, const Base **base, const ForgeBundleBase **bundle, GError **error)
{
  GKeyFile *recipe = self->recipe;
  g_autofree char *name = dup_value (recipe, "package", "base", "page");
  int64_t status;

  /* the parameters of exchanges do not apply to bundles */
  *bundle = forge_bundle_find_base (name);
  *base = *bundle != NULL ? &BASES[0] : find_base (name, error);
  if (*base == NULL || !parse_number (recipe, "package", "now", DEFAULT_NOW, &self->now, error)
      || !parse_number (recipe, "cert-response", "status", 200, &status, error))
    return FALSE;
  self->url =
      dup_value (recipe, "package", "url",
                 *bundle != NULL && *(*bundle)->signers != '\0' ? "/article.html" : DEFAULT_URL);
  self->outer_url = dup_value (recipe, "outer", "url",
                               *bundle != NULL ? DEFAULT_BUNDLE_OUTER_URL : DEFAULT_OUTER_URL);
  self->outer_headers =
      dup_list (recipe, "outer", "headers",
                *bundle != NULL ? DEFAULT_BUNDLE_OUTER_HEADERS : DEFAULT_OUTER_HEADERS);
  self->request_headers = dup_list (recipe, "request", "headers", "");
  self->cert_status = status;
  self->cert_type = dup_value (recipe, "cert-response", "type", CHAIN_TYPE);
  self->cert_redirect = g_key_file_get_value (recipe, "cert-response", "redirect", NULL);
  self->cert_fails = g_key_file_get_boolean (recipe, "cert-response", "fails", NULL);
  return TRUE;
}

static gboolean
read_failure (Forge *self, GError **error)
{
  g_autofree char *text = g_key_file_get_value (self->recipe, "outer", "fails-at", NULL);

  self->outer_fails_at = -1;
  return text == NULL || forge_parse_place (self, text, &self->outer_fails_at, error);
}

Forge *
forge_from_text (const char *recipe, GError **error)
{
  g_autoptr (Forge) self = g_new0 (Forge, 1);
  const ForgeBundleBase *bundle;
  const Base *base;

  self->recipe = g_key_file_new ();
  if (!g_key_file_load_from_data (self->recipe, recipe, -1, G_KEY_FILE_NONE, error)
      || !read_recipe (self, &base, &bundle, error))
    return NULL;
  forge_random_start (bundle != NULL ? bundle->name : base->name);
  gboolean built = build (self, base, bundle, error) && read_failure (self, error);
  forge_random_stop ();
  return built ? g_steal_pointer (&self) : NULL;
}

Forge *
forge_from_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  Forge *self = forge_from_text (text, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}

void
forge_free (Forge *self)
{
  g_free (self->url);
  g_clear_pointer (&self->exchange, g_bytes_unref);
  g_clear_pointer (&self->bundle, g_bytes_unref);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_free (self->root_pem);
  g_free (self->ct_logs);
  g_free (self->cert_url);
  g_free (self->outer_url);
  g_strfreev (self->outer_headers);
  g_strfreev (self->request_headers);
  g_free (self->cert_type);
  g_free (self->cert_redirect);
  g_clear_pointer (&self->recipe, g_key_file_unref);
  g_free (self);
}

char *
forge_dup_expected (const Forge *self, const char *profile, const char *key)
{
  g_autofree char *group = g_strdup_printf ("expect %s", profile != NULL ? profile : "");
  char *value = g_key_file_get_value (self->recipe, group, key, NULL);

  return value != NULL ? value : g_key_file_get_value (self->recipe, "expect", key, NULL);
}

gssize
forge_get_expected (const Forge *self, const char *profile, const char *key)
{
  g_autofree char *text = forge_dup_expected (self, profile, key);
  g_autoptr (GError) error = NULL;
  gssize place = -1;

  if (text != NULL && !forge_parse_place (self, text, &place, &error))
    g_assert_no_error (error); /* recipes are not input */
  return place;
}
