/* bulla-reason.c - lists the reasons why a package can fail
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-reason.h"

#include <string.h>

typedef struct {
  const char *nick;
  const char *report;
  const char *chromium; /* nullable; Chromium's name for the reason */
} Row;

static const Row rows[BULLA_N_REASONS] = {
    [BULLA_REASON_NONE] = {NULL, "ok", "kSuccess"},
#define REASON(id, nick, report, chromium) [BULLA_REASON_##id] = {nick, report, chromium},
#include "bulla-reasons.def"
#undef REASON
};

/* The nick of an enum value is that of the reason, with - for its dot: bindings make an
 * identifier of it. */
GType
bulla_reason_get_type (void)
{
  static GEnumValue values[BULLA_N_REASONS + 1] = {
      [BULLA_REASON_NONE] = {BULLA_REASON_NONE, "BULLA_REASON_NONE", "none"},
#define REASON(id, nick, report, chromium)                                                         \
  [BULLA_REASON_##id] = {BULLA_REASON_##id, "BULLA_REASON_" #id, nick},
#include "bulla-reasons.def"
#undef REASON
  };
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    for (int i = BULLA_REASON_NONE + 1; i < BULLA_N_REASONS; i++) {
      g_autofree char *nick = g_strdelimit (g_strdup (values[i].value_nick), ".", '-');
      values[i].value_nick = g_intern_string (nick);
    }
    g_once_init_leave (&type,
                       g_enum_register_static (g_intern_static_string ("BullaReason"), values));
  }
  return type;
}

typedef struct {
  BullaRange range;
} BullaFaultPrivate;

static void
bulla_fault_private_init (BullaFaultPrivate *self)
{
  self->range = (BullaRange){0, 0};
}

static void
bulla_fault_private_copy (const BullaFaultPrivate *from, BullaFaultPrivate *to)
{
  *to = *from;
}

static void
bulla_fault_private_clear (BullaFaultPrivate *self)
{
}

G_DEFINE_EXTENDED_ERROR (BullaFault, bulla_fault)

/**
 * bulla_reason_get_nick:
 * @reason: a reason
 *
 * Returns: (nullable): its name, such as `sxg.magic`; %NULL for %BULLA_REASON_NONE
 */
const char *
bulla_reason_get_nick (BullaReason reason)
{
  g_return_val_if_fail (reason < BULLA_N_REASONS, NULL);
  return rows[reason].nick;
}

/**
 * bulla_reason_get_report_type:
 * @reason: a reason
 *
 * Spec: loading.bs, "Queuing signed exchange report".
 *
 * Returns: (nullable): the result that the loading specification reports, without the `sxg.`
 *   prefix; %NULL for reasons of bundles, for which it defines none
 */
const char *
bulla_reason_get_report_type (BullaReason reason)
{
  g_return_val_if_fail (reason < BULLA_N_REASONS, NULL);
  return rows[reason].report;
}

/**
 * bulla_reason_get_chromium_name:
 * @reason: a reason
 *
 * Returns: (nullable): Chromium's name for it; %NULL if it has none
 */
const char *
bulla_reason_get_chromium_name (BullaReason reason)
{
  g_return_val_if_fail (reason < BULLA_N_REASONS, NULL);
  return rows[reason].chromium;
}

/**
 * bulla_reason_from_nick:
 * @nick: a name, as bulla_reason_get_nick() returns it
 *
 * Returns: the reason with that name, or %BULLA_REASON_NONE
 */
BullaReason
bulla_reason_from_nick (const char *nick)
{
  for (int i = BULLA_REASON_NONE + 1; i < BULLA_N_REASONS; i++)
    if (strcmp (rows[i].nick, nick) == 0)
      return i;
  return BULLA_REASON_NONE;
}

/**
 * bulla_fault_set: (skip)
 * @error: (out) (optional): the location that receives the fault
 * @reason: what is wrong with the package
 * @range: the faulty bytes
 * @format: what was observed, printf style
 */
void
bulla_fault_set (GError **error, BullaReason reason, BullaRange range, const char *format, ...)
{
  if (error == NULL)
    return;
  va_list args;
  va_start (args, format);
  *error = g_error_new_valist (BULLA_FAULT, (int)reason, format, args);
  va_end (args);
  bulla_fault_get_private (*error)->range = range;
}

/**
 * bulla_fault_get_range:
 * @error: a #GError
 * @range: (out caller-allocates): the faulty bytes
 *
 * Returns: whether @error is a %BULLA_FAULT
 */
gboolean
bulla_fault_get_range (const GError *error, BullaRange *range)
{
  if (error == NULL || error->domain != BULLA_FAULT)
    return FALSE;
  *range = bulla_fault_get_private (error)->range;
  return TRUE;
}
