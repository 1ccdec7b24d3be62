/* bulla-contact-internal.h - a contact as those see it who write it down
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact.h"

G_BEGIN_DECLS

#define BULLA_CONTACT_RECURSIVE "recursive" /* instead of a resolver: the zones' name servers */
#define BULLA_CONTACT_TEXT_MAX 8192         /* bytes of a URL, or of what went wrong */
#define BULLA_CONTACT_NAME_MAX 256  /* bytes of a host, or of the name of a cookie or a field */
#define BULLA_CONTACT_NAMES_MAX 256 /* cookies, or fields */
#define BULLA_CONTACT_NAMES_BYTES_MAX 2048 /* of the names of these */

/**
 * BullaCause:
 * @view: its number in the ledger; 0: the view is unknown
 * @page: (nullable): the URL, or the host alone, of the page that is behind it; %NULL: the user
 * @purpose: (nullable): one word: `page`, `resource`, `prefetch`, `package`, `certificate`,
 * `report`
 * @rule: (nullable): the id of the rule that led to it
 * @document: (nullable): the URL of the document that was shown in the view when it was made, where
 *   that document, or a frame in it, made it
 *
 * Why somebody is contacted. Whoever keeps it makes a copy.
 */
typedef struct {
  guint view;
  const char *page;
  const char *purpose;
  const char *rule;
  const char *document;
} BullaCause;

BullaCause *bulla_cause_copy (const BullaCause *self);
void bulla_cause_free (BullaCause *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCause, bulla_cause_free)

struct _BullaContact {
  GObject parent_instance;
  guint id;
  BullaContactKind kind;
  BullaContactSource source;
  guint view;
  gint64 time;     /* µs since 1970 */
  gint64 duration; /* µs; -1: it is not over */
  gint64 began;    /* µs of the clock that nobody sets; 0: it was read from a file */
  char *host;      /* owned; lower case; "" of a click to nowhere */
  guint port;
  char *address; /* owned; nullable */
  gboolean tls;
  char *page;     /* owned; nullable */
  char *purpose;  /* owned; nullable */
  char *rule;     /* owned; nullable */
  char *document; /* owned; nullable; not written to files */
  char *method;   /* owned; nullable */
  char *url;      /* owned; nullable */
  char *referrer; /* owned; nullable */
  GStrv cookies;  /* owned; nullable; names */
  GStrv fields;   /* owned; nullable; names */
  guint cookies_left_out, fields_left_out;
  guint status;
  gint64 bytes_sent, bytes_received; /* -1: not counted */
  gint64 wait, receive;              /* µs; -1: not known */
  char *deliverer;                   /* owned; nullable */
  char *certificate;                 /* owned; nullable */
  char *record;                      /* owned; nullable */
  char *resolver;                    /* owned; nullable */
  guint64 connection;                /* id of the contact that opened it; 0: not known */
  gboolean reused;
  char *error; /* owned; nullable */
  gsize size;  /* bytes, as its ledger counts them */
};

BullaContact *bulla_contact_new (BullaContactKind kind, const BullaCause *cause, const char *host,
                                 guint port);
void bulla_contact_set_text (char **place, const char *text);
void bulla_contact_set_url (char **place, const char *url);
void bulla_contact_set_names (GStrv *place, guint *left_out, GPtrArray *names, guint n_more);
void bulla_contact_set_cookies (BullaContact *self, const char *field);
void bulla_contact_set_purpose (BullaContact *self, const char *purpose);
void bulla_contact_end (BullaContact *self);
gboolean bulla_contact_is_over (BullaContact *self);
gsize bulla_contact_measure (BullaContact *self);

G_END_DECLS
