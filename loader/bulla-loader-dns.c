/* bulla-loader-dns.c - sets the resolver or evidence from which a loader takes CAA records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bytes.h"
#include "bulla-issuer-store.h"
#include "bulla-loader-internal.h"
#include "bulla-printable.h"
#include "bulla-settings.h"
#include "bulla-store.h"
#include "bulla-trust-internal.h"

static gboolean
add_evidence (BullaCaaFinder *finder, const char *file, const BullaDnsOptions *options,
              GError **error)
{
  g_autoptr (GBytes) bytes = bulla_bytes_read_file (file, BULLA_DNS_EVIDENCE_SIZE_MAX, error);
  g_autoptr (BullaDnsEvidence) evidence =
      bytes != NULL ? bulla_dns_evidence_read (bytes, error) : NULL;
  g_autoptr (BullaDns) replayed =
      evidence != NULL ? bulla_dns_new_for_evidence (evidence, options, error) : NULL;

  if (replayed == NULL) {
    if (bytes != NULL) /* or the message names the file */
      g_prefix_error (error, "%s: ", file);
    return FALSE;
  }
  bulla_caa_finder_add_evidence (finder, file, evidence, replayed);
  return TRUE;
}

/* If the profile only reports CAA, and the user named no resolver or anchor, a system without
 * resolvers or root keys gets no report instead of an error. */
static gboolean
add_network (BullaCaaFinder *finder, BullaContext *context, const BullaDnsOptions *options,
             GError **error)
{
  const BullaSettings *settings = bulla_profile_get_settings (context->profile);
  gboolean needed = settings->caa == BULLA_CAA_REQUIRE || options->resolvers != NULL
                    || options->anchor_file != NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaDns) network = bulla_dns_new (options, context->ledger, &failure);

  if (network == NULL && needed) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (network == NULL) {
    g_autofree char *why = bulla_printable_dup (failure->message);
    g_warning ("DNS is not asked for CAA records: %s", why);
  }
  bulla_caa_finder_set_network (finder, network);
  return TRUE;
}

/* The table of issuers is read once for all loaders that share a trust. */
static gboolean
load_issuers (BullaTrust *trust, const char *named, GError **error)
{
  if (bulla_trust_has_issuers (trust))
    return TRUE;
  g_autofree char *folder = bulla_store_dup_folder (named);
  g_autoptr (BullaIssuerStore) store = bulla_issuer_store_open (folder, error);
  if (store == NULL)
    return FALSE;
  if (store->damaged != NULL) {
    g_autofree char *file = bulla_printable_dup (store->damaged);
    g_warning ("the imported issuers were damaged, and lie in %s now", file);
  }
  bulla_trust_set_issuers (trust, store->issuers);
  return TRUE;
}

/* A wrong option is an error even if DNS is not asked. */
static gboolean
check_options (const BullaDnsOptions *options, const char *const *evidence, BullaContext *context,
               GError **error)
{
  g_autoptr (BullaCaaFinder) unused =
      bulla_caa_finder_new (bulla_trust_get_caa_answers (context->trust), options->time);
  BullaDnsOptions offline = *options;

  for (guint i = 0; evidence != NULL && evidence[i] != NULL; i++)
    if (!add_evidence (unused, evidence[i], options, error))
      return FALSE;
  if (options->resolvers == NULL && options->anchor_file == NULL)
    return TRUE;
  offline.offline = TRUE;
  g_autoptr (BullaDns) nobody = bulla_dns_new (&offline, context->ledger, error);
  return nobody != NULL;
}

/**
 * bulla_loader_set_dns:
 * @self: a loader; call bulla_loader_set_time() and bulla_loader_set_offline() before
 * @resolvers: (nullable) (array zero-terminated=1): `ADDRESS` or `ADDRESS@PORT` each, or
 *   `recursive` alone to query name servers from the root down; %NULL for the system's resolvers
 * @anchor_file: (nullable) (type filename): lines of DS or DNSKEY records, the trust anchors of
 *   DNSSEC; %NULL for the system's root keys
 * @evidence: (nullable) (array zero-terminated=1): files written by bulla_dns_evidence_to_bytes();
 *   the names in them are not looked up
 * @store: (nullable) (type filename): the folder of the issuers that the user imported; %NULL for
 *   the default
 * @error: set if a resolver, an anchor or a file is not usable
 *
 * Sets where the loader looks up CAA records (RFC 8659). Without this call, or if the profile does
 * not require CAA records, it sends no DNS queries for them. Loaders that share a trust also share
 * recent DNS answers.
 *
 * Returns: whether the settings are usable
 */
gboolean
bulla_loader_set_dns (BullaLoader *self, const char *const *resolvers, const char *anchor_file,
                      const char *const *evidence, const char *store, GError **error)
{
  BullaContext *context = bulla_loader_get_context (self);
  const BullaSettings *settings = bulla_profile_get_settings (context->profile);
  BullaDnsOptions options = {
      .resolvers = resolvers, .anchor_file = anchor_file, .time = MAX (context->time, 0)};
  g_autoptr (BullaCaaFinder) finder =
      bulla_caa_finder_new (bulla_trust_get_caa_answers (context->trust), options.time);

  if (settings->caa == BULLA_CAA_OFF)
    return check_options (&options, evidence, context, error);
  if (!load_issuers (context->trust, store, error))
    return FALSE;
  for (guint i = 0; evidence != NULL && evidence[i] != NULL; i++)
    if (!add_evidence (finder, evidence[i], &options, error))
      return FALSE;
  options.offline = context->offline;
  if (context->offline && !check_options (&options, NULL, context, error))
    return FALSE;
  if (!context->offline && !add_network (finder, context, &options, error))
    return FALSE;
  g_set_object (&context->caa, finder);
  return TRUE;
}
