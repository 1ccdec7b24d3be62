/* bulla-package-scheme.c - serves webpkg: and isolated-app: to WebKit
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * loader/package-door/bulla-package-answer.c decides the response. These requests have no tag:
 * WebKit names the view of each request, and the view knows the navigation that it expects. */
#include "bulla-package-scheme.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-address.h"
#include "bulla-content-converter.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-languages.h"
#include "bulla-navigation.h"
#include "bulla-package-answer.h"
#include "bulla-package-opener.h"
#include "bulla-shell-pages.h"
#include "bulla-uri-text.h"

/* The web process requests this URL when the view has to navigate to a URL that the page's bundle
 * claims. */
#define HOP_URL "webpkg://hop/"

typedef struct {
  WebKitURISchemeRequest *request; /* owned */
  BullaView *view;                 /* owned; package view */
  gboolean whole;                  /* whether it is for the view and not for a subresource */
  gboolean document;
} Visit;

static void
visit_free (Visit *visit)
{
  g_object_unref (visit->request);
  g_object_unref (visit->view);
  g_free (visit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visit, visit_free)

/* Fails the request. The view shows the reason elsewhere; a subresource only gets a network
 * error. */
static void
fail_request (WebKitURISchemeRequest *request, GQuark domain, int code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, message);

  webkit_uri_scheme_request_finish_error (request, error);
}

/* Sends a page of the shell. @html: (transfer full) */
static void
show_page (WebKitURISchemeRequest *request, char *html)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (html, -1, g_free);
  g_autoptr (WebKitURISchemeResponse) response = webkit_uri_scheme_response_new (stream, -1);
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  /* The URL may contain the name of a local file. */
  soup_message_headers_append (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_append (headers, "Cache-Control", "no-store");
  webkit_uri_scheme_response_set_http_headers (response, headers);
  webkit_uri_scheme_response_set_content_type (response, "text/html; charset=utf-8");
  webkit_uri_scheme_request_finish_with_response (request, response);
}

/* --- responses for pages of a bundle and their subresources */

static BullaStanding
stand (const char *url)
{
  return g_str_has_prefix (url, BULLA_ISOLATED_SCHEME "://") ? BULLA_STANDING_ISOLATED
                                                             : BULLA_STANDING_SEPARATE;
}

/* Sends the bundle's claims to the web process before the page: messages arrive in the order in
 * which they are sent. */
static void
send_claims (Visit *visit, BullaBundle *bundle)
{
  webkit_web_context_send_message_to_all_extensions (
      webkit_web_view_get_context (WEBKIT_WEB_VIEW (visit->view)),
      webkit_user_message_new ("claims", bulla_package_describe_claims (bundle)));
}

static void
serve (Visit *visit, BullaPackageAnswer *answer)
{
  const char *url = webkit_uri_scheme_request_get_uri (visit->request);
  BullaEngine *engine = bulla_view_get_engine (visit->view);
  const char *token = bulla_view_get_token (visit->view);
  BullaBundle *bundle = bulla_package_door_find (bulla_engine_get_door (engine), token, url);
  g_autoptr (WebKitURISchemeResponse) response = webkit_uri_scheme_response_new (answer->body, -1);
  const char *type = soup_message_headers_get_one (answer->headers, "Content-Type");

  if (visit->document && bundle != NULL)
    send_claims (visit, bundle);
  if (visit->whole) {
    g_autoptr (BullaProvenance) provenance =
        bulla_provenance_new_for_bundle (stand (url), url, bundle, answer->load);
    bulla_provenance_set_request_verdict (provenance, answer->verdict);
    bulla_view_expect (visit->view, provenance);
  } else if (visit->document) {
    const char *claimed =
        bulla_package_door_get_claimed_origin (bulla_engine_get_door (engine), token, url);
    bulla_provenance_add_frame (bulla_view_get_provenance (visit->view), claimed);
  }
  webkit_uri_scheme_response_set_status (response, answer->status, NULL);
  if (type != NULL)
    webkit_uri_scheme_response_set_content_type (response, type);
  webkit_uri_scheme_response_set_http_headers (response, g_steal_pointer (&answer->headers));
  webkit_uri_scheme_request_finish_with_response (visit->request, response);
}

static void
refuse_visit (Visit *visit, BullaPackageAnswer *answer)
{
  const char *url = webkit_uri_scheme_request_get_uri (visit->request);
  BullaEngine *engine = bulla_view_get_engine (visit->view);
  const char *token = bulla_view_get_token (visit->view);
  BullaBundle *bundle = bulla_package_door_find (bulla_engine_get_door (engine), token, url);
  const char *named = answer->claimed_url != NULL ? answer->claimed_url : url;
  const char *message = answer->message != NULL ? _ (answer->message) : NULL;

  if (!visit->whole) {
    bulla_view_report_refused (visit->view, named, answer->verdict, message);
    fail_request (visit->request, BULLA_ERROR, BULLA_ERROR_REFUSED, message);
    return;
  }
  if (answer->verdict == NULL) {
    g_autoptr (GError) error = g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, message);
    bulla_view_announce_refusal (visit->view, url, NULL);
    show_page (visit->request, bulla_page_write_refusal (url, NULL, error));
    return;
  }
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_REFUSED, url, bundle, answer->load);
  bulla_provenance_set_request_verdict (provenance, answer->verdict);
  bulla_provenance_add_refused (provenance, named, answer->verdict, message);
  bulla_view_expect (visit->view, provenance);
  show_page (visit->request, bulla_page_write_verdict (named, answer->verdict, NULL));
}

/* Makes the web view navigate to a URL outside of the bundle, as the profile allows. A subresource
 * fails, because WebKit follows no redirect of a custom scheme. */
static void
go_to_network (Visit *visit, BullaPackageAnswer *answer)
{
  if (!visit->whole || !g_str_has_prefix (answer->claimed_url, "https://")) {
    refuse_visit (visit, answer);
    return;
  }
  fail_request (visit->request, BULLA_PAGE_ERROR, 0, "the network answers");
  bulla_view_leave_package (visit->view, answer->claimed_url, BULLA_LEAVE_FOLLOWED);
}

typedef struct {
  Visit *visit;               /* owned */
  BullaPackageAnswer *answer; /* owned */
  BullaNetworkPrompt *prompt; /* owned */
} Question;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;

  if (bulla_network_prompt_ask_finish (question->prompt, result, NULL))
    go_to_network (question->visit, question->answer);
  else
    refuse_visit (question->visit, question->answer);
  visit_free (question->visit);
  g_object_unref (question->prompt);
  bulla_package_answer_free (question->answer);
  g_free (question);
}

/* Asks the user, but only for the main page: a subresource could not wait for the answer.
 * @visit, @answer: (transfer full) */
static void
ask_user (Visit *visit, BullaPackageAnswer *answer)
{
  const char *token = bulla_view_get_token (visit->view);
  g_autofree char *package = bulla_view_dup_package (visit->view);
  g_autofree char *host = bulla_url_dup_document_host (answer->claimed_url);
  Question *question = g_new0 (Question, 1);

  question->visit = visit;
  question->answer = answer;
  question->prompt = g_object_ref (bulla_engine_get_prompt (bulla_view_get_engine (visit->view)));
  bulla_network_prompt_ask_async (question->prompt, NULL, token, package, host != NULL ? host : "",
                                  NULL, asked_cb, question);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaPackageAnswer) answer =
      bulla_package_door_answer_finish (BULLA_PACKAGE_DOOR (source), result, &error);

  if (answer == NULL)
    webkit_uri_scheme_request_finish_error (visit->request, error);
  else if (answer->reply == BULLA_REPLY_SERVE && visit->whole && answer->location != NULL) {
    fail_request (visit->request, BULLA_PAGE_ERROR, 0, "the view goes there itself");
    bulla_view_open (visit->view, answer->location);
  } else if (answer->reply == BULLA_REPLY_SERVE)
    serve (visit, answer);
  else if (answer->reply == BULLA_REPLY_NETWORK)
    go_to_network (visit, answer);
  else if (answer->reply == BULLA_REPLY_ASK && visit->whole)
    ask_user (g_steal_pointer (&visit), g_steal_pointer (&answer));
  else
    refuse_visit (visit, answer);
}

/* Returns: the Fetch destination of a request, as far as its Accept tells */
static const char *
guess_destination (const char *accept, gboolean document)
{
  static const char *const starts[][2] = {
      {"text/css", "style"}, {"image/", "image"}, {"video/", "video"}, {"audio/", "audio"}};

  for (guint i = 0; !document && accept != NULL && i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (accept, starts[i][0]))
      return starts[i][1];
  return document ? "document" : "fetch";
}

/* Fills in what the client of the view asks for. */
static void
fill_fields (BullaView *view, gboolean document, BullaPackageRequest *asked)
{
  const BullaClient *client = bulla_view_get_client (view);
  BullaRequestFacts facts;

  if (client == NULL
      || !bulla_client_fill_request (client, guess_destination (asked->accept, document),
                                     "https:", &facts))
    return;
  asked->accept = facts.accept;
  asked->accept_language = facts.accept_language;
  asked->accept_encoding = facts.accept_encoding;
}

static void
answer_request (WebKitURISchemeRequest *request, BullaView *view)
{
  SoupMessageHeaders *headers = webkit_uri_scheme_request_get_http_headers (request);
  const char *url = webkit_uri_scheme_request_get_uri (request);
  const char *token = bulla_view_get_token (view);
  Visit *visit = g_new0 (Visit, 1);
  g_auto (GStrv) tags = bulla_languages_from_locales (g_get_language_names ());
  g_autofree char *languages = bulla_languages_dup_field ((const char *const *)tags);
  const char *sent = soup_message_headers_get_list (headers, "Accept-Language");
  BullaPackageRequest asked = {
      .view = token,
      .method = webkit_uri_scheme_request_get_http_method (request),
      .url = url,
      .referer = soup_message_headers_get_one (headers, "Referer"),
      .origin = soup_message_headers_get_one (headers, "Origin"),
      .accept = soup_message_headers_get_list (headers, "Accept"),
      /* WebKit sends no languages to custom schemes */
      .accept_language = sent != NULL ? sent : languages,
      .accept_encoding = BULLA_CONTENT_CODINGS, /* WebKit sends none; the door decodes these */
  };

  visit->request = g_object_ref (request);
  visit->view = g_object_ref (view);
  visit->whole = bulla_view_take_wait (view, url);
  visit->document =
      visit->whole || (asked.accept != NULL && g_str_has_prefix (asked.accept, "text/html,"));
  asked.document = visit->document;
  fill_fields (view, visit->document, &asked);
  if (!visit->whole) {
    asked.page = bulla_view_get_package_page (view);
    asked.frames = bulla_provenance_get_frames (bulla_view_get_provenance (view));
  }
  bulla_package_door_answer_async (bulla_engine_get_door (bulla_view_get_engine (view)), &asked,
                                   NULL, answered_cb, visit);
}

/* Sends the list of the resources of the view's bundle. */
static void
show_list (WebKitURISchemeRequest *request, BullaView *view)
{
  const char *address = webkit_uri_scheme_request_get_uri (request);
  BullaBundle *bundle = bulla_view_get_bundle (view);
  g_autofree char *package = bulla_address_get_package (address);

  if (!bulla_address_equal (package, bulla_outer_get_url (bulla_bundle_get_outer (bundle)))
      || g_strcmp0 (webkit_uri_scheme_request_get_http_method (request), "GET") != 0
      || !bulla_view_take_wait (view, address)) {
    fail_request (request, BULLA_ERROR, BULLA_ERROR_REFUSED,
                  "A page may not open packages. Open the file or enter its address yourself.");
    return;
  }
  g_autoptr (BullaProvenance) provenance =
      bulla_provenance_new_for_bundle (BULLA_STANDING_NONE, address, bundle, NULL);
  bulla_view_expect (view, provenance);
  show_page (request, bulla_page_write_list (address, bundle));
}

/* Handles requests of web views, which occur only under automation: for addresses that the
 * driver opens, or that are in the history. */
static void
answer_web_view (WebKitURISchemeRequest *request, BullaView *view)
{
  const char *url = webkit_uri_scheme_request_get_uri (request);
  BullaNavigationState *state = bulla_view_get_navigation_state (view);

  if (!bulla_view_take_wait (view, url) || state->again) {
    fail_request (request, BULLA_ERROR, BULLA_ERROR_REFUSED, "a package view shows it");
    return;
  }
  if (g_str_has_prefix (url, BULLA_PACKAGE_SCHEME "://open/")) {
    bulla_package_opener_open (view, url, request);
    return;
  }
  fail_request (request, BULLA_PAGE_ERROR, 0, "a package view shows it");
  bulla_view_show_package (view, NULL, url);
}

static void
request_cb (WebKitURISchemeRequest *request, gpointer user_data)
{
  WebKitWebView *view = webkit_uri_scheme_request_get_web_view (request);
  const char *url = webkit_uri_scheme_request_get_uri (request);
  g_autofree char *listed = bulla_address_get_package (url);

  if (!BULLA_IS_VIEW (view)) {
    fail_request (request, BULLA_ERROR, BULLA_ERROR_REFUSED, "no view asks");
  } else if (bulla_view_get_bundle (BULLA_VIEW (view)) == NULL) {
    answer_web_view (request, BULLA_VIEW (view));
  } else if (g_str_equal (url, HOP_URL)) {
    fail_request (request, BULLA_PAGE_ERROR, 0, "the view goes there itself");
    bulla_navigation_hop (BULLA_VIEW (view));
  } else if (listed != NULL) {
    show_list (request, BULLA_VIEW (view));
  } else {
    answer_request (request, BULLA_VIEW (view));
  }
}

/**
 * bulla_package_scheme_register:
 * @context: context of a package view, or the shared one of automation
 *
 * The schemes are display-isolated: pages of other schemes cannot link to, frame or fetch their
 * URLs.
 */
void
bulla_package_scheme_register (WebKitWebContext *context)
{
  static const char *const schemes[] = {BULLA_PACKAGE_SCHEME, BULLA_ISOLATED_SCHEME};
  WebKitSecurityManager *manager = webkit_web_context_get_security_manager (context);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    webkit_web_context_register_uri_scheme (context, schemes[i], request_cb, NULL, NULL);
    webkit_security_manager_register_uri_scheme_as_secure (manager, schemes[i]);
    webkit_security_manager_register_uri_scheme_as_cors_enabled (manager, schemes[i]);
    webkit_security_manager_register_uri_scheme_as_display_isolated (manager, schemes[i]);
  }
}
