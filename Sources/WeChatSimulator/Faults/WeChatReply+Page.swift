extension WeChatReply {
    /// A page for people, as proxies and captive portals send it where JSON was promised.
    static func page(status: UInt16) -> WeChatReply {
        let title = status == 502 ? "502 Bad Gateway" : "Welcome"
        let page =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n</body>\r\n</html>\r\n"
        return WeChatReply(status: status, contentType: "text/html", body: Array(page.utf8))
    }
}
