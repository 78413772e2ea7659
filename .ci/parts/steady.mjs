// Steady callers: asks a URL every 20 ms, each time over a new connection as PHP does, until SIGTERM. Prints shell variables:
// asked, good (200), refused (no answer at all), bad (any other answer), and away_ms, from the first call without an answer
// to the first one after it that was answered.
import { get } from 'node:http'

const calls = []

function ask() {
  const call = { at: performance.now(), outcome: 'pending' }
  calls.push(call)
  get(process.argv[2], { agent: false, timeout: 15_000 }, (answer) => {
    answer.resume()
    answer.on('end', () => {
      call.outcome = answer.statusCode === 200 ? 'good' : 'bad'
      if (call.outcome === 'bad')
        process.stderr.write(`${answer.statusCode} ${answer.headers['x-catapa-sidecar-error']}\n`)
    })
    answer.on('error', () => (call.outcome = 'bad'))
  })
    .on('timeout', (request) => request.destroy())
    .on('error', () => (call.outcome = call.outcome === 'pending' ? 'refused' : call.outcome))
}

const timer = setInterval(ask, 20)
process.on('SIGTERM', () => {
  clearInterval(timer)
  const finished = setInterval(() => {
    if (calls.some(({ outcome }) => outcome === 'pending')) return
    clearInterval(finished)
    const count = (wanted) => calls.filter(({ outcome }) => outcome === wanted).length
    const first = calls.findIndex(({ outcome }) => outcome === 'refused')
    const last = calls.findLastIndex(({ outcome }) => outcome === 'refused')
    const away = first < 0 ? 0 : Math.round((calls[last + 1] ?? calls[last]).at - calls[first].at)
    process.stdout.write(
      `asked=${calls.length} good=${count('good')} refused=${count('refused')} bad=${count('bad')} away_ms=${away}\n`,
    )
  }, 20)
})
