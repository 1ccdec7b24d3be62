/* bulla-bundle-facts.h - what was learnt about a web bundle, and about one response in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-part.h"

G_BEGIN_DECLS

/* The subject of the facts, which selects the rules. */
typedef enum { BULLA_FORM_EXCHANGE, BULLA_FORM_BUNDLE, BULLA_FORM_RESPONSE } BullaForm;

/* of the bundle; each response in it has a copy */
typedef struct {
  BullaPart head;      /* from the magic to the last section before the responses */
  BullaPart length;    /* the trailing length against what is there */
  const char *version; /* "b1", "b2", or what stands in its place */
  const char *url;     /* the base of its relative URLs; nullable: a local file or a pipe */
  const char *primary_url, *manifest_url;   /* as in the index; nullable */
  BullaKnown primary_found, manifest_found; /* is it in the index? */
  const char *unknown_sections;             /* names, comma-separated; nullable */
  const char *claimed_origins; /* origins, comma-separated and limited in number; nullable */
  guint n_resources;           /* URLs in the index */
  guint n_aliases;             /* locations that are another URL's too */
  guint n_overlaps;            /* locations that share some bytes with another */
  guint n_ambiguous;           /* keys that come to the URL of an earlier one */
  guint n_authorities, n_subsets;
  guint64 total_length; /* the stated length; 0: not read */
  BullaRange version_range, primary_range;
  const char *index_text; /* describes URLs that share bytes; written by the judge */
} BullaBundleFacts;

/* of the integrity block in front of it */
typedef struct {
  BullaKnown present;
  BullaPart block;
  const char *version; /* "2b", "1b", or what stands in its place */
  const char *web_bundle_id;
  guint n_signatures, n_known, n_valid;
  BullaKnown first_known; /* is the first key of a kind that is known? */
  BullaPart signatures;   /* no: the first one that does not hold */
  BullaKnown id_derived;  /* does the id come from one of the keys? */
  BullaKnown pinned;      /* does the profile name a key for the id? */
  BullaKnown pin_found;   /* the pinned key is among the signing keys */
  BullaRange id_range, entries_range;
} BullaIntegrityFacts;

/* of one response; its headers, and what vouches for it, are where an exchange has them */
typedef struct {
  BullaPart item;            /* the array, the length of the headers, the payload's place */
  BullaRange range;          /* of the item, in the file */
  guint64 payload_length;    /* bytes, encoded */
  BullaKnown in_scope;       /* same origin as the bundle's URL and below its folder */
  const char *scope;         /* URL prefix of the scope; nullable */
  BullaKnown vouched;        /* is its URL in a subset? */
  guint subset;              /* which */
  BullaKnown header_matches; /* header-sha256 against the header bytes */
  const char *payload_integrity;
  BullaRange header_hash_range, payload_integrity_range;
  /* the judge writes these, from the headers */
  const char *stateful;      /* comma-separated names of those that change state; nullable */
  const char *stateful_text; /* the stateful headers, and whether they are dropped; nullable */
} BullaResponseFacts;

G_END_DECLS
