/* bulla-bundle-facts.h - facts learnt about a web bundle and about one response in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-parsed-part.h"

G_BEGIN_DECLS

/* The subject of the facts, which decides the rules to check. */
typedef enum { BULLA_FORM_EXCHANGE, BULLA_FORM_BUNDLE, BULLA_FORM_RESPONSE } BullaForm;

/* Facts about the bundle; the facts of each response contain a copy. */
typedef struct {
  BullaPart head;      /* bytes from the magic to the last section before the responses */
  BullaPart length;    /* the stated trailing length, compared with the length of the file */
  const char *version; /* "b1", "b2", or the unknown version that the file states */
  const char *url;     /* base of relative URLs; NULL if read from a file or a pipe */
  const char *primary_url, *manifest_url; /* URLs as in the bundle; NULL if not stated */
  /* URLs that cannot be used, with what is wrong with them, where the profile leaves them out */
  const char *primary_odd, *manifest_odd;
  BullaKnown primary_found, manifest_found; /* whether the index lists the URL */
  const char *unknown_sections;             /* comma-separated names; NULL if all are known */
  const char *claimed_origins;              /* comma-separated, limited in number; NULL if none */
  guint n_resources;                        /* URLs in the index */
  guint n_aliases;             /* locations that the index lists for more than one URL */
  guint n_overlaps;            /* locations that partly overlap another one */
  guint n_ambiguous;           /* index keys that normalise to the URL of an earlier key */
  guint n_odd;                 /* keys that are not URLs, which were left out of the index */
  const char *app_foreign_url; /* first URL of an isolated app with another ID; NULL if none */
  const char *app_odd_url;     /* first URL that no isolated app may have; NULL if none */
  guint n_authorities, n_subsets;
  guint64 total_length; /* stated length, bytes; 0 if not read */
  BullaRange version_range, primary_range;
  const char *index_text; /* description of URLs that share bytes; written by the judge */
} BullaBundleFacts;

/* Facts about the integrity block in front of the bundle. */
typedef struct {
  BullaKnown present;
  BullaPart block;
  const char *version; /* "2b", "1b", or the unknown version that the block states */
  const char *web_bundle_id;
  guint n_signatures, n_known, n_valid;
  BullaKnown first_known; /* whether the first key has a known type */
  BullaPart signatures;   /* BULLA_NO: describes the first invalid signature */
  BullaKnown id_derived;  /* whether the web bundle id derives from one of the keys */
  BullaKnown pinned;      /* whether the profile pins a key for the id */
  BullaKnown pin_found;   /* whether the pinned key is among the signing keys */
  BullaRange id_range, entries_range;
} BullaIntegrityFacts;

/* Facts about one response; its headers and signature are in the fields used for exchanges. */
typedef struct {
  BullaPart item;            /* the response array: length of the headers, payload location */
  BullaRange range;          /* bytes of the response in the file */
  guint64 payload_length;    /* bytes, encoded */
  BullaKnown in_scope;       /* whether the URL has the origin and folder of the bundle URL */
  const char *scope;         /* URL prefix of the scope; NULL if the bundle has no scope */
  BullaKnown vouched;        /* whether a signed subset lists the URL */
  guint subset;              /* index of the signed subset */
  BullaKnown header_matches; /* whether header-sha256 matches the header bytes */
  const char *payload_integrity;
  BullaRange header_hash_range, payload_integrity_range;
  /* the judge derives these from the headers */
  const char *stateful;      /* comma-separated headers that change stored state; NULL if none */
  const char *stateful_text; /* the stateful headers, and whether they are dropped; NULL if none */
} BullaResponseFacts;

G_END_DECLS
