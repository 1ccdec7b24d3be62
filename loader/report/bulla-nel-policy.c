/* bulla-nel-policy.c - parses the header fields NEL and Report-To
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: Network Error Logging, "NEL response header" and "Process policy headers"; Network
 * Reporting API, "Process origin policy configuration", whose members are also those of
 * Report-To */
#include "bulla-nel-policy.h"

#include <string.h>

#include "bulla-json.h"

#define DEPTH_MAX 5 /* nesting of list, group, endpoints and endpoint; unknown members are flat */
#define ENDPOINT_DEFAULT 1 /* default priority and weight */
#define URL_FLAGS                                                                                  \
  (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_SCHEME_NORMALIZE)

/* --- JSON */

/* A field contains the elements of a JSON list: draft-reschke-http-jfv. */
static JsonNode *
read_list (const char *value)
{
  if (strlen (value) > BULLA_NEL_VALUE_MAX)
    return NULL;
  g_autofree char *list = g_strconcat ("[", value, "]", NULL);
  return bulla_json_parse (list, strlen (list), DEPTH_MAX, NULL);
}

static JsonObject *
get_object (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Reads a non-negative integer. Returns: FALSE if the member exists but is not one */
static gboolean
read_count (JsonObject *object, const char *name, gint64 absent, gint64 *into)
{
  JsonNode *node = json_object_get_member (object, name);

  *into = absent;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *into = json_node_get_int (node);
  return *into >= 0;
}

/* @into: (out): -1 if it is absent */
static gboolean
read_max_age (JsonObject *object, gint64 *into)
{
  if (!read_count (object, "max_age", -1, into) || *into < 0)
    return FALSE;
  *into = MIN (*into, BULLA_NEL_AGE_MAX);
  return TRUE;
}

static gboolean
read_fraction (JsonObject *object, const char *name, double absent, double *into)
{
  JsonNode *node = json_object_get_member (object, name);

  *into = absent;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  GType type = json_node_get_value_type (node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *into = json_node_get_double (node);
  return *into >= 0.0 && *into <= 1.0;
}

static gboolean
read_subdomains (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "include_subdomains");

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/* --- NEL */

static gboolean
read_policy (BullaNelPolicy *self, JsonObject *object)
{
  const char *group = bulla_json_node_get_text (json_object_get_member (object, "report_to"));

  if (!read_max_age (object, &self->max_age))
    return FALSE;
  if (self->max_age == 0)
    return TRUE;
  if (group == NULL || strlen (group) > BULLA_NEL_NAME_MAX
      || !read_fraction (object, "success_fraction", 0.0, &self->success)
      || !read_fraction (object, "failure_fraction", 1.0, &self->failure))
    return FALSE;
  self->group = g_strdup (group);
  self->subdomains = read_subdomains (object);
  return TRUE;
}

/**
 * bulla_nel_policy_parse: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @value: value of the NEL field; several fields are joined by commas
 *
 * The first valid policy counts.
 *
 * Returns: whether there is a valid policy; otherwise the field is ignored
 */
gboolean
bulla_nel_policy_parse (BullaNelPolicy *self, const char *value)
{
  g_autoptr (JsonNode) root = read_list (value);
  JsonArray *list = root != NULL ? json_node_get_array (root) : NULL;

  *self = (BullaNelPolicy){0};
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonObject *object = get_object (list, i);
    if (object != NULL && read_policy (self, object))
      return TRUE;
    *self = (BullaNelPolicy){0};
  }
  return FALSE;
}

void
bulla_nel_policy_clear (BullaNelPolicy *self)
{
  g_clear_pointer (&self->group, g_free);
}

/* --- Report-To */

static void
endpoint_free (gpointer data)
{
  BullaNelEndpoint *endpoint = data;

  g_free (endpoint->url);
  g_free (endpoint);
}

static void
group_free (gpointer data)
{
  BullaNelGroup *group = data;

  g_free (group->name);
  g_ptr_array_unref (group->endpoints);
  g_free (group);
}

/* Accepts an absolute https URL, or a path of the sending origin. */
static char *
resolve (GUri *base, const char *text)
{
  gboolean path = text[0] == '/' && text[1] != '/';

  if (strlen (text) > BULLA_NEL_URL_MAX)
    return NULL;
  g_autoptr (GUri) uri = path ? g_uri_parse_relative (base, text, URL_FLAGS, NULL)
                              : g_uri_parse (text, URL_FLAGS, NULL);
  if (uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0
      || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_userinfo (uri) != NULL)
    return NULL;
  return g_uri_to_string_partial (uri, G_URI_HIDE_FRAGMENT);
}

static BullaNelEndpoint *
read_endpoint (JsonObject *object, GUri *base)
{
  const char *text = bulla_json_node_get_text (json_object_get_member (object, "url"));
  gint64 priority = 0, weight = 0;

  if (text == NULL || !read_count (object, "priority", ENDPOINT_DEFAULT, &priority)
      || !read_count (object, "weight", ENDPOINT_DEFAULT, &weight))
    return NULL;
  char *url = resolve (base, text);
  if (url == NULL)
    return NULL;
  BullaNelEndpoint *endpoint = g_new0 (BullaNelEndpoint, 1);
  endpoint->url = url;
  endpoint->priority = (guint)MIN (priority, G_MAXUINT16);
  endpoint->weight = (guint)MIN (weight, G_MAXUINT16);
  return endpoint;
}

static BullaNelGroup *
read_group (JsonObject *object, GUri *base)
{
  JsonNode *name = json_object_get_member (object, "group");
  JsonNode *list = json_object_get_member (object, "endpoints");
  const char *text = name != NULL ? bulla_json_node_get_text (name) : "default";
  gint64 max_age = 0;

  if (text == NULL || strlen (text) > BULLA_NEL_NAME_MAX || !read_max_age (object, &max_age)
      || (max_age > 0 && (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))))
    return NULL;
  BullaNelGroup *group = g_new0 (BullaNelGroup, 1);
  group->name = g_strdup (text);
  group->max_age = max_age;
  group->subdomains = read_subdomains (object);
  group->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
  JsonArray *endpoints = max_age > 0 ? json_node_get_array (list) : NULL;
  for (guint i = 0; endpoints != NULL && i < json_array_get_length (endpoints)
                    && group->endpoints->len < BULLA_NEL_ENDPOINTS_MAX;
       i++) {
    JsonObject *each = get_object (endpoints, i);
    BullaNelEndpoint *endpoint = each != NULL ? read_endpoint (each, base) : NULL;
    if (endpoint != NULL)
      g_ptr_array_add (group->endpoints, endpoint);
  }
  return group;
}

static gboolean
has_name (gconstpointer group, gconstpointer name)
{
  return g_str_equal (((const BullaNelGroup *)group)->name, name);
}

/**
 * bulla_nel_groups_parse: (skip)
 * @value: value of the Report-To field; several fields are joined by commas
 * @url: URL of the response; the base of relative collector URLs
 *
 * If several groups have one name, the first one counts. A group without endpoints, or with a
 * max_age of 0, replaces an earlier group of that name.
 *
 * Returns: (transfer full) (nullable) (element-type BullaNelGroup): the groups; %NULL if the field
 *   must be ignored
 */
GPtrArray *
bulla_nel_groups_parse (const char *value, const char *url)
{
  g_autoptr (GUri) base = g_uri_parse (url, URL_FLAGS, NULL);
  g_autoptr (JsonNode) root = base != NULL ? read_list (value) : NULL;

  if (root == NULL)
    return NULL;
  JsonArray *list = json_node_get_array (root);
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);
  for (guint i = 0; i < json_array_get_length (list) && groups->len < BULLA_NEL_GROUPS_MAX; i++) {
    JsonObject *object = get_object (list, i);
    BullaNelGroup *group = object != NULL ? read_group (object, base) : NULL;
    if (group == NULL)
      continue;
    if (g_ptr_array_find_with_equal_func (groups, group->name, has_name, NULL))
      group_free (group);
    else
      g_ptr_array_add (groups, group);
  }
  return groups;
}
