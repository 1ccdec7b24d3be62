/* bulla-view-registry.c - finds the views of all windows by token, and owns the decision log
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-view-registry.h"

struct _BullaViewRegistry {
  GObject parent_instance;

  BullaEngine *engine;   /* owned */
  BullaDecisionLog *log; /* owned; NULL if decisions are not logged */
  GHashTable *views;     /* owned; token -> BullaView, both borrowed from the view */
};

G_DEFINE_FINAL_TYPE (BullaViewRegistry, bulla_view_registry, G_TYPE_OBJECT)

static void
bulla_view_registry_finalize (GObject *object)
{
  BullaViewRegistry *self = BULLA_VIEW_REGISTRY (object);

  g_object_unref (self->engine);
  g_clear_pointer (&self->log, bulla_decision_log_free);
  g_hash_table_unref (self->views);
  G_OBJECT_CLASS (bulla_view_registry_parent_class)->finalize (object);
}

static void
bulla_view_registry_class_init (BullaViewRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_view_registry_finalize;
}

static void
bulla_view_registry_init (BullaViewRegistry *self)
{
  self->views = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * bulla_view_registry_new:
 * @engine: the engine of all views
 * @decisions: (nullable): the file for the decision log
 * @error: set if @decisions cannot be written
 *
 * Returns: (transfer full) (nullable): a registry without views
 */
BullaViewRegistry *
bulla_view_registry_new (BullaEngine *engine, const char *decisions, GError **error)
{
  g_autoptr (BullaViewRegistry) self = g_object_new (BULLA_TYPE_VIEW_REGISTRY, NULL);

  self->engine = g_object_ref (engine);
  if (decisions != NULL) {
    self->log = bulla_decision_log_new (decisions, error);
    if (self->log == NULL)
      return NULL;
  }
  return g_steal_pointer (&self);
}

BullaEngine *
bulla_view_registry_get_engine (BullaViewRegistry *self)
{
  return self->engine;
}

/**
 * bulla_view_registry_get_log:
 *
 * Returns: (transfer none) (nullable): the decision log
 */
BullaDecisionLog *
bulla_view_registry_get_log (BullaViewRegistry *self)
{
  return self->log;
}

/**
 * bulla_view_registry_add:
 * @id: id of @view, which outlives its registration
 *
 * Registers @view at the gateway, and forwards events to it from now on.
 */
void
bulla_view_registry_add (BullaViewRegistry *self, const BullaViewId *id, BullaView *view)
{
  g_hash_table_insert (self->views, id->token, view);
  bulla_engine_register_view (self->engine, id);
}

void
bulla_view_registry_remove (BullaViewRegistry *self, const BullaViewId *id)
{
  bulla_engine_close_view (self->engine, id);
  g_hash_table_remove (self->views, id->token);
}

/**
 * bulla_view_registry_find:
 * @token: the token in a tag, any text
 *
 * Returns: (transfer none) (nullable): the view with that token
 */
BullaView *
bulla_view_registry_find (BullaViewRegistry *self, const char *token)
{
  return token != NULL ? g_hash_table_lookup (self->views, token) : NULL;
}
