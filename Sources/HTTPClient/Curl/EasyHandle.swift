internal import CCurl
internal import CShims
internal import Glibc

/// One libcurl easy handle, used for one transfer after another: settings change, the handle stays. Loop-confined.
@safe final class EasyHandle {
    let handle: UnsafeMutableRawPointer

    /// The transfer that it runs now.
    private(set) var transfer: Transfer?

    /// The descriptor that was opened last, for ``trace(after:)`` while the transfer runs; -1 when there was none.
    private var lastSocket: Int32 = -1

    private let sockets: SocketTable
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// libcurl's own buffer for a reply: the smallest it allows, since WeChat's replies are shorter and libcurl allocates
    /// it for each transfer.
    private static let receiveBufferBytes = 1024

    /// Makes a handle with all settings that no request changes; nil for lack of memory.
    init?(configuration: ClientConfiguration, sockets: SocketTable) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        self.sockets = sockets
        setTransport(configuration)
        setTLS(configuration)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headerList)
    }

    /// Finds the wrapper of a handle that libcurl names.
    static func owner(of handle: UnsafeMutableRawPointer) -> EasyHandle? {
        guard let context = unsafe shim_easy_get_private(handle) else { return nil }
        return unsafe from(context)
    }

    /// Takes on a transfer: URL, method, body and header fields.
    ///
    /// - Returns: false when libcurl has no memory for it.
    func prepare(_ transfer: Transfer) -> Bool {
        let request = transfer.request
        self.transfer = transfer
        var codes = CURLE_OK
        func set(_ code: CURLcode) { if codes == CURLE_OK { codes = code } }
        set(unsafe shim_easy_set_string(handle, CURLOPT_URL, request.url.text))
        // Empty text, not "not set": over plain HTTP the environment's proxies would see secrets (CURLOPT_PROXY(3)). With
        // TLS they see host and port.
        set(text(CURLOPT_PROXY, request.url.origin.endpoint?.isTLS == true ? nil : ""))
        set(
            number(CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: min(request.connectTimeoutMilliseconds, UInt64(Int32.max))))
        )
        set(unsafe shim_easy_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.replyBytesMax)))
        if let body = request.body {
            set(unsafe body.withUnsafeBytes { unsafe shim_easy_set_post_body(handle, $0.baseAddress, $0.count) })
        } else {
            set(number(CURLOPT_HTTPGET, 1))
        }
        guard appendHeaders(of: request) else { return false }
        return codes == CURLE_OK
    }

    /// The outcome of the transfer that libcurl has just finished.
    func outcome(of result: CURLcode) -> Result<ClientResponse, ClientError> {
        guard let progress = transfer?.progress else { return .failure(ClientError(.internalFailure)) }
        let status = unsafe shim_easy_get_long(handle, CURLINFO_RESPONSE_CODE)
        if var failure = progress.failure(for: result, status: status) {
            failure.trace = trace(after: result)
            return .failure(failure)
        }
        let type = unsafe shim_easy_get_string(handle, CURLINFO_CONTENT_TYPE)
        let contentType = unsafe type.map { unsafe String(cString: $0) }
        return .success(ClientResponse(status: status, contentType: contentType, date: date, body: progress.body))
    }

    /// How far the transfer has come.
    ///
    /// - Parameter result: libcurl's, which has closed the connection; nil while the transfer runs.
    func trace(after result: CURLcode? = nil) -> ClientError.Trace {
        let fault = unsafe shim_easy_get_long(handle, CURLINFO_SSL_VERIFYRESULT)
        let systemError = unsafe shim_easy_get_long(handle, CURLINFO_OS_ERRNO)
        return ClientError.Trace(
            stage: stage(after: result),
            // 1 is what libcurl sets before it verifies.
            certificateFault: fault > 1 ? fault : nil,
            systemError: systemError > 0 ? Int32(clamping: systemError) : nil
        )
    }

    private func stage(after result: CURLcode?) -> ClientError.Trace.Stage {
        if transfer?.progress.isRequestSent == true { return .exchanging }
        if unsafe shim_easy_get_offset(handle, CURLINFO_NAMELOOKUP_TIME_T) <= 0 { return .resolving }
        if let result {
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST: return .resolving
            case CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT: return .connecting
            default: return .securing
            }
        }
        // libcurl tells a time of the connection only when TLS is ready as well.
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isConnected = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe getpeername(lastSocket, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length) == 0
        }
        return isConnected ? .securing : .connecting
    }

    /// The `Date` of the final reply, if the request cares.
    private var date: String? {
        guard transfer?.request.keepsDate == true else { return nil }
        var field: UnsafeMutablePointer<curl_header>?
        // -1: of the last reply, not of a 1xx before it.
        let code = unsafe curl_easy_header(handle, "Date", 0, UInt32(CURLH_HEADER), -1, &field)
        guard code == CURLHE_OK, let value = unsafe field?.pointee.value else { return nil }
        return unsafe String(cString: value)
    }

    /// Lets go of the transfer, so that the handle can take the next.
    func reset() {
        transfer = nil
        if unsafe headerList != nil {
            require(unsafe shim_easy_set_headers(handle, nil), "no header fields")
            unsafe curl_slist_free_all(headerList)
            unsafe headerList = nil
        }
    }

    // MARK: - Settings

    private func setTransport(_ configuration: ClientConfiguration) {
        require(number(CURLOPT_NOSIGNAL, 1), "no signals")
        require(number(CURLOPT_TCP_NODELAY, 1), "no delay")
        require(number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1), "HTTP/1.1")
        require(number(CURLOPT_HTTP09_ALLOWED, 0), "no HTTP/0.9")
        require(number(CURLOPT_FOLLOWLOCATION, 0), "no redirects")
        require(text(CURLOPT_PROTOCOLS_STR, "http,https"), "its protocols")
        require(text(CURLOPT_REDIR_PROTOCOLS_STR, "https"), "its redirect protocols")
        require(number(CURLOPT_DISALLOW_USERNAME_IN_URL, 1), "no credentials in URLs")
        // What a proxy says is no reply (CURLOPT_SUPPRESS_CONNECT_HEADERS(3)).
        require(number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1), "no words of a proxy")
        require(text(CURLOPT_USERAGENT, configuration.userAgent), "its name")
        require(number(CURLOPT_BUFFERSIZE, Self.receiveBufferBytes), "its buffer")
        require(number(CURLOPT_MAXAGE_CONN, configuration.keptSecondsMax), "the age of connections")
        // The client's own deadline counts the wait for a turn as well.
        require(number(CURLOPT_TIMEOUT_MS, 0), "no total timeout")
        // Without it, ending a transfer whose name is still being resolved waits for the resolver thread, and so would
        // the whole loop (lib/asyn-thread.c, Curl_resolver_kill).
        require(number(CURLOPT_QUICK_EXIT, 1), "no wait for the resolver")
    }

    private func setTLS(_ configuration: ClientConfiguration) {
        require(number(CURLOPT_SSL_VERIFYPEER, 1), "verification of the peer")
        require(number(CURLOPT_SSL_VERIFYHOST, 2), "verification of the host")
        require(number(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2), "TLS 1.2")
        // No directory beside the file: it would add the system's authorities to the file's, and libcurl shares the
        // parsed file between connections only without one (lib/vtls/openssl.c, Curl_ssl_setup_x509_store).
        require(text(CURLOPT_CAPATH, nil), "no directory of authorities")
        if let file = configuration.caFile {
            require(text(CURLOPT_CAINFO, file), "the file of authorities")
        }
    }

    private func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let table = unsafe Unmanaged.passUnretained(sockets).toOpaque()
        let write: shim_bytes_function = { bytes, size, count, context in
            guard let easy = unsafe EasyHandle.from(context) else { return 0 }
            let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe easy.transfer?.progress.takeBody(buffer) == true ? buffer.count : 0
        }
        let head: shim_bytes_function = { bytes, size, count, context in
            guard let easy = unsafe EasyHandle.from(context) else { return 0 }
            let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
            return unsafe easy.transfer?.progress.takeHead(line) == true ? line.count : 0
        }
        let beforeRequest: shim_prerequest_function = { context, _, _, _, _ in
            guard let easy = unsafe EasyHandle.from(context) else { return CURL_PREREQFUNC_ABORT }
            return easy.transfer?.progress.mayBeginSending() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        let open: shim_open_socket_function = { context, _, address in
            guard let easy = unsafe EasyHandle.from(context), let address = unsafe address?.pointee else { return -1 }
            guard easy.transfer?.progress.mayConnect() == true else { return -1 }
            easy.lastSocket = easy.sockets.open(
                family: address.family,
                type: address.socktype,
                protocol: address.protocol
            )
            return easy.lastSocket
        }
        let close: shim_close_socket_function = { table, socket in
            guard let table = unsafe table else { return 1 }
            return unsafe Unmanaged<SocketTable>.fromOpaque(table).takeUnretainedValue().close(socket)
        }
        require(unsafe shim_easy_set_pointer(handle, CURLOPT_PRIVATE, context), "its owner")
        require(unsafe shim_easy_set_write_function(handle, write, context), "the write callback")
        require(unsafe shim_easy_set_header_function(handle, head, context), "the header callback")
        require(unsafe shim_easy_set_prerequest_function(handle, beforeRequest, context), "the request callback")
        require(unsafe shim_easy_set_open_socket_function(handle, open, context), "the open callback")
        require(unsafe shim_easy_set_close_socket_function(handle, close, table), "the close callback")
    }

    /// Builds the list of header fields; false for lack of memory.
    private func appendHeaders(of request: ClientRequest) -> Bool {
        if request.headers.isEmpty && request.body == nil { return true }
        for field in request.headers {
            guard append(HeaderLine.text(name: field.name, value: field.value)) else { return false }
        }
        if request.body != nil {
            // Removes what libcurl would add: a wait for 100, and the content type of forms.
            guard append("Expect:") else { return false }
            if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                guard append("Content-Type:") else { return false }
            }
        }
        return unsafe shim_easy_set_headers(handle, headerList) == CURLE_OK
    }

    private func append(_ line: String) -> Bool {
        guard let list = unsafe curl_slist_append(headerList, line) else { return false }
        unsafe headerList = list
        return true
    }

    private func number(_ option: CURLoption, _ value: Int) -> CURLcode {
        unsafe shim_easy_set_long(handle, option, value)
    }

    private func text(_ option: CURLoption, _ value: String?) -> CURLcode {
        guard let value else { return unsafe shim_easy_set_string(handle, option, nil) }
        return unsafe shim_easy_set_string(handle, option, value)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }
}
