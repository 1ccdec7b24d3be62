/* bulla-navigation.c - decides to which URLs pages may navigate the view
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The gateway prevents pages of public hosts from contacting this machine and its network. It
 * cannot know whether the user typed an address, reloads, or goes back. The signal decide-policy
 * says so, and the shell informs the gateway before the request arrives. */
#include "bulla-navigation.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-package-answer.h"
#include "bulla-private-address.h"
#include "bulla-uri-text.h"
#include "bulla-web-context.h"

/* Whether a page began the navigation, and not the user in the shell. Under automation the driver's
 * own navigations look like a script's; in a package view they count as the page's. */
static gboolean
is_of_page (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  BullaEngine *engine = bulla_view_get_engine (view);

  switch (webkit_navigation_action_get_navigation_type (action)) {
  case WEBKIT_NAVIGATION_TYPE_LINK_CLICKED:
  case WEBKIT_NAVIGATION_TYPE_FORM_SUBMITTED:
  case WEBKIT_NAVIGATION_TYPE_FORM_RESUBMITTED:
    return TRUE;
  case WEBKIT_NAVIGATION_TYPE_OTHER:
    return !bulla_view_was_told_to_open (view, url)
           && (bulla_view_get_bundle (view) != NULL
               || bulla_engine_get_automation_context (engine) == NULL);
  case WEBKIT_NAVIGATION_TYPE_BACK_FORWARD:
  case WEBKIT_NAVIGATION_TYPE_RELOAD:
  default:
    return FALSE;
  }
}

/* Says whether a page is on a private host. A blob: document counts by the origin in its address; a
 * page without host, or with an unknown one, counts as public. */
static gboolean
is_on_private_host (const char *page)
{
  g_autofree char *host = bulla_url_dup_document_host (page);

  return host != NULL && (g_str_has_prefix (page, "http") || g_str_has_prefix (page, "blob:http"))
         && bulla_host_is_private (host);
}

/* Says whether @from may not lead to @url because it is on this machine or its network. The
 * gateway checks the connected address as well; this check informs the user. @from: (nullable):
 * the shown page, or the URL that redirects to @url */
static gboolean
is_barred (BullaView *view, const char *from, const char *url)
{
  g_autofree char *to = bulla_url_dup_document_host (url);

  return !is_on_private_host (from) && to != NULL && g_str_has_prefix (url, "http")
         && bulla_host_is_private (to)
         && !bulla_engine_allows_private (bulla_view_get_engine (view), to);
}

/* --- pages of bundles */

/* Returns the URL at which the bundle of the shown page shows @url, if the bundle claims it. */
static char *
dup_shown_url (BullaView *view, const char *url)
{
  BullaPackageDoor *door = bulla_engine_get_door (bulla_view_get_engine (view));
  const char *token = bulla_view_get_token (view);
  BullaBundle *bundle = bulla_package_door_find (door, token, bulla_view_get_package_page (view));

  return bundle != NULL && g_str_has_prefix (url, "http") ? bulla_package_dup_url (bundle, url)
                                                          : NULL;
}

/* Says whether the list of a bundle's resources requests itself again, with a filter. */
static gboolean
is_same_list (const char *page, const char *url)
{
  g_autofree char *before = bulla_address_get_package (page);
  g_autofree char *after = bulla_address_get_package (url);

  return before != NULL && g_strcmp0 (before, after) == 0;
}

/* Informs the web process before it continues. If the page navigates the whole view to @url, the
 * shell navigates in place of the process; see bulla_navigation_hop(). A frame's request is not
 * changed. @url: (nullable): the target of the navigation */
static void
set_hop (BullaView *view, const char *url)
{
  BullaNavigationState *state = bulla_view_get_navigation_state (view);

  if (g_strcmp0 (state->hop, url) == 0)
    return;
  g_free (state->hop);
  state->hop = g_strdup (url);
  bulla_web_context_send_hop (webkit_web_view_get_context (WEBKIT_WEB_VIEW (view)),
                              url != NULL ? url : "");
}

static void
refuse_navigation (BullaView *view, const char *url, BullaVerdict *verdict, const char *message)
{
  bulla_view_report_refused (view, url, verdict, message);
  bulla_view_give_notice (view, message);
}

/* a navigation that the user has to allow */
typedef struct {
  BullaView *view;                /* owned */
  WebKitPolicyDecision *decision; /* owned */
  char *url;                      /* owned */
  BullaVerdict *verdict;          /* owned */
  BullaNetworkPrompt *prompt;     /* owned */
} Question;

static void
refuse_private (BullaView *view, const char *url)
{
  refuse_navigation (
      view, url, NULL,
      _ ("A public page may not open addresses of this computer or its network. Enter the "
         "address yourself to open it."));
}

static void
refuse_network (BullaView *view, const char *url, BullaVerdict *verdict)
{
  refuse_navigation (
      view, url, verdict,
      _ ("This address is not in the bundle, and the profile does not allow the pages of the "
         "bundle to use the network."));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;

  if (bulla_network_prompt_ask_finish (question->prompt, result, NULL)) {
    set_hop (question->view, question->url);
    bulla_navigation_state_lead (bulla_view_get_navigation_state (question->view), question->url);
    webkit_policy_decision_use (question->decision);
  } else {
    refuse_network (question->view, question->url, question->verdict);
    webkit_policy_decision_ignore (question->decision);
  }
  g_object_unref (question->view);
  g_object_unref (question->decision);
  g_object_unref (question->prompt);
  bulla_verdict_unref (question->verdict);
  g_free (question->url);
  g_free (question);
}

static void
ask_user (BullaView *view, WebKitPolicyDecision *decision, const char *url, BullaVerdict *verdict)
{
  const char *token = bulla_view_get_token (view);
  g_autofree char *package = bulla_view_dup_package (view);
  g_autofree char *host = bulla_url_dup_document_host (url);
  Question *question = g_new0 (Question, 1);

  question->view = g_object_ref (view);
  question->decision = g_object_ref (decision);
  question->url = g_strdup (url);
  question->verdict = bulla_verdict_ref (verdict);
  question->prompt = g_object_ref (bulla_engine_get_prompt (bulla_view_get_engine (view)));
  bulla_network_prompt_ask_async (question->prompt, NULL, token, package, host != NULL ? host : "",
                                  NULL, asked_cb, question);
}

/* Decides by the profile on a navigation out of the bundle. @decision: (nullable): can wait for
 * the user */
static BullaReply
leave (BullaView *view, WebKitPolicyDecision *decision, const char *url)
{
  g_autofree char *shown = dup_shown_url (view, url);

  if (shown != NULL) {
    set_hop (view, url);
    return BULLA_REPLY_NETWORK;
  }
  set_hop (view, NULL);
  g_autoptr (BullaVerdict) verdict = bulla_package_door_judge_missing (
      bulla_engine_get_door (bulla_view_get_engine (view)), url, TRUE);
  BullaReply reply = bulla_verdict_get_reply (verdict);
  if (reply == BULLA_REPLY_ASK && decision != NULL)
    ask_user (view, decision, url, verdict);
  else if (reply == BULLA_REPLY_NETWORK)
    set_hop (view, url);
  else
    refuse_network (view, url, verdict);
  return reply;
}

/* Allows every choice in the list of a bundle's resources, because the shell wrote the list. */
static BullaReply
leave_list (BullaView *view, const char *url)
{
  bulla_view_leave_package (view, url, BULLA_LEAVE_LISTED);
  return BULLA_REPLY_REFUSE;
}

/* Decides on a navigation by a page of a bundle: never to another bundle, and out of its own
 * only if the profile allows it. @decision: (nullable): can wait for the user's answer */
static BullaReply
judge_way (BullaView *view, WebKitPolicyDecision *decision, const char *page, const char *url)
{
  BullaPackageDoor *door = bulla_engine_get_door (bulla_view_get_engine (view));
  const char *token = bulla_view_get_token (view);
  gboolean listed = bulla_address_get_package (page) != NULL;

  if (bulla_package_is_url (url)) {
    gboolean within =
        listed ? is_same_list (page, url) || bulla_package_door_find (door, token, url) != NULL
               : bulla_package_door_is_within (door, token, page, url);
    if (!within)
      refuse_navigation (
          view, url, NULL,
          _ ("A page in a bundle may not open another bundle. Open the file of the other "
             "bundle yourself."));
    return within ? BULLA_REPLY_NETWORK : BULLA_REPLY_REFUSE;
  }
  if (!g_str_has_prefix (url, "http"))
    return BULLA_REPLY_NETWORK;
  return listed ? leave_list (view, url) : leave (view, decision, url);
}

/* Decides on a navigation in a package view. */
static BullaReply
judge_package (BullaView *view, WebKitPolicyDecision *decision, WebKitNavigationAction *action)
{
  WebKitURIRequest *request = webkit_navigation_action_get_request (action);
  const char *url = webkit_uri_request_get_uri (request);
  const char *method = webkit_uri_request_get_http_method (request);

  if (!is_of_page (view, action)) {
    set_hop (view, NULL);
    return bulla_package_is_url (url) || !g_str_has_prefix (url, "http") ? BULLA_REPLY_NETWORK
                                                                         : BULLA_REPLY_REFUSE;
  }
  if (method != NULL && !g_str_equal (method, "GET") && g_str_has_prefix (url, "http")) {
    refuse_navigation (view, url, NULL,
                       _ ("A page in a bundle may not submit a form to a server."));
    return BULLA_REPLY_REFUSE;
  }
  /* a blob: or about: document was made by the bundle's page, and is judged like it */
  return judge_way (view, decision, bulla_view_get_package_page (view), url);
}

/* Decides on a package address in a web view, where only the shell opens packages. The history
 * may lead to such an address; WebKit finds nothing there, and the shell shows the package. */
static BullaReply
judge_web (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  WebKitNavigationType type = webkit_navigation_action_get_navigation_type (action);
  gboolean again =
      type == WEBKIT_NAVIGATION_TYPE_BACK_FORWARD || type == WEBKIT_NAVIGATION_TYPE_RELOAD;

  if (!bulla_package_is_url (url))
    return BULLA_REPLY_NETWORK;
  bulla_view_get_navigation_state (view)->again = again;
  return again || !is_of_page (view, action) ? BULLA_REPLY_NETWORK : BULLA_REPLY_REFUSE;
}

/**
 * bulla_navigation_hop:
 * @view: a package view
 *
 * Navigates to an http or https URL on behalf of a page. If the bundle claims the URL, @view shows
 * the bundle's response; otherwise the web view navigates to the URL, because @view shows only the
 * bundle.
 */
void
bulla_navigation_hop (BullaView *view)
{
  BullaNavigationState *state = bulla_view_get_navigation_state (view);
  g_autofree char *url = g_strdup (state->hop);
  g_autofree char *shown = url != NULL ? dup_shown_url (view, url) : NULL;
  const char *fragment = shown != NULL ? strchr (url, '#') : NULL;

  set_hop (view, NULL);
  if (shown != NULL) {
    g_autofree char *whole = g_strconcat (shown, fragment, NULL);
    bulla_view_open (view, whole);
  } else if (url != NULL) {
    bulla_view_leave_package (view, url, BULLA_LEAVE_FOLLOWED);
  }
}

/**
 * bulla_navigation_dup_target:
 * @view: a view whose page opens a window
 * @url: the target of the window
 *
 * Returns: (transfer full) (nullable): the URL to show there; %NULL if it is not allowed
 */
char *
bulla_navigation_dup_target (BullaView *view, const char *url)
{
  g_autofree char *shown = dup_shown_url (view, url);

  if (shown != NULL)
    return g_steal_pointer (&shown);
  if (is_barred (view, bulla_provenance_get_url (bulla_view_get_provenance (view)), url)) {
    refuse_private (view, url);
    return NULL;
  }
  if (bulla_view_get_bundle (view) == NULL)
    return bulla_package_is_url (url) ? NULL : g_strdup (url);
  BullaReply reply = judge_way (view, NULL, bulla_view_get_package_page (view), url);
  set_hop (view, NULL);
  return reply == BULLA_REPLY_NETWORK ? g_strdup (url) : NULL;
}

/* Says whether a server redirects the whole page. The view already has the redirect target as
 * its address, but not that of a frame. */
static gboolean
is_redirect_of_whole (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  return webkit_navigation_action_is_redirect (action)
         && bulla_view_get_navigation_state (view)->whole != NULL
         && bulla_address_equal (webkit_web_view_get_uri (WEBKIT_WEB_VIEW (view)), url);
}

/* Says whether a page, or a redirecting server, navigates to a forbidden URL. Servers may also
 * redirect reloads and history navigations, for which the gateway knows the earlier answer. A
 * server that redirects a frame is not known, and counts as the page. */
static gboolean
leads_to_private (BullaView *view, WebKitNavigationAction *action, const char *url)
{
  if (is_redirect_of_whole (view, action))
    return is_barred (view, bulla_view_get_navigation_state (view)->whole, url);
  return (webkit_navigation_action_is_redirect (action) || is_of_page (view, action))
         && is_barred (view, bulla_provenance_get_url (bulla_view_get_provenance (view)), url);
}

static BullaReply
judge (BullaView *view, WebKitPolicyDecision *decision, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  if (url == NULL)
    return BULLA_REPLY_REFUSE;
  if (leads_to_private (view, action, url)) {
    refuse_private (view, url);
    return BULLA_REPLY_REFUSE;
  }
  return bulla_view_get_bundle (view) != NULL ? judge_package (view, decision, action)
                                              : judge_web (view, action);
}

/* Ignores a response of the network in a package view, which never shows one. */
static gboolean
decide_response (BullaView *view, WebKitResponsePolicyDecision *decision)
{
  const char *url =
      webkit_uri_response_get_uri (webkit_response_policy_decision_get_response (decision));

  if (bulla_view_get_bundle (view) == NULL || !g_str_has_prefix (url, "http")
      || !webkit_response_policy_decision_is_main_frame_main_resource (decision))
    return FALSE;
  webkit_policy_decision_ignore (WEBKIT_POLICY_DECISION (decision));
  return TRUE;
}

/* Says whether the history entry itself is requested. WebKit decides on frames in the same way,
 * and already has the target entry as the current one. */
static gboolean
is_of_entry (BullaView *view, WebKitNavigationAction *action)
{
  WebKitBackForwardListItem *entry = webkit_back_forward_list_get_current_item (
      webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (view)));
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  return entry != NULL && !webkit_navigation_action_is_redirect (action)
         && bulla_address_equal (webkit_back_forward_list_item_get_uri (entry), url);
}

/* Announces an allowed navigation to the gateway. */
static void
expect (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  BullaNavigationKind kind = BULLA_NAVIGATION_LINK;

  if (!g_str_has_prefix (url, "http") || bulla_view_get_bundle (view) != NULL)
    return;
  switch (webkit_navigation_action_get_navigation_type (action)) {
  case WEBKIT_NAVIGATION_TYPE_BACK_FORWARD:
    kind = BULLA_NAVIGATION_BACK_FORWARD;
    break;
  case WEBKIT_NAVIGATION_TYPE_RELOAD:
    kind = BULLA_NAVIGATION_RELOAD;
    break;
  case WEBKIT_NAVIGATION_TYPE_OTHER:
    kind = bulla_view_was_told_to_open (view, url) ? BULLA_NAVIGATION_TYPED : BULLA_NAVIGATION_LINK;
    break;
  case WEBKIT_NAVIGATION_TYPE_LINK_CLICKED:
  case WEBKIT_NAVIGATION_TYPE_FORM_SUBMITTED:
  case WEBKIT_NAVIGATION_TYPE_FORM_RESUBMITTED:
  default:
    break;
  }
  gboolean again = kind == BULLA_NAVIGATION_BACK_FORWARD || kind == BULLA_NAVIGATION_RELOAD;
  const char *answer = again && is_of_entry (view, action) ? bulla_view_get_answer (view) : NULL;
  bulla_view_expect_way (view, kind == BULLA_NAVIGATION_BACK_FORWARD);
  bulla_engine_expect_navigation (bulla_view_get_engine (view), bulla_view_get_id (view), url, kind,
                                  answer);
}

/* Records the target, unless a frame is redirected: the process that follows such a redirect names
 * the redirecting URL itself. */
static void
lead (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  BullaNavigationState *state = bulla_view_get_navigation_state (view);

  if (is_redirect_of_whole (view, action))
    bulla_navigation_state_redirect (state, url);
  else if (!webkit_navigation_action_is_redirect (action))
    bulla_navigation_state_lead (state, url);
}

/* Says whether the user wants the target of a link in another window: by a middle click, or with
 * Ctrl. The click of a script is not the user's. */
static gboolean
wants_window (WebKitNavigationAction *action)
{
  return webkit_navigation_action_get_navigation_type (action)
             == WEBKIT_NAVIGATION_TYPE_LINK_CLICKED
         && webkit_navigation_action_is_user_gesture (action)
         && !webkit_navigation_action_is_redirect (action)
         && (webkit_navigation_action_get_mouse_button (action) == GDK_BUTTON_MIDDLE
             || (webkit_navigation_action_get_modifiers (action) & GDK_CONTROL_MASK) != 0);
}

static gboolean
decide_policy_cb (BullaView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type,
                  gpointer user_data)
{
  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return decide_response (view, WEBKIT_RESPONSE_POLICY_DECISION (decision));
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (
      WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && url != NULL
      && wants_window (action)) {
    webkit_policy_decision_ignore (decision);
    bulla_view_open_window (view, url);
    return TRUE;
  }
  BullaReply reply = judge (view, decision, action);
  if (reply == BULLA_REPLY_NETWORK) {
    expect (view, action);
    lead (view, action);
    return FALSE;
  }
  if (reply == BULLA_REPLY_REFUSE)
    webkit_policy_decision_ignore (decision);
  return TRUE;
}

/**
 * bulla_navigation_guard:
 *
 * Installs the decisions on navigations by the pages in @view.
 */
void
bulla_navigation_guard (BullaView *view)
{
  g_signal_connect (view, "decide-policy", G_CALLBACK (decide_policy_cb), NULL);
}
