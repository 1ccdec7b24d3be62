/* validity-kit.c - a publisher that signs a page, and answers at its validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validity-kit.h"

#include <string.h>

#include "bulla-cert-chain.h"
#include "bulla-exchange-writer.h"
#include "bulla-facts.h"
#include "bulla-load-internal.h"
#include "bulla-sxg-reader.h"
#include "write/bulla-validity-writer.h"

#define PAGE "<p>The tide is high at noon.\n"

/* Answers as the reply says now. */
static void
respond (ValidityKit *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize size = 0;
  const char *data = self->reply.body != NULL ? g_bytes_get_data (self->reply.body, &size) : NULL;

  soup_server_message_set_status (message, self->reply.status != 0 ? self->reply.status : 200,
                                  NULL);
  if (self->reply.location != NULL)
    soup_message_headers_replace (headers, "Location", self->reply.location);
  if (self->reply.chunked)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_append (headers, "Set-Cookie", "seen=1");
  soup_message_headers_set_content_type (headers, "application/cbor", NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY, data,
                            size);
}

static void
answer_validity (ValidityKit *self, SoupServerMessage *message)
{
  g_free (self->question);
  self->question = g_strdup (self->publisher->last_head);
  self->n_questions++;
  if (self->reply.body != NULL || self->reply.status != 0) {
    respond (self, message);
    return;
  }
  soup_server_message_pause (message);
  g_set_object (&self->held, message);
}

static void
answer_chain (ValidityKit *self, SoupServerMessage *message)
{
  g_autoptr (GError) error = NULL;
  gint64 now = self->world->now;

  self->n_chains++;
  if (self->chain_waits) {
    soup_server_message_pause (message);
    return;
  }
  g_autoptr (GBytes) chain =
      bulla_authority_write_chain (self->world->authority, self->credential, now - VALIDITY_HOUR,
                                   now + VALIDITY_DAY, BULLA_RESPOND_GOOD, &error);
  g_assert_no_error (error);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/cert-chain+cbor", SOUP_MEMORY_COPY,
                                    g_bytes_get_data (chain, NULL), g_bytes_get_size (chain));
}

static void
answer_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  if (strcmp (path, "/page.validity") == 0)
    answer_validity (user_data, message);
  else if (strcmp (path, "/chain") == 0)
    answer_chain (user_data, message);
  else
    soup_server_message_set_status (message, 404, NULL);
}

ValidityKit *
validity_kit_new (const char *host)
{
  ValidityKit *self = g_new0 (ValidityKit, 1);
  const char *const hosts[] = {host, NULL};
  g_autoptr (GError) error = NULL;

  self->world = test_world_new ();
  gint64 now = self->world->now;
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, host, now - VALIDITY_DAY, 30, BULLA_ISSUE_TLS_SERVER);
  self->publisher = test_server_new (host, certificate);
  soup_server_add_handler (self->publisher->soup, NULL, answer_cb, self, NULL);
  self->credential = bulla_authority_issue (self->world->authority, hosts, now - 20 * VALIDITY_DAY,
                                            90, BULLA_ISSUE_SIGN_EXCHANGES, &error);
  g_assert_no_error (error);
  self->cert_url = test_server_url (self->publisher, "/chain");
  return self;
}

void
validity_kit_free (ValidityKit *self)
{
  test_server_free (self->publisher);
  g_object_unref (self->credential);
  g_clear_pointer (&self->reply.body, g_bytes_unref);
  g_free (self->cert_url);
  g_free (self->question);
  g_clear_object (&self->held);
  test_world_free (self->world);
  g_free (self);
}

void
validity_kit_release (ValidityKit *self)
{
  respond (self, self->held);
  soup_server_message_unpause (self->held);
  g_clear_object (&self->held);
}

void
validity_kit_take_reply (ValidityKit *self, GBytes *body, guint status)
{
  g_clear_pointer (&self->reply.body, g_bytes_unref);
  self->reply = (ValidityReply){.body = body, .status = status};
}

static char *
dup_validity_url (ValidityKit *self)
{
  return test_server_url (self->publisher, "/page.validity");
}

GBytes *
validity_kit_sign (ValidityKit *self, gint64 age)
{
  g_autofree char *url = test_server_url (self->publisher, "/page");
  g_autofree char *validity = dup_validity_url (self);
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->credential);
  g_autoptr (GBytes) body = g_bytes_new_static (PAGE, strlen (PAGE));
  gint64 date = self->world->now - age;
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_record_size (writer, 16);
  bulla_exchange_writer_set_cert_url (writer, self->cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + 7 * VALIDITY_DAY);
  GBytes *exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  return exchange;
}

static GBytes *
dup_span (BullaSpan span)
{
  return g_bytes_new (span.data, span.length);
}

GBytes *
validity_kit_sign_again (ValidityKit *self, GBytes *exchange, gint64 age)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaSxgReader) reader = bulla_sxg_reader_new (facts);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (exchange, &size);
  g_autofree char *validity = dup_validity_url (self);
  g_autoptr (GError) error = NULL;

  bulla_sxg_reader_push (reader, data, size);
  g_autoptr (GBytes) url = dup_span (bulla_sxg_reader_get_url (reader));
  g_autoptr (GBytes) headers = dup_span (bulla_sxg_reader_get_headers (reader));
  const BullaNewSignature plan = {
      .url = url,
      .headers = headers,
      .cert_url = self->cert_url,
      .validity_url = validity,
      .date = self->world->now - age,
      .expires = self->world->now - age + 7 * VALIDITY_DAY,
  };
  GBytes *signature = bulla_new_signature_write (&plan, self->credential, &error);
  g_assert_no_error (error);
  return signature;
}

GBytes *
validity_kit_dup_signature (GBytes *exchange)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaSxgReader) reader = bulla_sxg_reader_new (facts);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (exchange, &size);

  bulla_sxg_reader_push (reader, data, size);
  return dup_span (bulla_sxg_reader_get_signature (reader));
}

GBytes *
validity_kit_write (GBytes *signature, gint64 size)
{
  g_autoptr (GPtrArray) signatures = g_ptr_array_new ();

  if (signature != NULL)
    g_ptr_array_add (signatures, signature);
  return bulla_validity_write (signatures, size > -2, MAX (size, -1));
}

BullaLoader *
validity_kit_loader (ValidityKit *self, const char *const *changes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("draft-b3", NULL, NULL, changes, &error);

  g_assert_no_error (error);
  BullaLoader *loader = bulla_loader_new (profile, self->world->trust);
  g_autofree char *resolve = test_server_resolve (self->publisher);
  g_assert_true (bulla_loader_add_resolve (loader, resolve, NULL));
  return loader;
}

/* --- what a publisher may answer */
GBytes *
validity_kit_spoil (GBytes *bytes)
{
  static const char key[] = "expires=";
  gsize size = 0, at = 0;
  char *data = g_bytes_unref_to_data (bytes, &size);

  while (memcmp (data + at, key, strlen (key)) != 0)
    at++;
  char *digit = data + at + strlen (key) + 9;
  *digit = *digit == '1' ? '2' : '1';
  return g_bytes_new_take (data, size);
}

static GBytes *
make_page (gsize size)
{
  return g_bytes_new_take (g_strnfill (size, '<'), size);
}

static GBytes *
make_body (ValidityKit *kit, ValidityAnswer reply, GBytes *exchange)
{
  g_autoptr (GBytes) newer = validity_kit_sign_again (kit, exchange, 60);
  g_autoptr (GBytes) older = validity_kit_sign_again (kit, exchange, 3 * VALIDITY_DAY);
  g_autoptr (GBytes) other = validity_kit_sign (kit, 120);
  g_autoptr (GBytes) same = validity_kit_dup_signature (exchange);
  g_autoptr (GBytes) noise = g_bytes_new_static ("no; signature, at all", 21);

  switch (reply) {
  case VALIDITY_NEWER:
    return validity_kit_write (newer, -2);
  case VALIDITY_SAME:
    return validity_kit_write (same, -2);
  case VALIDITY_OLDER:
    return validity_kit_write (older, -2);
  case VALIDITY_OF_ANOTHER: {
    g_autoptr (GBytes) wrong = validity_kit_spoil (validity_kit_dup_signature (other));
    return validity_kit_write (wrong, -2);
  }
  case VALIDITY_NO_SIGNATURE:
    return validity_kit_write (noise, -2);
  case VALIDITY_UPDATE_AND_SAME:
    return validity_kit_write (same, 120000);
  case VALIDITY_UPDATE_AND_NEWER:
    return validity_kit_write (newer, -1);
  case VALIDITY_UPDATE_ALONE:
    return validity_kit_write (NULL, 120000);
  case VALIDITY_EMPTY:
    return validity_kit_write (NULL, -2);
  case VALIDITY_HUGE:
  case VALIDITY_HUGE_CHUNKED:
    return make_page (65537);
  case VALIDITY_SILENT:
    return NULL;
  default:
    return make_page (20);
  }
}

void
validity_kit_set_reply (ValidityKit *kit, ValidityAnswer reply, GBytes *exchange)
{
  guint status = reply == VALIDITY_NOT_FOUND ? 404 : reply == VALIDITY_MOVED ? 302 : 0;

  validity_kit_take_reply (kit, make_body (kit, reply, exchange), status);
  kit->reply.location = reply == VALIDITY_MOVED ? "/elsewhere" : NULL;
  kit->reply.chunked = reply == VALIDITY_HUGE_CHUNKED;
}

/* --- loading */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ValidityLoaded *loaded = user_data;

  loaded->load = bulla_loader_load_finish (BULLA_LOADER (source), result, &loaded->error);
  loaded->done = TRUE;
}

void
validity_kit_begin (BullaLoader *loader, BullaOuter *outer, GBytes *exchange,
                    GCancellable *cancellable, ValidityLoaded *loaded)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);

  *loaded = (ValidityLoaded){0};
  bulla_loader_load_async (loader, outer, stream, NULL, cancellable, loaded_cb, loaded);
}

BullaLoad *
validity_kit_load (BullaLoader *loader, GBytes *exchange)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  ValidityLoaded loaded;

  validity_kit_begin (loader, outer, exchange, NULL, &loaded);
  test_wait (&loaded.done);
  g_assert_no_error (loaded.error);
  return loaded.load;
}

const BullaValidityFacts *
validity_kit_get_facts (BullaLoad *load)
{
  return &bulla_load_get_facts (load)->validity;
}

gboolean
validity_kit_has_answer (gpointer data)
{
  return !bulla_load_is_asking (data);
}

void
validity_kit_assert_verdict (BullaLoad *load, const char *outcome, const char *reason)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==, outcome);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (verdict)), ==, reason);
}

void
validity_kit_assert_outcome (BullaLoad *load, const char *outcome)
{
  g_assert_cmpstr (bulla_validity_outcome_get_nick (validity_kit_get_facts (load)->outcome), ==,
                   outcome);
}
