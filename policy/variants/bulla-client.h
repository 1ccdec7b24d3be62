/* bulla-client.h - describes what a class of clients requests, and what it can use
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-parsed-part.h"
#include "bulla-request-facts.h"

G_BEGIN_DECLS

#define BULLA_CLIENT_ERROR (bulla_client_error_quark ())
GQuark bulla_client_error_quark (void);

/**
 * BullaClientError:
 * @BULLA_CLIENT_ERROR_SYNTAX: the text is not a key file
 * @BULLA_CLIENT_ERROR_UNKNOWN_KEY: the text has an unknown group or key
 * @BULLA_CLIENT_ERROR_VALUE: a value is missing or invalid
 */
typedef enum {
  BULLA_CLIENT_ERROR_SYNTAX,
  BULLA_CLIENT_ERROR_UNKNOWN_KEY,
  BULLA_CLIENT_ERROR_VALUE,
} BullaClientError;

/* A class of clients: reference-counted and immutable. */
typedef struct {
  char *name;         /* owned; name of the file without `.ini` */
  char *description;  /* owned */
  char *sources;      /* owned; the comment at the beginning of the file, a line for each */
  gboolean exchanges; /* whether it accepts signed exchanges of version b3 */
  gboolean cookies;   /* whether it sends cookies */
  GHashTable *accept; /* owned; Fetch destination -> Accept, "" if the field is not sent */
  char *encoding_https, *encoding_http, *encoding_media; /* owned; NULL if it is not sent */
  char *languages;     /* owned; Accept-Language; NULL if it is not sent */
  char *cookie;        /* owned; Cookie; NULL if it is not sent */
  GStrv reads;         /* owned; languages that the user reads; empty if not known */
  GStrv images;        /* owned; media types of pictures that it decodes; empty if not known */
  double dpr;          /* device pixels for each CSS pixel; 0 if not known */
  guint width, height; /* viewport in CSS pixels; 0 if not known */
  GStrv fields;        /* owned; names and values of its other fields, alternating */
} BullaClient;

BullaClient *bulla_client_parse (const char *name, const char *text, GError **error);
BullaClient *bulla_client_new_with_languages (const BullaClient *self, const char *name,
                                              const char *description, const char *languages,
                                              const char *const *reads);
BullaClient *bulla_client_ref (BullaClient *self);
void bulla_client_unref (BullaClient *self);
gboolean bulla_client_find_accept (const BullaClient *self, const char *destination,
                                   const char **accept);
gboolean bulla_client_fill_request (const BullaClient *self, const char *destination,
                                    const char *url, BullaRequestFacts *request);
const char *bulla_client_get_field (const BullaClient *self, const char *name);
BullaKnown bulla_client_decodes (const BullaClient *self, const char *media_type);
BullaKnown bulla_client_reads (const BullaClient *self, const char *tag);
gboolean bulla_client_accepts_coding (const BullaRequestFacts *request, const char *coding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaClient, bulla_client_unref)

G_END_DECLS
