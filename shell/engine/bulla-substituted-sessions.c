/* bulla-substituted-sessions.c - network sessions of substituted pages, and their removal
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKit keeps cookies, storage and service workers by network session. So pages from packages get
 * sessions of their own, one for each partition, where the profile wants their data apart from
 * those of live pages (`substituted.data`). A session is ephemeral: it keeps its data in memory. */
#include "bulla-substituted-sessions.h"

#include "bulla-uri-text.h"
#include "bulla-url.h"
#include "bulla-web-session.h"
#include "bulla-worker-removal.h"

#define PAGES "bulla-apart-pages" /* key of a session's data: pages that are shown in it */

struct _BullaSubstitutedSessions {
  GObject parent_instance;

  BullaGateway *gateway;      /* owned */
  BullaNetworkPrompt *prompt; /* owned */
  BullaProfile *profile;      /* owned */
  GHashTable *sessions;       /* owned; partition -> WebKitNetworkSession */
  GHashTable *confirmed;      /* owned; set of origins whose servers have sent a page */
  GHashTable *shared;         /* owned; set of origins of packages whose data are among live ones */
};

G_DEFINE_FINAL_TYPE (BullaSubstitutedSessions, bulla_substituted_sessions, G_TYPE_OBJECT)

static void
bulla_substituted_sessions_finalize (GObject *object)
{
  BullaSubstitutedSessions *self = BULLA_SUBSTITUTED_SESSIONS (object);

  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->confirmed);
  g_hash_table_unref (self->shared);
  g_object_unref (self->gateway);
  g_object_unref (self->prompt);
  bulla_profile_unref (self->profile);
  G_OBJECT_CLASS (bulla_substituted_sessions_parent_class)->finalize (object);
}

static void
bulla_substituted_sessions_class_init (BullaSubstitutedSessionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_substituted_sessions_finalize;
}

static void
bulla_substituted_sessions_init (BullaSubstitutedSessions *self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->confirmed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * bulla_substituted_sessions_new:
 * @gateway: the gateway of all sessions
 * @prompt: asks the user on behalf of the gateway
 * @profile: says what a substituted page may leave behind
 */
BullaSubstitutedSessions *
bulla_substituted_sessions_new (BullaGateway *gateway, BullaNetworkPrompt *prompt,
                                BullaProfile *profile)
{
  BullaSubstitutedSessions *self = g_object_new (BULLA_TYPE_SUBSTITUTED_SESSIONS, NULL);

  self->gateway = g_object_ref (gateway);
  self->prompt = g_object_ref (prompt);
  self->profile = bulla_profile_ref (profile);
  return self;
}

BullaProfile *
bulla_substituted_sessions_get_profile (BullaSubstitutedSessions *self)
{
  return self->profile;
}

/**
 * bulla_substituted_sessions_judge:
 * @publisher: the https URL of a substituted page
 * @distributor: (nullable): the https URL that delivered its package
 * @rights: (out caller-allocates): what the page may leave behind, as of now
 */
void
bulla_substituted_sessions_judge (BullaSubstitutedSessions *self, const char *publisher,
                                  const char *distributor, BullaDataRights *rights)
{
  g_autofree char *origin = bulla_url_dup_origin (publisher);
  gboolean confirmed = origin != NULL && g_hash_table_contains (self->confirmed, origin);

  bulla_data_judge (self->profile, publisher, distributor, confirmed, rights);
}

/* --- sessions */

static WebKitNetworkSession *
make_session (BullaSubstitutedSessions *self, const BullaDataRights *rights)
{
  WebKitNetworkSession *session = webkit_network_session_new_ephemeral ();

  bulla_web_session_attach (session, self->gateway, self->prompt,
                            BULLA_GATEWAY_ANNOUNCED | BULLA_GATEWAY_APART);
  if (!rights->stores)
    webkit_cookie_manager_set_accept_policy (webkit_network_session_get_cookie_manager (session),
                                             WEBKIT_COOKIE_POLICY_ACCEPT_NEVER);
  return session;
}

/**
 * bulla_substituted_sessions_dup_session:
 * @rights: what the page may leave behind
 * @private_window: whether the page is shown in a private window, which shares nothing
 *
 * Returns: (transfer full): the session of the page's partition, or one for this page alone
 */
WebKitNetworkSession *
bulla_substituted_sessions_dup_session (BullaSubstitutedSessions *self,
                                        const BullaDataRights *rights, gboolean private_window)
{
  if (rights->partition == NULL || private_window)
    return make_session (self, rights);
  WebKitNetworkSession *known = g_hash_table_lookup (self->sessions, rights->partition);
  if (known == NULL) {
    known = make_session (self, rights);
    g_hash_table_insert (self->sessions, g_strdup (rights->partition), known);
  }
  return g_object_ref (known);
}

static guint
get_n_pages (WebKitNetworkSession *session)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (session), PAGES));
}

static void
set_n_pages (WebKitNetworkSession *session, guint n)
{
  g_object_set_data (G_OBJECT (session), PAGES, GUINT_TO_POINTER (n));
}

/**
 * bulla_substituted_sessions_enter:
 * @session: the session of one more page
 */
void
bulla_substituted_sessions_enter (BullaSubstitutedSessions *self, WebKitNetworkSession *session)
{
  set_n_pages (session, get_n_pages (session) + 1);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WebKitNetworkSession) session = user_data;
  g_autoptr (GError) error = NULL;

  if (!webkit_website_data_manager_clear_finish (WEBKIT_WEBSITE_DATA_MANAGER (source), result,
                                                 &error))
    g_warning ("data of a substituted page were not removed: %s", error->message);
}

static gboolean
is_session (gpointer partition, gpointer session, gpointer wanted)
{
  return session == wanted;
}

/**
 * bulla_substituted_sessions_leave:
 * @session: a session that shows one page less
 * @lasts: whether the data of the page stay; otherwise the last page takes them with it
 */
void
bulla_substituted_sessions_leave (BullaSubstitutedSessions *self, WebKitNetworkSession *session,
                                  gboolean lasts)
{
  guint n = get_n_pages (session);

  g_return_if_fail (n > 0);
  set_n_pages (session, n - 1);
  if (lasts || n > 1)
    return;
  g_object_ref (session);
  g_hash_table_foreach_remove (self->sessions, is_session, session);
  webkit_website_data_manager_clear (webkit_network_session_get_website_data_manager (session),
                                     WEBKIT_WEBSITE_DATA_ALL, 0, NULL, removed_cb, session);
}

/**
 * bulla_substituted_sessions_confirm:
 * @url: a page that its own server has sent over TLS
 */
void
bulla_substituted_sessions_confirm (BullaSubstitutedSessions *self, const char *url)
{
  char *origin = bulla_url_dup_origin (url);

  if (origin != NULL)
    g_hash_table_add (self->confirmed, origin);
}

/**
 * bulla_substituted_sessions_note_shared:
 * @url: a substituted page that shares the storage of live pages
 */
void
bulla_substituted_sessions_note_shared (BullaSubstitutedSessions *self, const char *url)
{
  char *origin = bulla_url_dup_origin (url);

  if (origin != NULL)
    g_hash_table_add (self->shared, origin);
}

/* --- forgetting */

typedef struct {
  GPtrArray *sessions; /* owned; of WebKitNetworkSession still to be cleared; the last is next */
  WebKitNetworkSession *session; /* owned; the one that is being cleared */
  WebKitNetworkSession *live;    /* owned; nullable; has data of live pages too */
  WebKitWebContext *context;     /* owned; nullable; of a view of @live */
  GHashTable *origins;           /* owned; set of origins of packages in @live */
  GPtrArray *removed, *left;     /* owned; of char *; sites that had data before, and afterwards */
} Forgetting;

static void
forgetting_free (Forgetting *self)
{
  g_ptr_array_unref (self->sessions);
  g_clear_object (&self->session);
  g_clear_object (&self->live);
  g_clear_object (&self->context);
  g_hash_table_unref (self->origins);
  g_ptr_array_unref (self->removed);
  g_ptr_array_unref (self->left);
  g_free (self);
}

static void forget_next (GTask *task);

static WebKitWebsiteDataManager *
get_manager (Forgetting *self)
{
  return webkit_network_session_get_website_data_manager (self->session);
}

/* WebKit names data by site: the registrable domain of the host. */
static gboolean
is_of_package (Forgetting *self, const char *site)
{
  g_autofree char *end = g_strconcat (".", site, NULL);
  GHashTableIter iter;
  gpointer origin;

  g_hash_table_iter_init (&iter, self->origins);
  while (g_hash_table_iter_next (&iter, &origin, NULL)) {
    g_autofree char *host = bulla_url_dup_document_host (origin);
    if (host != NULL && (g_str_equal (host, site) || g_str_has_suffix (host, end)))
      return TRUE;
  }
  return FALSE;
}

/* Keeps the data of packages alone. @found: (out) (transfer full) (nullable) */
static gboolean
take_records (Forgetting *self, GObject *manager, GAsyncResult *result, GList **found,
              GError **error)
{
  g_autoptr (GError) failure = NULL;
  GList *records = webkit_website_data_manager_fetch_finish (WEBKIT_WEBSITE_DATA_MANAGER (manager),
                                                             result, &failure);

  *found = NULL;
  for (GList *each = records; each != NULL; each = each->next)
    if (self->session != self->live
        || is_of_package (self, webkit_website_data_get_name (each->data)))
      *found = g_list_prepend (*found, webkit_website_data_ref (each->data));
  g_list_free_full (records, (GDestroyNotify)webkit_website_data_unref);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
add_names (GPtrArray *names, GList *records)
{
  for (GList *each = records; each != NULL; each = each->next)
    g_ptr_array_add (names, g_strdup (webkit_website_data_get_name (each->data)));
}

static void
free_records (GList *records)
{
  g_list_free_full (records, (GDestroyNotify)webkit_website_data_unref);
}

static void
add_workers (GPtrArray *names, const char *const *origins)
{
  for (guint i = 0; origins[i] != NULL; i++)
    g_ptr_array_add (names, g_strdup_printf ("%s (service worker)", origins[i]));
}

static void
workers_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Forgetting *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) left = NULL;
  g_auto (GStrv) had = bulla_worker_removal_finish (result, &left, &error);

  if (had == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  add_workers (self->removed, (const char *const *)had);
  add_workers (self->left, (const char *const *)left);
  forget_next (task);
}

/* The sessions of substituted pages end, and their service workers with them. @task: (transfer
 * full)
 */
static void
remove_workers (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Forgetting *self = g_task_get_task_data (task);

  if (self->session != self->live || self->context == NULL
      || g_hash_table_size (self->origins) == 0) {
    forget_next (task);
    return;
  }
  g_autofree gpointer *origins = g_hash_table_get_keys_as_array (self->origins, NULL);
  bulla_worker_removal_async (self->live, self->context, (const char *const *)origins,
                              workers_removed_cb, g_steal_pointer (&owned));
}

/* Looks once more: what is still there was not removed. */
static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Forgetting *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GList *records;

  if (!take_records (self, source, result, &records, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  add_names (self->left, records);
  free_records (records);
  remove_workers (g_steal_pointer (&task));
}

static void
record_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Forgetting *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (webkit_website_data_manager_remove_finish (WEBKIT_WEBSITE_DATA_MANAGER (source), result,
                                                 &error))
    webkit_website_data_manager_fetch (get_manager (self), WEBKIT_WEBSITE_DATA_ALL, NULL, looked_cb,
                                       g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Forgetting *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GList *records;

  if (!take_records (self, source, result, &records, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  add_names (self->removed, records);
  if (records != NULL)
    webkit_website_data_manager_remove (get_manager (self), WEBKIT_WEBSITE_DATA_ALL, records, NULL,
                                        record_removed_cb, g_steal_pointer (&task));
  else
    remove_workers (g_steal_pointer (&task));
  free_records (records);
}

static void
forget_next (GTask *task)
{
  Forgetting *self = g_task_get_task_data (task);

  g_clear_object (&self->session);
  if (self->sessions->len == 0) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  self->session = g_ptr_array_steal_index (self->sessions, self->sessions->len - 1);
  webkit_website_data_manager_fetch (get_manager (self), WEBKIT_WEBSITE_DATA_ALL, NULL, fetched_cb,
                                     g_object_ref (task));
}

/**
 * bulla_substituted_sessions_forget_async:
 * @shared: (nullable): the session of live pages, which has the data of packages too if the profile
 *   allows that
 * @context: (nullable): the context of a view of @shared
 *
 * Removes everything that substituted pages have stored. WebKit cannot tell such data from those of
 * the same site's live pages in @shared: all data of the site go.
 */
void
bulla_substituted_sessions_forget_async (BullaSubstitutedSessions *self,
                                         WebKitNetworkSession *shared, WebKitWebContext *context,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Forgetting *forgetting = g_new0 (Forgetting, 1);
  GHashTableIter iter;
  gpointer session;

  forgetting->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    g_ptr_array_add (forgetting->sessions, g_object_ref (session));
  if (shared != NULL)
    g_ptr_array_add (forgetting->sessions, g_object_ref (shared));
  g_set_object (&forgetting->live, shared);
  g_set_object (&forgetting->context, context);
  forgetting->origins = g_steal_pointer (&self->shared);
  self->shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  forgetting->removed = g_ptr_array_new_with_free_func (g_free);
  forgetting->left = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_remove_all (self->sessions);
  g_task_set_task_data (task, forgetting, (GDestroyNotify)forgetting_free);
  forget_next (task);
}

static GStrv
dup_names (GPtrArray *names)
{
  g_auto (GStrv) all = g_new0 (char *, names->len + 1);

  for (guint i = 0; i < names->len; i++)
    all[i] = g_strdup (names->pdata[i]);
  return g_steal_pointer (&all);
}

/**
 * bulla_substituted_sessions_forget_finish:
 * @removed: (out) (transfer full): the sites that had data, one for each session
 * @left: (out) (transfer full): those of them that still have some, as WebKit said afterwards
 * @error: set if WebKit did not answer
 */
gboolean
bulla_substituted_sessions_forget_finish (BullaSubstitutedSessions *self, GAsyncResult *result,
                                          GStrv *removed, GStrv *left, GError **error)
{
  Forgetting *forgetting = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *removed = dup_names (forgetting->removed);
  *left = dup_names (forgetting->left);
  return TRUE;
}
