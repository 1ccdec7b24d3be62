/* bulla-view-compare.c - compares the shown page with the gateway's answer, for the badge
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every answer to a navigation has an id in a header field. When the page is committed, the
 * shell looks up the answer by the id. A service worker may have written the id, so it proves
 * nothing by itself. When the page is loaded, its bytes and header fields are compared with
 * those that were sent. The badge says “Substituted”, or “Live”, only after that. */
#include "bulla-view-private.h"

#include <glib/gi18n.h>

#include "bulla-address.h"

#define DIGEST_BYTES 32
#define TRIES_MAX 10
#define TRY_AGAIN_MS 50
#define EARLY_MS 1000     /* ms until the first early comparison, because loading may never end */
#define EARLY_MAX_MS 8000 /* longest delay, milliseconds; it doubles after each attempt */

/* one comparison in progress */
typedef struct {
  BullaView *view;             /* owned */
  BullaProvenance *provenance; /* owned; provenance of the compared page */
  WebKitWebResource *resource; /* owned */
  GCancellable *cancellable;   /* owned; cancelled when the view shows another page */
  guint tries;
} Check;

static void
check_free (Check *check)
{
  g_object_unref (check->view);
  g_object_unref (check->provenance);
  g_object_unref (check->resource);
  g_object_unref (check->cancellable);
  g_free (check);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Check, check_free)

/* --- before the page is committed */

static void
stop_check (BullaView *self)
{
  g_clear_handle_id (&self->next_check, g_source_remove);
  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
}

/**
 * bulla_view_expect_way:
 * @history: whether the next allowed navigation of the view, or of a frame in it, is along the
 *   history
 *
 * For a navigation along the history, only the target entry may show its earlier answer again. No
 * request was sent yet. If a load of the main page begins next, this counts as its beginning,
 * because WebKit may report the beginning after the answer.
 */
void
bulla_view_expect_way (BullaView *self, gboolean history)
{
  WebKitBackForwardListItem *entry = history ? bulla_view_get_entry (self) : NULL;

  g_set_object (&self->way, entry);
  self->allowed = g_get_monotonic_time ();
  self->contacts_at_start = bulla_ledger_get_last_id (bulla_engine_get_ledger (self->engine));
}

/**
 * bulla_view_begin_load:
 *
 * Records that a load of the main page has begun, as part of the navigation that was allowed last.
 */
void
bulla_view_begin_load (BullaView *self)
{
  self->started = self->allowed;
  g_set_object (&self->restoring, self->way);
  g_clear_object (&self->way);
}

/* --- at COMMITTED */

/* Returns the standing of a page that has not been compared yet. */
static BullaStanding
begin_standing (BullaStanding claimed)
{
  switch (claimed) {
  case BULLA_STANDING_SUBSTITUTED:
    return BULLA_STANDING_VERIFYING;
  case BULLA_STANDING_LIVE:
  case BULLA_STANDING_FELL_BACK:
    return BULLA_STANDING_CHECKING;
  default:
    return claimed;
  }
}

static gboolean
is_pending (BullaProvenance *provenance)
{
  BullaStanding standing = bulla_provenance_get_standing (provenance);

  return standing == BULLA_STANDING_VERIFYING || standing == BULLA_STANDING_CHECKING;
}

/* Returns the explanation for a page without a known answer. */
static const char *
explain_unknown (BullaView *self)
{
  if (self->answer != NULL && !bulla_navigation_answer_is_frame (self->answer))
    return _ ("Bulla has released the package of this page. Load the page again to verify it.");
  if (self->stale)
    return _ ("The response was received for an earlier visit and stored by the browser’s cache or "
              "by a service worker of the site.");
  return _ ("Bulla saw no response from a server or a package for this page. A service worker of "
            "the site or a cache may have supplied it.");
}

/* Says whether the page cache restored the page without a request. WebKit's own cache has no
 * packages: if a package's page was requested, a service worker answered with stored data. */
static gboolean
is_restored (BullaView *self, BullaNavigationAnswer *kept)
{
  return bulla_view_get_entry (self) == self->restoring
         && (self->asked < self->started
             || bulla_navigation_answer_get_kind (kept) != BULLA_NAVIGATION_ANSWER_SUBSTITUTED);
}

/* A service worker can store an answer with its id, and show it at any time. So an answer counts
 * for a load only if it was made after the load began, and for no other load, or if the history
 * restores its entry. */
static BullaNavigationAnswer *
find_answer (BullaView *self)
{
  WebKitURIResponse *response =
      self->resource != NULL ? webkit_web_resource_get_response (self->resource) : NULL;
  SoupMessageHeaders *headers =
      response != NULL ? webkit_uri_response_get_http_headers (response) : NULL;
  const char *id =
      headers != NULL ? soup_message_headers_get_one (headers, BULLA_ANSWER_FIELD) : NULL;
  BullaNavigationAnswer *kept = bulla_view_get_kept (self);
  BullaNavigationAnswer *answer = bulla_engine_find_answer (self->engine, &self->id, id);

  self->restored = kept != NULL && g_strcmp0 (bulla_navigation_answer_get_id (kept), id) == 0
                   && is_restored (self, kept);
  if (self->restored)
    return kept;
  self->stale = answer != NULL && !bulla_navigation_answer_is_since (answer, self->started);
  return self->stale ? NULL : answer;
}

static void
arrived_cb (WebKitWebResource *resource, BullaView *self)
{
  self->arrived |= resource == self->resource;
}

/**
 * bulla_view_begin_check:
 * @url: (nullable): URL of the committed page
 *
 * Returns: (transfer full): the provenance of the page, as far as it is known yet
 */
BullaProvenance *
bulla_view_begin_check (BullaView *self, const char *url)
{
  const char *shown = url != NULL ? url : "about:blank";

  bulla_view_end_check (self);
  if (g_str_has_prefix (shown, "http")) {
    g_set_object (&self->resource, webkit_web_view_get_main_resource (WEBKIT_WEB_VIEW (self)));
    g_set_object (&self->answer, find_answer (self));
    if (self->resource != NULL)
      g_signal_connect_object (self->resource, "finished", G_CALLBACK (arrived_cb), self, 0);
  }
  self->started = G_MAXINT64; /* no later answer belongs to this load */
  g_clear_object (&self->restoring);
  self->claimed = bulla_answer_get_standing (self->answer, shown);
  BullaStanding standing = begin_standing (self->claimed);
  BullaLoad *load = self->answer != NULL ? bulla_navigation_answer_get_load (self->answer) : NULL;
  BullaBundle *bundle =
      self->answer != NULL ? bulla_navigation_answer_get_bundle (self->answer) : NULL;
  if (standing == BULLA_STANDING_UNKNOWN || standing == BULLA_STANDING_INSECURE) {
    BullaProvenance *unknown = bulla_provenance_new (standing, shown, NULL);
    if (standing == BULLA_STANDING_UNKNOWN)
      bulla_provenance_settle (unknown, standing, explain_unknown (self));
    return unknown;
  }
  BullaProvenance *provenance =
      bundle != NULL ? bulla_provenance_new_for_bundle (standing, shown, bundle, load)
                     : bulla_provenance_new (standing, shown, load);
  if (self->answer != NULL)
    bulla_provenance_set_request_verdict (provenance,
                                          bulla_navigation_answer_get_verdict (self->answer));
  return provenance;
}

/**
 * bulla_view_end_check:
 *
 * Ends the comparison, because another page is shown now.
 */
void
bulla_view_end_check (BullaView *self)
{
  stop_check (self);
  g_clear_object (&self->resource);
  g_clear_object (&self->answer);
  self->stale = self->restored = self->doubted = self->arrived = FALSE;
  self->n_shown = G_MAXSIZE;
  self->wait = EARLY_MS;
}

/* --- after the page is loaded */

/* @data: (nullable): bytes of the page; NULL if the page is longer than the answer */
static BullaConfirmation
compare (Check *check, const guint8 *data, gsize length, char **difference)
{
  BullaView *self = check->view;
  WebKitURIResponse *response = webkit_web_resource_get_response (check->resource);
  g_autoptr (GHashTable) fields = bulla_response_list_fields (response);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[DIGEST_BYTES];
  gsize digest_length = sizeof digest;

  if (length > bulla_navigation_answer_get_n_hashed (self->answer))
    data = NULL;
  else
    g_checksum_update (sum, data, (gssize)length);
  g_checksum_get_digest (sum, digest, &digest_length);
  return bulla_navigation_answer_confirm (
      self->answer, bulla_provenance_get_url (check->provenance),
      response != NULL ? webkit_uri_response_get_status_code (response) : 0, fields,
      data != NULL ? digest : NULL, difference);
}

static const char *
explain_uncompared (BullaUncompared why)
{
  switch (why) {
  case BULLA_UNCOMPARED_OPEN:
    return _ ("The page is complete, but the server’s response is not. A service worker of the "
              "site may have made the page.");
  case BULLA_UNCOMPARED_SIZE:
    return _ ("The page is too large to compare with the server’s response.");
  case BULLA_UNCOMPARED_CODING:
    return _ ("The page was sent with a compression that Bulla does not support, so Bulla did not "
              "compare it.");
  case BULLA_UNCOMPARED_BREAK:
    return _ ("The page is incomplete.");
  case BULLA_UNCOMPARED_NOT:
  default:
    return _ ("The bytes of the page could not be compared with the response.");
  }
}

/* @difference: result of bulla_navigation_answer_confirm() */
static char *
explain (BullaView *self, const char *difference)
{
  if (difference == NULL)
    return g_strdup (explain_uncompared (bulla_navigation_answer_get_uncompared (self->answer)));
  if (g_str_equal (difference, "url"))
    return g_strdup (_ ("The page is shown at a different address than the one it was sent for."));
  if (g_str_equal (difference, "bytes"))
    return g_strdup (_ ("The bytes of the page differ from the response. A service worker of the "
                        "site may have made the page."));
  return g_strdup_printf (_ ("The header “%s” of the page differs from the response."), difference);
}

static void
settle (Check *check, BullaConfirmation confirmation, const char *difference)
{
  BullaView *self = check->view;
  BullaStanding standing = bulla_provenance_get_standing (check->provenance);
  g_autofree char *why = explain (self, difference);

  stop_check (self);
  if ((is_pending (check->provenance) || self->doubted) && confirmation == BULLA_CONFIRMED)
    bulla_provenance_settle (check->provenance, self->claimed, NULL);
  else if (self->doubted && !self->early)
    return;
  else if (is_pending (check->provenance)
           || (confirmation == BULLA_CONFIRMED_NOT && standing != BULLA_STANDING_INSECURE))
    bulla_provenance_settle (check->provenance, BULLA_STANDING_UNKNOWN, why);
  else
    return;
  bulla_view_report (self);
}

/* Says whether the answer will never have a hash, so that the page's bytes are not needed. */
static gboolean
is_beyond_comparison (BullaNavigationAnswer *answer)
{
  BullaUncompared why = bulla_navigation_answer_get_uncompared (answer);

  return why == BULLA_UNCOMPARED_SIZE || why == BULLA_UNCOMPARED_CODING;
}

/* Says whether the result of an early comparison, made before the page is loaded, may be shown.
 * A match may be shown once the document has arrived, because a service worker can append to it
 * before. A mismatch may be shown if the answer is complete or cannot be hashed, and the page
 * receives no more bytes; if the page was only slow, the comparison at its end corrects the
 * result. */
static gboolean
is_settled (Check *check, BullaConfirmation confirmation, gsize length)
{
  BullaView *self = check->view;
  BullaUncompared why = bulla_navigation_answer_get_uncompared (self->answer);
  gsize before = self->n_shown;

  self->n_shown = length;
  if (confirmation == BULLA_CONFIRMED)
    return self->arrived;
  self->doubted =
      is_beyond_comparison (self->answer) || (why == BULLA_UNCOMPARED_NOT && length == before);
  return self->doubted;
}

static void ask_data (Check *check);
static gboolean try_again_cb (gpointer user_data);

static void
data_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Check) check = user_data;
  gsize length = 0;
  g_autofree guint8 *data =
      webkit_web_resource_get_data_finish (WEBKIT_WEB_RESOURCE (source), result, &length, NULL);
  g_autofree char *difference = NULL;

  if (g_cancellable_is_cancelled (check->cancellable) || check->view->answer == NULL)
    return;
  BullaConfirmation confirmation = compare (check, data, length, &difference);
  if (confirmation == BULLA_CONFIRMED_NOT && length == 1) { /* WebKit's form of an empty body */
    g_autofree char *again = NULL;
    confirmation = compare (check, data, 0, &again);
  }
  /* the gateway may still process the last bytes when the page already has them */
  if (check->view->early && !is_settled (check, confirmation, length))
    bulla_view_check_later (check->view);
  else if (confirmation == BULLA_CONFIRMATION_UNKNOWN && check->tries++ < TRIES_MAX
           && is_pending (check->provenance))
    g_timeout_add (TRY_AGAIN_MS, try_again_cb, g_steal_pointer (&check));
  else
    settle (check, confirmation, difference);
}

static gboolean
try_again_cb (gpointer user_data)
{
  Check *check = user_data;

  if (g_cancellable_is_cancelled (check->cancellable))
    check_free (check);
  else
    ask_data (check);
  return G_SOURCE_REMOVE;
}

/* Reads the page's bytes, if they are needed, and compares them. @check: (transfer full) */
static void
ask_data (Check *check)
{
  g_autofree char *difference = NULL;

  if (!is_beyond_comparison (check->view->answer)) {
    webkit_web_resource_get_data (check->resource, check->cancellable, data_cb, check);
    return;
  }
  BullaConfirmation confirmation = compare (check, NULL, 0, &difference);
  settle (check, confirmation, difference);
  check_free (check);
}

static void
begin_check (BullaView *self, gboolean early)
{
  if (self->answer == NULL || self->resource == NULL
      || bulla_navigation_answer_is_frame (self->answer))
    return;
  stop_check (self);
  self->early = early;
  Check *check = g_new0 (Check, 1);
  self->check = g_cancellable_new ();
  check->view = g_object_ref (self);
  check->provenance = g_object_ref (self->provenance);
  check->resource = g_object_ref (self->resource);
  check->cancellable = g_object_ref (self->check);
  ask_data (check);
}

static gboolean
check_early_cb (gpointer user_data)
{
  BullaView *self = user_data;

  self->next_check = 0;
  begin_check (self, TRUE);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_view_check_later:
 *
 * Schedules an early comparison, because a page may never finish loading, for example while it
 * waits for an image. There is no result while bytes of the page are missing.
 */
void
bulla_view_check_later (BullaView *self)
{
  stop_check (self);
  if (!is_pending (self->provenance))
    return;
  self->next_check = g_timeout_add (self->wait, check_early_cb, self);
  self->wait = MIN (2 * self->wait, EARLY_MAX_MS);
}

/**
 * bulla_view_check:
 *
 * Compares the loaded page with the gateway's answer.
 */
void
bulla_view_check (BullaView *self)
{
  if (self->check == NULL || self->early)
    begin_check (self, FALSE);
}

/**
 * bulla_view_note_truncated:
 * @load: a package whose body was cut short, because a late part does not match the signature
 */
void
bulla_view_note_truncated (BullaView *self, BullaLoad *load)
{
  BullaStanding standing = bulla_provenance_get_standing (self->provenance);

  if (self->answer == NULL || bulla_navigation_answer_get_load (self->answer) != load
      || (standing != BULLA_STANDING_VERIFYING && standing != BULLA_STANDING_SUBSTITUTED))
    return;
  stop_check (self);
  bulla_provenance_settle (self->provenance, BULLA_STANDING_TRUNCATED, NULL);
  g_clear_object (&self->resource);
  bulla_view_report (self);
}
