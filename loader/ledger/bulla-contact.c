/* bulla-contact.c - one network contact: its time, host, cause, and the data it disclosed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: writing and reading one record belong together */
#include <string.h>

#include "bulla-contact-internal.h"

G_DEFINE_FINAL_TYPE (BullaContact, bulla_contact, G_TYPE_OBJECT)

/* --- causes */

BullaCause *
bulla_cause_copy (const BullaCause *self)
{
  BullaCause *copy = g_new (BullaCause, 1);

  *copy = (BullaCause){self->view,
                       g_strdup (self->page),
                       g_strdup (self->purpose),
                       g_strdup (self->rule),
                       g_strdup (self->document),
                       g_strdup (self->why)};
  return copy;
}

void
bulla_cause_free (BullaCause *self)
{
  g_free ((char *)self->page);
  g_free ((char *)self->purpose);
  g_free ((char *)self->rule);
  g_free ((char *)self->why);
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
  g_free (self->why);
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
 * @place: (inout) (nullable): the member that receives a copy
 * @text: (nullable): a URL or a message; a text beyond the limit is shortened to its beginning
 */
void
bulla_contact_set_text (char **place, const char *text)
{
  g_free (*place);
  *place = dup_start (text, BULLA_CONTACT_TEXT_MAX);
}

/**
 * bulla_contact_set_url: (skip)
 * @place: (inout) (nullable): the member that receives a copy
 * @url: (nullable): the URL as the client spells it; user name and password are removed
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
 * @place: (inout) (nullable): the member that receives the names
 * @left_out: (out): the number of names that are not kept
 * @names: (element-type utf8): names; those beyond the limits are not kept
 * @n_more: number of further names that are not in @names
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
 * @field: (nullable): the value of a Cookie header field; only the names are kept
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

/* Returns: approximate bytes of memory that the contact takes */
gsize
bulla_contact_measure (BullaContact *self)
{
  const char *const texts[] = {self->host,   self->address,  self->page,      self->purpose,
                               self->rule,   self->why,      self->document,  self->method,
                               self->url,    self->referrer, self->deliverer, self->certificate,
                               self->record, self->resolver, self->signs_for, self->error};
  gsize bytes = sizeof *self + measure_names (self->cookies) + measure_names (self->fields);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    bytes += texts[i] != NULL ? strlen (texts[i]) + 1 : 0;
  return bytes;
}

/**
 * bulla_contact_new: (skip)
 * @kind: the kind of contact
 * @cause: the cause of the contact
 * @host: (nullable): the contacted host
 * @port: the contacted port; 0 if there is none
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
  bulla_contact_set_text (&self->why, cause->why);
  bulla_contact_set_text (&self->document, cause->document);
  self->host = g_ascii_strdown (start, -1);
  self->port = port;
  return self;
}

/**
 * bulla_contact_set_purpose: (skip)
 * @self: a contact
 * @purpose: the purpose, as far as it is known by now
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
    [BULLA_CONTACT_NETWORK] = "network", [BULLA_CONTACT_PACKAGE] = "package",
    [BULLA_CONTACT_CACHE] = "cache",     [BULLA_CONTACT_WITHHELD] = "withheld",
    [BULLA_CONTACT_UNUSED] = "unused",
};

/**
 * bulla_contact_kind_get_nick:
 * @kind: a kind of contact
 *
 * Returns: (transfer none) (nullable): the kind's name in files, such as `request`
 */
const char *
bulla_contact_kind_get_nick (BullaContactKind kind)
{
  return (guint)kind < G_N_ELEMENTS (KINDS) ? KINDS[kind] : NULL;
}

/**
 * bulla_contact_source_get_nick:
 * @source: where the response came from
 *
 * Returns: (transfer none) (nullable): the source's name in files, such as `network`
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
 * Returns: the contact's number in the ledger, from 1; numbers of dropped contacts are not reused
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
 * Returns: the kind of contact
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
 * Returns: where the response came from
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
 * Returns: the number of the view that caused the contact; 0 if unknown
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
 * Returns: when the contact began, in microseconds since 1970
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
 * Returns: the duration in microseconds; -1 while the contact lasts
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
 * Returns: (transfer none): the contacted host; for a DNS query, the queried name
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
 * Returns: the contacted port; 0 if there is none
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
 * Returns: (transfer none) (nullable): the peer's IP address; %NULL without a connection
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
 * Returns: whether a connection is encrypted
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
 * Returns: (transfer none) (nullable): the URL, or only the host, of the initiating page; %NULL if
 *   the user is the initiator, or it is unknown
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
 * Returns: (transfer none) (nullable): the purpose in one word; later versions may add words
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
 * Returns: (transfer none) (nullable): the id of the rule that caused the contact
 */
const char *
bulla_contact_get_rule (BullaContact *self)
{
  return self->rule;
}

/**
 * bulla_contact_get_why:
 * @self: a contact
 *
 * Returns: (nullable): what the rule has found that led to the contact, in English
 */
const char *
bulla_contact_get_why (BullaContact *self)
{
  return self->why;
}

/**
 * bulla_contact_get_method:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the method of a request
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
 * Returns: (transfer none) (nullable): the value of the request's Referer header field
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
 * Returns: (transfer none) (nullable): the names of the cookies in the request, without their
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
 * Returns: (transfer none) (nullable): the names of the header fields in the request
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
 * Returns: the number of cookies in the request whose names were not kept, because there were too
 *   many
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
 * Returns: the number of header fields in the request whose names were not kept, because there were
 *   too many
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
 * Returns: whether the contacted host saw our IP address. It does for every connection, and for
 *   every query sent to the name servers of its zone, but not for a query to a resolver
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
 * Returns: (transfer none) (nullable): for a response from a package: the URL or host that
 *   delivered the package
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
 * Returns: (transfer none) (nullable): for a response from a package: the URL of its certificate
 *   chain
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
 * Returns: (nullable): the type of the queried DNS records, such as `CAA`; %NULL for look-ups of
 *   addresses and other contacts
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
 * Returns: (nullable): the resolvers that were queried for DNS records, such as `192.0.2.1@53`,
 *   separated by ", "; `recursive` for the name servers of the zones; %NULL if the system chose the
 *   resolver
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
 * Returns: whether the request used an existing connection
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
 * Returns: (transfer none) (nullable): the error in words
 */
const char *
bulla_contact_get_error (BullaContact *self)
{
  return self->error;
}
