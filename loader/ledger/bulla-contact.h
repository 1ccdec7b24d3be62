/* bulla-contact.h - one network contact: its time, host, cause, and the data it disclosed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

/**
 * BullaContactKind:
 * @BULLA_CONTACT_CLICK: a navigation of a view begins; no host is contacted
 * @BULLA_CONTACT_DNS: a resolver is queried for the addresses or other DNS records of the host
 * @BULLA_CONTACT_CONNECT: a connection is opened to an address of the host
 * @BULLA_CONTACT_REQUEST: a request and its response
 * @BULLA_CONTACT_WEBSOCKET: a WebSocket, from its request to its end
 */
typedef enum {
  BULLA_CONTACT_CLICK,
  BULLA_CONTACT_DNS,
  BULLA_CONTACT_CONNECT,
  BULLA_CONTACT_REQUEST,
  BULLA_CONTACT_WEBSOCKET,
} BullaContactKind;

/**
 * BullaContactSource:
 * @BULLA_CONTACT_NETWORK: the contacted host
 * @BULLA_CONTACT_PACKAGE: a package that was already loaded; no host was contacted
 * @BULLA_CONTACT_CACHE: an earlier response; no host was contacted
 * @BULLA_CONTACT_WITHHELD: none: the request was not sent
 * @BULLA_CONTACT_UNUSED: none: an exchange that was prefetched for the request may not answer it
 */
typedef enum {
  BULLA_CONTACT_NETWORK,
  BULLA_CONTACT_PACKAGE,
  BULLA_CONTACT_CACHE,
  BULLA_CONTACT_WITHHELD,
  BULLA_CONTACT_UNUSED,
} BullaContactSource;

#define BULLA_TYPE_CONTACT (bulla_contact_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaContact, bulla_contact, BULLA, CONTACT, GObject)

BULLA_API const char *bulla_contact_kind_get_nick (BullaContactKind kind);
BULLA_API const char *bulla_contact_source_get_nick (BullaContactSource source);

BULLA_API guint bulla_contact_get_id (BullaContact *self);
BULLA_API BullaContactKind bulla_contact_get_kind (BullaContact *self);
BULLA_API BullaContactSource bulla_contact_get_source (BullaContact *self);
BULLA_API guint bulla_contact_get_view (BullaContact *self);
BULLA_API gint64 bulla_contact_get_time (BullaContact *self);
BULLA_API gint64 bulla_contact_get_duration (BullaContact *self);
BULLA_API const char *bulla_contact_get_host (BullaContact *self);
BULLA_API guint bulla_contact_get_port (BullaContact *self);
BULLA_API const char *bulla_contact_get_address (BullaContact *self);
BULLA_API gboolean bulla_contact_get_tls (BullaContact *self);
BULLA_API const char *bulla_contact_get_page (BullaContact *self);
BULLA_API const char *bulla_contact_get_purpose (BullaContact *self);
BULLA_API const char *bulla_contact_get_rule (BullaContact *self);
BULLA_API const char *bulla_contact_get_why (BullaContact *self);
BULLA_API const char *bulla_contact_get_method (BullaContact *self);
BULLA_API const char *bulla_contact_get_url (BullaContact *self);
BULLA_API const char *bulla_contact_get_referrer (BullaContact *self);
BULLA_API const char *const *bulla_contact_get_cookies (BullaContact *self);
BULLA_API const char *const *bulla_contact_get_fields (BullaContact *self);
BULLA_API guint bulla_contact_get_n_cookies_left_out (BullaContact *self);
BULLA_API guint bulla_contact_get_n_fields_left_out (BullaContact *self);
BULLA_API gboolean bulla_contact_get_shows_address (BullaContact *self);
BULLA_API guint bulla_contact_get_status (BullaContact *self);
BULLA_API gint64 bulla_contact_get_date (BullaContact *self);
BULLA_API gint64 bulla_contact_get_bytes_sent (BullaContact *self);
BULLA_API gint64 bulla_contact_get_bytes_received (BullaContact *self);
BULLA_API const char *bulla_contact_get_deliverer (BullaContact *self);
BULLA_API const char *bulla_contact_get_certificate (BullaContact *self);
BULLA_API const char *bulla_contact_get_record (BullaContact *self);
BULLA_API const char *bulla_contact_get_resolver (BullaContact *self);
BULLA_API const char *bulla_contact_get_signs_for (BullaContact *self);
BULLA_API guint64 bulla_contact_get_connection (BullaContact *self);
BULLA_API gboolean bulla_contact_get_reused (BullaContact *self);
BULLA_API const char *bulla_contact_get_error (BullaContact *self);
BULLA_API char *bulla_contact_describe (BullaContact *self);

G_END_DECLS
