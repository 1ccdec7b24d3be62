/* bulla-gateway-exchange.c - navigations: signed exchanges become redirects to what they stand for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-private.h"
#include "bulla-loader-private.h"

#define PLAIN_MAX 256 /* URLs that a session remembers to ask for without an exchange */
#define CHAIN_MAX 20  /* fallbacks in a row, as for redirects */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  SoupMessage *message;         /* owned; the answer that is looked at */
  GPtrArray *chain;             /* owned; keys of the URLs that were asked for without exchanges */
} Navigation;

static void
navigation_free (Navigation *navigation)
{
  bulla_gateway_request_unref (navigation->request);
  g_clear_object (&navigation->message);
  g_ptr_array_unref (navigation->chain);
  g_free (navigation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Navigation, navigation_free)

/* --- URLs that are asked for without an exchange, the next time */

static char *
plain_key (const char *view, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_strconcat (view, "\n", key, NULL);
}

static void
remember_plain (BullaGatewaySession *session, const char *view, const char *url, GPtrArray *chain)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; chain != NULL && i < chain->len; i++)
    g_strv_builder_add (builder, chain->pdata[i]);
  if (g_hash_table_size (session->plain) >= PLAIN_MAX)
    g_hash_table_remove_all (session->plain);
  g_hash_table_replace (session->plain, plain_key (view, url), g_strv_builder_end (builder));
}

/**
 * bulla_gateway_exchange_plain_next:
 * @session: a session
 * @view: a view in it
 * @url: a URL
 *
 * The next time that view asks for it, the publisher is not told that exchanges are welcome.
 */
void
bulla_gateway_exchange_plain_next (BullaGatewaySession *session, const char *view, const char *url)
{
  remember_plain (session, view, url, NULL);
}

/* Returns: (transfer full) (nullable): the chain that led here, where it was remembered; once */
static GStrv
take_plain (BullaGatewayRequest *request)
{
  g_autofree char *key = plain_key (request->view, request->url);
  g_autofree char *stored = NULL;
  GStrv chain = NULL;

  g_hash_table_steal_extended (request->session->plain, key, (gpointer *)&stored,
                               (gpointer *)&chain);
  return chain;
}

static gboolean
same_url (const char *a, const char *b)
{
  g_autofree char *one = bulla_stash_dup_key (a);
  g_autofree char *two = bulla_stash_dup_key (b);

  return g_str_equal (one, two);
}

/* --- answers */

static void
refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why)
{
  bulla_gateway_emit_refused (request->gateway, request->view, request->url, load, why);
  bulla_gateway_request_refuse (request, why);
}

static void
refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load, BullaVerdict *verdict)
{
  g_autofree char *why = bulla_verdict_describe (verdict, FALSE);

  refuse (request, load, why);
}

typedef struct {
  SoupMessageHeaders *to; /* borrowed */
  gboolean substituted;
} Keeping;

/* what a response says to its own origin, and of its redirect; nothing else of it goes on */
static void
keep_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const names[] = {"Set-Cookie", "Strict-Transport-Security", "Referrer-Policy",
                                      NULL};
  Keeping *keeping = user_data;
  gboolean kept = keeping->substituted && g_ascii_strcasecmp (name, "Link") == 0;

  for (const char *const *each = names; *each != NULL; each++)
    kept |= g_ascii_strcasecmp (name, *each) == 0;
  if (kept)
    soup_message_headers_append (keeping->to, name, value);
}

/* LOAD, "HTTP fetch": the response becomes a 303 to the URL that the exchange is for */
static void
redirect (Navigation *navigation, const char *url, gboolean substituted)
{
  BullaGatewayRequest *request = navigation->request;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  Keeping keeping = {headers, substituted};

  bulla_gateway_reply_start (request, SOUP_STATUS_SEE_OTHER, NULL);
  soup_message_headers_foreach (soup_message_get_response_headers (navigation->message),
                                keep_header, &keeping);
  soup_message_headers_replace (headers, "Location", url);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_content_length (headers, 0);
  bulla_gateway_reply_end (request);
}

/* a substituted exchange has no hop-by-hop field; its Cache-Control is ours, see below */
static void
add_signed_header (const char *name, const char *value, gpointer user_data)
{
  if (g_ascii_strcasecmp (name, "Cache-Control") != 0)
    soup_message_headers_append (user_data, name, value);
}

/* WebKit shows a fresh response again without asking; with no-store each showing is judged. */
static void
serve (BullaGatewayRequest *request, BullaLoad *load, BullaSpool *spool)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autoptr (GInputStream) body = bulla_spool_open (spool);
  gboolean whole = bulla_spool_is_complete (spool);

  bulla_gateway_emit_served (request->gateway, request->view, load);
  bulla_gateway_reply_start (request, bulla_load_get_status (load), NULL);
  bulla_load_foreach_header (load, add_signed_header, headers);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, whole ? (goffset)bulla_spool_get_length (spool) : -1);
}

/* --- from the stash */

typedef enum { NOT_THERE, ANSWERED, GO_LIVE } FromStash;

static FromStash
answer_from_stash (BullaGatewayRequest *request)
{
  BullaGateway *gateway = request->gateway;
  gint64 now = bulla_loader_get_time (gateway->loader);
  g_autoptr (BullaSpool) spool = NULL;
  g_autoptr (BullaLoad) load = bulla_stash_lookup (gateway->stash, request->session->id,
                                                   request->view, request->url, now, &spool);
  BullaRequestFacts facts;

  if (load == NULL)
    return NOT_THERE;
  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load); /* the same, in the publisher's spelling */
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_SERVE:
    serve (request, load, spool);
    return ANSWERED;
  case BULLA_REPLY_NETWORK:
    bulla_gateway_emit_fell_back (gateway, request->view, load, request->url);
    return GO_LIVE;
  case BULLA_REPLY_REFUSE:
  default:
    refuse_by_verdict (request, load, verdict);
    return ANSWERED;
  }
}

/* --- from the network */

static void go (Navigation *navigation);

static gboolean
was_asked_plainly (Navigation *navigation, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_ptr_array_find_with_equal_func (navigation->chain, key, g_str_equal, NULL);
}

/* A fallback that was asked for already, without an exchange, would come to the same again. */
static void
fall_back (Navigation *navigation, BullaLoad *load)
{
  BullaGatewayRequest *request = navigation->request;
  const char *url = bulla_load_get_url (load);

  if (url == NULL) {
    refuse_by_verdict (request, load, bulla_load_get_verdict (load));
    navigation_free (navigation);
    return;
  }
  if (was_asked_plainly (navigation, url) || navigation->chain->len >= CHAIN_MAX) {
    g_autofree char *why =
        g_strdup_printf ("%s: the fallback leads back to itself",
                         bulla_reason_get_nick (BULLA_REASON_REQUEST_FALLBACK_LOOP));
    refuse (request, load, why);
    navigation_free (navigation);
    return;
  }
  bulla_gateway_emit_fell_back (request->gateway, request->view, load, url);
  if (same_url (request->url, url)) {
    g_ptr_array_add (navigation->chain, bulla_stash_dup_key (url));
    go (navigation);
    return;
  }
  remember_plain (request->session, request->view, url, navigation->chain);
  redirect (navigation, url, FALSE);
  navigation_free (navigation);
}

/* @navigation: (transfer full) */
static void
substitute (Navigation *navigation, BullaLoad *load)
{
  BullaGatewayRequest *request = navigation->request;
  BullaGateway *gateway = request->gateway;
  gint64 now = bulla_loader_get_time (gateway->loader);
  gboolean same = same_url (request->url, bulla_load_get_url (load));
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!same) /* the aggregator's cookies; the publisher's come with the next request */
    facts.cookie = NULL;
  g_autoptr (BullaVerdict) verdict = bulla_load_judge_request (load, &facts, now);
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_NETWORK) {
    fall_back (navigation, load);
    return;
  }
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE) {
    bulla_gateway_request_detach (request);
    bulla_stash_put (gateway->stash, request->session->id, request->view, load, now);
    if (!same)
      redirect (navigation, facts.url, TRUE);
    else
      answer_from_stash (request);
  } else {
    refuse_by_verdict (request, load, verdict);
  }
  navigation_free (navigation);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Navigation) navigation = user_data;
  BullaGatewayRequest *request = navigation->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_loader_load_finish (BULLA_LOADER (object), result, &error);

  if (request->message == NULL)
    return;
  if (load == NULL) {
    refuse (request, NULL, error->message);
    return;
  }
  bulla_gateway_emit_decided (request->gateway, request->view, load);
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE:
    substitute (g_steal_pointer (&navigation), load);
    break;
  case BULLA_OUTCOME_FALL_BACK:
    fall_back (g_steal_pointer (&navigation), load);
    break;
  case BULLA_OUTCOME_SEPARATE_ORIGIN: /* not in this door, which has true origins only */
  case BULLA_OUTCOME_REFUSE:
  case BULLA_OUTCOME_NOT_A_PACKAGE:
  default:
    refuse_by_verdict (request, load, verdict);
  }
}

static void
add_outer_header (const char *name, const char *value, gpointer user_data)
{
  bulla_outer_set_header (user_data, name, value);
}

/* the body without its coding; one that we did not ask for stays, and makes no exchange */
static GInputStream *
decode (SoupMessage *message, GInputStream *body)
{
  const char *coding = soup_message_headers_get_list (soup_message_get_response_headers (message),
                                                      "Content-Encoding");
  gboolean gzip =
      coding != NULL
      && (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0);

  if (!gzip && (coding == NULL || g_ascii_strcasecmp (coding, "deflate") != 0))
    return g_object_ref (body);
  g_autoptr (GZlibDecompressor) decompressor = g_zlib_decompressor_new (
      gzip ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  return g_converter_input_stream_new (body, G_CONVERTER (decompressor));
}

static void
fetched_cb (BullaGatewayRequest *request, SoupMessage *message, GInputStream *body,
            const GError *error, gpointer user_data)
{
  g_autoptr (Navigation) navigation = user_data;
  BullaLoader *loader = request->gateway->loader;

  if (request->message == NULL)
    return;
  if (error != NULL) {
    refuse (request, NULL, error->message);
    return;
  }
  g_autoptr (BullaOuter) outer = bulla_outer_new (request->url);
  soup_message_headers_foreach (soup_message_get_response_headers (message), add_outer_header,
                                outer);
  if (!bulla_loader_recognise (loader, outer)) {
    bulla_gateway_upstream_pass (request, message, body);
    return;
  }
  g_autoptr (GInputStream) decoded = decode (message, body);
  g_set_object (&navigation->message, message);
  bulla_loader_load_async (loader, outer, decoded, NULL, request->cancellable, loaded_cb,
                           g_steal_pointer (&navigation));
}

/* @navigation: (transfer full): its last link, if any, is the URL that is asked for */
static void
go (Navigation *navigation)
{
  BullaGatewayRequest *request = navigation->request;
  gboolean tls = g_str_equal (g_uri_get_scheme (request->uri), "https");

  bulla_gateway_upstream_send (request,
                               was_asked_plainly (navigation, request->url) ? BULLA_GATEWAY_PLAIN
                               : tls                                        ? BULLA_GATEWAY_OFFER
                                                                            : BULLA_GATEWAY_AS_IS,
                               fetched_cb, navigation);
}

static void
navigate (BullaGatewayRequest *request)
{
  FromStash stashed = answer_from_stash (request);
  if (stashed == ANSWERED)
    return;
  g_auto (GStrv) plain = take_plain (request);
  Navigation *navigation = g_new0 (Navigation, 1);
  navigation->request = bulla_gateway_request_ref (request);
  navigation->chain = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; plain != NULL && plain[i] != NULL; i++)
    g_ptr_array_add (navigation->chain, g_strdup (plain[i]));
  if (plain != NULL || stashed == GO_LIVE)
    g_ptr_array_add (navigation->chain, bulla_stash_dup_key (request->url));
  soup_server_message_pause (request->message);
  go (navigation);
}

/**
 * bulla_gateway_exchange_handle:
 * @request: a request without a body
 *
 * Only a navigation whose view is known may be answered from the stash, or become an exchange's;
 * all else goes to the ordinary network. A prefetch that nobody is known to have asked for goes
 * nowhere: it would tell its target more than the page may.
 */
void
bulla_gateway_exchange_handle (BullaGatewayRequest *request)
{
  gboolean get = g_str_equal (soup_server_message_get_method (request->message), SOUP_METHOD_GET);

  if (request->destination == BULLA_DESTINATION_PREFETCH && request->view == NULL)
    refuse (request, NULL, "a prefetch without a page");
  else if (!get || request->destination != BULLA_DESTINATION_NAVIGATION || request->view == NULL
           || bulla_gateway_request_get_header (request, "Range") != NULL)
    bulla_gateway_upstream_forward (request);
  else
    navigate (request);
}
