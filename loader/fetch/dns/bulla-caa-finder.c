/* bulla-caa-finder.c - finds the CAA records of a host in evidence or in DNS
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa-finder.h"

#include <string.h>

typedef struct {
  char *file;                 /* owned; where the evidence was read */
  BullaDnsEvidence *evidence; /* owned */
  BullaDns *replayed;         /* owned; answers from @evidence alone */
} Source;

struct _BullaCaaFinder {
  GObject parent_instance;
  BullaDns *network;        /* owned; NULL if DNS must not be asked */
  GPtrArray *sources;       /* owned; of Source; the first that contains a name answers for it */
  BullaCaaAnswers *answers; /* owned */
  gint64 time;              /* Unix time in s at which signatures are judged; 0 for now */
};

G_DEFINE_FINAL_TYPE (BullaCaaFinder, bulla_caa_finder, G_TYPE_OBJECT)

static void
source_free (gpointer data)
{
  Source *source = data;

  g_free (source->file);
  bulla_dns_evidence_unref (source->evidence);
  g_object_unref (source->replayed);
  g_free (source);
}

static void
bulla_caa_finder_finalize (GObject *object)
{
  BullaCaaFinder *self = BULLA_CAA_FINDER (object);

  g_clear_object (&self->network);
  g_ptr_array_unref (self->sources);
  bulla_caa_answers_unref (self->answers);
  G_OBJECT_CLASS (bulla_caa_finder_parent_class)->finalize (object);
}

static void
bulla_caa_finder_class_init (BullaCaaFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_caa_finder_finalize;
}

static void
bulla_caa_finder_init (BullaCaaFinder *self)
{
  self->sources = g_ptr_array_new_with_free_func (source_free);
}

/**
 * bulla_caa_finder_new: (skip)
 * @answers: the cache of answers; finders of other threads may share it
 * @time: Unix time in s at which its resolvers judge signatures; 0 for the current time
 *
 * Returns: (transfer full): a finder for the calling thread, without network and evidence
 */
BullaCaaFinder *
bulla_caa_finder_new (BullaCaaAnswers *answers, gint64 time)
{
  BullaCaaFinder *self = g_object_new (BULLA_TYPE_CAA_FINDER, NULL);

  self->answers = bulla_caa_answers_ref (answers);
  self->time = time;
  return self;
}

/**
 * bulla_caa_finder_set_network: (skip)
 * @self: a finder
 * @network: (nullable): the resolver for names that are not in the evidence; %NULL if DNS must not
 *   be queried
 */
void
bulla_caa_finder_set_network (BullaCaaFinder *self, BullaDns *network)
{
  g_set_object (&self->network, network);
}

/**
 * bulla_caa_finder_add_evidence: (skip)
 * @self: a finder
 * @file: (type filename): where they were read
 * @evidence: saved DNS responses
 * @replayed: a resolver that answers from @evidence alone
 *
 * Names in @evidence are not looked up in the network.
 */
void
bulla_caa_finder_add_evidence (BullaCaaFinder *self, const char *file, BullaDnsEvidence *evidence,
                               BullaDns *replayed)
{
  Source *source = g_new0 (Source, 1);

  source->file = g_strdup (file);
  source->evidence = bulla_dns_evidence_ref (evidence);
  source->replayed = g_object_ref (replayed);
  g_ptr_array_add (self->sources, source);
}

static gboolean
is_wildcard (const char *name)
{
  return g_str_has_prefix (name, "*.");
}

/* Returns: (transfer full): the name without "*.", in lower case, without a final dot */
static char *
dup_host (const char *name)
{
  char *host = g_ascii_strdown (is_wildcard (name) ? name + 2 : name, -1);
  gsize length = strlen (host);

  if (length > 0 && host[length - 1] == '.')
    host[length - 1] = '\0';
  return host;
}

/* Returns: (nullable): the evidence that has @host; NULL if none has it */
static const Source *
find_source (BullaCaaFinder *self, const char *host)
{
  for (guint i = 0; i < self->sources->len; i++) {
    const Source *source = g_ptr_array_index (self->sources, i);
    if (bulla_dns_evidence_has (source->evidence, host, BULLA_CAA_TYPE))
      return source;
  }
  return NULL;
}

/* Returns: (nullable): the DNS or evidence to ask for @host; NULL if there is none */
static BullaDns *
find_dns (BullaCaaFinder *self, const char *host)
{
  const Source *source = find_source (self, host);

  return source != NULL ? source->replayed : self->network;
}

/**
 * bulla_caa_finder_find_evidence: (skip)
 * @self: a finder
 * @name: a DNS name of a certificate, perhaps with a leading "*."
 * @file: (out) (transfer none): where the evidence was read; set if it is found
 *
 * Returns: (transfer none) (nullable): the evidence that answers for the name; %NULL if DNS does
 */
BullaDnsEvidence *
bulla_caa_finder_find_evidence (BullaCaaFinder *self, const char *name, const char **file)
{
  g_autofree char *host = dup_host (name);
  const Source *source = find_source (self, host);

  if (source == NULL)
    return NULL;
  *file = source->file;
  return source->evidence;
}

/**
 * bulla_caa_finder_can_ask: (skip)
 * @self: a finder
 * @name: a DNS name of a certificate, perhaps with a leading "*."
 *
 * Returns: whether the name can be looked up, in evidence or in DNS
 */
gboolean
bulla_caa_finder_can_ask (BullaCaaFinder *self, const char *name)
{
  g_autofree char *host = dup_host (name);

  return find_dns (self, host) != NULL;
}

static char *
dup_key (BullaCaaFinder *self, const char *name)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", self->time, name);
}

/**
 * bulla_caa_finder_find: (skip)
 * @self: a finder
 * @name: a DNS name of a certificate, perhaps with a leading "*."
 *
 * Returns: (transfer full) (nullable): what DNS said of it a short time ago; %NULL if it has to be
 *   asked
 */
BullaCaaClimb *
bulla_caa_finder_find (BullaCaaFinder *self, const char *name)
{
  g_autofree char *key = dup_key (self, name);

  return bulla_caa_answers_find (self->answers, key, g_get_monotonic_time ());
}

static void
climbed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaCaaFinder *self = g_task_get_source_object (task);
  GError *error = NULL;
  BullaCaaClimb *climb = bulla_dns_climb_finish (BULLA_DNS (source), result, &error);

  bulla_caa_answers_end (self->answers, g_task_get_task_data (task), climb, g_get_monotonic_time (),
                         g_get_real_time () / G_USEC_PER_SEC);
  if (climb != NULL)
    g_task_return_pointer (task, climb, (GDestroyNotify)bulla_caa_climb_unref);
  else
    g_task_return_error (task, error);
}

/**
 * bulla_caa_finder_ask_async: (skip)
 * @self: a finder for which bulla_caa_finder_can_ask() is true for @name
 * @name: a DNS name of a certificate, perhaps with a leading "*."
 * @options: options of the look-up
 * @wait: how long to wait for another thread that looks up the same name, in µs
 * @cancellable: (nullable): cancels the call
 * @callback: (scope async): called when the look-up has ended
 * @user_data: for @callback
 */
void
bulla_caa_finder_ask_async (BullaCaaFinder *self, const char *name,
                            const BullaDnsClimbOptions *options, gint64 wait,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *host = dup_host (name);
  BullaDns *dns = find_dns (self, host);

  g_return_if_fail (dns != NULL);
  g_task_set_source_tag (task, bulla_caa_finder_ask_async);
  gint64 now = g_get_monotonic_time ();
  char *key = dup_key (self, name);
  g_task_set_task_data (task, key, g_free);
  BullaCaaClimb *kept = bulla_caa_answers_find_or_begin (self->answers, key, now, now + wait);
  if (kept != NULL) {
    g_task_return_pointer (task, kept, (GDestroyNotify)bulla_caa_climb_unref);
    g_object_unref (task);
    return;
  }
  bulla_dns_climb_async (dns, host, is_wildcard (name), options, cancellable, climbed_cb, task);
}

/**
 * bulla_caa_finder_ask_finish: (skip)
 * @self: a finder
 * @result: the result of bulla_caa_finder_ask_async()
 * @error: only %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the DNS answers
 */
BullaCaaClimb *
bulla_caa_finder_ask_finish (BullaCaaFinder *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
