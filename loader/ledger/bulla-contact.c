/* bulla-contact.c - one network contact: its time, host, cause, and the data it disclosed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: it is one record, how it is written and how it is read */
#include <string.h>

#include "bulla-contact-internal.h"

G_DEFINE_FINAL_TYPE (BullaContact, bulla_contact, G_TYPE_OBJECT)

/* --- causes */

BullaCause *
bulla_cause_copy (const BullaCause *self)
{
  BullaCause *copy = g_new (BullaCause, 1);

  *copy = (BullaCause){self->view, g_strdup (self->page), g_strdup (self->purpose),
                       g_strdup (self->rule), g_strdup (self->document)};
  return copy;
}

void
bulla_cause_free (BullaCause *self)
{
  g_free ((char *)self->page);
  g_free ((char *)self->purpose);
  g_free ((char *)self->rule);
  g_free ((char *)self->document);
  g_free (self);
}

/* --- construction and recording */

static void
bulla_contact_finalize (GObject *object)
{
  BullaContact *self = BULLA_CONTACT (object);

  g_free (self->host);
  g_free (self->address);
  g_free (self->page);
  g_free (self->purpose);
  g_free (self->rule);
  g_free (self->document);
  g_free (self->method);
  g_free (self->url);
  g_free (self->referrer);
  g_strfreev (self->cookies);
  g_strfreev (self->fields);
  g_free (self->deliverer);
  g_free (self->certificate);
  g_free (self->record);
  g_free (self->resolver);
  g_free (self->signs_for);
  g_free (self->error);
  G_OBJECT_CLASS (bulla_contact_parent_class)->finalize (object);
}

static void
bulla_contact_class_init (BullaContactClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_contact_finalize;
}

static void
bulla_contact_init (BullaContact *self)
{
  self->duration = self->bytes_sent = self->bytes_received = self->wait = self->receive = -1;
  self->date = -1;
}

static char *
dup_start (const char *text, gsize length_max)
{
  const char *end = NULL;

  if (text == NULL)
    return NULL;
  if (!g_utf8_validate (text, -1, &end)) { /* bytes that are not text are escaped */
    g_autofree char *valid = g_utf8_make_valid (text, -1);
    return dup_start (valid, length_max);
  }
  if (strlen (text) <= length_max)
    return g_strdup (text);
  g_utf8_validate (text, length_max, &end);
  return g_strdup_printf ("%.*s…", (int)(end - text), text);
}

/**
 * bulla_contact_set_text: (skip)
 * @place: (inout) (nullable): where it is kept
 * @text: (nullable): a URL or a message; of one that is longer than the limit the start is kept
 */
void
bulla_contact_set_text (char **place, const char *text)
{
  g_free (*place);
  *place = dup_start (text, BULLA_CONTACT_TEXT_MAX);
}

/**
 * bulla_contact_set_url: (skip)
 * @place: (inout) (nullable): where it is kept
 * @url: (nullable): what a client calls a URL; its user name and password are left out
 */
void
bulla_contact_set_url (char **place, const char *url)
{
  const char *start = url != NULL ? strstr (url, "://") : NULL;
  gsize scheme = start != NULL ? (gsize)(start - url) + strlen ("://") : 0;
  gsize authority = url != NULL ? strcspn (url + scheme, "/?#\\") : 0;
  const char *at = url != NULL ? g_strrstr_len (url + scheme, (gssize)authority, "@") : NULL;
  g_autofree char *bare =
      at != NULL ? g_strdup_printf ("%.*s%s", (int)scheme, url, at + 1) : g_strdup (url);

  bulla_contact_set_text (place, bare);
}

/**
 * bulla_contact_set_names: (skip)
 * @place: (inout) (nullable): where they are kept
 * @left_out: (out): how many are not
 * @names: (element-type utf8): names; those beyond the limits are left out
 * @n_more: how many there are besides, of which nothing is kept
 */
void
bulla_contact_set_names (GStrv *place, guint *left_out, GPtrArray *names, guint n_more)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gsize bytes = 0;
  guint n = 0;

  for (; n < MIN (names->len, BULLA_CONTACT_NAMES_MAX); n++) {
    g_autofree char *name = dup_start (names->pdata[n], BULLA_CONTACT_NAME_MAX);
    bytes += strlen (name);
    if (bytes > BULLA_CONTACT_NAMES_BYTES_MAX)
      break;
    g_strv_builder_add (builder, name);
  }
  g_strfreev (*place);
  *place = n > 0 ? g_strv_builder_end (builder) : NULL;
  *left_out = names->len - n + n_more;
}

/**
 * bulla_contact_set_cookies: (skip)
 * @self: a request
 * @field: (nullable): its Cookie; only the names are taken out of it
 */
void
bulla_contact_set_cookies (BullaContact *self, const char *field)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint n_more = 0;

  for (const char *at = field; at != NULL;
       at = strchr (at, ';') != NULL ? strchr (at, ';') + 1 : NULL) {
    gsize length = strcspn (at, "=;");
    if (length == 0)
      continue;
    if (names->len >= BULLA_CONTACT_NAMES_MAX)
      n_more++;
    else /* a cookie without a name consists of its value */
      g_ptr_array_add (names,
                       at[length] == '=' ? g_strstrip (g_strndup (at, length)) : g_strdup (""));
  }
  bulla_contact_set_names (&self->cookies, &self->cookies_left_out, names, n_more);
}

static gsize
measure_names (const GStrv names)
{
  gsize bytes = 0;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    bytes += sizeof (char *) + strlen (names[i]) + 1;
  return bytes;
}

/* Returns: approximate bytes of memory it takes */
gsize
bulla_contact_measure (BullaContact *self)
{
  const char *const texts[] = {self->host,     self->address,   self->page,        self->purpose,
                               self->rule,     self->document,  self->method,      self->url,
                               self->referrer, self->deliverer, self->certificate, self->record,
                               self->resolver, self->signs_for, self->error};
  gsize bytes = sizeof *self + measure_names (self->cookies) + measure_names (self->fields);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    bytes += texts[i] != NULL ? strlen (texts[i]) + 1 : 0;
  return bytes;
}

/**
 * bulla_contact_new: (skip)
 * @kind: what happens
 * @cause: why
 * @host: (nullable): with whom
 * @port: where, or 0
 *
 * Returns: (transfer full): a contact that begins now
 */
BullaContact *
bulla_contact_new (BullaContactKind kind, const BullaCause *cause, const char *host, guint port)
{
  BullaContact *self = g_object_new (BULLA_TYPE_CONTACT, NULL);
  g_autofree char *start = dup_start (host != NULL ? host : "", BULLA_CONTACT_NAME_MAX);

  self->kind = kind;
  self->time = g_get_real_time ();
  self->began = g_get_monotonic_time ();
  self->view = cause->view;
  bulla_contact_set_url (&self->page, cause->page);
  bulla_contact_set_text (&self->purpose, cause->purpose);
  bulla_contact_set_text (&self->rule, cause->rule);
  bulla_contact_set_text (&self->document, cause->document);
  self->host = g_ascii_strdown (start, -1);
  self->port = port;
  return self;
}

/**
 * bulla_contact_set_purpose: (skip)
 * @self: a contact
 * @purpose: its purpose, as known by now
 */
void
bulla_contact_set_purpose (BullaContact *self, const char *purpose)
{
  bulla_contact_set_text (&self->purpose, purpose);
}

/* To be called through bulla_ledger_finish(). */
void
bulla_contact_end (BullaContact *self)
{
  if (self->duration < 0)
    self->duration = MAX (g_get_monotonic_time () - self->began, 0);
}

gboolean
bulla_contact_is_over (BullaContact *self)
{
  return self->duration >= 0;
}

/* --- nicks and names */

static const char *const KINDS[] = {
    [BULLA_CONTACT_CLICK] = "click",         [BULLA_CONTACT_DNS] = "dns",
    [BULLA_CONTACT_CONNECT] = "connect",     [BULLA_CONTACT_REQUEST] = "request",
    [BULLA_CONTACT_WEBSOCKET] = "websocket",
};

static const char *const SOURCES[] = {
    [BULLA_CONTACT_NETWORK] = "network",
    [BULLA_CONTACT_PACKAGE] = "package",
    [BULLA_CONTACT_CACHE] = "cache",
    [BULLA_CONTACT_WITHHELD] = "withheld",
};

/**
 * bulla_contact_kind_get_nick:
 * @kind: a kind of contact
 *
 * Returns: (transfer none) (nullable): its name in files, as `request`
 */
const char *
bulla_contact_kind_get_nick (BullaContactKind kind)
{
  return (guint)kind < G_N_ELEMENTS (KINDS) ? KINDS[kind] : NULL;
}

/**
 * bulla_contact_source_get_nick:
 * @source: who answered
 *
 * Returns: (transfer none) (nullable): its name in files, as `network`
 */
const char *
bulla_contact_source_get_nick (BullaContactSource source)
{
  return (guint)source < G_N_ELEMENTS (SOURCES) ? SOURCES[source] : NULL;
}

/* --- getters */

/**
 * bulla_contact_get_id:
 * @self: a contact
 *
 * Returns: its number in the ledger, from 1 on; those of contacts that went are not used again
 */
guint
bulla_contact_get_id (BullaContact *self)
{
  return self->id;
}

/**
 * bulla_contact_get_kind:
 * @self: a contact
 *
 * Returns: what happened
 */
BullaContactKind
bulla_contact_get_kind (BullaContact *self)
{
  return self->kind;
}

/**
 * bulla_contact_get_source:
 * @self: a contact
 *
 * Returns: who answered
 */
BullaContactSource
bulla_contact_get_source (BullaContact *self)
{
  return self->source;
}

/**
 * bulla_contact_get_view:
 * @self: a contact
 *
 * Returns: the number of the view that it is for; 0 if unknown
 */
guint
bulla_contact_get_view (BullaContact *self)
{
  return self->view;
}

/**
 * bulla_contact_get_time:
 * @self: a contact
 *
 * Returns: when it began, in microseconds since 1970
 */
gint64
bulla_contact_get_time (BullaContact *self)
{
  return self->time;
}

/**
 * bulla_contact_get_duration:
 * @self: a contact
 *
 * Returns: its duration in microseconds; -1 before it is over
 */
gint64
bulla_contact_get_duration (BullaContact *self)
{
  return self->duration;
}

/**
 * bulla_contact_get_host:
 * @self: a contact
 *
 * Returns: (transfer none): whom it is about: of a DNS question, the name that was asked for
 */
const char *
bulla_contact_get_host (BullaContact *self)
{
  return self->host;
}

/**
 * bulla_contact_get_port:
 * @self: a contact
 *
 * Returns: where; 0: nowhere
 */
guint
bulla_contact_get_port (BullaContact *self)
{
  return self->port;
}

/**
 * bulla_contact_get_address:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the IP address of the other side, where there was one
 */
const char *
bulla_contact_get_address (BullaContact *self)
{
  return self->address;
}

/**
 * bulla_contact_get_tls:
 * @self: a contact
 *
 * Returns: of a connection, whether it is encrypted
 */
gboolean
bulla_contact_get_tls (BullaContact *self)
{
  return self->tls;
}

/**
 * bulla_contact_get_page:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the URL, or no more than the host, of the page that is
 *   behind it; %NULL: the user, or nobody knows
 */
const char *
bulla_contact_get_page (BullaContact *self)
{
  return self->page;
}

/**
 * bulla_contact_get_purpose:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): what for, in one word; new ones may be added
 */
const char *
bulla_contact_get_purpose (BullaContact *self)
{
  return self->purpose;
}

/**
 * bulla_contact_get_rule:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the id of the rule that led to it
 */
const char *
bulla_contact_get_rule (BullaContact *self)
{
  return self->rule;
}

/**
 * bulla_contact_get_method:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): of a request
 */
const char *
bulla_contact_get_method (BullaContact *self)
{
  return self->method;
}

/**
 * bulla_contact_get_url:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the requested URL
 */
const char *
bulla_contact_get_url (BullaContact *self)
{
  return self->url;
}

/**
 * bulla_contact_get_referrer:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the page that the other side was told of
 */
const char *
bulla_contact_get_referrer (BullaContact *self)
{
  return self->referrer;
}

/**
 * bulla_contact_get_cookies:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the names of the cookies that were sent; never their
 *   values
 */
const char *const *
bulla_contact_get_cookies (BullaContact *self)
{
  return (const char *const *)self->cookies;
}

/**
 * bulla_contact_get_fields:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the names of the header fields that were sent
 */
const char *const *
bulla_contact_get_fields (BullaContact *self)
{
  return (const char *const *)self->fields;
}

/**
 * bulla_contact_get_n_cookies_left_out:
 * @self: a contact
 *
 * Returns: how many cookies were sent whose names are not kept, because there were too many
 */
guint
bulla_contact_get_n_cookies_left_out (BullaContact *self)
{
  return self->cookies_left_out;
}

/**
 * bulla_contact_get_n_fields_left_out:
 * @self: a contact
 *
 * Returns: how many header fields were sent whose names are not kept, because there were too many
 */
guint
bulla_contact_get_n_fields_left_out (BullaContact *self)
{
  return self->fields_left_out;
}

/**
 * bulla_contact_get_shows_address:
 * @self: a contact
 *
 * Returns: whether the other side saw our IP address; it sees that of every connection, and of each
 *   question to the name servers of a zone. A resolver is not the other side
 */
gboolean
bulla_contact_get_shows_address (BullaContact *self)
{
  if (self->kind == BULLA_CONTACT_DNS)
    return g_strcmp0 (self->resolver, BULLA_CONTACT_RECURSIVE) == 0;
  return self->source == BULLA_CONTACT_NETWORK && self->address != NULL;
}

/**
 * bulla_contact_get_status:
 * @self: a contact
 *
 * Returns: the HTTP status of the response; 0 if there is none
 */
guint
bulla_contact_get_status (BullaContact *self)
{
  return self->status;
}

/**
 * bulla_contact_get_date:
 * @self: a contact
 *
 * Returns: the date of the version that answered a request, Unix seconds: that of a signature, or
 *   the Date of a response without one; -1 if it has none
 */
gint64
bulla_contact_get_date (BullaContact *self)
{
  return self->date;
}

/**
 * bulla_contact_get_bytes_sent:
 * @self: a contact
 *
 * Returns: the number of bytes of HTTP, without TLS; -1 if not counted
 */
gint64
bulla_contact_get_bytes_sent (BullaContact *self)
{
  return self->bytes_sent;
}

/**
 * bulla_contact_get_bytes_received:
 * @self: a contact
 *
 * Returns: the number of bytes of HTTP, without TLS; -1 if not counted
 */
gint64
bulla_contact_get_bytes_received (BullaContact *self)
{
  return self->bytes_received;
}

/**
 * bulla_contact_get_deliverer:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): of what a package answered, where that package had come
 *   from
 */
const char *
bulla_contact_get_deliverer (BullaContact *self)
{
  return self->deliverer;
}

/**
 * bulla_contact_get_certificate:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): of what a package answered, where its certificates are
 */
const char *
bulla_contact_get_certificate (BullaContact *self)
{
  return self->certificate;
}

/**
 * bulla_contact_get_record:
 * @self: a contact
 *
 * Returns: (nullable): the type of the DNS records that were asked for, as `CAA`; %NULL of others,
 *   and of a look-up of addresses
 */
const char *
bulla_contact_get_record (BullaContact *self)
{
  return self->record;
}

/**
 * bulla_contact_get_signs_for:
 * @self: a contact
 *
 * Returns: (nullable): of a connection, the host of an exchange that was signed with the key that
 *   the server uses in TLS; %NULL if no such exchange was seen before
 */
const char *
bulla_contact_get_signs_for (BullaContact *self)
{
  return self->signs_for;
}

/**
 * bulla_contact_get_resolver:
 * @self: a contact
 *
 * Returns: (nullable): which resolvers were asked for DNS records, as `192.0.2.1@53`, with ", "
 *   between them; `recursive`: the name servers of the zones. %NULL where only the system knows
 */
const char *
bulla_contact_get_resolver (BullaContact *self)
{
  return self->resolver;
}

/**
 * bulla_contact_get_connection:
 * @self: a contact
 *
 * Returns: the number of the connection in this process; 0 if unknown
 */
guint64
bulla_contact_get_connection (BullaContact *self)
{
  return self->connection;
}

/**
 * bulla_contact_get_reused:
 * @self: a contact
 *
 * Returns: of a request, whether its connection stood already
 */
gboolean
bulla_contact_get_reused (BullaContact *self)
{
  return self->reused;
}

/**
 * bulla_contact_get_error:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): what went wrong, in words
 */
const char *
bulla_contact_get_error (BullaContact *self)
{
  return self->error;
}
