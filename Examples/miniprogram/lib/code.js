// Where a login code's scene comes from, and in which way the user came to it.

const LOGIN_PAGE = 'pages/login/index'
// WeChat's number for "scanned a mini-program code".
const SCANNED_CODE = 1047

// '' for what cannot be decoded.
function decoded(text) {
  try {
    return decodeURIComponent(text || '')
  } catch (error) {
    return ''
  }
}

// The scene in the path that wx.scanCode read; '' when the code is not one of a login.
function sceneOfPath(path) {
  const [page, query] = (path || '').split('?')
  if (page.replace(/^\//, '') !== LOGIN_PAGE) return ''
  const pair = (query || '').split('&').find((each) => each.startsWith('scene='))
  return pair ? decoded(pair.slice('scene='.length)) : ''
}

// Opens the login page for a scene read by our own camera button. The page learns of the camera from memory and not from
// its address, because an address can also come in a link or card that somebody sent.
function openLoginPage(scene) {
  getApp().globalData.cameraScene = scene
  wx.navigateTo({ url: '/' + LOGIN_PAGE + '?scene=' + encodeURIComponent(scene) })
}

// How the user came to this scene, as WeChat's number. The gateway refuses those by which one person can make another
// one open a code: albums, chats, cards, links.
function launchSceneOf(scene) {
  const app = getApp()
  const isFromCamera = scene !== '' && app.globalData.cameraScene === scene
  app.globalData.cameraScene = ''
  if (isFromCamera) return SCANNED_CODE
  const options = wx.getEnterOptionsSync ? wx.getEnterOptionsSync() : wx.getLaunchOptionsSync()
  return options.scene
}

module.exports = { decoded, sceneOfPath, openLoginPage, launchSceneOf }
