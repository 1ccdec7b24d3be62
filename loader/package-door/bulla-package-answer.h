/* bulla-package-answer.h - what the package door answers to one request
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-package-door.h"

G_BEGIN_DECLS

#define BULLA_PACKAGE_ANCESTORS_MAX 16

/* all strings are borrowed for the call, NULL where there is none */
typedef struct {
  const char *view;
  const char *method;
  const char *url;  /* webpkg: or isolated-app: */
  const char *page; /* the address of the view's page; NULL when that is what is asked for */
  const char *referer, *origin, *accept, *accept_language;
  char **frames;     /* claimed origins of the documents that are framed in that page already */
  gboolean document; /* it is to be shown: in the view, or where there is a page, in a frame */
} BullaPackageRequest;

/* what becomes of it */
typedef struct {
  BullaReply reply;
  BullaLoad *load;             /* owned; nullable: there is no such resource */
  BullaVerdict *verdict;       /* owned; nullable: of the request, where rules were asked */
  char *message;               /* owned; nullable: why it is refused, in words */
  char *claimed_url;           /* owned; nullable */
  char *location;              /* owned; nullable: where in the bundle it is redirected to */
  guint status;                /* and the rest, where it is served */
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
