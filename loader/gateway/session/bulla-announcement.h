/* bulla-announcement.h - parses the web process's announcement of a coming request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_ANNOUNCEMENT_URL_MAX 65536 /* most bytes of a URL */
#define BULLA_ANNOUNCEMENT_FRAMES_MAX 64
#define BULLA_ANNOUNCEMENT_TAG_MIN 16
#define BULLA_ANNOUNCEMENT_TAG_MAX 64

/**
 * BullaAnnouncement:
 * @tag: the single-use value of the request's `Sec-Bulla-Page` header
 * @page: the id of the WebKitWebPage that sends the request
 * @method: the request's method
 * @url: the request's URL, without its fragment
 * @dest: the request's destination, as in `Sec-Fetch-Dest`
 * @top: whether the response is to become the whole page
 * @prefetch: whether it is a `<link rel=prefetch>`
 * @document: (nullable): the URL of the document in the main frame
 * @redirected: (nullable): the URL whose response redirects to @url
 * @frames: the hosts of all frames of the page, the main frame included
 * @source: (nullable): the web bundle that a `<script type=webbundle>` of the page assigns to @url
 * @credentials: (nullable): the credentials mode of that script
 */
typedef struct {
  char *tag; /* owned, like all members */
  guint64 page;
  char *method;
  char *url;
  char *dest;
  gboolean top, prefetch;
  char *document;
  char *redirected;
  GStrv frames;
  char *source;
  char *credentials;
} BullaAnnouncement;

BullaAnnouncement *bulla_announcement_parse (GVariant *message, GError **error);
void bulla_announcement_free (BullaAnnouncement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaAnnouncement, bulla_announcement_free)

gboolean bulla_announcement_is_tag (const char *text);

G_END_DECLS
