/* bulla-demo.h - what the files of the demo's world share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-authority.h"
#include "bulla-credential.h"

G_BEGIN_DECLS

typedef enum {
  DEMO_AGGREGATOR,
  DEMO_PUBLISHER_ONE,
  DEMO_PUBLISHER_TWO,
  DEMO_CERTS,
  DEMO_PLAIN, /* the aggregator again, over http */
  DEMO_N_HOSTS
} DemoPlace;

/* one server; several may have one name */
typedef struct {
  const char *name;
  SoupServer *server; /* owned */
  char *origin;       /* owned; with its port */
  guint port;
  guint requests;
} DemoHost;

typedef struct {
  BullaAuthority *authority; /* owned */
  GKeyFile *links;           /* owned; data/demo/links.ini */
  char *style;               /* owned; CSS */
  DemoHost hosts[DEMO_N_HOSTS];
  GHashTable *packages; /* owned; char * id -> GBytes */
  GHashTable *chains;   /* owned; char * file name -> GBytes */
  char *echo;           /* owned; nullable: what the last request for /echo said */
  GSList *held;         /* of what bulla-demo-slow.c waits with */
  gint64 now;           /* Unix seconds, when the world was made */
} DemoWorld;

/* bulla-demo-pages.c */
char *demo_dup_text (DemoWorld *world, const char *link, const char *key);
DemoHost *demo_find_publisher (DemoWorld *world, const char *link);
char *demo_dup_signed_url (DemoWorld *world, const char *link);
char *demo_dup_link_url (DemoWorld *world, const char *link);
char *demo_write_aggregator (DemoWorld *world);
const char *demo_get_suffix (const char *bundle);
char *demo_write_more (DemoWorld *world, const char *link);
char *demo_write_article (DemoWorld *world, const char *link, gboolean signed_copy);

/* a header of each package, and what becomes of it when one is altered */
#define DEMO_NOTE "proof-read at dawn"
#define DEMO_NOTE_ALTERED "proof-read at dusk"

/* bulla-demo-packages.c */
BullaCredential *demo_issue (DemoWorld *world, const char *link, const char *flaw, GError **error);
GBytes *demo_get_chain (DemoWorld *world, const char *link);
GBytes *demo_spoil (GBytes *package, const char *flaw);
gboolean demo_make_packages (DemoWorld *world, GError **error);

/* bulla-demo-bundles.c */
GBytes *demo_make_bundle (DemoWorld *world, const char *link, const char *kind, const char *flaw,
                          GError **error);

/* bulla-demo-slow.c */
void demo_respond_in_two (DemoWorld *world, SoupServerMessage *message, GBytes *bytes, gsize first);
void demo_release_all (DemoWorld *world);

/* bulla-demo-servers.c */
gboolean demo_open_servers (DemoWorld *world, GError **error);

G_END_DECLS
