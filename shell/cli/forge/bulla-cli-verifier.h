/* bulla-cli-verifier.h - runs the command of another verifier on a package of a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The command, in words; see bulla_cli_verifier_dup_obstacle() for its placeholders. */
typedef struct {
  char **words;        /* owned; at least one has the placeholder "{}" */
  const char *folder;  /* borrowed; of the suite */
  const char *profile; /* borrowed; name of the profile whose verdicts are expected */
  guint timeout;       /* milliseconds for one package */
} BullaCliVerifier;

/* What the command said. */
typedef struct {
  int status;        /* exit status; -1 if a signal ended it */
  int signal;        /* the signal that ended it; 0 if none did */
  gboolean late;     /* whether it ran longer than it may */
  gboolean cut;      /* whether it printed an object of more than 1 MiB, which is not read */
  char *outcome;     /* owned; the member of the JSON object that it printed; nullable */
  char *reason;      /* owned; likewise */
  gboolean reasoned; /* whether the object has a reason, which may be null */
} BullaCliFinding;

gboolean bulla_cli_verifier_init (BullaCliVerifier *self, const char *command, GError **error);
void bulla_cli_verifier_clear (BullaCliVerifier *self);
char *bulla_cli_verifier_dup_obstacle (const BullaCliVerifier *self, JsonObject *package);
gboolean bulla_cli_verifier_judge (const BullaCliVerifier *self, JsonObject *package,
                                   BullaCliFinding *finding, GError **error);
void bulla_cli_finding_clear (BullaCliFinding *self);

G_END_DECLS
