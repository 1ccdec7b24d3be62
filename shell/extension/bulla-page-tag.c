/* bulla-page-tag.c - the web-process extension: says of each request which page it is of
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs in the sandboxed process that runs the page's scripts, beside them. What a page writes into
 * the field itself is overwritten; the gateway removes it before anything leaves the machine. */
#include <webkit/webkit-web-process-extension.h>

#include <string.h>

#define FIELD "Bulla-Page"

typedef struct {
  char *token; /* owned */
  gboolean with_page_id;
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

/* The host whose page asks: for a new page the one that led there, none when the user did. */
static char *
dup_asking_host (WebKitWebPage *page, WebKitURIRequest *request, SoupMessageHeaders *headers)
{
  /* the page's own address is already that of the next one, while that is being asked for */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  WebKitFrame *frame = webkit_web_page_get_main_frame (page);
  G_GNUC_END_IGNORE_DEPRECATIONS
  const char *committed = frame != NULL ? webkit_frame_get_uri (frame) : NULL;

  if (is_navigation (headers) && is_of_whole_page (page, request))
    return dup_host (soup_message_headers_get_one (headers, "Referer"));
  return dup_host (committed != NULL && *committed != '\0' ? committed
                                                           : webkit_web_page_get_uri (page));
}

static gboolean
send_request_cb (WebKitWebPage *page, WebKitURIRequest *request, WebKitURIResponse *redirected,
                 gpointer user_data)
{
  const Tagger *tagger = user_data;
  SoupMessageHeaders *headers = webkit_uri_request_get_http_headers (request);

  if (headers == NULL) /* no HTTP */
    return FALSE;
  g_autofree char *host = dup_asking_host (page, request, headers);
  g_autofree char *token =
      tagger->with_page_id
          ? g_strdup_printf ("%s.%" G_GUINT64_FORMAT, tagger->token, webkit_web_page_get_id (page))
          : g_strdup (tagger->token);
  g_autofree char *tag = g_strdup_printf ("v=%s; host=%s; dest=%s", token, host,
                                          is_prefetch (headers)     ? "prefetch"
                                          : is_navigation (headers) ? "navigation"
                                                                    : "subresource");
  soup_message_headers_replace (headers, FIELD, tag);
  return FALSE;
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

  g_variant_get ((GVariant *)user_data, "(sb)", &tagger->token, &tagger->with_page_id);
  g_signal_connect (extension, "page-created", G_CALLBACK (page_created_cb), tagger);
}
