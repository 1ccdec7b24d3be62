/* store-kit.h - a temporary folder with a store, for one test
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib/gstdio.h>

#include "bulla-history.h"
#include "bulla-store-private.h"

#define KIT_URL "https://publisher.test/tides"

typedef struct {
  char *folder; /* owned; folder of the store, which does not exist at first */
  char *parent; /* owned; temporary folder that contains @folder */
  char *path;   /* owned; path of the database */
} Kit;

void kit_set_up (Kit *kit, gconstpointer data);
void kit_tear_down (Kit *kit, gconstpointer data);
BullaStore *kit_open (Kit *kit, BullaStoreFlags flags);
void kit_note (BullaStore *store, const char *url, gint64 date);
guint kit_count_files (Kit *kit, const char *part);
