/* bulla-caa-records.c - reads DNS records as text and answers CAA queries from them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each line has one record, as printed by `dig +noall +answer NAME CAA`; the time to live and
 * the class are optional. NXDOMAIN, SERVFAIL or BOGUS in place of a type is the result of
 * queries for the name. Names without a line exist and have no records. */
#include "bulla-caa-records.h"

#include <string.h>

#include "bulla-caa-words.h"
#include "bulla-dns-name.h"

#define RCODE_SERVFAIL 2
#define RCODE_NXDOMAIN 3
#define RCODE_YXDOMAIN 6

/* all records that the text has for one name */
typedef struct {
  GPtrArray *records; /* owned; CAA records, of BullaCaaRecord */
  guint unreadable;
  char *cname, *dname; /* owned; alias targets; NULL if the name has no such record */
  gboolean nxdomain, servfail, bogus;
} Node;

struct _BullaCaaRecords {
  GHashTable *nodes; /* owned; lower-case name -> Node */
};

/* the line being parsed */
typedef struct {
  Node *node;
  GPtrArray *words; /* words of the line, of BullaCaaWord */
  guint at;         /* index of the next word */
  guint line;       /* line number, counted from 1 */
} Line;

G_DEFINE_QUARK (bulla - caa - records - error, bulla_caa_records_error)

static void
node_free (gpointer data)
{
  Node *self = data;

  g_ptr_array_unref (self->records);
  g_free (self->cname);
  g_free (self->dname);
  g_free (self);
}

static gboolean
refuse_line (GError **error, BullaCaaRecordsError code, guint line, const char *what)
{
  g_set_error (error, BULLA_CAA_RECORDS_ERROR, code, "line %u: %s", line, what);
  return FALSE;
}

/* Returns the next word; "" at the end of the line. */
static const char *
peek_text (const Line *line)
{
  return line->at < line->words->len
             ? bulla_caa_word_get_text (g_ptr_array_index (line->words, line->at))
             : "";
}

static BullaCaaWord *
take_word (Line *line)
{
  return line->at < line->words->len ? g_ptr_array_index (line->words, line->at++) : NULL;
}

static gboolean
skip_keyword (Line *line, const char *keyword)
{
  if (g_ascii_strcasecmp (peek_text (line), keyword) != 0)
    return FALSE;
  line->at++;
  return TRUE;
}

/* Reads a number up to @max that consists of decimal digits only. */
static gboolean
take_number (Line *line, guint64 max, guint64 *number)
{
  if (!g_ascii_string_to_unsigned (peek_text (line), 10, 0, max, number, NULL))
    return FALSE;
  line->at++;
  return TRUE;
}

/* Skips the time to live and the class, in either order, each at most once. */
static void
skip_ttl_and_class (Line *line)
{
  guint64 ttl = 0;
  gboolean had_class = skip_keyword (line, "IN");

  if (g_ascii_isdigit (*peek_text (line)))
    take_number (line, G_MAXUINT32, &ttl);
  if (!had_class)
    skip_keyword (line, "IN");
}

/* Reads RFC 3597 section 5 data: \# LENGTH HEX…. Older programs print CAA records in this form,
 * and only it can express malformed data. */
static gboolean
read_generic (Line *line, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint64 length = 0;

  line->at++;
  if (!take_number (line, BULLA_CAA_RDATA_MAX, &length))
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line, "no length after \\#");
  while (line->at < line->words->len) {
    const char *hex = peek_text (line);
    gboolean even = strlen (hex) % 2 == 0 && *hex != '\0';
    for (; even && *hex != '\0'; hex += 2) {
      if (!g_ascii_isxdigit (hex[0]) || !g_ascii_isxdigit (hex[1]))
        break;
      guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
      g_byte_array_append (data, &byte, 1);
    }
    if (!even || *hex != '\0')
      return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                          "not hexadecimal data");
    line->at++;
  }
  if (data->len != length)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "the data does not have the length that is given");
  BullaCaaRecord *record = bulla_caa_record_read (data->data, data->len);
  if (record != NULL)
    g_ptr_array_add (line->node->records, record);
  else
    line->node->unreadable++;
  return TRUE;
}

static gboolean
is_alphanumeric (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text))
      return FALSE;
  return TRUE;
}

/* Reads FLAGS TAG VALUE. */
static gboolean
read_caa (Line *line, GError **error)
{
  const BullaCaaWord *first =
      line->at < line->words->len ? g_ptr_array_index (line->words, line->at) : NULL;
  guint64 flags = 0;

  if (first != NULL && first->generic)
    return read_generic (line, error);
  if (!take_number (line, 255, &flags))
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "the flags are not a number from 0 to 255");
  const BullaCaaWord *tag = take_word (line);
  const char *text = tag != NULL ? bulla_caa_word_get_text (tag) : "";
  if (*text == '\0' || tag->bytes->len > BULLA_CAA_TAG_MAX || !is_alphanumeric (text))
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "the tag is not a word of letters and digits");
  const BullaCaaWord *value = take_word (line);
  if (value == NULL)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line, "the value is missing");
  if (value->bytes->len > BULLA_CAA_RDATA_MAX - 2 - tag->bytes->len)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "the value is too long for a DNS record");
  g_ptr_array_add (
      line->node->records,
      bulla_caa_record_new ((guint8)flags, text, value->bytes->data, value->bytes->len));
  return TRUE;
}

static gboolean
read_target (Line *line, char **target, GError **error)
{
  const BullaCaaWord *word = take_word (line);
  g_autofree char *name =
      word != NULL && !word->quoted
          ? bulla_dns_name_dup_owner ((const char *)word->bytes->data, word->bytes->len)
          : NULL;

  if (name == NULL)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "the alias does not lead to a DNS name");
  if (*target != NULL && strcmp (*target, name) != 0)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_CONFLICT, line->line,
                        "the name already has another alias");
  g_free (*target);
  *target = g_steal_pointer (&name);
  return TRUE;
}

/* Reads the type and the record data behind it. */
static gboolean
read_data (Line *line, GError **error)
{
  Node *node = line->node;

  if (skip_keyword (line, "CAA") || skip_keyword (line, "TYPE257"))
    return read_caa (line, error);
  if (skip_keyword (line, "CNAME"))
    return read_target (line, &node->cname, error);
  if (skip_keyword (line, "DNAME"))
    return read_target (line, &node->dname, error);
  if (skip_keyword (line, "NXDOMAIN"))
    return node->nxdomain = TRUE;
  if (skip_keyword (line, "SERVFAIL"))
    return node->servfail = TRUE;
  if (skip_keyword (line, "BOGUS"))
    return node->bogus = TRUE;
  return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                      "expected CAA, CNAME, DNAME, NXDOMAIN, SERVFAIL or BOGUS after the name");
}

/* Reports conflicts: an alias or a missing name has no records of its own (RFC 2181 section
 * 10.1). */
static gboolean
check_node (const Line *line, GError **error)
{
  const Node *node = line->node;
  gboolean has_records = node->records->len > 0 || node->unreadable > 0;

  if (line->at < line->words->len)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, line->line,
                        "something follows the end of the record");
  if (node->cname != NULL && has_records)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_CONFLICT, line->line,
                        "the name has both a CNAME and CAA records");
  if (node->nxdomain && (has_records || node->cname != NULL || node->dname != NULL))
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_CONFLICT, line->line,
                        "the name has records and does not exist");
  return TRUE;
}

static Node *
get_node (BullaCaaRecords *self, const char *name)
{
  Node *node = g_hash_table_lookup (self->nodes, name);

  if (node != NULL)
    return node;
  node = g_new0 (Node, 1);
  node->records = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_caa_record_free);
  g_hash_table_insert (self->nodes, g_strdup (name), node);
  return node;
}

/* Says whether @name is a type or a class, so that the line lacks a name. */
static gboolean
is_keyword (const char *name)
{
  static const char *const words[] = {"in",    "caa",      "cname",    "dname",
                                      "bogus", "nxdomain", "servfail", NULL};

  return g_strv_contains (words, name);
}

static gboolean
read_line (BullaCaaRecords *self, const char *text, gsize length, guint number, GError **error)
{
  const char *detail = NULL;
  g_autoptr (GPtrArray) words = bulla_caa_words_read (text, length, &detail);
  Line line = {NULL, words, 0, number};

  if (words == NULL)
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, number, detail);
  if (words->len == 0)
    return TRUE;
  const BullaCaaWord *owner = take_word (&line);
  g_autofree char *name =
      !owner->quoted
          ? bulla_dns_name_dup_owner ((const char *)owner->bytes->data, owner->bytes->len)
          : NULL;
  if (name == NULL || is_keyword (name))
    return refuse_line (error, BULLA_CAA_RECORDS_ERROR_SYNTAX, number,
                        "a record begins with a DNS name in A-labels");
  line.node = get_node (self, name);
  skip_ttl_and_class (&line);
  return read_data (&line, error) && check_node (&line, error);
}

/**
 * bulla_caa_records_parse: (skip)
 * @text: (array length=length): at most %BULLA_CAA_RECORDS_SIZE_MAX bytes
 * @length: bytes of @text
 * @error: a %BULLA_CAA_RECORDS_ERROR
 *
 * Returns: (transfer full) (nullable): the records of the text
 */
BullaCaaRecords *
bulla_caa_records_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (BullaCaaRecords) self = g_new0 (BullaCaaRecords, 1);
  const char *at = text, *end = text + length;
  guint number = 0;

  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  if (length > BULLA_CAA_RECORDS_SIZE_MAX) {
    g_set_error (error, BULLA_CAA_RECORDS_ERROR, BULLA_CAA_RECORDS_ERROR_LIMIT,
                 "there are more than %d bytes", BULLA_CAA_RECORDS_SIZE_MAX);
    return NULL;
  }
  while (at < end) {
    const char *newline = memchr (at, '\n', (gsize)(end - at));
    const char *stop = newline != NULL ? newline : end;
    if (++number > BULLA_CAA_RECORDS_LINES_MAX) {
      refuse_line (error, BULLA_CAA_RECORDS_ERROR_LIMIT, number, "there are too many lines");
      return NULL;
    }
    if (!read_line (self, at, (gsize)(stop - at), number, error))
      return NULL;
    at = newline != NULL ? newline + 1 : end;
  }
  return g_steal_pointer (&self);
}

void
bulla_caa_records_free (BullaCaaRecords *self)
{
  g_hash_table_unref (self->nodes);
  g_free (self);
}

/* RFC 6672 section 2.3: a DNAME of a parent replaces the end of the name.
 * Returns: (transfer full) (nullable): the name that the DNAME leads to; "" if it would be too long
 */
static char *
dup_redirected (const BullaCaaRecords *self, const char *name)
{
  for (const char *dot = strchr (name, '.'); dot != NULL; dot = strchr (dot + 1, '.')) {
    const Node *node = g_hash_table_lookup (self->nodes, dot + 1);
    if (node == NULL || node->dname == NULL)
      continue;
    g_autofree char *start = g_strndup (name, (gsize)(dot + 1 - name));
    g_autofree char *target = g_strconcat (start, node->dname, NULL);
    return strlen (target) <= BULLA_DNS_NAME_MAX ? g_steal_pointer (&target) : g_strdup ("");
  }
  return NULL;
}

static BullaCaaAnswer *
answer_without_response (const char *name, int rcode, const char *detail)
{
  BullaCaaAnswer *answer = bulla_caa_answer_new (name, BULLA_DNSSEC_NO_ANSWER, rcode);

  answer->detail = g_strdup_printf ("%s: %s", name, detail);
  return answer;
}

/* @node: (nullable): node at the end of the alias chain that begins at @name */
static BullaCaaAnswer *
answer_from_node (const char *name, const Node *node)
{
  if (node != NULL && node->servfail)
    return answer_without_response (
        name, RCODE_SERVFAIL,
        "its server fails, according to the records; change them to judge it");
  if (node != NULL && node->records->len + node->unreadable > BULLA_CAA_RECORDS_MAX)
    return answer_without_response (name, RCODE_SERVFAIL, "too many CAA records; leave some out");
  BullaCaaAnswer *answer = bulla_caa_answer_new (
      name, BULLA_DNSSEC_SECURE, node != NULL && node->nxdomain ? RCODE_NXDOMAIN : 0);
  for (guint i = 0; node != NULL && i < node->records->len; i++) {
    const BullaCaaRecord *record = g_ptr_array_index (node->records, i);
    gsize length = 0;
    const guint8 *value = g_bytes_get_data (record->value, &length);
    g_ptr_array_add (answer->records,
                     bulla_caa_record_new (record->flags, record->tag, value, length));
  }
  answer->unreadable = node != NULL ? node->unreadable : 0;
  return answer;
}

static BullaCaaAnswer *
answer_bogus (const char *name)
{
  BullaCaaAnswer *answer = bulla_caa_answer_new (name, BULLA_DNSSEC_BOGUS, 0);

  answer->detail = g_strdup_printf ("%s: its signatures are wrong, according to the records", name);
  return answer;
}

/**
 * bulla_caa_records_answer: (skip)
 * @self: records
 * @name: a DNS name in lower-case A-labels without a final dot
 *
 * Follows aliases. A query that meets more than %BULLA_CAA_RECORDS_ALIASES_MAX of them, for example
 * in a loop, has no answer.
 *
 * Returns: (transfer full): the answer to a query for the CAA records of @name, as from a resolver
 *   that validates DNSSEC
 */
BullaCaaAnswer *
bulla_caa_records_answer (const BullaCaaRecords *self, const char *name)
{
  g_autofree char *at = g_strdup (name);

  for (guint links = 0; links <= BULLA_CAA_RECORDS_ALIASES_MAX; links++) {
    const Node *node = g_hash_table_lookup (self->nodes, at);
    if (node != NULL && node->bogus)
      return answer_bogus (name);
    g_autofree char *target = dup_redirected (self, at);
    if (target == NULL && node != NULL && !node->servfail)
      target = g_strdup (node->cname);
    if (target == NULL) {
      BullaCaaAnswer *answer = answer_from_node (name, node);
      answer->alias = links > 0 ? g_steal_pointer (&at) : NULL;
      return answer;
    }
    if (*target == '\0')
      return answer_without_response (
          name, RCODE_YXDOMAIN, "an alias leads to a name that is too long; correct the records");
    g_free (at);
    at = g_steal_pointer (&target);
  }
  return answer_without_response (
      name, RCODE_SERVFAIL, "the chain of aliases is too long, or a loop; correct the records");
}

/**
 * bulla_caa_records_climb: (skip)
 * @self: records
 * @climb: a climb
 *
 * Answers all look-ups of @climb, until it has ended.
 */
void
bulla_caa_records_climb (const BullaCaaRecords *self, BullaCaaClimb *climb)
{
  const char *name;

  while ((name = bulla_caa_climb_get_next (climb)) != NULL)
    bulla_caa_climb_take (climb, bulla_caa_records_answer (self, name));
}

/**
 * bulla_caa_value_dup_text: (skip)
 * @value: the value of a CAA record, any bytes
 *
 * Returns: (transfer full): its presentation form (RFC 1035 section 5.1) without the quotation
 *   marks around it: printable ASCII, where \" is a quotation mark, \\ a backslash, and \DDD any
 *   other byte
 */
char *
bulla_caa_value_dup_text (GBytes *value)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (value, &length);
  GString *text = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++) {
    if (data[i] == '"' || data[i] == '\\')
      g_string_append_printf (text, "\\%c", data[i]);
    else if (g_ascii_isprint ((char)data[i]))
      g_string_append_c (text, (char)data[i]);
    else
      g_string_append_printf (text, "\\%03u", data[i]);
  }
  return g_string_free (text, FALSE);
}
