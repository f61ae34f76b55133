// Random identifiers: 16 bytes as 32 hexadecimal digits.

const BYTES = 16

function hex(bytes) {
  return Array.from(bytes, (byte) => (byte < 16 ? '0' : '') + byte.toString(16)).join('')
}

// Some old clients have no random bytes. The identifiers made here only accompany the one-time code of wx.login, which
// is the secret: weaker ones still tell this phone's requests from others'.
function weakBytes() {
  return Array.from({ length: BYTES }, () => Math.floor(Math.random() * 256))
}

function randomId() {
  return new Promise((resolve) => {
    const weak = () => resolve(hex(weakBytes()))
    if (!wx.getRandomValues) return weak()
    wx.getRandomValues({
      length: BYTES,
      success: ({ randomValues }) => resolve(hex(new Uint8Array(randomValues))),
      fail: weak,
    })
  })
}

module.exports = { randomId }
