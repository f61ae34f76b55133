import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { FakeGateway } from './fake-gateway.mjs'
import { launch } from './fake-wx.mjs'

const SAVE = '/api/v1/wx/saveUserInfo'
const FROM_CARD = 1007

let gateway
beforeEach(async () => {
  gateway = await new FakeGateway().start()
})
afterEach(() => gateway.stop())

const phoneOf = (options = {}) => launch({ base: gateway.base, login: () => gateway.code('alice'), ...options })
const openIndex = (phone) => phone.open('/pages/index/index')

async function loggedIn(options) {
  const phone = phoneOf(options)
  const page = await openIndex(phone)
  await page.logIn()
  assert.equal(page.data.isLoggedIn, true)
  return { phone, page }
}

test('a new user is asked to log in, and nothing is sent before he does', async () => {
  const phone = phoneOf()
  const page = await openIndex(phone)
  assert.equal(page.data.isLoggedIn, false)
  assert.equal(gateway.requests.length, 0)
  assert.deepEqual(Object.keys(page.shown().buttons), ['logIn'])
  await page.logIn()
  assert.deepEqual(Object.keys(page.shown().buttons), ['avatarChosen', 'phoneChosen', 'scanCode', 'logOut'])
  assert.equal(page.data.nickName, '')
})

test('a user who was here before sees his profile without a tap', async () => {
  gateway.users.set('alice', { openid: 'alice', id: '1', nickName: '小明', avatarUrl: 'https://example.com/a.png', isBindingMobile: true })
  const { phone } = await loggedIn()
  const page = await openIndex(phone)
  const { isLoggedIn, nickName, avatarUrl, isBindingMobile } = page.data
  assert.deepEqual(
    { isLoggedIn, nickName, avatarUrl, isBindingMobile },
    { isLoggedIn: true, nickName: '小明', avatarUrl: 'https://example.com/a.png', isBindingMobile: true }
  )
})

test('a double tap sends once', async () => {
  const { page } = await loggedIn()
  await Promise.all([1, 2].map(() => page.phoneChosen({ detail: { code: 'phone-code' } })))
  assert.equal(gateway.count('/api/v1/wx/phone'), 1)
})

test('a failed login is told, and can be tried again', async () => {
  const phone = phoneOf()
  const page = await openIndex(phone)
  gateway.fault('/api/v1/wx/login', 'drop', 'drop')
  await page.logIn()
  assert.match(page.data.notice, /^网络不可用/)
  assert.equal(page.data.isLoggedIn, false)
  await page.logIn()
  assert.equal(page.data.isLoggedIn, true)
  assert.equal(page.data.notice, '')
})

test('a nickname is saved with the default picture while there is no other', async () => {
  const { page, phone } = await loggedIn()
  await page.saveProfile({ detail: { value: { nickName: ' 小明 ' } } })
  const { nickName, avatarUrl } = gateway.requests.at(-1).data
  assert.equal(nickName, '小明')
  assert.match(avatarUrl, /^https:/)
  assert.deepEqual(phone.toasts, ['已保存'])
})

test('a chosen picture is only shown: the earlier https one stays saved', async () => {
  const avatarUrl = 'https://example.com/a.png'
  gateway.users.set('alice', { openid: 'alice', id: '1', nickName: '小明', avatarUrl, isBindingMobile: false })
  const { page } = await loggedIn()
  page.avatarChosen({ detail: { avatarUrl: 'wxfile://tmp_1.jpg' } })
  assert.equal(page.data.avatarPreview, 'wxfile://tmp_1.jpg')
  assert.match(page.shown().text, /尚未上传；保存的仍是原来的头像/)
  await page.saveProfile({ detail: { value: { nickName: '小红' } } })
  assert.deepEqual(gateway.requests.at(-1).data, { nickName: '小红', avatarUrl })
  assert.equal(page.data.nickName, '小红')
})

test('an http picture of an old profile is not sent back, because only https is taken', async () => {
  gateway.users.set('alice', { openid: 'alice', id: '1', nickName: '小明', avatarUrl: 'http://wx.qlogo.cn/0', isBindingMobile: false })
  const { page } = await loggedIn()
  await page.saveProfile({ detail: { value: { nickName: '小明' } } })
  assert.match(gateway.requests.at(-1).data.avatarUrl, /^https:/)
  assert.equal(page.data.notice, '')
})

test('an empty nickname is not sent', async () => {
  const { page } = await loggedIn()
  await page.saveProfile({ detail: { value: { nickName: '  ' } } })
  assert.equal(gateway.count(SAVE), 0)
  assert.equal(page.data.notice, '请填写昵称。')
})

test('the phone number comes from the gateway for the code of the button', async () => {
  const { page } = await loggedIn()
  await page.phoneChosen({ detail: { code: 'phone-code', errMsg: 'getPhoneNumber:ok' } })
  assert.deepEqual(gateway.requests.at(-1).data, { code: 'phone-code' })
  assert.match(page.shown().text, /13580006666/)
  assert.equal(page.data.isBindingMobile, true)
})

test('a refused phone number is told and sends nothing', async () => {
  const { page } = await loggedIn()
  await page.phoneChosen({ detail: { errMsg: 'getPhoneNumber:fail user deny' } })
  assert.equal(page.data.notice, '没有得到手机号授权。')
  await page.phoneChosen({ detail: { errno: 1400001, errMsg: 'getPhoneNumber:fail' } })
  assert.equal(page.data.notice, '手机号验证额度已用完。')
  assert.equal(gateway.count('/api/v1/wx/phone'), 0)
})

test('a phone code that has ended asks for another tap', async () => {
  const { page } = await loggedIn()
  gateway.fault('/api/v1/wx/phone', { status: 400, error: 'invalid_code' })
  await page.phoneChosen({ detail: { code: 'old' } })
  assert.match(page.data.notice, /^授权已过期/)
  assert.equal(page.data.isLoggedIn, true)
})

for (const scene of ['scene%3Da', 'scene=a']) {
  test(`the camera's login code opens the login page, its path written as ${scene}`, async () => {
    const { page, phone } = await loggedIn()
    phone.camera = 'pages/login/index?scene=' + scene
    page.scanCode()
    assert.deepEqual(phone.visited, ['/pages/login/index?scene=scene%3Da'])
    assert.equal(phone.scans[0].onlyFromCamera, true)
  })
}

test('a code scanned by the button counts as scanned, though the app was opened by a card', async () => {
  const { page, phone } = await loggedIn({ launchScene: FROM_CARD })
  const scene = gateway.ticket()
  phone.camera = 'pages/login/index?scene=' + scene
  page.scanCode()
  const login = await phone.open(phone.visited.at(-1))
  assert.equal(login.data.step, 'ask')
  await login.confirm()
  assert.equal(gateway.status(scene), 'confirmed')
})

test('the camera counts once, and only for the code it read', async () => {
  const { page, phone } = await loggedIn({ launchScene: FROM_CARD })
  const [scanned, other] = [gateway.ticket(), gateway.ticket()]
  phone.camera = 'pages/login/index?scene=' + scanned
  page.scanCode()
  assert.equal((await phone.open('/pages/login/index?scene=' + other)).data.step, 'failed')
  assert.equal((await phone.open('/pages/login/index?scene=' + scanned)).data.step, 'failed')
})

test('a code of something else opens nothing', async () => {
  const { page, phone } = await loggedIn()
  for (const path of [undefined, '', 'pages/other/index?scene=a', 'pages/login/index', 'pages/login/index?x=scene=a']) {
    phone.camera = path
    page.scanCode()
    assert.equal(page.data.notice, '这不是本小程序的登录码。')
  }
  assert.deepEqual(phone.visited, [])
})

test('giving the camera up says nothing, its failure is told', async () => {
  const { page, phone } = await loggedIn()
  page.scanCode()
  assert.equal(page.data.notice, '')
  phone.camera = new Error('scanCode:fail')
  page.scanCode()
  assert.equal(page.data.notice, '没有读到登录码，请重试。')
})

test('logging out forgets everything on the page', async () => {
  const { page, phone } = await loggedIn()
  await page.phoneChosen({ detail: { code: 'phone-code' } })
  await page.logOut()
  assert.equal(page.data.isLoggedIn, false)
  assert.equal(page.data.phoneNumber, '')
  assert.equal(phone.storage.has('token'), false)
  const again = await openIndex(phone)
  assert.equal(again.data.isLoggedIn, false)
  assert.equal(phone.logins, 1)
})

test('a log-out that did not arrive is told, and the user is still logged in', async () => {
  const { page } = await loggedIn()
  gateway.fault('/api/v1/wx/logout', 'drop')
  await page.logOut()
  assert.equal(page.data.isLoggedIn, true)
  assert.match(page.data.notice, /^网络不可用/)
})
