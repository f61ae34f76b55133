// Reads WXML strictly, as far as the tests need it: tags, attributes, the names in `{{…}}`, and what is on the screen.

const TAG = /<(\/?)([a-z][a-z-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(\/?)>/y
const ATTRIBUTE = /([\w:-]+)(?:="([^"]*)")?/g

/** The elements in document order, each `{ name, attributes, parent, texts }`; throws on what is not well-formed. */
export function elementsOf(source) {
  const text = source.replace(/<!--[\s\S]*?-->/g, '')
  const top = { name: '', attributes: {}, parent: null, texts: [] }
  const elements = [top]
  let current = top
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    if (end > at) current.texts.push(text.slice(at, end))
    if (next === -1) break
    TAG.lastIndex = next
    const match = TAG.exec(text)
    if (!match) throw new Error('not a tag: ' + text.slice(next, next + 40))
    at = TAG.lastIndex
    const [, closing, name, attributes, selfClosing] = match
    if (closing) {
      if (name !== current.name) throw new Error(`</${name}> closes <${current.name}>`)
      current = current.parent
      continue
    }
    const element = { name, attributes: attributesOf(attributes), parent: current, texts: [] }
    elements.push(element)
    if (!selfClosing) current = element
  }
  if (current !== top) throw new Error(`<${current.name}> is not closed`)
  return elements
}

function attributesOf(text) {
  const attributes = {}
  for (const [, name, value = ''] of text.matchAll(ATTRIBUTE)) {
    if (name in attributes) throw new Error(`${name} appears twice`)
    attributes[name] = value
  }
  return attributes
}

/** The dotted names in all `{{…}}` of a text: `{{a.b || 'x'}}` has `a.b`. Throws when braces do not match. */
export function namesIn(text) {
  const rest = text.replace(/\{\{[^{}]*\}\}/g, '')
  if (/\{\{|\}\}/.test(rest)) throw new Error('braces do not match: ' + text)
  return [...text.matchAll(/\{\{([^{}]*)\}\}/g)].flatMap(([, expression]) =>
    expression.replace(/'[^']*'/g, '').match(/[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/g) ?? []
  )
}

/** What a page shows with this data: its text, and its buttons as `{ handler: { isDisabled } }`. */
export function shownBy(source, data) {
  const value = (expression) => new Function(...Object.keys(data), `return (${expression})`)(...Object.values(data))
  const filled = (text) => text.replace(/\{\{(.*?)\}\}/g, (_, expression) => value(expression))
  const isTrue = (attribute) => value(attribute.replace(/^\{\{|\}\}$/g, ''))
  const shown = new Set()
  const chosen = new Map()
  const texts = []
  const buttons = {}
  for (const element of elementsOf(source)) {
    const { name, attributes, parent } = element
    let isShown = true
    if ('wx:if' in attributes) {
      isShown = isTrue(attributes['wx:if'])
      chosen.set(parent, isShown)
    } else if ('wx:elif' in attributes || 'wx:else' in attributes) {
      isShown = !chosen.get(parent) && ('wx:else' in attributes || isTrue(attributes['wx:elif']))
      chosen.set(parent, chosen.get(parent) || isShown)
    }
    if (!isShown || (parent && !shown.has(parent))) continue
    shown.add(element)
    texts.push(...element.texts.map((text) => filled(text).trim()).filter(Boolean))
    const handler = Object.entries(attributes).find(([key]) => key.startsWith('bind'))?.[1]
    if (name === 'button' && handler) buttons[handler] = { isDisabled: Boolean(attributes.disabled && isTrue(attributes.disabled)) }
  }
  return { text: texts.join('\n'), buttons }
}
