// In place of modules that packages load at once and use only for what is never asked of them here (scripts/bundle.mjs).
exports.constants = {} // undici reads them from node:http2 when it is loaded.
