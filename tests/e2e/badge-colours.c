/* badge-colours.c - tells the colours of each badge, as the style sheets of the shell have them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It draws a badge of each style where the header bar would have it, and prints a line for each:
 * style, colour of text and icon, colour behind the text, colour of the outermost pixel at the
 * left, and colour around the badge. The environment chooses the scheme, as for the shell. */
#include <adwaita.h>

#define PLACE_CSS ".place { background: @headerbar_bg_color; color: @headerbar_fg_color; }"
#define MARGIN 6

static const char *const STYLES[] = {"none",    "substituted", "live",    "fell-back", "separate",
                                     "unknown", "truncated",   "refused", "private"};

typedef struct {
  GtkWidget *badges[G_N_ELEMENTS (STYLES)];
  gboolean told;
} Colours;

/* Draws @place, and all that is in it. */
static GdkTexture *
draw_place (GtkWidget *place)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (place);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gtk_widget_get_width (place), height = gtk_widget_get_height (place);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (place)), node,
                                      &GRAPHENE_RECT_INIT (0, 0, width, height));
}

/* Returns: the colour of a pixel, which is @x pixels right of the left border of @badge */
static guint32
get_pixel (GtkWidget *badge, const guint32 *pixels, int stride, float x)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (badge, gtk_widget_get_parent (badge), &bounds))
    g_error ("a badge without bounds");
  int left = (int)(bounds.origin.x + x);
  int top = (int)(bounds.origin.y + bounds.size.height / 2);
  return pixels[top * stride + left] & 0xffffff;
}

/* Returns: the colour of text on @below, which lies behind it */
static guint32
mix_text_colour (GtkWidget *badge, guint32 below)
{
  GdkRGBA colour;
  guint32 mixed = 0;

  gtk_style_context_get_color (gtk_widget_get_style_context (badge), &colour);
  const float parts[] = {colour.red, colour.green, colour.blue};
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    float behind = ((below >> (16 - 8 * i)) & 0xff) / 255.0f;
    float part = parts[i] * colour.alpha + behind * (1 - colour.alpha);
    mixed = mixed << 8 | (guint32)(part * 255 + 0.5f);
  }
  return mixed;
}

static void
print_colours (Colours *self)
{
  g_autoptr (GdkTexture) texture = draw_place (gtk_widget_get_parent (self->badges[0]));
  int stride = gdk_texture_get_width (texture);
  g_autofree guint32 *pixels = g_new (guint32, (gsize)stride * gdk_texture_get_height (texture));

  gdk_texture_download (texture, (guchar *)pixels, (gsize)stride * sizeof *pixels);
  for (guint i = 0; i < G_N_ELEMENTS (STYLES); i++) {
    GtkWidget *badge = self->badges[i];
    guint32 below = get_pixel (badge, pixels, stride, MARGIN);

    g_print ("%s %06x %06x %06x %06x\n", STYLES[i], mix_text_colour (badge, below), below,
             get_pixel (badge, pixels, stride, 0.5F),
             get_pixel (badge, pixels, stride, -MARGIN / 2.0F));
  }
}

static gboolean
tick_cb (GtkWidget *window, GdkFrameClock *clock, gpointer user_data)
{
  Colours *self = user_data;

  if (!self->told && gtk_widget_get_width (self->badges[0]) > 0) {
    self->told = TRUE;
    print_colours (self);
    g_application_quit (g_application_get_default ());
  }
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
make_badge (const char *style)
{
  const char *classes[] = {"badge", style, NULL};
  gboolean is_private = g_str_equal (style, "private");
  GtkWidget *badge = is_private ? gtk_label_new (style) : gtk_toggle_button_new_with_label (style);

  gtk_widget_set_css_classes (badge, is_private ? classes + 1 : classes);
  gtk_widget_set_focusable (badge, FALSE); /* the ring of the focus has a colour of its own */
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (badge, MARGIN);
  gtk_widget_set_margin_end (badge, MARGIN);
  return badge;
}

static void
activate_cb (GtkApplication *application, gpointer user_data)
{
  Colours *self = user_data;
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *place = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, PLACE_CSS, -1);
  gtk_style_context_add_provider_for_display (gtk_widget_get_display (window),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_widget_add_css_class (place, "place");
  for (guint i = 0; i < G_N_ELEMENTS (STYLES); i++) {
    self->badges[i] = make_badge (STYLES[i]);
    gtk_box_append (GTK_BOX (place), self->badges[i]);
  }
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), place);
  gtk_widget_add_tick_callback (window, tick_cb, self, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.bulla.Shell.Colours", "flags",
                    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/bulla/Shell", NULL);
  Colours self = {0};

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &self);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
