/* vector-bundle.c - builds the web bundle of a recipe, and judges it like `bulla verify`
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vector-bundle.h"

#include "bulla-bundle-check.h"
#include "bulla-judge.h"
#include "bulla-bundle.h"
#include "bulla-loader.h"

#include <glib/gstdio.h>

static GObject *
open_file (Vector *vector, BullaLoader *loader, BullaOuter *outer, const char *folder,
           GError **error)
{
  g_autofree char *path = g_build_filename (folder, "vector.wbn", NULL);
  gsize size;
  const char *data = g_bytes_get_data (vector->forge->bundle, &size);

  if (!g_file_set_contents (path, data, (gssize)size, error))
    return NULL;
  GObject *package =
      bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, error);
  g_unlink (path); /* the mapping stays valid */
  return package;
}

/* Returns "substitute, separate-origin signature.expired": the results of all responses in the
 * order of the index. */
static char *
describe (const BullaBundleCheck *check)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < check->findings->len; i++) {
    const BullaBundleFinding *finding = &g_array_index (check->findings, BullaBundleFinding, i);
    const char *nick = bulla_reason_get_nick (finding->reason);
    if (finding->range.length == 0)
      g_string_append (text, i > 0 ? ", none" : "none");
    else
      g_string_append_printf (text, "%s%s%s%s", i > 0 ? ", " : "",
                              bulla_outcome_get_nick (finding->outcome), nick != NULL ? " " : "",
                              nick != NULL ? nick : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Judges a request of a page in the bundle, or the navigation to it. */
static gboolean
judge_request (VectorResult *self, Vector *vector, BullaLoader *loader, BullaBundle *bundle,
               GError **error)
{
  g_autofree char *asked = g_key_file_get_value (vector->forge->recipe, "request", "url", NULL);
  const char *url = asked != NULL ? asked : bulla_bundle_get_primary_url (bundle);
  BullaRequestFacts request = {.method = "GET", .url = url, .accept_language = "en-US,en"};
  gint resource = bulla_bundle_find (bundle, url);

  if (resource < 0) {
    g_autoptr (BullaFacts) facts = bulla_facts_new (); /* as the package door does */
    facts->form = BULLA_FORM_BUNDLE;
    facts->request_url = bulla_facts_intern (facts, url);
    self->request = bulla_judge_missing (facts, bulla_loader_get_profile (loader), &request,
                                         vector->forge->now);
  } else {
    gint variant = bulla_bundle_choose_variant (bundle, resource, &request);
    g_autoptr (BullaLoad) load =
        bulla_bundle_load (bundle, resource, MAX (variant, 0), NULL, error);
    if (load == NULL)
      return FALSE;
    self->request = vector_judge_request (vector, load);
    bulla_verdict_unref (self->verdict);
    self->verdict = bulla_verdict_ref (bulla_load_get_verdict (load));
    self->outcome = bulla_verdict_get_outcome (bulla_load_get_verdict (load));
  }
  vector_take_step (self, self->request);
  if (bulla_verdict_get_reply (self->request) != BULLA_REPLY_SERVE)
    self->outcome = bulla_verdict_get_outcome (self->request);
  return TRUE;
}

static gboolean
judge (VectorResult *self, Vector *vector, BullaLoader *loader, BullaBundle *bundle, GError **error)
{
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, NULL, NULL, error);

  if (check == NULL)
    return FALSE;
  BullaVerdict *verdict = check->decisive != NULL ? bulla_load_get_verdict (check->decisive)
                                                  : bulla_bundle_get_verdict (bundle);
  self->verdict = bulla_verdict_ref (verdict);
  self->outcome = check->outcome;
  vector_take_step (self, verdict);
  self->reason = check->reason;
  self->resources = describe (check);
  if (check->outcome == BULLA_OUTCOME_REFUSE
      || !g_key_file_has_group (vector->forge->recipe, "request"))
    return TRUE;
  return judge_request (self, vector, loader, bundle, error);
}

gboolean
vector_judge_bundle (VectorResult *self, Vector *vector, BullaLoader *loader, BullaOuter *outer,
                     GInputStream *stream, const char *folder, GError **error)
{
  gboolean pipe = g_key_file_get_boolean (vector->forge->recipe, "outer", "pipe", NULL);
  gboolean is_file = *vector->forge->outer_url == '\0' && !pipe;
  g_autoptr (GObject) package = is_file
                                    ? open_file (vector, loader, outer, folder, error)
                                    : bulla_loader_open_stream (loader, BULLA_PACKAGE_UNKNOWN,
                                                                outer, stream, NULL, NULL, error);

  if (package == NULL)
    return FALSE;
  if (BULLA_IS_BUNDLE (package))
    return judge (self, vector, loader, BULLA_BUNDLE (package), error);
  /* an unknown format is judged as an exchange */
  self->verdict = bulla_verdict_ref (bulla_load_get_verdict (BULLA_LOAD (package)));
  self->outcome = bulla_verdict_get_outcome (self->verdict);
  vector_take_step (self, self->verdict);
  return TRUE;
}
