/* bulla-cli-caa-error.c - says in one sentence why DNS did not decide about a host
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-caa-json.h"

/* Details begin with the name, and those of missing answers say what to do. */
static char *
describe_answer (const BullaCaaAnswer *answer)
{
  if (answer->dnssec == BULLA_DNSSEC_NO_ANSWER && answer->detail != NULL)
    return g_strdup (answer->detail);
  if (answer->dnssec == BULLA_DNSSEC_NO_ANSWER)
    return g_strdup_printf (_ ("%s: no response; try again, or ask another resolver"),
                            answer->name);
  if (answer->dnssec == BULLA_DNSSEC_BOGUS)
    return g_strdup_printf (_ ("%s; check the signatures of the zone, the clock and the resolver"),
                            answer->detail != NULL ? answer->detail : answer->name);
  if (answer->unreadable > 0)
    return g_strdup_printf (ngettext ("%s: %u record does not have the form of a CAA record, and "
                                      "permits nothing; correct the zone",
                                      "%s: %u records do not have the form of a CAA record, and "
                                      "permit nothing; correct the zone",
                                      answer->unreadable),
                            answer->name, answer->unreadable);
  return NULL;
}

/**
 * bulla_cli_caa_dup_error: (skip)
 * @self: a host and its CAA lookups
 *
 * Returns: (transfer full) (nullable): a sentence with the reason why DNS did not decide, and the
 *   remedy
 */
char *
bulla_cli_caa_dup_error (const BullaCliCaa *self)
{
  const GPtrArray *answers = self->climb->answers;

  if (self->judgement.reason == BULLA_REASON_CAA_OFFLINE)
    return g_strdup_printf (_ ("%s: nobody was asked for CAA records; allow the network, or use "
                               "--records or --evidence"),
                            self->climb->host);
  if (self->judgement.reason == BULLA_REASON_CAA_ISSUER_UNKNOWN)
    return g_strdup_printf (_ ("%s: no CAA domain is known for its issuer “%s”; import one with "
                               "bulla issuers import"),
                            self->climb->host, self->issuer_name != NULL ? self->issuer_name : "");
  return answers->len > 0 ? describe_answer (g_ptr_array_index (answers, answers->len - 1)) : NULL;
}
