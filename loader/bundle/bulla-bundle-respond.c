/* bulla-bundle-respond.c - makes a load from the bytes of one response in a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-body-stream.h"
#include "bulla-bundle-private.h"
#include "bulla-field.h"
#include "bulla-load-internal.h"
#include "bulla-mi-sha256.h"
#include "bulla-origin.h"
#include "bulla-settings.h"

/* Copies the facts about the bundle, which are part of the facts about each response. */
static BullaFacts *
begin_facts (BullaBundle *self, guint resource, BullaRange range)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self);
  BullaFacts *facts = bulla_facts_new ();
  size_t length = 0;
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;
  facts->form = BULLA_FORM_RESPONSE;
  facts->within = bulla_facts_ref (self->facts);
  facts->outer = self->facts->outer;
  facts->bundle = self->facts->bundle;
  facts->integrity = self->facts->integrity;
  facts->response.range = range;
  const char *url = bulla_bundle_index_get_url (index, resource, &length);
  g_autofree char *text = g_strndup (url, length);
  facts->request_url = bulla_facts_intern (facts, text);
  facts->request_origin =
      bulla_facts_intern (facts, bulla_bundle_index_get_origin (index, resource));
  g_auto (BullaUrl) parsed = {0};
  if (bulla_url_parse (&parsed, text, length, &reason, &detail))
    facts->request_host = bulla_facts_intern (facts, parsed.host);
  return facts;
}

static void
read_digest (BullaBundle *self, BullaFacts *facts)
{
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  const BullaHeader *header = bulla_facts_find_header (facts, "digest");
  if (header != NULL)
    facts->digest = bulla_field_read_digest (header->value, settings->digest == BULLA_DIGEST_PREFIX,
                                             facts->proof);
}

/* A body with signed or declared record proofs is decoded record by record. */
static GInputStream *
open_body (BullaBundle *self, BullaFacts *facts, const BullaBundleResponse *response)
{
  gboolean coded = bulla_load_facts_are_coded (facts);
  g_autoptr (GInputStream) part = bulla_bundle_source_open (self->source, response->payload_offset,
                                                            response->payload_length, facts, coded);
  if (!coded)
    return g_steal_pointer (&part);
  g_autoptr (BullaMiSha256) decoder =
      bulla_mi_sha256_new (facts->proof, response->payload_offset, facts);
  return bulla_body_stream_new (part, NULL, 0, G_CONVERTER (decoder));
}

/**
 * bulla_bundle_respond: (skip)
 * @self: a bundle
 * @resource: index of the resource
 * @variant: index of its location
 * @range: location of the response
 * @start: its first bytes; as many as bulla_bundle_response_want() asks for, or all there will be
 * @authority: (out): as of bulla_bundle_judge_response()
 *
 * Returns: (transfer full) (nullable): the response, judged; %NULL if CAA records have to be looked
 *   up first
 */
BullaLoad *
bulla_bundle_respond (BullaBundle *self, guint resource, guint variant, BullaRange range,
                      BullaSpan start, gint *authority)
{
  g_autoptr (BullaFacts) facts = begin_facts (self, resource, range);
  BullaBundleResponse response = {0};
  GInputStream *body = NULL;
  const GError *transport = bulla_bundle_source_get_error (self->source);
  gboolean cut = start.length < bulla_bundle_response_want (start, range.length);
  if (cut && transport != NULL) {
    GError *fault = NULL;
    bulla_fault_set (&fault, BULLA_REASON_OUTER_TRANSPORT, (BullaRange){0, 0}, "%s",
                     transport->message);
    bulla_facts_take_fault (facts, &facts->outer.read, fault);
  }
  gboolean placed = bulla_bundle_response_read (&response, start, range.length, facts);
  read_digest (self, facts);
  bulla_bundle_fill_scope_facts (self, facts);
  BullaVerdict *verdict =
      bulla_bundle_judge_response (self, facts, variant, response.headers, authority);
  if (verdict == NULL)
    return NULL;
  if (placed)
    body = open_body (self, facts, &response);
  return bulla_load_new_for_response (self, self->outer, self->profile, g_steal_pointer (&facts),
                                      verdict, body);
}

/**
 * bulla_load_get_bundle:
 * @self: a load
 *
 * Returns: (transfer none) (nullable): the bundle that contains the response; %NULL for an exchange
 */
BullaBundle *
bulla_load_get_bundle (BullaLoad *self)
{
  return bulla_load_peek_bundle (self);
}
