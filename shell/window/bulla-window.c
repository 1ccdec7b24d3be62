/* bulla-window.c - the browser window: address, badge, page, panels
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-downloads.h"
#include "bulla-engine.h"
#include "bulla-navigation.h"
#include "bulla-recent.h"
#include "bulla-view-download.h"
#include "bulla-window-actions.h"
#include "bulla-window-areas.h"
#include "bulla-window-drop.h"
#include "bulla-window-page-actions.h"
#include "bulla-window-private.h"

#define QUOTED_MAX 40 /* most characters of what the user entered that a notice quotes */

G_DEFINE_FINAL_TYPE (BullaWindow, bulla_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_badge (BullaWindow *self)
{
  const char *label = bulla_provenance_get_label (self->provenance);
  g_autofree char *name = g_strdup_printf (_ ("Where this page came from: %s"), label);
  g_autofree char *summary = bulla_provenance_dup_summary (self->provenance);
  g_autofree char *tooltip = g_strdup_printf ("%s\n%s", label, summary);
  const char *classes[] = {"badge", bulla_provenance_get_style (self->provenance), NULL};

  gtk_image_set_from_icon_name (self->badge_icon,
                                bulla_provenance_get_icon_name (self->provenance));
  gtk_label_set_label (self->badge_label, label);
  gtk_widget_set_css_classes (GTK_WIDGET (self->badge), classes);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->badge), tooltip); /* the label may be hidden */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->badge), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, summary, -1);
}

static void
update_actions (BullaWindow *self)
{
  BullaStanding standing = bulla_provenance_get_standing (self->provenance);
  const char *url = bulla_provenance_get_url (self->provenance);
  gboolean loading = bulla_view_stack_is_busy (self->views);

  bulla_window_enable_action (self, "reload", url != NULL && *url != '\0');
  bulla_window_enable_action (self, "back", bulla_view_stack_can_go (self->views, FALSE));
  bulla_window_enable_action (self, "forward", bulla_view_stack_can_go (self->views, TRUE));
  bulla_window_enable_action (self, "stop", loading && !self->page_fullscreen);
  bulla_window_enable_action (self, "load-live",
                              bulla_provenance_get_live_url (self->provenance) != NULL
                                  && standing != BULLA_STANDING_FELL_BACK);
  gtk_button_set_icon_name (self->reload,
                            loading ? "process-stop-symbolic" : "view-refresh-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reload), loading ? _ ("Stop") : _ ("Reload"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reload), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  loading ? _ ("Stop") : _ ("Reload"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->reload),
                                  loading ? "win.stop" : "win.reload");
}

static void
update_visit (BullaWindow *self)
{
  bulla_visits_update (bulla_view_stack_get_visits (self->views), self->view,
                       bulla_view_stack_get_web (self->views));
}

static void
update_banner (BullaWindow *self)
{
  g_autofree char *text = bulla_provenance_dup_banner (self->provenance);
  gboolean error = bulla_provenance_is_error (self->provenance);
  const char *shown = text != NULL ? text : error ? _ ("This page could not be shown.") : "";

  gtk_label_set_label (self->banner_text, shown);
  gtk_widget_set_visible (self->retry, error);
  gtk_widget_set_visible (GTK_WIDGET (self->banner), *shown != '\0');
}

static void
provenance_changed_cb (BullaProvenance *provenance, BullaWindow *self)
{
  update_badge (self);
  update_banner (self);
  update_actions (self);
  update_visit (self);
  bulla_verdict_panel_show (self->panel, provenance);
  bulla_variants_panel_show (self->variants, self->view);
}

static void
provenance_asked_cb (BullaProvenance *provenance, BullaWindow *self)
{
  bulla_verdict_panel_show (self->panel, provenance);
}

static void
show_provenance (BullaWindow *self)
{
  if (self->provenance != NULL)
    g_signal_handlers_disconnect_by_data (self->provenance, self);
  g_set_object (&self->provenance, bulla_view_get_provenance (self->view));
  g_signal_connect_object (self->provenance, "changed", G_CALLBACK (provenance_changed_cb), self,
                           0);
  g_signal_connect_object (self->provenance, "asked", G_CALLBACK (provenance_asked_cb), self, 0);
  bulla_window_leave_page_fullscreen (self);
  provenance_changed_cb (self->provenance, self);
}

/* Adds the file of the package that is shown, or refused, to the recent ones. */
static void
note_recent (BullaWindow *self)
{
  BullaOuter *outer = bulla_provenance_get_outer (self->provenance);
  const char *url = outer != NULL ? bulla_outer_get_url (outer) : NULL;

  if (url != NULL && !bulla_view_is_private (self->view))
    bulla_recent_add (url);
}

static void
new_page_cb (BullaWindow *self)
{
  bulla_window_hide_start (self);
  show_provenance (self);
  note_recent (self);
  bulla_visits_add (bulla_view_stack_get_visits (self->views), self->view,
                    bulla_view_stack_get_web (self->views));
}

static void
show_address (BullaWindow *self)
{
  g_autofree char *shown =
      bulla_address_for_display (webkit_web_view_get_uri (WEBKIT_WEB_VIEW (self->view)));
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (bulla_view_takes_place (self->view) || bulla_view_starts (self->view))
    return;
  /* Keeps the text that the user is typing. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->address)) && *shown == '\0')
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->address), shown);
}

static void
show_title (BullaWindow *self)
{
  const char *title = webkit_web_view_get_title (WEBKIT_WEB_VIEW (self->view));

  gtk_window_set_title (GTK_WINDOW (self), title != NULL && *title != '\0' ? title : _ ("Bulla"));
  update_visit (self);
}

static void
show_progress (BullaWindow *self)
{
  gtk_entry_set_progress_fraction (self->address, bulla_view_stack_get_progress (self->views));
}

static void
busy_changed (BullaWindow *self)
{
  show_progress (self);
  update_actions (self);
  update_visit (self);
}

static void
view_notice_cb (BullaView *view, const char *text, BullaWindow *self)
{
  bulla_window_show_notice (self, text);
}

static void
view_close_cb (WebKitWebView *view, BullaWindow *self)
{
  gtk_window_destroy (GTK_WINDOW (self));
}

/* Opens a window for a page. WebKit does not connect the new view with its opener; a page of a
 * bundle passes on its bundle and the bundle's network session. The new window requests pages as
 * the same client; that other variants are accepted counts for one window only. */
static void
view_open_window_cb (BullaView *view, const char *url, BullaWindow *self)
{
  g_autofree char *target = bulla_navigation_dup_target (view, url);

  if (target == NULL)
    return;
  g_autoptr (BullaView) opened = g_object_ref_sink (
      bulla_view_new (bulla_view_get_registry (view), bulla_view_is_private (view)));
  bulla_view_set_client (opened, bulla_view_get_client (view), FALSE);
  BullaWindow *window = bulla_window_new (gtk_window_get_application (GTK_WINDOW (self)), opened);

  gtk_window_present (GTK_WINDOW (window));
  if (bulla_package_is_url (target))
    bulla_view_stack_show_package (window->views, bulla_view_get_bundle (view), view, target);
  else if (g_str_has_prefix (target, "http"))
    bulla_view_follow (opened, view, target);
}

static GtkWidget *
view_create_cb (WebKitWebView *opener, WebKitNavigationAction *action, BullaWindow *self)
{
  const char *url = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));

  if (url != NULL)
    view_open_window_cb (BULLA_VIEW (opener), url, self);
  return NULL;
}

/* A page saves what it cannot show; pages of bundles, and frames, save nothing. */
static gboolean
view_decide_policy_cb (WebKitWebView *view, WebKitPolicyDecision *decision,
                       WebKitPolicyDecisionType type, BullaWindow *self)
{
  if (type != WEBKIT_POLICY_DECISION_TYPE_RESPONSE
      || webkit_response_policy_decision_is_mime_type_supported (
          WEBKIT_RESPONSE_POLICY_DECISION (decision)))
    return FALSE;
  WebKitResponsePolicyDecision *response = WEBKIT_RESPONSE_POLICY_DECISION (decision);
  if (bulla_view_get_bundle (BULLA_VIEW (view)) == NULL
      && webkit_response_policy_decision_is_main_frame_main_resource (response)) {
    bulla_view_note_download (BULLA_VIEW (view),
                              webkit_response_policy_decision_get_response (response));
    webkit_policy_decision_download (decision);
  } else {
    bulla_window_show_notice (self, _ ("Bulla can’t show files of this type"));
    webkit_policy_decision_ignore (decision);
  }
  return TRUE;
}

/* The page gets the keys that @panel had, which was hidden. */
static void
leave_panel (BullaWindow *self, GtkWidget *panel)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL && gtk_widget_is_ancestor (focus, panel))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Shows one panel at a time, because there is little room beside a page. */
static void
panel_shown_cb (BullaWindow *self, GParamSpec *property, GtkWidget *panel)
{
  GtkWidget *const panels[] = {GTK_WIDGET (self->panel), GTK_WIDGET (self->ledger),
                               GTK_WIDGET (self->variants)};

  for (guint i = 0; gtk_widget_get_visible (panel) && i < G_N_ELEMENTS (panels); i++)
    if (panels[i] != panel)
      gtk_widget_set_visible (panels[i], FALSE);
  bulla_window_update_side (self);
  if (!gtk_widget_get_visible (panel) && !adw_flap_get_reveal_flap (self->flap))
    leave_panel (self, panel);
}

/* A panel above the page is closed by Escape, or by a click beside it. */
static void
side_revealed_cb (BullaWindow *self)
{
  if (adw_flap_get_reveal_flap (self->flap) || self->page_fullscreen)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->panel), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->ledger), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->variants), FALSE);
}

/* All views of the window stand for the client from now on. */
static void
client_chosen_cb (BullaWindow *self, BullaClient *client, gboolean lenient,
                  BullaVariantsPanel *panel)
{
  bulla_view_stack_set_client (self->views, client, lenient);
}

/* a long press, or the secondary button, on Back */
static void
back_held_cb (BullaWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.history", NULL);
}

/* The advice comes first, because the text may be long. */
static void
explain_words (BullaWindow *self, const char *text)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *quoted = g_utf8_substring (text, 0, MIN (length, QUOTED_MAX));
  g_autofree char *notice = g_strdup_printf (
      _ ("Enter https:// and a host. Bulla does not search, and “%s%s” is not an address."), quoted,
      length > QUOTED_MAX ? "…" : "");

  bulla_window_show_notice (self, notice);
}

static void
address_activate_cb (GtkEntry *entry, BullaWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  g_autofree char *url = bulla_address_from_text (text);

  if (bulla_address_is_words (text)) {
    explain_words (self, text);
    return;
  }
  if (url == NULL)
    return;
  bulla_window_open_address (self, url);
}

/* Signals of a view, whether it is visible or not. */
static void
view_added_cb (BullaViewStack *views, BullaView *view, BullaWindow *self)
{
  g_signal_connect_object (view, "notice", G_CALLBACK (view_notice_cb), self, 0);
  g_signal_connect_object (view, "close", G_CALLBACK (view_close_cb), self, 0);
  g_signal_connect_object (view, "create", G_CALLBACK (view_create_cb), self, 0);
  g_signal_connect_object (view, "open-window", G_CALLBACK (view_open_window_cb), self, 0);
  g_signal_connect_object (view, "decide-policy", G_CALLBACK (view_decide_policy_cb), self, 0);
  g_signal_connect_object (view, "notify::estimated-load-progress", G_CALLBACK (show_progress),
                           self, G_CONNECT_SWAPPED);
  bulla_window_follow_fullscreen (self, view);
  bulla_downloads_follow (view);
  g_signal_connect_object (webkit_web_view_get_back_forward_list (WEBKIT_WEB_VIEW (view)),
                           "changed", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
}

static void
unfollow_view (BullaWindow *self)
{
  g_signal_handlers_disconnect_by_func (self->view, new_page_cb, self);
  g_signal_handlers_disconnect_by_func (self->view, show_address, self);
  g_signal_handlers_disconnect_by_func (self->view, show_title, self);
}

static void
follow_view (BullaWindow *self)
{
  GObject *view = G_OBJECT (self->view);

  g_signal_connect_object (view, "notify::provenance", G_CALLBACK (new_page_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::uri", G_CALLBACK (show_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::title", G_CALLBACK (show_title), self, G_CONNECT_SWAPPED);
}

static void
views_changed (BullaWindow *self)
{
  double zoom = webkit_web_view_get_zoom_level (WEBKIT_WEB_VIEW (self->view));

  unfollow_view (self);
  g_set_object (&self->view, bulla_view_stack_get_shown (self->views));
  webkit_web_view_set_zoom_level (WEBKIT_WEB_VIEW (self->view), zoom);
  bulla_find_bar_follow (self->find_bar, WEBKIT_WEB_VIEW (self->view));
  follow_view (self);
  new_page_cb (self);
  show_address (self);
  show_title (self);
  show_progress (self);
}

static void
bulla_window_dispose (GObject *object)
{
  BullaWindow *self = BULLA_WINDOW (object);

  g_signal_handlers_disconnect_by_func (self, bulla_window_update_fullscreen, NULL);
  g_clear_object (&self->provenance);
  if (self->views != NULL) {
    g_signal_handlers_disconnect_by_data (self->views, self);
    bulla_view_stack_stop (self->views);
  }
  g_clear_object (&self->view);
  g_clear_object (&self->views);
  G_OBJECT_CLASS (bulla_window_parent_class)->dispose (object);
}

static void
bulla_window_class_init (BullaWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_window_dispose;
  g_type_ensure (BULLA_TYPE_FIND_BAR);
  g_type_ensure (BULLA_TYPE_START_PAGE);
  g_type_ensure (BULLA_TYPE_VERDICT_PANEL);
  g_type_ensure (BULLA_TYPE_LEDGER_PANEL);
  g_type_ensure (BULLA_TYPE_VARIANTS_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/window.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, header);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, title);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, address_beside);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, address_below);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, address_box);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, find_bar);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, downloads);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, page);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, screen);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, screen_scroll);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, start);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, banner_text);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, retry);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, address);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, reload);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, badge);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, badge_icon);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, badge_label);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, private_label);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, panel);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, ledger);
  gtk_widget_class_bind_template_child (widget_class, BullaWindow, variants);
  gtk_widget_class_bind_template_callback (widget_class, address_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, panel_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, side_revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, client_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_held_cb);
  gtk_widget_class_bind_template_callback (widget_class, bulla_window_open_file);
  gtk_widget_class_bind_template_callback (widget_class, bulla_window_place_address);
}

static void
bulla_window_init (BullaWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bulla_window_add_actions (self);
  bulla_window_add_page_actions (self);
  bulla_window_add_area_actions (self);
  bulla_window_add_panel_actions (self);
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (bulla_window_update_fullscreen),
                    NULL);
  bulla_window_add_drop_target (self);
}

/**
 * bulla_window_new:
 * @view: the web view of the window
 */
BullaWindow *
bulla_window_new (GtkApplication *application, BullaView *view)
{
  BullaWindow *self = g_object_new (BULLA_TYPE_WINDOW, "application", application, NULL);

  self->view = g_object_ref (view);
  self->views = bulla_view_stack_new (self->screen);
  g_signal_connect_object (self->views, "added", G_CALLBACK (view_added_cb), self, 0);
  bulla_view_stack_set_web (self->views, view);
  g_signal_connect_object (self->views, "changed", G_CALLBACK (views_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->views, "busy-changed", G_CALLBACK (busy_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->private_label, bulla_view_is_private (view));
  gtk_widget_set_visible (GTK_WIDGET (self->panel),
                          bulla_engine_opens_panel (bulla_view_get_engine (view)));
  bulla_ledger_panel_follow (self->ledger, bulla_engine_get_ledger (bulla_view_get_engine (view)),
                             bulla_view_get_number (view));
  follow_view (self);
  bulla_find_bar_follow (self->find_bar, WEBKIT_WEB_VIEW (view));
  show_provenance (self);
  show_title (self);
  return self;
}
