/* bulla-contact-internal.h - functions that record a contact while it takes place
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact.h"

G_BEGIN_DECLS

#define BULLA_CONTACT_RECURSIVE "recursive" /* resolver of a recursive look-up */
#define BULLA_CONTACT_TEXT_MAX 8192         /* most bytes of a URL or an error message */
#define BULLA_CONTACT_NAME_MAX 256  /* most bytes of a host, a cookie's name or a field's name */
#define BULLA_CONTACT_NAMES_MAX 256 /* most cookies or fields */
#define BULLA_CONTACT_NAMES_BYTES_MAX 2048 /* most bytes of such names together */

/**
 * BullaCause:
 * @view: number of the view in the ledger; 0 if the view is unknown
 * @page: (nullable): the URL, or only the host, of the initiating page; %NULL for the user
 * @purpose: (nullable): one word: `page`, `resource`, `prefetch`, `package`, `certificate`,
 * `report`
 * @rule: (nullable): the id of the rule that caused the contact
 * @document: (nullable): the URL of the document that the view showed at the time, if that document
 *   or a frame in it is the initiator
 * @why: (nullable): what @rule has found, in English
 *
 * The cause of a contact. Callers that keep it must copy it.
 */
typedef struct {
  guint view;
  const char *page;
  const char *purpose;
  const char *rule;
  const char *document;
  const char *why;
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
  gint64 time;     /* µs since 1970 (Unix time) */
  gint64 duration; /* µs; -1 before it is over */
  gint64 began;    /* monotonic clock, µs; 0 if read from a file */
  char *host;      /* owned; lower case; "" for a click, which has no destination */
  guint port;
  char *address; /* owned; nullable */
  gboolean tls;
  char *page;     /* owned; nullable */
  char *purpose;  /* owned; nullable */
  char *rule;     /* owned; nullable */
  char *why;      /* owned; nullable; what the rule has found */
  char *document; /* owned; nullable; not written to files */
  char *method;   /* owned; nullable */
  char *url;      /* owned; nullable */
  char *referrer; /* owned; nullable */
  GStrv cookies;  /* owned; NULL if there are none; names */
  GStrv fields;   /* owned; NULL if there are none; names */
  guint cookies_left_out, fields_left_out;
  guint status;
  gint64 date; /* Unix time in s: date of the version in the response; -1 if it has none */
  gint64 bytes_sent, bytes_received; /* -1 if not counted */
  gint64 wait, receive;              /* µs; -1 if unknown */
  char *deliverer;                   /* owned; nullable */
  char *certificate;                 /* owned; nullable */
  char *record;                      /* owned; nullable */
  char *resolver;                    /* owned; nullable */
  char *signs_for;                   /* owned; nullable; host of an exchange signed with its key */
  guint64 connection;                /* id of the contact that opened it; 0 if unknown */
  gboolean reused;
  char *error; /* owned; nullable */
  gsize size;  /* bytes that its ledger counts for it */
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
