/* bulla-announcement.c - parses the web process's announcement of a coming request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The message crosses a process boundary: a web process that was taken over may send anything.
 * Every member has a type and a size limit; a message that violates one is dropped as a whole. */
#include "bulla-announcement.h"

#include <string.h>

#include "bulla-error.h"

#define METHOD_MAX 32
#define DEST_MAX 32
#define HOST_MAX 255

void
bulla_announcement_free (BullaAnnouncement *self)
{
  g_free (self->tag);
  g_free (self->method);
  g_free (self->url);
  g_free (self->dest);
  g_free (self->document);
  g_free (self->redirected);
  g_strfreev (self->frames);
  g_free (self->source);
  g_free (self->credentials);
  g_free (self);
}

/**
 * bulla_announcement_is_tag:
 * @text: the value of a header
 *
 * Returns: whether @text has the form of a tag: 16 to 64 letters and digits
 */
gboolean
bulla_announcement_is_tag (const char *text)
{
  size_t length = strlen (text);

  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at))
      return FALSE;
  return length >= BULLA_ANNOUNCEMENT_TAG_MIN && length <= BULLA_ANNOUNCEMENT_TAG_MAX;
}

static gboolean
refuse_member (GError **error, const char *member, const char *what)
{
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "announcement: “%s” %s", member, what);
  return FALSE;
}

static gboolean
is_printable (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if ((guchar)*at <= ' ' || *at == '\x7f')
      return FALSE;
  return TRUE;
}

/* @into: (out): the text, or NULL if the member is empty */
static gboolean
read_text (GVariant *message, const char *member, gsize most, gboolean required, char **into,
           GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (message, member, G_VARIANT_TYPE_STRING);
  gsize length = 0;
  const char *text = value != NULL ? g_variant_get_string (value, &length) : "";

  if (length > most)
    return refuse_member (error, member, "is too long");
  if (!is_printable (text))
    return refuse_member (error, member, "has blanks or control characters");
  if (*text != '\0')
    *into = g_strdup (text);
  return *text != '\0' || !required || refuse_member (error, member, "is missing");
}

static gboolean
read_frames (GVariant *message, BullaAnnouncement *self, GError **error)
{
  g_autoptr (GVariant) value =
      g_variant_lookup_value (message, "frames", G_VARIANT_TYPE_STRING_ARRAY);
  gsize n = 0;

  self->frames = value != NULL ? g_variant_dup_strv (value, &n) : g_new0 (char *, 1);
  if (n > BULLA_ANNOUNCEMENT_FRAMES_MAX)
    return refuse_member (error, "frames", "has too many elements");
  for (gsize i = 0; i < n; i++)
    if (strlen (self->frames[i]) > HOST_MAX)
      return refuse_member (error, "frames", "has an element that is too long");
  return TRUE;
}

static void
drop_fragment (char *url)
{
  if (url != NULL)
    url[strcspn (url, "#")] = '\0';
}

/**
 * bulla_announcement_parse:
 * @message: an `a{sv}` from a web process
 * @error: set to %BULLA_ERROR_ARGUMENT if a member is invalid; the message names the member
 *
 * Reads the members `tag`, `page`, `method`, `url`, `dest`, `top`, `prefetch`, `document`,
 * `redirected`, `frames`, `source` and `credentials`. Unknown members are ignored; an empty string
 * counts as an absent member.
 *
 * Returns: (transfer full): the announcement
 */
BullaAnnouncement *
bulla_announcement_parse (GVariant *message, GError **error)
{
  g_autoptr (BullaAnnouncement) self = g_new0 (BullaAnnouncement, 1);

  if (!g_variant_is_of_type (message, G_VARIANT_TYPE_VARDICT)
      || !g_variant_is_normal_form (message)) {
    refuse_member (error, "", "is not a dictionary");
    return NULL;
  }
  g_variant_lookup (message, "page", "t", &self->page);
  g_variant_lookup (message, "top", "b", &self->top);
  g_variant_lookup (message, "prefetch", "b", &self->prefetch);
  const gsize url_max = BULLA_ANNOUNCEMENT_URL_MAX;
  gboolean read = read_text (message, "tag", BULLA_ANNOUNCEMENT_TAG_MAX, TRUE, &self->tag, error)
                  && read_text (message, "method", METHOD_MAX, TRUE, &self->method, error)
                  && read_text (message, "url", url_max, TRUE, &self->url, error)
                  && read_text (message, "dest", DEST_MAX, TRUE, &self->dest, error)
                  && read_text (message, "document", url_max, FALSE, &self->document, error)
                  && read_text (message, "redirected", url_max, FALSE, &self->redirected, error)
                  && read_text (message, "source", url_max, FALSE, &self->source, error)
                  && read_text (message, "credentials", DEST_MAX, FALSE, &self->credentials, error)
                  && read_frames (message, self, error);
  if (!read)
    return NULL;
  if (!bulla_announcement_is_tag (self->tag)) {
    refuse_member (error, "tag", "is not 16 to 64 letters and digits");
    return NULL;
  }
  drop_fragment (self->url);
  drop_fragment (self->document);
  drop_fragment (self->redirected);
  return g_steal_pointer (&self);
}
