/* test-sanitized.h - says whether the address sanitizer, which uses more memory, is built in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if defined __SANITIZE_ADDRESS__
#define SANITIZED TRUE
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED TRUE
#endif
#endif
#ifndef SANITIZED
#define SANITIZED FALSE
#endif
