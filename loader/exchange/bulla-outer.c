/* bulla-outer.c - outer response: the HTTP response that carried a package, or a local file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-outer.h"

#include <string.h>

#include "bulla-field.h"
#include "bulla-outer-internal.h"

struct _BullaOuter {
  char *url;           /* owned; NULL for a local file */
  GHashTable *headers; /* owned; lower-case name -> value */
  gboolean is_file;
  gboolean typed; /* the user set or cleared the media type of a file */
  guint status;   /* 0: unknown, or not an HTTP response */
  gboolean redirected;
  char *server_address; /* owned; nullable */
  const char *protocol; /* static; nullable */
  BullaCause *cause;    /* owned; nullable */
};

G_DEFINE_BOXED_TYPE (BullaOuter, bulla_outer, bulla_outer_ref, bulla_outer_unref)

/**
 * bulla_outer_new:
 * @url: the URL of the response, http or https
 *
 * Returns: (transfer full): a response without headers
 */
BullaOuter *
bulla_outer_new (const char *url)
{
  BullaOuter *self = g_atomic_rc_box_new0 (BullaOuter);

  self->url = g_strdup (url);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * bulla_outer_new_for_file:
 * @url: (nullable): the URL from which the file counts as fetched
 *
 * The response has the media type of the package in the file, and nosniff, until
 * bulla_outer_set_header() changes them.
 *
 * Returns: (transfer full): the response that represents the file
 */
BullaOuter *
bulla_outer_new_for_file (const char *url)
{
  BullaOuter *self = bulla_outer_new (url);

  self->is_file = TRUE;
  bulla_outer_set_header (self, "x-content-type-options", "nosniff");
  return self;
}

/**
 * bulla_outer_ref:
 * @self: a response
 *
 * Returns: (transfer full): @self
 */
BullaOuter *
bulla_outer_ref (BullaOuter *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
outer_clear (gpointer data)
{
  BullaOuter *self = data;

  g_free (self->url);
  g_free (self->server_address);
  g_hash_table_unref (self->headers);
  g_clear_pointer (&self->cause, bulla_cause_free);
}

/**
 * bulla_outer_unref:
 * @self: (transfer full): a response
 */
void
bulla_outer_unref (BullaOuter *self)
{
  g_atomic_rc_box_release_full (self, outer_clear);
}

/**
 * bulla_outer_set_header:
 * @self: a response
 * @name: name of a header field, in any case
 * @value: (nullable): %NULL removes the field
 */
void
bulla_outer_set_header (BullaOuter *self, const char *name, const char *value)
{
  char *lower = g_ascii_strdown (name, -1);

  self->typed = self->typed || strcmp (lower, "content-type") == 0;
  if (value != NULL) {
    g_hash_table_replace (self->headers, lower, g_strdup (value));
    return;
  }
  g_hash_table_remove (self->headers, lower);
  g_free (lower);
}

/**
 * bulla_outer_add_header: (skip)
 * @self: a response
 * @name: name of a header field, in any case
 * @value: its value, which is appended to that of an earlier field of the name (RFC 9110 section
 *   5.3), or replaces it if it cannot be a list
 */
void
bulla_outer_add_header (BullaOuter *self, const char *name, const char *value)
{
  static const char *const singles[] = {"age",     "content-length", "date", "etag",
                                        "expires", "last-modified",  NULL};
  g_autofree char *lower = g_ascii_strdown (name, -1);
  const char *known =
      !g_strv_contains (singles, lower) ? g_hash_table_lookup (self->headers, lower) : NULL;
  g_autofree char *all = known != NULL ? g_strconcat (known, ", ", value, NULL) : NULL;

  bulla_outer_set_header (self, name, all != NULL ? all : value);
}

/**
 * bulla_outer_get_header:
 * @self: a response
 * @name: name of a header field, in any case
 *
 * Returns: (nullable): its value
 */
const char *
bulla_outer_get_header (BullaOuter *self, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (self->headers, lower);
}

/**
 * bulla_outer_foreach_header:
 * @self: a response
 * @func: (scope call): called for each header field, its name in lower case
 * @user_data: for @func
 */
void
bulla_outer_foreach_header (BullaOuter *self, BullaHeaderFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    func (name, value, user_data);
}

/**
 * bulla_outer_get_url:
 * @self: a response
 *
 * Returns: (nullable): the URL of the response
 */
const char *
bulla_outer_get_url (BullaOuter *self)
{
  return self->url;
}

/**
 * bulla_outer_set_status:
 * @self: a response
 * @status: HTTP status; 0 if unknown
 *
 * Verdicts on bundles depend on the status; a response with the media type of an exchange counts as
 * status 200, and one with another media type is reported by its status if that is an error.
 */
void
bulla_outer_set_status (BullaOuter *self, guint status)
{
  self->status = status;
}

/**
 * bulla_outer_set_redirected:
 * @self: a response
 * @redirected: whether the response was reached by a redirect
 */
void
bulla_outer_set_redirected (BullaOuter *self, gboolean redirected)
{
  self->redirected = redirected;
}

guint
bulla_outer_get_status (BullaOuter *self)
{
  return self->status;
}

/**
 * bulla_outer_set_server: (skip)
 * @self: a response
 * @address: (nullable): the IP address of the server
 * @protocol: (nullable): the ALPN name of the protocol, static
 *
 * Reports contain both. The address also says whether the server is in a private network, and so
 * may cause requests to private addresses.
 */
void
bulla_outer_set_server (BullaOuter *self, const char *address, const char *protocol)
{
  g_free (self->server_address);
  self->server_address = g_strdup (address);
  self->protocol = protocol;
}

const char *
bulla_outer_get_server_address (BullaOuter *self)
{
  return self->server_address;
}

const char *
bulla_outer_get_protocol (BullaOuter *self)
{
  return self->protocol;
}

static gboolean
is_type (BullaOuter *self, const char *wanted)
{
  const char *type = bulla_outer_get_header (self, "content-type");

  if (self->is_file && !self->typed)
    return TRUE;
  g_autofree char *essence = type != NULL ? bulla_field_dup_essence (type) : NULL;
  return g_strcmp0 (essence, wanted) == 0;
}

/**
 * bulla_outer_is_exchange:
 * @self: a response
 *
 * Spec: LOAD "Identifying signed exchanges", the media type alone.
 *
 * Returns: whether the media type is that of a signed exchange; a file of unset type may be one
 */
gboolean
bulla_outer_is_exchange (BullaOuter *self)
{
  return is_type (self, "application/signed-exchange");
}

/**
 * bulla_outer_is_bundle:
 * @self: a response
 *
 * Spec: B2 "Serving constraints", the media type alone.
 *
 * Returns: whether the media type is that of a web bundle; a file of unset type may be one
 */
gboolean
bulla_outer_is_bundle (BullaOuter *self)
{
  return is_type (self, "application/webbundle");
}

/* W3C Secure Contexts, "potentially trustworthy origin" */
static gboolean
is_trustworthy (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL)
    return FALSE;
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);
  if (g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "file") == 0)
    return TRUE;
  if (host == NULL)
    return FALSE;
  return g_strcmp0 (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost")
         || g_strcmp0 (host, "::1") == 0
         || (g_str_has_prefix (host, "127.") && g_hostname_is_ip_address (host));
}

static gboolean
is_nosniff (const char *options)
{
  BullaToken element;

  /* Fetch, "determine nosniff": the first value decides. */
  return options != NULL && bulla_field_next_element (&options, &element)
         && bulla_token_equal (element, "nosniff", TRUE);
}

static gboolean
is_attachment (const char *disposition)
{
  size_t length = disposition != NULL ? strcspn (disposition, "; \t") : 0;

  return length == strlen ("attachment")
         && g_ascii_strncasecmp (disposition, "attachment", length) == 0;
}

/* Returns the media type of a file whose type was not set. */
static const char *
get_type (BullaOuter *self, const BullaFacts *facts)
{
  if (!self->is_file || self->typed)
    return bulla_outer_get_header (self, "content-type");
  if (facts->form == BULLA_FORM_EXCHANGE)
    return "application/signed-exchange;v=b3";
  return g_strcmp0 (facts->bundle.version, "b1") == 0 ? "application/webbundle;v=b1"
                                                      : "application/webbundle;v=b2";
}

/**
 * bulla_outer_fill_facts: (skip)
 * @self: a response
 * @facts: facts about a package, which receive the facts about the response
 */
void
bulla_outer_fill_facts (BullaOuter *self, BullaFacts *facts)
{
  const char *type = get_type (self, facts);
  BullaOuterFacts *outer = &facts->outer;

  outer->url = bulla_facts_intern (facts, self->url);
  outer->content_type = bulla_facts_intern (facts, type);
  g_autofree char *version = type != NULL ? bulla_field_dup_parameter (type, "v") : NULL;
  outer->version = bulla_facts_intern (facts, version);
  outer->exchange = bulla_outer_is_exchange (self) ? BULLA_YES : BULLA_NO;
  outer->bundle = bulla_outer_is_bundle (self) ? BULLA_YES : BULLA_NO;
  gboolean nosniff = is_nosniff (bulla_outer_get_header (self, "x-content-type-options"));
  outer->nosniff = nosniff ? BULLA_YES : BULLA_NO;
  gboolean attachment = is_attachment (bulla_outer_get_header (self, "content-disposition"));
  outer->attachment = attachment ? BULLA_YES : BULLA_NO;
  gboolean secure = self->url != NULL ? is_trustworthy (self->url) : self->is_file;
  outer->secure = secure ? BULLA_YES : BULLA_NO;
  outer->status = self->status;
  outer->redirected = self->redirected ? BULLA_YES : BULLA_NO;
  bulla_part_set_ok (&outer->read);
}

/**
 * bulla_outer_set_cause: (skip)
 * @self: a response
 * @cause: the cause of the request
 */
void
bulla_outer_set_cause (BullaOuter *self, const BullaCause *cause)
{
  g_clear_pointer (&self->cause, bulla_cause_free);
  self->cause = bulla_cause_copy (cause);
}

/**
 * bulla_outer_get_cause: (skip)
 * @self: a response
 *
 * Returns: the cause of fetching certificate chains: the view of the request, with the response's
 *   URL as page
 */
BullaCause
bulla_outer_get_cause (BullaOuter *self)
{
  return (BullaCause){self->cause != NULL ? self->cause->view : 0, self->url, "certificate", NULL};
}

/**
 * bulla_outer_is_prefetch: (skip)
 * @self: a response
 *
 * Returns: whether nobody has clicked yet: then no publisher may hear of it
 */
gboolean
bulla_outer_is_prefetch (BullaOuter *self)
{
  return self->cause != NULL && g_strcmp0 (self->cause->purpose, "prefetch") == 0;
}
