/* bulla-on-demand-nghttp2.c - functions of nghttp2 that load it when they are called
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-on-demand.h"

#include <nghttp2/nghttp2.h>

static BullaOnDemand library = {.soname = SONAME_NGHTTP2};

BULLA_DEFINE_ON_DEMAND (library, const char *, nghttp2_http2_strerror, (uint32_t error_code),
                        (error_code))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_option_del, (nghttp2_option * option), (option))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_option_new, (nghttp2_option * *option_ptr),
                        (option_ptr))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_option_set_max_send_header_block_length,
                        (nghttp2_option * option, size_t val), (option, val))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_option_set_no_auto_window_update,
                        (nghttp2_option * option, int val), (option, val))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_option_set_no_closed_streams,
                        (nghttp2_option * option, int val), (option, val))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_del,
                        (nghttp2_session_callbacks * callbacks), (callbacks))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_callbacks_new,
                        (nghttp2_session_callbacks * *callbacks_ptr), (callbacks_ptr))
BULLA_DEFINE_ON_DEMAND (library, void,
                        nghttp2_session_callbacks_set_data_source_read_length_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_data_source_read_length_callback data_source_read_length_callback),
                        (cbs, data_source_read_length_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_begin_frame_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_begin_frame_callback on_begin_frame_callback),
                        (cbs, on_begin_frame_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_begin_headers_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_begin_headers_callback on_begin_headers_callback),
                        (cbs, on_begin_headers_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_data_chunk_recv_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_data_chunk_recv_callback on_data_chunk_recv_callback),
                        (cbs, on_data_chunk_recv_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_frame_not_send_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_frame_not_send_callback on_frame_not_send_callback),
                        (cbs, on_frame_not_send_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_frame_recv_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_frame_recv_callback on_frame_recv_callback),
                        (cbs, on_frame_recv_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_frame_send_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_frame_send_callback on_frame_send_callback),
                        (cbs, on_frame_send_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_header_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_header_callback on_header_callback),
                        (cbs, on_header_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_invalid_frame_recv_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_invalid_frame_recv_callback on_invalid_frame_recv_callback),
                        (cbs, on_invalid_frame_recv_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_invalid_header_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_invalid_header_callback on_invalid_header_callback),
                        (cbs, on_invalid_header_callback))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_callbacks_set_on_stream_close_callback,
                        (nghttp2_session_callbacks * cbs,
                         nghttp2_on_stream_close_callback on_stream_close_callback),
                        (cbs, on_stream_close_callback))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_client_new2,
                        (nghttp2_session * *session_ptr, const nghttp2_session_callbacks *callbacks,
                         void *user_data, const nghttp2_option *option),
                        (session_ptr, callbacks, user_data, option))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_consume_connection,
                        (nghttp2_session * session, size_t size), (session, size))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_consume_stream,
                        (nghttp2_session * session, int32_t stream_id, size_t size),
                        (session, stream_id, size))
BULLA_DEFINE_ON_DEMAND (library, void, nghttp2_session_del, (nghttp2_session * session), (session))
BULLA_DEFINE_ON_DEMAND (library, size_t, nghttp2_session_get_outbound_queue_size,
                        (nghttp2_session * session), (session))
BULLA_DEFINE_ON_DEMAND (library, uint32_t, nghttp2_session_get_remote_settings,
                        (nghttp2_session * session, nghttp2_settings_id id), (session, id))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_get_stream_local_close,
                        (nghttp2_session * session, int32_t stream_id), (session, stream_id))
BULLA_DEFINE_ON_DEMAND (library, void *, nghttp2_session_get_stream_user_data,
                        (nghttp2_session * session, int32_t stream_id), (session, stream_id))
BULLA_DEFINE_ON_DEMAND (library, ssize_t, nghttp2_session_mem_recv,
                        (nghttp2_session * session, const uint8_t *in, size_t inlen),
                        (session, in, inlen))
BULLA_DEFINE_ON_DEMAND (library, ssize_t, nghttp2_session_mem_send,
                        (nghttp2_session * session, const uint8_t **data_ptr), (session, data_ptr))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_resume_data,
                        (nghttp2_session * session, int32_t stream_id), (session, stream_id))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_server_new2,
                        (nghttp2_session * *session_ptr, const nghttp2_session_callbacks *callbacks,
                         void *user_data, const nghttp2_option *option),
                        (session_ptr, callbacks, user_data, option))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_set_local_window_size,
                        (nghttp2_session * session, uint8_t flags, int32_t stream_id,
                         int32_t window_size),
                        (session, flags, stream_id, window_size))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_set_stream_user_data,
                        (nghttp2_session * session, int32_t stream_id, void *stream_user_data),
                        (session, stream_id, stream_user_data))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_terminate_session,
                        (nghttp2_session * session, uint32_t error_code), (session, error_code))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_want_read, (nghttp2_session * session),
                        (session))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_session_want_write, (nghttp2_session * session),
                        (session))
BULLA_DEFINE_ON_DEMAND (library, const char *, nghttp2_strerror, (int lib_error_code),
                        (lib_error_code))
BULLA_DEFINE_ON_DEMAND (library, int32_t, nghttp2_submit_headers,
                        (nghttp2_session * session, uint8_t flags, int32_t stream_id,
                         const nghttp2_priority_spec *pri_spec, const nghttp2_nv *nva, size_t nvlen,
                         void *stream_user_data),
                        (session, flags, stream_id, pri_spec, nva, nvlen, stream_user_data))
BULLA_DEFINE_ON_DEMAND (library, int32_t, nghttp2_submit_request,
                        (nghttp2_session * session, const nghttp2_priority_spec *pri_spec,
                         const nghttp2_nv *nva, size_t nvlen, const nghttp2_data_provider *data_prd,
                         void *stream_user_data),
                        (session, pri_spec, nva, nvlen, data_prd, stream_user_data))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_submit_response,
                        (nghttp2_session * session, int32_t stream_id, const nghttp2_nv *nva,
                         size_t nvlen, const nghttp2_data_provider *data_prd),
                        (session, stream_id, nva, nvlen, data_prd))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_submit_rst_stream,
                        (nghttp2_session * session, uint8_t flags, int32_t stream_id,
                         uint32_t error_code),
                        (session, flags, stream_id, error_code))
BULLA_DEFINE_ON_DEMAND (library, int, nghttp2_submit_settings,
                        (nghttp2_session * session, uint8_t flags, const nghttp2_settings_entry *iv,
                         size_t niv),
                        (session, flags, iv, niv))
