// Opened by a login code (WXGATE_QR_PAGE): shows who asks, and lets the user confirm or cancel. It never confirms by itself.
const gateway = require('../../lib/gateway')
const { decoded, launchSceneOf } = require('../../lib/code')
const { browserName, localTime } = require('../../lib/context')
const { explain } = require('../../lib/explain')

Page({
  data: {
    // `loading`, `ask`, `confirmed`, `cancelled` or `failed`
    step: 'loading',
    isBusy: false,
    site: '',
    browser: '',
    ip: '',
    time: '',
    isOtherNetwork: false,
    notice: '',
    failure: { title: '', text: '', canRetry: false },
    requestId: '',
  },

  onLoad(options) {
    this.scene = decoded(options.scene)
    this.launchScene = launchSceneOf(this.scene)
    return this.scan()
  },

  async scan() {
    if (this.data.isBusy) return
    this.setData({ step: 'loading', isBusy: true })
    try {
      const { nonce, context } = await gateway.request('POST', '/api/v1/qr/scan', {
        scene: this.scene,
        launch_scene: this.launchScene,
      })
      this.nonce = nonce
      this.setData({
        step: 'ask',
        isBusy: false,
        notice: '',
        site: context.site || '',
        browser: browserName(context.user_agent),
        ip: context.ip || '未知',
        time: localTime(context.created_at),
        // null: the gateway does not know.
        isOtherNetwork: context.same_address === false,
      })
    } catch (error) {
      this.fail(error, explain(error, 'scan'))
    }
  },

  confirm() {
    return this.decide('confirm', 'confirmed')
  },

  cancel() {
    return this.decide('cancel', 'cancelled')
  },

  async decide(action, step) {
    if (this.data.isBusy || this.data.step !== 'ask') return
    this.setData({ isBusy: true, notice: '' })
    try {
      await gateway.request('POST', '/api/v1/qr/' + action, { scene: this.scene, nonce: this.nonce })
      this.setData({ step, isBusy: false })
    } catch (error) {
      const failure = explain(error, action)
      // Both may be sent again: the question stays on the screen.
      if (failure.canRetry) this.setData({ isBusy: false, notice: failure.title + '：' + failure.text })
      else this.fail(error, failure)
    }
  },

  fail(error, failure) {
    this.setData({ step: 'failed', isBusy: false, failure, requestId: error.requestId || '' })
  },

  leave() {
    wx.reLaunch({ url: '/pages/index/index' })
  },
})
