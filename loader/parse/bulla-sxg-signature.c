/* bulla-sxg-signature.c - parses each member of the Signature value of an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.1, LOAD "Parsing a Signature header". */
#include "bulla-sxg-signature.h"

#include <string.h>

#include "bulla-url.h"

typedef struct {
  const char *key;
  BullaSfType type;
} Wanted;

enum { SIG, INTEGRITY, CERT_URL, CERT_SHA256, VALIDITY_URL, DATE, EXPIRES };

static const Wanted wanted[] = {
    [SIG] = {"sig", BULLA_SF_BYTES},
    [INTEGRITY] = {"integrity", BULLA_SF_STRING},
    [CERT_URL] = {"cert-url", BULLA_SF_STRING},
    [CERT_SHA256] = {"cert-sha256", BULLA_SF_BYTES},
    [VALIDITY_URL] = {"validity-url", BULLA_SF_STRING},
    [DATE] = {"date", BULLA_SF_INTEGER},
    [EXPIRES] = {"expires", BULLA_SF_INTEGER},
};

typedef const BullaSfParameter *Found[G_N_ELEMENTS (wanted)];

static void
take_fault (BullaFacts *facts, BullaReason reason, BullaRange range, const char *detail)
{
  GError *fault = NULL;

  bulla_fault_set (&fault, reason, range, "%s", detail);
  bulla_facts_take_fault (facts, &facts->signature.read, fault);
}

static gboolean
find_parameters (const BullaSfMember *member, BullaFacts *facts, Found found)
{
  const BullaSfParameter *ed25519 = bulla_sf_member_find (member, "ed25519key");
  gboolean complete = TRUE;

  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++) {
    found[i] = bulla_sf_member_find (member, wanted[i].key);
    complete = complete && found[i] != NULL;
  }
  if (!complete && ed25519 != NULL) {
    take_fault (facts, BULLA_REASON_SIGNATURE_ED25519, ed25519->range, "ed25519key");
    return FALSE;
  }
  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (found[i] == NULL) {
      g_autofree char *detail = g_strdup_printf ("no %s", wanted[i].key);
      take_fault (facts, BULLA_REASON_SIGNATURE_PARAMETER_MISSING, member->range, detail);
      return FALSE;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (found[i]->type != wanted[i].type) {
      g_autofree char *detail = g_strdup_printf ("%s of another type", wanted[i].key);
      take_fault (facts, BULLA_REASON_SIGNATURE_PARAMETER_TYPE, found[i]->range, detail);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_cert_url (const BullaSfParameter *parameter, BullaFacts *facts, gboolean *is_data)
{
  BullaReason reason;
  const char *detail = "a fragment";
  const char *text = parameter->text;

  *is_data = g_ascii_strncasecmp (text, "data:", 5) == 0;
  g_auto (BullaUrl) url = {0};
  gboolean fine = *is_data ? strchr (text, '#') == NULL
                           : bulla_url_parse (&url, text, strlen (text), &reason, &detail);
  if (fine && !*is_data && !url.https) {
    fine = FALSE;
    detail = "http";
  }
  if (!fine)
    take_fault (facts, BULLA_REASON_SIGNATURE_CERT_URL, parameter->range, detail);
  return fine;
}

static gboolean
check_validity_url (const BullaSfParameter *parameter, BullaFacts *facts)
{
  BullaReason reason;
  const char *detail = NULL;
  g_auto (BullaUrl) url = {0};
  gboolean fine =
      bulla_url_parse (&url, parameter->text, strlen (parameter->text), &reason, &detail);

  if (fine && !url.https) {
    fine = FALSE;
    detail = "http";
  }
  if (!fine) {
    take_fault (facts, BULLA_REASON_SIGNATURE_VALIDITY_URL, parameter->range, detail);
    return FALSE;
  }
  gboolean same = g_strcmp0 (url.origin, facts->request_origin) == 0;
  facts->signature.validity_same_origin = same ? BULLA_YES : BULLA_NO;
  return TRUE;
}

static gboolean
check_times (Found found, BullaFacts *facts)
{
  BullaSignatureFacts *signature = &facts->signature;

  signature->date = found[DATE]->integer;
  signature->expires = found[EXPIRES]->integer;
  signature->date_range = found[DATE]->range;
  signature->expires_range = found[EXPIRES]->range;
  if (signature->date >= 0 && signature->expires >= 0)
    return TRUE;
  take_fault (facts, BULLA_REASON_SIGNATURE_TIME_RANGE,
              signature->date < 0 ? signature->date_range : signature->expires_range, "negative");
  return FALSE;
}

/**
 * bulla_sxg_signature_read: (skip)
 * @self: (out caller-allocates): filled with the parameters that could be read
 * @member: a member of the Signature list
 * @facts: receives `signature`, and a fault
 */
void
bulla_sxg_signature_read (BullaSxgSignature *self, const BullaSfMember *member, BullaFacts *facts)
{
  *self = (BullaSxgSignature){0};
  BullaSignatureFacts *signature = &facts->signature;
  signature->label = bulla_facts_intern (facts, member->identifier);
  Found found;
  if (!find_parameters (member, facts, found))
    return;
  signature->integrity = bulla_facts_intern (facts, found[INTEGRITY]->text);
  signature->integrity_range = found[INTEGRITY]->range;
  signature->cert_url = bulla_facts_intern (facts, found[CERT_URL]->text);
  signature->validity_url = bulla_facts_intern (facts, found[VALIDITY_URL]->text);
  signature->validity_url_range = found[VALIDITY_URL]->range;
  signature->cert_sha256_range = found[CERT_SHA256]->range;
  signature->sig_range = found[SIG]->range;
  self->sig = g_bytes_ref (found[SIG]->bytes);
  self->cert_sha256 = g_bytes_ref (found[CERT_SHA256]->bytes);
  if (check_cert_url (found[CERT_URL], facts, &self->is_data)
      && check_validity_url (found[VALIDITY_URL], facts) && check_times (found, facts))
    bulla_part_set_ok (&signature->read);
}

void
bulla_sxg_signature_clear (BullaSxgSignature *self)
{
  g_clear_pointer (&self->sig, g_bytes_unref);
  g_clear_pointer (&self->cert_sha256, g_bytes_unref);
}
