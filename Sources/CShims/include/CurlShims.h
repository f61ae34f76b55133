#pragma once

#include <curl/curl.h>
#include <stdbool.h>

#pragma clang assume_nonnull begin

// libcurl's setopt and getinfo are variadic: the argument must have exactly the type that the option stands for, and a
// mistake is undefined behaviour. Each function here passes one type, and refuses an option of another type with
// CURLE_BAD_FUNCTION_ARGUMENT or CURLM_BAD_FUNCTION_ARGUMENT, so that a mistake shows in the first test.
//
// Threads: a handle belongs to one thread; none of these functions locks.

// MARK: Easy handles, curl_easy_setopt(3)

/// Sets an option that takes a number (CURLOPTTYPE_LONG).
CURLcode shim_easy_set_long(CURL *easy, CURLoption option, long value);

/// Sets an option that takes a large number (CURLOPTTYPE_OFF_T).
CURLcode shim_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value);

/// Sets an option that takes text. libcurl copies it, except for CURLOPT_POSTFIELDS. NULL restores "not set".
CURLcode shim_easy_set_string(CURL *easy, CURLoption option, const char *_Nullable value);

/// Sets an option that takes a pointer which libcurl hands back to a callback. Must outlive its last use by libcurl.
CURLcode shim_easy_set_pointer(CURL *easy, CURLoption option, void *_Nullable value);

/// Sets CURLOPT_HTTPHEADER. libcurl does not copy the list: it must live until another is set or the handle is gone.
CURLcode shim_easy_set_headers(CURL *easy, struct curl_slist *_Nullable list);

/// Sets a POST body of exactly `size` bytes, which libcurl copies (CURLOPT_POSTFIELDSIZE_LARGE, CURLOPT_COPYPOSTFIELDS).
/// The request carries Content-Length and is never chunked.
CURLcode shim_easy_set_post_body(CURL *easy, const void *_Nullable bytes, size_t size);

/// Receives reply bytes; returns how many it took, another number than `size * count` ends the transfer.
typedef size_t (*shim_bytes_function)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);

/// Sets CURLOPT_WRITEFUNCTION (body) and CURLOPT_WRITEDATA.
CURLcode shim_easy_set_write_function(CURL *easy, shim_bytes_function function, void *context);

/// Sets CURLOPT_HEADERFUNCTION (each header line) and CURLOPT_HEADERDATA.
CURLcode shim_easy_set_header_function(CURL *easy, shim_bytes_function function, void *context);

/// Called once each time the request is about to be sent; CURL_PREREQFUNC_OK or CURL_PREREQFUNC_ABORT.
typedef int (*shim_prerequest_function)(void *_Nullable context, char *_Nullable remote_ip, char *_Nullable local_ip,
                                        int remote_port, int local_port);

/// Sets CURLOPT_PREREQFUNCTION and CURLOPT_PREREQDATA.
CURLcode shim_easy_set_prerequest_function(CURL *easy, shim_prerequest_function function, void *context);

/// Makes the socket of a new connection; CURL_SOCKET_BAD refuses the connection.
typedef curl_socket_t (*shim_open_socket_function)(void *_Nullable context, curlsocktype purpose,
                                                   struct curl_sockaddr *_Nullable address);

/// Sets CURLOPT_OPENSOCKETFUNCTION and CURLOPT_OPENSOCKETDATA.
CURLcode shim_easy_set_open_socket_function(CURL *easy, shim_open_socket_function function, void *context);

/// Closes a socket; 0 is success.
typedef int (*shim_close_socket_function)(void *_Nullable context, curl_socket_t socket);

/// Sets CURLOPT_CLOSESOCKETFUNCTION and CURLOPT_CLOSESOCKETDATA. A connection keeps both for its whole life, so
/// `context` must outlive the multi handle, not just this easy handle.
CURLcode shim_easy_set_close_socket_function(CURL *easy, shim_close_socket_function function, void *context);

// MARK: Results, curl_easy_getinfo(3)

/// Reads a number of a finished transfer (CURLINFO_LONG); -1 when the handle does not have it.
long shim_easy_get_long(CURL *easy, CURLINFO info);

/// Reads a time or size of a transfer (CURLINFO_OFF_T); -1 when the handle does not have it.
curl_off_t shim_easy_get_offset(CURL *easy, CURLINFO info);

/// Reads text of a finished transfer (CURLINFO_STRING), which lives until the handle is used again; NULL when absent.
const char *_Nullable shim_easy_get_string(CURL *easy, CURLINFO info);

/// Reads the pointer that was stored with CURLOPT_PRIVATE.
void *_Nullable shim_easy_get_private(CURL *easy);

// MARK: Multi handles, curl_multi_setopt(3)

/// Sets an option that takes a number (CURLOPTTYPE_LONG).
CURLMcode shim_multi_set_long(CURLM *multi, CURLMoption option, long value);

/// Tells what to watch a socket for: CURL_POLL_IN, OUT, INOUT or REMOVE. 0, or -1 to end all transfers of the handle.
typedef int (*shim_socket_function)(CURL *_Nullable easy, curl_socket_t socket, int what, void *_Nullable context,
                                    void *_Nullable socket_context);

/// Sets CURLMOPT_SOCKETFUNCTION and CURLMOPT_SOCKETDATA.
CURLMcode shim_multi_set_socket_function(CURLM *multi, shim_socket_function function, void *context);

/// Asks for a call in so many milliseconds; -1 withdraws. Must not call libcurl. 0, or -1 to end all transfers.
typedef int (*shim_timer_function)(CURLM *_Nullable multi, long milliseconds, void *_Nullable context);

/// Sets CURLMOPT_TIMERFUNCTION and CURLMOPT_TIMERDATA.
CURLMcode shim_multi_set_timer_function(CURLM *multi, shim_timer_function function, void *context);

/// Takes the next finished transfer from the handle (curl_multi_info_read(3)).
///
/// Returns the easy handle, which is still part of the multi handle, and stores its result; NULL when there is none.
CURL *_Nullable shim_multi_next_done(CURLM *multi, CURLcode *result);

#pragma clang assume_nonnull end
