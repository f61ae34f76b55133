/// The published vectors of user data, and two of our own in the same form (`wechat-api.md` section 8).
public enum UserDataVectors {
    public static let appID = "wx4f4bc4dec97d474b"
    public static let sessionKey = "tiihtNczf5v6AKRyjwEUhQ=="
    public static let iv = "r7BXXKkLb8qrSNn05n0qiA=="

    /// A: WeChat's demo of wx.getUserInfo.
    public static let encryptedA = """
        CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRg\
        v+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7U\
        L/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3\
        g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFd\
        lqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/Xcxxm\
        K01EpqOyuxINew==
        """
    /// What A decrypts to.
    public static let plaintextA = """
        {"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzh\
        ou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHN\
        TMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","unionId":"ocMvos6NjeKLIBq\
        g5Mr9QjxrP1FA","watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}
        """

    public static let sessionKeyB = "HyVFkGl5F5OQWJZZaNzBBg=="
    /// B: WeChat's demo of a signature.
    public static let rawDataB = """
        {"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN\
        ","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGB\
        iaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}
        """
    public static let signatureB = "75e81ceda165f4ffa64f4068af58c64b8f54b88c"

    /// C: a phone number, in the form of getPhoneNumber.
    public static let encryptedC = """
        xT8p8W6jIVdEWQ+ccHuD2bmG5RSiwg14VWRFw/UGVh6Aj+jDIadafJ4xdCIBQ/uxDiyw/MZWvpFyRn3pP3xxVfNQxFtzghvK+Pj5JQI7\
        x412Zc+UKBdZyt5yiQboroSxyoV8mzt8NIte9rdxdif4zsuVIitkyUnIGjLphyruj7RmS/fgw1Be7IpCva0zzK3lgKGSAJWdP3wedPdl\
        aCzjUw==
        """
    /// What C decrypts to.
    public static let plaintextC = """
        {"phoneNumber":"13580006666","purePhoneNumber":"13580006666","countryCode":"86","watermark":{"timestamp"\
        :1637744274,"appid":"wx4f4bc4dec97d474b"}}
        """

    /// D: an anonymous profile.
    public static let encryptedD = """
        mKcLbl8Sy+SPKgE6NdNbA5pwymrXu2xxYUp7xYFm1fWCwKbYak90inh8CyeDmyfpBROYKtA+9XMH9lZ3eOzeZyKSIY1eMRZvfCJ1jJyZ\
        w11IlXTLqLB7UndaBnUf33EmIohgeQgwPzBj+/3uwCulnkTvHQ1negjOPX0QIDNE5zajkAnkz94Rl7bZcApDDOluOW6O+Q4yVECNn2fZ\
        HAsjxWcb9qX1OARjAGeLepjygxECpTQ9PXIY+YRsNFUMugzV9+CvEDdKJUcKeEdosYhpmA==
        """
    /// What D decrypts to.
    public static let plaintextD = """
        {"nickName":"微信用户","gender":0,"language":"","city":"","province":"","country":"","avatarUrl":"https://ex\
        ample.invalid/grey/132","watermark":{"timestamp":1668000000,"appid":"wx4f4bc4dec97d474b"}}
        """
    /// The rawData that goes with D.
    public static let rawDataD = """
        {"nickName":"微信用户","gender":0,"language":"","city":"","province":"","country":"","avatarUrl":"https://ex\
        ample.invalid/grey/132"}
        """
    public static let signatureD = "b0969d128ad3f8f824568c6e6fd787b5d788e9ef"
}
