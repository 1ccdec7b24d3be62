/* bulla-demo-story.c - writes the article with several deliveries, and its subresources
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The subresources have sizes that are typical on the web, and are generated when the demo
 * starts: a large style sheet, a script with the tides of a year, two drawings. */
#include "bulla-demo.h"

#include <math.h>
#include <string.h>

#define LOG_ENTRIES 420
#define TIDE_HOURS (12 + 25.2 / 60)
#define SPRING_DAYS 14.77
#define MEAN_CM 640
#define RANGE_CM 520

const DemoPartKind demo_parts[DEMO_N_PARTS] = {
    [DEMO_STYLE] = {"style.css", "text/css; charset=utf-8", "style"},
    [DEMO_SCRIPT] = {"script.js", "text/javascript; charset=utf-8", "script"},
    [DEMO_CHART] = {"chart.svg", "image/svg+xml", "image"},
    [DEMO_TIDES] = {"tides.svg", "image/svg+xml", "image"},
};

/* Returns the water level at @hours, from -1 to 1. */
static double
find_water (double hours)
{
  double spring = 0.72 + 0.28 * cos (2 * G_PI * hours / (24 * SPRING_DAYS));

  return spring * cos (2 * G_PI * hours / TIDE_HOURS);
}

static void
append_resource (GString *text, const char *name)
{
  g_autofree char *path = g_strconcat ("/org/bulla/Demo/", name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
}

/* Appends rules for every purpose, as style sheets of sites have them. */
static void
append_utilities (GString *css)
{
  static const char *const properties[][2] = {{"m", "margin"},
                                              {"mt", "margin-top"},
                                              {"mr", "margin-right"},
                                              {"mb", "margin-bottom"},
                                              {"ml", "margin-left"},
                                              {"p", "padding"},
                                              {"pt", "padding-top"},
                                              {"pr", "padding-right"},
                                              {"pb", "padding-bottom"},
                                              {"pl", "padding-left"},
                                              {"gap", "gap"},
                                              {"w", "width"},
                                              {"h", "height"},
                                              {"min-w", "min-width"},
                                              {"max-w", "max-width"},
                                              {"size", "font-size"},
                                              {"round", "border-radius"}};

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    for (guint step = 0; step < 36; step++)
      g_string_append_printf (css, ".%s-%u { %s: %.3frem; }\n", properties[i][0], step,
                              properties[i][1], step * 0.125);
}

/* Appends the high and low waters of a year: minutes, centimetres. */
static void
append_tides (GString *js)
{
  g_string_append (js, "\nshowTides([\n");
  for (guint i = 0; i < 1530; i++) {
    double hours = i * TIDE_HOURS / 2;
    g_string_append_printf (js, "[%.0f,%.0f],%s", hours * 60,
                            MEAN_CM + RANGE_CM * find_water (hours), i % 8 == 7 ? "\n" : "");
  }
  g_string_append (js, "])\n");
}

/* Draws a sea chart: each depth is a layer of paper. */
static void
append_chart (GString *svg)
{
  g_string_append (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"340\" "
                        "viewBox=\"0 0 900 340\">\n<rect width=\"900\" height=\"340\" "
                        "fill=\"#f0dfba\"/>\n");
  for (int layer = 0; layer < 15; layer++) {
    g_string_append_printf (svg, "<path fill=\"rgb(%d,%d,%d)\" d=\"M0 340", 176 - 11 * layer,
                            212 - 10 * layer, 214 - 6 * layer);
    for (int x = 0; x <= 900; x += 5) {
      double y = 40 + 19 * layer + 26 * sin (x / 97.0 + layer * 0.45)
                 + 13 * sin (x / 41.0 - layer * 0.8) + 5 * sin (x / 17.0 + layer);
      g_string_append_printf (svg, "L%d %.1f", x, y);
    }
    g_string_append (svg, "L900 340Z\"/>\n");
  }
  g_string_append (svg, "<path d=\"M705 30h22l6 96h-34z\" fill=\"#fffaf0\"/>"
                        "<path d=\"M704 52h25l1 18h-28z M700 90h31l2 18h-34z\" fill=\"#a63f22\"/>"
                        "<path d=\"M700 18h32v14h-32z M707 6h18v14h-18z\" fill=\"#3b2a20\"/>"
                        "<path d=\"M712 13 560 -6v34z M722 13 900 -10v46z\" fill=\"#fff2c0\" "
                        "opacity=\".6\"/>\n</svg>\n");
}

/* Draws three weeks of the water level at the quay. */
static void
append_curve (GString *svg)
{
  const int samples = 21 * 24 * 4;

  g_string_append (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"220\" "
                        "viewBox=\"0 0 900 220\">\n<rect width=\"900\" height=\"220\" "
                        "fill=\"#eef3f2\"/>\n");
  for (int day = 1; day < 21; day++)
    g_string_append_printf (svg, "<path d=\"M%.1f 0V220\" stroke=\"#cfdcda\"/>\n",
                            day * 900.0 / 21);
  g_string_append (svg, "<path fill=\"#2f7f8f\" fill-opacity=\".85\" d=\"M0 220");
  for (int i = 0; i <= samples; i++)
    g_string_append_printf (svg, "L%.2f %.1f", i * 900.0 / samples, 118 - 88 * find_water (i / 4.));
  g_string_append (svg, "L900 220Z\"/>\n<path d=\"M0 118H900\" stroke=\"#a63f22\" "
                        "stroke-dasharray=\"6 6\"/>\n</svg>\n");
}

/**
 * demo_make_part:
 *
 * Returns: (transfer full): the bytes of the subresource
 */
GBytes *
demo_make_part (DemoWorld *world, DemoPart part)
{
  GString *text = g_string_new (part == DEMO_STYLE ? world->style : NULL);

  if (part == DEMO_STYLE) {
    append_resource (text, "story.css");
    append_utilities (text);
  } else if (part == DEMO_SCRIPT) {
    append_resource (text, "story.js");
    append_tides (text);
  } else if (part == DEMO_CHART) {
    append_chart (text);
  } else {
    append_curve (text);
  }
  return g_string_free_to_bytes (text);
}

/**
 * demo_write_story:
 * @delivery: the delivery that the article is for
 * @copy: `signed`, `live` or `amp`
 */
char *
demo_write_story (DemoWorld *world, const char *delivery, const char *copy)
{
  g_autoptr (GString) log = g_string_new (NULL);
  const char *came = g_str_equal (copy, "signed") ? "was signed by its publisher"
                     : g_str_equal (copy, "live") ? "came from its publisher’s own server"
                                                  : "was made by the aggregator";

  demo_append_entries (log, LOG_ENTRIES);
  g_autofree char *title = demo_dup_delivery_text (world, delivery, "title");
  const char *values[] = {"copy",  copy,  "delivery", delivery,
                          "came",  came,  "site",     world->hosts[DEMO_PUBLISHER_THREE].name,
                          "title", title, "log",      log->str,
                          NULL};

  return demo_fill_template ("story.html", values);
}
