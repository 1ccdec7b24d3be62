/* bulla-dns.c - looks up CAA records in DNS, and validates them with DNSSEC
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-private.h"

#include "bulla-dns-anchors.h"
#include "bulla-error.h"

#define ANCHOR_FILE_MAX (1 << 20)

G_DEFINE_FINAL_TYPE (BullaDns, bulla_dns, G_TYPE_OBJECT)

static void
bulla_dns_finalize (GObject *object)
{
  BullaDns *self = BULLA_DNS (object);

  g_clear_pointer (&self->context, bulla_unbound_context_unref);
  g_clear_pointer (&self->replay, bulla_dns_replay_free);
  g_clear_pointer (&self->evidence, bulla_dns_evidence_unref);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->ledger);
  g_strfreev (self->resolvers);
  g_free (self->asked);
  G_OBJECT_CLASS (bulla_dns_parent_class)->finalize (object);
}

static void
bulla_dns_class_init (BullaDnsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_dns_finalize;
}

static void
bulla_dns_init (BullaDns *self)
{
}

/* --- trust anchors */

static gboolean
take_anchors (BullaDns *self, const char *name, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (name == NULL)
    name = BULLA_DNS_ANCHOR_FILE;
  if (!g_file_get_contents (name, &text, &length, error)) {
    g_prefix_error (error, "DNSSEC trust anchors: ");
    return FALSE;
  }
  if (length > ANCHOR_FILE_MAX)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "more than %d MiB", ANCHOR_FILE_MAX >> 20);
  else
    self->anchors = bulla_dns_anchors_parse (text, length, error);
  if (self->anchors != NULL)
    return TRUE;
  g_autofree char *shown = g_filename_display_name (name);
  g_prefix_error (error, "DNSSEC trust anchors in %s: ", shown);
  return FALSE;
}

/* An offline object needs no anchor, but a given anchor file must be valid. */
static gboolean
take_trust (BullaDns *self, const BullaDnsOptions *options, GError **error)
{
  self->time = options->time;
  if (options->time < 0 || options->time > G_MAXUINT32) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "DNSSEC signatures have no time %" G_GINT64_FORMAT
                 "; use one between 1970 and 2106",
                 options->time);
    return FALSE;
  }
  return (self->offline && options->anchor_file == NULL)
         || take_anchors (self, options->anchor_file, error);
}

/* --- construction */

/**
 * bulla_dns_new: (skip)
 * @options: resolvers and trust anchors, copied
 * @ledger: records each look-up
 * @error: a %BULLA_ERROR_ARGUMENT that names an invalid resolver, time or trust anchor, or a GIO
 *   error if the anchors cannot be read; without an anchor every zone would count as unsigned
 *
 * Sends no query. The object belongs to the calling thread.
 *
 * Returns: (transfer full) (nullable): an object that looks up CAA records
 */
BullaDns *
bulla_dns_new (const BullaDnsOptions *options, BullaLedger *ledger, GError **error)
{
  g_autoptr (BullaDns) self = g_object_new (BULLA_TYPE_DNS, NULL);

  self->ledger = g_object_ref (ledger);
  self->offline = options->offline;
  if (!bulla_dns_take_resolvers (self, options, error) || !take_trust (self, options, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bulla_dns_new_for_evidence: (skip)
 * @evidence: saved DNS responses; they must not change any more
 * @options: trust anchors and time; its resolvers are ignored
 * @error: as for bulla_dns_new(), or the error of a socket on loopback
 *
 * Names that are not in @evidence have no answer. Nothing is sent to the network, or recorded in a
 * ledger.
 *
 * Returns: (transfer full) (nullable): an object that finds CAA records in @evidence and validates
 *   them again
 */
BullaDns *
bulla_dns_new_for_evidence (BullaDnsEvidence *evidence, const BullaDnsOptions *options,
                            GError **error)
{
  g_autoptr (BullaDns) self = g_object_new (BULLA_TYPE_DNS, NULL);

  if (!take_trust (self, options, error))
    return NULL;
  self->replay = bulla_dns_replay_new (evidence, error);
  if (self->replay == NULL)
    return NULL;
  self->evidence = bulla_dns_evidence_ref (evidence);
  self->named = self->loopback = TRUE;
  self->resolvers = g_new0 (char *, 2);
  self->resolvers[0] = g_strdup_printf ("127.0.0.1@%u", bulla_dns_replay_get_port (self->replay));
  self->asked = g_strdup ("evidence");
  return g_steal_pointer (&self);
}

/**
 * bulla_dns_dup_context: (skip)
 * @self: an object that is not offline
 * @error: as for bulla_unbound_context_new()
 *
 * Returns: (transfer full) (nullable): the context for a climb that begins now, in the current
 *   thread-default main context
 */
BullaUnboundContext *
bulla_dns_dup_context (BullaDns *self, GError **error)
{
  g_autoptr (GMainContext) main = g_main_context_ref_thread_default ();
  const BullaUnboundContextOptions options = {.resolvers = (const char *const *)self->resolvers,
                                              .loopback = self->loopback,
                                              .named = self->named,
                                              .replay = self->replay != NULL,
                                              .anchors = self->anchors,
                                              .time = self->time};

  if (self->context != NULL && bulla_unbound_context_get_main_context (self->context) != main)
    g_clear_pointer (&self->context, bulla_unbound_context_unref);
  if (self->context == NULL)
    self->context = bulla_unbound_context_new (&options, error);
  return self->context != NULL ? bulla_unbound_context_ref (self->context) : NULL;
}

/**
 * bulla_dns_retire_context: (skip)
 * @self: an object
 * @context: a context in which a name got no answer
 *
 * libunbound treats a resolver that did not respond as down for 15 minutes, and sends it nothing.
 * So the next climb uses a new context; running climbs keep @context.
 */
void
bulla_dns_retire_context (BullaDns *self, BullaUnboundContext *context)
{
  if (self->context == context)
    g_clear_pointer (&self->context, bulla_unbound_context_unref);
}
