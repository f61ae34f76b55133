// The client of the gateway: `request` for everything that needs a logged-in user. Errors: see http.js.
const { send, failure } = require('./http')
const { randomId } = require('./random')

const TOKEN = 'token'
const DEVICE = 'device'

let loginInFlight = null

function storedToken() {
  return wx.getStorageSync(TOKEN) || ''
}

// Tells the gateway which session a new login replaces: this phone's own.
async function deviceId() {
  let id = wx.getStorageSync(DEVICE)
  if (!id) {
    id = await randomId()
    wx.setStorageSync(DEVICE, id)
  }
  return id
}

function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => resolve(code),
      fail: ({ errMsg }) => reject(failure('wx_login_failed', 0, errMsg)),
    })
  })
}

async function exchange(code) {
  const request = {
    method: 'POST',
    path: '/api/v1/wx/login',
    data: {
      code,
      appid: wx.getAccountInfoSync().miniProgram.appId,
      device: await deviceId(),
      nonce: await randomId(),
    },
  }
  try {
    return await send(request)
  } catch (error) {
    if (error.error !== 'network') throw error
    // Perhaps only the reply was lost. The same code with the same nonce gets it again.
    return send(request)
  }
}

async function freshLogin() {
  let reply
  try {
    reply = await exchange(await loginCode())
  } catch (error) {
    if (error.error !== 'code_used' && error.error !== 'invalid_code') throw error
    reply = await exchange(await loginCode())
  }
  wx.setStorageSync(TOKEN, reply.token)
  return reply
}

async function clearedLogin() {
  try {
    return await freshLogin()
  } finally {
    loginInFlight = null
  }
}

// Resolves with the login reply. Whoever asks while a login runs shares it: a second wx.login could make WeChat's
// session of the first one void.
function login() {
  if (!loginInFlight) loginInFlight = clearedLogin()
  return loginInFlight
}

// Resolves with the reply's JSON. Logs in when there is no token yet, and once more when the gateway refuses it.
async function request(method, path, data) {
  const token = storedToken() || (await login()).token
  try {
    return await send({ method, path, data, token })
  } catch (error) {
    if (error.status !== 401) throw error
    const newer = storedToken()
    const fresh = newer && newer !== token ? newer : (await login()).token
    return send({ method, path, data, token: fresh })
  }
}

// Ends the session everywhere. Without a reply the token is kept: it would stay good without anybody to end it.
async function logout() {
  try {
    await send({ method: 'POST', path: '/api/v1/wx/logout', token: storedToken() })
  } catch (error) {
    if (error.status !== 401) throw error
  }
  wx.removeStorageSync(TOKEN)
}

function isLoggedIn() {
  return storedToken() !== ''
}

module.exports = { login, logout, request, isLoggedIn }
