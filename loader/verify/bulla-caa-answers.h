/* bulla-caa-answers.h - caches recent CAA answers from DNS for all threads
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "bulla-caa.h"

G_BEGIN_DECLS

typedef struct _BullaCaaAnswers BullaCaaAnswers;

BullaCaaAnswers *bulla_caa_answers_new (void);
BullaCaaAnswers *bulla_caa_answers_ref (BullaCaaAnswers *self);
void bulla_caa_answers_unref (BullaCaaAnswers *self);
BullaCaaClimb *bulla_caa_answers_find (BullaCaaAnswers *self, const char *key, gint64 now);
BullaCaaClimb *bulla_caa_answers_find_or_begin (BullaCaaAnswers *self, const char *key, gint64 now,
                                                gint64 until);
void bulla_caa_answers_end (BullaCaaAnswers *self, const char *key, BullaCaaClimb *climb,
                            gint64 now, gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCaaAnswers, bulla_caa_answers_unref)

G_END_DECLS
