// What the program and @fastify/reply-from use of undici, which itself loads all that it has: fetch, caches, mocks, cookies.
// test/system/footprint.test.ts holds that the program asks for nothing else.
// grip: parts of undici
const Dispatcher = require('../../node_modules/undici/lib/dispatcher/dispatcher.js')

Object.assign(Dispatcher.prototype, require('../../node_modules/undici/lib/api/index.js')) // As its index.js does.

exports.Dispatcher = Dispatcher
exports.Client = require('../../node_modules/undici/lib/dispatcher/client.js')
exports.Pool = require('../../node_modules/undici/lib/dispatcher/pool.js')
exports.Agent = require('../../node_modules/undici/lib/dispatcher/agent.js')
exports.buildConnector = require('../../node_modules/undici/lib/core/connect.js')
