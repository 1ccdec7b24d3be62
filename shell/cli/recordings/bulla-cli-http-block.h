/* bulla-cli-http-block.h - reads a response as an archive stores it: head and body in one block
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint status;
  GPtrArray *headers;  /* owned; of char *: name, value, name, value, … */
  GBytes *body;        /* owned; without transfer and content codings; NULL if empty */
  GBytes *coded;       /* owned; the body without chunks; NULL if empty */
  gsize body_at;       /* offset of the body in the block */
  gsize payload_at;    /* offset of what follows the first head: the body, or the next head */
  const char *problem; /* translated; why the body cannot be used; NULL if it can */
  gboolean is_damaged; /* there is a body, but it cannot be read */
  gboolean has_lied;   /* the body is not in the coding that its header names */
} BullaHttpBlock;

gboolean bulla_cli_http_block_read (BullaHttpBlock *self, GBytes *block);
int bulla_cli_http_block_compare_length (const BullaHttpBlock *self);
void bulla_cli_http_block_clear (BullaHttpBlock *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaHttpBlock, bulla_cli_http_block_clear)

void bulla_cli_add_header_line (GPtrArray *headers, const char *line, gsize length);
const char *bulla_cli_read_header_lines (const char *at, const char *end, GPtrArray *headers);
const char *bulla_cli_find_header (GPtrArray *headers, const char *name);

G_END_DECLS
