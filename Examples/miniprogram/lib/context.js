// What the confirm page says about the browser that asks. The gateway's `user_agent` is whatever that browser claims, so
// only known words of it are shown.

// The first that matches wins: most browsers also name those that they descend from.
const BROWSERS = [
  [/MicroMessenger\//, '微信'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/QQBrowser\//, 'QQ 浏览器'],
  [/HuaweiBrowser\//, '华为浏览器'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/Version\/.* Safari\//, 'Safari'],
]

const SYSTEMS = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/OpenHarmony|HarmonyOS/, '鸿蒙'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

function nameIn(list, text) {
  const found = list.find(([pattern]) => pattern.test(text))
  return found ? found[1] : ''
}

function browserName(userAgent) {
  const text = userAgent || ''
  const names = [nameIn(BROWSERS, text), nameIn(SYSTEMS, text)].filter((name) => name !== '')
  return names.join(' · ') || '未知浏览器'
}

function twoDigits(number) {
  return (number < 10 ? '0' : '') + number
}

// An RFC 3339 time as this phone's own date and time.
function localTime(time) {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return '未知'
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-')
  return day + ' ' + [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
}

module.exports = { browserName, localTime }
