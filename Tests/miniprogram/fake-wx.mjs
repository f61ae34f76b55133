// Runs the real code of the mini-program without WeChat: a phone with the globals `wx`, `App`, `Page` and `getApp`, whose
// wx.request is a real HTTP request to the gateway given. Nothing of node is visible to the code, so what WeChat lacks
// (URL, fetch, process) is missing here too.
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import vm from 'node:vm'
import { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { shownBy } from './wxml.mjs'

export const root = fileURLToPath(new URL('../../Examples/miniprogram', import.meta.url))

/**
 * A phone with the mini-program just launched.
 *
 * @param {object} options
 * @param {string} options.base the gateway, such as `http://127.0.0.1:8080`
 * @param {() => string | Promise<string>} options.login gives a fresh code for each wx.login
 * @param {number} [options.launchScene] WeChat's number of how the mini-program was opened (1001: from the list)
 * @param {object} [options.storage] what an earlier run left in the phone's storage
 * @param {string} [options.appid]
 * @param {Function} [options.setTimeout] the clock of the mini-program
 */
export function launch({
  base,
  login,
  launchScene = 1001,
  storage = {},
  appid = 'wx4f4bc4dec97d474b',
  setTimeout = globalThis.setTimeout,
}) {
  const phone = {
    launchScene,
    storage: new Map(Object.entries(storage)),
    /** How often wx.login was called. */
    logins: 0,
    /** The URLs given to wx.navigateTo and wx.reLaunch. */
    visited: [],
    toasts: [],
    /** What wx.scanCode was asked, and what it reads: the path of a code, or an Error when the user gives up. */
    scans: [],
    camera: new Error('scanCode:fail cancel'),
  }
  let app
  let definition

  const wx = {
    request: (options) => sendRequest(options),
    async login({ success, fail }) {
      phone.logins += 1
      let code
      try {
        code = await login()
      } catch (error) {
        return fail({ errMsg: 'login:fail ' + error.message })
      }
      success({ code, errMsg: 'login:ok' })
    },
    getStorageSync: (key) => phone.storage.get(key) ?? '',
    setStorageSync: (key, value) => void phone.storage.set(key, value),
    removeStorageSync: (key) => void phone.storage.delete(key),
    getRandomValues: ({ length, success }) =>
      success({ randomValues: webcrypto.getRandomValues(new Uint8Array(length)).buffer }),
    getAccountInfoSync: () => ({ miniProgram: { appId: appid, envVersion: 'release' } }),
    getEnterOptionsSync: () => ({ scene: phone.launchScene, query: {} }),
    getLaunchOptionsSync: () => ({ scene: phone.launchScene, query: {} }),
    navigateTo: ({ url }) => void phone.visited.push(url),
    reLaunch: ({ url }) => void phone.visited.push(url),
    showToast: ({ title }) => void phone.toasts.push(title),
    scanCode({ success, fail, ...asked }) {
      phone.scans.push(asked)
      if (phone.camera instanceof Error) fail({ errMsg: phone.camera.message })
      else success({ path: phone.camera, scanType: 'WX_CODE', errMsg: 'scanCode:ok' })
    },
  }
  phone.wx = wx

  const context = vm.createContext({
    wx,
    setTimeout,
    App: (options) => void (app = options),
    Page: (options) => void (definition = options),
    getApp: () => app,
  })
  const modules = new Map([[path.join(root, 'config.js'), { exports: { gateway: base } }]])

  function load(file) {
    let module = modules.get(file)
    if (!module) {
      module = { exports: {} }
      modules.set(file, module)
      const code = vm.compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], {
        filename: file,
        parsingContext: context,
      })
      code((name) => load(path.join(path.dirname(file), name + '.js')), module, module.exports)
    }
    return module.exports
  }

  /** A module of the mini-program, such as `lib/gateway`. */
  phone.require = (name) => load(path.join(root, name + '.js'))

  /** The page at a URL such as `/pages/login/index?scene=x`, after its onLoad and onShow. Values stay encoded, as in WeChat. */
  phone.open = async (url) => {
    const [address, query] = url.replace(/^\//, '').split('?')
    const file = path.join(root, address + '.js')
    modules.delete(file)
    load(file)
    const page = { ...definition, data: structuredClone(definition.data) }
    page.setData = (change) => {
      for (const [key, value] of Object.entries(change)) {
        if (value === undefined) throw new Error(`setData takes no undefined (${key})`)
        if (!(key in page.data)) throw new Error(`${key} is not in the page's data`)
        page.data[key] = value
      }
    }
    /** What is on the screen now: `{ text, buttons }`. */
    page.shown = () => shownBy(readFileSync(path.join(root, address + '.wxml'), 'utf8'), page.data)
    await page.onLoad?.(Object.fromEntries((query ?? '').split('&').filter(Boolean).map((pair) => pair.split('='))))
    await page.onShow?.()
    return page
  }

  load(path.join(root, 'app.js'))
  return phone
}

function sendRequest({ url, method = 'GET', data, header = {}, timeout = 60000, success, fail }) {
  const address = new URL(url)
  let body
  if (data !== undefined && method === 'GET') {
    for (const [name, value] of Object.entries(data)) address.searchParams.append(name, value)
  } else if (data !== undefined) {
    body = JSON.stringify(data)
  }
  // A POST without Content-Length would be chunked; phones do not do that.
  const headers = { ...header, ...(method === 'GET' ? {} : { 'Content-Length': Buffer.byteLength(body ?? '') }) }
  const client = address.protocol === 'https:' ? https : http
  const request = client.request(address, { method, headers, timeout, agent: false }, (response) => {
    const chunks = []
    response.on('data', (chunk) => chunks.push(chunk))
    response.on('error', (error) => fail({ errMsg: 'request:fail ' + error.message }))
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      success({ statusCode: response.statusCode, header: response.headers, data: parsed(text), errMsg: 'request:ok' })
    })
  })
  request.on('timeout', () => request.destroy(new Error('timeout')))
  request.on('error', (error) => fail({ errMsg: 'request:fail ' + error.message }))
  request.end(body)
}

// As wx.request does by default: JSON where it is, else the text.
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
