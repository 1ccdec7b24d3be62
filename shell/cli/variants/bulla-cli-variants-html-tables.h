/* bulla-cli-variants-html-tables.h - writes the tables of the page: values, costs and changes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

void bulla_cli_html_append (GString *html, const char *text);
void bulla_cli_html_append_matrix (GString *html, const BullaCliChoices *choices, guint n_clients);
void bulla_cli_html_append_costs (GString *html, const BullaCliChoices *choices, guint n_clients);
void bulla_cli_html_append_changes (GString *html, const GPtrArray *changes);

G_END_DECLS
