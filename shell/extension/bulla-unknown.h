/* bulla-unknown.h - the URL that stands for an unknown initiator
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* a URL that belongs to no site and no private host, and therefore has the least privilege */
#define BULLA_UNKNOWN_URL "https://unknown.invalid/"
