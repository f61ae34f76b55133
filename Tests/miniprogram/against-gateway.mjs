// The example mini-program against a real gateway: node against-gateway.mjs BASE SIMULATOR. Run by the integration tests.
import assert from 'node:assert/strict'
import { launch } from './fake-wx.mjs'

const [base, simulator] = process.argv.slice(2)
const FROM_CODE = 1047
const FROM_ALBUM = 1049

async function call(address, { method = 'GET', headers = {}, data } = {}) {
  const body = data === undefined ? undefined : JSON.stringify(data)
  const options = { method, body, headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) } }
  const reply = await fetch(address, { ...options, signal: AbortSignal.timeout(10_000) })
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, json: text ? JSON.parse(text) : undefined }
}

async function phoneOf(openid, launchScene = FROM_CODE) {
  const login = async () => {
    const { json } = await call(simulator + '/sim/login', { method: 'POST', data: { openid } })
    return json.code
  }
  return launch({ base, login, launchScene })
}

/** A browser with a login of its own that a phone may scan. */
async function browser() {
  const { status, json } = await call(base + '/api/v1/qr', {
    method: 'POST',
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' },
    data: {},
  })
  assert.equal(status, 201)
  const poll = async (query = '') => {
    const path = `/api/v1/qr/${json.ticket}/status${query}`
    const reply = await call(base + path, { headers: { 'x-qr-secret': json.secret } })
    assert.equal(reply.status, 200)
    return reply.json
  }
  // As WeChat opens the page: the scene of the code, encoded.
  return { ...json, poll, page: '/pages/login/index?scene=' + encodeURIComponent(json.scene) }
}

const session = (token) => call(base + '/api/v1/wx/session', { headers: { authorization: 'Bearer ' + token } })

// The whole way: the browser waits, the phone scans, shows who asks, and says yes.
{
  const { poll, page: url } = await browser()
  const scanned = poll('?wait=20&seen=pending')
  const phone = await phoneOf('o-alice')
  const page = await phone.open(url)
  assert.equal(page.data.step, 'ask', page.data.failure.text)
  assert.equal((await scanned).status, 'scanned')
  const confirmed = poll('?wait=20&seen=scanned')
  const { text, buttons } = page.shown()
  for (const word of ['Shop', '127.0.0.1', 'Firefox · Linux']) assert.ok(text.includes(word), word + ' in ' + text)
  assert.deepEqual(buttons, { cancel: { isDisabled: false }, confirm: { isDisabled: false } })
  assert.equal(page.data.isOtherNetwork, false)
  await page.confirm()
  assert.equal(page.data.step, 'confirmed')
  const { status, login } = await confirmed
  assert.equal(status, 'confirmed')
  const web = await session(login.token)
  assert.equal(web.json.openid, 'o-alice')
  assert.equal(web.json.channel, 'web')
  // The phone stays logged in.
  assert.equal((await session(phone.storage.get('token'))).json.channel, 'mini')
  // Read again, the code says that it was used.
  assert.equal((await phone.open(url)).data.failure.title, '登录码已被使用')
}

// No.
{
  const { poll, page: url } = await browser()
  const page = await (await phoneOf('o-bob')).open(url)
  assert.equal(page.data.step, 'ask')
  await page.cancel()
  assert.equal(page.data.step, 'cancelled')
  assert.deepEqual(await poll(), { status: 'cancelled', expires_in: 0 })
}

// A code out of the album is refused, and afterwards good for the camera.
{
  const { poll, page: url } = await browser()
  const refused = await (await phoneOf('o-carol', FROM_ALBUM)).open(url)
  assert.equal(refused.data.step, 'failed')
  assert.match(refused.shown().text, /相册/)
  assert.equal((await poll()).status, 'pending')
  const phone = await phoneOf('o-carol', FROM_ALBUM)
  phone.camera = url.slice(1)
  const index = await phone.open('/pages/index/index')
  await index.scanCode()
  const page = await phone.open(phone.visited.at(-1))
  assert.equal(page.data.step, 'ask')
  await page.confirm()
  assert.equal((await poll()).status, 'confirmed')
}

// Another phone comes second.
{
  const { page: url } = await browser()
  assert.equal((await (await phoneOf('o-dave')).open(url)).data.step, 'ask')
  const second = await (await phoneOf('o-eve')).open(url)
  assert.equal(second.data.step, 'failed')
}

// A session that ended meanwhile is renewed, and the question is asked anew; a made-up scene is told as gone.
{
  const { poll, page: url } = await browser()
  const phone = await phoneOf('o-frank')
  await phone.open('/pages/index/index')
  phone.storage.set('token', 'nonsense')
  const page = await phone.open(url)
  assert.equal(page.data.step, 'ask')
  assert.equal(phone.logins, 1)
  await page.confirm()
  assert.equal((await poll()).status, 'confirmed')
  const gone = await phone.open('/pages/login/index?scene=AAAAAAAAAAAAAAAAAAAAAA')
  assert.equal(gone.data.step, 'failed')
}

console.log('good', process.version)
