import { examine } from '../doctor/examine.ts'
import { jsonReport, printedReport, verdict } from '../doctor/printed-report.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { takeEnvironment } from '../settings/environment.ts'
import type { CommandOptions } from './command.ts'

const silent = { begins() {}, ended() {} }

/**
 * Answers "why doesn't it work?": every step from the settings to an accepted token, with a remedy
 * (design/promises 1.5).
 *
 * @returns 0, or the exit status of the first step that failed
 */
export async function doctor({ configPath, own }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const asJson = own.json === true
  const watcher = asJson ? silent : printedReport(process.stdout, Boolean(environment.NO_COLOR))
  const results = await examine(
    { environment, configPath },
    own['new-token'] === true ? 'always' : 'if needed',
    watcher,
  )
  process.stdout.write(`${asJson ? jsonReport(results) : verdict(results)}\n`)
  for (const result of results) if (result.status === 'failed') return result.exit
  return exitStatus.fine
}
