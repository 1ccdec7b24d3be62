/* bulla-profile.c - named, dated, immutable choices where the specs disagree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-profile.h"

#include <stddef.h>
#include <string.h>

#include "bulla-settings.h"

struct _BullaProfile {
  char *name;        /* owned */
  char *date;        /* owned; ISO 8601 */
  char *description; /* owned */
  BullaSettings settings;
  GHashTable *keys; /* owned; of BullaPinnedKey by web bundle id */
};

typedef const char *const *Choices;

typedef struct {
  const char *group;
  const char *key;
  size_t offset;   /* into BullaSettings */
  Choices choices; /* in enum order; NULL: a number in [0, max] */
  gint64 max;
} Setting;

static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const fault[] = {"fall-back", "refuse", NULL};
static const char *const version[] = {"fall-back", "refuse", "fall-back-for-type", NULL};
static const char *const nosniff[] = {"fall-back", "refuse", "", "not-a-package", NULL};
static const char *const members[] = {"try-in-order", "one", "first-only", NULL};
static const char *const lifetime[] = {"signature_verification_error", "cert_verification_error",
                                       NULL};
static const char *const compare[] = {"exact", "ignore-case", NULL};
static const char *const status[] = {"final", "only-200", NULL};
static const char *const coding[] = {"contains", "exact", NULL};
static const char *const digest[] = {"list-element", "prefix", NULL};
static const char *const ocsp[] = {"lifetime", "revoked-age", "age", NULL};
static const char *const sct[] = {"required", "reported", "system-roots", NULL};
static const char *const redirects[] = {"follow", "none", NULL};
static const char *const mismatch[] = {"network", "fall-back", NULL};
static const char *const live[] = {"newer-wins", "ignored", NULL};
static const char *const encoding[] = {"request", "mi-sha256-03", NULL};
static const char *const variants[] = {"04", "plain", NULL};
static const char *const request_reuse[] = {"navigation", "view", NULL};
static const char *const reuse[] = {"cache-control", "five-minutes", NULL};
static const char *const alternate_url[] = {"checked", "unchecked", NULL};
static const char *const alternate_variants[] = {"when-given", "when-absent", NULL};
static const char *const report_url[] = {"outer", "inner", NULL};
static const char *const sampled_by[] = {"result", "transfer", NULL};
static const char *const cert_server[] = {"downgrade", "ignore", NULL};
static const char *const inner_url[] = {"omit", "empty", NULL};
static const char *const data_url[] = {"scheme", "whole", NULL};
static const char *const sections[] = {"known", "unknown", NULL};
static const char *const key_kinds[] = {"at-least-one", "first", NULL};
static const char *const relative[] = {"resolve", "refuse", NULL};
static const char *const bundle_status[] = {"any", "only-200", NULL};
static const char *const scope[] = {"no", "allowed", "expected", NULL};
static const char *const network[] = {"never", "ask", "allow", NULL};
static const char *const redirected[] = {"follow", "refuse", NULL};

#define CHOICE(group, key, field, choices)                                                         \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field), choices, 0                                        \
  }
#define NUMBER(group, key, field, max)                                                             \
  {                                                                                                \
    group, key, offsetof (BullaSettings, field), NULL, max                                         \
  }

static const Setting table[] = {
    CHOICE ("outcome", "fault", fault, fault),
    CHOICE ("outcome", "unknown-version", unknown_version, version),
    CHOICE ("outcome", "unknown-magic", unknown_magic, fault),
    CHOICE ("outcome", "short-lengths", short_lengths, fault),
    CHOICE ("outcome", "insecure-deliverer", insecure_deliverer, fault),
    CHOICE ("outcome", "nosniff-missing", nosniff_missing, nosniff),
    CHOICE ("outcome", "unasked", unasked, fault),
    CHOICE ("outcome", "substitution", substitution, no_yes),
    CHOICE ("signature", "members", members, members),
    CHOICE ("signature", "expires-after-date", expires_after_date, no_yes),
    NUMBER ("signature", "lifetime-max", lifetime_max, 3650 * G_GINT64_CONSTANT (86400)),
    CHOICE ("signature", "lifetime-report", lifetime_report, lifetime),
    NUMBER ("signature", "clock-skew", clock_skew, 86400),
    CHOICE ("signature", "integrity", integrity, compare),
    CHOICE ("headers", "content-type", content_type, no_yes),
    CHOICE ("headers", "shared-cache", shared_cache, no_yes),
    CHOICE ("headers", "cache-directives", cache_directives, compare),
    CHOICE ("headers", "no-cache-fields", no_cache_fields, no_yes),
    CHOICE ("headers", "status", status, status),
    CHOICE ("headers", "content-encoding", content_encoding, coding),
    CHOICE ("headers", "digest", digest, digest),
    NUMBER ("certificate", "validity-days-max", validity_days_max, 36500),
    CHOICE ("certificate", "ocsp", ocsp, ocsp),
    CHOICE ("certificate", "sct", sct, sct),
    CHOICE ("certificate", "can-sign-critical", can_sign_critical, no_yes),
    CHOICE ("certificate", "fetch-redirects", fetch_redirects, redirects),
    NUMBER ("certificate", "fetch-size-max", fetch_size_max, 16 << 20),
    CHOICE ("certificate", "refetch-once", refetch_once, no_yes),
    CHOICE ("request", "mismatch", mismatch, mismatch),
    CHOICE ("request", "live-copy", live_copy, live),
    CHOICE ("request", "variants-accept-encoding", variants_encoding, encoding),
    CHOICE ("request", "variants-headers", variants_headers, variants),
    CHOICE ("request", "same-deliverer", same_deliverer, no_yes),
    CHOICE ("request", "reuse", request_reuse, request_reuse),
    NUMBER ("prefetch", "entries-max", entries_max, 10000),
    CHOICE ("prefetch", "reuse", reuse, reuse),
    CHOICE ("prefetch", "alternate-url", alternate_url, alternate_url),
    CHOICE ("prefetch", "alternate-variants", alternate_variants, alternate_variants),
    CHOICE ("report", "send", send, no_yes),
    CHOICE ("report", "url", report_url, report_url),
    CHOICE ("report", "sampled-by", sampled_by, sampled_by),
    CHOICE ("report", "unknown-cert-server", unknown_cert_server, cert_server),
    CHOICE ("report", "mismatches", mismatches, no_yes),
    CHOICE ("report", "no-inner-url", no_inner_url, inner_url),
    CHOICE ("report", "data-url", data_url, data_url),
    CHOICE ("bundle", "b2-sections", b2_sections, sections),
    CHOICE ("bundle", "key-kinds", key_kinds, key_kinds),
    CHOICE ("bundle", "relative-urls", relative_urls, relative),
    CHOICE ("bundle", "status", bundle_status, bundle_status),
    CHOICE ("bundle", "scope", scope, scope),
    CHOICE ("bundle", "network", network, network),
    CHOICE ("bundle", "redirected", redirected, redirected),
};

static const char *const about_keys[] = {"name", "date", "description", "inherits", NULL};

G_DEFINE_QUARK (bulla - profile - error - quark, bulla_profile_error)
G_DEFINE_BOXED_TYPE (BullaProfile, bulla_profile, bulla_profile_ref, bulla_profile_unref)

static gint64 *
setting_in (BullaSettings *settings, const Setting *setting)
{
  return (gint64 *)((char *)settings + setting->offset);
}

static const Setting *
find_setting (const char *group, const char *key)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].group, group) == 0 && strcmp (table[i].key, key) == 0)
      return &table[i];
  return NULL;
}

static gboolean
is_group (const char *group)
{
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].group, group) == 0)
      return TRUE;
  return strcmp (group, "profile") == 0;
}

/* GKeyFile's errors carry no line, so the text is searched again; of a key that comes twice the
 * last one counts; 0 if there is no such line */
static guint
line_of (const char *text, const char *group, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean inside = FALSE;
  guint found = 0;
  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strstrip (lines[i]);
    if (line[0] == '[') {
      inside = strncmp (line + 1, group, strlen (group)) == 0 && line[1 + strlen (group)] == ']';
      if (inside && key == NULL)
        return i + 1;
      continue;
    }
    size_t length = key != NULL ? strlen (key) : 0;
    if (inside && key != NULL && strncmp (line, key, length) == 0
        && (line[length] == '=' || g_ascii_isspace (line[length])))
      found = i + 1;
  }
  return found;
}

static gboolean
read_value (const Setting *setting, const char *value, gint64 *into)
{
  if (setting->choices == NULL)
    return g_ascii_string_to_signed (value, 10, 0, setting->max, into, NULL);
  for (int i = 0; setting->choices[i] != NULL; i++)
    if (value[0] != '\0' && strcmp (setting->choices[i], value) == 0) {
      *into = i;
      return TRUE;
    }
  return FALSE;
}

static char *
dup_allowed (const Setting *setting)
{
  if (setting->choices == NULL)
    return g_strdup_printf ("a whole number from 0 to %" G_GINT64_FORMAT, setting->max);
  g_autoptr (GString) words = g_string_new ("one of");
  for (int i = 0; setting->choices[i] != NULL; i++)
    if (setting->choices[i][0] != '\0')
      g_string_append_printf (words, "%s %s", i > 0 ? "," : "", setting->choices[i]);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static gboolean
read_pinned_keys (GKeyFile *file, const char *text, GHashTable *into, GError **error)
{
  g_auto (GStrv) ids = g_key_file_get_keys (file, BULLA_PINNED_KEYS_GROUP, NULL, NULL);
  for (int i = 0; ids != NULL && ids[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, BULLA_PINNED_KEYS_GROUP, ids[i], NULL);
    guint line = line_of (text, BULLA_PINNED_KEYS_GROUP, ids[i]);
    if (!bulla_pinned_key_is_id (ids[i])) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                   "line %u: “%s” in [%s] is not a web bundle id", line, ids[i],
                   BULLA_PINNED_KEYS_GROUP);
      return FALSE;
    }
    if (value == NULL || !bulla_pinned_keys_add (into, ids[i], g_strstrip (value))) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE,
                   "line %u: “%s” in [%s] takes %s, not “%s”", line, ids[i],
                   BULLA_PINNED_KEYS_GROUP, BULLA_PINNED_KEYS_WANT, value != NULL ? value : "");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_group (GKeyFile *file, const char *text, const char *group, BullaSettings *into,
            gboolean *seen, GError **error)
{
  if (!is_group (group)) {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                 "line %u: unknown group “%s”", line_of (text, group, NULL), group);
    return FALSE;
  }
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  for (int i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (strcmp (group, "profile") == 0 && g_strv_contains (about_keys, keys[i]))
      continue;
    const Setting *setting = find_setting (group, keys[i]);
    if (setting == NULL) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                   "line %u: unknown key “%s” in [%s]", line_of (text, group, keys[i]), keys[i],
                   group);
      return FALSE;
    }
    g_autofree char *value = g_key_file_get_string (file, group, keys[i], NULL);
    if (value == NULL || !read_value (setting, g_strstrip (value), setting_in (into, setting))) {
      g_autofree char *allowed = dup_allowed (setting);
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE,
                   "line %u: “%s” in [%s] takes %s, not “%s”", line_of (text, group, keys[i]),
                   keys[i], group, allowed, value != NULL ? value : "");
      return FALSE;
    }
    seen[setting - table] = TRUE;
  }
  return TRUE;
}

static gboolean
read_about (BullaProfile *self, GKeyFile *file, const BullaProfile *parent, GError **error)
{
  self->name = g_key_file_get_string (file, "profile", "name", NULL);
  self->date = g_key_file_get_string (file, "profile", "date", NULL);
  self->description = g_key_file_get_string (file, "profile", "description", NULL);
  if (self->name == NULL || self->name[0] == '\0') {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_MISSING,
                 "[profile] has no “name”");
    return FALSE;
  }
  if (self->date == NULL)
    self->date = g_strdup (parent != NULL ? parent->date : "");
  if (self->description == NULL)
    self->description = g_strdup ("");
  return TRUE;
}

/**
 * bulla_profile_parse:
 * @text: a key file, in UTF-8; see docs/profiles.md
 * @parent: (nullable): the profile from which settings without a key are taken
 * @error: a %BULLA_PROFILE_ERROR that names the line
 *
 * Returns: (transfer full): the profile, or %NULL
 */
BullaProfile *
bulla_profile_parse (const char *text, const BullaProfile *parent, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) syntax = NULL;
  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, &syntax)) {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_SYNTAX, "%s", syntax->message);
    return NULL;
  }
  g_autoptr (BullaProfile) self = g_atomic_rc_box_new0 (BullaProfile);
  self->keys = bulla_pinned_keys_new ();
  if (parent != NULL) {
    self->settings = parent->settings;
    bulla_pinned_keys_add_all (self->keys, parent->keys);
  }
  if (!read_about (self, file, parent, error))
    return NULL;

  gboolean seen[G_N_ELEMENTS (table)] = {FALSE};
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (int i = 0; groups[i] != NULL; i++) {
    gboolean pins = strcmp (groups[i], BULLA_PINNED_KEYS_GROUP) == 0;
    if (pins ? !read_pinned_keys (file, text, self->keys, error)
             : !read_group (file, text, groups[i], &self->settings, seen, error))
      return NULL;
  }
  for (size_t i = 0; parent == NULL && i < G_N_ELEMENTS (table); i++)
    if (!seen[i]) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_MISSING,
                   "[%s] has no “%s”, and the profile inherits from none", table[i].group,
                   table[i].key);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * bulla_profile_dup_parent_name:
 * @text: a profile's text
 *
 * Returns: (transfer full) (nullable): the profile it says it inherits from
 */
char *
bulla_profile_dup_parent_name (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, NULL))
    return NULL; /* bulla_profile_parse() says what is wrong with it */
  return g_key_file_get_string (file, "profile", "inherits", NULL);
}

/**
 * bulla_profile_ref:
 * @self: a profile
 *
 * Returns: (transfer full): @self
 */
BullaProfile *
bulla_profile_ref (BullaProfile *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
profile_clear (gpointer data)
{
  BullaProfile *self = data;
  g_free (self->name);
  g_free (self->date);
  g_free (self->description);
  g_clear_pointer (&self->keys, g_hash_table_unref);
}

/**
 * bulla_profile_unref:
 * @self: (transfer full): a profile
 */
void
bulla_profile_unref (BullaProfile *self)
{
  g_atomic_rc_box_release_full (self, profile_clear);
}

/**
 * bulla_profile_get_name:
 * @self: a profile
 *
 * Returns: its name, `draft-b3` and the like
 */
const char *
bulla_profile_get_name (const BullaProfile *self)
{
  return self->name;
}

/**
 * bulla_profile_get_date:
 * @self: a profile
 *
 * Returns: the day whose state of the specs it describes, ISO 8601
 */
const char *
bulla_profile_get_date (const BullaProfile *self)
{
  return self->date;
}

/**
 * bulla_profile_get_description:
 * @self: a profile
 *
 * Returns: one sentence
 */
const char *
bulla_profile_get_description (const BullaProfile *self)
{
  return self->description;
}

const BullaSettings *
bulla_profile_get_settings (const BullaProfile *self)
{
  return &self->settings;
}

/**
 * bulla_profile_find_web_bundle_key: (skip)
 * @self: a profile
 * @id: a web bundle id
 *
 * Returns: (transfer none) (nullable): the one key that may sign for it; %NULL if the profile
 *   names none, and the id has to come from a key of the bundle
 */
const BullaPinnedKey *
bulla_profile_find_web_bundle_key (const BullaProfile *self, const char *id)
{
  return g_hash_table_lookup (self->keys, id);
}

/**
 * bulla_settings_describe: (skip)
 * @setting: a number from 0
 * @group: (out): static
 * @key: (out): static
 * @allowed: (out) (transfer full): what it takes, in words
 *
 * Returns: whether there is a setting of that number
 */
gboolean
bulla_settings_describe (guint setting, const char **group, const char **key, char **allowed)
{
  if (setting >= G_N_ELEMENTS (table))
    return FALSE;
  *group = table[setting].group;
  *key = table[setting].key;
  *allowed = dup_allowed (&table[setting]);
  return TRUE;
}

/**
 * bulla_profile_to_text:
 * @self: a profile
 *
 * Returns: (transfer full): the whole profile as a key file, nothing inherited
 */
char *
bulla_profile_to_text (const BullaProfile *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_set_string (file, "profile", "name", self->name);
  g_key_file_set_string (file, "profile", "date", self->date);
  g_key_file_set_string (file, "profile", "description", self->description);
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
    gint64 value = *(const gint64 *)((const char *)&self->settings + table[i].offset);
    if (table[i].choices != NULL)
      g_key_file_set_string (file, table[i].group, table[i].key, table[i].choices[value]);
    else
      g_key_file_set_int64 (file, table[i].group, table[i].key, value);
  }
  bulla_pinned_keys_write (self->keys, file);
  return g_key_file_to_data (file, NULL, NULL);
}
