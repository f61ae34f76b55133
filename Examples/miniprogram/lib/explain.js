// What a failed request (see http.js) means to the user: `{ title, text, canRetry }`.

const SCAN_AGAIN = '请在网页上刷新登录码，再用相机重新扫描。'

function told(title, text) {
  return { title, text, canRetry: false }
}

function retriable(title, text) {
  return { title, text, canRetry: true }
}

// `step`: `scan`, `confirm` or `cancel` on the login page; else absent.
function explain(error, step) {
  const isDecision = step === 'confirm' || step === 'cancel'
  switch (error.error) {
    case 'network':
      return retriable('网络不可用', '没有连接上服务器，请检查手机网络后重试。')
    case 'wx_login_failed':
      return retriable('微信登录没有成功', '请检查手机网络后重试。')
    case 'rate_limited':
      return retriable('操作太频繁', error.retryAfter ? `请在 ${error.retryAfter} 秒后重试。` : '请稍后重试。')
    case 'qr_expired':
      return told('登录码已失效', SCAN_AGAIN)
    case 'qr_conflict':
      return isDecision
        ? told('这次登录已经处理过', '之前的操作可能已经生效。如果网页已登录而你并不想登录，请在网页上退出登录。')
        : told('登录码已被使用', '它已被另一部手机扫描，或已经处理过。如果那不是你本人，请不要继续。' + SCAN_AGAIN)
    case 'launch_refused':
      return told(
        '请直接扫描屏幕上的登录码',
        '为防止他人骗取登录，从相册、聊天、卡片或链接打开的登录码一律不能使用。请用微信“扫一扫”的相机直接扫描电脑屏幕。'
      )
    case 'forbidden':
      return isDecision
        ? told('登录状态已改变', '扫码之后你的微信登录更新过，不能再处理这个登录码。' + SCAN_AGAIN)
        : told('此登录码不能在这里使用', '登录链接只能在发起登录的同一网络下打开。请回到网页重新获取。')
    case 'user_blocked':
      return told('无法登录', '微信限制了此账号的登录。')
    case 'invalid_code':
    case 'code_used':
      return retriable('授权已过期', '请重新操作一次。')
    case 'invalid_token':
      return retriable('登录已失效', '请重新操作一次。')
    case 'invalid_request':
      return step ? told('无法识别登录码', SCAN_AGAIN) : told('内容不符合要求', '请检查后再试。')
    case 'unknown_app':
    case 'app_misconfigured':
      return told('服务配置有误', '请联系网站管理员。')
    default:
      return retriable('服务暂时不可用', '请稍后重试。')
  }
}

module.exports = { explain }
