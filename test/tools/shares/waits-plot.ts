import { type Entry, pausesOf } from './shares-ledger.ts'
import type { Setup } from './shares-rules.ts'

export type Panel = { title: string; entries: Entry[]; setup: Setup }

const [panelWidth, panelHeight, left, top, gap] = [400, 300, 52, 78, 28]
const marks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20]
const [lowest, highest] = [0.1, 20]
const colours = { greedy: '#8a8f98', quiet: '#0b63ce', writer: '#c2410c' }
const words = {
  greedy: 'greedy: 1,000 reads at all times',
  quiet: 'quiet: one read at a time',
  writer: 'writer: one write at a time',
}
/** So many dots of a caller are drawn at most: more would only make the file large. */
const mostDots = 350

/** How long each request of a run waited for its answer, run beside run: an SVG. */
export function waitsPlot(panels: Panel[]): string {
  const width = left + panels.length * (panelWidth + gap)
  const height = top + panelHeight + 40
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#24292f">
<title>How long requests of three callers wait, with one share for all and with a share for each</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${legend()}
${panels.map((panel, i) => `<g transform="translate(${left + i * (panelWidth + gap)} ${top})">\n${drawn(panel, i === 0)}\n</g>`).join('\n')}
</svg>
`
}

function legend(): string {
  const callers = Object.entries(colours).map(
    ([caller, colour], i) =>
      `<circle cx="${left + 6 + i * 215}" cy="16" r="4" fill="${colour}"/><text x="${left + 16 + i * 215}" y="20">${words[caller as keyof typeof words]}</text>`,
  )
  const rest = `<circle cx="${left + 6}" cy="36" r="3.5" fill="none" stroke="#24292f"/><text x="${left + 16}" y="40">hollow: told to come later (429 or 503)</text><rect x="${left + 260}" y="29" width="12" height="12" fill="#fde68a"/><text x="${left + 278}" y="40">a pause that CATAPA has asked for</text>`
  return [...callers, rest].join('\n')
}

function drawn({ title, entries, setup }: Panel, first: boolean): string {
  const begun = setup.begunAt
  const seconds = (setup.endedAt - begun) / 1000
  const x = (at: number) => round((Math.min(at, setup.endedAt) - begun) * (panelWidth / seconds / 1000))
  const y = (waitMs: number) => {
    const share = Math.log(Math.max(lowest, Math.min(highest, waitMs / 1000)) / lowest) / Math.log(highest / lowest)
    return round(panelHeight * (1 - share))
  }
  const grid = marks.map((mark) => {
    const label = first ? `<text x="-6" y="${y(mark * 1000) + 4}" text-anchor="end">${mark} s</text>` : ''
    return `<line x2="${panelWidth}" y1="${y(mark * 1000)}" y2="${y(mark * 1000)}" stroke="#e5e7eb"/>${label}`
  })
  const pauses = pausesOf(entries)
    .filter(({ from }) => from < setup.endedAt)
    .map(
      ({ from, until }) =>
        `<rect x="${x(from)}" width="${round(x(until) - x(from))}" height="${panelHeight}" fill="#fde68a" opacity=".6"/>`,
    )
  const every = Math.ceil(seconds / 6 / 5) * 5
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, i) => i * every)
  return [
    `<text y="-10" font-weight="bold">${title}</text>`,
    ...pauses,
    ...grid,
    `<line x1="${x(setup.quotaFrom)}" x2="${x(setup.quotaFrom)}" y2="${panelHeight}" stroke="#24292f" stroke-dasharray="4 3"/>`,
    `<text x="${x(setup.quotaFrom) + 4}" y="${panelHeight - 6}">from here on ${setup.quotaPerSecond} a second</text>`,
    `<line x2="${panelWidth}" y1="${y(setup.upstreamMs)}" y2="${y(setup.upstreamMs)}" stroke="#15803d" stroke-dasharray="2 3"/>`,
    ...Object.entries(colours).map(([caller, colour]) =>
      dots(
        entries.filter((entry) => entry.caller === caller && entry.sentAt >= begun),
        colour,
        x,
        y,
      ),
    ),
    ...ticks.map(
      (tick) => `<text x="${x(begun + tick * 1000)}" y="${panelHeight + 18}" text-anchor="middle">${tick} s</text>`,
    ),
    `<rect width="${panelWidth}" height="${panelHeight}" fill="none" stroke="#9ca3af"/>`,
  ].join('\n')
}

function dots(entries: Entry[], colour: string, x: (at: number) => number, y: (waitMs: number) => number): string {
  const answered = entries.filter(({ answeredAt }) => Number.isFinite(answeredAt))
  const step = Math.ceil(answered.length / mostDots)
  const drawnOnes = answered.filter((_, i) => i % step === 0)
  return drawnOnes
    .map(({ sentAt, answeredAt, status }) => {
      const look = status === 200 ? `fill="${colour}" opacity=".7"` : `fill="none" stroke="${colour}"`
      return `<circle cx="${x(sentAt)}" cy="${y(answeredAt - sentAt)}" r="${status === 200 ? 2.2 : 2.6}" ${look}/>`
    })
    .join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
