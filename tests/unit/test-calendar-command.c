/* test-calendar-command.c - runs bulla calendar, and looks for expiry in verify and inspect
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define OPTIONS "--offline --trust a/root.pem --ct-logs a/ctlogs.json --at 2026-06-02T00:00:00Z "
#define CALENDAR "$BULLA calendar " OPTIONS
#define VERIFY "$BULLA verify " OPTIONS
#define SIGN(name, expires)                                                                        \
  "$BULLA create exchange --ignore-errors --authority a --url https://publisher.test/" name        \
  " --content i.html --cert-url data --date 2026-06-01T12:00:00Z --expires " expires " p/" name    \
  ".sxg; "
/* file, cause and state of each package */
#define SHORT                                                                                      \
  " --json | sed 's/.*\"file\":\"\\([^\"]*\\)\".*\"expires_by\":\\([^,]*\\),\"state\":"            \
  "\"\\([a-z-]*\\)\",\"reason\":\\([^,]*\\).*/\\1 \\2 \\3 \\4/'"

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"set -e; mkdir p p/deeper site; echo Hello >i.html; echo Hello >site/index.html; "
       "$BULLA create authority --date 2026-05-20 a; "
       "" SIGN ("soon", "2026-06-02T06:00:00Z") SIGN ("later", "2026-06-08T11:00:00Z")
           SIGN ("old", "2026-06-01T18:00:00Z") "mv p/later.sxg p/deeper; "
                                                "sed 's/Hello/Hallo/' p/soon.sxg >p/forged.sxg; "
                                                "$BULLA create bundle --dir site --base-url "
                                                "https://publisher.test/ --authority a "
                                                "--sign-subset all --date 2026-06-01T12:00:00Z "
                                                "--expires 2026-06-04T00:00:00Z --ignore-errors "
                                                "p/site.wbn; "
                                                "$BULLA create bundle --dir site --base-url "
                                                "https://publisher.test/ p/plain.wbn; "
                                                "echo no package >p/README; ls p",
       0, "site.wbn"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

/* the soonest first, expired ones before those, what is not trusted last */
static void
test_order (Place *place, gconstpointer data)
{
  static const char *const all = "p/old.sxg \"signature\" expired \"signature.expired\"\n"
                                 "p/soon.sxg \"signature\" expires null\n"
                                 "p/site.wbn \"signature\" expires null\n"
                                 "p/deeper/later.sxg \"ocsp\" expires null\n"
                                 "p/forged.sxg null not-trusted \"body.record\"\n"
                                 "p/plain.wbn null not-trusted null\n";
  static const Case cases[] = {
      {CALENDAR "p 2>/dev/null" SHORT, 0, NULL},
      {CALENDAR "p/*.wbn p/deeper 'p/*.sxg' 2>/dev/null" SHORT, 0, NULL},
      {CALENDAR "p 2>/dev/null | cut -c1-40", 0, "2026-06-01T18:00:01Z (5 hours ago)   si"},
      {CALENDAR "p 2>/dev/null", 0,
       "2026-06-02T06:00:01Z (in 6 hours)    signature     p/soon.sxg           "
       "https://publisher.test/soon\n"},
      {CALENDAR "p 2>/dev/null", 0, "not trusted                          body.record   p/forged"},
      {CALENDAR "p 2>/dev/null", 0, "not trusted                          not signed    p/plain"},
      {CALENDAR "p", 0, "skipped 1 file"},
      {CALENDAR "--json p/soon.sxg", 0,
       "{\"file\":\"p/soon.sxg\",\"url\":\"https://publisher.test/soon\",\"expires\":1780380001,"
       "\"in_s\":21601,\"expires_by\":\"signature\",\"state\":\"expires\",\"reason\":null,"
       "\"outcome\":\"substitute\"}\n"},
      {CALENDAR "--json p/old.sxg", 0,
       "\"expires\":1780336801,\"in_s\":-21599,\"expires_by\":\"signature\",\"state\":\"expired\","
       "\"reason\":\"signature.expired\",\"outcome\":\"fall-back\"}\n"},
      {CALENDAR "--json p/forged.sxg", 0,
       "\"expires\":null,\"in_s\":null,\"expires_by\":null,\"state\":\"not-trusted\","
       "\"reason\":\"body.record\",\"outcome\":\"refuse\"}\n"},
      {CALENDAR "--quiet p >out 2>err; echo $?; cat out", 0, "0\n"},
      {"mkdir empty texts; echo text >texts/README; " CALENDAR "empty", 2,
       "empty: no packages found"},
      {CALENDAR "texts empty", 2, "texts, empty: no packages found"},
      {CALENDAR "--within 2d --json texts >out; echo $?; cat out", 0, "2\n"},
      {CALENDAR "empty p/soon.sxg", 0, "p/soon.sxg"},
  };
  g_autofree char *out = NULL;

  for (size_t i = 0; i < 2; i++) {
    g_autofree char *text = NULL;
    g_assert_cmpint (run (place, cases[i].line, &text, NULL), ==, 0);
    g_assert_cmpstr (text, ==, all);
  }
  check (place, cases + 2, G_N_ELEMENTS (cases) - 2);
}

static void
test_within (Place *place, gconstpointer data)
{
  static const struct {
    const char *arguments;
    int status;
    guint n_shown;
  } rows[] = {
      {"--within 2d p", 1, 4}, /* the bundle ends a second later */
      {"--within 1w p", 1, 6},
      {"--within 0 p", 1, 3},
      {"--within 6h p/soon.sxg", 0, 0}, /* it ends a second later */
      {"--within 21601 p/soon.sxg", 1, 1},
      {"--within 21601s p/soon.sxg", 1, 1},
      {"--within 361m p/soon.sxg", 1, 1},
      {"--within 1h p/soon.sxg p/site.wbn", 0, 0},
      {"--within 1h p/old.sxg p/site.wbn", 1, 1},
      {"--within 1h p/forged.sxg", 1, 1},
      {"p/forged.sxg", 0, 1},
  };
  static const Case wrong[] = {
      {CALENDAR "--within soon p", 2, "“soon” is not a valid duration"},
      {CALENDAR "--within 2y p", 2, "is not a valid duration"},
      {CALENDAR "--within -1 p", 2, "is not a valid duration"},
      {CALENDAR "--within 1.5d p", 2, "is not a valid duration"},
      {CALENDAR "--within d p", 2, "is not a valid duration"},
      {CALENDAR "--within '' p", 2, "is not a valid duration"},
      {CALENDAR "--within 99999999999999999w p", 2, "is not a valid duration"},
      {CALENDAR "--within 1h p/soon.sxg nowhere", 2, "nowhere"},
      {CALENDAR "p/soon.sxg 'no*.sxg'", 2, "p/soon.sxg"},
      {CALENDAR "p/soon.sxg 'no*.sxg'", 2, "no*.sxg"},
      {"$BULLA calendar", 2, "no package given"},
      {"$BULLA calendar --profile none p", 2, "none"},
      {"$BULLA calendar --help", 0, "bulla calendar --within 2d packages/"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *line = g_strconcat (CALENDAR, rows[i].arguments, NULL);
    g_autofree char *out = NULL;
    g_test_message ("%s", line);
    g_assert_cmpint (run (place, line, &out, NULL), ==, rows[i].status);
    guint n_lines = 0;
    for (const char *end = out; (end = strchr (end, '\n')) != NULL; end++)
      n_lines++;
    g_assert_cmpuint (n_lines, ==, rows[i].n_shown);
  }
  check (place, wrong, G_N_ELEMENTS (wrong));
}

/* A log list may announce when the log of the timestamps will be retired. */
static void
test_timestamps (Place *place, gconstpointer data)
{
#define RETIRE(time)                                                                               \
  "sed 's/^\\[/{\"version\":\"1\",\"log_list_timestamp\":\"2026-05-01T00:00:00Z\",\"operators\":"  \
  "[{\"name\":\"Op\",\"logs\":[/; s/\"key\":/\"state\":{\"retired\":{\"timestamp\":\"" time        \
  "\"}},&/; s/^\\]/]}]}/' a/ctlogs.json >retired.json; "
#define RETIRED                                                                                    \
  "$BULLA calendar --offline --trust a/root.pem --ct-logs retired.json --json p/soon.sxg "
  static const Case cases[] = {
      {RETIRE ("2026-06-02T05:00:00Z") RETIRED "--at 2026-06-02", 0,
       "\"expires\":1780376400,\"in_s\":18000,\"expires_by\":\"sct\",\"state\":\"expires\","
       "\"reason\":"
       "null"},
      {RETIRED "--at 2026-06-02T04:59:59Z", 0, "\"in_s\":1,\"expires_by\":\"sct\""},
      {RETIRED "--at 2026-06-02T05:00:00Z", 0,
       "\"in_s\":0,\"expires_by\":\"sct\",\"state\":\"expired\",\"reason\":\"sct.unknown-log\""},
      {"$BULLA verify --offline --trust a/root.pem --ct-logs retired.json --json=full --at "
       "2026-06-02 "
       "p/soon.sxg",
       0, "\"until\":1780376399}"},
      {RETIRED "--at 2026-06-02T04:59", 0, "\"in_s\":60,"},
      {RETIRED "--at 2026-06-02T04:59Z", 0, "\"in_s\":60,"},
      {RETIRED "--at 2026-06-02T06:59+02:00", 0, "\"in_s\":60,"},
      {RETIRED "--at 1780376399", 0, "\"in_s\":1,"},
      {RETIRED "--at 2026-06-02T06:5", 2, "is not a valid time"},
      {RETIRED "--at 2026-06-02T06:60Z", 2, "is not a valid time"},
      {RETIRED "--at 2026-06-02 --profile chromium", 0, "\"expires_by\":\"signature\""},
      {RETIRED "--at 2026-06-02 --set certificate.sct=reported", 0, "\"expires_by\":\"signature\""},
      {RETIRE ("2026-06-02T07:00:00Z") RETIRED "--at 2026-06-02", 0,
       "\"expires_by\":\"signature\""},
      {RETIRE ("2026-06-02T05:00:00Z") "$BULLA calendar --offline --trust a/root.pem --ct-logs "
                                       "retired.json --at 2026-06-02 p/site.wbn",
       0, "2026-06-02T05:00:00Z (in 5 hours)   sct"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* verify and inspect name the same moment */
static void
test_at_a_glance (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {VERIFY "p/soon.sxg", 0, "valid until 2026-06-02T06:00:01Z, in 6 hours (signature)"},
      {VERIFY "--json=full p/soon.sxg", 0,
       "\"expires\":1780380001,\"in_s\":21601,\"expires_by\":\"signature\""},
      {VERIFY "--json=full p/old.sxg", 1, "\"expires\":null,\"in_s\":null,\"expires_by\":null"},
      {VERIFY "--explain p/site.wbn", 0, "valid until 2026-06-04T00:00:01Z, in 2 days (signature)"},
      {VERIFY "--json=full p/site.wbn", 0,
       "\"expires\":1780531201,\"in_s\":172801,\"expires_by\":\"signature\""},
      {VERIFY "--json=full p/plain.wbn", 0, "\"expires\":null,\"in_s\":null,\"expires_by\":null"},
      {"$BULLA inspect p/soon.sxg", 0, "expires: 2026-06-02T06:00:01Z, "},
      {"$BULLA inspect --json p/soon.sxg", 0, "\"expires\":1780380001,\"in_s\":"},
      {"$BULLA inspect --json p/deeper/later.sxg", 0, "\"expires_by\":\"ocsp\""},
      {"$BULLA inspect --json p/site.wbn", 0, "\"expires\":1780531201,\"in_s\":"},
      {"$BULLA inspect --json p/plain.wbn", 0, "\"expires\":null,\"in_s\":null,"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Ctrl+C ends it at once */
static void
test_interrupt (Place *place, gconstpointer data)
{
  static const char *const verbs[] = {"verify", "calendar"};

  for (size_t i = 0; i < G_N_ELEMENTS (verbs);
       i++) { /* it has opened the pipe, and waits for more */
    g_autofree char *line = g_strdup_printf ("rm -f pipe; mkfifo pipe; $BULLA %s --offline pipe "
                                             ">out 2>&1 & pid=$!; exec 3>pipe; "
                                             "kill -INT $pid; wait $pid",
                                             verbs[i]);
    g_assert_cmpint (run (place, line, NULL, NULL), ==, 130);
  }
}

static void
add (const char *path, void (*test) (Place *place, gconstpointer data))
{
  g_test_add (path, Place, NULL, set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/command/calendar/order", test_order);
  add ("/command/calendar/within", test_within);
  add ("/command/calendar/timestamps", test_timestamps);
  add ("/command/calendar/at-a-glance", test_at_a_glance);
  add ("/command/calendar/interrupt", test_interrupt);
  return g_test_run ();
}
