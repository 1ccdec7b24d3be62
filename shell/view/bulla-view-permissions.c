/* bulla-view-permissions.c - denies permissions that the profile denies to substituted pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-private.h"

#include <glib/gi18n.h>

/* Returns: what a request asks for, in a word of the Permissions specification */
static const char *
name_request (WebKitPermissionRequest *request)
{
  if (WEBKIT_IS_GEOLOCATION_PERMISSION_REQUEST (request))
    return "geolocation";
  if (WEBKIT_IS_NOTIFICATION_PERMISSION_REQUEST (request))
    return "notifications";
  if (WEBKIT_IS_USER_MEDIA_PERMISSION_REQUEST (request))
    return "camera or microphone";
  if (WEBKIT_IS_WEBSITE_DATA_ACCESS_PERMISSION_REQUEST (request))
    return "storage-access";
  return "another permission";
}

/* WebKit itself denies what nobody handles. */
static gboolean
permission_request_cb (WebKitWebView *view, WebKitPermissionRequest *request, gpointer user_data)
{
  BullaView *self = BULLA_VIEW (view);

  if (!bulla_view_is_substituted (self) || bulla_view_may_ask (self))
    return FALSE;
  webkit_permission_request_deny (request);
  g_autofree char *message = g_strdup_printf (_ ("Permission denied: %s. The profile does not "
                                                 "grant permissions to this page, which came in "
                                                 "a package."),
                                              name_request (request));
  bulla_view_report_refused (self, bulla_provenance_get_url (self->provenance), NULL, message);
  return TRUE;
}

/**
 * bulla_view_follow_permissions:
 *
 * Handles what pages in @self ask permission for.
 */
void
bulla_view_follow_permissions (BullaView *self)
{
  g_signal_connect (self, "permission-request", G_CALLBACK (permission_request_cb), NULL);
}
