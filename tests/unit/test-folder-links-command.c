/* test-folder-links-command.c - folders to publish that have symbolic links
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define DIR "create bundle --dir site --base-url https://example.com/ "

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (
      run (place, "mkdir site; echo '<p>Hello' >site/index.html; echo x >site/x.js", NULL, NULL),
      ==, 0);
}

/* Links within the folder are followed; what they reach outside of it is not published. */
static void
test_bundle (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir site/deep out; echo secret >out/key; ln -s /etc/passwd site/passwd; "
       "ln -s ../../out site/deep/out; ln -s ../x.js site/deep/b.js; ln -s deep site/again; "
       "ln -s \"$PWD/site/x.js\" site/whole.js; $BULLA " DIR "o.wbn",
       0, "Left out: site/passwd: a link to /etc/passwd, which is outside of the folder"},
      {"$BULLA " DIR
       "-f o.wbn 2>&1 | grep -c 'Left out: site/\\(deep/out\\|again/out\\|passwd\\):'",
       0, "2"},
      {"$BULLA bundle list o.wbn | grep -c 'passwd\\|key\\|out'", 1, "0"},
      {"$BULLA bundle list o.wbn | grep -c 'deep/b.js\\|again/b.js\\|whole.js'", 0, "3"},
      {"ln -s site published; $BULLA create bundle --dir published --base-url "
       "https://example.com/ p.wbn && cmp o.wbn p.wbn && echo same",
       0, "same"},
      {"mkdir v; echo en >v/a.en.html; ln -s ../out/key v/a.fr.html; echo fr >v/a.de.html; "
       "$BULLA create bundle --variants v --languages en,de --format b1 --base-url "
       "https://example.com/ v.wbn",
       0, "Left out: v/a.fr.html: a link to"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_site (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"ln -s /etc/passwd site/passwd && $BULLA create authority ca && $BULLA create site site "
       "--authority ca --base-url https://example.com/",
       0, "Left out: site/passwd: a link to /etc/passwd, which is outside of the folder"},
      {"find site-signed -name 'passwd*' | wc -l", 0, "0"},
      {"grep -c 'x.js' site-signed/site.json", 0, ""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* Files that cannot be read to an end, and links that lead nowhere or in circles. */
static void
test_special (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkfifo site/pipe; ln -s pipe site/to-pipe; ln -s /dev/zero site/zero; ln -s .. site/up; "
       "timeout 60 $BULLA " DIR "o.wbn",
       0, "Left out: site/pipe: not a regular file"},
      {"$BULLA " DIR "-f o.wbn 2>&1 | grep -c 'to-pipe: not a regular file\\|zero: a link to "
       "/dev/zero, which\\|up: a link to '",
       0, "3"},
      {"$BULLA bundle list o.wbn | grep -c 'pipe\\|zero\\|up'", 1, "0"},
      {"mkdir real; ln -s ../site real/site; cd real; $BULLA " DIR "../p.wbn", 0, ""},
      {"cmp o.wbn p.wbn && echo same", 0, "same"},
      {"ln -s nowhere site/gone; $BULLA " DIR "-f o.wbn", 2,
       "site/gone: a link to nowhere: No such file or directory"},
      {"rm site/gone; ln -s self site/self; $BULLA " DIR "-f o.wbn", 2,
       "site/self: a link to self: Too many levels of symbolic links"},
      {"rm site/self; ln -s . site/loop; $BULLA " DIR "-f o.wbn", 2, "does a link form a loop?"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/folder-links/bundle", Place, NULL, set_up, test_bundle, place_tear_down);
  g_test_add ("/folder-links/site", Place, NULL, set_up, test_site, place_tear_down);
  g_test_add ("/folder-links/special", Place, NULL, set_up, test_special, place_tear_down);
  return g_test_run ();
}
