/* bulla-caa-property.h - parser for the value of an issue or issuewild property
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"

G_BEGIN_DECLS

/* restriction of a property to accounts or validation methods (RFC 8657) */
typedef enum {
  BULLA_CAA_UNRESTRICTED,
  BULLA_CAA_RESTRICTED,    /* restricted to an account or method that a client cannot check */
  BULLA_CAA_UNSATISFIABLE, /* restricted so that no account or method satisfies it */
} BullaCaaRestriction;

/* the permission for exchanges in the parameters (signed exchanges, section 4.2.1) */
typedef enum {
  BULLA_CAA_PARAMETER_MISSING, /* cansignhttpexchanges is missing */
  BULLA_CAA_PARAMETER_OTHER,   /* cansignhttpexchanges is not "yes", or occurs more than once */
  BULLA_CAA_PARAMETER_YES,
} BullaCaaParameter;

typedef struct {
  char *issuer; /* owned; issuer domain as in the record; NULL if the property names no issuer */
  BullaCaaParameter exchanges;
  BullaCaaRestriction account; /* restriction by accounturi, RFC 8657 section 3 */
  BullaCaaRestriction method;  /* restriction by validationmethods, RFC 8657 section 4 */
} BullaCaaProperty;

gboolean bulla_caa_property_read (BullaCaaProperty *self, GBytes *value);
void bulla_caa_property_clear (BullaCaaProperty *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCaaProperty, bulla_caa_property_clear)

G_END_DECLS
