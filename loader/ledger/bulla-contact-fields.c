/* bulla-contact-fields.c - what is known of a contact
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-contact-internal.h"

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
 * Returns: the number of the view that it is for; 0: nobody knows
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
 * Returns: how long it took, in microseconds; -1: it is not over
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
 * Returns: (transfer none) (nullable): what was asked for
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
 * Returns: whether the other side saw our IP address; it sees that of every connection
 */
gboolean
bulla_contact_get_shows_address (BullaContact *self)
{
  return self->source == BULLA_CONTACT_NETWORK && self->address != NULL
         && self->kind != BULLA_CONTACT_DNS;
}

/**
 * bulla_contact_get_status:
 * @self: a contact
 *
 * Returns: of the response; 0: there is none
 */
guint
bulla_contact_get_status (BullaContact *self)
{
  return self->status;
}

/**
 * bulla_contact_get_bytes_sent:
 * @self: a contact
 *
 * Returns: of HTTP, without TLS; -1: not counted
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
 * Returns: of HTTP, without TLS; -1: not counted
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
 * bulla_contact_get_connection:
 * @self: a contact
 *
 * Returns: which connection of this process; 0: not known
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
