/* bulla-bundle-check.c - reads every response of a bundle to its end and collects the verdicts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-check.h"

#include <string.h>

#include "bulla-bundle-private.h"
#include "bulla-coding-check.h"
#include "bulla-error.h"
#include "bulla-field.h"
#include "bulla-load-internal.h"

#define PIECE_SIZE 65536
#define DECODED_MAX (G_GUINT64_CONSTANT (1) << 30) /* bytes that all bodies together decode to */

static void
finding_clear (gpointer data)
{
  BullaBundleFinding *finding = data;

  g_free (finding->vouched_by);
  g_free (finding->body_sha256);
}

/* Judges the content coding of @load by what was learnt from the same body. */
static void
judge_coding_by_twin (BullaLoad *load, const BullaBundleFinding *twin, BullaBundleFinding *finding)
{
  g_autofree char *coding = bulla_coding_dup (bulla_load_get_facts (load));

  if (!twin->coding_tried)
    return;
  finding->coding_tried = TRUE;
  finding->coding = twin->coding;
  bulla_load_judge_coding (load, twin->coding, coding);
}

/* Reads the body to its end, or to the first wrong record, which changes the load's verdict. @twin:
 * (nullable): a finding with the same body, which need not be decoded again. Returns: FALSE on an
 * internal error */
static gboolean
read_body (BullaBundleCheck *self, BullaLoad *load, const BullaBundleFinding *twin,
           BullaBundleFinding *finding, GError **error)
{
  GInputStream *body = bulla_load_get_body (load);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc (PIECE_SIZE);
  g_autoptr (GError) failure = NULL;
  gboolean decoded = twin != NULL && twin->coding_tried;
  g_autoptr (BullaCodingCheck) coding =
      decoded ? NULL : bulla_coding_check_new (load, &self->decode_left);
  gssize n = body != NULL ? 1 : -1;

  while (n > 0) {
    n = g_input_stream_read (body, piece, PIECE_SIZE, NULL, &failure);
    if (n > 0)
      g_checksum_update (checksum, piece, n);
    bulla_coding_check_push (coding, piece, (gsize)MAX (n, 0));
    finding->body_length += (guint64)MAX (n, 0);
  }
  if (n == 0) {
    finding->body_sha256 = g_strdup (g_checksum_get_string (checksum));
    finding->coding_tried = coding != NULL;
    bulla_coding_check_end (coding);
    finding->coding = bulla_load_get_facts (load)->coding;
    if (decoded)
      judge_coding_by_twin (load, twin, finding);
  }
  if (failure == NULL || failure->domain == BULLA_FAULT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Returns: (nullable): an earlier finding with the same body, valid until the next is added */
static const BullaBundleFinding *
find_twin (BullaBundleCheck *self, const BullaBundleFinding *finding)
{
  gpointer known = g_hash_table_lookup (self->read, &finding->range.offset);

  if (known == NULL)
    return NULL;
  const BullaBundleFinding *twin =
      &g_array_index (self->findings, BullaBundleFinding, GPOINTER_TO_UINT (known) - 1);
  return twin->range.length == finding->range.length ? twin : NULL;
}

/* A body shared by many URLs is read once, because a small bundle may name a large body very often.
 * Where a signature holds, it is read for each URL, because its records count there; it is decoded
 * once in any case. */
static gboolean
read_once (BullaBundleCheck *self, BullaLoad *load, BullaBundleFinding *finding, GError **error)
{
  gboolean vouched =
      bulla_load_get_facts (load)->response.vouched == BULLA_YES
      && bulla_verdict_get_outcome (bulla_load_get_verdict (load)) == BULLA_OUTCOME_SUBSTITUTE;
  const BullaBundleFinding *twin = find_twin (self, finding);
  gboolean shown = bulla_load_get_body (load) != NULL;

  if (twin != NULL && !vouched) {
    finding->body_length = twin->body_length;
    finding->body_sha256 = g_strdup (twin->body_sha256);
    judge_coding_by_twin (load, twin, finding);
    return TRUE;
  }
  gboolean fine = read_body (self, load, twin, finding, error);
  if (fine && shown && twin == NULL)
    g_hash_table_insert (self->read, g_memdup2 (&finding->range.offset, sizeof (guint64)),
                         GUINT_TO_POINTER (self->findings->len + 1));
  return fine;
}

/* Returns: the date of this version, Unix seconds; -1 if it has none */
static gint64
find_date (BullaLoad *load)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  const BullaHeader *header = bulla_facts_find_header (facts, "date");
  gint64 date = -1;

  if (facts->response.vouched == BULLA_YES)
    return facts->signature.date;
  return header != NULL && bulla_field_read_date (header->value, &date) ? date : -1;
}

/* Called when a valid signature covers the response. */
static void
fill_voucher (BullaLoad *load, BullaBundleFinding *finding)
{
  BullaVerdict *verdict = bulla_load_get_verdict (load);

  if (bulla_load_get_facts (load)->response.vouched != BULLA_YES
      || bulla_verdict_get_reason (verdict) != BULLA_REASON_NONE)
    return;
  gint64 expires = bulla_verdict_get_expires (verdict);
  finding->vouched_by = g_strdup (bulla_load_get_subject (load));
  finding->vouched_until = expires >= 0 ? expires : bulla_load_get_expires (load);
  finding->vouched_until_by =
      expires >= 0 ? bulla_verdict_get_expires_by (verdict) : BULLA_EXPIRES_BY_SIGNATURE;
}

/* A browser that takes status 200 alone refuses such a response, and opens the bundle. */
static gboolean
is_refused_alone (const BullaBundleFinding *finding, BullaBundle *bundle)
{
  const char *url = bulla_bundle_get_primary_url (bundle);
  gint primary = url != NULL ? bulla_bundle_find (bundle, url) : -1;

  return finding->reason == BULLA_REASON_RESPONSE_STATUS && finding->status >= 200
         && (gint)finding->resource != primary;
}

static void
weigh (BullaBundleCheck *self, BullaLoad *load, const BullaBundleFinding *finding)
{
  gboolean refused = finding->outcome == BULLA_OUTCOME_REFUSE;

  if (self->outcome == BULLA_OUTCOME_REFUSE || (!refused && self->reason != BULLA_REASON_NONE)
      || (!refused && finding->reason == BULLA_REASON_NONE))
    return;
  self->reason = finding->reason;
  self->outcome = refused ? BULLA_OUTCOME_REFUSE : self->outcome;
  g_set_object (&self->decisive, load);
}

static gboolean
check_one (BullaBundleCheck *self, BullaBundle *bundle, guint resource, guint variant,
           GError **error)
{
  BullaBundleFinding finding = {.resource = resource,
                                .variant = variant,
                                .outcome = BULLA_OUTCOME_REFUSE,
                                .vouched_until = -1,
                                .date = -1};

  if (!bulla_bundle_get_range (bundle, resource, variant, &finding.range)) {
    finding.outcome = BULLA_OUTCOME_NOT_A_PACKAGE;
    g_array_append_val (self->findings, finding);
    return TRUE;
  }
  g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, resource, variant, NULL, error);
  if (load == NULL)
    return FALSE;
  gboolean fine = read_once (self, load, &finding, error);
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  finding.status = bulla_load_get_status (load);
  finding.reason = bulla_verdict_get_reason (verdict);
  finding.outcome = bulla_verdict_get_outcome (verdict);
  finding.date = find_date (load);
  fill_voucher (load, &finding);
  g_array_append_val (self->findings, finding);
  gboolean decides = !is_refused_alone (&finding, bundle);
  if (decides)
    weigh (self, load, &finding);
  if (self->each != NULL)
    self->each (load, &finding, decides, self->each_data);
  return fine;
}

/* Downgrades the outcome of the bundle if no response that decides it may be substituted any
 * more. */
static void
settle (BullaBundleCheck *self, BullaBundle *bundle)
{
  const char *url = bulla_bundle_get_primary_url (bundle);
  gint primary = url != NULL ? bulla_bundle_find (bundle, url) : -1;

  if (self->outcome != BULLA_OUTCOME_SUBSTITUTE)
    return;
  self->outcome = BULLA_OUTCOME_SEPARATE_ORIGIN;
  for (guint i = 0; i < self->findings->len; i++) {
    const BullaBundleFinding *finding = &g_array_index (self->findings, BullaBundleFinding, i);
    if (finding->outcome == BULLA_OUTCOME_SUBSTITUTE
        && (primary < 0 || finding->resource == (guint)primary))
      self->outcome = BULLA_OUTCOME_SUBSTITUTE;
  }
}

static gboolean
check_all (BullaBundleCheck *self, BullaBundle *bundle, BullaBundleProgress progress,
           gpointer user_data, GError **error)
{
  guint n = bulla_bundle_get_n_resources (bundle);

  for (guint i = 0; i < n; i++) {
    if (progress != NULL && !progress (i, n, user_data)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
      return FALSE;
    }
    for (guint j = 0; j < bulla_bundle_get_n_variants (bundle, i); j++)
      if (!check_one (self, bundle, i, j, error))
        return FALSE;
  }
  return TRUE;
}

/* Checks the length at the end of a streamed bundle, which was not available earlier. */
static gboolean
check_end (BullaBundle *bundle, GError **error)
{
  BullaBundleSource *source = bulla_bundle_get_source (bundle);

  if (!bulla_bundle_source_wait (source, G_MAXUINT64, NULL, error))
    return FALSE;
  bulla_bundle_judge_again (bundle);
  if (bulla_bundle_get_facts (bundle)->bundle.head.read == BULLA_YES
      && bulla_bundle_get_facts (bundle)->bundle.length.read == BULLA_UNKNOWN
      && bulla_bundle_source_is_complete (source)) {
    if (!bulla_bundle_check_length (bundle, error))
      return FALSE;
    bulla_bundle_judge (bundle);
  }
  return bulla_bundle_bring_records (bundle, NULL, error);
}

static BullaBundleCheck *
check_new (BullaBundle *bundle)
{
  BullaBundleCheck *self = g_new0 (BullaBundleCheck, 1);

  /* at once, because an array that grows is in memory twice for a moment */
  self->findings = g_array_sized_new (FALSE, TRUE, sizeof (BullaBundleFinding),
                                      bulla_bundle_get_n_resources (bundle));
  g_array_set_clear_func (self->findings, finding_clear);
  self->read = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->decode_left = DECODED_MAX;
  return self;
}

/* Fills @self. Returns: FALSE with @error set if it is not complete */
static gboolean
fill (BullaBundleCheck *self, BullaBundle *bundle, BullaBundleProgress progress, gpointer user_data,
      GError **error)
{
  guint n = bulla_bundle_get_n_resources (bundle);

  if (!check_end (bundle, error))
    return FALSE;
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);
  self->outcome = bulla_verdict_get_outcome (verdict);
  self->reason = bulla_verdict_get_reason (verdict);
  if (self->outcome == BULLA_OUTCOME_NOT_A_PACKAGE)
    return TRUE;
  bulla_bundle_source_set_ahead (bulla_bundle_get_source (bundle), TRUE);
  gboolean fine = check_all (self, bundle, progress, user_data, error);
  bulla_bundle_source_set_ahead (bulla_bundle_get_source (bundle), FALSE);
  if (!fine)
    return FALSE;
  settle (self, bundle);
  if (progress != NULL)
    progress (n, n, user_data);
  return TRUE;
}

/**
 * bulla_bundle_check: (skip)
 * @bundle: a bundle
 * @progress: (nullable) (scope call): called before each response
 * @user_data: for @progress
 * @error: set if the bundle could not be read, or @progress stopped the check
 *
 * A malformed response refuses the bundle, with the reason of the first one; a response whose final
 * status the profile does not take is refused alone, unless the bundle begins with it. Otherwise
 * the outcome is the bundle's own; if a signature is invalid, the reason is that of the first
 * invalid one.
 *
 * Returns: (transfer full) (nullable): the result of the check
 */
BullaBundleCheck *
bulla_bundle_check (BullaBundle *bundle, BullaBundleProgress progress, gpointer user_data,
                    GError **error)
{
  g_autoptr (BullaBundleCheck) self = check_new (bundle);

  return fill (self, bundle, progress, user_data, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * bulla_bundle_check_each: (skip)
 * @bundle: a bundle
 * @each: (scope call): called after each response that was read
 * @user_data: for @each
 * @error: set if the bundle could not be read
 *
 * Like bulla_bundle_check(); the verdicts on all responses can be seen.
 *
 * Returns: (transfer full) (nullable): the result of the check
 */
BullaBundleCheck *
bulla_bundle_check_each (BullaBundle *bundle, BullaBundleEach each, gpointer user_data,
                         GError **error)
{
  g_autoptr (BullaBundleCheck) self = check_new (bundle);

  self->each = each;
  self->each_data = user_data;
  return fill (self, bundle, NULL, NULL, error) ? g_steal_pointer (&self) : NULL;
}

void
bulla_bundle_check_free (BullaBundleCheck *self)
{
  g_clear_object (&self->decisive);
  g_clear_pointer (&self->findings, g_array_unref);
  g_clear_pointer (&self->read, g_hash_table_unref);
  g_free (self);
}
