/* bulla-page-tag.c - the web-process extension: says of each request which page it is of
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs in the sandboxed process that runs the page's scripts, beside them. What a page writes into
 * the field itself is overwritten; the gateway removes it before anything leaves the machine. */
#include <webkit/webkit-web-process-extension.h>

#include <string.h>

#include "bulla-page-claims.h"
#include "bulla-page-rules.h"

#define FIELD "Bulla-Page"
#define HOP_URL "webpkg://hop/" /* where the shell hears that it is its turn */

typedef struct {
  char *token; /* owned */
  gboolean with_page_id;
  char *hop;               /* owned; the shell itself goes where this is shown, for the page */
  char *whole;             /* owned; nullable: what was asked for last to be a whole page */
  BullaPageClaims *claims; /* owned */
} Tagger;

G_MODULE_EXPORT void
webkit_web_process_extension_initialize_with_user_data (WebKitWebProcessExtension *extension,
                                                        const GVariant *user_data);

static char *
dup_host (const char *url)
{
  g_autoptr (GUri) uri =
      url != NULL ? g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL ? g_ascii_strdown (host, -1) : g_strdup ("");
}

static gboolean
equal_without_fragment (const char *a, const char *b)
{
  size_t length = strcspn (a, "#");

  return length == strcspn (b, "#") && strncmp (a, b, length) == 0;
}

/* Of the page, or of a frame in it. A script that asks in the same words gains nothing: the host of
 * its page is told all the same. */
static gboolean
is_navigation (SoupMessageHeaders *headers)
{
  const char *accept = soup_message_headers_get_list (headers, "Accept");

  return accept != NULL && g_str_has_prefix (accept, "text/html,");
}

/* A page takes the address it is about to show before it asks for it. */
static gboolean
is_of_whole_page (WebKitWebPage *page, WebKitURIRequest *request)
{
  const char *shown = webkit_web_page_get_uri (page);

  return shown != NULL && equal_without_fragment (webkit_uri_request_get_uri (request), shown);
}

static gboolean
is_prefetch (SoupMessageHeaders *headers)
{
  const char *purpose = soup_message_headers_get_list (headers, "Sec-Purpose");

  return purpose != NULL && g_str_has_prefix (purpose, "prefetch");
}

static WebKitFrame *
get_main_frame (WebKitWebPage *page)
{
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  return webkit_web_page_get_main_frame (page);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

/* the page's own address is already that of the next one, while that is being asked for */
static const char *
get_committed (WebKitWebPage *page)
{
  WebKitFrame *frame = get_main_frame (page);
  const char *committed = frame != NULL ? webkit_frame_get_uri (frame) : NULL;

  return committed != NULL && *committed != '\0' ? committed : NULL;
}

/* Whose page asks: for a new page the one that led there, none when the user did. */
static const char *
get_asking_page (WebKitWebPage *page, WebKitURIRequest *request, SoupMessageHeaders *headers)
{
  const char *committed = get_committed (page);

  if (is_navigation (headers) && is_of_whole_page (page, request))
    return soup_message_headers_get_one (headers, "Referer");
  return committed != NULL ? committed : webkit_web_page_get_uri (page);
}

/* A page that is sent on has the address before that still, so what was asked for is kept. */
static gboolean
leads_to_whole_page (Tagger *tagger, WebKitWebPage *page, WebKitURIRequest *request,
                     WebKitURIResponse *redirected)
{
  const char *from = redirected != NULL ? webkit_uri_response_get_uri (redirected) : NULL;
  gboolean goes_on =
      from != NULL && tagger->whole != NULL && equal_without_fragment (from, tagger->whole);

  if (!goes_on && !is_of_whole_page (page, request))
    return FALSE;
  g_free (tagger->whole);
  tagger->whole = g_strdup (webkit_uri_request_get_uri (request));
  return TRUE;
}

static const char *
name_destination (Tagger *tagger, WebKitWebPage *page, WebKitURIRequest *request,
                  WebKitURIResponse *redirected, SoupMessageHeaders *headers)
{
  if (is_prefetch (headers))
    return "prefetch";
  if (!is_navigation (headers))
    return "subresource";
  return leads_to_whole_page (tagger, page, request, redirected) ? "navigation" : "frame";
}

/* What the page's elements say of a part of it: pages over https alone may have such. */
static char *
dup_rule (WebKitWebPage *page, WebKitURIRequest *request, const char *dest)
{
  const char *committed = get_committed (page);

  return g_str_equal (dest, "subresource") && committed != NULL
                 && g_str_has_prefix (committed, "https://")
             ? bulla_page_rules_dup_tag (get_main_frame (page),
                                         webkit_uri_request_get_uri (request))
             : NULL;
}

static void
tag (Tagger *tagger, WebKitWebPage *page, WebKitURIRequest *request, WebKitURIResponse *redirected,
     SoupMessageHeaders *headers)
{
  const char *asking = get_asking_page (page, request, headers);
  g_autofree char *package = bulla_page_claims_dup_package (asking);
  g_autofree char *host = package == NULL ? dup_host (asking) : g_strdup ("");
  g_autofree char *token =
      tagger->with_page_id
          ? g_strdup_printf ("%s.%" G_GUINT64_FORMAT, tagger->token, webkit_web_page_get_id (page))
          : g_strdup (tagger->token);
  const char *dest = name_destination (tagger, page, request, redirected, headers);
  g_autofree char *rule = dup_rule (page, request, dest);
  g_autofree char *text = g_strdup_printf (
      "v=%s; host=%s;%s%s%s%s dest=%s", token, host, package != NULL ? " package=" : "",
      package != NULL ? package : "", package != NULL ? ";" : "", rule != NULL ? rule : "", dest);
  soup_message_headers_replace (headers, FIELD, text);
}

static gboolean
send_request_cb (WebKitWebPage *page, WebKitURIRequest *request, WebKitURIResponse *redirected,
                 gpointer user_data)
{
  Tagger *tagger = user_data;
  SoupMessageHeaders *headers = webkit_uri_request_get_http_headers (request);
  const char *url = webkit_uri_request_get_uri (request);
  const char *committed = get_committed (page);
  gboolean whole = is_of_whole_page (page, request);

  if (headers == NULL) /* no HTTP: the package door sees whose it is */
    return FALSE;
  if (whole && *tagger->hop != '\0' && equal_without_fragment (url, tagger->hop)) {
    webkit_uri_request_set_uri (request, HOP_URL); /* asking for nothing shows about:blank */
    return FALSE;
  }
  g_autofree char *shown =
      whole ? NULL : bulla_page_claims_dup_shown (tagger->claims, committed, url);
  if (shown != NULL)
    webkit_uri_request_set_uri (request, shown);
  else
    tag (tagger, page, request, redirected, headers);
  return FALSE;
}

/* What the shell says comes before what it does next: messages of one process keep their order. */
static void
message_cb (WebKitWebProcessExtension *extension, WebKitUserMessage *message, gpointer user_data)
{
  Tagger *tagger = user_data;
  GVariant *parameters = webkit_user_message_get_parameters (message);
  const char *name = webkit_user_message_get_name (message);

  if (parameters == NULL)
    return;
  if (g_str_equal (name, "claims")
      && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{ss}as)"))) {
    bulla_page_claims_add (tagger->claims, parameters);
  } else if (g_str_equal (name, "hop")
             && g_variant_is_of_type (parameters, G_VARIANT_TYPE_STRING)) {
    g_free (tagger->hop);
    tagger->hop = g_variant_dup_string (parameters, NULL);
  }
}

static void
page_created_cb (WebKitWebProcessExtension *extension, WebKitWebPage *page, gpointer user_data)
{
  g_signal_connect (page, "send-request", G_CALLBACK (send_request_cb), user_data);
}

void
webkit_web_process_extension_initialize_with_user_data (WebKitWebProcessExtension *extension,
                                                        const GVariant *user_data)
{
  Tagger *tagger = g_new0 (Tagger, 1); /* lives as long as the process */

  tagger->claims = bulla_page_claims_new ();
  g_variant_get ((GVariant *)user_data, "(sbs)", &tagger->token, &tagger->with_page_id,
                 &tagger->hop);
  g_signal_connect (extension, "user-message-received", G_CALLBACK (message_cb), tagger);
  g_signal_connect (extension, "page-created", G_CALLBACK (page_created_cb), tagger);
}
