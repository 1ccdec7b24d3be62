/* bulla-demo-variants.c - signs, bundles and serves an article that has several representations
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every representation of the article and of its picture is an exchange, and all of them are in one
 * b1 bundle. The publisher's own server negotiates them. */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-bundle-writer.h"
#include "bulla-demo-representations.h"
#include "bulla-variants.h"

#define CHAIN "article"
#define FOLDER "/pass/"
#define VARY "accept, accept-language, accept-encoding"

static char *
dup_url (DemoWorld *world, const DemoResource *resource)
{
  return g_strconcat (world->hosts[DEMO_PUBLISHER_THREE].origin, FOLDER, resource->name, NULL);
}

static gboolean
sign_representation (DemoWorld *world, BullaCredential *credential, const DemoResource *resource,
                     const DemoRepresentation *each, GError **error)
{
  g_autofree char *url = dup_url (world, resource);
  g_autoptr (BullaExchangeWriter) writer =
      demo_start_exchange (world, credential, CHAIN, url, each->type, each->body);

  if (each->language != NULL)
    bulla_exchange_writer_add_header (writer, "content-language", each->language);
  if (each->coding != NULL)
    bulla_exchange_writer_add_header (writer, "content-encoding", each->coding);
  bulla_exchange_writer_add_header (writer, "variants-04", resource->text);
  bulla_exchange_writer_add_header (writer, "variant-key-04", each->key);
  GBytes *exchange = bulla_exchange_writer_write (writer, error);
  if (exchange == NULL)
    return FALSE;
  g_hash_table_replace (world->packages, g_strdup (each->file), exchange);
  return TRUE;
}

/* --- the bundle */

static guint
add_response (BullaBundleWriter *writer, const DemoRepresentation *each)
{
  guint response = bulla_bundle_writer_add_response (writer, SOUP_STATUS_OK);

  bulla_bundle_writer_add_header (writer, response, "content-type", each->type);
  if (each->language != NULL)
    bulla_bundle_writer_add_header (writer, response, "content-language", each->language);
  if (each->coding != NULL)
    bulla_bundle_writer_add_header (writer, response, "content-encoding", each->coding);
  bulla_bundle_writer_set_body (writer, response, each->body);
  return response;
}

static void
add_resource (DemoWorld *world, BullaBundleWriter *writer, const DemoResource *resource)
{
  gsize n = bulla_variants_get_product (resource->variants);
  g_autofree guint *responses = g_new (guint, n);
  g_autofree char *url = dup_url (world, resource);

  for (gsize i = 0; i < n; i++)
    responses[i] = BULLA_BUNDLE_NO_RESPONSE;
  for (guint i = 0; i < resource->all->len; i++) {
    const DemoRepresentation *each = resource->all->pdata[i];
    responses[each->combination] = add_response (writer, each);
  }
  bulla_bundle_writer_add_variants (writer, url, resource->text, responses, n);
}

/**
 * demo_make_variants_bundle:
 *
 * Returns: (transfer full) (nullable): a b1 bundle with the article and its picture
 */
GBytes *
demo_make_variants_bundle (DemoWorld *world, GError **error)
{
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  g_autofree char *primary = dup_url (world, world->article->pdata[0]);

  bulla_bundle_writer_set_primary_url (writer, primary);
  for (guint i = 0; i < world->article->len; i++)
    add_resource (world, writer, world->article->pdata[i]);
  return bulla_bundle_writer_write (writer, error);
}

/**
 * demo_make_variants:
 * @world: a world with open servers
 *
 * Signs an exchange of each representation. Its name is that of the file, followed by .sxg.
 */
gboolean
demo_make_variants (DemoWorld *world, GError **error)
{
  g_autoptr (BullaCredential) credential =
      demo_issue_for (world, &world->hosts[DEMO_PUBLISHER_THREE], CHAIN, "none", error);

  if (credential == NULL)
    return FALSE;
  for (guint i = 0; i < world->article->len; i++) {
    const DemoResource *resource = world->article->pdata[i];
    for (guint j = 0; j < resource->all->len; j++)
      if (!sign_representation (world, credential, resource, resource->all->pdata[j], error))
        return FALSE;
  }
  return TRUE;
}

/* --- the publisher's server */

/* Returns: (nullable): the representation for a combination of values */
static const DemoRepresentation *
find_representation (const DemoResource *resource, guint combination)
{
  for (guint i = 0; i < resource->all->len; i++) {
    const DemoRepresentation *each = resource->all->pdata[i];
    if (each->combination == combination)
      return each;
  }
  return NULL;
}

/* Returns: (nullable): the representation that the request selects */
static const DemoRepresentation *
negotiate (const DemoResource *resource, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  BullaRequestFacts request = {
      .accept = soup_message_headers_get_list (headers, "Accept"),
      .accept_language = soup_message_headers_get_list (headers, "Accept-Language"),
      .accept_encoding = soup_message_headers_get_list (headers, "Accept-Encoding"),
  };
  guint n = (guint)bulla_variants_get_product (resource->variants), chosen;
  g_autofree gboolean *there = g_new0 (gboolean, n);

  for (guint i = 0; i < resource->all->len; i++)
    there[((DemoRepresentation *)resource->all->pdata[i])->combination] = TRUE;
  if (!bulla_variants_choose (resource->text, demo_get_readings (), &request, there, n, &chosen))
    return NULL;
  return find_representation (resource, chosen);
}

static void
send_representation (SoupServerMessage *message, const DemoRepresentation *each)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  demo_respond (message, each->type, each->body);
  soup_message_headers_replace (headers, "Vary", VARY);
  if (each->language != NULL)
    soup_message_headers_replace (headers, "Content-Language", each->language);
  if (each->coding != NULL)
    soup_message_headers_replace (headers, "Content-Encoding", each->coding);
}

/**
 * demo_answer_variants:
 * @host: the host of the request
 * @path: its path
 *
 * Returns: whether the request was for the article or its picture, and was answered
 */
gboolean
demo_answer_variants (DemoWorld *world, DemoHost *host, SoupServerMessage *message,
                      const char *path)
{
  if (host != &world->hosts[DEMO_PUBLISHER_THREE] || !g_str_has_prefix (path, FOLDER))
    return FALSE;
  for (guint i = 0; i < world->article->len; i++) {
    const DemoResource *resource = world->article->pdata[i];
    if (!g_str_equal (path + strlen (FOLDER), resource->name))
      continue;
    const DemoRepresentation *chosen = negotiate (resource, message);
    if (chosen == NULL)
      soup_server_message_set_status (message, SOUP_STATUS_NOT_ACCEPTABLE, NULL);
    else
      send_representation (message, chosen);
    return TRUE;
  }
  return FALSE;
}

/* --- the aggregator's list */

static void
append_cell (DemoWorld *world, GString *rows, const DemoRepresentation *each)
{
  if (each == NULL) {
    g_string_append (rows, "<td>– missing</td>");
    return;
  }
  g_autofree char *id = g_strdelimit (g_strdup (each->file), ".", '-');
  g_string_append_printf (rows, "<td><a id=\"%s\" href=\"%s/packages/%s.sxg\">%s</a></td>", id,
                          world->hosts[DEMO_AGGREGATOR].origin, each->file, each->key);
}

/* Appends a row for each format and coding, with a column for each language. */
static void
append_rows (DemoWorld *world, GString *rows, const DemoResource *article)
{
  const BullaVariantsAxis *types = &article->variants->axes[0];
  const BullaVariantsAxis *languages = &article->variants->axes[1];
  const BullaVariantsAxis *codings = &article->variants->axes[2];

  for (guint i = 0; i < types->n_values; i++)
    for (guint k = 0; k < codings->n_values; k++) {
      g_string_append_printf (rows, "<tr><th scope=\"row\">%s, %s</th>", types->values[i],
                              codings->values[k]);
      for (guint j = 0; j < languages->n_values; j++) {
        guint combination = (i * languages->n_values + j) * codings->n_values + k;
        append_cell (world, rows, find_representation (article, combination));
      }
      g_string_append (rows, "</tr>\n");
    }
}

/**
 * demo_write_variants:
 *
 * Returns: (transfer full): the aggregator's page with a link to each exchange of the article
 */
char *
demo_write_variants (DemoWorld *world)
{
  const DemoResource *article = world->article->pdata[0];
  g_autofree char *bundle = demo_dup_link_url (world, "variants");
  g_autoptr (GString) rows = g_string_new (NULL);

  append_rows (world, rows, article);
  const char *values[] = {"style", world->style, "rows", rows->str, "bundle", bundle, NULL};
  return demo_fill_template ("variants.html", values);
}
