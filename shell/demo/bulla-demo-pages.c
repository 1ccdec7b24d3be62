/* bulla-demo-pages.c - fills in the pages of the demo's world
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-demo.h"

#include <string.h>

#include "bulla-bytes.h"

#define ENTRY_MINUTES 40

/* Returns a text of the link. @key: in the link's group of links.ini; "" without one */
char *
demo_dup_text (DemoWorld *world, const char *link, const char *key)
{
  char *text = g_key_file_get_string (world->links, link, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

DemoHost *
demo_find_publisher (DemoWorld *world, const char *link)
{
  g_autofree char *name = demo_dup_text (world, link, "publisher");

  for (DemoPlace place = DEMO_PUBLISHER_ONE; place < DEMO_CERTS; place++)
    if (g_str_equal (name, world->hosts[place].name))
      return &world->hosts[place];
  return &world->hosts[DEMO_PUBLISHER_TWO];
}

char *
demo_dup_signed_url (DemoWorld *world, const char *link)
{
  g_autofree char *path = demo_dup_text (world, link, "path");

  return g_strconcat (demo_find_publisher (world, link)->origin, path, NULL);
}

/* Returns the file name suffix. @bundle: the kind of bundle; "" for an exchange */
const char *
demo_get_suffix (const char *bundle)
{
  return *bundle == '\0' ? ".sxg" : g_str_equal (bundle, "app") ? ".swbn" : ".wbn";
}

/* Returns the target of the link on the aggregator's page. */
char *
demo_dup_link_url (DemoWorld *world, const char *link)
{
  g_autofree char *flaw = demo_dup_text (world, link, "flaw");

  if (g_str_equal (flaw, "live") || g_str_equal (flaw, "self"))
    return demo_dup_signed_url (world, link);
  g_autofree char *bundle = demo_dup_text (world, link, "bundle");
  g_autofree char *variant = demo_dup_text (world, link, "variant");
  const DemoHost *host = &world->hosts[g_str_equal (flaw, "http") ? DEMO_PLAIN : DEMO_AGGREGATOR];
  return g_strdup_printf ("%s/packages/%s%s", host->origin, *variant != '\0' ? variant : link,
                          demo_get_suffix (bundle));
}

/* Fills in a template. @values: name, value, …, NULL; the values are HTML */
char *
demo_fill_template (const char *name, const char *const *values)
{
  g_autofree char *path = g_strconcat ("/org/bulla/Demo/", name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *template = bulla_bytes_dup_text (bytes);
  g_autoptr (GString) page = g_string_new (template);

  for (guint i = 0; values[i] != NULL; i += 2) {
    g_autofree char *mark = g_strconcat ("{{", values[i], "}}", NULL);
    g_string_replace (page, mark, values[i + 1], 0);
  }
  return g_string_free (g_steal_pointer (&page), FALSE);
}

static void
append_card (DemoWorld *world, GString *cards, const char *link)
{
  g_autofree char *title = demo_dup_text (world, link, "title");
  g_autofree char *outcome = demo_dup_text (world, link, "outcome");
  g_autofree char *happens = demo_dup_text (world, link, "happens");
  g_autofree char *why = demo_dup_text (world, link, "why");
  g_autofree char *url = demo_dup_link_url (world, link);

  g_string_append_printf (
      cards,
      "<li class=\"%s\"><h2><a id=\"%s\" href=\"%s\">%s</a></h2>\n"
      "<dl><dt>What happens</dt><dd>%s</dd>\n<dt>Why</dt><dd>%s</dd></dl></li>\n",
      outcome, link, url, title, happens, why);
}

char *
demo_write_aggregator (DemoWorld *world)
{
  g_auto (GStrv) links = g_key_file_get_groups (world->links, NULL);
  g_autoptr (GString) cards = g_string_new (NULL);

  for (guint i = 0; links[i] != NULL; i++)
    if (g_key_file_has_key (world->links, links[i], "title", NULL))
      append_card (world, cards, links[i]);
  const char *values[] = {"style", world->style, "cards", cards->str, NULL};
  return demo_fill_template ("aggregator.html", values);
}

static void
append_paragraphs (GString *body, const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "|", -1);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    g_string_append_printf (body, "<p>%s</p>\n", paragraphs[i]);
}

/* Appends enough text for many records, so that a truncated page shows how much arrived. */
void
demo_append_entries (GString *body, int count)
{
  static const char *const SIGHTED[] = {
      "wind north-east, fog, bell every two minutes", "a barque, outward bound, no signal",
      "fog lifting, lamp trimmed, glass rising",      "two trawlers and a great many gulls",
      "nothing; the cook says it is Thursday",
  };

  g_string_append (body, "<ol class=\"log\">\n");
  for (int i = 0; i < count; i++)
    g_string_append_printf (body, "<li>%02d:%02d %s</li>\n", i * ENTRY_MINUTES / 60 % 24,
                            i * ENTRY_MINUTES % 60, SIGHTED[(i * 7 + i / 5) % 5]);
  g_string_append (body, "</ol>\n");
}

/* What a page says of itself; it has to be true wherever and however the page is shown. */
typedef struct {
  char *site;           /* owned; whose page it is, by its own account */
  const char *delivery; /* where this copy is from */
  char *about;          /* owned; a sentence about the site */
} Account;

static void
account_clear (Account *self)
{
  g_free (self->site);
  g_free (self->about);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Account, account_clear)

/* @flaw: of a package that would be its publisher's */
static const char *
describe_signed (const char *flaw)
{
  return g_str_equal (flaw, "altered")   ? "was altered after its publisher had signed it"
         : g_str_equal (flaw, "late")    ? "was signed by its publisher, as far as it is shown"
         : g_str_equal (flaw, "expired") ? "was signed by its publisher for a time that is over"
         : g_str_equal (flaw, "revoked") || g_str_equal (flaw, "extension")
                 || g_str_equal (flaw, "days")
             ? "was signed with a certificate that must not sign packages"
             : "was signed by its publisher and may come from anywhere";
}

/* @packaged: whether the page is in the package of @link; otherwise its publisher's server has it
 */
static void
fill_account (DemoWorld *world, const char *link, gboolean packaged, Account *account)
{
  g_autofree char *bundle = demo_dup_text (world, link, "bundle");
  g_autofree char *flaw = demo_dup_text (world, link, "flaw");
  const char *name = demo_find_publisher (world, link)->name;

  account->site = g_strdup (name);
  if (!packaged) {
    account->delivery = "came from its publisher’s own server";
    account->about = g_strdup_printf ("%s is a publisher of the demo’s.", name);
  } else if (g_str_equal (bundle, "app")) {
    g_free (account->site);
    account->site = g_strdup ("An app without a site");
    account->delivery = "came in a bundle that its maker signed with a key of its own";
    account->about = g_strdup ("The address is made of that key, and belongs to no site.");
  } else if (g_str_equal (bundle, "unsigned") || g_str_equal (bundle, "parts")) {
    g_free (account->site);
    account->site = g_strdup_printf ("%s, says the bundle", name);
    account->delivery = "came in a bundle that nobody signed";
    account->about = g_strdup_printf ("No signature shows that %s wrote this.", name);
  } else if (*bundle != '\0' && g_str_equal (flaw, "altered")) {
    g_free (account->site);
    account->site = g_strdup_printf ("%s, says the bundle", name);
    account->delivery = describe_signed (flaw);
    account->about = g_strdup_printf ("%s signed another version of this page.", name);
  } else {
    account->delivery = describe_signed (flaw);
    account->about = g_strdup_printf ("%s is a publisher of the demo’s.", name);
  }
}

/**
 * demo_write_article:
 * @signed_copy: whether the article is for a package; otherwise its text says that it is live
 */
char *
demo_write_article (DemoWorld *world, const char *link, gboolean signed_copy)
{
  g_autofree char *headline = demo_dup_text (world, link, "headline");
  g_autofree char *text = demo_dup_text (world, link, "text");
  g_autoptr (GString) body = g_string_new (NULL);
  g_auto (Account) account = {0};

  fill_account (world, link, signed_copy, &account);
  if (g_key_file_has_key (world->links, link, "picture", NULL)) {
    g_autofree char *picture = demo_dup_text (world, link, "picture");
    gboolean own = g_key_file_has_key (world->links, link, "bundle", NULL);
    /* a bundle has the picture beside the page; a publisher's server has it at its root */
    g_string_append_printf (body, "<p><img src=\"%s%s%s\" alt=\"\"></p>\n",
                            own ? "" : world->hosts[DEMO_AGGREGATOR].origin,
                            own && signed_copy ? "" : "/", picture);
  }
  append_paragraphs (body, text);
  if (g_key_file_has_key (world->links, link, "entries", NULL))
    demo_append_entries (body, g_key_file_get_integer (world->links, link, "entries", NULL));
  if (g_key_file_has_key (world->links, link, "more", NULL))
    g_string_append (body, "<p><a id=\"more\" href=\"more.html\">Turn the page</a></p>\n");
  const char *values[] = {
      "style",    world->style,     "copy",  signed_copy ? "signed" : "live",
      "headline", headline,         "site",  account.site,
      "delivery", account.delivery, "about", account.about,
      "body",     body->str,        NULL,
  };
  return demo_fill_template ("article.html", values);
}

/* Returns the second page of a bundle. @signed_copy: as for demo_write_article() */
char *
demo_write_more (DemoWorld *world, const char *link, gboolean signed_copy)
{
  g_autofree char *headline = demo_dup_text (world, link, "headline");
  g_autofree char *text = demo_dup_text (world, link, "more");
  g_autoptr (GString) body = g_string_new (NULL);
  g_auto (Account) account = {0};

  fill_account (world, link, signed_copy, &account);
  append_paragraphs (body, text);
  g_string_append (body, "<p><a id=\"back\" href=\"./\">Turn back</a></p>\n");
  const char *values[] = {
      "style",    world->style,
      "copy",     signed_copy ? "signed" : "live",
      "headline", headline,
      "site",     account.site,
      "delivery", signed_copy ? "came in a bundle, with the page before it" : account.delivery,
      "about",    account.about,
      "body",     body->str,
      NULL,
  };
  return demo_fill_template ("article.html", values);
}
