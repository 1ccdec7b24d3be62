/* bench-caa.c - measures an uncached climb over CAA records, compared with the same look-ups by
 * libunbound
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>
#include <unbound.h>

#include "bench.h"
#include "bulla-dns.h"
#include "dns-tree.h"

#define HOST "a.b.empty.test" /* four labels, none with records */
#define TYPE_CAA 257
#define CLASS_IN 1

static double
get_seconds (void)
{
  return (double)g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* measures elapsed time, because most of it is spent waiting */
static double
run_ours (gpointer data)
{
  DnsTree *tree = data;
  const char *resolvers[] = {dns_tree_get_resolver (tree), NULL};
  const BullaDnsOptions options = {.resolvers = resolvers,
                                   .anchor_file = dns_tree_get_anchor_file (tree)};
  double began = get_seconds ();
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaDns) dns = bulla_dns_new (&options, ledger, NULL);
  g_autoptr (BullaCaaClimb) climb = bulla_dns_climb (dns, HOST, FALSE, NULL, NULL, NULL);

  if (climb->answers->len != 4 || bulla_caa_climb_get_dnssec (climb) != BULLA_DNSSEC_SECURE)
    g_error ("caa-climb: another answer");
  g_clear_object (&dns);
  return get_seconds () - began;
}

static double
run_reference (gpointer data)
{
  DnsTree *tree = data;
  double began = get_seconds ();
  struct ub_ctx *unbound = ub_ctx_create ();
  g_autofree char *anchors = g_strdup (dns_tree_get_anchor_file (tree));

  ub_ctx_set_option (unbound, "trust-anchor-signaling:", "no");
  ub_ctx_set_option (unbound, "do-not-query-localhost:", "no");
  ub_ctx_set_option (unbound, "local-zone:", "test. transparent");
  ub_ctx_set_fwd (unbound, dns_tree_get_resolver (tree));
  ub_ctx_add_ta_file (unbound, anchors);
  for (const char *name = HOST; name != NULL; name = strchr (name, '.')) {
    struct ub_result *result = NULL;
    name += name[0] == '.' ? 1 : 0;
    if (ub_resolve (unbound, name, TYPE_CAA, CLASS_IN, &result) != 0 || !result->secure)
      g_error ("caa-climb: libunbound has another answer");
    ub_resolve_free (result);
  }
  ub_ctx_delete (unbound);
  return get_seconds () - began;
}

void
bench_caa_climb (const BenchOptions *options)
{
  Bench bench = {"caa-climb", "the same look-ups with libunbound alone", "ms", 1000, 101};

  if (!bench_is_wanted (options, bench.name))
    return;
  g_autoptr (DnsTree) tree = dns_tree_new ();
  if (tree == NULL)
    fprintf (stderr, "caa-climb: left out: nsd or ldns-signzone is not installed\n");
  else
    bench_compare (options, &bench, run_ours, run_reference, tree);
}
