/* bulla-cli-bundle-resources.h - collects the responses for a new bundle from any source
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-url.h"
#include "write/bulla-bundle-writer.h"

G_BEGIN_DECLS

/* the representations of one URL; see bulla-cli-variant-group.h */
typedef struct _BullaCliVariantGroup BullaCliVariantGroup;

typedef struct {
  char *url; /* owned; URL in the index */
  guint status;
  char **headers;    /* owned; of interned GRefString: name, value, name, value, …, NULL */
  GBytes *body;      /* owned; body; NULL if it is read from @file */
  GFile *file;       /* owned; file with the body; NULL if @body is set */
  guint64 file_size; /* bytes of @file when it was found; G_MAXUINT64: not known */
  char *alias;       /* owned; second URL for the same response; NULL if there is none */
  const BullaCliVariantGroup *group; /* borrowed; NULL unless others have the same URL */
} BullaCliResource;

#define BULLA_CLI_CONTENT_MAX 1024 /* MiB */

typedef struct {
  guint content_max;           /* most MiB of content from a web archive or from servers */
  BullaUrlReading url_reading; /* how readers of the bundle read the URLs of recordings */
  guint64 index_max;           /* most bytes of the index; G_MAXUINT64 if nothing limits it */
  guint64 index_size;          /* bytes that the URLs of folders take in the index at least */
  guint64 offset;              /* bytes of the responses of folders at least */
  guint n_reserved;            /* number of these URLs */
  GPtrArray *list;             /* owned; of BullaCliResource, in the order of the bundle */
  GHashTable *by_url;          /* owned; URL -> BullaCliResource; of a group the first */
  GPtrArray *groups;           /* owned; of BullaCliVariantGroup */
  GHashTable *skipped;         /* owned; set of char *: absolute paths that folders leave out */
  char *root;                  /* owned; real path of the folder that is read; NULL if not known */
  GHashTable *outside;         /* owned; set of char *: device:inode of reported links out of it */
  char *primary;               /* owned; default primary URL; NULL if there is none */
  char *start;      /* owned; URL of the page that the source begins with; NULL if not known */
  gboolean goes_on; /* damage of the source is reported, and what can be read is kept */
  guint n_lost;     /* number of missing resources, each reported on stderr */
  guint n_damaged;  /* number of those whose content is in the source, but cannot be read */
} BullaCliResources;

BullaCliResources *bulla_cli_resources_new (void);
void bulla_cli_resources_free (BullaCliResources *self);
BullaCliResource *bulla_cli_resources_add (BullaCliResources *self, const char *url, guint status,
                                           gboolean *replaced);
BullaCliVariantGroup *bulla_cli_resources_add_group (BullaCliResources *self,
                                                     BullaCliVariantGroup *group, GError **error);
BullaCliResource *bulla_cli_resources_add_variant (BullaCliResources *self,
                                                   BullaCliVariantGroup *group);
BullaCliResource *bulla_cli_resources_find (const BullaCliResources *self, const char *url);
gboolean bulla_cli_resources_reserve (BullaCliResources *self, const char *url, guint64 size,
                                      GError **error);
void bulla_cli_resources_lose (BullaCliResources *self, const char *url, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
gboolean bulla_cli_resources_set_headers (BullaCliResources *self, char **headers, GError **error);
void bulla_cli_resource_set_header (BullaCliResource *self, const char *name, const char *value);
const char *bulla_cli_resource_get_header (const BullaCliResource *self, const char *name);
gboolean bulla_cli_header_is_kept (const char *name);
gboolean bulla_cli_resources_move (BullaCliResources *self, BullaBundleWriter *writer,
                                   GError **error);

/* whether folders have a response of their own, and which */
typedef enum {
  BULLA_INDEX_REDIRECT,
  BULLA_INDEX_ALIAS,
  BULLA_INDEX_FILE,
} BullaCliIndexRule;

/* how the files of a folder become responses */
typedef struct {
  BullaCliIndexRule rule;
  gboolean hidden;        /* whether to add names that begin with a dot */
  gboolean variants;      /* whether folders whose names end with .variants are groups */
  const char *languages;  /* nullable; those of representations, the default first: en,fr */
  gboolean keeps_content; /* whether small files need not be read again: their responses have a body
                             instead of a file */
} BullaCliFolderOptions;

gboolean bulla_cli_resources_add_folder (BullaCliResources *self, const char *folder,
                                         const char *base_url, const BullaCliFolderOptions *options,
                                         GError **error);
gboolean bulla_cli_resources_add_source (BullaCliResources *self, const char *folder,
                                         const char *variants, const char *base_url,
                                         const BullaCliFolderOptions *options, GError **error);
gboolean bulla_cli_resources_add_urls (BullaCliResources *self, const char *path, GError **error);

/* options of the verbs that write variants */
#define BULLA_CLI_VARIANTS_ENTRIES(file, languages)                                                \
  {"variants",                                                                                     \
   0,                                                                                              \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME,                                                                          \
   file,                                                                                           \
   N_ ("Write several representations of a URL, as listed in FILE, or as files with the same "     \
       "name "                                                                                     \
       "in FOLDER"),                                                                               \
   N_ ("FILE|FOLDER")},                                                                            \
  {                                                                                                \
    "languages", 0, 0, G_OPTION_ARG_STRING, languages,                                             \
        N_ ("With a folder: its languages; the first is for clients that accept none of the "      \
            "others"),                                                                             \
        N_ ("LANGUAGE,…")                                                                          \
  }

gboolean bulla_cli_url_is_unambiguous (const char *url);
gboolean bulla_cli_has_stray_percent (const char *url);
char *bulla_cli_resolve_url (const char *base, const char *reference);
char *bulla_cli_normalise_url (const char *url);
char *bulla_cli_dup_url_replacement (const char *url);
char *bulla_cli_encode_segment (const char *name);
char *bulla_cli_guess_media_type (const char *path, guint64 size, GBytes **content, GError **error);
char *bulla_cli_guess_type_of_text (const char *name, const char *text, gsize length);
void bulla_cli_resources_set_root (BullaCliResources *self, const char *folder);
GPtrArray *bulla_cli_list_folder (BullaCliResources *self, const char *folder, guint depth,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliResources, bulla_cli_resources_free)

G_END_DECLS
