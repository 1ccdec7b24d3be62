/* dns-tree.c - runs a signed DNS tree, root included, on a real name server (nsd) on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dns-tree.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define YES "issue \"ca.test; cansignhttpexchanges=yes\""
#define BIG_RECORDS 60
#define ATTEMPTS 10 /* most ports tried: another program may take one before nsd does */

typedef enum {
  SIGNED,
  UNSIGNED,
  STRIPPED, /* unsigned although the parent has a DS record */
  TAMPERED, /* one record was changed after signing */
  EXPIRED,
  FUTURE,
  HASHED,    /* signed with NSEC3 */
  ITERATED,  /* signed with NSEC3 of more iterations than a validator follows */
  ODD_KEY,   /* unsigned below a DS record of an algorithm that nobody knows */
  OTHER_KEY, /* signed, but the parent has the DS record of another key */
} ZoneKind;

typedef struct {
  const char *name; /* zone name with its final dot */
  ZoneKind kind;
  const char *records; /* records in addition to those of every zone */
} Zone;

/* The first zone is the root; each zone is delegated by the zone with the longest common suffix. */
static const Zone zones[] = {
    {".", SIGNED, ""},
    {"test.", SIGNED, ""},
    {"plain.", UNSIGNED, "www A 127.0.0.1\n"},
    {"secure.test.", SIGNED,
     "@ CAA 0 " YES "\n"
     "www A 127.0.0.1\n"
     "a.b.c A 127.0.0.1\n"
     "own CAA 0 issue \"own.test\"\nown CAA 128 iodef \"mailto:a@b.test\"\n"
     "alias CNAME caa.other.test.\n"
     "bare CNAME www.other.test.\n"
     "open CNAME caa.insecure.test.\n"
     "broken CNAME caa.tampered.test.\n"
     "loop CNAME pool.secure.test.\npool CNAME loop.secure.test.\n"
     "*.wild CAA 0 issue \"wild.test\"\n"
     "*.walias CNAME caa.other.test.\n"
     "old DNAME new.secure.test.\n"
     "www.new CAA 0 issue \"new.test\"\n"},
    {"cut.secure.test.", SIGNED, "www A 127.0.0.1\n"},
    {"weak.secure.test.", UNSIGNED, "www A 127.0.0.1\n"},
    {"other.test.", SIGNED, "www A 127.0.0.1\ncaa CAA 0 issue \"other.test\"\n"},
    {"empty.test.", SIGNED, "www A 127.0.0.1\n"},
    {"insecure.test.", UNSIGNED, "@ CAA 0 " YES "\ncaa CAA 0 issue \"insecure.test\"\n"},
    {"stripped.test.", STRIPPED, "@ CAA 0 " YES "\n"},
    {"tampered.test.", TAMPERED,
     "@ CAA 0 issue \"genuine.test\"\ncaa CAA 0 issue "
     "\"genuine.test\"\nwww A 127.0.0.1\n"},
    {"expired.test.", EXPIRED, "@ CAA 0 " YES "\n"},
    {"future.test.", FUTURE, "@ CAA 0 " YES "\n"},
    {"hashed.test.", HASHED, "@ CAA 0 " YES "\nwww A 127.0.0.1\n"},
    {"bare-hashed.test.", HASHED, "www A 127.0.0.1\n"},
    {"iterated.test.", ITERATED, "@ CAA 0 " YES "\nwww A 127.0.0.1\n"},
    {"odd-key.test.", ODD_KEY, "@ CAA 0 " YES "\n"},
    {"other-key.test.", OTHER_KEY, "@ CAA 0 " YES "\n"},
    {"big.test.", SIGNED, NULL}, /* has BIG_RECORDS CAA records */
};

struct _DnsTree {
  char *folder;                     /* owned; temporary folder of the zone files */
  char *keys[G_N_ELEMENTS (zones)]; /* owned; names of the key files without their suffixes */
  char *nsd;                        /* owned; path of the nsd program */
  GSubprocess *server;              /* owned */
  guint16 port;
  char *resolver, *anchor_file; /* owned; "127.0.0.1@PORT"; file with the root's DS record */
  guint16 key_tag;
  gint64 now, end;
};

/* --- tools */

static void
run (DnsTree *self, char **output, const char *program, ...)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list list;

  va_start (list, program);
  for (const char *word = program; word != NULL; word = va_arg (list, const char *))
    g_ptr_array_add (arguments, (char *)word);
  va_end (list);
  g_ptr_array_add (arguments, NULL);
  g_subprocess_launcher_set_cwd (launcher, self->folder);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  if (output != NULL)
    *output = g_strdup (g_strchomp (text));
}

static char *
read_file (DnsTree *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_file (DnsTree *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
dup_file_name (guint zone, const char *end)
{
  return g_strdup_printf ("zone-%u.%s", zone, end);
}

static char *
dup_moment (gint64 time)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (time);

  return g_date_time_format (moment, "%Y%m%d%H%M%S");
}

/* --- zones */

static guint
find_parent (guint zone)
{
  guint parent = 0;

  for (guint i = 1; i < G_N_ELEMENTS (zones); i++) {
    g_autofree char *end = g_strconcat (".", zones[i].name, NULL);
    if (g_str_has_suffix (zones[zone].name, end)
        && strlen (zones[i].name) > strlen (zones[parent].name))
      parent = i;
  }
  return parent;
}

static gboolean
is_plain (ZoneKind kind)
{
  return kind == UNSIGNED || kind == STRIPPED || kind == ODD_KEY;
}

/* Returns: (transfer full): the DS record of the zone in its parent */
static char *
dup_ds (DnsTree *self, guint zone)
{
  static const char digest[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  g_autofree char *name = g_strconcat (self->keys[zone], ".ds", NULL);

  if (zones[zone].kind == ODD_KEY || zones[zone].kind == OTHER_KEY)
    return g_strdup_printf ("%s DS 12345 %d 2 %s", zones[zone].name,
                            zones[zone].kind == ODD_KEY ? 200 : 13, digest);
  return read_file (self, name);
}

static void
add_delegations (DnsTree *self, guint zone, GString *text)
{
  for (guint i = 1; i < G_N_ELEMENTS (zones); i++) {
    if (find_parent (i) != zone)
      continue;
    g_string_append_printf (text, "%s NS ns.test.\n", zones[i].name);
    if (zones[i].kind == UNSIGNED)
      continue;
    g_autofree char *ds = dup_ds (self, i);
    g_string_append_printf (text, "%s\n", ds);
  }
}

static void
add_big_records (GString *text)
{
  for (guint i = 0; i < BIG_RECORDS; i++)
    g_string_append_printf (text, "@ CAA 0 issue \"ca-%02u.test; %0*u=x\"\n", i, 150, i);
}

static void
write_zone (DnsTree *self, guint i)
{
  g_autoptr (GString) text = g_string_new ("$TTL 300\n");
  g_autofree char *file = dup_file_name (i, "plain");

  g_string_append_printf (text, "$ORIGIN %s\n", zones[i].name);
  g_string_append (text, "@ SOA ns.test. host.test. 1 3600 600 86400 300\n@ NS ns.test.\n");
  if (i == 0 || g_str_equal (zones[i].name, "test."))
    g_string_append (text, "ns.test. A 127.0.0.1\n");
  if (zones[i].records != NULL)
    g_string_append (text, zones[i].records);
  else
    add_big_records (text);
  add_delegations (self, i, text);
  write_file (self, file, text->str);
}

static void
tamper (DnsTree *self, const char *file)
{
  g_autofree char *text = read_file (self, file);
  g_auto (GStrv) parts = g_strsplit (text, "\"genuine.test\"", -1);
  g_autofree char *changed = g_strjoinv ("\"changed.test\"", parts);

  g_assert_cmpstr (text, !=, changed);
  write_file (self, file, changed);
}

static void
sign_zone (DnsTree *self, guint i)
{
  ZoneKind kind = zones[i].kind;
  gint64 from = self->now - DNS_TREE_DAY, to = self->end;
  g_autofree char *plain = dup_file_name (i, "plain");
  g_autofree char *result = dup_file_name (i, "signed");

  if (kind == EXPIRED) /* more recent than libunbound's default tolerance for expired signatures */
    from = self->now - 30 * DNS_TREE_DAY, to = self->now - 60;
  if (kind == FUTURE)
    from = self->now + 60, to = self->now + 30 * DNS_TREE_DAY;
  g_autofree char *begins = dup_moment (from);
  g_autofree char *ends = dup_moment (to);
  run (self, NULL, "ldns-signzone", "-o", zones[i].name, "-i", begins, "-e", ends, "-f", result,
       kind == HASHED || kind == ITERATED ? "-n" : "-u", "-t", kind == ITERATED ? "200" : "1",
       plain, self->keys[i], NULL);
  if (kind == TAMPERED)
    tamper (self, result);
}

static void
make_zones (DnsTree *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    run (self, &self->keys[i], "ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zones[i].name, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
    write_zone (self, i);
    if (!is_plain (zones[i].kind))
      sign_zone (self, i);
  }
  g_autofree char *anchor = g_strconcat (self->keys[0], ".ds", NULL);
  self->anchor_file = g_build_filename (self->folder, anchor, NULL);
  const char *tag = strrchr (self->keys[0], '+');
  g_assert_nonnull (tag);
  self->key_tag = (guint16)g_ascii_strtoull (tag + 1, NULL, 10);
}

/* --- the server */

/* Returns a port that is free for UDP and TCP now. */
static guint16
find_port (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
write_configuration (DnsTree *self)
{
  g_autoptr (GString) text = g_string_new ("server:\n");

  g_string_append_printf (text,
                          "  ip-address: 127.0.0.1@%u\n  zonesdir: \"%s\"\n  server-count: 1\n"
                          "  database: \"\"\n  username: \"\"\n  rrl-ratelimit: 0\n"
                          "  pidfile: \"%s/nsd.pid\"\n  xfrdfile: \"%s/xfrd\"\n"
                          "  zonelistfile: \"%s/zones\"\nremote-control:\n"
                          "  control-enable: no\n",
                          self->port, self->folder, self->folder, self->folder, self->folder);
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
    g_autofree char *file = dup_file_name (i, is_plain (zones[i].kind) ? "plain" : "signed");
    g_string_append_printf (text, "zone:\n  name: \"%s\"\n  zonefile: \"%s\"\n", zones[i].name,
                            file);
  }
  write_file (self, "nsd.conf", text->str);
}

/* Makes the kernel end the server with the test, even if the test crashes. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* Returns: whether the server serves; otherwise it has ended */
static gboolean
wait_for_server (DnsTree *self)
{
  g_autoptr (GDataInputStream) log =
      g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->server));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (log), FALSE);
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line (log, NULL, NULL, NULL);
    if (line == NULL)
      return FALSE;
    if (strstr (line, "nsd started") != NULL)
      return TRUE;
    g_test_message ("%s", line);
  }
}

static gboolean
start_server (DnsTree *self)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *configuration = g_build_filename (self->folder, "nsd.conf", NULL);
  g_autoptr (GError) error = NULL;

  self->port = find_port ();
  write_configuration (self);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->server =
      g_subprocess_launcher_spawn (launcher, &error, self->nsd, "-d", "-c", configuration, NULL);
  g_assert_no_error (error);
  if (wait_for_server (self))
    return TRUE;
  g_subprocess_wait (self->server, NULL, NULL);
  g_clear_object (&self->server);
  return FALSE;
}

/* --- the tree */

static char *
find_nsd (void)
{
  char *path = g_find_program_in_path ("nsd");

  if (path == NULL && g_file_test ("/usr/sbin/nsd", G_FILE_TEST_IS_EXECUTABLE))
    path = g_strdup ("/usr/sbin/nsd");
  return path;
}

DnsTree *
dns_tree_new (void)
{
  g_autofree char *nsd = find_nsd ();
  g_autofree char *ldns = g_find_program_in_path ("ldns-signzone");
  g_autoptr (GError) error = NULL;
  gboolean started = FALSE;

  if (nsd == NULL || ldns == NULL)
    return NULL;
  DnsTree *self = g_new0 (DnsTree, 1);
  self->nsd = g_steal_pointer (&nsd);
  self->folder = g_dir_make_tmp ("bulla-dns-XXXXXX", &error);
  g_assert_no_error (error);
  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->end = self->now + 14 * DNS_TREE_DAY;
  make_zones (self);
  for (guint i = 0; i < ATTEMPTS && !started; i++)
    started = start_server (self);
  g_assert_true (started);
  self->resolver = g_strdup_printf ("127.0.0.1@%u", self->port);
  return self;
}

void
dns_tree_free (DnsTree *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name = NULL;

  g_subprocess_send_signal (self->server, SIGTERM);
  g_subprocess_wait (self->server, NULL, NULL);
  g_object_unref (self->server);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (self->folder);
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    g_free (self->keys[i]);
  g_free (self->folder);
  g_free (self->nsd);
  g_free (self->resolver);
  g_free (self->anchor_file);
  g_free (self);
}

const char *
dns_tree_get_resolver (DnsTree *self)
{
  return self->resolver;
}

guint16
dns_tree_get_port (DnsTree *self)
{
  return self->port;
}

const char *
dns_tree_get_anchor_file (DnsTree *self)
{
  return self->anchor_file;
}

guint16
dns_tree_get_key_tag (DnsTree *self)
{
  return self->key_tag;
}

gboolean
dns_tree_is_missing (DnsTree *self)
{
  if (self == NULL)
    g_test_skip ("nsd or ldns-signzone is not installed (packages nsd and ldnsutils)");
  return self == NULL;
}

gint64
dns_tree_get_now (DnsTree *self)
{
  return self->now;
}

gint64
dns_tree_get_end (DnsTree *self)
{
  return self->end;
}
