/* bulla-provenance.h - records the origin of the page in a view, and the hosts that were contacted
 * for it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-bundle.h"
#include "bulla-composition.h"
#include "bulla-ledger.h"
#include "bulla-store.h"

G_BEGIN_DECLS

/**
 * BullaStanding:
 * @BULLA_STANDING_NONE: a blank page, or one of the shell's own
 * @BULLA_STANDING_LIVE: from the publisher's server, over https
 * @BULLA_STANDING_INSECURE: from a server without authentication
 * @BULLA_STANDING_VERIFYING: from a package, according to the answer's id; the bytes are still
 *   arriving
 * @BULLA_STANDING_CHECKING: from the publisher's server, according to the answer's id; the bytes
 *   are still arriving
 * @BULLA_STANDING_UNKNOWN: written by a script, cached, or different from the bytes that were sent
 * @BULLA_STANDING_SUBSTITUTED: from a package, in the origin of its publisher
 * @BULLA_STANDING_SEPARATE: from a package, in an origin of its own
 * @BULLA_STANDING_ISOLATED: from a bundle with an integrity block, in the origin of its key
 * @BULLA_STANDING_TRUNCATED: substituted, but the body was cut short
 * @BULLA_STANDING_FELL_BACK: from the publisher's server, because a package was not accepted
 * @BULLA_STANDING_REFUSED: a package that is not shown
 */
typedef enum {
  BULLA_STANDING_NONE,
  BULLA_STANDING_LIVE,
  BULLA_STANDING_INSECURE,
  BULLA_STANDING_VERIFYING,
  BULLA_STANDING_CHECKING,
  BULLA_STANDING_UNKNOWN,
  BULLA_STANDING_SUBSTITUTED,
  BULLA_STANDING_SEPARATE,
  BULLA_STANDING_ISOLATED,
  BULLA_STANDING_TRUNCATED,
  BULLA_STANDING_FELL_BACK,
  BULLA_STANDING_REFUSED,
} BullaStanding;

#define BULLA_TYPE_PROVENANCE (bulla_provenance_get_type ())
G_DECLARE_FINAL_TYPE (BullaProvenance, bulla_provenance, BULLA, PROVENANCE, GObject)

BullaProvenance *bulla_provenance_new (BullaStanding standing, const char *url, BullaLoad *load);
BullaProvenance *bulla_provenance_new_for_bundle (BullaStanding standing, const char *url,
                                                  BullaBundle *bundle, BullaLoad *load);
BullaStanding bulla_provenance_get_standing (BullaProvenance *self);
const char *bulla_provenance_get_url (BullaProvenance *self);
BullaLoad *bulla_provenance_get_load (BullaProvenance *self);
BullaBundle *bulla_provenance_get_bundle (BullaProvenance *self);
BullaOuter *bulla_provenance_get_outer (BullaProvenance *self);
BullaVerdict *bulla_provenance_get_verdict (BullaProvenance *self);
void bulla_provenance_set_request_verdict (BullaProvenance *self, BullaVerdict *verdict);
BullaVerdict *bulla_provenance_get_request_verdict (BullaProvenance *self);
gboolean bulla_provenance_is_from_package (BullaProvenance *self);
const char *bulla_provenance_get_live_url (BullaProvenance *self);

const char *bulla_provenance_get_detail (BullaProvenance *self);
void bulla_provenance_set_crashed (BullaProvenance *self, gboolean crashed);
gboolean bulla_provenance_is_crashed (BullaProvenance *self);
void bulla_provenance_settle (BullaProvenance *self, BullaStanding standing, const char *detail);
void bulla_provenance_follow (BullaProvenance *self, BullaLedger *ledger, guint view, guint first,
                              const char *before);
void bulla_provenance_leave (BullaProvenance *self, guint end);
void bulla_provenance_add_refused (BullaProvenance *self, const char *url, BullaVerdict *verdict,
                                   const char *message);
void bulla_provenance_add_frame (BullaProvenance *self, const char *origin);
void bulla_provenance_set_store (BullaProvenance *self, BullaStore *store);
BullaStore *bulla_provenance_get_store (BullaProvenance *self);
void bulla_provenance_set_data (BullaProvenance *self, const char *choice, const char *text);
const char *bulla_provenance_get_data_choice (BullaProvenance *self);
const char *bulla_provenance_get_data_text (BullaProvenance *self);
char **bulla_provenance_get_frames (BullaProvenance *self);
GPtrArray *bulla_provenance_get_refused (BullaProvenance *self);
GPtrArray *bulla_provenance_dup_asked (BullaProvenance *self);
gboolean bulla_provenance_knows_contacts (BullaProvenance *self);
BullaComposition *bulla_provenance_dup_composition (BullaProvenance *self);

/* a host that received requests for the page */
typedef struct {
  BullaContact *first; /* owned; first contact with the host */
  guint count;         /* number of requests */
  gboolean unknown;    /* whether the page of the requests is unknown */
  gboolean other;      /* whether they were for another page, which was never shown */
} BullaAsked;

/* a blocked request of a page of a bundle */
typedef struct {
  char *url;             /* owned; requested URL */
  char *message;         /* owned; explanation; NULL if there is none */
  BullaVerdict *verdict; /* owned; verdict on the request; NULL if there is none */
} BullaRefused;

/* the texts of badge and panel: bulla-provenance-facts.c */
const char *bulla_provenance_get_label (BullaProvenance *self);
const char *bulla_provenance_get_icon_name (BullaProvenance *self);
const char *bulla_provenance_get_style (BullaProvenance *self);
char *bulla_provenance_dup_summary (BullaProvenance *self);
gboolean bulla_provenance_is_error (BullaProvenance *self);
char *bulla_provenance_dup_banner (BullaProvenance *self);
GListModel *bulla_provenance_list_facts (BullaProvenance *self);
GListModel *bulla_provenance_list_contacts (BullaProvenance *self);
GListModel *bulla_provenance_list_versions (BullaProvenance *self);
GListModel *bulla_provenance_list_steps (BullaProvenance *self);

/* texts about the request that the package answers, or does not: bulla-provenance-request.c */
gboolean bulla_provenance_is_other_variant (BullaProvenance *self);
BullaVerdict *bulla_provenance_get_deciding_verdict (BullaProvenance *self);
char *bulla_provenance_dup_leniency_banner (BullaProvenance *self);
char *bulla_provenance_dup_why (BullaProvenance *self);
GListModel *bulla_provenance_list_request_steps (BullaProvenance *self);

/* texts about the publisher's answer: bulla-provenance-validity.c */
void bulla_provenance_append_validity (BullaLoad *load, GListStore *store);

/* texts about a bundle: bulla-provenance-bundle.c */
void bulla_provenance_append_bundle_facts (BullaProvenance *self, GListStore *store);
GListModel *bulla_provenance_list_resources (BullaProvenance *self);
GListModel *bulla_provenance_list_refused (BullaProvenance *self);

G_END_DECLS
