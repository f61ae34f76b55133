import assert from 'node:assert/strict'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { test } from 'node:test'
import { launch, root } from './fake-wx.mjs'
import { elementsOf, namesIn } from './wxml.mjs'

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name)
    return entry.isDirectory() ? filesIn(file) : [file]
  })
}

const read = (name) => readFileSync(path.join(root, name), 'utf8')
const json = (name) => JSON.parse(read(name))
const files = filesIn(root)
const named = (suffix) => files.filter((file) => file.endsWith(suffix))
const { pages } = json('app.json')
const phone = () => launch({ base: 'http://127.0.0.1:9', login: () => 'unused' })

test('every script is correct JavaScript', () => {
  assert.ok(named('.js').length > 0)
  for (const file of named('.js')) execFileSync(process.execPath, ['--check', file])
})

test('every .json file is JSON', () => {
  assert.ok(named('.json').length > 0)
  for (const file of named('.json')) assert.doesNotThrow(() => JSON.parse(readFileSync(file, 'utf8')), file)
})

test('every page of app.json has its four files, and no other page lies around', () => {
  for (const page of pages) {
    for (const suffix of ['.js', '.json', '.wxml', '.wxss']) assert.ok(existsSync(path.join(root, page + suffix)), page + suffix)
  }
  const found = named('.wxml').map((file) => path.relative(root, file).replace(/\.wxml$/, ''))
  assert.deepEqual(found.sort(), [...pages].sort())
})

test('the page that login codes open is the one the gateway names by default', () => {
  assert.ok(pages.includes('pages/login/index'))
})

test('the app asks for no permission and names what WeChat needs to know', () => {
  const app = json('app.json')
  assert.equal(app.permission, undefined)
  assert.equal(app.requiredPrivateInfos, undefined)
  assert.equal(app.lazyCodeLoading, 'requiredComponents')
  assert.equal(app.__usePrivacyCheck__, true)
  assert.equal(json('project.config.json').appid, 'wx4f4bc4dec97d474b')
  assert.ok(existsSync(path.join(root, app.sitemapLocation)))
})

test('every color that app.json takes from the theme is there for light and for dark', () => {
  const app = json('app.json')
  const theme = json(app.themeLocation)
  const used = Object.values(app.window).filter((value) => value.startsWith('@'))
  assert.ok(app.darkmode && used.length > 0)
  for (const name of used) for (const mode of ['light', 'dark']) assert.ok(theme[mode][name.slice(1)], `${mode} ${name}`)
})

test('every color of the style sheets is there for light and for dark', () => {
  const [light, dark] = read('app.wxss').split('@media (prefers-color-scheme: dark)')
  const defined = (text) => new Set([...text.split('.card')[0].matchAll(/(--[a-z-]+):/g)].map(([, name]) => name))
  const used = new Set(named('.wxss').flatMap((file) => readFileSync(file, 'utf8').match(/(?<=var\()--[a-z-]+/g) ?? []))
  assert.ok(used.size > 0)
  assert.deepEqual(defined(light), defined(dark))
  assert.deepEqual([...used].filter((name) => !defined(dark).has(name)), [])
})

test('a page can be opened neither from a card nor from the timeline: nothing shares it', () => {
  for (const page of pages) assert.doesNotMatch(read(page + '.js'), /onShare/)
})

for (const page of pages) {
  test(`${page}.wxml is well-formed, and what it names exists`, async () => {
    const instance = await phone().open('/' + page)
    for (const { attributes, texts } of elementsOf(read(page + '.wxml'))) {
      for (const [name, value] of Object.entries(attributes)) {
        if (/^(bind|catch)/.test(name)) assert.equal(typeof instance[value], 'function', `${name}="${value}"`)
      }
      for (const name of [...Object.values(attributes), ...texts].flatMap(namesIn)) {
        let value = { ...instance.data, true: true, false: false, null: null }
        for (const step of name.split('.')) {
          assert.ok(step in value, `{{${name}}} is not in the data`)
          value = value[step]
        }
      }
    }
  })

  test(`${page}.wxml chains its conditions`, () => {
    const last = new Map()
    for (const element of elementsOf(read(page + '.wxml'))) {
      const { attributes, parent } = element
      if ('wx:elif' in attributes || 'wx:else' in attributes) {
        const before = last.get(parent)?.attributes ?? {}
        assert.ok('wx:if' in before || 'wx:elif' in before, `<${element.name}> follows no condition`)
      }
      last.set(parent, element)
    }
  })

  test(`every class of ${page}.wxml has a style, and every style of the page is used`, () => {
    const styles = (text) => new Set([...text.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\.([a-z][a-z-]*)/g)].map(([, name]) => name))
    const used = new Set(elementsOf(read(page + '.wxml')).flatMap(({ attributes }) => (attributes.class ?? '').split(' ').filter(Boolean)))
    const own = styles(read(page + '.wxss'))
    const all = new Set([...own, ...styles(read('app.wxss'))])
    assert.deepEqual([...used].filter((name) => !all.has(name)), [])
    assert.deepEqual([...own].filter((name) => !used.has(name)), [])
  })
}

test('the WXML reader refuses what is not well-formed', () => {
  for (const wrong of ['<view>', '<view></text>', '<view', '<view a="1" a="2" />', '</view>', 'a < b']) {
    assert.throws(() => elementsOf(wrong), wrong)
  }
  assert.throws(() => namesIn('{{a'))
  assert.deepEqual(namesIn("{{a.b === 'c' || !d}} {{e}}"), ['a.b', 'd', 'e'])
})

test('confirm and cancel are equally large', () => {
  const elements = elementsOf(read('pages/login/index.wxml'))
  const button = (handler) => elements.find(({ attributes }) => attributes.bindtap === handler)
  const [confirm, cancel] = [button('confirm'), button('cancel')]
  assert.equal(confirm.parent, cancel.parent)
  // `type` only chooses between WeChat's colors.
  const shape = ({ name, attributes: { bindtap, type, ...rest } }) => ({ name, ...rest })
  assert.deepEqual(shape(confirm), shape(cancel))
  assert.deepEqual(shape(confirm), { name: 'button', class: 'choice', disabled: '{{isBusy}}' })
  for (const sheet of ['app.wxss', 'pages/login/index.wxss']) {
    assert.doesNotMatch(read(sheet), /\.choice[^{]*[:[~+]|bindtap|\[type/, 'no rule is for one of them alone')
  }
})

test('the confirm page warns that only who opened the web page may confirm', () => {
  assert.match(read('pages/login/index.wxml'), /请仅在这个网页由你本人打开时确认/)
})
