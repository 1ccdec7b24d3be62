/* bulla-package-answer.c - answers one request for a URL at the package door
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKit enforces origins, CSP and CORS for the schemes of this door. It does not enforce
 * framing headers for them, and does not know the origins that a bundle claims; so both are
 * handled here. */
#include "bulla-package-answer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bulla-body-stream.h"
#include "bulla-bundle-internal.h"
#include "bulla-content-converter.h"
#include "bulla-error.h"
#include "bulla-judge.h"
#include "bulla-uri-text.h"

/* Additional Content Security Policy of isolated web apps. */
#define ISOLATED_CSP                                                                               \
  "base-uri 'none'; default-src 'self'; object-src 'none'; frame-src 'self' https: blob: data:; "  \
  "connect-src 'self' https: wss: blob: data:; script-src 'self' 'wasm-unsafe-eval'; "             \
  "img-src 'self' https: blob: data:; media-src 'self' https: blob: data:; "                       \
  "font-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "                                \
  "require-trusted-types-for 'script'"

#define OPAQUE "null"              /* an opaque origin, as in an Origin header */
#define NOWHERE "webpkg://nowhere" /* base URL for resolving paths */
#define REDIRECTS_MAX 20           /* most redirects, as in Fetch */

/* A pending request. */
typedef struct {
  BullaPackageRequest request; /* with owned strings */
  BullaBundle *bundle;         /* owned */
  BullaPackageAnswer *answer;  /* owned */
  guint redirects;
} Work;

static void
work_free (Work *work)
{
  const char *strings[] = {
      work->request.view,   work->request.method,          work->request.url,
      work->request.page,   work->request.referer,         work->request.origin,
      work->request.accept, work->request.accept_language, work->request.accept_encoding};

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free ((char *)strings[i]);
  g_strfreev (work->request.frames);
  g_clear_object (&work->bundle);
  g_clear_pointer (&work->answer, bulla_package_answer_free);
  g_free (work);
}

static Work *
work_new (const BullaPackageRequest *request)
{
  Work *work = g_new0 (Work, 1);

  work->request = (BullaPackageRequest){
      .view = g_strdup (request->view),
      .method = g_strdup (request->method),
      .url = g_strdup (request->url),
      .page = g_strdup (request->page),
      .referer = g_strdup (request->referer),
      .origin = g_strdup (request->origin),
      .accept = g_strdup (request->accept),
      .accept_language = g_strdup (request->accept_language),
      /* the door decodes the body, so that it must not choose another coding */
      .accept_encoding = bulla_content_codings_dup_readable (request->accept_encoding, TRUE),
      .frames = g_strdupv ((char **)request->frames),
      .document = request->document,
  };
  work->answer = g_new0 (BullaPackageAnswer, 1);
  work->answer->reply = BULLA_REPLY_REFUSE;
  return work;
}

/**
 * bulla_package_answer_free:
 * @self: an answer
 */
void
bulla_package_answer_free (BullaPackageAnswer *self)
{
  g_clear_object (&self->load);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_clear_object (&self->body);
  g_free (self->message);
  g_free (self->claimed_url);
  g_free (self->location);
  g_free (self);
}

static void
refuse_request (Work *work, const char *message)
{
  work->answer->reply = BULLA_REPLY_REFUSE;
  work->answer->message = g_strdup (message);
}

/* --- permission of the initiator */

/* Returns: whether the view's page, Referer and Origin are all of the requested bundle; the request
 * is refused otherwise */
static gboolean
is_of_bundle (BullaPackageDoor *door, const BullaPackageRequest *request)
{
  const char *initiators[] = {request->page, request->referer, request->origin};

  for (guint i = 0; i < G_N_ELEMENTS (initiators); i++)
    if (bulla_package_is_url (initiators[i])
        && !g_str_has_prefix (initiators[i], BULLA_PACKAGE_SCHEME "://open/")
        && !bulla_package_door_is_within (door, request->view, initiators[i], request->url))
      return FALSE;
  return request->page == NULL || bulla_package_is_url (request->page);
}

static void
fill (BullaPackageDoor *door, Work *work, BullaRequestFacts *facts, const char **ancestors)
{
  const BullaPackageRequest *request = &work->request;
  guint n = 0;

  *facts = (BullaRequestFacts){
      .method = request->method,
      .url = work->answer->claimed_url,
      .accept = request->accept,
      .accept_language = request->accept_language,
      .accept_encoding = request->accept_encoding,
      .destination =
          request->document ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE,
      .separate_origin = TRUE,
  };
  if (!request->document || request->page == NULL)
    return;
  /* The ancestors of a frame: the page, and its frames, each of which may contain this one. An
   * opaque origin, which no header allows, stands for those that are not listed. */
  const char *page = bulla_package_door_get_claimed_origin (door, request->view, request->page);
  guint n_frames = request->frames != NULL ? g_strv_length ((char **)request->frames) : 0;
  ancestors[n++] = page != NULL ? page : OPAQUE;
  for (guint i = 0; i < MIN (n_frames, BULLA_PACKAGE_ANCESTORS_MAX); i++)
    ancestors[n++] = request->frames[i];
  if (n_frames > BULLA_PACKAGE_ANCESTORS_MAX)
    ancestors[n - 1] = OPAQUE;
  facts->ancestors = ancestors;
}

/* --- the response */

static void
append_header (const char *name, const char *value, gpointer user_data)
{
  soup_message_headers_append (user_data, name, value);
}

static gboolean
is_isolated (const char *url)
{
  return g_str_has_prefix (url, BULLA_ISOLATED_SCHEME "://");
}

/* Rewrites CORS headers, which name https origins, for the door's origins. The page may read the
 * response if the header names the page's claimed origin, or the request is to the page's own
 * origin. */
static void
translate_cors (BullaPackageDoor *door, Work *work)
{
  const BullaPackageRequest *request = &work->request;
  SoupMessageHeaders *headers = work->answer->headers;
  g_autofree char *allowed =
      g_strdup (soup_message_headers_get_one (headers, "Access-Control-Allow-Origin"));
  const char *asking = bulla_package_door_get_claimed_origin (door, request->view, request->origin);
  const char *own = bulla_package_door_get_claimed_origin (door, request->view, request->url);

  soup_message_headers_remove (headers, "Access-Control-Allow-Origin");
  if (asking == NULL)
    return;
  gboolean same = g_strcmp0 (asking, own) == 0;
  if (same || g_strcmp0 (allowed, "*") == 0 || g_strcmp0 (allowed, asking) == 0)
    soup_message_headers_replace (headers, "Access-Control-Allow-Origin", request->origin);
  if (same)
    soup_message_headers_replace (headers, "Access-Control-Allow-Credentials", "true");
}

static void
isolate (SoupMessageHeaders *headers)
{
  soup_message_headers_append (headers, "Content-Security-Policy", ISOLATED_CSP);
  soup_message_headers_replace (headers, "Cross-Origin-Opener-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cross-Origin-Embedder-Policy", "require-corp");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
}

/* Removes the content codings: WebKit decodes no bodies of custom schemes. */
static GInputStream *
dup_decoded (BullaPackageAnswer *answer, GInputStream *body)
{
  g_auto (GStrv) codings = bulla_content_codings_split (
      soup_message_headers_get_list (answer->headers, "Content-Encoding"));
  g_autoptr (GInputStream) stream = body != NULL ? g_object_ref (body) : NULL;

  if (codings == NULL || codings[0] == NULL || body == NULL)
    return g_steal_pointer (&stream);
  soup_message_headers_remove (answer->headers, "Content-Encoding");
  soup_message_headers_remove (answer->headers, "Content-Length");
  for (guint i = 0; codings[i] != NULL; i++) {
    g_autoptr (GConverter) converter = bulla_content_converter_new (codings[i]);
    GInputStream *decoded = bulla_body_stream_new (stream, NULL, 0, converter);
    g_object_unref (stream);
    stream = decoded;
  }
  return g_steal_pointer (&stream);
}

static void
serve_resource (BullaPackageDoor *door, Work *work)
{
  BullaPackageAnswer *answer = work->answer;

  answer->status = bulla_load_get_status (answer->load);
  answer->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  bulla_load_foreach_header (answer->load, append_header, answer->headers);
  translate_cors (door, work);
  if (is_isolated (work->request.url))
    isolate (answer->headers);
  GInputStream *body = bulla_load_get_body (answer->load);
  if (g_str_equal (work->request.method, "HEAD"))
    answer->body = g_memory_input_stream_new ();
  else
    answer->body = dup_decoded (answer, body);
  if (answer->body == NULL)
    refuse_request (work, N_ ("The response in the bundle has no readable body"));
  else
    answer->reply = BULLA_REPLY_SERVE;
}

static void
judge_request (BullaPackageDoor *door, Work *work)
{
  BullaPackageAnswer *answer = work->answer;
  BullaVerdict *verdict = bulla_load_get_verdict (answer->load);
  BullaOutcome outcome = bulla_verdict_get_outcome (verdict);
  const char *ancestors[BULLA_PACKAGE_ANCESTORS_MAX + 2] = {NULL};
  BullaRequestFacts facts;

  if (outcome != BULLA_OUTCOME_SUBSTITUTE && outcome != BULLA_OUTCOME_SEPARATE_ORIGIN) {
    answer->verdict = bulla_verdict_ref (verdict);
    refuse_request (work, N_ ("The response in the bundle is malformed"));
    return;
  }
  fill (door, work, &facts, ancestors);
  answer->verdict = bulla_load_judge_request (
      answer->load, &facts, bulla_loader_get_time (bulla_package_door_get_loader (door)));
  if (bulla_verdict_get_reply (answer->verdict) == BULLA_REPLY_SERVE)
    serve_resource (door, work);
  else
    refuse_request (work, N_ ("The response in the bundle does not match this request"));
}

static void
note_location (const char *name, const char *value, gpointer user_data)
{
  if (g_str_equal (name, "location"))
    *(char **)user_data = g_strdup (value);
}

/* Returns: (transfer full) (nullable): @location resolved from @path, which has no origin */
static char *
resolve_path (const char *path, const char *location)
{
  g_autofree char *base = g_strconcat (NOWHERE, path, NULL);
  g_autofree char *url = bulla_url_resolve (base, location, G_URI_FLAGS_ENCODED);

  return url != NULL && g_str_has_prefix (url, NOWHERE "/") ? g_strdup (url + strlen (NOWHERE))
                                                            : g_strdup (url);
}

/* Follows redirects within the bundle, because WebKit follows none for this scheme. Returns: the
 * resource; -1 if there is none */
static gint
follow (Work *work)
{
  static const guint redirects[] = {301, 302, 303, 307, 308};
  BullaPackageAnswer *answer = work->answer;
  guint status = bulla_load_get_status (answer->load);
  g_autofree char *location = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (redirects); i++)
    if (status == redirects[i])
      bulla_load_foreach_header (answer->load, note_location, &location);
  if (location == NULL || work->redirects++ >= REDIRECTS_MAX)
    return -1;
  char *url = g_str_has_prefix (answer->claimed_url, "/")
                  ? resolve_path (answer->claimed_url, location)
                  : bulla_url_resolve (answer->claimed_url, location, G_URI_FLAGS_ENCODED);
  gint found = url != NULL ? bulla_bundle_find (work->bundle, url) : -1;
  if (found >= 0) {
    g_free (answer->claimed_url);
    answer->claimed_url = url;
  } else {
    g_free (url);
  }
  return found;
}

/* Chooses the variant of a resource of the bundle for this request. Returns: its number; -1 if
 * there is none, and the answer says why */
static gint
choose_variant (BullaPackageDoor *door, Work *work, guint resource)
{
  const char *ancestors[BULLA_PACKAGE_ANCESTORS_MAX + 2] = {NULL};
  BullaPackageAnswer *answer = work->answer;
  BullaRequestFacts facts;

  fill (door, work, &facts, ancestors);
  gint chosen = bulla_bundle_choose_variant (work->bundle, resource, &facts);
  if (chosen >= 0)
    return chosen;
  answer->verdict = bulla_bundle_judge_absent_variant (
      work->bundle, resource, &facts, bulla_loader_get_time (bulla_package_door_get_loader (door)));
  answer->reply = bulla_verdict_get_reply (answer->verdict);
  answer->message = g_strdup (N_ ("The bundle has no variant for this request"));
  return -1;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  BullaPackageDoor *door = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  GError *error = NULL;

  work->answer->load = bulla_bundle_load_finish (BULLA_BUNDLE (source), result, &error);
  if (work->answer->load == NULL) {
    g_task_return_error (task, error);
    return;
  }
  gint next = follow (work);
  gint variant = next >= 0 ? choose_variant (door, work, (guint)next) : -1;
  if (next >= 0)
    g_clear_object (&work->answer->load);
  if (variant >= 0) {
    GCancellable *cancellable = g_task_get_cancellable (task);
    bulla_bundle_load_async (work->bundle, (guint)next, (guint)variant, cancellable, loaded_cb,
                             g_steal_pointer (&task));
    return;
  }
  if (next < 0)
    judge_request (door, work);
  if (work->redirects > 0)
    work->answer->location = bulla_package_dup_url (work->bundle, work->answer->claimed_url);
  g_task_return_pointer (task, g_steal_pointer (&work->answer),
                         (GDestroyNotify)bulla_package_answer_free);
}

/* Handles a URL that the bundle does not have: the profile decides about the network. */
static void
miss (BullaPackageDoor *door, Work *work)
{
  BullaPackageAnswer *answer = work->answer;

  answer->verdict =
      bulla_package_door_judge_missing (door, answer->claimed_url, work->request.document);
  answer->reply = bulla_verdict_get_reply (answer->verdict);
  answer->message = g_strdup (N_ ("The bundle does not contain this address"));
}

/* Returns: TRUE if there is a response to load */
static gboolean
find_response (BullaPackageDoor *door, Work *work, guint *resource, guint *variant)
{
  const BullaPackageRequest *request = &work->request;

  if (!g_str_equal (request->method, "GET") && !g_str_equal (request->method, "HEAD")) {
    refuse_request (work, N_ ("A bundle answers only GET and HEAD requests"));
    return FALSE;
  }
  work->bundle = bulla_package_door_find (door, request->view, request->url);
  if (work->bundle == NULL || !is_of_bundle (door, request)) {
    work->bundle = NULL;
    refuse_request (work, N_ ("This bundle is not open in this window. Open its file again."));
    return FALSE;
  }
  g_object_ref (work->bundle);
  work->answer->claimed_url =
      bulla_package_door_dup_claimed_url (door, request->view, request->url);
  gint found = bulla_bundle_find (work->bundle, work->answer->claimed_url);
  if (found < 0) {
    miss (door, work);
    return FALSE;
  }
  gint chosen = choose_variant (door, work, (guint)found);
  if (chosen < 0)
    return FALSE;
  *resource = found;
  *variant = chosen;
  return TRUE;
}

/**
 * bulla_package_door_judge_missing:
 * @self: a package door
 * @claimed_url: a URL that a page of a bundle requests and that the bundle does not contain
 * @document: whether the response would be shown as a document
 *
 * Returns: (transfer full): a verdict on requesting the URL from the network
 */
BullaVerdict *
bulla_package_door_judge_missing (BullaPackageDoor *self, const char *claimed_url,
                                  gboolean document)
{
  BullaLoader *loader = bulla_package_door_get_loader (self);
  g_autoptr (BullaFacts) known = bulla_facts_new ();
  BullaRequestFacts facts = {
      .method = "GET",
      .url = claimed_url,
      .destination = document ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE,
      .separate_origin = TRUE,
  };

  known->form = BULLA_FORM_BUNDLE;
  return bulla_judge_missing (known, bulla_loader_get_profile (loader), &facts,
                              bulla_loader_get_time (loader));
}

/**
 * bulla_package_door_answer_async:
 * @self: a package door
 * @request: the request of a view
 * @cancellable: (nullable): a cancellable
 * @callback: called when the answer is known
 * @user_data: for @callback
 */
void
bulla_package_door_answer_async (BullaPackageDoor *self, const BullaPackageRequest *request,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Work *work = work_new (request);
  guint resource, variant;

  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  if (find_response (self, work, &resource, &variant))
    bulla_bundle_load_async (work->bundle, resource, variant, cancellable, loaded_cb,
                             g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&work->answer),
                           (GDestroyNotify)bulla_package_answer_free);
}

/**
 * bulla_package_door_answer_finish:
 * @self: a package door
 * @result: the result passed to the callback
 * @error: set after an internal error
 *
 * Returns: (transfer full) (nullable): the response, which may be a refusal
 */
BullaPackageAnswer *
bulla_package_door_answer_finish (BullaPackageDoor *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
