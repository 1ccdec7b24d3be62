/* bulla-cli-recording.h - decides which recorded responses become part of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"

G_BEGIN_DECLS

/* A response as a recorder stored it; all pointers are borrowed. */
typedef struct {
  const char *url;        /* as recorded; may have a fragment */
  const char *method;     /* method of the request; NULL if it was not recorded, which means GET */
  guint status;           /* 0 if the recording has no response */
  GPtrArray *headers;     /* of char *: name, value, name, value, …; all that were recorded */
  const char *media_type; /* of the content, unless the headers have one; nullable */
  GBytes *body;           /* NULL if empty */
  gboolean is_document;   /* the browser requested it as a page, according to the recorder */
  gboolean has_failed;    /* the recorder says that the request failed */
  gboolean is_decoded;    /* the recorder has removed the content coding of @body */
  gboolean is_converted;  /* the recorder has converted @body to UTF-8 */
  const char *problem;    /* translated; why @body is missing or unreadable; NULL if it is not */
  gboolean is_damaged;    /* there is a body, but it cannot be read */
} BullaCliRecorded;

typedef struct {
  BullaCliResources *resources; /* borrowed */
  GPtrArray *problems;          /* owned; of URLs without content */
  gboolean has_start;           /* a file named the page that the recording begins with */
  guint n_recorded;             /* number of responses, left out or not */
} BullaCliRecording;

void bulla_cli_recording_init (BullaCliRecording *self, BullaCliResources *resources);
void bulla_cli_recording_clear (BullaCliRecording *self);
void bulla_cli_recording_add (BullaCliRecording *self, const BullaCliRecorded *recorded);
void bulla_cli_recording_lose (BullaCliRecording *self, const char *url, const char *why);
void bulla_cli_recording_finish (BullaCliRecording *self);
void bulla_cli_print_left_out (const char *url, const char *why);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliRecording, bulla_cli_recording_clear)

/* readers of whole recordings, one for each format; several files are one recording */
gboolean bulla_cli_resources_add_har (BullaCliResources *self, char **paths, GError **error);
gboolean bulla_cli_resources_add_warc (BullaCliResources *self, char **paths, GError **error);
gboolean bulla_cli_resources_add_mhtml (BullaCliResources *self, char **paths, GError **error);

G_END_DECLS
