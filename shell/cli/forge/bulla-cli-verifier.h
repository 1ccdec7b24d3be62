/* bulla-cli-verifier.h - runs the command of another verifier on a package of a conformance suite
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The command, in words; see bulla_cli_verifier_check_fit() for its placeholders. */
typedef struct {
  char **words;        /* owned; at least one has the placeholder "{}" */
  const char *folder;  /* borrowed; of the suite */
  const char *profile; /* borrowed; name of the profile whose verdicts are expected */
  guint timeout;       /* milliseconds for one package */
} BullaCliVerifier;

/* Whether the command can judge a package, or what it lacks. */
typedef enum {
  BULLA_CLI_FIT,                /* it can */
  BULLA_CLI_FIT_NO_VERDICT,     /* the manifest expects nothing under the profile */
  BULLA_CLI_FIT_NEEDS,          /* the package needs what no placeholder expresses */
  BULLA_CLI_FIT_NO_PLACEHOLDER, /* the command has no placeholder for what the package needs */
} BullaCliFit;

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
BullaCliFit bulla_cli_verifier_check_fit (const BullaCliVerifier *self, JsonObject *package);
gboolean bulla_cli_verifier_judge (const BullaCliVerifier *self, JsonObject *package,
                                   BullaCliFinding *finding, GError **error);
void bulla_cli_finding_clear (BullaCliFinding *self);

G_END_DECLS
