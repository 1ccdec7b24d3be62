/* bulla-dns.c - looks up CAA records in DNS, and validates them with DNSSEC
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-private.h"

#include <string.h>

#include "bulla-dns-anchors.h"
#include "bulla-error.h"

#define PORT 53
#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_CONF_MAX 3 /* most name servers that are used (resolv.conf(5)) */
#define ANCHOR_FILE_MAX (1 << 20)

G_DEFINE_FINAL_TYPE (BullaDns, bulla_dns, G_TYPE_OBJECT)

static void
bulla_dns_finalize (GObject *object)
{
  BullaDns *self = BULLA_DNS (object);

  g_clear_pointer (&self->context, bulla_dns_context_unref);
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

/* --- resolvers */

/* @zone: (nullable): the interface of a link-local address, as "%eth0"; NULL if there is none.
 * Returns: (transfer full) (nullable): "ADDRESS@PORT"; NULL if @address is invalid */
static char *
dup_resolver (BullaDns *self, const char *address, const char *zone, guint port)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  if (inet == NULL || g_inet_address_get_is_any (inet) || g_inet_address_get_is_multicast (inet))
    return NULL;
  self->loopback |= g_inet_address_get_is_loopback (inet);
  g_autofree char *text = g_inet_address_to_string (inet);
  return g_strdup_printf ("%s%s@%u", text, zone != NULL ? zone : "", port);
}

static char *
dup_given_resolver (BullaDns *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "@", 2);
  guint64 port = PORT;

  if (parts[0] == NULL
      || (parts[1] != NULL
          && !g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXUINT16, &port, NULL)))
    return NULL;
  return dup_resolver (self, parts[0], NULL, (guint)port);
}

static gboolean
take_given_resolvers (BullaDns *self, const char *const *given, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  self->named = TRUE;
  for (guint i = 0; given[i] != NULL; i++) {
    g_autofree char *resolver = dup_given_resolver (self, given[i]);
    if (resolver == NULL || i == BULLA_DNS_RESOLVERS_MAX) {
      g_autofree char *shown = g_utf8_make_valid (given[i], -1);
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                   resolver == NULL ? "“%s” is not a resolver; write ADDRESS or ADDRESS@PORT, as "
                                      "192.0.2.1@53 or 2001:db8::1@53, or “recursive” alone"
                                    : "%s is one resolver too many",
                   shown);
      return FALSE;
    }
    g_strv_builder_add (builder, resolver);
  }
  self->resolvers = g_strv_builder_end (builder);
  return TRUE;
}

/* Reads one line of resolv.conf(5). */
static char *
dup_system_resolver (BullaDns *self, const char *line)
{
  const char *rest = g_str_has_prefix (line, "nameserver") ? line + strlen ("nameserver") : "";

  if (!g_ascii_isspace (rest[0]))
    return NULL;
  rest += strspn (rest, " \t");
  g_autofree char *address = g_strndup (rest, strcspn (rest, " \t\r;#"));
  char *scope = strchr (address, '%');
  g_autofree char *zone = g_strdup (scope);
  if (scope != NULL)
    *scope = '\0';
  return dup_resolver (self, address, zone, PORT);
}

/* Like the C library, uses this machine's resolver if the file is missing or names no server. */
static void
take_system_resolvers (BullaDns *self, const char *name)
{
  g_autofree char *text = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  g_file_get_contents (name != NULL ? name : RESOLV_CONF, &text, NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL && n < RESOLV_CONF_MAX; i++) {
    g_autofree char *resolver = dup_system_resolver (self, lines[i]);
    if (resolver == NULL)
      continue;
    g_strv_builder_add (builder, resolver);
    n++;
  }
  if (n == 0) {
    g_autofree char *local = dup_resolver (self, "127.0.0.1", NULL, PORT);
    g_strv_builder_add (builder, local);
  }
  self->resolvers = g_strv_builder_end (builder);
}

static gboolean
is_recursive (const char *const *given)
{
  return given[0] != NULL && given[1] == NULL && g_str_equal (given[0], BULLA_DNS_RECURSIVE);
}

static gboolean
take_resolvers (BullaDns *self, const BullaDnsOptions *options, GError **error)
{
  const char *const *given = options->resolvers;

  if (given == NULL || given[0] == NULL)
    take_system_resolvers (self, options->resolv_conf);
  else if (is_recursive (given))
    self->resolvers = g_new0 (char *, 1);
  else if (!take_given_resolvers (self, given, error))
    return FALSE;
  self->asked = self->resolvers[0] != NULL ? g_strjoinv (", ", self->resolvers)
                                           : g_strdup (BULLA_CONTACT_RECURSIVE);
  return TRUE;
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
  if (!take_resolvers (self, options, error) || !take_trust (self, options, error))
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
 * @error: as for bulla_dns_context_new()
 *
 * Returns: (transfer full) (nullable): the context for a climb that begins now, in the current
 *   thread-default main context
 */
BullaDnsContext *
bulla_dns_dup_context (BullaDns *self, GError **error)
{
  g_autoptr (GMainContext) main = g_main_context_ref_thread_default ();
  const BullaDnsContextOptions options = {.resolvers = (const char *const *)self->resolvers,
                                          .loopback = self->loopback,
                                          .named = self->named,
                                          .replay = self->replay != NULL,
                                          .anchors = self->anchors,
                                          .time = self->time};

  if (self->context != NULL && bulla_dns_context_get_main_context (self->context) != main)
    g_clear_pointer (&self->context, bulla_dns_context_unref);
  if (self->context == NULL)
    self->context = bulla_dns_context_new (&options, error);
  return self->context != NULL ? bulla_dns_context_ref (self->context) : NULL;
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
bulla_dns_retire_context (BullaDns *self, BullaDnsContext *context)
{
  if (self->context == context)
    g_clear_pointer (&self->context, bulla_dns_context_unref);
}
