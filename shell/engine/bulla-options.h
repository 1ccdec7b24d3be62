/* bulla-options.h - the options on the command line of bulla-shell
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-loader.h"

G_BEGIN_DECLS

typedef struct {
  char *profile;        /* owned; name or file of the profile; NULL for the default */
  char **settings;      /* owned; SETTING=VALUE; replace the profile's; nullable, as all lists */
  char *caa, *dnssec;   /* owned; replace trust.caa and trust.dnssec; NULL to keep them */
  char *check_validity; /* owned; replaces trust.validity; NULL to keep it */
  char **resolvers;     /* owned; ADDRESS[@PORT] of DNS resolvers */
  char *trust_anchor;   /* owned; file with DNSSEC trust anchors; NULL for the default */
  char **caa_evidence;  /* owned; files with recorded DNS evidence */
  char **trust;         /* owned; PEM files with trusted roots */
  char **ct_logs;       /* owned; JSON files with trusted logs */
  char **chains;        /* owned; files with certificate chains */
  char **resolve;       /* owned; HOST:PORT:ADDR */
  char **allow_private; /* owned; private hosts that pages may reach */
  char *at;             /* owned; time as typed */
  gint64 time;          /* parsed time, Unix seconds; -1 to use the clock */
  char *decisions;      /* owned; file for decisions; NULL for none */
  char *ledger;         /* owned; file for the ledger; NULL for none */
  char *store;          /* owned; folder of the store; NULL for the default */
  gboolean trust_system;
  gboolean offline; /* whether nobody is contacted */
  gboolean automation;
  gboolean private_window;
  char *client;         /* owned; nullable; name or file of the client that windows stand for */
  gboolean panel;       /* whether the verdict panel is open from the start */
  gboolean full_screen; /* whether windows fill the screen from the start */
  gboolean version;
} BullaOptions;

BullaOptions *bulla_options_new (void);
void bulla_options_free (BullaOptions *self);
void bulla_options_add_to (BullaOptions *self, GApplication *application);
gboolean bulla_options_need_own_process (const char *const *arguments);
gboolean bulla_options_check (BullaOptions *self, GError **error);
BullaLoader *bulla_options_make_loader (const BullaOptions *options, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaOptions, bulla_options_free)

G_END_DECLS
