/* bulla-demo.h - declarations shared by the files of the demo's world
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

#include "bulla-authority.h"
#include "bulla-credential.h"
#include "bulla-demo-front.h"
#include "bulla-demo-relay.h"
#include "bulla-exchange-writer.h"

G_BEGIN_DECLS

typedef enum {
  DEMO_AGGREGATOR,
  DEMO_PUBLISHER_ONE,
  DEMO_PUBLISHER_TWO,
  DEMO_PUBLISHER_THREE,
  DEMO_FORBIDDING, /* DNS names another authority for it */
  DEMO_PLAIN_CAA,  /* DNS names its authority, but not for exchanges */
  DEMO_BOGUS,      /* the answers about it are forged */
  DEMO_CERTS,
  DEMO_PLAIN, /* the aggregator over http */
  DEMO_N_HOSTS
} DemoPlace;

/* one server; several may share a host name */
typedef struct {
  const char *name;
  SoupServer *server; /* owned */
  DemoFront *front;   /* owned; accepts its TLS connections; NULL for http */
  DemoRelay *relay;   /* owned; delays what goes to the server and comes back */
  char *origin;       /* owned; origin with the relay's port */
  guint port;
  guint requests;
  GPtrArray *heard; /* owned; of char *: "PATH REFERRER" of the first requests */
} DemoHost;

/* The response of a server to one path. */
typedef struct {
  const char *type;
  char *link;   /* owned; Link header; NULL if there is none */
  GBytes *body; /* owned; body */
} DemoFile;

typedef struct {
  DemoProtocol protocol;     /* of the hosts at https */
  BullaAuthority *authority; /* owned */
  GKeyFile *links;           /* owned; texts of data/demo/links.ini */
  GKeyFile *deliveries;      /* owned; texts of data/demo/deliveries.ini */
  GPtrArray *article;        /* owned; of DemoResource: the article with variants, its picture */
  char *style;               /* owned; style sheet of all pages */
  DemoHost hosts[DEMO_N_HOSTS];
  GHashTable *packages; /* owned; char * link id -> GBytes */
  GHashTable *chains;   /* owned; char * file name -> GBytes */
  GHashTable *files;    /* owned; char * "HOST/PATH" -> DemoFile; may be cached */
  char *echo;           /* owned; headers of the last request for /echo; NULL before it */
  GSList *held; /* responses whose second part is not sent yet, see bulla-demo-slow-response.c */
  BullaCredential *many; /* owned; NULL until an exchange of bulla-demo-long-page.c is requested */
  gint64 now;            /* Unix seconds at which the world was made */
} DemoWorld;

/* bulla-demo-pages.c */
char *demo_dup_text (DemoWorld *world, const char *link, const char *key);
DemoHost *demo_find_publisher (DemoWorld *world, const char *link);
char *demo_dup_signed_url (DemoWorld *world, const char *link);
char *demo_dup_link_url (DemoWorld *world, const char *link);
char *demo_fill_template (const char *name, const char *const *values);
void demo_append_entries (GString *body, int count);
char *demo_write_aggregator (DemoWorld *world);
const char *demo_get_suffix (const char *bundle);
char *demo_write_more (DemoWorld *world, const char *link, gboolean signed_copy);
char *demo_write_article (DemoWorld *world, const char *link, gboolean signed_copy);

/* header of each package; a damaged package has another value */
#define DEMO_NOTE "proof-read at dawn"
#define DEMO_NOTE_ALTERED "proof-read at dusk"

/* bulla-demo-packages.c */
BullaCredential *demo_issue_for (DemoWorld *world, DemoHost *host, const char *name,
                                 const char *flaw, GError **error);
BullaCredential *demo_issue (DemoWorld *world, const char *link, const char *flaw, GError **error);
GBytes *demo_get_chain (DemoWorld *world, const char *link);
GBytes *demo_spoil (GBytes *package, const char *flaw);
gboolean demo_make_packages (DemoWorld *world, GError **error);

/* bulla-demo-bundles.c */
GBytes *demo_make_bundle (DemoWorld *world, const char *link, const char *kind, const char *flaw,
                          GError **error);

/* bulla-demo-story.c: the subresources of the article with several deliveries */
typedef enum { DEMO_STYLE, DEMO_SCRIPT, DEMO_CHART, DEMO_TIDES, DEMO_N_PARTS } DemoPart;
typedef struct {
  const char *name, *type, *as;
} DemoPartKind;
extern const DemoPartKind demo_parts[DEMO_N_PARTS];
GBytes *demo_make_part (DemoWorld *world, DemoPart part);
char *demo_write_story (DemoWorld *world, const char *delivery, const char *copy);

/* bulla-demo-deliveries.c */
gboolean demo_make_deliveries (DemoWorld *world, GError **error);
BullaExchangeWriter *demo_start_exchange (DemoWorld *world, BullaCredential *credential,
                                          const char *chain, const char *url, const char *type,
                                          GBytes *body);
char *demo_dup_delivery_text (DemoWorld *world, const char *delivery, const char *key);
char *demo_dup_story_url (DemoWorld *world, const char *delivery);
char *demo_dup_delivery_link (DemoWorld *world, const char *delivery);
char *demo_write_prefetches (DemoWorld *world, const char *delivery);

/* bulla-demo-variants.c */
gboolean demo_make_variants (DemoWorld *world, GError **error);
GBytes *demo_make_variants_bundle (DemoWorld *world, GError **error);
gboolean demo_answer_variants (DemoWorld *world, DemoHost *host, SoupServerMessage *message,
                               const char *path);
char *demo_write_variants (DemoWorld *world);

/* bulla-demo-tour.c: the aggregator's pages about the deliveries */
gboolean demo_answer_delivery (DemoWorld *world, SoupServerMessage *message, const char *path);

/* bulla-demo-long-page.c */
gboolean demo_answer_many (DemoWorld *world, SoupServerMessage *message, const char *path);

/* bulla-demo-dns.c */
gboolean demo_write_dns (DemoWorld *world, const char *folder, GError **error);

/* bulla-demo-status.c */
void demo_print_world (DemoWorld *world, const char *folder);
void demo_print_answer (DemoWorld *world, const char *line);

/* bulla-demo-slow-response.c */
void demo_respond_in_two (DemoWorld *world, SoupServerMessage *message, GBytes *bytes, gsize first);
void demo_release_all (DemoWorld *world);

/* bulla-demo-servers.c */
gboolean demo_open_servers (DemoWorld *world, GError **error);
void demo_close_servers (DemoWorld *world);
void demo_open_files (DemoWorld *world);
void demo_put_file (DemoWorld *world, DemoPlace place, const char *path, const char *type,
                    const char *link, GBytes *body);
void demo_respond (SoupServerMessage *message, const char *type, GBytes *body);
void demo_respond_text (SoupServerMessage *message, const char *type, const char *text);
gboolean demo_set_rtt (DemoWorld *world, const char *name, const char *ms);

G_END_DECLS
