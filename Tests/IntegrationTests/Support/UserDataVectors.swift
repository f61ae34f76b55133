/// User data for the login endpoint: the vectors that WeChat published, and some of our own under the same key and iv.
///
/// Ours were made with `openssl enc -aes-128-cbc`.
enum UserDataVectors {
    static let sessionKey = "tiihtNczf5v6AKRyjwEUhQ=="
    static let iv = "r7BXXKkLb8qrSNn05n0qiA=="
    /// Whom A names.
    static let openid = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"

    /// A: WeChat's demo of wx.getUserInfo.
    static let encryptedA = """
        CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRg\
        v+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7U\
        L/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3\
        g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFd\
        lqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/Xcxxm\
        K01EpqOyuxINew==
        """
    static let avatarA = """
        http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ib\
        KicsnfN5pRjl1p8HQ/0
        """

    /// B: WeChat's demo of a signature.
    static let sessionKeyB = "HyVFkGl5F5OQWJZZaNzBBg=="
    static let rawDataB = """
        {"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN\
        ","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGB\
        iaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}
        """
    static let signatureB = "75e81ceda165f4ffa64f4068af58c64b8f54b88c"

    /// C: a phone number.
    static let encryptedC = """
        xT8p8W6jIVdEWQ+ccHuD2bmG5RSiwg14VWRFw/UGVh6Aj+jDIadafJ4xdCIBQ/uxDiyw/MZWvpFyRn3pP3xxVfNQxFtzghvK+Pj5JQI7\
        x412Zc+UKBdZyt5yiQboroSxyoV8mzt8NIte9rdxdif4zsuVIitkyUnIGjLphyruj7RmS/fgw1Be7IpCva0zzK3lgKGSAJWdP3wedPdl\
        aCzjUw==
        """
    /// D: a profile that WeChat made anonymous, encrypted and signed.
    static let encryptedD = """
        mKcLbl8Sy+SPKgE6NdNbA5pwymrXu2xxYUp7xYFm1fWCwKbYak90inh8CyeDmyfpBROYKtA+9XMH9lZ3eOzeZyKSIY1eMRZvfCJ1jJyZ\
        w11IlXTLqLB7UndaBnUf33EmIohgeQgwPzBj+/3uwCulnkTvHQ1negjOPX0QIDNE5zajkAnkz94Rl7bZcApDDOluOW6O+Q4yVECNn2fZ\
        HAsjxWcb9qX1OARjAGeLepjygxECpTQ9PXIY+YRsNFUMugzV9+CvEDdKJUcKeEdosYhpmA==
        """
    static let rawDataD = """
        {"nickName":"微信用户","gender":0,"language":"","city":"","province":"","country":"","avatarUrl":"https://ex\
        ample.invalid/grey/132"}
        """
    static let signatureD = "b0969d128ad3f8f824568c6e6fd787b5d788e9ef"

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
