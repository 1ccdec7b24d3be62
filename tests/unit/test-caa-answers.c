/* test-caa-answers.c - how long CAA answers are used again
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa-answers.h"

#define TIME G_GINT64_CONSTANT (1900000000) /* Unix time in s at the monotonic time START */
#define START (1000 * G_TIME_SPAN_SECOND)

typedef struct {
  const char *path;
  BullaDnssec dnssec;
  gint64 valid_until; /* seconds after TIME; 0 without signatures */
  gint64 kept_for;    /* in seconds */
} Row;

static const Row rows[] = {
    {"unsigned", BULLA_DNSSEC_INSECURE, 0, 300},
    {"secure", BULLA_DNSSEC_SECURE, 1000, 300},
    {"ending", BULLA_DNSSEC_SECURE, 100, 100},
    {"ended", BULLA_DNSSEC_SECURE, -100, 300}, /* that signature was not needed */
    {"bogus", BULLA_DNSSEC_BOGUS, 100, 30},
};

static gboolean
is_kept (BullaCaaAnswers *answers, gint64 seconds)
{
  g_autoptr (BullaCaaClimb) found =
      bulla_caa_answers_find (answers, "key", START + seconds * G_TIME_SPAN_SECOND);

  return found != NULL;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (BullaCaaAnswers) answers = bulla_caa_answers_new ();
  g_autoptr (BullaCaaClimb) climb = bulla_caa_climb_new ("publisher.test", FALSE);
  BullaCaaAnswer *answer = bulla_caa_answer_new ("publisher.test", row->dnssec, 0);

  answer->valid_until = row->valid_until != 0 ? TIME + row->valid_until : 0;
  bulla_caa_climb_take (climb, answer);
  g_assert_null (bulla_caa_answers_find_or_begin (answers, "key", START, START));
  bulla_caa_answers_end (answers, "key", climb, START, TIME);
  g_assert_true (is_kept (answers, row->kept_for - 1));
  g_assert_false (is_kept (answers, row->kept_for));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/caa/answers/", rows[i].path, NULL);
    g_test_add_data_func (path, &rows[i], test_row);
  }
  return g_test_run ();
}
