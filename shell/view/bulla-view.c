/* bulla-view.c - a web view with its token, its navigations, and the provenance of its page
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A view is either the web view of its window or a package view. A package view shows the pages
 * of one bundle in origins of their own. It has a network session and a web context of its own:
 * the gateway recognises all requests of the package by the session's token, and data that its
 * pages store are not visible elsewhere. */
#include "bulla-view-private.h"

G_DEFINE_FINAL_TYPE (BullaView, bulla_view, WEBKIT_TYPE_WEB_VIEW)

enum { PROP_PROVENANCE = 1, PROP_BUSY, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { NOTICE, OPEN_WINDOW, SHOW_PACKAGE, SHOW_APART, LEAVE_PACKAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

void
bulla_view_set_provenance (BullaView *self, BullaProvenance *provenance)
{
  g_set_object (&self->provenance, provenance);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROVENANCE]);
}

static void
bulla_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BullaView *self = BULLA_VIEW (object);

  if (id == PROP_PROVENANCE)
    g_value_set_object (value, self->provenance);
  else if (id == PROP_BUSY)
    g_value_set_boolean (value, bulla_view_is_busy (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bulla_view_dispose (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  bulla_view_end_check (self);
  g_clear_object (&self->way);
  g_clear_object (&self->restoring);
  bulla_view_leave_apart (self);
  if (self->registry != NULL)
    bulla_view_registry_remove (self->registry, &self->id);
  g_clear_object (&self->engine);
  g_clear_object (&self->registry);
  G_OBJECT_CLASS (bulla_view_parent_class)->dispose (object);
}

static void
bulla_view_finalize (GObject *object)
{
  BullaView *self = BULLA_VIEW (object);

  bulla_view_id_clear (&self->id);
  g_free (self->told);
  g_free (self->placeholder);
  g_free (self->start);
  g_hash_table_unref (self->frames);
  g_ptr_array_unref (self->unreported);
  g_clear_pointer (&self->client, bulla_client_unref);
  g_free (self->page);
  g_clear_object (&self->bundle);
  bulla_view_events_free (self->events);
  g_clear_object (&self->provenance);
  g_clear_object (&self->expected);
  bulla_navigation_state_free (self->navigation);
  G_OBJECT_CLASS (bulla_view_parent_class)->finalize (object);
}

static void
bulla_view_class_init (BullaViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bulla_view_get_property;
  object_class->dispose = bulla_view_dispose;
  object_class->finalize = bulla_view_finalize;

  props[PROP_PROVENANCE] =
      g_param_spec_object ("provenance", NULL, NULL, BULLA_TYPE_PROVENANCE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_BUSY] =
      g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[NOTICE] = g_signal_new ("notice", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BullaView::open-window:
   * @self: a view
   * @url: the URL for which the user wants another window, with a link of the page
   */
  signals[OPEN_WINDOW] = g_signal_new ("open-window", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * BullaView::show-package:
   * @self: the web view of a window
   * @bundle: (nullable): the bundle to show in a package view; %NULL for the bundle of @url
   * @url: its page to show, or the address of the list of its resources
   */
  signals[SHOW_PACKAGE] =
      g_signal_new ("show-package", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, BULLA_TYPE_BUNDLE, G_TYPE_STRING);

  /**
   * BullaView::show-apart:
   * @self: a view
   * @handover: the package that answers its navigation, and is shown in a session of its own
   */
  signals[SHOW_APART] = g_signal_new ("show-apart", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, BULLA_TYPE_HANDOVER);

  /**
   * BullaView::leave-package:
   * @self: a package view, or one of a substituted page
   * @url: the URL to show in the web view of the window
   * @how: a BullaLeave
   */
  signals[LEAVE_PACKAGE] =
      g_signal_new ("leave-package", BULLA_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
}

static void
bulla_view_init (BullaView *self)
{
  self->events = bulla_view_events_new ();
  self->navigation = bulla_navigation_state_new ();
  self->frames = bulla_view_frames_new ();
  self->unreported = g_ptr_array_new_with_free_func (g_object_unref);
  self->provenance = bulla_provenance_new (BULLA_STANDING_NONE, NULL, NULL);
}

/**
 * bulla_view_notify_busy:
 *
 * Signals that the result of bulla_view_is_busy() may have changed.
 */
void
bulla_view_notify_busy (BullaView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

/* --- identity */

/**
 * bulla_view_get_id:
 *
 * Returns: (transfer none): the id of the view for engine and gateway
 */
const BullaViewId *
bulla_view_get_id (BullaView *self)
{
  return &self->id;
}

/**
 * bulla_view_get_token:
 *
 * Returns: the secret token of the view for the gateway and the package door
 */
const char *
bulla_view_get_token (BullaView *self)
{
  return self->id.token;
}

/**
 * bulla_view_get_number:
 *
 * Returns: the number of the view's window in the ledger, from 1; not a secret
 */
guint
bulla_view_get_number (BullaView *self)
{
  return self->id.number;
}

gboolean
bulla_view_is_private (BullaView *self)
{
  return self->private_window;
}

/**
 * bulla_view_get_bundle:
 *
 * Returns: (transfer none) (nullable): the bundle of a package view; %NULL for a web view
 */
BullaBundle *
bulla_view_get_bundle (BullaView *self)
{
  return self->bundle;
}

/**
 * bulla_view_dup_package:
 *
 * Returns: (transfer full) (nullable): the id of a package view's package, which identifies its
 *   network permission; %NULL for a web view
 */
char *
bulla_view_dup_package (BullaView *self)
{
  return self->bundle != NULL ? bulla_package_dup_id (self->bundle) : NULL;
}

/**
 * bulla_view_get_package_page:
 *
 * Returns: (nullable): the last shown page of the bundle; pages at blob: or about: shown after it
 *   were created by it
 */
const char *
bulla_view_get_package_page (BullaView *self)
{
  return self->page;
}

/**
 * bulla_view_get_registry:
 *
 * Returns: (transfer none): the registry of all views
 */
BullaViewRegistry *
bulla_view_get_registry (BullaView *self)
{
  return self->registry;
}

BullaEngine *
bulla_view_get_engine (BullaView *self)
{
  return self->engine;
}

/**
 * bulla_view_get_provenance:
 *
 * Returns: (transfer none): the provenance of the shown page
 */
BullaProvenance *
bulla_view_get_provenance (BullaView *self)
{
  return self->provenance;
}

/**
 * bulla_view_get_navigation_state:
 *
 * Returns: (transfer none): the state of the view's navigation
 */
BullaNavigationState *
bulla_view_get_navigation_state (BullaView *self)
{
  return self->navigation;
}

/* --- a package that is being opened */

/**
 * bulla_view_begin_opening:
 *
 * Records that the shell opens a package for this view.
 *
 * Returns: (transfer full): cancelled when the user starts another load
 */
GCancellable *
bulla_view_begin_opening (BullaView *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  bulla_view_notify_busy (self);
  return g_object_ref (self->opening);
}

/**
 * bulla_view_end_opening:
 * @opening: (nullable): the result of bulla_view_begin_opening()
 */
void
bulla_view_end_opening (BullaView *self, GCancellable *opening)
{
  if (opening == NULL || self->opening != opening)
    return;
  g_clear_object (&self->opening);
  bulla_view_notify_busy (self);
}

/**
 * bulla_view_is_busy:
 *
 * Returns: whether the view is loading a page or opening a package
 */
gboolean
bulla_view_is_busy (BullaView *self)
{
  return self->opening != NULL || webkit_web_view_is_loading (WEBKIT_WEB_VIEW (self));
}

/* --- signals to its window */

/**
 * bulla_view_give_notice:
 * @text: text for the user
 */
void
bulla_view_give_notice (BullaView *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

/**
 * bulla_view_open_window:
 * @url: the target of a link of the page
 *
 * Has the link opened in a window of its own. Whether the page may lead there is decided there.
 */
void
bulla_view_open_window (BullaView *self, const char *url)
{
  g_signal_emit (self, signals[OPEN_WINDOW], 0, url);
}

/**
 * bulla_view_show_package:
 * @self: a web view
 * @bundle: (nullable): a bundle that may be shown; %NULL for one that the window already shows
 * @url: URL of its page, or the address of the list of its resources
 */
void
bulla_view_show_package (BullaView *self, BullaBundle *bundle, const char *url)
{
  g_signal_emit (self, signals[SHOW_PACKAGE], 0, bundle, url);
}

/**
 * bulla_view_show_apart:
 * @handover: the package that answers the navigation of @self
 *
 * The navigation ends here; the page is shown in a view of its own.
 */
void
bulla_view_show_apart (BullaView *self, BullaHandover *handover)
{
  g_free (self->navigation->arriving);
  self->navigation->arriving = g_strdup (bulla_handover_get_url (handover));
  g_signal_emit (self, signals[SHOW_APART], 0, handover);
}

/**
 * bulla_view_leave_package:
 * @self: a package view, or one of a substituted page
 * @url: the URL to show
 * @how: the initiator of the navigation
 */
void
bulla_view_leave_package (BullaView *self, const char *url, BullaLeave how)
{
  g_signal_emit (self, signals[LEAVE_PACKAGE], 0, url, (gint)how);
}
