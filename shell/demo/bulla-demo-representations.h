/* bulla-demo-representations.h - reads an article and its picture in all their representations
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-field.h"

G_BEGIN_DECLS

typedef struct {
  char *key;         /* owned; Variant-Key */
  char *file;        /* owned; name of the file */
  char *type;        /* owned; Content-Type */
  char *language;    /* owned; Content-Language; NULL without an axis of languages */
  char *coding;      /* owned; Content-Encoding; NULL if the body has none */
  guint combination; /* place among the combinations of the axes, the first axis slowest */
  GBytes *body;      /* owned; in its content coding */
} DemoRepresentation;

/* a resource with representations */
typedef struct {
  char *name;              /* owned; last part of its path */
  char *text;              /* owned; Variants */
  BullaVariants *variants; /* owned */
  GPtrArray *all;          /* owned; of DemoRepresentation */
} DemoResource;

GPtrArray *demo_read_representations (GError **error);
const BullaVariantsReadings *demo_get_readings (void);

G_END_DECLS
