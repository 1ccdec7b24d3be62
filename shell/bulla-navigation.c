/* bulla-navigation.c - where pages may lead the view
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The gateway keeps pages of public hosts from this machine and its network. For a new page it
 * knows who led there by the Referer alone, which a page can leave out: a link without one has the
 * look of an address that the user typed. Here they can be told apart. */
#include "bulla-navigation.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-engine.h"
#include "bulla-error.h"
#include "bulla-peer.h"

/* What the user does with the shell, or the driver in the user's place, is no page's doing. */
static gboolean
is_of_page (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  switch (webkit_navigation_action_get_navigation_type (action)) {
  case WEBKIT_NAVIGATION_TYPE_LINK_CLICKED:
  case WEBKIT_NAVIGATION_TYPE_FORM_SUBMITTED:
  case WEBKIT_NAVIGATION_TYPE_FORM_RESUBMITTED:
    return TRUE;
  case WEBKIT_NAVIGATION_TYPE_OTHER:
    return !bulla_view_was_told_to_open (view, url)
           && bulla_engine_get_automation_context (bulla_view_get_engine (view)) == NULL;
  case WEBKIT_NAVIGATION_TYPE_BACK_FORWARD:
  case WEBKIT_NAVIGATION_TYPE_RELOAD:
  default:
    return FALSE;
  }
}

static gboolean
is_barred (BullaView *view, WebKitNavigationAction *action)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  const char *shown = bulla_provenance_get_url (bulla_view_get_provenance (view));
  g_autofree char *from = bulla_address_dup_host (shown);
  g_autofree char *to = bulla_address_dup_host (url);

  return from != NULL && to != NULL && g_str_has_prefix (shown, "http")
         && g_str_has_prefix (url, "http") && bulla_host_is_private (to)
         && !bulla_host_is_private (from)
         && !bulla_engine_allows_private (bulla_view_get_engine (view), to)
         && is_of_page (view, action);
}

static gboolean
decide_policy_cb (BullaView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type,
                  gpointer user_data)
{
  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return FALSE;
  WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action (
      WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  if (!is_barred (view, action))
    return FALSE;
  bulla_view_give_notice (view, _ ("A page may not lead to this machine or its network"));
  webkit_policy_decision_ignore (decision);
  return TRUE;
}

/**
 * bulla_navigation_guard:
 *
 * Keeps the pages in @view from leading it to hosts that are not theirs to reach.
 */
void
bulla_navigation_guard (BullaView *view)
{
  g_signal_connect (view, "decide-policy", G_CALLBACK (decide_policy_cb), NULL);
}
