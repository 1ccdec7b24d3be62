/* bulla-navigation-answer.c - the response to one navigation, for comparison with the view
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A service worker can read the id of an answer and attach it to a body of its own. So the id
 * proves nothing: the bytes that the view shows must be those that were sent. */
#include "bulla-navigation-answer-internal.h"

#include <string.h>
#include <sys/random.h>

#include "bulla-content-decoder.h"
#include "bulla-hasher.h"
#include "bulla-url-key.h"

#define ID_BYTES 16
#define DIGEST_BYTES 32

struct _BullaNavigationAnswer {
  GObject parent_instance;
  char *id;    /* owned */
  char *url;   /* owned */
  char *entry; /* owned; NULL for a new entry; history entry that the answer is for */
  gboolean frame;
  BullaNavigationAnswerKind kind;
  BullaLoad *load;       /* owned; nullable */
  BullaBundle *bundle;   /* owned; nullable */
  BullaVerdict *verdict; /* owned; nullable; by which the package answers, or was set aside */
  gboolean private_peer;
  guint click;
  gint64 made; /* g_get_monotonic_time() */

  guint status;
  GHashTable *fields; /* owned; lower-case name -> value; the response headers that are compared */
  BullaContentDecoder *decoder; /* owned; NULL if the body cannot be hashed */
  BullaHasher *hasher;          /* owned; nullable */
  guint64 n_bytes;              /* bytes of the body that were sent */
  guint64 n_hashed;             /* bytes of the body that were decoded and hashed */
  guint8 digest[BULLA_HASH_MAX];
  gboolean hashed, truncated, ended;
  BullaUncompared why; /* reason why the body is not hashed; valid once it has ended */
};

G_DEFINE_FINAL_TYPE (BullaNavigationAnswer, bulla_navigation_answer, G_TYPE_OBJECT)

/* The response headers that describe the body and the permissions of the page. */
static const char *const COMPARED[] = {"content-type",
                                       "content-security-policy",
                                       "content-security-policy-report-only",
                                       "cross-origin-embedder-policy",
                                       "cross-origin-opener-policy",
                                       "cross-origin-resource-policy",
                                       "permissions-policy",
                                       "referrer-policy",
                                       "x-content-type-options",
                                       "x-frame-options"};

static void
bulla_navigation_answer_finalize (GObject *object)
{
  BullaNavigationAnswer *self = BULLA_NAVIGATION_ANSWER (object);

  g_free (self->id);
  g_free (self->url);
  g_free (self->entry);
  g_clear_object (&self->load);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_object (&self->bundle);
  g_hash_table_unref (self->fields);
  g_clear_pointer (&self->decoder, bulla_content_decoder_free);
  g_clear_pointer (&self->hasher, bulla_hasher_free);
  G_OBJECT_CLASS (bulla_navigation_answer_parent_class)->finalize (object);
}

static void
bulla_navigation_answer_class_init (BullaNavigationAnswerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_navigation_answer_finalize;
}

static void
bulla_navigation_answer_init (BullaNavigationAnswer *self)
{
  self->fields = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

static char *
make_id (void)
{
  guint8 bytes[ID_BYTES];
  GString *id = g_string_sized_new (2 * ID_BYTES);

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_error ("the system’s random number generator failed");
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (id, "%02x", bytes[i]);
  return g_string_free (id, FALSE);
}

/**
 * bulla_navigation_answer_new: (skip)
 * @url: the requested URL
 * @frame: whether the request is for a frame
 * @kind: where the response comes from
 * @load: (nullable): the package's response that is sent, or that was not usable
 * @bundle: (nullable): the bundle that contains @load
 *
 * Returns: (transfer full): a record of the response, with an id that nobody can guess
 */
BullaNavigationAnswer *
bulla_navigation_answer_new (const char *url, gboolean frame, BullaNavigationAnswerKind kind,
                             BullaLoad *load, BullaBundle *bundle)
{
  BullaNavigationAnswer *self = g_object_new (BULLA_TYPE_NAVIGATION_ANSWER, NULL);

  self->id = make_id ();
  self->made = g_get_monotonic_time ();
  self->url = g_strdup (url);
  self->frame = frame;
  self->kind = kind;
  g_set_object (&self->load, load);
  g_set_object (&self->bundle, bundle);
  return self;
}

/* @verdict: (nullable): the verdict by which the package answers, or does not */
void
bulla_navigation_answer_set_verdict (BullaNavigationAnswer *self, BullaVerdict *verdict)
{
  if (verdict != NULL)
    bulla_verdict_ref (verdict);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  self->verdict = verdict;
}

/**
 * bulla_navigation_answer_get_verdict:
 * @self: an answer
 *
 * Returns: (transfer none) (nullable): the verdict by which the package answers the request, or
 *   because of which it does not; a verdict on the request, or on the package
 */
BullaVerdict *
bulla_navigation_answer_get_verdict (BullaNavigationAnswer *self)
{
  return self->verdict;
}

/* @private_peer: whether the server is on this machine or in its network */
void
bulla_navigation_answer_set_private (BullaNavigationAnswer *self, gboolean private_peer)
{
  self->private_peer = private_peer;
}

gboolean
bulla_navigation_answer_is_private (BullaNavigationAnswer *self)
{
  return self->private_peer;
}

/* @entry: (nullable): the history entry that shows the answer, as
 * bulla_navigation_answer_get_entry() names it; %NULL: the answer starts a new entry */
void
bulla_navigation_answer_set_entry (BullaNavigationAnswer *self, const char *entry)
{
  g_free (self->entry);
  self->entry = g_strdup (entry);
}

/* Returns: the id of the answer that started its history entry; navigating back to the entry keeps
 * the id */
const char *
bulla_navigation_answer_get_entry (BullaNavigationAnswer *self)
{
  return self->entry != NULL ? self->entry : self->id;
}

/* Releases the package of a response that is not shown any more, and so its bytes. */
void
bulla_navigation_answer_forget_package (BullaNavigationAnswer *self)
{
  g_clear_object (&self->load);
  g_clear_object (&self->bundle);
}

/* @click: id of the ledger's click that caused the navigation; 0 if there was none */
void
bulla_navigation_answer_set_click (BullaNavigationAnswer *self, guint click)
{
  self->click = click;
}

/**
 * bulla_navigation_answer_begin: (skip)
 * @self: an answer
 * @status: HTTP status of the response
 * @headers: the complete header fields of the response
 */
void
bulla_navigation_answer_begin (BullaNavigationAnswer *self, guint status,
                               SoupMessageHeaders *headers)
{
  const char *coding = soup_message_headers_get_list (headers, "Content-Encoding");

  self->status = status;
  for (guint i = 0; i < G_N_ELEMENTS (COMPARED); i++) {
    const char *value = soup_message_headers_get_list (headers, COMPARED[i]);
    if (value != NULL)
      g_hash_table_replace (self->fields, (gpointer)COMPARED[i], g_strdup (value));
  }
  self->why = BULLA_UNCOMPARED_CODING;
  self->decoder = bulla_content_decoder_new (coding);
  self->hasher = self->decoder != NULL ? bulla_hasher_new (BULLA_HASH_SHA256) : NULL;
}

static void
stop_hashing (BullaNavigationAnswer *self)
{
  g_clear_pointer (&self->decoder, bulla_content_decoder_free);
  g_clear_pointer (&self->hasher, bulla_hasher_free);
}

static guint64
get_max (BullaNavigationAnswer *self)
{
  guint64 max =
      BULLA_NAVIGATION_ANSWER_RATIO_FREE + BULLA_NAVIGATION_ANSWER_RATIO_MAX * self->n_bytes;

  return self->kind == BULLA_NAVIGATION_ANSWER_SUBSTITUTED
             ? max
             : MIN (max, BULLA_NAVIGATION_ANSWER_LIVE_MAX);
}

static gboolean
push_decoded (const guint8 *data, gsize length, gpointer user_data)
{
  BullaNavigationAnswer *self = user_data;

  if (self->n_hashed + length > get_max (self)) {
    self->why = BULLA_UNCOMPARED_SIZE;
    return FALSE;
  }
  self->n_hashed += length;
  bulla_hasher_push (self->hasher, data, length);
  return TRUE;
}

/**
 * bulla_navigation_answer_push: (skip)
 * @self: an answer that has begun
 * @chunk: the next bytes of the body
 */
void
bulla_navigation_answer_push (BullaNavigationAnswer *self, GBytes *chunk)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (chunk, &length);

  self->n_bytes += length;
  if (self->hasher != NULL
      && !bulla_content_decoder_push (self->decoder, data, length, push_decoded, self))
    stop_hashing (self);
}

/**
 * bulla_navigation_answer_end: (skip)
 * @self: an answer
 * @whole: whether the body was sent to its end
 */
void
bulla_navigation_answer_end (BullaNavigationAnswer *self, gboolean whole)
{
  self->ended = TRUE;
  self->truncated = !whole;
  self->hashed = whole && self->hasher != NULL
                 && bulla_content_decoder_end (self->decoder, push_decoded, self)
                 && bulla_hasher_finish (self->hasher, self->digest) == DIGEST_BYTES;
  stop_hashing (self);
}

/**
 * bulla_navigation_answer_get_id:
 * @self: an answer
 *
 * Returns: the value of the response's `Bulla-Answer` header field
 */
const char *
bulla_navigation_answer_get_id (BullaNavigationAnswer *self)
{
  return self->id;
}

/**
 * bulla_navigation_answer_get_url:
 * @self: an answer
 *
 * Returns: the URL of the navigation
 */
const char *
bulla_navigation_answer_get_url (BullaNavigationAnswer *self)
{
  return self->url;
}

/**
 * bulla_navigation_answer_get_kind:
 * @self: an answer
 *
 * Returns: where the response came from
 */
BullaNavigationAnswerKind
bulla_navigation_answer_get_kind (BullaNavigationAnswer *self)
{
  return self->kind;
}

/**
 * bulla_navigation_answer_get_click:
 * @self: an answer
 *
 * Returns: the id of the ledger's click that caused the navigation; 0 if there is none
 */
guint
bulla_navigation_answer_get_click (BullaNavigationAnswer *self)
{
  return self->click;
}

/**
 * bulla_navigation_answer_is_since:
 * @self: an answer
 * @time: g_get_monotonic_time() when a load began
 *
 * Returns: whether the response may belong to that load: it was not made before the load began
 */
gboolean
bulla_navigation_answer_is_since (BullaNavigationAnswer *self, gint64 time)
{
  return self->made >= time;
}

/**
 * bulla_navigation_answer_is_frame:
 * @self: an answer
 *
 * Returns: whether the response is for a frame, not for the main page
 */
gboolean
bulla_navigation_answer_is_frame (BullaNavigationAnswer *self)
{
  return self->frame;
}

/**
 * bulla_navigation_answer_is_truncated:
 * @self: an answer
 *
 * Returns: whether the body was cut short
 */
gboolean
bulla_navigation_answer_is_truncated (BullaNavigationAnswer *self)
{
  return self->truncated;
}

/**
 * bulla_navigation_answer_get_load:
 * @self: an answer
 *
 * Returns: (transfer none) (nullable): the package's response that was sent, or that was not usable
 */
BullaLoad *
bulla_navigation_answer_get_load (BullaNavigationAnswer *self)
{
  return self->load;
}

/**
 * bulla_navigation_answer_get_bundle:
 * @self: an answer
 *
 * Returns: (transfer none) (nullable): the bundle that contains the package's response
 */
BullaBundle *
bulla_navigation_answer_get_bundle (BullaNavigationAnswer *self)
{
  return self->bundle;
}

static gboolean
differ (char **difference, const char *what)
{
  if (difference != NULL)
    *difference = g_strdup (what);
  return TRUE;
}

static gboolean
head_differs (BullaNavigationAnswer *self, const char *url, guint status, GHashTable *headers,
              char **difference)
{
  if (!bulla_url_same (self->url, url))
    return differ (difference, "url");
  if (status != self->status && status != SOUP_STATUS_NOT_MODIFIED)
    return differ (difference, "status");
  for (guint i = 0; i < G_N_ELEMENTS (COMPARED); i++)
    if (g_strcmp0 (g_hash_table_lookup (self->fields, COMPARED[i]),
                   g_hash_table_lookup (headers, COMPARED[i]))
        != 0)
      return differ (difference, COMPARED[i]);
  return FALSE;
}

/**
 * bulla_navigation_answer_get_uncompared:
 * @self: an answer
 *
 * Returns: why the body cannot be compared now; %BULLA_UNCOMPARED_NOT if it can
 */
BullaUncompared
bulla_navigation_answer_get_uncompared (BullaNavigationAnswer *self)
{
  if (self->hashed)
    return BULLA_UNCOMPARED_NOT;
  if (self->truncated)
    return BULLA_UNCOMPARED_BREAK;
  if (!self->ended && self->hasher != NULL)
    return BULLA_UNCOMPARED_OPEN;
  return self->why;
}

/**
 * bulla_navigation_answer_get_n_hashed:
 * @self: an answer
 *
 * Returns: the number of decoded body bytes that were hashed; a body with more bytes is a different
 *   one
 */
guint64
bulla_navigation_answer_get_n_hashed (BullaNavigationAnswer *self)
{
  return self->n_hashed;
}

/**
 * bulla_navigation_answer_confirm:
 * @self: an answer
 * @url: the URL that the view shows
 * @status: HTTP status of the main resource, as reported by the view
 * @headers: (element-type utf8 utf8): its header fields, with names in lower case
 * @digest: (nullable) (array fixed-size=32): SHA-256 of the decoded body in the view; %NULL if the
 *   view has no body
 * @difference: (out) (optional) (nullable) (transfer full): what differs: `url`, `status`, `bytes`
 *   or the name of a header field
 *
 * Compares the response that the view shows with the one that was sent. If the body is still being
 * sent, or was not hashed, only status and header fields are compared.
 *
 * Returns: the outcome of the comparison
 */
BullaConfirmation
bulla_navigation_answer_confirm (BullaNavigationAnswer *self, const char *url, guint status,
                                 GHashTable *headers, const guint8 *digest, char **difference)
{
  if (difference != NULL)
    *difference = NULL;
  if (head_differs (self, url, status, headers, difference))
    return BULLA_CONFIRMED_NOT;
  if (!self->hashed)
    return BULLA_CONFIRMATION_UNKNOWN;
  if (digest != NULL && memcmp (digest, self->digest, DIGEST_BYTES) == 0)
    return BULLA_CONFIRMED;
  differ (difference, "bytes");
  return BULLA_CONFIRMED_NOT;
}
