#include "CurlShims.h"

// The option numbers of one type share a range of 10,000 (curl.h, CURLOPTTYPE_*).
static bool is_of_type(long option, long type) { return option >= type && option < type + 10000; }

// curl.h replaces these names by type-checking macros that only see constant options.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

CURLcode shim_easy_set_long(CURL *easy, CURLoption option, long value) {
    if (!is_of_type(option, CURLOPTTYPE_LONG)) return CURLE_BAD_FUNCTION_ARGUMENT;
    return curl_easy_setopt(easy, option, value);
}

CURLcode shim_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    if (!is_of_type(option, CURLOPTTYPE_OFF_T)) return CURLE_BAD_FUNCTION_ARGUMENT;
    return curl_easy_setopt(easy, option, value);
}

CURLcode shim_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    if (!is_of_type(option, CURLOPTTYPE_OBJECTPOINT)) return CURLE_BAD_FUNCTION_ARGUMENT;
    return curl_easy_setopt(easy, option, value);
}

CURLcode shim_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    if (!is_of_type(option, CURLOPTTYPE_OBJECTPOINT)) return CURLE_BAD_FUNCTION_ARGUMENT;
    return curl_easy_setopt(easy, option, value);
}

CURLcode shim_easy_set_headers(CURL *easy, struct curl_slist *list) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

CURLcode shim_easy_set_post_body(CURL *easy, const void *bytes, size_t size) {
    // The size first: without it the copy would stop at the first zero byte (CURLOPT_COPYPOSTFIELDS(3)).
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, size == 0 ? "" : bytes);
}

CURLcode shim_easy_set_write_function(CURL *easy, shim_bytes_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_WRITEDATA, context) : code;
}

CURLcode shim_easy_set_header_function(CURL *easy, shim_bytes_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_HEADERDATA, context) : code;
}

CURLcode shim_easy_set_prerequest_function(CURL *easy, shim_prerequest_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_PREREQDATA, context) : code;
}

CURLcode shim_easy_set_open_socket_function(CURL *easy, shim_open_socket_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context) : code;
}

CURLcode shim_easy_set_close_socket_function(CURL *easy, shim_close_socket_function function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context) : code;
}

long shim_easy_get_long(CURL *easy, CURLINFO info) {
    long value = -1;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_LONG) return -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

curl_off_t shim_easy_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = -1;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_OFF_T) return -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

const char *shim_easy_get_string(CURL *easy, CURLINFO info) {
    const char *value = NULL;
    if ((info & CURLINFO_TYPEMASK) != CURLINFO_STRING) return NULL;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}

void *shim_easy_get_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

CURLMcode shim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    if (!is_of_type(option, CURLOPTTYPE_LONG)) return CURLM_BAD_FUNCTION_ARGUMENT;
    return curl_multi_setopt(multi, option, value);
}

CURLMcode shim_multi_set_socket_function(CURLM *multi, shim_socket_function function, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context) : code;
}

CURLMcode shim_multi_set_timer_function(CURLM *multi, shim_timer_function function, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

CURL *shim_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
