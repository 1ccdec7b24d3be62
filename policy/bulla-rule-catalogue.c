/* bulla-rule-catalogue.c - lists the rules with their titles, reasons and settings, for display
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rule-catalogue.h"

#include <string.h>

#include "bulla-rule.h"

/* the rule tables, in the order in which they are checked */
typedef struct {
  const char *name;
  const char *title;
  const BullaRuleTable *table;
} Part;

static const Part parts[] = {
    {"outer", N_ ("Delivery"), &bulla_rules_outer},
    {"outer-bundle", N_ ("Delivery of the bundle"), &bulla_rules_outer_bundle},
    {"format", N_ ("Format"), &bulla_rules_format},
    {"integrity", N_ ("Integrity block"), &bulla_rules_integrity},
    {"bundle", N_ ("Bundle"), &bulla_rules_bundle},
    {"item", N_ ("Response in the bundle"), &bulla_rules_item},
    {"fields", N_ ("Header fields"), &bulla_rules_fields},
    {"response", N_ ("Response"), &bulla_rules_response},
    {"signature", N_ ("Signature and certificate chain"), &bulla_rules_signature},
    {"subset", N_ ("Signed subset"), &bulla_rules_subset},
    {"headers", N_ ("Signed headers"), &bulla_rules_headers},
    {"trust", N_ ("Certificate"), &bulla_rules_certificate},
    {"caa", N_ ("CAA and DNSSEC"), &bulla_rules_caa},
    {"validity", N_ ("Validity at the publisher"), &bulla_rules_validity},
    {"history", N_ ("Versions"), &bulla_rules_history},
    {"scope", N_ ("Scope of the bundle"), &bulla_rules_scope},
    {"profile", N_ ("Profile"), &bulla_rules_profile},
    {"body", N_ ("Content"), &bulla_rules_body},
    {"coding", N_ ("Content coding"), &bulla_rules_coding},
    {"request", N_ ("Request"), &bulla_rules_request},
    {"prefetch", N_ ("Prefetch"), &bulla_rules_prefetch},
    {"lookup", N_ ("Bundle index"), &bulla_rules_lookup},
};

/* The settings that affect each rule. A unit test tries every setting on every rule and requires
 * this list to be complete. */
static const struct {
  const char *id;
  const char *settings;
} settings[] = {
    {"signature.count", "signature.members"},
    {"signature.expires-after-date", "signature.expires-after-date"},
    {"signature.lifetime", "signature.lifetime-max"},
    {"signature.started", "signature.clock-skew"},
    {"signature.integrity", "signature.integrity"},
    {"headers.status", "headers.status"},
    {"headers.content-type", "headers.content-type"},
    {"body.digest", "headers.digest"},
    {"body.digest-value", "headers.digest"},
    {"body.content-encoding", "headers.content-encoding"},
    {"trust.cache-control", "headers.shared-cache"},
    {"trust.shared", "headers.shared-cache headers.cache-directives"},
    {"trust.no-cache-fields", "headers.no-cache-fields"},
    {"chain.redirects", "certificate.fetch-redirects"},
    {"chain.size", "certificate.fetch-size-max"},
    {"cert.known-extensions", "certificate.can-sign-critical"},
    {"cert.can-sign-not-critical", "certificate.can-sign-critical"},
    {"cert.validity", "certificate.validity-days-max"},
    {"ocsp.not-revoked", "certificate.ocsp"},
    {"ocsp.next-update", "certificate.ocsp"},
    {"ocsp.current", "certificate.ocsp"},
    {"ocsp.lifetime", "certificate.ocsp-max-lifetime"},
    {"cert.key-not-in-tls", "certificate.tls-key"},
    {"ocsp.age", "certificate.ocsp-max-age"},
    {"ocsp.produced-at", "certificate.ocsp"},
    {"sct.present", "certificate.sct"},
    {"sct.well-formed", "certificate.sct"},
    {"sct.known-log", "certificate.sct"},
    {"sct.signature", "certificate.sct"},
    {"sct.not-future", "certificate.sct"},
    {"caa.permits-exchanges", "trust.caa"},
    {"caa.secure", "trust.caa trust.dnssec"},
    {"validity.not-withdrawn", "trust.validity trust.validity-empty"},
    {"history.not-older", "trust.rollback"},
    {"outer.direct", "bundle.redirected"},
    {"integrity.key-kinds", "bundle.key-kinds"},
    {"bundle.section-size", "bundle.section-max"},
    {"bundle.manifest-url", "bundle.b2-sections"},
    {"bundle.critical", "bundle.b2-sections"},
    {"index.urls", "url.reading bundle.odd-urls"},
    {"index.absolute-urls", "bundle.relative-urls"},
    {"index.app-urls", "bundle.app-urls"},
    {"response.status", "bundle.status"},
    {"subset.payload-integrity", "signature.integrity"},
    {"bundle.in-scope", "bundle.scope"},
    {"profile.substitution", "outcome.substitution"},
    {"prefetch.quota", "prefetch.entries-max"},
    {"prefetch.usable", "prefetch.reuse"},
    {"request.newest", "request.live-copy"},
    {"request.skew", "trust.skew-max"},
    {"alternate.url", "prefetch.alternate-url"},
    {"alternate.deliverer", "request.same-deliverer"},
    {"request.variant",
     "request.variants-accept-encoding request.variants-headers request.lenient-variants "
     "variants.default "
     "variants.zero-weight variants.wildcards variants.type-parameters variants.identity "
     "variants.coding-wildcard variants.languages variants.list-tokens "
     "variants.member-parameters variants.duplicate-axes variants.unknown-axis variants.cookie"},
};

static const BullaRule *
find_rule (guint rule, const char **part)
{
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++) {
    *part = parts[i].name;
    if (rule < parts[i].table->n_rules)
      return &parts[i].table->rules[rule];
    rule -= parts[i].table->n_rules;
  }
  return NULL;
}

static const BullaRule *
get (guint rule)
{
  const char *part = NULL;

  return find_rule (rule, &part);
}

/**
 * bulla_catalogue_find_part_title:
 * @id: id of a rule
 *
 * Returns: (nullable): the title of its table, for display; not translated; %NULL if no rule has
 *   the id
 */
const char *
bulla_catalogue_find_part_title (const char *id)
{
  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint j = 0; j < parts[i].table->n_rules; j++)
      if (strcmp (parts[i].table->rules[j].id, id) == 0)
        return parts[i].title;
  return NULL;
}

/**
 * bulla_catalogue_get_n_rules:
 *
 * Returns: the number of rules, which are numbered from 0 in the order in which they are checked
 */
guint
bulla_catalogue_get_n_rules (void)
{
  guint n = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    n += parts[i].table->n_rules;
  return n;
}

/**
 * bulla_catalogue_get_part:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: the name of its table. Tables `request`, `prefetch` and `lookup` contain rules on
 *   requests that a package may answer; all others, rules on the package. `outer-bundle` (rules on
 *   the outer response of a bundle), `integrity`, `bundle`, `item`, `response`, `subset`, `scope`
 * and `lookup` are checked for bundles only, `format` for exchanges only
 */
const char *
bulla_catalogue_get_part (guint rule)
{
  const char *part = NULL;

  g_return_val_if_fail (find_rule (rule, &part) != NULL, NULL);
  return part;
}

/**
 * bulla_catalogue_get_id:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: its id, such as `cert.validity`
 */
const char *
bulla_catalogue_get_id (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return get (rule)->id;
}

/**
 * bulla_catalogue_get_title:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: its title for display, which states the condition that the rule checks
 */
const char *
bulla_catalogue_get_title (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return bulla_rule_find_title (get (rule)->id);
}

/**
 * bulla_catalogue_get_reason:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: the reason of the verdict if the rule is broken
 */
BullaReason
bulla_catalogue_get_reason (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, BULLA_REASON_NONE);
  return get (rule)->reason;
}

/**
 * bulla_catalogue_get_unknown_reason:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: the reason of the verdict if the rule could not be checked; %BULLA_REASON_NONE if that
 *   has no effect on the outcome
 */
BullaReason
bulla_catalogue_get_unknown_reason (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, BULLA_REASON_NONE);
  return get (rule)->unknown;
}

static gboolean
has (const BullaReason *reasons, BullaReason reason)
{
  for (guint i = 0; reasons != NULL && reasons[i] != BULLA_REASON_NONE; i++)
    if (reasons[i] == reason)
      return TRUE;
  return FALSE;
}

/**
 * bulla_catalogue_gives:
 * @rule: less than bulla_catalogue_get_n_rules()
 * @reason: a reason
 *
 * Returns: whether @reason can be the reason if the rule is broken; most rules have only one
 */
gboolean
bulla_catalogue_gives (guint rule, BullaReason reason)
{
  g_return_val_if_fail (get (rule) != NULL, FALSE);
  return get (rule)->reason == reason || has (get (rule)->more, reason);
}

/**
 * bulla_catalogue_gives_unknown:
 * @rule: less than bulla_catalogue_get_n_rules()
 * @reason: a reason
 *
 * Returns: whether @reason can be the reason if the rule could not be checked
 */
gboolean
bulla_catalogue_gives_unknown (guint rule, BullaReason reason)
{
  g_return_val_if_fail (get (rule) != NULL, FALSE);
  return get (rule)->unknown == reason || has (get (rule)->more_unknown, reason);
}

/**
 * bulla_catalogue_get_anchor:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: the specification section, with the short names of docs/rules.md
 */
const char *
bulla_catalogue_get_anchor (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return get (rule)->anchor;
}

/**
 * bulla_catalogue_get_bundle_anchor:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: (nullable): the section in the specifications of bundles, if it differs
 */
const char *
bulla_catalogue_get_bundle_anchor (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return get (rule)->bundle_anchor;
}

/**
 * bulla_catalogue_get_required:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: what the rule requires, with the limits of profile `draft-b3`
 */
const char *
bulla_catalogue_get_required (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return get (rule)->required;
}

/**
 * bulla_catalogue_get_concerns:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Returns: (nullable): codes of the concern matrix that the rule addresses, separated by spaces
 */
const char *
bulla_catalogue_get_concerns (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  return get (rule)->concerns;
}

/**
 * bulla_catalogue_get_settings:
 * @rule: less than bulla_catalogue_get_n_rules()
 *
 * Settings in the group `outcome`, which choose the outcome if a rule is broken, are not included.
 *
 * Returns: (nullable): the settings of a profile that affect whether the rule is broken, as
 *   group.key, separated by spaces
 */
const char *
bulla_catalogue_get_settings (guint rule)
{
  g_return_val_if_fail (get (rule) != NULL, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].id, get (rule)->id) == 0)
      return settings[i].settings;
  return NULL;
}
