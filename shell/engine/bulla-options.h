/* bulla-options.h - what bulla-shell was told on its command line
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-loader.h"

G_BEGIN_DECLS

typedef struct {
  char *profile;        /* owned; a name or a file; NULL: the default */
  char **settings;      /* owned; SETTING=VALUE, instead of the profile's; nullable, as all lists */
  char *caa, *dnssec;   /* owned; nullable; instead of its trust.caa and trust.dnssec */
  char **resolvers;     /* owned; ADDRESS[@PORT] */
  char *trust_anchor;   /* owned; nullable; a file */
  char **caa_evidence;  /* owned; files */
  char **trust;         /* owned; PEM files */
  char **ct_logs;       /* owned; JSON files */
  char **resolve;       /* owned; HOST:PORT:ADDR */
  char **allow_private; /* owned; hosts */
  char *at;             /* owned; as typed */
  gint64 time;          /* Unix seconds; -1: the clock */
  char *decisions;      /* owned; a file name */
  char *ledger;         /* owned; a file name */
  char *store;          /* owned; a folder; NULL: the default */
  gboolean trust_system;
  gboolean automation;
  gboolean private_window;
  gboolean panel; /* is open from the start */
  gboolean version;
} BullaOptions;

BullaOptions *bulla_options_new (void);
void bulla_options_free (BullaOptions *self);
void bulla_options_add_to (BullaOptions *self, GApplication *application);
gboolean bulla_options_check (BullaOptions *self, GError **error);
BullaLoader *bulla_options_make_loader (const BullaOptions *options, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaOptions, bulla_options_free)

G_END_DECLS
