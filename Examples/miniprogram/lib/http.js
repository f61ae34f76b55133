// One request to the gateway as a promise. Every failure is an Error with
//   error       the name in the gateway's contract; or `network` (no reply came), `bad_reply` (not the gateway's own)
//   status      the HTTP status, 0 without a reply
//   detail      the gateway's sentence about it
//   requestId   what the gateway's log calls this request
//   retryAfter  seconds, only where the gateway said when to come back
const config = require('../config')

// Shorter than the 10 s in which the gateway answers a repeated login: so a repeat after a lost reply is still in time.
const TIMEOUT_MS = 8000
// A person waits in front of the screen. What takes longer is told, not waited for.
const WAIT_SECONDS_MAX = 5
const WAITS_MAX = 2

function failure(error, status, detail, more) {
  return Object.assign(new Error(error + ': ' + detail), { error, status, detail, requestId: '' }, more)
}

// Phones differ in how they write the names of headers.
function headerOf(response, name) {
  const headers = response.header || {}
  const found = Object.keys(headers).find((key) => key.toLowerCase() === name)
  return found ? String(headers[found]) : ''
}

function isObject(value) {
  return typeof value === 'object' && value !== null
}

function failureOf(response) {
  const status = response.statusCode
  const problem = isObject(response.data) ? response.data : {}
  const more = { requestId: problem.request_id || headerOf(response, 'x-request-id') }
  const retryAfter = headerOf(response, 'retry-after')
  if ((status === 429 || status === 503) && /^\d{1,6}$/.test(retryAfter)) more.retryAfter = Number(retryAfter)
  return failure(problem.error || 'bad_reply', status, problem.detail || 'HTTP status ' + status, more)
}

function sendOnce({ method, path, data, token }) {
  return new Promise((resolve, reject) => {
    const header = { 'content-type': 'application/json' }
    if (token) header.Authorization = 'Bearer ' + token
    wx.request({
      url: config.gateway + path,
      method,
      data,
      header,
      timeout: TIMEOUT_MS,
      success(response) {
        const { statusCode } = response
        if (statusCode === 204) resolve({})
        else if (statusCode === 200 && isObject(response.data)) resolve(response.data)
        else reject(failureOf(response))
      },
      fail({ errMsg }) {
        reject(failure('network', 0, errMsg))
      },
    })
  })
}

function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

// Sends `{ method, path, data, token }`; comes back when the gateway is busy and names a short time.
async function send(request) {
  for (let waits = 0; ; waits += 1) {
    try {
      return await sendOnce(request)
    } catch (error) {
      const mayWait = error.retryAfter !== undefined && error.retryAfter <= WAIT_SECONDS_MAX
      if (!mayWait || waits === WAITS_MAX) throw error
      await sleep(error.retryAfter)
    }
  }
}

module.exports = { send, failure }
