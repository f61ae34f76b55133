// The user's own page: log in, profile, phone number, scan a login code, log out.
const gateway = require('../../lib/gateway')
const { sceneOfPath, openLoginPage } = require('../../lib/code')
const { explain } = require('../../lib/explain')

// WeChat's own gray picture. The gateway wants an https picture with every nickname.
const DEFAULT_AVATAR =
  'https://mmbiz.qpic.cn/mmbiz/icTdbqWNOwNRna42FI242Lcia07jQodd2FJGIYQfG0LAJGFxM4FbnQP6yfMxBgJ0F3YRqJCJ1aPAK2dQagdusBZg/0'
// What WeChat answers when the app's quota of phone numbers is used up.
const PHONE_QUOTA_USED_UP = 1400001

const LOGGED_OUT = {
  isLoggedIn: false,
  nickName: '',
  avatarUrl: DEFAULT_AVATAR,
  avatarPreview: '',
  isBindingMobile: false,
  phoneNumber: '',
}

Page({
  data: Object.assign({ isBusy: false, notice: '' }, LOGGED_OUT),

  onShow() {
    if (gateway.isLoggedIn()) return this.during(() => this.showUser())
  },

  logIn() {
    return this.during(async () => {
      await gateway.login()
      await this.showUser()
    })
  },

  logOut() {
    return this.during(async () => {
      await gateway.logout()
      this.setData(LOGGED_OUT)
    })
  },

  // The picture is a temporary file of this phone. To keep it, upload it to a place of yours here (wx.uploadFile) and set
  // `avatarUrl` to its https address; until then the earlier picture stays the saved one.
  avatarChosen({ detail }) {
    this.setData({ avatarPreview: detail.avatarUrl })
  },

  saveProfile({ detail }) {
    const nickName = detail.value.nickName.trim()
    if (nickName === '') {
      this.setData({ notice: '请填写昵称。' })
      return
    }
    return this.during(async () => {
      const { avatarUrl } = this.data
      this.show(await gateway.request('POST', '/api/v1/wx/saveUserInfo', { nickName, avatarUrl }))
      wx.showToast({ title: '已保存', icon: 'success' })
    })
  },

  phoneChosen({ detail }) {
    if (!detail.code) {
      this.setData({ notice: detail.errno === PHONE_QUOTA_USED_UP ? '手机号验证额度已用完。' : '没有得到手机号授权。' })
      return
    }
    return this.during(async () => {
      const { phoneNumber } = await gateway.request('POST', '/api/v1/wx/phone', { code: detail.code })
      this.setData({ phoneNumber, isBindingMobile: true })
    })
  },

  scanCode() {
    this.setData({ notice: '' })
    wx.scanCode({
      // A picture from the album may have come from somebody else.
      onlyFromCamera: true,
      success: ({ path }) => {
        const scene = sceneOfPath(path)
        if (scene) openLoginPage(scene)
        else this.setData({ notice: '这不是本小程序的登录码。' })
      },
      fail: ({ errMsg }) => {
        if (!/cancel/.test(errMsg)) this.setData({ notice: '没有读到登录码，请重试。' })
      },
    })
  },

  async showUser() {
    this.show(await gateway.request('GET', '/api/v1/wx/userInfo'))
  },

  // Before a profile was saved, a user has neither nickname nor picture.
  show({ nickName, avatarUrl, isBindingMobile }) {
    this.setData({
      isLoggedIn: true,
      nickName: nickName || '',
      avatarUrl: /^https:/.test(avatarUrl) ? avatarUrl : DEFAULT_AVATAR,
      isBindingMobile,
    })
  },

  // Runs one action at a time, and tells its failure.
  async during(action) {
    if (this.data.isBusy) return
    this.setData({ isBusy: true, notice: '' })
    try {
      await action()
      this.setData({ isBusy: false })
    } catch (error) {
      const { title, text } = explain(error)
      this.setData({ isBusy: false, notice: title + '：' + text, isLoggedIn: gateway.isLoggedIn() })
    }
  },
})
