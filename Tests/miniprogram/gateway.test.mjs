import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { FakeGateway } from './fake-gateway.mjs'
import { launch } from './fake-wx.mjs'

const LOGIN = '/api/v1/wx/login'
const USER_INFO = '/api/v1/wx/userInfo'

let gateway
beforeEach(async () => {
  gateway = await new FakeGateway().start()
})
afterEach(() => gateway.stop())

/** A phone whose waits are over at once, and are kept in `waits`. */
function phoneOf(openid = 'alice', options = {}) {
  const waits = []
  const phone = launch({
    base: gateway.base,
    login: () => gateway.code(openid),
    setTimeout: (callback, milliseconds) => {
      waits.push(milliseconds)
      queueMicrotask(callback)
    },
    ...options,
  })
  phone.waits = waits
  phone.gateway = phone.require('lib/gateway')
  return phone
}

const loginsSent = () => gateway.requests.filter(({ path }) => path === LOGIN)

test('the first request logs in and keeps the token for later ones', async () => {
  const phone = phoneOf()
  assert.equal(phone.gateway.isLoggedIn(), false)
  const user = await phone.gateway.request('GET', USER_INFO)
  assert.equal(user.openid, 'alice')
  await phone.gateway.request('GET', USER_INFO)
  assert.equal(phone.logins, 1)
  assert.equal(phone.gateway.isLoggedIn(), true)
  assert.equal(gateway.requests.at(-1).token, phone.storage.get('token'))
})

test('a token from an earlier run is used without a login', async () => {
  const earlier = phoneOf()
  await earlier.gateway.login()
  const phone = phoneOf('alice', { storage: { token: earlier.storage.get('token') } })
  await phone.gateway.request('GET', USER_INFO)
  assert.equal(phone.logins, 0)
})

test('a login says which app and which phone it is, and has a nonce of its own', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  await phone.gateway.login()
  const [first, second] = loginsSent().map(({ data }) => data)
  assert.equal(first.appid, 'wx4f4bc4dec97d474b')
  assert.match(first.device, /^[0-9a-f]{32}$/)
  assert.match(first.nonce, /^[0-9a-f]{32}$/)
  assert.equal(second.device, first.device)
  assert.equal(phone.storage.get('device'), first.device)
  assert.notEqual(second.nonce, first.nonce)
})

test('a phone without random bytes logs in too', async () => {
  const phone = phoneOf()
  delete phone.wx.getRandomValues
  await phone.gateway.login()
  const [{ data }] = loginsSent()
  assert.match(data.device, /^[0-9a-f]{32}$/)
  assert.notEqual(data.nonce, data.device)
})

test('after 401 the request is repeated once with a new login', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  gateway.endSessions()
  const user = await phone.gateway.request('GET', USER_INFO)
  assert.equal(user.openid, 'alice')
  assert.equal(phone.logins, 2)
  assert.equal(gateway.count(USER_INFO), 2)
})

test('a second 401 is told, not tried again', async () => {
  const phone = phoneOf()
  gateway.fault(USER_INFO, { status: 401, error: 'invalid_token' }, { status: 401, error: 'invalid_token' })
  await assert.rejects(phone.gateway.request('GET', USER_INFO), { error: 'invalid_token', status: 401 })
  assert.equal(gateway.count(USER_INFO), 2)
})

test('requests at the same time share one login', async () => {
  const phone = phoneOf()
  const users = await Promise.all([1, 2, 3, 4, 5].map(() => phone.gateway.request('GET', USER_INFO)))
  assert.equal(users.length, 5)
  assert.equal(phone.logins, 1)
  assert.equal(loginsSent().length, 1)
})

test('requests that get 401 at the same time share one login', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  gateway.endSessions()
  await Promise.all([1, 2, 3, 4, 5].map(() => phone.gateway.request('GET', USER_INFO)))
  assert.equal(phone.logins, 2)
  assert.equal(gateway.count(USER_INFO), 10)
})

test('a request whose token was replaced meanwhile takes the newer one without a login', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  const newer = (await phoneOf().gateway.login()).token
  const late = phone.gateway.request('GET', USER_INFO)
  phone.storage.set('token', newer)
  await late
  assert.equal(phone.logins, 1)
  assert.equal(gateway.requests.at(-1).token, newer)
})

test('a failed login is not shared with those who come later', async () => {
  const phone = phoneOf()
  gateway.fault(LOGIN, { status: 403, error: 'user_blocked' })
  await assert.rejects(phone.gateway.login(), { error: 'user_blocked' })
  await phone.gateway.login()
  assert.equal(phone.logins, 2)
})

test('a lost login reply is asked for again once, with the same code and nonce', async () => {
  const phone = phoneOf()
  gateway.fault(LOGIN, 'lose')
  await phone.gateway.login()
  const [first, second, ...more] = loginsSent().map(({ method, data }) => ({ method, data }))
  assert.deepEqual(second, first)
  assert.equal(first.method, 'POST')
  assert.deepEqual(more, [])
  assert.equal(phone.logins, 1)
  await phone.gateway.request('GET', USER_INFO)
  assert.equal(phone.logins, 1, 'the token of the lost reply is the one that counts')
})

test('a network that stays away is told after one repeat', async () => {
  const phone = phoneOf()
  gateway.fault(LOGIN, 'drop', 'drop')
  await assert.rejects(phone.gateway.login(), { error: 'network', status: 0 })
  assert.equal(loginsSent().length, 2)
})

for (const [name, code] of [
  ['code_used', () => gateway.usedCode('alice')],
  ['invalid_code', () => 'never-issued'],
]) {
  test(`${name} asks WeChat for one new code`, async () => {
    const codes = [code, () => gateway.code('alice')]
    const phone = phoneOf('alice', { login: () => codes.shift()() })
    await phone.gateway.login()
    assert.equal(phone.logins, 2)
  })

  test(`${name} twice is told`, async () => {
    const phone = phoneOf('alice', { login: code })
    await assert.rejects(phone.gateway.login(), { error: name, status: 400 })
    assert.equal(phone.logins, 2)
  })
}

test('a wx.login that fails is told and not sent to the gateway', async () => {
  const phone = phoneOf('alice', {
    login: () => {
      throw new Error('no network')
    },
  })
  await assert.rejects(phone.gateway.login(), { error: 'wx_login_failed', detail: 'login:fail no network' })
  assert.equal(gateway.requests.length, 0)
})

for (const [status, error] of [
  [429, 'rate_limited'],
  [503, 'overloaded'],
]) {
  test(`${status} is waited out for as long as Retry-After says`, async () => {
    const phone = phoneOf()
    gateway.fault(USER_INFO, { status, error, retryAfter: 2 })
    await phone.gateway.request('GET', USER_INFO)
    assert.deepEqual(phone.waits, [2000])
  })

  test(`${status} is waited out at most twice`, async () => {
    const phone = phoneOf()
    const busy = { status, error, retryAfter: 1 }
    gateway.fault(USER_INFO, busy, busy, busy)
    await assert.rejects(phone.gateway.request('GET', USER_INFO), { error, status, retryAfter: 1 })
    assert.deepEqual(phone.waits, [1000, 1000])
    assert.equal(gateway.count(USER_INFO), 3)
  })

  test(`${status} with a long Retry-After, or none, is told at once`, async () => {
    const phone = phoneOf()
    gateway.fault(USER_INFO, { status, error, retryAfter: 60 }, { status, error })
    await assert.rejects(phone.gateway.request('GET', USER_INFO), { error, retryAfter: 60 })
    await assert.rejects(phone.gateway.request('GET', USER_INFO), { error, status })
    assert.deepEqual(phone.waits, [])
  })
}

test('a busy gateway is waited for with the same code', async () => {
  const phone = phoneOf()
  gateway.fault(LOGIN, { status: 503, error: 'upstream_busy', retryAfter: 1 })
  await phone.gateway.login()
  const [first, second] = loginsSent().map(({ data }) => data)
  assert.deepEqual(second, first)
})

test('an error has the name, status, sentence and request id of the contract', async () => {
  const phone = phoneOf()
  gateway.fault(USER_INFO, { status: 502, error: 'app_misconfigured', detail: 'The page is not published.' })
  await assert.rejects(phone.gateway.request('GET', USER_INFO), (error) => {
    const { error: name, status, detail, requestId, message } = error
    assert.deepEqual({ name, status, detail, requestId }, {
      name: 'app_misconfigured',
      status: 502,
      detail: 'The page is not published.',
      requestId: 'r1',
    })
    assert.equal(Object.prototype.toString.call(error), '[object Error]')
    assert.equal(message, 'app_misconfigured: The page is not published.')
    return true
  })
})

test('a page of somebody in between is an error, whatever its status', async () => {
  const phone = phoneOf()
  for (const status of [200, 302, 502]) {
    gateway.fault(USER_INFO, { status, text: '<html>' })
    await assert.rejects(phone.gateway.request('GET', USER_INFO), { error: 'bad_reply', status })
  }
})

test('logging out ends the session and forgets the token', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  const token = phone.storage.get('token')
  await phone.gateway.logout()
  assert.equal(phone.gateway.isLoggedIn(), false)
  assert.deepEqual(gateway.requests.at(-1), { method: 'POST', path: '/api/v1/wx/logout', token, data: {} })
  assert.equal(phone.storage.has('device'), true, 'the phone stays the same')
})

test('logging out of a session that has ended forgets the token without a login', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  gateway.endSessions()
  await phone.gateway.logout()
  assert.equal(phone.gateway.isLoggedIn(), false)
  assert.equal(phone.logins, 1)
})

test('logging out without a network keeps the token, so that it can still be ended', async () => {
  const phone = phoneOf()
  await phone.gateway.login()
  gateway.fault('/api/v1/wx/logout', 'drop')
  await assert.rejects(phone.gateway.logout(), { error: 'network' })
  assert.equal(phone.gateway.isLoggedIn(), true)
})
