/* bulla-ledger-lines.c - reads and writes the ledger as JSON lines, one for each contact; see
 * docs/ledger.md
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-json.h"
#include "bulla-ledger-internal.h"

#define LINE_SIZE_MAX (1 << 20) /* bytes; longer than any line written here */
#define LINES_MAX 200000
#define DEPTH_MAX 64
#define CHUNK_SIZE 65536
#define COUNT_MAX (G_GINT64_CONSTANT (1) << 57) /* µs of 4,500 years; sums of four fit */

/* --- writing */

static void
add_why (JsonBuilder *builder, BullaContact *self)
{
  bulla_json_add_text (builder, "purpose", self->purpose);
  bulla_json_add_text (builder, "page", self->page);
  bulla_json_add_text (builder, "rule", self->rule);
  bulla_json_add_text (builder, "why", self->why);
}

static void
add_whom (JsonBuilder *builder, BullaContact *self)
{
  bulla_json_add_text (builder, "host", self->host);
  if (self->port > 0)
    bulla_json_add_number (builder, "port", self->port);
  bulla_json_add_text (builder, "address", self->address);
  if (self->kind == BULLA_CONTACT_CONNECT)
    bulla_json_add_boolean (builder, "tls", self->tls);
  if (self->connection > 0)
    bulla_json_add_number (builder, "connection", (gint64)self->connection);
}

static void
add_what (JsonBuilder *builder, BullaContact *self)
{
  gboolean sent = self->kind == BULLA_CONTACT_REQUEST && self->source == BULLA_CONTACT_NETWORK;

  bulla_json_add_text (builder, "method", self->method);
  bulla_json_add_text (builder, "url", self->url);
  bulla_json_add_text (builder, "referrer", self->referrer);
  bulla_json_add_names (builder, "cookies", bulla_contact_get_cookies (self));
  if (self->cookies_left_out > 0)
    bulla_json_add_number (builder, "cookies_left_out", self->cookies_left_out);
  bulla_json_add_names (builder, "fields", bulla_contact_get_fields (self));
  if (self->fields_left_out > 0)
    bulla_json_add_number (builder, "fields_left_out", self->fields_left_out);
  if (sent)
    bulla_json_add_boolean (builder, "reused", self->reused);
  if (self->status > 0)
    bulla_json_add_number (builder, "status", self->status);
  bulla_json_add_number (builder, "date", self->date);
  bulla_json_add_number (builder, "bytes_sent", self->bytes_sent);
  bulla_json_add_number (builder, "bytes_received", self->bytes_received);
  bulla_json_add_number (builder, "wait_us", self->wait);
  bulla_json_add_number (builder, "receive_us", self->receive);
  bulla_json_add_text (builder, "deliverer", self->deliverer);
  bulla_json_add_text (builder, "certificate", self->certificate);
  bulla_json_add_text (builder, "record", self->record);
  bulla_json_add_text (builder, "resolver", self->resolver);
  bulla_json_add_text (builder, "signs_for", self->signs_for);
}

/**
 * bulla_contact_to_line:
 * @self: a contact
 *
 * Returns: (transfer full): the contact as JSON on one line, without a line break
 */
char *
bulla_contact_to_line (BullaContact *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_json_add_number (builder, "id", self->id);
  bulla_json_add_text (builder, "kind", bulla_contact_kind_get_nick (self->kind));
  bulla_json_add_number (builder, "view", self->view);
  bulla_json_add_number (builder, "time_us", self->time);
  bulla_json_add_number (builder, "duration_us", self->duration);
  if (self->kind != BULLA_CONTACT_CLICK) {
    bulla_json_add_text (builder, "source", bulla_contact_source_get_nick (self->source));
    bulla_json_add_boolean (builder, "shows_address", bulla_contact_get_shows_address (self));
  }
  add_why (builder, self);
  add_whom (builder, self);
  add_what (builder, self);
  bulla_json_add_text (builder, "error", self->error);
  return bulla_json_end (builder, FALSE);
}

static gboolean
write_line (GOutputStream *out, BullaContact *contact, GCancellable *cancellable, GError **error)
{
  g_autofree char *text = bulla_contact_to_line (contact);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  return g_output_stream_write_all (out, line, strlen (line), NULL, cancellable, error);
}

static void
finished_cb (BullaLedger *self, BullaContact *contact, gpointer user_data)
{
  GOutputStream *out = user_data;
  g_autoptr (GError) error = NULL;

  if (!write_line (out, contact, NULL, &error) || !g_output_stream_flush (out, NULL, &error))
    g_warning ("ledger: %s", error->message);
}

static void
unref_out (gpointer out, GClosure *closure)
{
  g_object_unref (out);
}

/**
 * bulla_ledger_follow:
 * @self: a ledger
 * @out: the stream to which each contact is written when it has ended
 *
 * Lines are in the order in which contacts end; bulla_ledger_load() sorts them.
 */
void
bulla_ledger_follow (BullaLedger *self, GOutputStream *out)
{
  g_signal_connect_data (self, "finished", G_CALLBACK (finished_cb), g_object_ref (out), unref_out,
                         0);
}

/**
 * bulla_ledger_save:
 * @self: a ledger
 * @view: the number of the view whose contacts are written; 0 for all views
 * @out: the stream that receives the lines
 * @cancellable: (nullable): cancels the call
 * @error: why it cannot be written
 *
 * Returns: whether all contacts were written
 */
gboolean
bulla_ledger_save (BullaLedger *self, guint view, GOutputStream *out, GCancellable *cancellable,
                   GError **error)
{
  GListModel *list = G_LIST_MODEL (self);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (list, i);
    if (bulla_contact_may_be_of (contact, view) && !write_line (out, contact, cancellable, error))
      return FALSE;
  }
  return g_output_stream_flush (out, cancellable, error);
}

/* --- reading */

static gboolean
find_nick (const char *nick, const char *(*name_of) (guint value), guint *value)
{
  for (guint i = 0; nick != NULL && name_of (i) != NULL; i++)
    if (g_str_equal (name_of (i), nick)) {
      *value = i;
      return TRUE;
    }
  return FALSE;
}

static const char *
name_kind (guint value)
{
  return bulla_contact_kind_get_nick (value);
}

static const char *
name_source (guint value)
{
  return bulla_contact_source_get_nick (value);
}

static void
read_text (JsonObject *object, const char *member, char **place)
{
  bulla_contact_set_text (place, bulla_json_get_text (object, member));
}

static guint
read_small (JsonObject *object, const char *member)
{
  return (guint)CLAMP (bulla_json_get_number (object, member, 0), 0, G_MAXINT32);
}

/* @more: name of the member that counts the omitted names */
static void
read_names (JsonObject *object, const char *member, const char *more, GStrv *place, guint *left_out)
{
  JsonArray *array = bulla_json_get_array (object, member);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    const char *name = bulla_json_node_get_text (json_array_get_element (array, i));
    if (name != NULL)
      g_ptr_array_add (names, (char *)name);
  }
  bulla_contact_set_names (place, left_out, names, read_small (object, more));
}

static gint64
read_count (JsonObject *object, const char *member)
{
  return CLAMP (bulla_json_get_number (object, member, -1), -1, COUNT_MAX);
}

static BullaContact *
new_contact (JsonObject *object, guint kind, guint source)
{
  const BullaCause cause = {read_small (object, "view"), bulla_json_get_text (object, "page"),
                            bulla_json_get_text (object, "purpose"),
                            bulla_json_get_text (object, "rule"),
                            .why = bulla_json_get_text (object, "why")};
  BullaContact *self = bulla_contact_new (kind, &cause, bulla_json_get_text (object, "host"),
                                          read_small (object, "port"));

  self->source = source;
  self->id = read_small (object, "id");
  self->began = 0;
  self->time = read_count (object, "time_us");
  self->duration = MAX (read_count (object, "duration_us"), 0);
  self->tls = bulla_json_get_boolean (object, "tls");
  self->reused = bulla_json_get_boolean (object, "reused");
  self->connection = (guint64)MAX (read_count (object, "connection"), 0);
  self->status = read_small (object, "status");
  self->date = read_count (object, "date");
  self->bytes_sent = read_count (object, "bytes_sent");
  self->bytes_received = read_count (object, "bytes_received");
  self->wait = read_count (object, "wait_us");
  self->receive = read_count (object, "receive_us");
  read_text (object, "address", &self->address);
  read_text (object, "method", &self->method);
  read_text (object, "url", &self->url);
  read_text (object, "referrer", &self->referrer);
  read_text (object, "deliverer", &self->deliverer);
  read_text (object, "certificate", &self->certificate);
  read_text (object, "record", &self->record);
  read_text (object, "resolver", &self->resolver);
  read_text (object, "signs_for", &self->signs_for);
  read_text (object, "error", &self->error);
  read_names (object, "cookies", "cookies_left_out", &self->cookies, &self->cookies_left_out);
  read_names (object, "fields", "fields_left_out", &self->fields, &self->fields_left_out);
  return self;
}

/* Returns: (transfer full) (nullable) */
static BullaContact *
parse_line (const char *line, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = g_utf8_validate_len (line, length, NULL)
                                  ? bulla_json_parse (line, length, DEPTH_MAX, NULL)
                                  : NULL;
  guint kind = 0, source = BULLA_CONTACT_NETWORK;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "not a JSON object in UTF-8");
    return NULL;
  }
  JsonObject *object = json_node_get_object (root);
  const char *answered = bulla_json_get_text (object, "source");
  if (!find_nick (bulla_json_get_text (object, "kind"), name_kind, &kind)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "not a contact of a known kind");
    return NULL;
  }
  if (answered != NULL && !find_nick (answered, name_source, &source)) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "the source “%.64s” is not known",
                 answered);
    return NULL;
  }
  return new_contact (object, kind, source);
}

typedef struct {
  GByteArray *line;    /* owned; part of a line that has been read */
  GPtrArray *contacts; /* owned */
  guint number;
} Reading;

static void
reading_clear (Reading *self)
{
  g_byte_array_unref (self->line);
  g_ptr_array_unref (self->contacts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
end_line (Reading *self, GError **error)
{
  const char *text = (const char *)self->line->data;
  gsize length = self->line->len;

  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  self->number++;
  if (length > 0) {
    BullaContact *contact = parse_line (text, length, error);
    if (contact == NULL) {
      g_prefix_error (error, "line %u: ", self->number);
      return FALSE;
    }
    g_ptr_array_add (self->contacts, contact);
  }
  g_byte_array_set_size (self->line, 0);
  return TRUE;
}

static gboolean
take_chunk (Reading *self, const guint8 *data, gsize size, GError **error)
{
  while (size > 0) {
    const guint8 *end = memchr (data, '\n', size);
    gsize length = end != NULL ? (gsize)(end - data) : size;
    if (self->line->len + length > LINE_SIZE_MAX || self->number >= LINES_MAX) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                   self->number >= LINES_MAX ? "line %u: too many contacts"
                                             : "line %u: the line is too long",
                   self->number + 1);
      return FALSE;
    }
    g_byte_array_append (self->line, data, (guint)length);
    if (end != NULL && !end_line (self, error))
      return FALSE;
    length += end != NULL ? 1 : 0;
    data += length;
    size -= length;
  }
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const BullaContact *one = *(BullaContact *const *)a, *other = *(BullaContact *const *)b;

  if (one->time != other->time)
    return one->time < other->time ? -1 : 1;
  return one->id < other->id ? -1 : one->id > other->id;
}

/**
 * bulla_ledger_load:
 * @self: a ledger
 * @in: JSON lines, as written by bulla_ledger_save() and bulla_ledger_follow()
 * @cancellable: (nullable): cancels the call
 * @error: a %BULLA_ERROR_ARGUMENT or %BULLA_ERROR_LIMIT that names the line, or a read error
 *
 * Adds the contacts in the order in which they began. Unknown members are ignored.
 *
 * Returns: whether all lines are valid; otherwise no contact is added
 */
gboolean
bulla_ledger_load (BullaLedger *self, GInputStream *in, GCancellable *cancellable, GError **error)
{
  g_auto (Reading)
      reading = {g_byte_array_new (), g_ptr_array_new_with_free_func (g_object_unref), 0};
  g_autofree guint8 *buffer = g_malloc (CHUNK_SIZE);
  gssize size = 0;

  while ((size = g_input_stream_read (in, buffer, CHUNK_SIZE, cancellable, error)) > 0)
    if (!take_chunk (&reading, buffer, (gsize)size, error))
      return FALSE;
  if (size < 0 || (reading.line->len > 0 && !end_line (&reading, error)))
    return FALSE;
  g_ptr_array_sort (reading.contacts, compare_ids);
  for (guint i = 0; i < reading.contacts->len; i++)
    bulla_ledger_append (self, reading.contacts->pdata[i]);
  return TRUE;
}
