/* bulla-cli-on-demand-archive.c - functions of libarchive that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <archive.h>
#include <archive_entry.h>

static BullaOnDemand library = {.soname = SONAME_ARCHIVE};

BULLA_DEFINE_ON_DEMAND (library, const char *, archive_entry_pathname_utf8,
                        (struct archive_entry * entry), (entry))
BULLA_DEFINE_ON_DEMAND (library, const char *, archive_error_string, (struct archive * self),
                        (self))
BULLA_DEFINE_ON_DEMAND (library, int, archive_format, (struct archive * self), (self))
BULLA_DEFINE_ON_DEMAND (library, la_ssize_t, archive_read_data,
                        (struct archive * self, void *data, size_t length), (self, data, length))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_free, (struct archive * self), (self))
BULLA_DEFINE_ON_DEMAND (library, struct archive *, archive_read_new, (void), ())
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_next_header,
                        (struct archive * self, struct archive_entry **entry), (self, entry))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_open_memory,
                        (struct archive * self, const void *data, size_t size), (self, data, size))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_support_filter_zstd, (struct archive * self),
                        (self))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_support_format_empty, (struct archive * self),
                        (self))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_support_format_raw, (struct archive * self),
                        (self))
BULLA_DEFINE_ON_DEMAND (library, int, archive_read_support_format_zip, (struct archive * self),
                        (self))
