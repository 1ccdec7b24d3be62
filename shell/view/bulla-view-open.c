/* bulla-view-open.c - handles the user's actions on a view: opening an address, reloading, stopping
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-error.h"
#include "bulla-ledger-internal.h"
#include "bulla-package-opener.h"
#include "bulla-unknown.h"
#include "bulla-url.h"
#include "bulla-view-private.h"

/* Loads a page in WebKit, with a header that the gateway takes once: it says that the user chose
 * the address. */
static void
load (BullaView *self, const char *url)
{
  g_autoptr (WebKitURIRequest) request = webkit_uri_request_new (url);
  SoupMessageHeaders *headers = webkit_uri_request_get_http_headers (request);

  g_free (self->told);
  self->told = g_strdup (url);
  if (headers != NULL && self->bundle == NULL && g_str_has_prefix (url, "http")) {
    g_autofree char *typed = bulla_engine_expect_typed (self->engine, &self->id, url);
    soup_message_headers_replace (headers, "Sec-Bulla-Typed", typed);
  }
  webkit_web_view_load_request (WEBKIT_WEB_VIEW (self), request);
}

/* Says whether @url belongs to the bundle of this package view. */
static gboolean
is_own_page (BullaView *self, const char *url)
{
  g_autofree char *listed = self->bundle != NULL ? bulla_address_get_package (url) : NULL;

  if (listed != NULL)
    return bulla_address_equal (listed,
                                bulla_outer_get_url (bulla_bundle_get_outer (self->bundle)));
  return bulla_package_door_find (bulla_engine_get_door (self->engine), self->id.token, url)
         != NULL;
}

/**
 * bulla_view_open:
 * @url: a result of bulla_address_from_text()
 *
 * Opens an address that the user chose in the shell, without influence of a page. The shell itself
 * opens packages: WebKit never requests their addresses.
 */
void
bulla_view_open (BullaView *self, const char *url)
{
  bulla_view_stop (self);
  if (self->apart != NULL)
    bulla_view_leave_package (self, url, BULLA_LEAVE_TYPED);
  else if (is_own_page (self, url))
    load (self, url);
  else if (self->bundle != NULL)
    bulla_view_leave_package (self, url, BULLA_LEAVE_TYPED);
  else if (g_str_has_prefix (url, BULLA_PACKAGE_SCHEME "://open/"))
    bulla_package_opener_open (self, url, NULL);
  else if (bulla_package_is_url (url))
    bulla_view_show_package (self, NULL, url);
  else
    load (self, url);
}

/**
 * bulla_view_open_apart:
 * @self: a view of one substituted page
 *
 * Opens the page of its package.
 */
void
bulla_view_open_apart (BullaView *self)
{
  const char *url = bulla_handover_get_url (self->apart);

  bulla_ledger_send_on (bulla_engine_get_ledger (self->engine), self->id.number, url, NULL);
  load (self, url);
}

/* Returns the initiator of @url; WebKit does not name the frame of @opener. It is the page
 * itself if no frame has another host; otherwise it counts as another site's. So does a page in a
 * session of its own: its data are apart from those of live pages. */
static const char *
find_initiator (BullaView *opener, const char *url)
{
  const char *shown = bulla_provenance_get_url (opener->provenance);
  gboolean knows = opener->bundle == NULL && opener->apart == NULL && shown != NULL
                   && g_str_has_prefix (shown, "http") && !bulla_view_has_other_frames (opener);

  return knows && bulla_url_same_origin (shown, url) ? shown : BULLA_UNKNOWN_URL;
}

/**
 * bulla_view_follow:
 * @self: a web view
 * @opener: (nullable): the view whose page leads to @url; %NULL if the user has dropped a link of
 *   unknown origin
 * @url: an http or https URL
 *
 * WebKit treats URLs loaded by the shell as typed by the user: requests have `Sec-Fetch-Site: none`
 * and `SameSite=Strict` cookies. So this loads an empty page of the initiator's origin, which then
 * navigates to @url; its history entry is replaced.
 */
void
bulla_view_follow (BullaView *self, BullaView *opener, const char *url)
{
  const char *initiator = opener != NULL ? find_initiator (opener, url) : BULLA_UNKNOWN_URL;
  g_autoptr (GString) escaped = g_string_new (url);

  g_string_replace (escaped, "&", "&amp;", 0);
  g_string_replace (escaped, "\"", "&quot;", 0);
  g_autofree char *html = g_strdup_printf ("<!doctype html><title></title>"
                                           "<meta name=\"referrer\" content=\"no-referrer\">"
                                           "<meta http-equiv=\"refresh\" content=\"0;url=%s\">",
                                           escaped->str);

  bulla_view_stop (self);
  g_free (self->start);
  self->start = g_strdup (initiator);
  webkit_web_view_load_alternate_html (WEBKIT_WEB_VIEW (self), html, initiator, initiator);
}

/**
 * bulla_view_starts:
 *
 * Returns: whether the view shows, or is about to show, the empty page of bulla_view_follow()
 */
gboolean
bulla_view_starts (BullaView *self)
{
  return self->start != NULL;
}

/**
 * bulla_view_was_told_to_open:
 *
 * Returns: whether @url was passed to bulla_view_open() last, and no page was shown since
 */
gboolean
bulla_view_was_told_to_open (BullaView *self, const char *url)
{
  return bulla_address_equal (self->told, url);
}

/**
 * bulla_view_reload:
 *
 * Reloads the page, or opens a refused package again.
 */
void
bulla_view_reload (BullaView *self)
{
  g_autofree char *url = g_strdup (webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self)));

  if (self->at_start) /* the start page is about to navigate */
    return;
  if (self->bundle == NULL && bulla_package_is_url (url))
    bulla_view_open (self, url);
  else
    webkit_web_view_reload (WEBKIT_WEB_VIEW (self));
}

/**
 * bulla_view_load_live:
 *
 * Drops the package and loads the page from the publisher.
 */
void
bulla_view_load_live (BullaView *self)
{
  g_autofree char *url = g_strdup (bulla_provenance_get_live_url (self->provenance));

  if (url == NULL)
    return;
  if (self->apart != NULL) {
    bulla_view_leave_package (self, url, BULLA_LEAVE_LIVE);
    return;
  }
  if (self->bundle == NULL)
    bulla_engine_forget (self->engine, &self->id, url);
  if (self->bundle == NULL
      && bulla_address_equal (url, webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self))))
    webkit_web_view_reload_bypass_cache (WEBKIT_WEB_VIEW (self));
  else
    bulla_view_open (self, url);
}

/**
 * bulla_view_stop:
 *
 * Stops loading, and opening a package.
 */
void
bulla_view_stop (BullaView *self)
{
  g_cancellable_cancel (self->opening);
  bulla_view_end_opening (self, self->opening);
  webkit_web_view_stop_loading (WEBKIT_WEB_VIEW (self));
}

/**
 * bulla_view_forget:
 * @self: a web view
 * @url: (nullable): the URL of a substituted page that was shown in its place; %NULL for a page of
 *   @self itself
 *
 * Ends the substituted page that is shown, if one is: it cannot store anything from now on.
 */
void
bulla_view_forget (BullaView *self, const char *url)
{
  gboolean own = bulla_view_is_substituted (self);
  g_autofree char *shown =
      g_strdup (url != NULL ? url : bulla_provenance_get_url (self->provenance));
  g_autoptr (GError) error =
      g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED,
                           _ ("This page came in a package, which you had Bulla forget. Reload to "
                              "open it from the publisher’s server."));

  if (url == NULL && !own)
    return;
  if (own)
    webkit_web_view_terminate_web_process (WEBKIT_WEB_VIEW (self));
  bulla_view_show_refusal (self, shown, NULL, error);
}
