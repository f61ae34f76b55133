// The one line to change: the public address of your gateway, without a slash at the end.
module.exports = { gateway: 'http://127.0.0.1:8080' }
