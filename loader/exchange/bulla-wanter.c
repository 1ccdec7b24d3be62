/* bulla-wanter.c - lists the resources that an object needs before it can be judged
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-wanter.h"

G_DEFINE_INTERFACE (BullaWanter, bulla_wanter, G_TYPE_OBJECT)

static void
bulla_wanter_default_init (BullaWanterInterface *iface)
{
}

/**
 * bulla_wanter_get_next: (skip)
 * @self: what wants something
 * @want: (out caller-allocates): the first thing that the object wants
 *
 * Returns: whether the object wants something; otherwise it is judged
 */
gboolean
bulla_wanter_get_next (BullaWanter *self, BullaWant *want)
{
  BullaWant wants[BULLA_N_WANTS];

  if (BULLA_WANTER_GET_IFACE (self)->list_wants (self, wants) == 0)
    return FALSE;
  *want = wants[0];
  return TRUE;
}

/**
 * bulla_wanter_take: (skip)
 * @self: what wants something
 * @kind: the kind of the supplied want
 * @brought: the result of the fetch
 *
 * Returns: the number of bytes that the object has used; later bytes do not belong to it
 */
gsize
bulla_wanter_take (BullaWanter *self, BullaWantKind kind, const BullaBrought *brought)
{
  return BULLA_WANTER_GET_IFACE (self)->take (self, kind, brought);
}

/**
 * bulla_wanter_get_outer: (skip)
 * @self: what wants something
 *
 * Returns: (transfer none): the outer response, on whose behalf the wants are fetched
 */
BullaOuter *
bulla_wanter_get_outer (BullaWanter *self)
{
  return BULLA_WANTER_GET_IFACE (self)->get_outer (self);
}
