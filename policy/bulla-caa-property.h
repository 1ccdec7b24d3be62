/* bulla-caa-property.h - the value of an issue or issuewild property
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"

G_BEGIN_DECLS

/* the accounts and methods that a property is restricted to (RFC 8657) */
typedef enum {
  BULLA_CAA_UNRESTRICTED,
  BULLA_CAA_RESTRICTED,    /* to something that a client cannot know */
  BULLA_CAA_UNSATISFIABLE, /* to nothing at all */
} BullaCaaRestriction;

/* what its parameters say of exchanges (signed exchanges, section 4.2.1) */
typedef enum {
  BULLA_CAA_PARAMETER_MISSING, /* no cansignhttpexchanges */
  BULLA_CAA_PARAMETER_OTHER,   /* another value than "yes", or more than one of them */
  BULLA_CAA_PARAMETER_YES,
} BullaCaaParameter;

typedef struct {
  char *issuer; /* owned; nullable: the property names no issuer; as in the record */
  BullaCaaParameter exchanges;
  BullaCaaRestriction account; /* accounturi, RFC 8657 section 3 */
  BullaCaaRestriction method;  /* validationmethods, RFC 8657 section 4 */
} BullaCaaProperty;

gboolean bulla_caa_property_read (BullaCaaProperty *self, GBytes *value);
void bulla_caa_property_clear (BullaCaaProperty *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCaaProperty, bulla_caa_property_clear)

G_END_DECLS
