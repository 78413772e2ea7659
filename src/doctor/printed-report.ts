import { type Output, progressOn } from '../log/progress.ts'
import type { DoctorWatcher, StepResult } from './run-steps.ts'
import { doctorWords } from './words/doctor-words.ts'

const marks = { ok: '✓', failed: '✗', skipped: '–' } as const
const colours = { ok: '32', failed: '31', skipped: '2' } as const

/** Prints a line for each step when it ends, with the remedy below a failed one. A terminal also shows the step under way. */
export function printedReport(output: Output, noColor: boolean): DoctorWatcher {
  const progress = progressOn(output)
  const paint = (text: string, status: StepResult['status']) =>
    output.isTTY === true && !noColor ? `\x1b[${colours[status]}m${text}\x1b[0m` : text
  return {
    begins: (step) => progress.say(`… ${step}: ${doctorWords().doing[step]}`),
    ended(result) {
      progress.clear()
      const { status, step, ms, detail } = result
      const took = status === 'skipped' ? '' : `${ms} ms`
      output.write(
        `${paint(marks[status], status)} ${step.padEnd(21)} ${took.padStart(8)}  ${indented(detail, 34, output)}\n`,
      )
      if (result.status === 'failed') output.write(`    → ${indented(result.remedy, 6, output)}\n`)
    },
  }
}

/** The last line. */
export function verdict(results: readonly StepResult[]): string {
  const first = results.find(({ status }) => status === 'failed')
  return first === undefined ? doctorWords().allIsWell : doctorWords().beginWith(first.step)
}

/** The report as JSON (design/promises 1.5). */
export function jsonReport(results: readonly StepResult[]): string {
  const steps = results.map(({ step, status, ms, ...rest }) => ({
    step,
    status,
    detail: rest.detail,
    ...('remedy' in rest && { remedy: rest.remedy }),
    ms,
  }))
  return JSON.stringify({ ok: results.every(({ status }) => status !== 'failed'), steps })
}

/** Further lines begin below the first. On a terminal long ones are broken between words; in a file they stay whole. */
function indented(text: string, columns: number, output: Output): string {
  const room = output.isTTY === true ? Math.max(30, (output.columns || 80) - columns) : Number.POSITIVE_INFINITY
  const lines = text.split('\n').flatMap((line) => broken(line, room))
  return lines.join(`\n${' '.repeat(columns)}`)
}

function broken(line: string, room: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > room) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...lines, current]
}
