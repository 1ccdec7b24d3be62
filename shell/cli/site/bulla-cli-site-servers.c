/* bulla-cli-site-servers.c - writes the configuration with which servers deliver a site
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A client receives an exchange in place of a response if its Accept header prefers exchanges, as
 * those of distributors do; the header of a browser, which gives them a lower weight, does not. An
 * exchange is for one URL, so a request with a query never receives it. */
#include <string.h>

#include "bulla-cli-site.h"

/* an Accept header that names exchanges without a weight below 1 */
#define ACCEPTED                                                                                   \
  "(^|,)[ \\t]*application/signed-exchange[ \\t]*;[ \\t]*v=\"?b3\"?[ \\t]*(;[ \\t]*q=1(\\.0*)?"    \
  "[ \\t]*)?(,|$)"
#define EXCHANGE_TYPE "application/signed-exchange;v=b3"
#define INDEX "index.html"

/* Returns: whether a name can be written between quotes in every configuration */
gboolean
bulla_cli_site_is_plain (const char *path)
{
  for (const char *c = path; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || strchr ("\"'\\$`{}%*?[]<>", *c) != NULL)
      return FALSE;
  return g_utf8_validate (path, -1, NULL);
}

/* Calls @func for each exchange that a page links. */
typedef void (*LinkFunc) (GString *out, const char *link);

static void
foreach_link (GString *out, const BullaCliSite *site, const BullaCliSiteItem *page, LinkFunc func)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < page->links->len; i++) {
    const BullaCliSiteLink *part = page->links->pdata[i];
    for (guint j = 0; j < part->items->len; j++) {
      const BullaCliSiteItem *item = part->items->pdata[j];
      if (!g_hash_table_add (seen, (gpointer)item))
        continue;
      g_autofree char *path = bulla_cli_site_dup_alternate (item);
      g_autoptr (GString) link = g_string_new (NULL);
      g_string_printf (link, "<%s>; rel=\"alternate\"; type=\"" EXCHANGE_TYPE "\"; anchor=\"%s\"",
                       path, item->resource->url);
      bulla_cli_site_append_variants (link, site, item);
      func (out, link->str);
    }
  }
}

/* Calls @func for each page with links. */
typedef void (*PageFunc) (GString *out, const BullaCliSiteServer *self,
                          const BullaCliSiteItem *page, guint number);

static void
foreach_page (GString *out, const BullaCliSiteServer *self, PageFunc func)
{
  const GPtrArray *items = self->site->items;
  guint n = 0;

  for (guint i = 0; i < items->len; i++) {
    const BullaCliSiteItem *item = items->pdata[i];
    if (item->links->len > 0 && bulla_cli_site_is_plain (item->path))
      func (out, self, item, n++);
  }
}

static void
append_comment (GString *out, const BullaCliSiteServer *self, const char *how)
{
  g_string_append_printf (out,
                          "# Delivers the signed exchanges of %s, valid until %s.\n"
                          "# %s\n"
                          "# Written by bulla create site; run it again before they expire.\n",
                          self->site->base_url, self->expires, how);
}

/* --- nginx */

/* A dollar sign cannot be written in a value, so such a link is left out. */
static void
append_nginx_link (GString *out, const char *link)
{
  g_autoptr (GString) quoted = g_string_new (link);

  g_string_replace (quoted, "\\", "\\\\", 0);
  g_string_replace (quoted, "'", "\\'", 0);
  g_string_append_printf (
      out, strchr (link, '$') == NULL ? "  add_header Link '%s';\n" : "  # not written: %s\n",
      strchr (link, '$') == NULL ? quoted->str : link);
}

static void
append_nginx_headers (GString *out, const BullaCliSiteServer *self)
{
  g_string_append_printf (out,
                          "  root \"%s\";\n"
                          "  types { }\n"
                          "  default_type \"" EXCHANGE_TYPE "\";\n"
                          "  add_header X-Content-Type-Options nosniff always;\n"
                          "  add_header Vary Accept always;\n",
                          self->folder);
}

static void
append_nginx_page (GString *out, const BullaCliSiteServer *self, const BullaCliSiteItem *page,
                   guint number)
{
  g_string_append_printf (out, "location = \"%s\" {\n", page->path);
  append_nginx_headers (out, self);
  foreach_link (out, self->site, page, append_nginx_link);
  g_string_append (out, "}\n");
}

/**
 * bulla_cli_site_write_nginx: (skip)
 * @self: what the configuration depends on
 *
 * Returns: (transfer full): a file to be included in the server block of the site
 */
char *
bulla_cli_site_write_nginx (const BullaCliSiteServer *self)
{
  GString *out = g_string_new (NULL);

  append_comment (out, self, "Include this file in the server block of the site.");
  g_string_append (out, "# Locations with an add_header of their own need this one, too:\n"
                        "add_header Vary Accept always;\n\nset $bulla \"\";\n");
  g_string_append_printf (out, "if ($http_accept ~* '" ACCEPTED "') {\n  set $bulla \"yes\";\n}\n");
  g_string_append (out, "if ($args != \"\") {\n  set $bulla \"\";\n}\n");
  g_string_append_printf (out,
                          "if (-f \"%s${uri}.sxg\") {\n  set $bulla \"${bulla}-file\";\n}\n"
                          "if (-f \"%s${uri}" INDEX ".sxg\") {\n  set $bulla "
                          "\"${bulla}-folder\";\n}\n",
                          self->folder, self->folder);
  g_string_append (out, "if ($bulla = \"yes-file\") {\n  rewrite ^(.*)$ $1.sxg last;\n}\n"
                        "if ($bulla = \"yes-folder\") {\n  rewrite ^(.*/)$ $1" INDEX
                        ".sxg last;\n}\n\n");
  g_string_append (out, "location ~ \\.sxg$ {\n");
  append_nginx_headers (out, self);
  g_string_append (out, "}\n");
  foreach_page (out, self, append_nginx_page);
  if (self->chain != NULL)
    g_string_append_printf (out,
                            "location = \"%s\" {\n"
                            "  alias \"%s\";\n"
                            "  types { }\n"
                            "  default_type \"" BULLA_CLI_CHAIN_TYPE "\";\n"
                            "  add_header X-Content-Type-Options nosniff always;\n}\n",
                            self->chain_path, self->chain);
  return g_string_free (out, FALSE);
}

/* --- Apache */

/* A percent sign begins a format. */
static void
append_apache_link (GString *out, const char *link)
{
  g_autoptr (GString) quoted = g_string_new (link);

  g_string_replace (quoted, "\\", "\\\\", 0);
  g_string_replace (quoted, "\"", "\\\"", 0);
  g_string_replace (quoted, "%", "%%", 0);
  g_string_append_printf (out, "    Header add Link \"%s\"\n", quoted->str);
}

static void
append_apache_page (GString *out, const BullaCliSiteServer *self, const BullaCliSiteItem *page,
                    guint number)
{
  g_autofree char *path = g_strconcat (self->folder, page->path, NULL);
  g_auto (GStrv) parts = g_strsplit (path, "'", -1);
  g_autofree char *quoted = g_strjoinv ("\\'", parts); /* in a string of an expression */

  /* <Files> would also match files of that name in folders below */
  g_string_append_printf (out, "<Directory \"%s\">\n  <If \"%%{REQUEST_FILENAME} == '%s'\">\n",
                          self->folder, quoted);
  foreach_link (out, self->site, page, append_apache_link);
  g_string_append (out, "  </If>\n</Directory>\n");
}

static void
append_apache_rewrite (GString *out, const BullaCliSiteServer *self, const char *suffix)
{
  g_string_append (out, "RewriteCond %{QUERY_STRING} ^$\n");
  g_string_append (out, "RewriteCond %{HTTP:Accept} '" ACCEPTED "' [NC]\n");
  g_string_append_printf (out, "RewriteCond \"%s%%{REQUEST_URI}%s.sxg\" -f\n", self->folder,
                          suffix);
  g_string_append_printf (out, "RewriteRule %s \"%s%%{REQUEST_URI}%s.sxg\" [END]\n",
                          *suffix != '\0' ? "/$" : "^", self->folder, suffix);
}

/**
 * bulla_cli_site_write_apache: (skip)
 * @self: what the configuration depends on
 *
 * Returns: (transfer full): a file to be included in the virtual host of the site
 */
char *
bulla_cli_site_write_apache (const BullaCliSiteServer *self)
{
  GString *out = g_string_new (NULL);

  append_comment (out, self,
                  "Include this file in the virtual host of the site. It needs mod_rewrite and "
                  "mod_headers.");
  g_string_append (out, "Header merge Vary Accept\nRewriteEngine On\n");
  append_apache_rewrite (out, self, "");
  append_apache_rewrite (out, self, INDEX);
  g_string_append_printf (out,
                          "RewriteCond \"%s%%{REQUEST_URI}\" -f\n"
                          "RewriteRule \\.sxg$ \"%s%%{REQUEST_URI}\" [END]\n",
                          self->folder, self->folder);
  if (self->chain != NULL) {
    g_autofree char *folder = g_path_get_dirname (self->chain);
    g_string_append_printf (out,
                            "RewriteCond %%{REQUEST_URI} \"=%s\"\n"
                            "RewriteRule ^ \"%s\" [END]\n"
                            "<Directory \"%s\">\n"
                            "  <Files \"" BULLA_CLI_SITE_CHAIN "\">\n"
                            "    Require all granted\n"
                            "    ForceType " BULLA_CLI_CHAIN_TYPE "\n"
                            "    Header always set X-Content-Type-Options nosniff\n"
                            "  </Files>\n"
                            "</Directory>\n",
                            self->chain_path, self->chain, folder);
  }
  g_string_append_printf (out,
                          "<Directory \"%s\">\n"
                          "  Require all granted\n"
                          "  ForceType \"" EXCHANGE_TYPE "\"\n"
                          "  Header always set X-Content-Type-Options nosniff\n"
                          "</Directory>\n",
                          self->folder);
  foreach_page (out, self, append_apache_page);
  return g_string_free (out, FALSE);
}

/* --- Caddy */

static void
append_caddy_link (GString *out, const char *link)
{
  g_string_append_printf (out, "      +Link `%s`\n", link);
}

static void
append_caddy_page (GString *out, const BullaCliSiteServer *self, const BullaCliSiteItem *page,
                   guint number)
{
  g_string_append_printf (out, "    @page%u path \"%s\"\n    header @page%u {\n", number,
                          page->path, number);
  foreach_link (out, self->site, page, append_caddy_link);
  g_string_append (out, "    }\n");
}

/**
 * bulla_cli_site_write_caddy: (skip)
 * @self: what the configuration depends on
 *
 * Returns: (transfer full): a file to be imported in the block of the site
 */
char *
bulla_cli_site_write_caddy (const BullaCliSiteServer *self)
{
  GString *out = g_string_new (NULL);

  append_comment (out, self, "Import this file in the block of the site, before other routes.");
  g_string_append_printf (out,
                          "route {\n"
                          "  header +Vary Accept\n"
                          "  @bulla_preferred {\n"
                          "    header_regexp bulla Accept `(?i)" ACCEPTED "`\n"
                          "    expression `{query} == \"\"`\n"
                          "    file {\n"
                          "      root \"%s\"\n"
                          "      try_files {path}.sxg {path}" INDEX ".sxg\n"
                          "    }\n"
                          "  }\n"
                          "  rewrite @bulla_preferred {http.matchers.file.relative}\n"
                          "  @bulla_exchange {\n"
                          "    path *.sxg\n"
                          "    file {\n"
                          "      root \"%s\"\n"
                          "      try_files {path}\n"
                          "    }\n"
                          "  }\n"
                          "  handle @bulla_exchange {\n"
                          "    root * \"%s\"\n"
                          "    header Content-Type \"" EXCHANGE_TYPE "\"\n"
                          "    header X-Content-Type-Options nosniff\n",
                          self->folder, self->folder, self->folder);
  foreach_page (out, self, append_caddy_page);
  g_string_append (out, "    file_server\n  }\n");
  if (self->chain != NULL) {
    g_autofree char *folder = g_path_get_dirname (self->chain);
    g_string_append_printf (out,
                            "  @bulla_chain path \"%s\"\n"
                            "  handle @bulla_chain {\n"
                            "    root * \"%s\"\n"
                            "    rewrite * /" BULLA_CLI_SITE_CHAIN "\n"
                            "    header Content-Type " BULLA_CLI_CHAIN_TYPE "\n"
                            "    header X-Content-Type-Options nosniff\n"
                            "    file_server\n"
                            "  }\n",
                            self->chain_path, folder);
  }
  g_string_append (out, "}\n");
  return g_string_free (out, FALSE);
}
