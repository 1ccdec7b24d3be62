/* test-interrupt-command.c - interrupts commands that write, and checks what they leave behind
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands cannot finish before they are interrupted: nobody reads the pipe that they fill. */
#include "command-cases.h"

/* more warnings than the pipe holds */
#define SITE                                                                                       \
  "$BULLA create site many --base-url https://example.com/ --authority ca --out out "              \
  "--header 'Set-Cookie: a=1' --ignore-errors "
#define WAIT_FOR(name) "until ls -d " name " >there 2>&1; do :; done; "
#define END(signal) "kill -" signal " $p; wait $p; echo ended $?; "

static void
set_up (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir -p many/0/deep temporary && $BULLA create authority ca && echo a >many/0/deep/a.txt "
       "&& "
       "for n in $(seq 300); do echo $n >many/$n.txt; done && "
       "head -c 1000000 /dev/zero >many/zero.bin && mkfifo pipe",
       0, "Wrote"},
  };

  place_set_up (place);
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_site (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"exec 3<>pipe; " SITE "2>pipe & p=$!; " WAIT_FOR ("out.*/packages/0/deep/a.txt.sxg")
           END ("INT") "ls",
       0, "ended 130\nca\nmany\npipe\ntemporary\nthere\n"},
      {"exec 3<>pipe; " SITE "2>pipe & p=$!; " WAIT_FOR ("out.*/packages/0/deep/a.txt.sxg")
           END ("TERM") "ls",
       0, "ended 143\nca\nmany\npipe\ntemporary\nthere\n"},
      {"exec 3<>pipe; " SITE "2>pipe & p=$!; " WAIT_FOR ("out.*/packages/0/deep/a.txt.sxg")
           END ("HUP") "ls",
       0, "ended 129\nca\nmany\npipe\ntemporary\nthere\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* An earlier folder stays as it was. */
static void
test_replaced (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {SITE "2>warnings && find out -type f | sort | xargs sha256sum >before", 0, "Wrote out"},
      {"exec 3<>pipe; " SITE "--force 2>pipe & p=$!; " WAIT_FOR ("out.*/packages/0/deep/a.txt.sxg")
           END ("INT") "find out -type f | sort | xargs sha256sum | cmp - before && ls -d out*",
       0, "ended 130\nout\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A bundle for standard output waits in the folder for temporary files. */
static void
test_bundle (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"exec 3<>pipe; TMPDIR=$PWD/temporary $BULLA create bundle --dir many "
       "--base-url https://example.com/ - >pipe & p=$!; " WAIT_FOR ("temporary/bulla-*")
           END ("TERM") "ls temporary",
       0, "ended 143\n"},
      {"ls temporary | wc -l", 0, "0\n"},
      /* a reader that goes away */
      {"TMPDIR=$PWD/temporary $BULLA create bundle --dir many --base-url https://example.com/ - | "
       "head -c 1 >first; ls temporary | wc -l",
       0, "0\n"},
      {"trap '' HUP; $BULLA create bundle --dir many --base-url https://example.com/ a.wbn "
       "& p=$!; kill -HUP $p; wait $p; echo ended $?",
       0, "ended 0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Place, NULL, set_up, test, place_tear_down)
  ADD ("/command/interrupt/site", test_site);
  ADD ("/command/interrupt/replaced", test_replaced);
  ADD ("/command/interrupt/bundle", test_bundle);
  return g_test_run ();
}
