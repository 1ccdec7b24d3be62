/* mutate-exchange.c - mutations of URLs, times, headers and container fields
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"
#include "write/bulla-exchange-writer-private.h"

#include <string.h>

static gboolean
set_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaExchangePlan *plan = subject;
  GByteArray *url = argument_bytes (argument, error);

  if (url == NULL)
    return FALSE;
  set_bytes (&plan->url, url);
  return TRUE;
}

static gboolean
set_cert_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaExchangePlan *plan = subject;

  g_free (plan->cert_url);
  plan->cert_url = g_strdup (argument);
  return TRUE;
}

static gboolean
set_validity_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaExchangePlan *plan = subject;

  g_free (plan->validity_url);
  plan->validity_url = g_strdup (argument);
  return TRUE;
}

static gboolean
set_date (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaExchangePlan *)subject)->date, error);
}

static gboolean
set_expires (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaExchangePlan *)subject)->expires, error);
}

static gboolean
set_lifetime (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaExchangePlan *plan = subject;
  int64_t seconds;

  if (!argument_number (argument, &seconds, error))
    return FALSE;
  plan->expires = plan->date + seconds;
  return TRUE;
}

static gboolean
set_record_size (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  int64_t number;

  if (!argument_number (argument, &number, error) || number == 0)
    return argument_fail (argument, error);
  ((BullaExchangePlan *)subject)->record_size = number;
  return TRUE;
}

static gboolean
set_body (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *body = argument_bytes (argument, error);

  if (body == NULL)
    return FALSE;
  set_bytes (&((BullaExchangePlan *)subject)->body, body);
  return TRUE;
}

static gboolean
set_body_size (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  int64_t size;

  if (!argument_number (argument, &size, error) || size < 0 || size > 64 * 1024 * 1024)
    return argument_fail (argument, error);
  GByteArray *body = g_byte_array_sized_new (size);
  g_byte_array_set_size (body, size);
  for (int64_t i = 0; i < size; i++)
    body->data[i] = 'a' + i % 26;
  set_bytes (&((BullaExchangePlan *)subject)->body, body);
  return TRUE;
}

/* Returns: the index of the header, or the length of the list */
static guint
find_header (GPtrArray *headers, const GByteArray *name)
{
  for (guint i = 0; i < headers->len; i++) {
    const BullaWrittenHeader *header = g_ptr_array_index (headers, i);
    gsize size;
    gconstpointer data = g_bytes_get_data (header->name, &size);
    if (size == name->len && memcmp (data, name->data, size) == 0)
      return i;
  }
  return headers->len;
}

/* Parses "NAME=VALUE" or "NAME"; a name may begin with the mark. */
static gboolean
set_header (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *headers = subject;
  const char *text;
  g_autofree char *name_text = argument_split (argument, '=', &text);
  g_autoptr (GByteArray) name = argument_bytes (name_text, error);
  g_autoptr (GByteArray) value = argument_bytes (text != NULL ? text : "", error);

  if (name == NULL || value == NULL)
    return FALSE;
  guint index = find_header (headers, name);
  if (index < headers->len)
    g_ptr_array_remove_index (headers, index);
  BullaWrittenHeader *header = bulla_written_header_new ("", "");
  set_bytes (&header->name, g_steal_pointer (&name));
  set_bytes (&header->value, g_steal_pointer (&value));
  g_ptr_array_insert (headers, MIN (index, headers->len), header);
  return TRUE;
}

/* Parses "NAME=TEXT", and adds the text before or after the existing value. */
static gboolean
extend_header (GPtrArray *headers, const char *argument, gboolean before, GError **error)
{
  const char *text;
  g_autofree char *name_text = argument_split (argument, '=', &text);
  g_autoptr (GByteArray) name = argument_bytes (name_text, error);
  g_autoptr (GByteArray) more = argument_bytes (text != NULL ? text : "", error);

  if (name == NULL || more == NULL)
    return FALSE;
  guint index = find_header (headers, name);
  if (index == headers->len)
    return argument_fail (argument, error);
  BullaWrittenHeader *header = g_ptr_array_index (headers, index);
  GByteArray *value = g_bytes_unref_to_array (g_steal_pointer (&header->value));
  (before ? g_byte_array_prepend : g_byte_array_append) (value, more->data, more->len);
  set_bytes (&header->value, value);
  return TRUE;
}

static gboolean
prepend_to_header (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return extend_header (subject, argument, TRUE, error);
}

static gboolean
append_to_header (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return extend_header (subject, argument, FALSE, error);
}

static gboolean
set_empty_header_name (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_ptr_array_add (subject, bulla_written_header_new ("", argument));
  return TRUE;
}

static gboolean
remove_header (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *headers = subject;
  g_autoptr (GByteArray) name = argument_bytes (argument, error);

  if (name == NULL)
    return FALSE;
  guint index = find_header (headers, name);
  if (index == headers->len)
    return argument_fail (argument, error);
  g_ptr_array_remove_index (headers, index);
  return TRUE;
}

static gboolean
remove_all_headers (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_ptr_array_set_size (subject, 0);
  return TRUE;
}

/* Adds an x-pad header that makes the whole map @argument bytes long. */
static gboolean
pad_headers (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *headers = subject;
  int64_t wanted;
  g_autoptr (GBytes) now = NULL;

  if (!argument_number (argument, &wanted, error))
    return FALSE;
  now = bulla_write_headers (headers, NULL, error);
  if (now == NULL)
    return FALSE;
  int64_t rest = wanted - (int64_t)g_bytes_get_size (now) - 6; /* 0x45 "x-pad" */
  int64_t head = rest > 0x10004 ? 5 : rest > 0x102 ? 3 : 2;
  if (rest < 26)
    return argument_fail (argument, error);
  g_autofree char *pad = g_strnfill (rest - head, 'a');
  g_ptr_array_add (headers, bulla_written_header_new ("x-pad", pad));
  return TRUE;
}

static gboolean
set_magic (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *magic = argument_bytes (argument, error);

  if (magic == NULL)
    return FALSE;
  set_bytes (&((BullaContainerPlan *)subject)->magic, magic);
  return TRUE;
}

static gboolean
set_container_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaContainerPlan *plan = subject;
  GByteArray *url = argument_bytes (argument, error);

  if (url == NULL)
    return FALSE;
  set_bytes (&plan->url, url);
  plan->url_length = g_bytes_get_size (plan->url);
  return TRUE;
}

/* Sets a number, absolute or relative to the correct one: "+1", "-1". */
static gboolean
set_length (const char *argument, uint64_t *length, GError **error)
{
  int64_t number;

  if (!argument_number (argument, &number, error))
    return FALSE;
  *length = *argument == '+' || *argument == '-' ? *length + number : (uint64_t)number;
  return TRUE;
}

static gboolean
set_url_length (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_length (argument, &((BullaContainerPlan *)subject)->url_length, error);
}

static gboolean
set_signature_length (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_length (argument, &((BullaContainerPlan *)subject)->signature_length, error);
}

static gboolean
set_headers_length (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_length (argument, &((BullaContainerPlan *)subject)->headers_length, error);
}

static size_t
part_offset (const BullaFilePlan *plan, size_t part)
{
  const BullaFileLayout *layout = &plan->layout;
  const size_t offsets[] = {
      0,          layout->url, layout->lengths, layout->signature, layout->headers, layout->body,
      layout->end};

  return offsets[part];
}

/* Parses a position: "PART", "PART+N", "PART-N" or "N". */
static gboolean
parse_place (const BullaFilePlan *plan, const char *argument, size_t *offset, GError **error)
{
  static const char *const PARTS[] = {"magic",   "url",  "lengths", "signature",
                                      "headers", "body", "end",     NULL};
  size_t length = strcspn (argument, "+-");
  g_autofree char *part = g_strndup (argument, length);
  int64_t number = 0;

  if (g_ascii_isdigit (*argument))
    return argument_offset (argument, plan->bytes->len, offset, error);
  int index = argument_choose (part, PARTS, error);
  if (index < 0
      || (argument[length] != '\0' && !argument_number (argument + length, &number, error)))
    return FALSE;
  *offset = part_offset (plan, index) + number;
  return *offset <= plan->bytes->len || argument_fail (argument, error);
}

static gboolean
truncate_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaFilePlan *plan = subject;
  size_t offset;

  if (!parse_place (plan, argument, &offset, error))
    return FALSE;
  g_byte_array_set_size (plan->bytes, offset);
  return TRUE;
}

static gboolean
flip_in_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaFilePlan *plan = subject;
  size_t offset;

  if (!parse_place (plan, argument, &offset, error))
    return FALSE;
  if (offset == plan->bytes->len)
    return argument_fail (argument, error);
  plan->bytes->data[offset] ^= 1;
  return TRUE;
}

static gboolean
append_to_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return bytes_append (self, ((BullaFilePlan *)subject)->bytes, argument, error);
}

static gboolean
replace_file (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return bytes_replace (self, ((BullaFilePlan *)subject)->bytes, argument, error);
}

const MutationRow MUTATIONS_OF_EXCHANGE[] = {
    {{"url", "BYTES", "Another request URL, signed"}, BULLA_STAGE_EXCHANGE, set_url},
    {{"cert-url", "TEXT", "Another cert-url"}, BULLA_STAGE_EXCHANGE, set_cert_url},
    {{"validity-url", "TEXT", "Another validity-url, signed"},
     BULLA_STAGE_EXCHANGE,
     set_validity_url},
    {{"date", "TIME", "Another date, signed"}, BULLA_STAGE_EXCHANGE, set_date},
    {{"expires", "TIME", "Another end, signed"}, BULLA_STAGE_EXCHANGE, set_expires},
    {{"lifetime", "SECONDS", "Another end, counted from the date"},
     BULLA_STAGE_EXCHANGE,
     set_lifetime},
    {{"record-size", "N", "Another record size, without limit"},
     BULLA_STAGE_EXCHANGE,
     set_record_size},
    {{"body", "BYTES", "Another body, signed"}, BULLA_STAGE_EXCHANGE, set_body},
    {{"body-size", "N", "A body of that size, signed"}, BULLA_STAGE_EXCHANGE, set_body_size},
    {{"header", "NAME=VALUE", "A header set or replaced (:status, digest too), signed"},
     BULLA_STAGE_HEADERS,
     set_header},
    {{"header-prepend", "NAME=TEXT", "Text before the value of a header, signed"},
     BULLA_STAGE_HEADERS,
     prepend_to_header},
    {{"header-append", "NAME=TEXT", "Text after the value of a header, signed"},
     BULLA_STAGE_HEADERS,
     append_to_header},
    {{"header-nameless", "VALUE", "A header without a name, signed"},
     BULLA_STAGE_HEADERS,
     set_empty_header_name},
    {{"header-remove", "NAME", "A header left out"}, BULLA_STAGE_HEADERS, remove_header},
    {{"headers-none", "", "No headers, not even :status"}, BULLA_STAGE_HEADERS, remove_all_headers},
    {{"headers-pad", "N", "Headers of exactly N bytes"}, BULLA_STAGE_HEADERS, pad_headers},
    {{"magic", "BYTES", "Another file signature"}, BULLA_STAGE_CONTAINER, set_magic},
    {{"container-url", "BYTES", "A fallback URL that is not the signed one"},
     BULLA_STAGE_CONTAINER,
     set_container_url},
    {{"url-length", "N|±N", "A wrong fallbackUrlLength"}, BULLA_STAGE_CONTAINER, set_url_length},
    {{"signature-length", "N|±N", "A wrong sigLength"},
     BULLA_STAGE_CONTAINER,
     set_signature_length},
    {{"headers-length", "N|±N", "A wrong headerLength"}, BULLA_STAGE_CONTAINER, set_headers_length},
    {{"truncate", "PART±N", "The file ends there"}, BULLA_STAGE_FILE, truncate_file},
    {{"flip", "PART±N", "A bit flipped there"}, BULLA_STAGE_FILE, flip_in_file},
    {{"append", "BYTES", "Bytes after the file"}, BULLA_STAGE_FILE, append_to_file},
    {{"replace", "BYTES", "Another file altogether"}, BULLA_STAGE_FILE, replace_file},
    {{NULL}},
};
