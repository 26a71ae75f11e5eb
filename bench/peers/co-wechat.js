// node's co-wechat on koa: opens the push, echoes its text, seals the reply.
const Koa = require('koa')
const wechat = require('co-wechat')

const [token, appid, encodingAESKey, port] = process.argv.slice(2)
const app = new Koa()
app.use(wechat({ token, appid, encodingAESKey }).middleware(async (message) => message.Content))
app.listen(Number(port), '127.0.0.1')
