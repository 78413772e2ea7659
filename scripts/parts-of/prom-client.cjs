// What the program uses of prom-client: not its summaries, its push gateway and its metrics of clusters.
// grip: parts of prom-client
exports.Registry = require('../../node_modules/prom-client/lib/registry.js')
exports.Counter = require('../../node_modules/prom-client/lib/counter.js')
exports.Gauge = require('../../node_modules/prom-client/lib/gauge.js')
exports.Histogram = require('../../node_modules/prom-client/lib/histogram.js')
exports.collectDefaultMetrics = require('../../node_modules/prom-client/lib/defaultMetrics.js')
