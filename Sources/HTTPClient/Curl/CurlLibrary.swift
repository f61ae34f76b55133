internal import CCurl
internal import Glibc

/// libcurl's process-wide part.
enum CurlLibrary {
    /// Initialises libcurl once a process; false when it cannot work.
    static let isReady: Bool = {
        // CURLOPT_NOSIGNAL(3): with it libcurl leaves SIGPIPE to the application, and a peer that closes early must not
        // end the process. A handler that the application installed stays.
        var current = sigaction()
        if unsafe sigaction(SIGPIPE, nil, &current) == 0, unsafe current.__sigaction_handler.sa_handler == nil {
            signal(SIGPIPE, SIG_IGN)
        }
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}

/// Traps on a result that only a mistake in this module, or lack of memory, can cause.
func require(_ code: CURLcode, _ what: StaticString) {
    guard code == CURLE_OK else { preconditionFailure("libcurl refuses \(what): code \(code.rawValue)") }
}

/// Traps on a result that only a mistake in this module, or lack of memory, can cause.
func require(_ code: CURLMcode, _ what: StaticString) {
    guard code == CURLM_OK else { preconditionFailure("libcurl refuses \(what): multi code \(code.rawValue)") }
}
