/* bulla-on-demand-curl.c - functions of libcurl that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#define CURL_DISABLE_TYPECHECK /* for functions and not macros of the same names */
#include <curl/curl.h>

static BullaOnDemand library = {.soname = SONAME_CURL};

BULLA_DEFINE_ON_DEMAND (library, void, curl_easy_cleanup, (CURL * curl), (curl))
BULLA_DEFINE_ON_DEMAND (library, CURL *, curl_easy_init, (void), ())
BULLA_DEFINE_ON_DEMAND (library, CURLcode, curl_easy_pause, (CURL * handle, int bitmask),
                        (handle, bitmask))
BULLA_DEFINE_ON_DEMAND (library, const char *, curl_easy_strerror, (CURLcode code), (code))
BULLA_DEFINE_ON_DEMAND (library, CURLcode, curl_global_init, (long flags), (flags))
BULLA_DEFINE_ON_DEMAND (library, CURLMcode, curl_multi_add_handle,
                        (CURLM * multi_handle, CURL *curl_handle), (multi_handle, curl_handle))
BULLA_DEFINE_ON_DEMAND (library, CURLMcode, curl_multi_cleanup, (CURLM * multi_handle),
                        (multi_handle))
BULLA_DEFINE_ON_DEMAND (library, CURLMsg *, curl_multi_info_read,
                        (CURLM * multi_handle, int *msgs_in_queue), (multi_handle, msgs_in_queue))
BULLA_DEFINE_ON_DEMAND (library, CURLM *, curl_multi_init, (void), ())
BULLA_DEFINE_ON_DEMAND (library, CURLMcode, curl_multi_remove_handle,
                        (CURLM * multi_handle, CURL *curl_handle), (multi_handle, curl_handle))
BULLA_DEFINE_ON_DEMAND (library, CURLMcode, curl_multi_socket_action,
                        (CURLM * multi_handle, curl_socket_t s, int ev_bitmask,
                         int *running_handles),
                        (multi_handle, s, ev_bitmask, running_handles))
BULLA_DEFINE_ON_DEMAND (library, struct curl_slist *, curl_slist_append,
                        (struct curl_slist * list, const char *data), (list, data))
BULLA_DEFINE_ON_DEMAND (library, void, curl_slist_free_all, (struct curl_slist * list), (list))

/* An argument is a long, a pointer or a curl_off_t; all of them are passed alike. */
G_STATIC_ASSERT (sizeof (long) == sizeof (void *) && sizeof (curl_off_t) == sizeof (void *));

#define DEFINE_VARIADIC(type, name, Self, Option)                                                  \
  type (name) (Self * self, Option option, ...)                                                    \
  {                                                                                                \
    va_list arguments;                                                                             \
                                                                                                   \
    va_start (arguments, option);                                                                  \
    void *argument = va_arg (arguments, void *);                                                   \
    va_end (arguments);                                                                            \
    return BULLA_FIND_ON_DEMAND (library, name) (self, option, argument);                          \
  }

DEFINE_VARIADIC (CURLcode, curl_easy_setopt, CURL, CURLoption)
DEFINE_VARIADIC (CURLcode, curl_easy_getinfo, CURL, CURLINFO)
DEFINE_VARIADIC (CURLMcode, curl_multi_setopt, CURLM, CURLMoption)
