/* bulla-page-requests.c - the web-process extension: announces each request of a page to the shell
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs in the sandboxed process that runs the page's scripts. Each request carries a random tag
 * that is used once. The data that belong to the tag are sent to the shell in a message, which
 * scripts and workers cannot read. Scripts cannot write a header whose name begins with `Sec-`. */
#include <webkit/webkit-web-process-extension.h>

#include <string.h>
#include <sys/random.h>

#include "bulla-page-bundle-scripts.h"
#include "bulla-page-claims.h"
#include "bulla-page-frames.h"
#include "bulla-page-world.h"
#include "bulla-unknown.h"
#include "bulla-url-key.h"

#define ASKED_MAX 4096
#define FIELD "Sec-Bulla-Page"
#define TAG_BYTES 16
#define HOP_URL "webpkg://hop/" /* requested to make the shell navigate */

typedef struct {
  WebKitWebProcessExtension *extension; /* borrowed; outlives this object */
  char *hop;               /* owned; URL that makes the shell navigate on behalf of the page */
  char *whole;             /* owned; URL of the last request for a whole page; NULL before one */
  GHashTable *asked;       /* owned; set of URLs that were announced lately */
  BullaPageClaims *claims; /* owned */
} Announcer;

G_MODULE_EXPORT void
webkit_web_process_extension_initialize_with_user_data (WebKitWebProcessExtension *extension,
                                                        const GVariant *user_data);

static gboolean
equal_without_fragment (const char *a, const char *b)
{
  size_t length = strcspn (a, "#");

  return length == strcspn (b, "#") && strncmp (a, b, length) == 0;
}

/* A page has the address that it is about to show before it requests it. */
static gboolean
is_of_whole_page (WebKitWebPage *page, WebKitURIRequest *request)
{
  const char *shown = webkit_web_page_get_uri (page);

  return shown != NULL && equal_without_fragment (webkit_uri_request_get_uri (request), shown);
}

/* Returns: (transfer full) (nullable): the URL of the document that @page shows. While the next
 * document is being requested, the page and its main frame already have that document's address. */
static char *
dup_document (WebKitWebPage *page)
{
  WebKitFrame *frame = bulla_page_frames_get_main (page);
  g_autoptr (JSCValue) url =
      frame != NULL ? bulla_page_world_evaluate (frame, "location.href") : NULL;

  return url != NULL && jsc_value_is_string (url) ? jsc_value_to_string (url) : NULL;
}

/* Returns the URL that redirected. After the first request of a network session, which the gateway
 * answers with 407, WebKit names the gateway instead. */
static const char *
find_redirect (Announcer *self, WebKitURIResponse *redirected)
{
  const char *url = redirected != NULL ? webkit_uri_response_get_uri (redirected) : NULL;
  g_autofree char *key = url != NULL ? bulla_url_dup_key (url) : NULL;

  return key == NULL || g_hash_table_contains (self->asked, key) ? url : BULLA_UNKNOWN_URL;
}

/* --- the purpose of a request */

/* Says whether a request is for the whole page. A redirected page still has its earlier address, so
 * the last requested one is kept. @redirected: (nullable): result of find_redirect() */
static gboolean
leads_to_whole_page (const Announcer *self, WebKitWebPage *page, WebKitURIRequest *request,
                     const char *redirected)
{
  gboolean is_unknown = g_strcmp0 (redirected, BULLA_UNKNOWN_URL) == 0;
  const char *before = is_unknown ? webkit_web_page_get_uri (page) : redirected;
  gboolean goes_on =
      before != NULL && self->whole != NULL && equal_without_fragment (before, self->whole);

  return goes_on || is_of_whole_page (page, request);
}

/* Returns the destination that WebKit states. It states none for http, where Accept shows a
 * navigation, which a script may write as well; and none for downloads, synchronous XHR, and
 * redirects of fetch() to another origin. */
static const char *
find_destination (const Announcer *self, WebKitWebPage *page, WebKitURIRequest *request,
                  const char *redirected, SoupMessageHeaders *headers)
{
  const char *dest = soup_message_headers_get_one (headers, "Sec-Fetch-Dest");
  const char *accept = soup_message_headers_get_list (headers, "Accept");

  if (dest != NULL)
    return dest;
  if (!g_str_has_prefix (webkit_uri_request_get_uri (request), "http:") || accept == NULL
      || !g_str_has_prefix (accept, "text/html,"))
    return "empty";
  return leads_to_whole_page (self, page, request, redirected) ? "document" : "iframe";
}

static gboolean
is_prefetch (SoupMessageHeaders *headers)
{
  const char *purpose = soup_message_headers_get_list (headers, "Sec-Purpose");

  return purpose != NULL && g_str_has_prefix (purpose, "prefetch");
}

/* Returns the rule of the page's elements for a resource; only pages over https may have rules. */
static const BullaBundleScript *
find_rule (WebKitWebPage *page, const char *document, const char *url, const char *dest)
{
  gboolean navigates = g_str_equal (dest, "document") || g_str_equal (dest, "iframe");

  return !navigates && document != NULL && g_str_has_prefix (document, "https://")
             ? bulla_page_rules_find (bulla_page_frames_get_main (page), url)
             : NULL;
}

/* --- the announcement */

static char *
make_tag (void)
{
  guint8 bytes[TAG_BYTES];
  GString *tag = g_string_sized_new (2 * sizeof bytes);

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("the system’s random number generator failed");
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (tag, "%02x", bytes[i]);
  return g_string_free (tag, FALSE);
}

static void
put (GVariantBuilder *into, const char *name, const char *value)
{
  /* WebKit's texts are UTF-8; GVariant would abort on anything else */
  g_variant_builder_add (
      into, "{sv}", name,
      g_variant_new_take_string (g_utf8_make_valid (value != NULL ? value : "", -1)));
}

static void
note_asked (Announcer *self, const char *url, const char *dest)
{
  if (g_hash_table_size (self->asked) >= ASKED_MAX)
    g_hash_table_remove_all (self->asked);
  g_hash_table_add (self->asked, bulla_url_dup_key (url));
  if (g_str_equal (dest, "document")) {
    g_free (self->whole);
    self->whole = g_strdup (url);
  }
}

static void
announce (Announcer *self, WebKitWebPage *page, WebKitURIRequest *request, const char *document,
          const char *redirected)
{
  SoupMessageHeaders *headers = webkit_uri_request_get_http_headers (request);
  const char *url = webkit_uri_request_get_uri (request);
  const char *dest = find_destination (self, page, request, redirected, headers);
  const BullaBundleScript *rule = find_rule (page, document, url, dest);
  g_autofree char *tag = make_tag ();
  g_autofree char *bare = g_strndup (url, strcspn (url, "#"));
  GVariantBuilder message;

  g_variant_builder_init (&message, G_VARIANT_TYPE_VARDICT);
  put (&message, "tag", tag);
  put (&message, "method", webkit_uri_request_get_http_method (request));
  put (&message, "url", bare);
  put (&message, "dest", dest);
  put (&message, "document", document);
  put (&message, "redirected", redirected);
  put (&message, "source", rule != NULL ? bulla_bundle_script_get_source (rule) : NULL);
  put (&message, "credentials",
       rule != NULL ? bulla_bundle_script_get_credentials_nick (rule) : NULL);
  g_variant_builder_add (&message, "{sv}", "page",
                         g_variant_new_uint64 (webkit_web_page_get_id (page)));
  g_variant_builder_add (&message, "{sv}", "top",
                         g_variant_new_boolean (g_str_equal (dest, "document")));
  g_variant_builder_add (&message, "{sv}", "prefetch",
                         g_variant_new_boolean (is_prefetch (headers)));
  g_variant_builder_add (&message, "{sv}", "frames", bulla_page_frames_list (page));
  soup_message_headers_replace (headers, FIELD, tag);
  note_asked (self, url, dest);
  webkit_web_process_extension_send_message_to_context (
      self->extension, webkit_user_message_new ("request", g_variant_builder_end (&message)), NULL,
      NULL, NULL);
}

static gboolean
send_request_cb (WebKitWebPage *page, WebKitURIRequest *request, WebKitURIResponse *redirected,
                 gpointer user_data)
{
  Announcer *self = user_data;
  const char *url = webkit_uri_request_get_uri (request);
  gboolean whole = is_of_whole_page (page, request);

  /* a request without header fields is for the package door, and WebKit itself names its view */
  if (webkit_uri_request_get_http_headers (request) == NULL)
    return FALSE;
  if (whole && *self->hop != '\0' && equal_without_fragment (url, self->hop)) {
    webkit_uri_request_set_uri (request, HOP_URL); /* a request for no URL would show about:blank */
    return FALSE;
  }
  g_autofree char *document = dup_document (page);
  g_autofree char *shown = whole ? NULL : bulla_page_claims_dup_shown (self->claims, document, url);
  if (shown != NULL)
    webkit_uri_request_set_uri (request, shown);
  else
    announce (self, page, request, document, find_redirect (self, redirected));
  return FALSE;
}

/* The shell's message arrives before its next action, because messages of one process keep their
 * order. */
static void
message_cb (WebKitWebProcessExtension *extension, WebKitUserMessage *message, gpointer user_data)
{
  Announcer *self = user_data;
  GVariant *parameters = webkit_user_message_get_parameters (message);
  const char *name = webkit_user_message_get_name (message);

  if (parameters == NULL)
    return;
  if (g_str_equal (name, "claims")
      && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{ss}as)"))) {
    bulla_page_claims_add (self->claims, parameters);
  } else if (g_str_equal (name, "hop")
             && g_variant_is_of_type (parameters, G_VARIANT_TYPE_STRING)) {
    g_free (self->hop);
    self->hop = g_variant_dup_string (parameters, NULL);
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
  Announcer *self = g_new0 (Announcer, 1); /* lives as long as the process */

  self->extension = extension;
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->claims = bulla_page_claims_new ();
  self->hop = g_variant_dup_string ((GVariant *)user_data, NULL);
  bulla_page_frames_follow ();
  g_signal_connect (extension, "user-message-received", G_CALLBACK (message_cb), self);
  g_signal_connect (extension, "page-created", G_CALLBACK (page_created_cb), self);
}
