/* bulla-log-list.c - the transparency logs that a browser knows, and what it thinks of each
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: https://www.gstatic.com/ct/log_list/v3/log_list_schema.json, and `tiled_logs`, which newer
 * lists of version 3 have beside `logs`. */
#include "bulla-log-list.h"

#include <json-glib/json-glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-json.h"
#include "bulla-verification-scope.h"

#define DEPTH_MAX 64

static void
log_operator_free (gpointer data)
{
  BullaLogOperator *self = data;

  g_free (self->name);
  g_free (self);
}

static void
log_free (gpointer data)
{
  BullaLog *self = data;

  g_clear_pointer (&self->key, g_bytes_unref);
  EVP_PKEY_free (self->decoded);
  g_free (self->description);
  g_free (self->operator_name);
  g_ptr_array_unref (self->previous);
  g_free (self->url);
  g_free (self->submission_url);
  g_free (self->monitoring_url);
  g_free (self);
}

static void
dropped_free (gpointer data)
{
  BullaDroppedLog *self = data;

  g_free (self->description);
  g_free (self);
}

void
bulla_log_list_free (BullaLogList *self)
{
  g_free (self->version);
  g_ptr_array_unref (self->logs);
  g_ptr_array_unref (self->dropped);
  g_free (self);
}

static BullaLogList *
log_list_new (void)
{
  BullaLogList *self = g_new0 (BullaLogList, 1);

  self->timestamp = -1;
  self->logs = g_ptr_array_new_with_free_func (log_free);
  self->dropped = g_ptr_array_new_with_free_func (dropped_free);
  return self;
}

static void
log_list_drop (BullaLogList *self, const char *description, const char *why)
{
  BullaDroppedLog *dropped = g_new0 (BullaDroppedLog, 1);

  dropped->description = g_strdup (description);
  dropped->why = why;
  g_ptr_array_add (self->dropped, dropped);
}

/* ISO 8601; -1: it is not there, or not a time since 1970 */
static gint64
read_time (JsonObject *object, const char *member)
{
  const char *text = bulla_json_get_text (object, member);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL ? MAX (g_date_time_to_unix (time), -1) : -1;
}

/* The functions that read a part of a log return why the log has to be dropped; NULL: it is good */

static const char *
decode_key (BullaLog *self)
{
  gsize length = 0;
  const unsigned char *data = g_bytes_get_data (self->key, &length), *at = data;

  self->decoded = d2i_PUBKEY (NULL, &at, (long)length);
  ERR_clear_error ();
  return self->decoded != NULL && at == data + length ? NULL : "its key is not a public key";
}

/* A key that is not a public one stays: no timestamp of such a log can be verified. */
static const char *
read_key (BullaLog *self, JsonObject *object)
{
  const char *key = bulla_json_get_text (object, "key");
  const char *id = bulla_json_get_text (object, "log_id");
  gsize length = 0, id_length = 0;

  if (key == NULL)
    return "it has no key";
  g_autofree guchar *der = g_base64_decode (key, &length);
  g_autofree guchar *claimed = id != NULL ? g_base64_decode (id, &id_length) : NULL;
  if (length == 0)
    return "it has no key";
  EVP_Digest (der, length, self->id, NULL, EVP_sha256 (), NULL);
  self->key = g_bytes_new (der, length);
  if (id == NULL)
    return "it has no log_id";
  if (id_length != BULLA_LOG_ID_SIZE || memcmp (claimed, self->id, id_length) != 0)
    return "its log_id is not the SHA-256 of its key";
  return NULL;
}

static const char *
read_state (BullaLog *self, JsonObject *object)
{
  JsonObject *states = bulla_json_get_object (object, "state");
  JsonObject *state = NULL;

  if (states == NULL || json_object_get_size (states) == 0)
    return "it has no state";
  for (guint i = 0; i < BULLA_N_LOG_STATES; i++)
    if (json_object_has_member (states, bulla_log_state_get_nick (i))) {
      self->state = (BullaLogState)i;
      state = bulla_json_get_object (states, bulla_log_state_get_nick (i));
    }
  if (json_object_get_size (states) > 1)
    return "it has more than one state";
  if (state == NULL)
    return "its state is unknown";
  self->state_since = read_time (state, "timestamp");
  if (self->state_since < 0)
    return "its state has no time";
  JsonObject *head = bulla_json_get_object (state, "final_tree_head");
  self->final_tree_size = bulla_json_get_number (head, "tree_size", -1);
  return NULL;
}

static const char *
read_interval (BullaLog *self, JsonObject *object)
{
  JsonObject *interval = bulla_json_get_object (object, "temporal_interval");

  self->start = self->end = -1;
  if (!json_object_has_member (object, "temporal_interval"))
    return NULL;
  self->start = read_time (interval, "start_inclusive");
  self->end = read_time (interval, "end_exclusive");
  return self->start >= 0 && self->end >= self->start ? NULL
                                                      : "its temporal interval cannot be read";
}

static void
read_previous (BullaLog *self, JsonObject *object)
{
  JsonArray *operators = bulla_json_get_array (object, "previous_operators");

  for (guint i = 0; operators != NULL && i < json_array_get_length (operators); i++) {
    JsonObject *element = bulla_json_get_element (operators, i);
    BullaLogOperator *previous = g_new0 (BullaLogOperator, 1);
    previous->name = g_strdup (bulla_json_get_text (element, "name"));
    previous->until = read_time (element, "end_time");
    g_ptr_array_add (self->previous, previous);
  }
}

/* Operators that have tiled logs alone list a log that does not exist, because some libraries fail
 * without one. It is retired, at a host that RFC 2606 reserves. */
static gboolean
is_placeholder (const BullaLog *self)
{
  static const char *const reserved[] = {"example.com", "example.net", "example.org"};
  g_autoptr (GUri) uri = self->url != NULL ? g_uri_parse (self->url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (self->description != NULL && g_ascii_strncasecmp (self->description, "bogus ", 6) == 0)
    return TRUE;
  for (guint i = 0; host != NULL && i < G_N_ELEMENTS (reserved); i++) {
    g_autofree char *below = g_strconcat (".", reserved[i], NULL);
    if (g_str_equal (host, reserved[i]) || g_str_has_suffix (host, below))
      return self->state == BULLA_LOG_RETIRED;
  }
  return FALSE;
}

static BullaLog *
log_new (JsonObject *object, const char *operator_name, gboolean tiled)
{
  BullaLog *self = g_new0 (BullaLog, 1);

  self->previous = g_ptr_array_new_with_free_func (log_operator_free);
  self->description = g_strdup (bulla_json_get_text (object, "description"));
  self->operator_name = g_strdup (operator_name);
  self->tiled = tiled;
  return self;
}

static void
read_log (BullaLogList *list, JsonObject *object, const char *operator_name, gboolean tiled)
{
  BullaLog *self = log_new (object, operator_name, tiled);
  const char *why = object == NULL ? "it is not an object" : read_key (self, object);

  if (why == NULL)
    why = read_state (self, object);
  if (why == NULL)
    why = read_interval (self, object);
  if (why != NULL) {
    log_list_drop (list, self->description, why);
    log_free (self);
    return;
  }
  self->url = g_strdup (bulla_json_get_text (object, "url"));
  self->submission_url = g_strdup (bulla_json_get_text (object, "submission_url"));
  self->monitoring_url = g_strdup (bulla_json_get_text (object, "monitoring_url"));
  self->mmd = bulla_json_get_number (object, "mmd", -1);
  self->placeholder = is_placeholder (self);
  read_previous (self, object);
  g_ptr_array_add (list->logs, self);
}

static void
read_operator (BullaLogList *list, JsonObject *object)
{
  static const char *const members[] = {"logs", "tiled_logs"};
  const char *name = bulla_json_get_text (object, "name");

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    JsonArray *logs = bulla_json_get_array (object, members[i]);
    for (guint j = 0; logs != NULL && j < json_array_get_length (logs); j++)
      read_log (list, bulla_json_get_element (logs, j), name, i == 1);
  }
}

/* version 2 had the same form, and the DNS name of each log besides */
static gboolean
has_dns_names (JsonArray *operators)
{
  for (guint i = 0; i < json_array_get_length (operators); i++) {
    JsonObject *element = bulla_json_get_element (operators, i);
    JsonArray *logs = bulla_json_get_array (element, "logs");
    for (guint j = 0; logs != NULL && j < json_array_get_length (logs); j++) {
      JsonObject *log = bulla_json_get_element (logs, j);
      if (log != NULL && json_object_has_member (log, "dns"))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
check_version (JsonObject *object, GError **error)
{
  JsonArray *operators = bulla_json_get_array (object, "operators");

  if (bulla_json_get_array (object, "logs") != NULL) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         "a log list of version 1; only version 3 has the states of logs");
    return FALSE;
  }
  if (operators == NULL) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         "not a log list: it has no “operators”");
    return FALSE;
  }
  if (!has_dns_names (operators))
    return TRUE;
  g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                       "a log list of version 2; use one of version 3");
  return FALSE;
}

static BullaLogList *
read_browser_list (JsonObject *object, GError **error)
{
  if (!check_version (object, error))
    return NULL;
  BullaLogList *self = log_list_new ();
  JsonArray *operators = bulla_json_get_array (object, "operators");
  self->version = g_strdup (bulla_json_get_text (object, "version"));
  self->timestamp = read_time (object, "log_list_timestamp");
  self->n_operators = json_array_get_length (operators);
  for (guint i = 0; i < self->n_operators; i++)
    read_operator (self, bulla_json_get_element (operators, i));
  return self;
}

static JsonNode *
parse (GBytes *json, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (json, &length);

  return bulla_json_parse (data, length, DEPTH_MAX, error);
}

/**
 * bulla_log_list_parse: (skip)
 * @json: a browser's log list, version 3
 * @error: a %BULLA_ERROR_ARGUMENT or %JSON_PARSER_ERROR if it is something else; versions 1 and 2
 *   are named
 *
 * Logs without a state, and those whose `log_id` is not the SHA-256 of their key, are dropped.
 *
 * Returns: (transfer full) (nullable): its logs
 */
BullaLogList *
bulla_log_list_parse (GBytes *json, GError **error)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  g_autoptr (JsonNode) root = parse (json, error);

  if (root == NULL)
    return NULL;
  return read_browser_list (JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL,
                            error);
}

/* what a test authority writes: `{description, key, log_id}`; such a log is always usable */
static gboolean
read_plain_log (BullaLogList *list, JsonObject *object, GError **error)
{
  BullaLog *self = log_new (object, NULL, FALSE);
  const char *why = object == NULL ? "it is not an object" : read_key (self, object);

  if (why != NULL && self->key != NULL && !json_object_has_member (object, "log_id"))
    why = NULL; /* the id is computed */
  if (why == NULL)
    why = decode_key (self);
  if (why != NULL) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "a log cannot be used: %s", why);
    log_free (self);
    return FALSE;
  }
  self->state = BULLA_LOG_USABLE;
  self->start = self->end = self->mmd = self->final_tree_size = -1;
  g_ptr_array_add (list->logs, self);
  return TRUE;
}

static BullaLogList *
read_plain_list (JsonArray *logs, GError **error)
{
  g_autoptr (BullaLogList) self = log_list_new ();

  for (guint i = 0; i < json_array_get_length (logs); i++)
    if (!read_plain_log (self, bulla_json_get_element (logs, i), error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * bulla_log_list_parse_any: (skip)
 * @json: a browser's log list, version 3, or an array of `{description, key, log_id}`
 * @error: a %BULLA_ERROR_ARGUMENT or %JSON_PARSER_ERROR if it is something else, if it has no logs,
 *   or if none of them can be used
 *
 * As bulla_log_list_parse(). The logs of an array have no state: they are usable at any time.
 *
 * Returns: (transfer full) (nullable): its logs
 */
BullaLogList *
bulla_log_list_parse_any (GBytes *json, GError **error)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  g_autoptr (JsonNode) root = parse (json, error);

  if (root == NULL)
    return NULL;
  g_autoptr (BullaLogList) self = JSON_NODE_HOLDS_ARRAY (root)
                                      ? read_plain_list (json_node_get_array (root), error)
                                      : read_browser_list (json_node_get_object (root), error);
  if (self == NULL || self->logs->len > 0)
    return g_steal_pointer (&self);
  if (self->dropped->len == 0) {
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "the list has no logs");
    return NULL;
  }
  const BullaDroppedLog *first = self->dropped->pdata[0];
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "none of its logs can be used: %s",
               first->why);
  return NULL;
}
