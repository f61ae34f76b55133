import TestSupport

/// User data for the login endpoint: the vectors that WeChat published, and some of our own under the same key and iv.
///
/// Ours were made with `openssl enc -aes-128-cbc`.
extension UserDataVectors {
    /// Whom A names.
    static let openid = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"

    static let avatarA = """
        http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ib\
        KicsnfN5pRjl1p8HQ/0
        """

    /// A profile with a watermark of wx0000000000000001.
    static let encryptedOfOtherApp = """
        41R6j53Yks0HiNn+eGkga1Bi7oEbcdjslsS9Y4BLfwY16cLEPaiWJG75yCCKsH7G61TQ/4x1lxMOvgm4ziWbb3+3MemUo4sxwIvQJErw\
        n/gVM0EhxzojMld9aP3qSc4ItSlPl9nDGbFiPOgg3NEzD9IKoJyXH+qKAaf3UdDXdPAyHIXq8OfCfufmt9yZoRyo
        """
    /// Proper padding around `hello, this is no JSON at all`.
    static let encryptedText = "Hw+evnqDpc4wuUDSIxP3UgWBiFO+b1WOpIUT3eckJWQ="
    /// `{"nickName":"Band"}`.
    static let encryptedWithoutWatermark = "41R6j53Yks0HiNn+eGkga16dKF45FNRL0hmtmh0yz6w="
}
