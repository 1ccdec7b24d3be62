/* bulla-load-exchange.c - what a load tells about its exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-field.h"
#include "bulla-judge.h"
#include "bulla-load-private.h"

/**
 * bulla_load_judge_request:
 * @self: a load
 * @request: what is asked for
 * @now: Unix seconds
 *
 * Spec: LOAD "Request matching".
 *
 * Returns: (transfer full): a verdict whose reply counts
 */
BullaVerdict *
bulla_load_judge_request (BullaLoad *self, const BullaRequestFacts *request, gint64 now)
{
  return bulla_judge_request (bulla_load_get_facts (self), bulla_load_get_profile (self), request,
                              now);
}

/**
 * bulla_load_get_url:
 * @self: a load
 *
 * Returns: (nullable): the URL that the exchange is for, which is also the fallback URL;
 *   %NULL if it has none that can be used
 */
const char *
bulla_load_get_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->request_url;
}

/**
 * bulla_load_get_origin:
 * @self: a load
 *
 * Returns: (nullable): the origin of that URL
 */
const char *
bulla_load_get_origin (BullaLoad *self)
{
  return bulla_load_get_facts (self)->request_origin;
}

/**
 * bulla_load_get_status:
 * @self: a load
 *
 * Returns: the signed status; 0 if the headers could not be read
 */
guint
bulla_load_get_status (BullaLoad *self)
{
  return bulla_load_get_facts (self)->status;
}

/**
 * bulla_load_foreach_header:
 * @self: a load
 * @func: (scope call): called for each header of the response, as it is to be delivered
 * @user_data: for @func
 *
 * The signed headers; of the codings only those that are left when the body was checked, without
 * lengths of the coded body, and never sniffed (IMPL 3.5, Fetch).
 */
void
bulla_load_foreach_header (BullaLoad *self, BullaHeaderFunc func, gpointer user_data)
{
  static const char *const ours[] = {"content-encoding", "content-length", "x-content-type-options",
                                     NULL};
  const BullaFacts *facts = bulla_load_get_facts (self);
  for (guint i = 0; i < facts->n_headers; i++)
    if (!g_strv_contains (ours, facts->header[i].name))
      func (facts->header[i].name, facts->header[i].value, user_data);
  const BullaHeader *coding = bulla_facts_find_header (facts, "content-encoding");
  g_autofree char *inner = coding != NULL ? bulla_field_dup_inner_codings (coding->value) : NULL;
  if (inner != NULL)
    func ("content-encoding", inner, user_data);
  func ("x-content-type-options", "nosniff", user_data);
}

/**
 * bulla_load_get_cert_url:
 * @self: a load
 *
 * Returns: (nullable): where the certificate chain is
 */
const char *
bulla_load_get_cert_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.cert_url;
}

/**
 * bulla_load_get_validity_url:
 * @self: a load
 *
 * Returns: (nullable): where the publisher would say that it is withdrawn
 */
const char *
bulla_load_get_validity_url (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.validity_url;
}

/**
 * bulla_load_get_subject:
 * @self: a load
 *
 * Returns: (nullable): the names that the certificate is for
 */
const char *
bulla_load_get_subject (BullaLoad *self)
{
  return bulla_load_get_facts (self)->cert.names;
}

/**
 * bulla_load_get_date:
 * @self: a load
 *
 * Returns: when it was signed, Unix seconds; 0 if that could not be read
 */
gint64
bulla_load_get_date (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.date;
}

/**
 * bulla_load_get_expires:
 * @self: a load
 *
 * Returns: when the signature ends, Unix seconds; 0 if that could not be read
 */
gint64
bulla_load_get_expires (BullaLoad *self)
{
  return bulla_load_get_facts (self)->signature.expires;
}
