// A small gateway in this process that plays the contract for the tests: logins, profile, phone, web login by scanning.
// One-time codes, sessions and tickets end as the contract says; faults can be ordered for the next requests of a path.
import http from 'node:http'
import { randomUUID } from 'node:crypto'

const REFUSED_LAUNCHES = new Set([1007, 1008, 1012, 1013, 1036, 1037, 1044, 1048, 1049, 1065, 1069, 1194])

class Problem extends Error {
  constructor(status, error, { detail = 'About ' + error + '.', retryAfter } = {}) {
    super(error)
    Object.assign(this, { status, error, detail, retryAfter })
  }
}

export class FakeGateway {
  /** Every request: `{ method, path, token, data }`. */
  requests = []
  users = new Map()
  #codes = new Map()
  #sessions = new Map()
  #tickets = new Map()
  #faults = new Map()
  #server = http.createServer((request, response) => this.#serve(request, response))

  async start() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.base = `http://127.0.0.1:${this.#server.address().port}`
    return this
  }

  async stop() {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** What wx.login gives on the phone of that user. */
  code(openid) {
    const code = 'code-' + randomUUID()
    this.#codes.set(code, { openid, reply: null, nonce: null })
    return code
  }

  /** A code that somebody else has used. */
  usedCode(openid) {
    const code = this.code(openid)
    Object.assign(this.#codes.get(code), { reply: {}, nonce: 'of somebody else' })
    return code
  }

  /** Ends all sessions of all users. */
  endSessions(reason = 'expired') {
    for (const session of this.#sessions.values()) session.ended ??= reason
  }

  ticket(change = {}) {
    const scene = 'scene' + randomUUID().replaceAll('-', '').slice(0, 20)
    const context = {
      site: 'https://shop.example',
      ip: '203.0.113.7',
      user_agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
      created_at: '2026-03-04T05:06:07Z',
      same_address: true,
    }
    this.#tickets.set(scene, { status: 'created', ...change, context: { ...context, ...change.context } })
    return scene
  }

  status(scene) {
    return this.#tickets.get(scene).status
  }

  expire(scene) {
    this.#tickets.get(scene).status = 'expired'
  }

  /**
   * What happens to the next request of that path: `'drop'` (the connection ends before anything is done), `'lose'` (it is
   * done, the reply is lost), or `{ status, error, retryAfter }`, or `{ status, text }` for what is no reply of a gateway.
   */
  fault(path, ...faults) {
    this.#faults.set(path, [...(this.#faults.get(path) ?? []), ...faults])
  }

  count(path) {
    return this.requests.filter((request) => request.path === path).length
  }

  async #serve(request, response) {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const call = {
      method: request.method,
      path: request.url.split('?')[0],
      token: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
      data: text === '' ? {} : JSON.parse(text),
    }
    this.requests.push(call)
    const fault = this.#faults.get(call.path)?.shift()
    if (fault === 'drop') return request.socket.destroy()
    if (fault?.text !== undefined) return response.writeHead(fault.status).end(fault.text)
    let reply
    try {
      if (fault?.error) throw new Problem(fault.status, fault.error, fault)
      reply = this.#answer(call)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      const { status, error, detail, retryAfter } = problem
      const headers = { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'r1' }
      if (retryAfter !== undefined) headers['Retry-After'] = retryAfter
      response.writeHead(status, headers)
      return response.end(JSON.stringify({ type: '/errors#' + error, status, error, detail, request_id: 'r1' }))
    }
    if (fault === 'lose') return request.socket.destroy()
    response.writeHead(reply === null ? 204 : 200, { 'Content-Type': 'application/json' })
    response.end(reply === null ? '' : JSON.stringify(reply))
  }

  #answer(call) {
    switch (call.method + ' ' + call.path) {
      case 'POST /api/v1/wx/login':
        return this.#login(call.data)
      case 'POST /api/v1/wx/logout':
        this.#session(call).ended = 'logged_out'
        return null
      case 'GET /api/v1/wx/userInfo':
        return this.#user(this.#session(call))
      case 'POST /api/v1/wx/saveUserInfo': {
        const user = this.#user(this.#session(call))
        const { nickName, avatarUrl } = call.data
        if (!/^https:/.test(avatarUrl)) throw new Problem(400, 'invalid_request', { detail: 'avatarUrl is not an https URL.' })
        return Object.assign(user, { id: '1', nickName, avatarUrl })
      }
      case 'POST /api/v1/wx/phone':
        this.#user(this.#session(call)).isBindingMobile = true
        return { phoneNumber: '13580006666', purePhoneNumber: '13580006666', countryCode: '86' }
      case 'POST /api/v1/qr/scan':
        return this.#scan(this.#session(call), call.data)
      case 'POST /api/v1/qr/confirm':
        return this.#decide(this.#session(call), call.data, 'confirmed')
      case 'POST /api/v1/qr/cancel':
        return this.#decide(this.#session(call), call.data, 'cancelled')
      default:
        throw new Problem(404, 'not_found')
    }
  }

  #login({ code, nonce }) {
    const issued = this.#codes.get(code)
    if (!issued) throw new Problem(400, 'invalid_code')
    if (issued.reply) {
      if (issued.nonce !== nonce) throw new Problem(400, 'code_used')
      return issued.reply
    }
    // Single sign-on.
    for (const session of this.#sessions.values()) if (session.openid === issued.openid) session.ended ??= 'replaced'
    const token = 'token-' + randomUUID()
    this.#sessions.set(token, { openid: issued.openid, ended: null })
    const reply = { token, token_type: 'Bearer', expires_in: 604800, openid: issued.openid, is_new: false }
    Object.assign(issued, { reply, nonce })
    return reply
  }

  #session({ token }) {
    const session = this.#sessions.get(token)
    if (!session || session.ended) throw new Problem(401, 'invalid_token')
    return session
  }

  #user({ openid }) {
    if (!this.users.has(openid)) this.users.set(openid, { openid, isBindingMobile: false })
    return this.users.get(openid)
  }

  #ticket(scene) {
    if (!scene) throw new Problem(400, 'invalid_request', { detail: 'scene is missing.' })
    const ticket = this.#tickets.get(scene)
    if (!ticket || ticket.status === 'expired') throw new Problem(410, 'qr_expired')
    return ticket
  }

  #scan(session, { scene, launch_scene: launchScene }) {
    const ticket = this.#ticket(scene)
    if (REFUSED_LAUNCHES.has(launchScene)) throw new Problem(403, 'launch_refused')
    if (ticket.status === 'created') Object.assign(ticket, { status: 'scanned', scanner: session, nonce: randomUUID() })
    else if (ticket.status !== 'scanned' || ticket.scanner !== session) throw new Problem(409, 'qr_conflict')
    return { status: 'scanned', nonce: ticket.nonce, context: ticket.context }
  }

  #decide(session, { scene, nonce }, status) {
    const ticket = this.#ticket(scene)
    if (ticket.status === 'created') throw new Problem(409, 'qr_conflict')
    if (ticket.scanner !== session || ticket.nonce !== nonce) throw new Problem(403, 'forbidden')
    if (ticket.status !== 'scanned' && ticket.status !== status) throw new Problem(409, 'qr_conflict')
    ticket.status = status
    return { status }
  }
}
