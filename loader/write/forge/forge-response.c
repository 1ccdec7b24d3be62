/* forge-response.c - writes the responses of a web bundle, one of which may be mutated
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge-bundle.h"
#include "write/bulla-merkle-writer-private.h"

#include <string.h>

#define RECORD_SIZE 64
#define N_RESOURCES 3
#define HOUR 3600
#define DAY BULLA_SECONDS_PER_DAY

/* the responses; the first has the URL of the recipe */
static const struct {
  const char *path; /* path of a signed bundle, whose responses have one origin */
  const char *url;
  const char *type;
  size_t size;
} RESOURCES[N_RESOURCES] = {
    {"/article.html", NULL, "text/html", 200},
    {"/style.css", "https://publisher.test/style.css", "text/css", 64},
    {"/script.js", "https://elsewhere.test/script.js", "text/javascript", 100},
};

/* Returns letters, the same for every size. */
static GBytes *
make_body (size_t size)
{
  char *body = g_malloc (size);

  for (size_t i = 0; i < size; i++)
    body[i] = i % 64 == 63 ? '\n' : 'a' + i % 26;
  return g_bytes_new_take (body, size);
}

static void
plan_clear (BullaExchangePlan *self)
{
  g_clear_pointer (&self->url, g_bytes_unref);
  g_clear_pointer (&self->headers, g_ptr_array_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->cert_url, g_free);
  g_clear_pointer (&self->validity_url, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaExchangePlan, plan_clear)

static void
add_header (GPtrArray *headers, const char *name, const char *value)
{
  g_ptr_array_add (headers, bulla_written_header_new (name, value));
}

static const char *
get_url (const ForgeBundle *self, guint i)
{
  if (i == 0 || (self->base->variants && i == 1))
    return self->forge->url;
  return *self->base->signers != '\0' ? RESOURCES[i].path : RESOURCES[i].url;
}

static BullaExchangePlan
make_plan (const ForgeBundle *self, guint i)
{
  const char *url = get_url (self, i);
  int64_t date = self->forge->now - HOUR;
  BullaExchangePlan plan = {
      .url = g_bytes_new (url, strlen (url)),
      .status = 200,
      .headers = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_written_header_free),
      .body = make_body (RESOURCES[i].size),
      .record_size = RECORD_SIZE,
      .cert_url = g_strdup (""),
      .validity_url = g_strdup ("https://publisher.test/resource.validity"),
      .date = date,
      .expires = date + 6 * DAY,
  };

  add_header (plan.headers, "content-type", RESOURCES[i].type);
  if (self->base->variants && i < 2)
    add_header (plan.headers, "content-language", i == 0 ? "en" : "fr");
  return plan;
}

/* Encodes the payload, and adds two headers if it is encoded. @hook: (nullable) */
static gboolean
encode (BullaExchangePlan *plan, gboolean vouched, BullaMutation *hook, BullaBodyPlan *body,
        GError **error)
{
  body->body = plan->body;
  body->record_size = plan->record_size;
  if (!vouched) {
    body->encoded = g_bytes_unref_to_array (g_bytes_ref (plan->body));
    body->digest = g_strdup ("");
    return bulla_mutate (hook, BULLA_STAGE_BODY, body, error);
  }
  GBytes *encoded =
      bulla_merkle_encode_unchecked (plan->body, plan->record_size, &body->digest, error);
  if (encoded == NULL)
    return FALSE;
  body->encoded = g_bytes_unref_to_array (encoded);
  if (!bulla_mutate (hook, BULLA_STAGE_BODY, body, error))
    return FALSE;
  add_header (plan->headers, "content-encoding", "mi-sha256-03");
  add_header (plan->headers, "digest", body->digest);
  return TRUE;
}

static GBytes *
write_item (ForgeResource *resource, GByteArray *payload, BullaMutation *hook, GError **error)
{
  g_autoptr (BullaCborWriter) cbor = bulla_cbor_writer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new (payload->data, payload->len);

  bulla_cbor_writer_add_array (cbor, 2);
  bulla_cbor_writer_add_bytes (cbor, resource->headers);
  bulla_cbor_writer_add_bytes (cbor, bytes);
  if (!bulla_mutate (hook, (BullaStage)FORGE_STAGE_RESPONSE_CBOR, cbor, error))
    return NULL;
  return bulla_cbor_writer_finish (cbor);
}

static gboolean
write_resource (ForgeBundle *self, BullaExchangePlan *plan, gboolean target, gboolean vouched,
                GError **error)
{
  g_auto (BullaBodyPlan) body = {NULL};
  BullaMutation *hook = target ? &self->mutator->hook : NULL;
  g_autofree char *status = NULL;

  if (!bulla_mutate (hook, BULLA_STAGE_EXCHANGE, plan, error)
      || !encode (plan, vouched, hook, &body, error))
    return FALSE;
  ForgeResource *resource = g_new0 (ForgeResource, 1);
  resource->url = g_bytes_ref (plan->url);
  resource->target = target;
  g_ptr_array_add (self->resources, resource);
  status = g_strdup_printf ("%u", plan->status);
  add_header (plan->headers, ":status", status);
  resource->headers = bulla_write_headers (plan->headers, hook, error);
  if (resource->headers == NULL)
    return FALSE;
  resource->item = write_item (resource, body.encoded, hook, error);
  return resource->item != NULL;
}

gboolean
forge_bundle_write_resources (ForgeBundle *self, GError **error)
{
  guint target = g_key_file_get_integer (self->forge->recipe, "package", "target", NULL);
  uint64_t offset = 1; /* the head of the array precedes the first response */

  for (guint i = 0; i < N_RESOURCES; i++) {
    g_auto (BullaExchangePlan) plan = make_plan (self, i);
    gboolean vouched = self->base->vouched && i + 1 < N_RESOURCES;
    if (!write_resource (self, &plan, i == target, vouched, error))
      return FALSE;
    ForgeResource *resource = g_ptr_array_index (self->resources, i);
    resource->offset = offset;
    offset += g_bytes_get_size (resource->item);
    if (i == target) {
      self->plan = plan;
      plan = (BullaExchangePlan){NULL};
    }
  }
  return TRUE;
}
