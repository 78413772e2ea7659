import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeenSpan } from './otlp.ts'
import { root } from './sidecar.ts'

const left = 340
const width = 420
const row = 30
const colours: Readonly<Record<string, string>> = { server: '#1f6feb', client: '#2da44e', internal: '#bf8700' }

/** Draws spans as docs/traces.svg, where DRAW_TRACE is set: `npm run docs` leaves it, since its times differ each time. */
export function drawTrace(spans: readonly SeenSpan[]): void {
  if (process.env.DRAW_TRACE === undefined) return
  writeFileSync(join(root, 'docs/traces.svg'), waterfall(spans))
}

function waterfall(spans: readonly SeenSpan[]): string {
  const begin = Math.min(...spans.map(({ at }) => at))
  const length = Math.max(...spans.map(({ until }) => until)) - begin
  const x = (at: number) => (left + ((at - begin) / length) * width).toFixed(1)
  const rows = spans.map(({ name, kind, parentSpanId, at, until, failed, attributes }, index) => {
    const y = 40 + index * row
    const bar = Math.max(2, ((until - at) / length) * width)
    const status = attributes['http.response.status_code']
    const label = `${kind}${status === undefined ? '' : ` ${status}`}, ${(until - at).toFixed(1)} ms`
    const inside = bar > width / 2
    const labelX = inside ? Number(x(at)) + 8 : Number(x(at)) + bar + 6
    return [
      `<text x="${parentSpanId?.match(/^(.)\1+$/) || parentSpanId === undefined ? 10 : 26}" y="${y + 14}">${name}</text>`,
      `<rect x="${x(at)}" y="${y + 3}" width="${bar.toFixed(1)}" height="14" rx="2" fill="${failed ? '#cf222e' : colours[kind]}"/>`,
      `<text x="${labelX.toFixed(1)}" y="${y + 14}" class="small"${inside ? ' style="fill: #fff"' : ''}>${label}</text>`,
    ].join('\n')
  })
  const height = 50 + spans.length * row
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 ${height}" role="img" aria-label="The trace of a call that met a 401">
<style>text { font: 12px sans-serif; fill: #24292f } .small { font-size: 11px; fill: #57606a }</style>
<rect width="780" height="${height}" fill="#fff"/>
<text x="10" y="24" class="small">A call that met a 401, and below it, as a trace of its own, the token request that it waited for</text>
${rows.join('\n')}
</svg>
`
}
