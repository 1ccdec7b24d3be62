/* bulla-unknown.h - stands for whoever leads somewhere and is not known
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* of no site, and on no private host: has the least privilege */
#define BULLA_UNKNOWN_URL "https://unknown.invalid/"
