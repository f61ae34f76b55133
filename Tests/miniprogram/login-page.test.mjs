import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { FakeGateway } from './fake-gateway.mjs'
import { launch } from './fake-wx.mjs'

const SCAN = '/api/v1/qr/scan'
const CONFIRM = '/api/v1/qr/confirm'
const CANCEL = '/api/v1/qr/cancel'
const FROM_CODE = 1047
const UNKNOWN_SITE = /无法确认是哪个网站/

let gateway
beforeEach(async () => {
  gateway = await new FakeGateway().start()
})
afterEach(() => gateway.stop())

const phoneOf = (openid = 'alice', launchScene = FROM_CODE) =>
  launch({ base: gateway.base, login: () => gateway.code(openid), launchScene })

const openCode = (phone, scene) => phone.open('/pages/login/index?scene=' + encodeURIComponent(scene))

/** The page with the question on it, for a fresh ticket. */
async function asked(change) {
  const scene = gateway.ticket(change)
  const phone = phoneOf()
  const page = await openCode(phone, scene)
  assert.equal(page.data.step, 'ask')
  return { scene, phone, page }
}

function assertFailed(page, title, { canRetry = false } = {}) {
  assert.equal(page.data.step, 'failed')
  assert.equal(page.data.failure.title, title)
  assert.equal(page.data.isBusy, false)
  const { text, buttons } = page.shown()
  assert.ok(text.includes(title) && text.includes(page.data.failure.text))
  assert.deepEqual(Object.keys(buttons), canRetry ? ['scan', 'leave'] : ['leave'])
}

test('a scanned code shows who asks, and nothing is confirmed yet', async () => {
  const { scene, page } = await asked()
  const { site, ip, browser, time, isOtherNetwork } = page.data
  const at = new Date('2026-03-04T05:06:07Z')
  const two = (number) => String(number).padStart(2, '0')
  const local = `2026-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:07`
  assert.deepEqual(
    { site, ip, browser, time, isOtherNetwork },
    { site: 'https://shop.example', ip: '203.0.113.7', browser: 'Chrome · Windows', time: local, isOtherNetwork: false }
  )
  const shown = page.shown()
  for (const word of [site, ip, browser, time, '请仅在这个网页由你本人打开时确认']) assert.ok(shown.text.includes(word), word)
  assert.deepEqual(shown.buttons, { cancel: { isDisabled: false }, confirm: { isDisabled: false } })
  assert.doesNotMatch(shown.text, UNKNOWN_SITE)
  assert.equal(gateway.status(scene), 'scanned')
  assert.equal(gateway.count(CONFIRM), 0)
})

test('the scan tells the gateway how the mini-program was opened', async () => {
  const { scene } = await asked()
  assert.deepEqual(gateway.requests.find(({ path }) => path === SCAN).data, { scene, launch_scene: FROM_CODE })
})

test('an old phone tells its first launch instead', async () => {
  const phone = phoneOf()
  delete phone.wx.getEnterOptionsSync
  await openCode(phone, gateway.ticket())
  assert.equal(gateway.requests.at(-1).data.launch_scene, FROM_CODE)
})

test('an encoded scene reaches the gateway decoded', async () => {
  await phoneOf().open('/pages/login/index?scene=a%2Cb%3Dc')
  assert.equal(gateway.requests.at(-1).data.scene, 'a,b=c')
})

test('confirming logs the web page in', async () => {
  const { scene, page } = await asked()
  await page.confirm()
  assert.equal(page.data.step, 'confirmed')
  assert.match(page.shown().text, /已确认登录/)
  assert.equal(gateway.status(scene), 'confirmed')
})

test('cancelling leaves the web page logged out', async () => {
  const { scene, page } = await asked()
  await page.cancel()
  assert.equal(page.data.step, 'cancelled')
  assert.match(page.shown().text, /已取消登录/)
  assert.equal(gateway.status(scene), 'cancelled')
})

test('a double tap sends once', async () => {
  const { page } = await asked()
  const taps = [page.confirm(), page.confirm(), page.confirm()]
  assert.deepEqual(page.shown().buttons, { cancel: { isDisabled: true }, confirm: { isDisabled: true } })
  await Promise.all(taps)
  await page.confirm()
  assert.equal(gateway.count(CONFIRM), 1)
})

test('cancel while a confirm is on its way is not sent', async () => {
  const { page } = await asked()
  await Promise.all([page.confirm(), page.cancel()])
  assert.equal(page.data.step, 'confirmed')
  assert.equal(gateway.count(CANCEL), 0)
})

test('a double tap on retry scans once', async () => {
  gateway.fault(SCAN, 'drop')
  const page = await openCode(phoneOf(), gateway.ticket())
  await Promise.all([page.scan(), page.scan()])
  assert.equal(gateway.count(SCAN), 2)
  assert.equal(page.data.step, 'ask')
})

test('an unknown site is warned about', async () => {
  const { page } = await asked({ context: { site: null } })
  assert.match(page.shown().text, UNKNOWN_SITE)
})

test('another network is warned about, an unknown one is not', async () => {
  for (const [sameAddress, isOtherNetwork] of [[false, true], [null, false], [true, false]]) {
    const { page } = await asked({ context: { same_address: sameAddress } })
    assert.equal(/不在同一网络/.test(page.shown().text), isOtherNetwork)
  }
})

test('a browser that says nothing, or nonsense, is unknown, and its words are not shown', async () => {
  for (const userAgent of [null, '', '你的银行 <b>']) {
    const { page } = await asked({ context: { user_agent: userAgent } })
    assert.equal(page.data.browser, '未知浏览器')
  }
})

test('browsers are told by the name their users know', () => {
  const { browserName } = phoneOf().require('lib/context')
  const agents = {
    'Chrome · macOS': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    'Edge · Windows': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
    'Firefox · Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    'Safari · iPhone': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1',
    '微信 · Android': 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Version/4.0 Chrome/116.0.0.0 Mobile MicroMessenger/8.0.50',
  }
  for (const [name, agent] of Object.entries(agents)) assert.equal(browserName(agent), name)
})

test('a time that is none is told as unknown', async () => {
  const { page } = await asked({ context: { created_at: 'yesterday' } })
  assert.equal(page.data.time, '未知')
})

for (const launchScene of [1007, 1012, 1037, 1049, 1065]) {
  test(`a code opened in way ${launchScene} is refused with a word on what to do`, async () => {
    const scene = gateway.ticket()
    const page = await openCode(phoneOf('alice', launchScene), scene)
    assertFailed(page, '请直接扫描屏幕上的登录码')
    for (const word of ['相册', '聊天', '卡片', '链接', '相机']) assert.match(page.data.failure.text, new RegExp(word))
    await page.confirm()
    assert.equal(gateway.status(scene), 'created')
  })
}

test('a code that another phone scanned is told as taken', async () => {
  const { scene } = await asked()
  const page = await openCode(phoneOf('bob'), scene)
  assertFailed(page, '登录码已被使用')
  await page.confirm()
  assert.equal(gateway.status(scene), 'scanned')
})

test('an expired code is told as expired, at the scan and at the confirm', async () => {
  assertFailed(await openCode(phoneOf(), 'never-was'), '登录码已失效')
  const { scene, page } = await asked()
  gateway.expire(scene)
  await page.confirm()
  assertFailed(page, '登录码已失效')
})

test('a page opened without a code says so', async () => {
  assertFailed(await phoneOf().open('/pages/login/index'), '无法识别登录码')
  assertFailed(await phoneOf().open('/pages/login/index?scene=%E0%A4%A'), '无法识别登录码')
})

test('a confirm by a newer session than the one that scanned is refused', async () => {
  const { scene, page, phone } = await asked()
  gateway.endSessions()
  await page.confirm()
  assertFailed(page, '登录状态已改变')
  assert.equal(phone.logins, 2)
  assert.equal(gateway.status(scene), 'scanned')
})

test('a link opened in another network is refused', async () => {
  gateway.fault(SCAN, { status: 403, error: 'forbidden' })
  assertFailed(await openCode(phoneOf(), gateway.ticket()), '此登录码不能在这里使用')
})

test('a ticket that was decided otherwise is told as done', async () => {
  const { page } = await asked()
  // The confirm arrives, its reply does not; then the user changes his mind.
  gateway.fault(CONFIRM, 'lose')
  await page.confirm()
  assert.equal(page.data.step, 'ask')
  await page.cancel()
  assertFailed(page, '这次登录已经处理过')
})

test('too many wrong codes: the page says when to come back', async () => {
  gateway.fault(SCAN, { status: 429, error: 'rate_limited', retryAfter: 42 })
  const page = await openCode(phoneOf(), gateway.ticket())
  assertFailed(page, '操作太频繁', { canRetry: true })
  assert.match(page.data.failure.text, /42 秒/)
  assert.match(page.shown().text, /编号 r1/)
})

test('offline at the scan: retry reads the code', async () => {
  gateway.fault(SCAN, 'drop')
  const page = await openCode(phoneOf(), gateway.ticket())
  assertFailed(page, '网络不可用', { canRetry: true })
  await page.scan()
  assert.equal(page.data.step, 'ask')
})

test('offline at the confirm: the question stays, and a second tap confirms', async () => {
  const { scene, page } = await asked()
  gateway.fault(CONFIRM, 'lose')
  await page.confirm()
  assert.equal(page.data.step, 'ask')
  assert.match(page.shown().text, /网络不可用/)
  assert.equal(page.data.isBusy, false)
  await page.confirm()
  assert.equal(page.data.step, 'confirmed')
  assert.equal(page.data.notice, '')
  assert.equal(gateway.status(scene), 'confirmed')
})

test('a page that is reloaded for the same code asks again', async () => {
  const { scene, phone } = await asked()
  const page = await openCode(phone, scene)
  assert.equal(page.data.step, 'ask')
  await page.confirm()
  assert.equal(gateway.status(scene), 'confirmed')
})

test('a user who is not logged in yet is logged in for the scan', async () => {
  const { phone } = await asked()
  assert.equal(phone.logins, 1)
})

test('an account that WeChat blocks is told so', async () => {
  gateway.fault('/api/v1/wx/login', { status: 403, error: 'user_blocked' })
  assertFailed(await openCode(phoneOf(), gateway.ticket()), '无法登录')
})

test('every error of the contract has words for the user', () => {
  const { explain } = phoneOf().require('lib/explain')
  const names = ['invalid_request', 'unknown_app', 'invalid_code', 'code_used', 'invalid_token', 'user_blocked', 'forbidden',
    'launch_refused', 'not_found', 'payload_too_large', 'qr_expired', 'qr_conflict', 'rate_limited', 'app_misconfigured',
    'upstream_invalid', 'upstream_busy', 'overloaded', 'store_unavailable', 'upstream_timeout', 'internal', 'bad_reply']
  for (const error of names) {
    for (const step of [undefined, 'scan', 'confirm', 'cancel']) {
      const { title, text, canRetry } = explain({ error }, step)
      assert.match(title + text, /^[^A-Za-z]+$/, error)
      assert.equal(typeof canRetry, 'boolean')
    }
  }
})

test('leaving goes to the first page', async () => {
  const { page, phone } = await asked()
  page.leave()
  assert.deepEqual(phone.visited, ['/pages/index/index'])
})
