/* vector.c - builds the package of a recipe, and judges it like `bulla verify`
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector.h"

#include "bulla-coding-check.h"
#include "bulla-reason.h"
#include "bulla-loader.h"
#include "failing-stream.h"
#include "test-world.h"
#include "vector-bundle.h"
#include "vector-revoked.h"
#include "vector-store.h"

#include <glib/gstdio.h>
#include <string.h>

#define CERT_HOST "certificates.test"
#define PUBLISHER_HOST "publisher.test"
#define PORT ":PORT" /* stands behind a host for the port of its server */
#define MOVED "/moved.cbor"
#define READ_SIZE 4096

const char *const VECTOR_PROFILES[] = {"draft-b3", "loading", "chromium", "separate-origin", NULL};

struct _VectorWorld {
  TestWorld *world;      /* owned; the server of chains uses its root */
  TestServer *server;    /* owned; of chains */
  TestServer *publisher; /* owned; of validity data */
  Vector *vector;        /* borrowed; the one that is being judged */
  char *root_file;       /* owned; of that one */
  char *logs_file;       /* owned; of that one */
};

/* one without a package is a question about CAA: test-caa-recipes.c */
static gboolean
has_package (const char *folder, const char *nick, const char *file)
{
  g_autoptr (GKeyFile) recipe = g_key_file_new ();
  g_autofree char *path = g_build_filename (folder, nick, file, NULL);

  return !g_key_file_load_from_file (recipe, path, G_KEY_FILE_NONE, NULL)
         || g_key_file_has_group (recipe, "package") || !g_key_file_has_group (recipe, "caa");
}

static void
collect (GStrvBuilder *names, const char *folder, const char *nick)
{
  g_autofree char *path = g_build_filename (folder, nick, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ".ini") && has_package (folder, nick, file)) {
      g_autofree char *stem = g_strndup (file, strlen (file) - 4);
      g_autofree char *name = g_strdup_printf ("%s/%s", nick, stem);
      g_strv_builder_add (names, name);
    }
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GStrv
vector_list (const char *folder)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *nick;

  while (dir != NULL && (nick = g_dir_read_name (dir)) != NULL)
    collect (names, folder, nick);
  GStrv list = g_strv_builder_end (names);
  qsort (list, g_strv_length (list), sizeof *list, compare);
  return list;
}

static gboolean
get_flag (Vector *self, const char *group, const char *key)
{
  return g_key_file_get_boolean (self->forge->recipe, group, key, NULL);
}

static void
answer_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  VectorWorld *self = user_data;
  const Vector *vector = self->vector;
  const Forge *forge = vector->forge;
  gboolean moved = g_str_equal (path, MOVED);
  gboolean first = self->server->n_requests == 1 && vector->first_chain != NULL;
  GBytes *chain = first ? vector->first_chain : forge->chain;

  if (forge->cert_fails) {
    g_autoptr (GIOStream) connection = soup_server_message_steal_connection (message);
    g_io_stream_close (connection, NULL, NULL);
    return;
  }
  if (forge->cert_redirect != NULL && !moved) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, forge->cert_redirect);
    return;
  }
  soup_server_message_set_status (message, forge->cert_status, NULL);
  gsize size;
  const char *data = g_bytes_get_data (chain, &size);
  if (*forge->cert_type != '\0')
    soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                           forge->cert_type, NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY, data,
                            size);
}

/* the bytes of "a0" and the like */
static GByteArray *
bytes_of_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
    guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
    g_byte_array_append (bytes, &byte, 1);
  }
  return bytes;
}

static void
answer_validity_cb (SoupServer *soup, SoupServerMessage *message, const char *path,
                    GHashTable *query, gpointer user_data)
{
  VectorWorld *self = user_data;
  g_autofree char *hex =
      g_key_file_get_value (self->vector->forge->recipe, "validity", "answer", NULL);
  g_autoptr (GByteArray) bytes = bytes_of_hex (hex != NULL ? hex : "");

  soup_server_message_set_status (message, hex != NULL ? 200 : 404, NULL);
  soup_server_message_set_response (message, "application/cbor", SOUP_MEMORY_COPY,
                                    (const char *)bytes->data, bytes->len);
}

VectorWorld *
vector_world_new (void)
{
  VectorWorld *self = g_new0 (VectorWorld, 1);

  self->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, CERT_HOST, self->world->now - 86400, 30, 0);
  self->server = test_server_new (CERT_HOST, certificate);
  soup_server_add_handler (self->server->soup, NULL, answer_cb, self, NULL);
  g_autoptr (GTlsCertificate) other =
      test_world_issue (self->world, PUBLISHER_HOST, self->world->now - 86400, 30, 0);
  self->publisher = test_server_new (PUBLISHER_HOST, other);
  soup_server_add_handler (self->publisher->soup, NULL, answer_validity_cb, self, NULL);
  self->root_file = g_build_filename (self->world->folder, "vector-root.pem", NULL);
  self->logs_file = g_build_filename (self->world->folder, "vector-logs.json", NULL);
  return self;
}

void
vector_world_free (VectorWorld *self)
{
  test_server_free (self->server);
  test_server_free (self->publisher);
  g_unlink (self->root_file);
  g_unlink (self->logs_file);
  g_free (self->root_file);
  g_free (self->logs_file);
  test_world_free (self->world);
  g_free (self);
}

static void
place_port (GString *recipe, const TestServer *server)
{
  g_autofree char *before = g_strconcat (server->host, PORT, NULL);
  g_autofree char *after = g_strdup_printf ("%s:%u", server->host, server->port);

  g_string_replace (recipe, before, after, 0);
}

/* the text with the ports of the servers that answer in it */
static char *
dup_recipe (VectorWorld *world, const char *path, GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  g_autoptr (GString) recipe = g_string_new (text);
  place_port (recipe, world->server);
  place_port (recipe, world->publisher);
  return g_string_free (g_steal_pointer (&recipe), FALSE);
}

/* a chain that the server returns once, before the recipe's own */
static GBytes *
forge_first_chain (GKeyFile *recipe, const char *mutation, GError **error)
{
  g_autofree char *text = g_key_file_to_data (recipe, NULL, NULL);
  g_autoptr (GString) other = g_string_new (text);
  g_autofree char *with = g_strdup_printf ("[package]\nmutation-8=%s\n", mutation);

  g_string_replace (other, "[package]\n", with, 1);
  g_autoptr (Forge) forge = forge_from_text (other->str, error);
  return forge != NULL ? g_bytes_ref (forge->chain) : NULL;
}

Vector *
vector_new (VectorWorld *world, const char *folder, const char *name, GError **error)
{
  g_autoptr (Vector) self = g_new0 (Vector, 1);
  g_autofree char *file = g_strconcat (name, ".ini", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *recipe = dup_recipe (world, path, error);

  if (recipe == NULL)
    return NULL;
  self->name = g_strdup (name);
  self->forge = forge_from_text (recipe, error);
  if (self->forge == NULL || !vector_check_keys (self->forge->recipe, error))
    return NULL;
  g_autofree char *first =
      g_key_file_get_value (self->forge->recipe, "cert-response", "first-mutation", NULL);
  if (first != NULL) {
    self->first_chain = forge_first_chain (self->forge->recipe, first, error);
    if (self->first_chain == NULL)
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
vector_free (Vector *self)
{
  g_free (self->name);
  g_clear_pointer (&self->forge, forge_free);
  g_clear_pointer (&self->first_chain, g_bytes_unref);
  g_free (self);
}

/* the file must remain, because connections read it again */
static gboolean
add_file (BullaTrust *trust, const char *path, const char *text,
          gboolean (*add) (BullaTrust *, const char *, GError **), GError **error)
{
  return g_file_set_contents (path, text, -1, error) && add (trust, path, error);
}

/* @fetches: then the root of the servers is trusted too */
static BullaTrust *
make_trust (VectorWorld *world, Vector *vector, gboolean fetches, GError **error)
{
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  bulla_trust_set_system_roots (trust, FALSE);
  if (!add_file (trust, world->root_file, vector->forge->root_pem, bulla_trust_add_roots, error)
      || (fetches && !bulla_trust_add_roots (trust, world->world->root_file, error))
      || (!get_flag (vector, "loader", "no-logs")
          && !add_file (trust, world->logs_file, vector->forge->ct_logs, bulla_trust_add_logs,
                        error))
      || !vector_add_revocations (trust, vector->forge, error))
    return NULL;
  vector_add_tls_host (trust, vector->forge);
  return g_steal_pointer (&trust);
}

/* Applies "GROUP/KEY=VALUE | …" to a shipped profile. */
static BullaProfile *
make_profile (Vector *vector, const char *name, GError **error)
{
  g_autoptr (BullaProfile) parent = bulla_profile_load (name, error);
  g_autofree char *settings =
      g_key_file_get_value (vector->forge->recipe, "loader", "settings", NULL);

  if (parent == NULL || settings == NULL)
    return g_steal_pointer (&parent);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_set_value (file, "profile", "name", name);
  g_key_file_set_value (file, "profile", "inherits", name);
  g_auto (GStrv) list = g_strsplit (settings, "|", -1);
  for (size_t i = 0; list[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (g_strstrip (list[i]), "=", 2);
    char *key = strchr (pair[0], '/');
    *key++ = '\0';
    g_key_file_set_value (file, pair[0], key, pair[1]);
  }
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  return bulla_profile_parse (text, parent, error);
}

static BullaOuter *
make_outer (const Forge *forge)
{
  int status = g_key_file_get_integer (forge->recipe, "outer", "status", NULL);
  BullaOuter *outer = *forge->outer_url != '\0' ? bulla_outer_new (forge->outer_url)
                                                : bulla_outer_new_for_file (NULL);

  for (size_t i = 0; forge->outer_headers[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (forge->outer_headers[i], ":", 2);
    bulla_outer_set_header (outer, pair[0], g_strstrip (pair[1]));
  }
  if (status != 0)
    bulla_outer_set_status (outer, status);
  if (g_key_file_get_boolean (forge->recipe, "outer", "redirected", NULL))
    bulla_outer_set_redirected (outer, TRUE);
  return outer;
}

static GInputStream *
make_stream (const Forge *forge)
{
  return forge->outer_fails_at < 0
             ? g_memory_input_stream_new_from_bytes (forge_get_package (forge))
             : failing_stream_new (forge_get_package (forge), forge->outer_fails_at);
}

static gboolean
read_body (VectorResult *self, BullaLoad *load, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);
  g_autoptr (GError) failure = NULL;
  guint8 buffer[READ_SIZE];
  g_autoptr (BullaCodingCheck) coding = bulla_coding_check_new (load, NULL);
  gssize n;

  while ((n = g_input_stream_read (body, buffer, sizeof buffer, NULL, &failure)) > 0) {
    self->released += n;
    bulla_coding_check_push (coding, buffer, (gsize)n);
  }
  if (n == 0)
    bulla_coding_check_end (coding);
  if (n == 0 || failure->domain == BULLA_FAULT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
vector_take_step (VectorResult *self, BullaVerdict *verdict)
{
  self->reason = bulla_verdict_get_reason (verdict);
  self->report = bulla_verdict_get_report_type (verdict);
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN
        && bulla_verdict_get_step_reason (verdict, i) == self->reason) {
      bulla_verdict_get_range (verdict, i, &self->range);
      return;
    }
}

/* in the order of shell/cli/verify/bulla-cli-judge.c: the head, the body, then the request */
static gboolean
complete (VectorResult *self, Vector *vector, BullaLoad *load, GError **error)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE
      && !read_body (self, load, error))
    return FALSE;
  verdict = bulla_load_get_verdict (load);
  self->verdict = bulla_verdict_ref (verdict);
  self->outcome = bulla_verdict_get_outcome (verdict);
  vector_take_step (self, verdict);
  if (self->outcome != BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  self->request = vector_judge_request (vector, load);
  self->outcome = bulla_verdict_get_outcome (self->request);
  vector_take_step (self, self->request);
  return TRUE;
}

static BullaLoader *
make_loader (VectorWorld *world, Vector *vector, const char *profile_name, gboolean fetches,
             GError **error)
{
  g_autoptr (BullaTrust) trust = make_trust (world, vector, fetches, error);
  g_autoptr (BullaProfile) profile = make_profile (vector, profile_name, error);

  if (trust == NULL || profile == NULL)
    return NULL;
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autofree char *resolve = test_server_resolve (world->server);
  g_autofree char *publisher = test_server_resolve (world->publisher);
  if (!bulla_loader_add_resolve (loader, resolve, error)
      || !bulla_loader_add_resolve (loader, publisher, error))
    return NULL;
  bulla_loader_set_time (loader, vector->forge->now);
  bulla_loader_set_offline (loader, !fetches);
  return g_steal_pointer (&loader);
}

/* @fetches: whether the chain is to be fetched */
static gboolean
judge (VectorResult *self, VectorWorld *world, Vector *vector, BullaLoader *loader,
       gboolean fetches, GError **error)
{
  Forge *forge = vector->forge;
  gboolean at_hand = !fetches && !get_flag (vector, "loader", "offline");
  g_autoptr (BullaOuter) outer = make_outer (forge);
  g_autoptr (GInputStream) stream = make_stream (forge);

  world->vector = vector;
  world->server->n_requests = 0;
  if (forge->bundle != NULL)
    return vector_judge_bundle (self, vector, loader, outer, stream, world->world->folder, error);
  g_autoptr (BullaLoad) load =
      bulla_loader_load (loader, outer, stream, at_hand ? forge->chain : NULL, NULL, error);
  self->fetches = world->server->n_requests;
  return load != NULL && complete (self, vector, load, error);
}

VectorResult *
vector_judge (VectorWorld *world, Vector *vector, const char *profile, GError **error)
{
  g_autoptr (VectorResult) self = g_new0 (VectorResult, 1);
  GKeyFile *recipe = vector->forge->recipe;
  gboolean fetches = g_key_file_has_group (recipe, "cert-response");
  gboolean remembers = g_key_file_has_group (recipe, "store");
  gboolean online = fetches || g_key_file_has_group (recipe, "validity");
  g_autoptr (BullaLoader) loader = make_loader (world, vector, profile, online, error);
  BullaStore *store = remembers ? vector_store_new (vector, world->world->folder, error) : NULL;

  if (loader == NULL || (remembers && store == NULL))
    return NULL;
  bulla_loader_set_store (loader, store);
  gboolean done = judge (self, world, vector, loader, fetches, error);
  bulla_loader_set_store (loader, NULL);
  if (store != NULL)
    vector_store_free (store);
  return done ? g_steal_pointer (&self) : NULL;
}

void
vector_result_free (VectorResult *self)
{
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_pointer (&self->request, bulla_verdict_unref);
  g_free (self->resources);
  g_free (self);
}
