import type { Outcome } from './page.ts'

/** In minutes: what one point of a line stands for. */
const step = 5
const width = 900
const left = 76
const right = 12
const panelHeight = 200
const panels = [90, 350] as const
const colours: Readonly<Record<number, string>> = { 1: '#1b7f3b', 100: '#1f5fbf', 10000: '#b3261e' }

/** Token requests and refused calls over a day, for all fleets in front of one kind of server, as an SVG of lines. */
export function plot(kind: string, all: readonly Outcome[]): string {
  const outcomes = all.filter(({ of }) => of.sidecars in colours)
  const requests = outcomes.map((outcome) => ({ outcome, values: grouped(outcome.tally.tokenRequests, step * 60) }))
  const refused = outcomes.map((outcome) => ({ outcome, values: refusedOf(outcome) }))
  const most = 10 ** Math.ceil(Math.log10(Math.max(10, ...requests.flatMap(({ values }) => values))))
  const decades = Math.round(Math.log10(most))
  // Zero lies half a decade below one.
  const logarithmic = (value: number) => (value < 1 ? 0 : (Math.log10(value) + 0.5) / (decades + 0.5))
  const powers = Array.from({ length: decades + 1 }, (_, power) => 10 ** power)
  const title = `Where the server ${words[kind] ?? kind}`
  const parts = [
    text(left, 22, title, 'font-weight="600" font-size="15"'),
    legend(),
    panel(panels[0], `token requests in ${step} minutes`, [0, ...powers], logarithmic),
    ...requests.map(({ outcome, values }) => line(panels[0], outcome, values.map(logarithmic))),
    panel(panels[1], `refused calls, % of the calls of ${step} minutes`, [0, 25, 50, 75, 100], (value) => value / 100),
    ...refused.map(({ outcome, values }) =>
      line(
        panels[1],
        outcome,
        values.map((value) => value / 100),
      ),
    ),
  ]
  const height = panels[1] + panelHeight + 34
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#222">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

const words: Readonly<Record<string, string>> = {
  'side by side': 'lets tokens live side by side',
  'same again': 'hands the same token back until it has expired',
  'ends the old': 'ends the old token with each new one',
}

function grouped(counts: Uint32Array, size: number): number[] {
  const whole = Math.floor(counts.length / size)
  return Array.from({ length: whole }, (_, index) =>
    counts.subarray(index * size, (index + 1) * size).reduce((sum, each) => sum + each, 0),
  )
}

function refusedOf({ of: { sidecars }, summary, tally }: Outcome): number[] {
  const counts = grouped(tally.refused, step)
  const perStep = summary.calls / counts.length
  return counts.map((count) => Math.min(100, (100 * count) / Math.max(perStep, sidecars)))
}

const x = (share: number) => (left + share * (width - left - right)).toFixed(1)
const y = (top: number, share: number) => (top + (1 - share) * panelHeight).toFixed(1)

function panel(top: number, title: string, ticks: number[], scaled: (value: number) => number): string {
  const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24]
  return [
    text(left, top - 8, title),
    ...ticks.map((tick) => {
      const at = y(top, scaled(tick))
      const label = text(left - 8, Number(at) + 4, tick.toLocaleString('en-US'), 'text-anchor="end"')
      return `<path d="M${left} ${at}H${width - right}" stroke="#ddd"/>${label}`
    }),
    ...hours.map((hour) =>
      text(
        Number(x(hour / 24)),
        top + panelHeight + 18,
        `${hour}:00`,
        `text-anchor="${hour === 24 ? 'end' : 'middle'}"`,
      ),
    ),
  ].join('\n')
}

function line(top: number, { of: { sidecars, shared } }: Outcome, shares: number[]): string {
  const points = shares.map(
    (share, index) => `${x(index / shares.length)} ${y(top, share)}H${x((index + 1) / shares.length)}`,
  )
  const dashes = shared ? ' stroke-dasharray="5 3"' : ''
  return `<path d="M${points.join('V').replace(/V(\S+) (\S+)H/g, 'V$2H')}" fill="none" stroke="${colours[sidecars] ?? '#222'}" stroke-width="1.5"${dashes}/>`
}

function legend(): string {
  const entries = Object.entries(colours).map(([sidecars, colour]) => ({
    label: `${Number(sidecars).toLocaleString('en-US')} ${sidecars === '1' ? 'sidecar' : 'sidecars'}`,
    look: `stroke="${colour}"`,
  }))
  const cached = { label: 'dashed: with a shared cache', look: 'stroke="#222" stroke-dasharray="5 3"' }
  return [...entries, cached]
    .map(({ label, look }, index) => {
      const at = left + index * 140
      return `<path d="M${at} 42h18" ${look} stroke-width="2" fill="none"/>${text(at + 24, 46, label)}`
    })
    .join('\n')
}

const text = (at: number, base: number, content: string, more = '') =>
  `<text x="${at}" y="${base}"${more === '' ? '' : ` ${more}`}>${content}</text>`
