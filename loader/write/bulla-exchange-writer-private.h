/* bulla-exchange-writer-private.h - stages of writing an exchange
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-exchange-writer.h"
#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

typedef struct {
  GBytes *name;  /* owned */
  GBytes *value; /* owned */
} BullaWrittenHeader;

/* The contents to write. */
typedef struct {
  GBytes *url; /* owned; the signed bytes of the URL */
  guint status;
  GPtrArray *headers; /* owned; of BullaWrittenHeader, without :status, digest, content-encoding */
  GBytes *body;       /* owned; not encoded */
  uint64_t record_size;
  char *cert_url;     /* owned */
  char *validity_url; /* owned */
  int64_t date;       /* Unix time in s */
  int64_t expires;
} BullaExchangePlan;

typedef struct {
  GBytes *body; /* borrowed; the body before encoding */
  uint64_t record_size;
  GByteArray *encoded; /* owned */
  char *digest;        /* owned; the value of the Digest header */
} BullaBodyPlan;

void bulla_body_plan_clear (BullaBodyPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaBodyPlan, bulla_body_plan_clear)

/* The parts of the signed message, in the order of sxg.md section 3. */
typedef struct {
  char *context;        /* owned; "HTTP Exchange 1 b3" */
  GBytes *cert_sha256;  /* owned; 32 bytes */
  GBytes *validity_url; /* owned */
  int64_t date;
  int64_t expires;
  GBytes *url;     /* owned */
  GBytes *headers; /* owned; CBOR map of the headers */
} BullaMessagePlan;

typedef struct {
  GBytes *message; /* owned */
  EVP_PKEY *key;   /* owned */
  char *hash;      /* owned; "SHA256" */
} BullaSigningPlan;

typedef struct {
  char *key;  /* owned */
  char *text; /* owned; the item as written in the header; NULL for a key alone */
} BullaSignatureParameter;

typedef struct {
  char *label;           /* owned */
  GPtrArray *parameters; /* owned; of BullaSignatureParameter, in the written order */
} BullaSignaturePlan;

/* Parts of the file (sxg.md section 1). */
typedef struct {
  GBytes *magic; /* owned, like the next three */
  GBytes *url;
  GBytes *signature;
  GBytes *headers;
  uint64_t url_length; /* bytes, as stated in the file */
  uint64_t signature_length;
  uint64_t headers_length;
} BullaContainerPlan;

/* Offsets of the parts of a file. */
typedef struct {
  size_t url;
  size_t lengths;
  size_t signature;
  size_t headers;
  size_t body;
  size_t end;
} BullaFileLayout;

typedef struct {
  GByteArray *bytes; /* owned */
  BullaFileLayout layout;
} BullaFilePlan;

BullaWrittenHeader *bulla_written_header_new (const char *name, const char *value);
void bulla_written_header_free (BullaWrittenHeader *self);
/* @name: in lower case; @value is joined to an existing header of that name, with a comma */
void bulla_written_headers_add (GPtrArray *headers, const char *name, const char *value);
GPtrArray *bulla_written_headers_copy (GPtrArray *headers);
BullaSignatureParameter *bulla_signature_parameter_new (const char *key, const char *text);

gboolean bulla_exchange_plan_check (const BullaExchangePlan *plan, EVP_PKEY *key, GError **error);
gboolean bulla_exchange_plan_check_signature (const BullaExchangePlan *plan, EVP_PKEY *key,
                                              GError **error);
gboolean bulla_exchange_plan_check_signature_form (const BullaExchangePlan *plan, GError **error);
gboolean bulla_exchange_plan_check_form (const BullaExchangePlan *plan, GError **error);
gboolean bulla_exchange_plan_check_lengths (GBytes *signature, GBytes *headers, gboolean any,
                                            GError **error);
GBytes *bulla_write_headers (GPtrArray *headers, BullaMutation *mutation, GError **error);
GByteArray *bulla_write_credential_signature (BullaCredential *credential, GBytes *message,
                                              BullaMutation *mutation, GError **error);
GBytes *bulla_write_message (const BullaExchangePlan *exchange, BullaCredential *credential,
                             GBytes *headers, BullaMutation *mutation, GError **error);
GBytes *bulla_write_signature_value (const BullaExchangePlan *exchange, BullaCredential *credential,
                                     GBytes *message, BullaMutation *mutation, GError **error);

/* With a mutation, nothing is rejected, and bulla_exchange_writer_write() may be called only
 * once. */
void bulla_exchange_writer_set_mutation (BullaExchangeWriter *self, BullaMutation *mutation);
const BullaFileLayout *bulla_exchange_writer_get_layout (BullaExchangeWriter *self);

G_END_DECLS
