/* bulla-demo-packages.c - signs the demo's packages, and spoils those that are to be refused
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

/* a header of each package, and what becomes of it when one is altered */
#define NOTE "proof-read at dawn"
#define NOTE_ALTERED "proof-read at dusk"

typedef struct {
  BullaCredential *credential; /* owned */
  char *cert_url;              /* owned */
} Signer;

static void
signer_clear (Signer *self)
{
  g_clear_object (&self->credential);
  g_free (self->cert_url);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signer, signer_clear)

/* A certificate for the link's publisher, and its chain on the certificate server. */
static gboolean
issue (DemoWorld *world, const char *link, const char *flaw, Signer *signer, GError **error)
{
  const char *hosts[] = {demo_find_publisher (world, link)->name, NULL};
  gboolean revoked = g_str_equal (flaw, "revoked");
  guint days = g_str_equal (flaw, "days") ? CERTIFICATE_DAYS_TOO_MANY : CERTIFICATE_DAYS;
  BullaIssueFlags kind =
      g_str_equal (flaw, "extension") ? BULLA_ISSUE_TLS_SERVER : BULLA_ISSUE_SIGN_EXCHANGES;

  signer->credential = bulla_authority_issue (world->authority, hosts, world->now - CERTIFICATE_AGE,
                                              days, kind, error);
  GBytes *chain =
      signer->credential != NULL ? bulla_authority_write_chain (
          world->authority, signer->credential, world->now - HOUR, world->now - HOUR + 6 * DAY,
          revoked ? BULLA_RESPOND_REVOKED : BULLA_RESPOND_GOOD, error)
                                 : NULL;
  if (chain == NULL)
    return FALSE;
  g_hash_table_replace (world->chains, g_strconcat (link, ".cbor", NULL), chain);
  signer->cert_url = g_strdup_printf ("%s/%s.cbor", world->hosts[DEMO_CERTS].origin, link);
  return TRUE;
}

static void
add_headers (DemoWorld *world, const char *link, BullaExchangeWriter *writer)
{
  g_autofree char *header = demo_dup_text (world, link, "headers");
  char *colon = strstr (header, ": ");

  bulla_exchange_writer_add_header (writer, "content-type", "text/html; charset=utf-8");
  bulla_exchange_writer_add_header (writer, "x-note", NOTE);
  if (colon == NULL)
    return;
  *colon = '\0';
  bulla_exchange_writer_add_header (writer, header, colon + strlen (": "));
}

/* Returns: (transfer full): @package, with what somebody on the way did to it */
static GBytes *
spoil (GBytes *package, const char *flaw)
{
  gsize size;
  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (package);

  size = bytes->len;
  if (g_str_equal (flaw, "late"))
    bytes->data[size - size / 4] ^= 1;
  else if (g_str_equal (flaw, "altered") || g_str_equal (flaw, "self"))
    for (gsize i = 0; i + strlen (NOTE) <= size; i++)
      if (memcmp (bytes->data + i, NOTE, strlen (NOTE)) == 0)
        memcpy (bytes->data + i, NOTE_ALTERED, strlen (NOTE));
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static GBytes *
make_package (DemoWorld *world, const char *link, const char *flaw, GError **error)
{
  g_auto (Signer) signer = {0};
  g_autofree char *url = demo_dup_signed_url (world, link);
  g_autofree char *validity =
      g_strconcat (demo_find_publisher (world, link)->origin, "/resource.validity", NULL);
  gint64 date = world->now - (g_str_equal (flaw, "expired") ? 14 * DAY : HOUR);

  if (!issue (world, link, flaw, &signer, error))
    return NULL;
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, signer.credential);
  char *html = demo_write_article (world, link, TRUE);
  g_autoptr (GBytes) body = g_bytes_new_take (html, strlen (html));
  add_headers (world, link, writer);
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, signer.cert_url);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + 6 * DAY);
  GBytes *package = bulla_exchange_writer_write (writer, error);
  return package != NULL ? spoil (package, flaw) : NULL;
}

/**
 * demo_make_packages:
 * @world: its servers are open: packages name their ports
 */
gboolean
demo_make_packages (DemoWorld *world, GError **error)
{
  g_auto (GStrv) links = g_key_file_get_groups (world->links, NULL);

  for (guint i = 0; links[i] != NULL; i++) {
    g_autofree char *flaw = demo_dup_text (world, links[i], "flaw");
    GBytes *package = NULL;

    if (g_str_equal (flaw, "live"))
      continue;
    package = make_package (world, links[i], flaw, error);
    if (package == NULL)
      return FALSE;
    g_hash_table_replace (world->packages, g_strdup (links[i]), package);
  }
  return TRUE;
}
