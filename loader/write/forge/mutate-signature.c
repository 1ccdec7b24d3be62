/* mutate-signature.c - mutations of signed messages, signatures and parameters
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"
#include "write/bulla-exchange-writer-private.h"

#include <openssl/ec.h>
#include <string.h>

#define P256_ORDER "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)

static gboolean
set_context (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaMessagePlan *plan = subject;

  g_free (plan->context);
  plan->context = g_strdup (argument);
  return TRUE;
}

static gboolean
set_message_url (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *url = argument_bytes (argument, error);

  if (url == NULL)
    return FALSE;
  set_bytes (&((BullaMessagePlan *)subject)->url, url);
  return TRUE;
}

static gboolean
set_message_date (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaMessagePlan *)subject)->date, error);
}

static gboolean
set_message_expires (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaMessagePlan *)subject)->expires, error);
}

static gboolean
set_message_hash (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *hash = argument_bytes (argument, error);

  if (hash == NULL)
    return FALSE;
  set_bytes (&((BullaMessagePlan *)subject)->cert_sha256, hash);
  return TRUE;
}

static gboolean
set_hash (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSigningPlan *plan = subject;

  g_free (plan->hash);
  plan->hash = g_strdup (argument);
  return TRUE;
}

static gboolean
set_other_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSigningPlan *plan = subject;

  EVP_PKEY_free (plan->key);
  plan->key = bulla_write_new_key (error);
  return plan->key != NULL;
}

/* Writes 32 bytes as a DER INTEGER, with a leading 0 on demand. */
static void
append_integer (GByteArray *out, const BIGNUM *number, gboolean zero, guint8 first_or)
{
  guint8 bytes[3 + 32] = {2, zero ? 33 : 32, 0};
  guint8 *digits = bytes + (zero ? 3 : 2);

  BN_bn2binpad (number, digits, 32);
  digits[0] |= first_or;
  g_byte_array_append (out, bytes, zero ? 35 : 34);
}

static void
append_both (GByteArray *out, const ECDSA_SIG *signature, gboolean zeros, guint8 first_or)
{
  guint8 head[2] = {0x30, 2 * (zeros ? 35 : 34)};

  g_byte_array_append (out, head, 2);
  append_integer (out, ECDSA_SIG_get0_r (signature), zeros, first_or);
  append_integer (out, ECDSA_SIG_get0_s (signature), zeros, first_or);
}

static void
replace_numbers (GByteArray *der, BIGNUM *r, BIGNUM *s)
{
  g_autoptr (ECDSA_SIG) signature = ECDSA_SIG_new ();
  unsigned char *out = NULL;

  ECDSA_SIG_set0 (signature, r, s);
  int size = i2d_ECDSA_SIG (signature, &out);
  g_byte_array_set_size (der, 0);
  g_byte_array_append (der, out, size);
  OPENSSL_free (out);
}

/* @high: whether s is the greater of s and n - s; both sign the same message */
static void
choose_s (GByteArray *der, const ECDSA_SIG *signature, const BIGNUM *order, gboolean high)
{
  const BIGNUM *s = ECDSA_SIG_get0_s (signature);
  BIGNUM *other = BN_new ();

  BN_sub (other, order, s);
  if ((BN_cmp (other, s) > 0) != high)
    BN_copy (other, s);
  replace_numbers (der, BN_dup (ECDSA_SIG_get0_r (signature)), other);
}

static void
add_order (GByteArray *der, const ECDSA_SIG *signature, const BIGNUM *order)
{
  BIGNUM *r = BN_new ();

  BN_add (r, ECDSA_SIG_get0_r (signature), order);
  replace_numbers (der, r, BN_dup (ECDSA_SIG_get0_s (signature)));
}

static void
make_raw (GByteArray *der, const ECDSA_SIG *signature)
{
  g_byte_array_set_size (der, 64);
  BN_bn2binpad (ECDSA_SIG_get0_r (signature), der->data, 32);
  BN_bn2binpad (ECDSA_SIG_get0_s (signature), der->data + 32, 32);
}

/* Writes a SEQUENCE with a length in two bytes where one is enough. */
static void
make_long_form (GByteArray *der)
{
  const guint8 head[] = {0x30, 0x81};

  g_byte_array_remove_index (der, 0);
  g_byte_array_prepend (der, head, sizeof head);
}

static gboolean
spoil_signature (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const WAYS[] = {"high-s", "low-s",    "plus-n",    "raw",   "zero",
                                     "padded", "negative", "long-form", "empty", NULL};
  GByteArray *der = subject;
  const unsigned char *data = der->data;
  g_autoptr (ECDSA_SIG) signature = d2i_ECDSA_SIG (NULL, &data, der->len);
  g_autoptr (BIGNUM) order = NULL;
  int way = argument_choose (argument, WAYS, error);

  if (way < 0 || signature == NULL)
    return argument_fail (argument, error);
  BN_hex2bn (&order, P256_ORDER);
  if (way <= 1)
    choose_s (der, signature, order, way == 0);
  else if (way == 2)
    add_order (der, signature, order);
  else if (way == 3)
    make_raw (der, signature);
  else if (way == 4)
    replace_numbers (der, BN_new (), BN_dup (ECDSA_SIG_get0_s (signature)));
  else if (way == 7)
    make_long_form (der);
  else {
    g_byte_array_set_size (der, 0);
    if (way != 8)
      append_both (der, signature, way == 5, way == 6 ? 0x80 : 0);
  }
  return TRUE;
}

static guint
find_parameter (const BullaSignaturePlan *plan, const char *key)
{
  for (guint i = 0; i < plan->parameters->len; i++)
    if (strcmp (((BullaSignatureParameter *)g_ptr_array_index (plan->parameters, i))->key, key)
        == 0)
      return i;
  return plan->parameters->len;
}

/* Replaces a parameter "KEY=TEXT" or "KEY", or adds it at the end. */
static gboolean
set_parameter (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSignaturePlan *plan = subject;
  const char *text;
  g_autofree char *key = argument_split (argument, '=', &text);
  guint index = find_parameter (plan, key);

  if (index < plan->parameters->len)
    g_ptr_array_remove_index (plan->parameters, index);
  g_ptr_array_insert (plan->parameters, index, bulla_signature_parameter_new (key, text));
  return TRUE;
}

static gboolean
remove_parameter (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSignaturePlan *plan = subject;
  guint index = find_parameter (plan, argument);

  if (index == plan->parameters->len)
    return argument_fail (argument, error);
  g_ptr_array_remove_index (plan->parameters, index);
  return TRUE;
}

/* Repeats a parameter: "KEY" unchanged, or "KEY=TEXT". */
static gboolean
repeat_parameter (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSignaturePlan *plan = subject;
  const char *text;
  g_autofree char *key = argument_split (argument, '=', &text);
  guint index = find_parameter (plan, key);

  if (index == plan->parameters->len)
    return argument_fail (argument, error);
  const BullaSignatureParameter *found = g_ptr_array_index (plan->parameters, index);
  g_ptr_array_add (plan->parameters,
                   bulla_signature_parameter_new (key, text != NULL ? text : found->text));
  return TRUE;
}

static gboolean
rename_parameter (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSignaturePlan *plan = subject;
  const char *name;
  g_autofree char *key = argument_split (argument, '=', &name);
  guint index = find_parameter (plan, key);

  if (index == plan->parameters->len || name == NULL)
    return argument_fail (argument, error);
  BullaSignatureParameter *found = g_ptr_array_index (plan->parameters, index);
  g_free (found->key);
  found->key = g_strdup (name);
  return TRUE;
}

static gboolean
reverse_parameters (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GPtrArray *list = ((BullaSignaturePlan *)subject)->parameters;

  for (guint i = 0; i < list->len / 2; i++) {
    gpointer kept = list->pdata[i];
    list->pdata[i] = list->pdata[list->len - 1 - i];
    list->pdata[list->len - 1 - i] = kept;
  }
  return TRUE;
}

static gboolean
set_cert_sha256 (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GByteArray) hash = argument_bytes (argument, error);

  if (hash == NULL)
    return FALSE;
  g_autofree char *base64 = g_base64_encode (hash->data, hash->len);
  g_autofree char *parameter = g_strconcat ("cert-sha256=*", base64, "*", NULL);
  return set_parameter (self, subject, parameter, error);
}

static gboolean
set_label (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaSignaturePlan *plan = subject;

  g_free (plan->label);
  plan->label = g_strdup (argument);
  return TRUE;
}

static gboolean
prepend_to_signature (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GByteArray) more = argument_bytes (argument, error);

  if (more == NULL)
    return FALSE;
  g_byte_array_prepend (subject, more->data, more->len);
  return TRUE;
}

/* Adds a copy of the first member, in which "FROM=TO" is replaced. */
static gboolean
repeat_member (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *value = subject;
  g_autofree char *member = g_strndup ((const char *)value->data, value->len);
  const char *to;
  g_autofree char *from = argument_split (argument, '=', &to);
  g_autoptr (GString) second = g_string_new (member);

  if (*argument != '\0' && (to == NULL || g_string_replace (second, from, to, 1) == 0))
    return argument_fail (argument, error);
  g_byte_array_append (value, (const guint8 *)", ", 2);
  g_byte_array_append (value, (const guint8 *)second->str, second->len);
  return TRUE;
}

/* Adds an unknown parameter that makes the value @argument bytes long. */
static gboolean
pad_signature (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  GByteArray *value = subject;
  int64_t wanted;

  if (!argument_number (argument, &wanted, error) || wanted < (int64_t)value->len + 7)
    return argument_fail (argument, error);
  g_autofree char *pad = g_strnfill (wanted - value->len - 7, 'a');
  g_autofree char *parameter = g_strdup_printf (";pad=\"%s\"", pad);
  g_byte_array_append (value, (const guint8 *)parameter, strlen (parameter));
  return TRUE;
}

const MutationRow MUTATIONS_OF_SIGNATURE[] = {
    {{"message-context", "TEXT", "Signed with another context string"},
     BULLA_STAGE_MESSAGE,
     set_context},
    {{"message-url", "BYTES", "Signed for another URL"}, BULLA_STAGE_MESSAGE, set_message_url},
    {{"message-date", "TIME", "Signed with another date"}, BULLA_STAGE_MESSAGE, set_message_date},
    {{"message-expires", "TIME", "Signed with another end"},
     BULLA_STAGE_MESSAGE,
     set_message_expires},
    {{"cert-sha256", "BYTES", "The hash of another certificate, signed"},
     BULLA_STAGE_MESSAGE,
     set_message_hash},
    {{"cert-sha256", "BYTES", NULL}, BULLA_STAGE_PARAMETERS, set_cert_sha256},
    {{"sign-hash", "NAME", "Signed with another hash function"}, BULLA_STAGE_SIGNING, set_hash},
    {{"sign-other-key", "", "Signed with a key that is not the certificate’s"},
     BULLA_STAGE_SIGNING,
     set_other_key},
    {{"sig", "WAY", "high-s low-s plus-n raw zero padded negative long-form empty"},
     BULLA_STAGE_SIGNATURE_DER,
     spoil_signature},
    {{"sig-flip", "N", "A bit flipped in the signature; by default in its last byte"},
     BULLA_STAGE_SIGNATURE_DER,
     bytes_flip},
    {{"sig-append", "BYTES", "Bytes after the signature"}, BULLA_STAGE_SIGNATURE_DER, bytes_append},
    {{"sig-replace", "BYTES", "Another signature"}, BULLA_STAGE_SIGNATURE_DER, bytes_replace},
    {{"param", "KEY=TEXT", "A parameter set, as it stands in the header, not signed"},
     BULLA_STAGE_PARAMETERS,
     set_parameter},
    {{"param-remove", "KEY", "A parameter left out"}, BULLA_STAGE_PARAMETERS, remove_parameter},
    {{"param-twice", "KEY[=TEXT]", "A parameter said twice"},
     BULLA_STAGE_PARAMETERS,
     repeat_parameter},
    {{"param-rename", "KEY=NEW", "A parameter under another name"},
     BULLA_STAGE_PARAMETERS,
     rename_parameter},
    {{"params-reverse", "", "The parameters in another order"},
     BULLA_STAGE_PARAMETERS,
     reverse_parameters},
    {{"label", "TEXT", "Another label"}, BULLA_STAGE_PARAMETERS, set_label},
    {{"signature", "BYTES", "Another Signature value"}, BULLA_STAGE_SIGNATURE, bytes_replace},
    {{"signature-prepend", "BYTES", "Bytes before the Signature value"},
     BULLA_STAGE_SIGNATURE,
     prepend_to_signature},
    {{"signature-append", "BYTES", "Bytes after the Signature value"},
     BULLA_STAGE_SIGNATURE,
     bytes_append},
    {{"signature-twice", "[FROM=TO]", "A second member, the same but for FROM"},
     BULLA_STAGE_SIGNATURE,
     repeat_member},
    {{"signature-pad", "N", "A Signature value of exactly N bytes"},
     BULLA_STAGE_SIGNATURE,
     pad_signature},
    {{NULL}},
};
