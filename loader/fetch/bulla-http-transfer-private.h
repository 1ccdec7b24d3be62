/* bulla-http-transfer-private.h - struct of a transfer, shared by its files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http-head.h"
#include "bulla-http-transfer.h"

G_BEGIN_DECLS

struct _BullaHttpTransfer {
  int count;
  BullaHttpClient *client;        /* owned */
  BullaHttpMessage *message;      /* owned */
  GTask *task;                    /* owned; NULL once it returned */
  GSource *cancelled;             /* owned; nullable */
  CURL *easy;                     /* owned; NULL once the transfer is over */
  struct curl_slist *fields;      /* owned */
  struct curl_slist *addresses;   /* owned; nullable */
  GPtrArray *given;               /* owned; nullable; see BullaHttpTransferOptions */
  BullaHttpTls *tls;              /* owned; nullable */
  gboolean allow_private;         /* see BullaHttpTransferOptions */
  gint64 deadline;                /* see BullaHttpTransferOptions */
  gboolean refused, tried;        /* an address was refused; an address was tried */
  gboolean stale;                 /* the kept connection was unusable; nothing was sent */
  gboolean told;                  /* the transfer is queued in the client's events */
  char text[CURL_ERROR_SIZE];     /* curl's description of an error */
  GError *error;                  /* owned; NULL unless our own code failed */
  BullaHttpHead head;             /* owned */
  GQueue blocks;                  /* owned GByteArray; bytes that were received but not read */
  gsize offset;                   /* read position in the first block */
  gsize ahead;                    /* unread bytes in all blocks */
  gboolean held_back, ended;      /* receiving is paused; the body has ended or failed */
  guint64 received;               /* bytes of the body received so far */
  GInputStream *upload;           /* owned; NULL if there is none; source of the request body */
  GBytes *chunk;                  /* owned; NULL if everything was sent; bytes read from @upload */
  gsize sent;                     /* bytes of @chunk that were sent */
  goffset left;                   /* bytes still to be read from @upload; -1 if unknown */
  gboolean wanted, uploading;     /* curl waits for a chunk; a chunk is being read */
  gboolean drained;               /* the request body is complete */
  GCancellable *upload_cancelled; /* owned; nullable */
};

size_t bulla_http_transfer_write_cb (char *bytes, size_t size, size_t count, void *user_data);
void bulla_http_transfer_note (BullaHttpTransfer *self);
void bulla_http_transfer_resume (BullaHttpTransfer *self);
GError *bulla_http_transfer_set_up (BullaHttpTransfer *self, guint timeout);
void bulla_http_transfer_limit_time (BullaHttpTransfer *self);
void bulla_http_transfer_set_up_upload (BullaHttpTransfer *self);

G_END_DECLS
