/* test-gateway-ledger.c - who was contacted through the gateway, as the ledger has it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"

#define TYPED "v=one-secret; host=-; dest=navigation"
#define CLICKED "v=one-secret; host=aggregator.test; dest=navigation"
#define OTHER "v=two-secret; host=-; dest=navigation"

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  gateway_world_set_up (self, BULLA_GATEWAY_TAGGED, NULL);
}

static void
tear_down (GatewayWorld *self, gconstpointer data)
{
  gateway_world_tear_down (self);
}

static void
dump (GatewayWorld *self)
{
  GListModel *list = G_LIST_MODEL (bulla_loader_get_ledger (self->loader));

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    g_autofree char *line = bulla_contact_to_line (contact);
    g_test_message ("%s", line);
  }
}

static void
put_signed (GatewayWorld *self, gboolean damage)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) exchange = gateway_world_sign (self, "/article", "x-signed", "yes", body,
                                                    self->world->now - 60, damage);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
}

static void
test_substituted (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  put_signed (self, FALSE);
  g_autoptr (TestResponse) first = gateway_world_get (self, link, CLICKED);
  g_assert_cmpuint (first->status, ==, 303);
  g_autoptr (TestResponse) shown = gateway_world_get (self, page, CLICKED);
  g_assert_cmpuint (shown->status, ==, 200);
  dump (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gateway-ledger/substituted", GatewayWorld, NULL, set_up, test_substituted,
              tear_down);
  return g_test_run ();
}
