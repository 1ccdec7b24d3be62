/* bulla-cli-json-text.h - appends members of JSON objects to a text, without a tree of nodes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bulla_cli_json_text_append_string (GString *out, const char *text);
void bulla_cli_json_text_append_name (GString *out, const char *name);
void bulla_cli_json_text_append_member (GString *out, const char *name, const char *value);
void bulla_cli_json_text_append_file (GString *out, const char *name);
void bulla_cli_json_text_append_number (GString *out, const char *name, gint64 value);

G_END_DECLS
