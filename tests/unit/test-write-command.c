/* test-write-command.c - runs bulla create as people type it, and the frame around it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  char *folder; /* owned; working directory of the command */
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("bulla-test-XXXXXX", NULL);
  g_autofree char *page = g_build_filename (place->folder, "index.html", NULL);

  g_assert_true (g_file_set_contents (page, "<p>Hello", -1, NULL));
}

static void
remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    remove_all (inner);
  }
  g_clear_pointer (&dir, g_dir_close);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Place *place, gconstpointer data)
{
  remove_all (place->folder);
  g_free (place->folder);
}

/* Runs `bulla LINE` in @place and returns its exit code; @out, @err: (out) (optional) */
static int
run (const Place *place, const char *line, char **out, char **err)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = g_strdup_printf ("%s %s", g_getenv ("BULLA_PROGRAM"), line);
  g_auto (GStrv) arguments = NULL;
  g_autofree char *spare_out = NULL;
  g_autofree char *spare_err = NULL;
  int status = 0;

  g_assert_true (g_shell_parse_argv (command, NULL, &arguments, &error));
  g_spawn_sync (place->folder, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                out != NULL ? out : &spare_out, err != NULL ? err : &spare_err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

#define EXCHANGE                                                                                   \
  "create exchange --certificate chain.pem --private-key chain.key --url https://example.com/ "    \
  "--cert-url https://example.com/chain.cbor --content index.html page.sxg"

static void
make_chain (const Place *place)
{
  g_assert_cmpint (run (place, "create authority ca", NULL, NULL), ==, 0);
  g_assert_cmpint (
      run (place, "create chain --authority ca --host example.com chain.cbor", NULL, NULL), ==, 0);
}

/* Checks the promises of the help text. */
static void
test_three_commands (Place *place, gconstpointer data)
{
  g_autofree char *key = g_build_filename (place->folder, "chain.key", NULL);
  GStatBuf info;

  make_chain (place);
  g_assert_cmpint (g_stat (key, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (run (place, EXCHANGE, NULL, NULL), ==, 0);
  g_assert_cmpint (run (place,
                        "verify --offline --trust ca/root.pem --ct-logs ca/ctlogs.json "
                        "--chain chain.cbor page.sxg",
                        NULL, NULL),
                   ==, 0);
}

static void
test_enclosed (Place *place, gconstpointer data)
{
  make_chain (place);
  g_assert_cmpint (run (place,
                        "create exchange --authority ca --url https://example.com/ "
                        "--content index.html page.sxg",
                        NULL, NULL),
                   ==, 0);
  g_assert_cmpint (
      run (place, "verify --trust ca/root.pem --ct-logs ca/ctlogs.json page.sxg", NULL, NULL), ==,
      0);
  /* a chain for another host is refused */
  g_assert_cmpint (
      run (place, "create chain --authority ca --host other.test --force chain.cbor", NULL, NULL),
      ==, 0);
  g_assert_cmpint (run (place, EXCHANGE " --force --ignore-errors", NULL, NULL), ==, 0);
  g_assert_cmpint (run (place,
                        "verify --trust ca/root.pem --ct-logs ca/ctlogs.json --chain chain.cbor "
                        "page.sxg",
                        NULL, NULL),
                   ==, 1);
}

static char *
read_file (const Place *place, const char *name)
{
  g_autofree char *path = g_build_filename (place->folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
test_nothing_lost (Place *place, gconstpointer data)
{
  static const char *const LINES[] = {
      "create authority ca",
      "create chain --authority ca --host example.com chain.cbor",
      EXCHANGE,
  };

  make_chain (place);
  g_assert_cmpint (run (place, EXCHANGE, NULL, NULL), ==, 0);
  g_autofree char *key = read_file (place, "ca/root.key");
  g_autofree char *chain_key = read_file (place, "chain.key");
  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *err = NULL;
    g_assert_cmpint (run (place, LINES[i], NULL, &err), ==, 2);
    g_assert_nonnull (strstr (err, "--force"));
  }
  g_autofree char *key_after = read_file (place, "ca/root.key");
  g_autofree char *chain_key_after = read_file (place, "chain.key");
  g_assert_cmpstr (key, ==, key_after);
  g_assert_cmpstr (chain_key, ==, chain_key_after);
  g_assert_cmpint (run (place, "create authority ca --force", NULL, NULL), ==, 0);
  /* a pipe or a device would be replaced by a file, so it is refused */
  g_autofree char *pipe = g_build_filename (place->folder, "page.sxg.pipe", NULL);
  g_autofree char *err = NULL;
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (run (place, EXCHANGE ".pipe --force", NULL, &err), ==, 2);
  g_assert_nonnull (strstr (err, "not a regular file"));
}

/* A failed command leaves no file. */
static void
test_failures (Place *place, gconstpointer data)
{
  static const char *const LINES[] = {
      "create exchange --authority ca --url http://example.com/ --content index.html x.sxg",
      "create exchange --authority ca --url https://example.com/#a --content index.html x.sxg",
      "create exchange --authority ca --url https://example.com/ --content missing x.sxg",
      "create exchange --authority ca --url https://example.com/ --content index.html "
      "--record-size 16385 x.sxg",
      "create exchange --authority ca --url https://example.com/ --content index.html "
      "--expires 2999-01-01 x.sxg",
      "create exchange --authority ca --url https://example.com/ --content index.html "
      "--header nonsense x.sxg",
      "create exchange --authority nowhere --url https://example.com/ --content index.html x.sxg",
      "create chain --authority ca x.sxg",
      "create chain --authority ca --host 'a b' x.sxg",
      "create chain --authority ca --host a --days 0 x.sxg",
      "create chain --authority ca --host a --status odd x.sxg",
  };

  make_chain (place);
  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *err = NULL;
    g_assert_cmpint (run (place, LINES[i], NULL, &err), ==, 2);
    g_assert_cmpstr (err, !=, "");
    g_autofree char *file = read_file (place, "x.sxg");
    g_autofree char *part = read_file (place, "x.sxg.part");
    g_assert_null (file);
    g_assert_null (part);
  }
}

static void
test_help (Place *place, gconstpointer data)
{
  static const char *const LINES[] = {"--help", "create --help", "create chain -h",
                                      "help create authority"};

  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++) {
    g_autofree char *out = NULL;
    g_assert_cmpint (run (place, LINES[i], &out, NULL), ==, 0);
    g_assert_nonnull (strstr (out, "bulla create authority my-authority"));
    g_assert_nonnull (strstr (out, "bulla create chain --authority"));
    g_assert_nonnull (strstr (out, "bulla create exchange --certificate"));
  }
  g_autofree char *version = NULL;
  g_assert_cmpint (run (place, "--version", &version, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (version, "bulla "));
}

static void
test_slips (Place *place, gconstpointer data)
{
  static const struct {
    const char *line;
    const char *hint;
  } SLIPS[] = {
      {"craete", "bulla create"},
      {"create exchagne", "bulla create exchange"},
      {"create chain --athority ca", "--authority"},
      {"xyzzyxyzzy", "bulla --help"},
      {"help nothing", "bulla help --help"},
      {"create authority", "bulla create authority --help"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (SLIPS); i++) {
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    g_assert_cmpint (run (place, SLIPS[i].line, &out, &err), ==, 2);
    g_assert_cmpstr (out, ==, "");
    g_assert_nonnull (strstr (err, SLIPS[i].hint));
  }
}

static void
test_pages (Place *place, gconstpointer data)
{
  g_autofree char *completion = NULL;

  g_assert_cmpint (run (place, "help --man-all .", NULL, NULL), ==, 0);
  g_autofree char *page = read_file (place, "bulla-create-exchange.1");
  g_assert_nonnull (page);
  g_assert_nonnull (strstr (page, ".SH EXAMPLES"));
  g_assert_nonnull (strstr (page, "record\\-size"));
  g_assert_cmpint (run (place, "help --completion bash", &completion, NULL), ==, 0);
  g_assert_nonnull (strstr (completion, "complete -o default -F _bulla bulla"));
  g_assert_nonnull (strstr (completion, "later=\"mozilla\""));
  g_assert_cmpint (run (place, "help --completion tcsh", NULL, NULL), ==, 2);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/write/command/" name, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("three-commands", test_three_commands);
  ADD ("enclosed", test_enclosed);
  ADD ("nothing-lost", test_nothing_lost);
  ADD ("failures", test_failures);
  ADD ("help", test_help);
  ADD ("slips", test_slips);
  ADD ("pages", test_pages);
  return g_test_run ();
}
