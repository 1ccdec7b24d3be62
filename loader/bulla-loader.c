/* bulla-loader.c - loads packages with one profile, one trust and one clock
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader.h"

#include "bulla-connector.h"
#include "bulla-judge.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"

struct _BullaLoader {
  GObject parent_instance;
  char *languages;       /* owned; Accept-Language of packages that are opened by URL; nullable */
  BullaContext *context; /* owned */
  GStrv request_headers; /* owned; nullable; names and values in turn */
};

G_DEFINE_FINAL_TYPE (BullaLoader, bulla_loader, G_TYPE_OBJECT)

static void
bulla_loader_finalize (GObject *object)
{
  BullaLoader *self = BULLA_LOADER (object);

  bulla_context_unref (self->context);
  g_strfreev (self->request_headers);
  g_free (self->languages);
  G_OBJECT_CLASS (bulla_loader_parent_class)->finalize (object);
}

static void
bulla_loader_class_init (BullaLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_loader_finalize;
}

static void
bulla_loader_init (BullaLoader *self)
{
}

/**
 * bulla_loader_new:
 * @profile: the profile that decides about packages
 * @trust: the trusted roots and logs
 *
 * A loader belongs to the main context in which it was created; several threads may share a trust.
 *
 * Returns: (transfer full): a loader
 */
BullaLoader *
bulla_loader_new (BullaProfile *profile, BullaTrust *trust)
{
  BullaLoader *self = g_object_new (BULLA_TYPE_LOADER, NULL);

  self->context = bulla_context_new (profile, trust);
  return self;
}

/**
 * bulla_loader_get_profile:
 * @self: a loader
 *
 * Returns: (transfer none): its profile
 */
BullaProfile *
bulla_loader_get_profile (BullaLoader *self)
{
  return self->context->profile;
}

/**
 * bulla_loader_get_trust:
 * @self: a loader
 *
 * Returns: (transfer none): its trust
 */
BullaTrust *
bulla_loader_get_trust (BullaLoader *self)
{
  return self->context->trust;
}

/**
 * bulla_loader_get_ledger:
 * @self: a loader
 *
 * Returns: (transfer none): the ledger of contacts of the loader and of the gateway that uses it
 */
BullaLedger *
bulla_loader_get_ledger (BullaLoader *self)
{
  return self->context->ledger;
}

BullaContext *
bulla_loader_get_context (BullaLoader *self)
{
  return self->context;
}

BullaFetcher *
bulla_loader_get_fetcher (BullaLoader *self)
{
  return self->context->fetcher;
}

/**
 * bulla_loader_set_request_headers: (skip)
 * @self: a loader
 * @headers: (nullable): header fields that the user asked to send: names and values in turn, then
 *   %NULL
 *
 * Sets what requests for the URLs of packages send; they are not sent to another origin that the
 * server redirects to, nor with the requests that follow, for chains, validity or DNS.
 */
void
bulla_loader_set_request_headers (BullaLoader *self, const char *const *headers)
{
  g_strfreev (self->request_headers);
  self->request_headers = g_strdupv ((char **)headers);
}

/* Returns: (nullable): what bulla_loader_set_request_headers() set */
const char *const *
bulla_loader_get_request_headers (BullaLoader *self)
{
  return (const char *const *)self->request_headers;
}

/**
 * bulla_loader_set_languages:
 * @self: a loader
 * @accept_language: (nullable): the Accept-Language to send when a package is opened by its URL; at
 *   first none is sent
 */
void
bulla_loader_set_languages (BullaLoader *self, const char *accept_language)
{
  g_free (self->languages);
  self->languages = g_strdup (accept_language);
}

const char *
bulla_loader_get_languages (BullaLoader *self)
{
  return self->languages;
}

/**
 * bulla_loader_set_offline:
 * @self: a loader
 * @offline: whether nothing may be fetched from the network
 */
void
bulla_loader_set_offline (BullaLoader *self, gboolean offline)
{
  self->context->offline = offline;
  bulla_connector_set_offline (bulla_fetcher_get_connector (self->context->fetcher), offline);
}

/**
 * bulla_loader_set_time:
 * @self: a loader
 * @time: the Unix time in seconds at which packages are judged; -1 for the current time
 */
void
bulla_loader_set_time (BullaLoader *self, gint64 time)
{
  self->context->time = time;
}

/**
 * bulla_loader_set_deadline:
 * @self: a loader
 * @deadline: g_get_monotonic_time(), in µs, at which every wait for a network ends; 0 for none
 *
 * Limits all loads together: at the deadline, responses that are not complete fail as if their
 * servers did not answer, and names whose CAA records are not known have no answer. Packages that
 * need no network are judged after it as before.
 */
void
bulla_loader_set_deadline (BullaLoader *self, gint64 deadline)
{
  self->context->deadline = deadline;
  bulla_connector_set_deadline (bulla_fetcher_get_connector (self->context->fetcher), deadline);
}

/**
 * bulla_loader_set_question_time:
 * @self: a loader
 * @milliseconds: how long each question about a package may take that its verdict needs: for its
 *   certificate chain, for the CAA records of all names, and to its publisher; 0 for what the
 *   profile says
 *
 * For programs that run on and on, for which bulla_loader_set_deadline() is nothing. A question
 * that is not answered in time counts as one to a server that does not answer.
 */
void
bulla_loader_set_question_time (BullaLoader *self, guint milliseconds)
{
  self->context->question_ms = milliseconds;
}

/**
 * bulla_loader_set_store:
 * @self: a loader
 * @store: (nullable): what was remembered before: the newest version seen of each URL, and the list
 *   of vulnerable versions; %NULL for nothing
 *
 * Packages are compared with it from now on. Nothing is written to it.
 */
void
bulla_loader_set_store (BullaLoader *self, BullaStore *store)
{
  g_set_object (&self->context->store, store);
}

/**
 * bulla_loader_follow_files: (skip)
 * @self: a loader
 * @files: (transfer full): the revocation list and the log list that the user keeps
 *
 * From now on, @self compares its trust with the files whenever it judges a package.
 */
void
bulla_loader_follow_files (BullaLoader *self, BullaTrustFiles *files)
{
  g_clear_pointer (&self->context->files, bulla_trust_files_free);
  self->context->files = files;
  bulla_context_update_trust (self->context);
}

/**
 * bulla_loader_get_time:
 * @self: a loader
 *
 * Returns: the Unix time in seconds at which packages are judged
 */
gint64
bulla_loader_get_time (BullaLoader *self)
{
  return bulla_context_get_time (self->context);
}

/**
 * bulla_loader_add_resolve:
 * @self: a loader
 * @host_port_address: `HOST:PORT:ADDRESS`, as for curl's --resolve
 * @error: if it is malformed
 */
gboolean
bulla_loader_add_resolve (BullaLoader *self, const char *host_port_address, GError **error)
{
  return bulla_fetcher_add_resolve (self->context->fetcher, host_port_address, error);
}

static gboolean
is_recognised_exchange (BullaLoader *self, BullaOuter *outer)
{
  g_autoptr (BullaLoad) load = bulla_load_new (self->context->profile, self->context->trust, outer,
                                               NULL, bulla_loader_get_time (self));

  bulla_load_end (load);
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  return bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_NOT_A_PACKAGE;
}

static gboolean
is_recognised_bundle (BullaLoader *self, BullaOuter *outer)
{
  g_autoptr (BullaFacts) facts = bulla_facts_new ();

  facts->form = BULLA_FORM_BUNDLE;
  bulla_outer_fill_facts (outer, facts);
  g_autoptr (BullaVerdict) verdict =
      bulla_judge_bundle (facts, self->context->profile, NULL, bulla_loader_get_time (self));
  return bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_NOT_A_PACKAGE;
}

/**
 * bulla_loader_recognise: (skip)
 * @self: a loader
 * @outer: a response; only its header fields are used
 *
 * Spec: LOAD "Identifying signed exchanges", B2 "Serving constraints".
 *
 * Returns: the kind of package; %BULLA_PACKAGE_UNKNOWN for an ordinary response
 */
BullaPackageKind
bulla_loader_recognise (BullaLoader *self, BullaOuter *outer)
{
  if (bulla_outer_is_exchange (outer) && is_recognised_exchange (self, outer))
    return BULLA_PACKAGE_EXCHANGE;
  if (bulla_outer_is_bundle (outer) && is_recognised_bundle (self, outer))
    return BULLA_PACKAGE_BUNDLE;
  return BULLA_PACKAGE_UNKNOWN;
}

gboolean
bulla_loader_get_offline (BullaLoader *self)
{
  return self->context->offline;
}
