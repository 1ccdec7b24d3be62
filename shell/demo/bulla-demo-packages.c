/* bulla-demo-packages.c - signs the demo's packages, and damages those that the shell should refuse
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-credential.h"
#include "bulla-exchange-writer.h"

#define HOUR 3600
#define DAY (24 * HOUR)
#define CERTIFICATE_AGE (20 * DAY)
#define CERTIFICATE_DAYS 90
#define CERTIFICATE_DAYS_TOO_MANY 91

/* Returns: (transfer full): a certificate for @host; its chain is on the certificate server as
 * @name.cbor */
BullaCredential *
demo_issue_for (DemoWorld *world, DemoHost *host, const char *name, const char *flaw,
                GError **error)
{
  const char *hosts[] = {host->name, NULL};
  gboolean revoked = g_str_equal (flaw, "revoked");
  guint days = g_str_equal (flaw, "days") ? CERTIFICATE_DAYS_TOO_MANY : CERTIFICATE_DAYS;
  BullaIssueFlags kind =
      g_str_equal (flaw, "extension") ? BULLA_ISSUE_TLS_SERVER : BULLA_ISSUE_SIGN_EXCHANGES;
  g_autoptr (BullaCredential) credential = bulla_authority_issue (
      world->authority, hosts, world->now - CERTIFICATE_AGE, days, kind, error);
  GBytes *chain = credential != NULL ? bulla_authority_write_chain (
                      world->authority, credential, world->now - HOUR, world->now - HOUR + 6 * DAY,
                      revoked ? BULLA_RESPOND_REVOKED : BULLA_RESPOND_GOOD, error)
                                     : NULL;

  if (chain == NULL)
    return NULL;
  g_hash_table_replace (world->chains, g_strconcat (name, ".cbor", NULL), chain);
  return g_steal_pointer (&credential);
}

/* Returns: (transfer full): a certificate for the link's publisher */
BullaCredential *
demo_issue (DemoWorld *world, const char *link, const char *flaw, GError **error)
{
  return demo_issue_for (world, demo_find_publisher (world, link), link, flaw, error);
}

/* Returns: (transfer none): the certificate chain for @link */
GBytes *
demo_get_chain (DemoWorld *world, const char *link)
{
  g_autofree char *name = g_strconcat (link, ".cbor", NULL);

  return g_hash_table_lookup (world->chains, name);
}

static void
add_headers (DemoWorld *world, const char *link, BullaExchangeWriter *writer)
{
  g_autofree char *header = demo_dup_text (world, link, "headers");
  char *colon = strstr (header, ": ");

  bulla_exchange_writer_add_header (writer, "content-type", "text/html; charset=utf-8");
  bulla_exchange_writer_add_header (writer, "x-note", DEMO_NOTE);
  if (colon == NULL)
    return;
  *colon = '\0';
  bulla_exchange_writer_add_header (writer, header, colon + strlen (": "));
}

/* Returns: (transfer full): @package, damaged as described by @flaw */
GBytes *
demo_spoil (GBytes *package, const char *flaw)
{
  gsize size;
  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (package);

  size = bytes->len;
  if (g_str_equal (flaw, "late"))
    bytes->data[size - size / 4] ^= 1;
  else if (g_str_equal (flaw, "altered") || g_str_equal (flaw, "self"))
    for (gsize i = 0; i + strlen (DEMO_NOTE) <= size; i++)
      if (memcmp (bytes->data + i, DEMO_NOTE, strlen (DEMO_NOTE)) == 0)
        memcpy (bytes->data + i, DEMO_NOTE_ALTERED, strlen (DEMO_NOTE));
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Returns: Unix seconds, before the present */
static gint64
date_of (DemoWorld *world, const char *flaw)
{
  if (g_str_equal (flaw, "expired"))
    return world->now - 14 * DAY;
  return world->now - (g_str_equal (flaw, "older") ? 3 * DAY : HOUR);
}

/* A publisher that has withdrawn a page offers no signature at its validity URL; other
 * validity URLs are not found. Returns: (transfer full): the validity URL of @link */
static char *
make_validity_url (DemoWorld *world, const char *link, const char *flaw)
{
  static const guint8 nothing[] = {0xa0}; /* an empty map of CBOR */
  DemoHost *host = demo_find_publisher (world, link);

  if (!g_str_equal (flaw, "withdrawn"))
    return g_strconcat (host->origin, "/resource.validity", NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (nothing, sizeof nothing);
  demo_put_file (world, (DemoPlace)(host - world->hosts), "/withdrawn.validity", "application/cbor",
                 NULL, body);
  return g_strconcat (host->origin, "/withdrawn.validity", NULL);
}

static GBytes *
make_package (DemoWorld *world, const char *link, const char *flaw, GError **error)
{
  g_autofree char *cert_url = g_strdup_printf ("%s/%s.cbor", world->hosts[DEMO_CERTS].origin, link);
  g_autoptr (BullaCredential) credential = demo_issue (world, link, flaw, error);
  g_autofree char *url = demo_dup_signed_url (world, link);
  g_autofree char *validity = make_validity_url (world, link, flaw);
  gint64 date = date_of (world, flaw);

  if (credential == NULL)
    return NULL;
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, credential);
  char *html = demo_write_article (world, link, TRUE);
  g_autoptr (GBytes) body = g_bytes_new_take (html, strlen (html));
  add_headers (world, link, writer);
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + 6 * DAY);
  GBytes *package = bulla_exchange_writer_write (writer, error);
  return package != NULL ? demo_spoil (package, flaw) : NULL;
}

/**
 * demo_make_packages:
 * @world: a world with open servers, because packages contain their ports
 */
gboolean
demo_make_packages (DemoWorld *world, GError **error)
{
  g_auto (GStrv) links = g_key_file_get_groups (world->links, NULL);

  for (guint i = 0; links[i] != NULL; i++) {
    g_autofree char *flaw = demo_dup_text (world, links[i], "flaw");
    g_autofree char *bundle = demo_dup_text (world, links[i], "bundle");
    gboolean variant = g_key_file_has_key (world->links, links[i], "variant", NULL);
    GBytes *package = NULL;

    if (g_str_equal (flaw, "live") || variant) /* variants are signed elsewhere */
      continue;
    package = *bundle != '\0' ? demo_make_bundle (world, links[i], bundle, flaw, error)
                              : make_package (world, links[i], flaw, error);
    if (package == NULL)
      return FALSE;
    g_hash_table_replace (world->packages, g_strdup (links[i]), package);
  }
  return TRUE;
}
