/* bulla-package-answer.h - answers one request for a URL at the package door
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-package-door.h"

G_BEGIN_DECLS

#define BULLA_PACKAGE_ANCESTORS_MAX 16

/* All strings are borrowed for the call, and may be NULL. */
typedef struct {
  const char *view;
  const char *method;
  const char *url;  /* a webpkg: or isolated-app: URL */
  const char *page; /* URL of the view's page; NULL if the page itself is requested */
  const char *referer, *origin, *accept, *accept_language, *accept_encoding;
  char **frames;     /* claimed origins of the documents already framed in that page */
  gboolean document; /* the request is for the view's page or the document of a frame in it */
} BullaPackageRequest;

/* The response to such a request. */
typedef struct {
  BullaReply reply;
  BullaLoad *load;             /* owned; NULL if the bundle lacks the resource */
  BullaVerdict *verdict;       /* owned; nullable; the verdict on the request */
  char *message;               /* owned; NULL unless the request is refused; the reason in words */
  char *claimed_url;           /* owned; nullable */
  char *location;              /* owned; nullable; redirect target in the bundle */
  guint status;                /* this and the following members are set if it is served */
  SoupMessageHeaders *headers; /* owned */
  GInputStream *body;          /* owned */
} BullaPackageAnswer;

void bulla_package_door_answer_async (BullaPackageDoor *self, const BullaPackageRequest *request,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
BullaPackageAnswer *bulla_package_door_answer_finish (BullaPackageDoor *self, GAsyncResult *result,
                                                      GError **error);
BullaVerdict *bulla_package_door_judge_missing (BullaPackageDoor *self, const char *claimed_url,
                                                gboolean document);
void bulla_package_answer_free (BullaPackageAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaPackageAnswer, bulla_package_answer_free)

G_END_DECLS
