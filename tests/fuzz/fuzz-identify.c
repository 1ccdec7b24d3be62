/* fuzz-identify.c - identifies the initiator of a request from its announcement and header fields
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The input is the head of a request. Its fields with names in `X-` are members of the
 * announcement, except two: `X-Expect` is a URL to which the shell lets the view navigate,
 * `X-Typed` one to which the shell navigates itself. */
#include "bulla-announcement.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-h1-stream.h"
#include "bulla-gateway-identify-initiator.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"
#include "bulla-private-address.h"
#include "bulla-url-key.h"
#include "bulla-url.h"
#include "fuzz.h"

#define VIEW "view"

typedef struct {
  BullaGatewayHead head;
  GVariant *message;       /* owned; the announcement */
  BullaAnnouncement *said; /* owned; NULL if it was refused */
} Input;

static void
input_clear (Input *self)
{
  bulla_gateway_head_clear (&self->head);
  g_clear_pointer (&self->message, g_variant_unref);
  g_clear_pointer (&self->said, bulla_announcement_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Input, input_clear)

static BullaLoader *
make_loader (void)
{
  FUZZ_ONCE (BullaProfile, profile, bulla_profile_load ("draft-b3", NULL));
  FUZZ_ONCE (BullaTrust, trust, bulla_trust_new ());

  return bulla_loader_new (profile, trust);
}

static BullaGateway *
make_gateway (void)
{
  FUZZ_ONCE (BullaLoader, loader, make_loader ());
  BullaGateway *self = bulla_gateway_new (loader, NULL);

  g_assert_nonnull (self);
  return self;
}

static BullaGatewayConnection *
make_connection (void)
{
  BullaGatewayConnection *self = g_new0 (BullaGatewayConnection, 1);

  g_atomic_ref_count_init (&self->count);
  self->stream.kind = &bulla_gateway_h1_stream_kind;
  self->stream.connection = self;
  return self;
}

/* --- the input */

static void
add_member (const char *name, const char *value, gpointer user_data)
{
  static const char *const flags[] = {"top", "prefetch", NULL};

  if (g_ascii_strncasecmp (name, "X-", 2) != 0)
    return;
  g_autofree char *member = g_ascii_strdown (name + 2, -1);
  g_autofree char *text = g_utf8_make_valid (value, -1);
  g_auto (GStrv) list = g_str_equal (member, "frames") ? g_strsplit (text, ",", -1) : NULL;
  if (list != NULL)
    g_variant_dict_insert_value (user_data, member,
                                 g_variant_new_strv ((const char *const *)list, -1));
  else if (g_strv_contains (flags, member))
    g_variant_dict_insert (user_data, member, "b", *text == '1');
  else if (g_utf8_validate (member, -1, NULL))
    g_variant_dict_insert (user_data, member, "s", text);
}

static gboolean
input_read (Input *self, const uint8_t *data, size_t size)
{
  gsize end = bulla_gateway_head_find_end (data, size, 0);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (end == 0 || bulla_gateway_head_parse (&self->head, data, end) != 200)
    return FALSE;
  soup_message_headers_foreach (self->head.headers, add_member, &dict);
  self->message = g_variant_ref_sink (g_variant_dict_end (&dict));
  self->said = bulla_announcement_parse (self->message, NULL);
  return TRUE;
}

/* --- request */

static void
go (BullaGatewayRequest *request)
{
  request->turn++;
}

static void
copy_field (const char *name, const char *value, gpointer user_data)
{
  soup_message_headers_append (user_data, name, value);
}

/* Returns: (nullable): NULL if the gateway refuses its target */
static BullaGatewayRequest *
request_new (BullaGateway *gateway, BullaGatewaySession *session, const Input *input)
{
  FUZZ_ONCE (BullaGatewayConnection, connection, make_connection ());
  BullaGatewayHead head = input->head;

  head.headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  soup_message_headers_foreach (input->head.headers, copy_field, head.headers);
  connection->session = session;
  BullaGatewayRequest *self = bulla_gateway_request_new (gateway, &connection->stream, &head);
  soup_message_headers_unref (head.headers);
  if (self != NULL) /* no client connection owns it here */
    bulla_gateway_request_unref (g_steal_pointer (&connection->stream.request));
  return self;
}

/* --- identity of the initiator */

static gboolean
is_private (const char *host)
{
  return host != NULL && bulla_host_is_private (host);
}

static const char *
field (const BullaGatewayRequest *request, const char *name)
{
  return soup_message_headers_get_list (request->headers, name);
}

static void
check_any (BullaGatewayRequest *request)
{
  g_autofree char *redirector = bulla_url_dup_private_host (request->redirected);

  g_assert_true (request->identified && request->turn == 1);
  g_assert_null (field (request, BULLA_GATEWAY_TAG));
  g_assert_null (field (request, BULLA_GATEWAY_TYPED));
  g_assert_true (request->page_host == NULL || g_str_is_ascii (request->page_host));
  g_assert_true (!request->private_page || is_private (request->page_host) || redirector != NULL);
  g_assert_true (!request->typed
                 || (!request->frame && request->destination == BULLA_DESTINATION_NAVIGATION));
  g_assert_cmpstr (request->view_token, ==, request->view != NULL ? request->view->token : NULL);
}

static void
check_nobody (BullaGatewayRequest *request)
{
  g_assert_true (request->frame && !request->typed && !request->again && !request->speculative);
  g_assert_true (request->document == NULL && request->source == NULL && request->tag == NULL
                 && request->credentials == NULL && request->redirected == NULL
                 && request->history == NULL);
  g_assert_true (!request->private_page
                 || g_str_equal (request->page_host, g_uri_get_host (request->uri)));
}

/* Returns: (nullable): the origin of @url, whatever its path and query are */
static char *
dup_origin_of (const char *url)
{
  const char *authority = url != NULL ? strstr (url, "://") : NULL;

  if (authority == NULL)
    return NULL;
  g_autoptr (GString) bare = g_string_new (url);
  g_string_truncate (bare, (gsize)(authority + 3 - url) + strcspn (authority + 3, "/?#"));
  return bulla_url_dup_origin (bare->str);
}

/* Origin, or else Referer, must identify the initiating document. A bundle of a script element
 * must belong to the main document, and only private documents may reach private hosts. */
static void
check_announced (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  const char *origin = field (request, "Origin");
  const char *asks = origin != NULL ? origin : field (request, "Referer");
  g_autofree char *asking = dup_origin_of (asks);
  g_autofree char *main_origin = dup_origin_of (said->document);

  g_assert_cmpstr (request->document, ==, said->document);
  g_assert_cmpstr (request->method, ==, said->method);
  g_assert_true (request->source == NULL || asks == NULL
                 || (asking != NULL && g_strcmp0 (asking, main_origin) == 0));
  g_assert_true (request->destination != BULLA_DESTINATION_NAVIGATION || request->frame
                 || said->top);
  g_assert_true (request->package == NULL || !said->top);
}

static gboolean
is_announced (const BullaGatewayRequest *request, const Input *input)
{
  const BullaAnnouncement *said = input->said;
  const char *tag = soup_message_headers_get_list (input->head.headers, BULLA_GATEWAY_TAG);
  const char *dest = field (request, "Sec-Fetch-Dest");

  return said != NULL && g_strcmp0 (tag, said->tag) == 0
         && g_str_equal (request->method, said->method) && bulla_url_same (request->url, said->url)
         && (dest == NULL || g_str_equal (dest, said->dest));
}

/* --- sessions */

static void
expect (BullaGateway *gateway, const char *token, const Input *input)
{
  const char *expected = soup_message_headers_get_one (input->head.headers, "X-Expect");
  const char *typed = soup_message_headers_get_one (input->head.headers, "X-Typed");

  if (expected != NULL)
    bulla_gateway_expect_navigation (gateway, token, VIEW, expected,
                                     (BullaNavigationKind)(strlen (expected) % 4), NULL);
  if (typed == NULL)
    return;
  g_autofree char *value = bulla_gateway_expect_typed (gateway, token, VIEW, typed);
  if (value != NULL)
    soup_message_headers_replace (input->head.headers, BULLA_GATEWAY_TYPED, value);
}

/* Returns: (transfer full) (nullable): the request with its initiator identified */
static BullaGatewayRequest *
identify (BullaGateway *gateway, const char *token, const Input *input, gboolean announced_late)
{
  BullaGatewaySession *session = bulla_gateway_session_find (gateway, token);
  BullaGatewayRequest *request = request_new (gateway, session, input);

  if (request == NULL)
    return NULL;
  expect (gateway, token, input);
  if (!announced_late)
    bulla_gateway_announce (gateway, token, VIEW, input->message);
  bulla_gateway_identify (request, go);
  if (announced_late && request->turn == 0)
    bulla_gateway_announce (gateway, token, VIEW, input->message);
  return request;
}

static char *
describe (const BullaGatewayRequest *request)
{
  return g_strdup_printf ("%s|%s|%s|%s|%s|%s|%s|%d %d %d %d %d", request->view_token,
                          request->page_host, request->top_host, request->document,
                          request->package, request->source, request->redirected,
                          (int)request->destination, request->frame, request->typed, request->again,
                          request->private_page);
}

/* The announcement may arrive before the request or after it. Once used, it must have no effect. */
static char *
try_announced (BullaGateway *gateway, const Input *input, gboolean announced_late)
{
  g_autofree char *token = bulla_gateway_add_session (gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  char *text = NULL;

  bulla_gateway_register_view (gateway, token, VIEW);
  BullaGatewayRequest *request = identify (gateway, token, input, announced_late);
  gboolean settled = request != NULL && request->turn > 0; /* else the tag is still awaited */
  if (settled) {
    check_any (request);
    g_assert_cmpint (request->view != NULL, ==, is_announced (request, input));
    if (request->view == NULL)
      check_nobody (request);
    else
      check_announced (request, input->said);
    text = describe (request);
  }
  g_clear_pointer (&request, bulla_gateway_request_unref);
  request = settled ? identify (gateway, token, input, FALSE) : NULL;
  if (request != NULL && request->turn > 0) {
    check_any (request);
    check_nobody (request);
  }
  g_clear_pointer (&request, bulla_gateway_request_unref);
  bulla_gateway_remove_session (gateway, token);
  return text;
}

static void
try_one_view (BullaGateway *gateway, const Input *input)
{
  g_autofree char *token = bulla_gateway_add_session (gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  BullaGatewayRequest *request = identify (gateway, token, input, FALSE);

  if (request != NULL) {
    check_any (request);
    g_assert_cmpstr (request->view_token, ==, BULLA_GATEWAY_ONLY_VIEW);
    g_assert_false (request->typed || request->private_page || request->follows);
    g_assert_true (request->source == NULL && request->package == NULL);
    bulla_gateway_request_unref (request);
  }
  bulla_gateway_remove_session (gateway, token);
}

static void
try_package (BullaGateway *gateway, const Input *input)
{
  g_autofree char *token = bulla_gateway_add_package_session (gateway, NULL, VIEW, "package-id");
  BullaGatewayRequest *request = identify (gateway, token, input, FALSE);

  if (request != NULL) {
    check_any (request);
    g_assert_cmpstr (request->view_token, ==, VIEW);
    g_assert_cmpstr (request->package, ==, "package-id");
    g_assert_false (request->typed || request->private_page || request->speculative);
    g_assert_true (request->source == NULL && request->page_host == NULL);
    bulla_gateway_request_unref (request);
  }
  bulla_gateway_remove_session (gateway, token);
}

/* Each input has its own ledger, because nothing is ever removed from one. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  FUZZ_ONCE (BullaGateway, gateway, make_gateway ());
  g_autoptr (BullaLoader) loader = make_loader ();
  BullaLoader *kept = gateway->loader;
  g_auto (Input) input = {0};

  if (!input_read (&input, data, size))
    return 0;
  gateway->loader = loader;
  g_autofree char *before = try_announced (gateway, &input, FALSE);
  g_autofree char *after = try_announced (gateway, &input, TRUE);
  g_assert_cmpstr (before, ==, after);
  try_one_view (gateway, &input);
  try_package (gateway, &input);
  gateway->loader = kept;
  return 0;
}
