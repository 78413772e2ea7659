import { count, milliseconds } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { latencySummary, trafficSummary } from '../call-words.ts'
import { fill, part, setText } from './dom.ts'

type Bar = { className: string; from: number; to: number }
type Points = Status['traffic']['points']

const namespace = 'http://www.w3.org/2000/svg'
/** Of the view box. */
const height = 100
const barWidth = 10
const bars = 60

/** Ten minutes of calls and of their times, told in words beneath. */
export function drawCharts({ points, secondsPerPoint }: Status['traffic'], now: number): void {
  const most = niceCeiling(Math.max(...points.map(({ requests }) => requests)))
  const slowest = niceCeiling(Math.max(...points.map(({ maxMs }) => maxMs)))
  const slot = (at: string) =>
    bars - 1 - (Math.floor(now / 1000 / secondsPerPoint) - Date.parse(at) / 1000 / secondsPerPoint)
  const place = (stack: (point: Points[number]) => Bar[]) =>
    points.filter(({ at }) => slot(at) >= 0).map((point) => ({ x: slot(point.at) * barWidth, stack: stack(point) }))

  draw(
    'rate',
    place(({ requests, failed }) => [
      { className: 'failed', from: 0, to: failed / most },
      { className: '', from: failed / most, to: requests / most },
    ]),
  )
  setText(part('rate-most'), points.length === 0 ? '' : count(most))
  setText(part('rate-summary'), trafficSummary(points))
  draw(
    'latency',
    place(({ meanMs, maxMs }) => [
      { className: 'slowest', from: 0, to: maxMs / slowest },
      { className: '', from: 0, to: meanMs / slowest },
    ]),
  )
  setText(part('latency-most'), points.length === 0 ? '' : milliseconds(slowest).replace(/[.,]0(?= )/, ''))
  setText(part('latency-summary'), latencySummary(points))
}

function draw(id: string, columns: { x: number; stack: Bar[] }[]): void {
  fill(part(id), columns, () => columns.flatMap(({ x, stack }) => stack.map((bar) => rectangle(x, bar))))
}

function rectangle(x: number, { className, from, to }: Bar): Element {
  const rect = document.createElementNS(namespace, 'rect')
  const share = Math.max(0, Math.min(1, to) - from)
  // A single call among thousands must be visible.
  const tall = share === 0 ? 0 : Math.max(2, share * height)
  const place = { x: x + 1, y: height - from * height - tall, width: barWidth - 2, height: tall }
  for (const [name, value] of Object.entries(place)) rect.setAttribute(name, value.toFixed(1))
  rect.setAttribute('class', className)
  return rect
}

/** 1, 2 or 5 times a power of ten. */
function niceCeiling(number: number): number {
  if (!(number > 1)) return 1
  const power = 10 ** Math.floor(Math.log10(number))
  return ([1, 2, 5].find((step) => step * power >= number) ?? 10) * power
}
