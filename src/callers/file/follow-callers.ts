import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import { poll } from '../../files/poll.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { type CallersFile, type CallersInUse, type Section, shownName } from '../caller.ts'
import { callersFileWords } from './callers-file-words.ts'
import type { CallersSettings } from './check-sections.ts'
import { logReported } from './log-callers.ts'
import type { LineProblem } from './parse-callers.ts'
import { findCallers, judgeCallersAside } from './read-callers.ts'

/** Two looks in a row have to find the same file, which might be half written: a change takes 3 s at most. */
const everyMs = 1500
/** A listener that could not be opened is tried again after this many looks. */
const looksUntilRetry = 20

type ToFollow = Readonly<{
  config: CallersSettings
  current: CallersFile
  /** Takes the file into use. Where it cannot, it changes nothing and returns the problem of a line. */
  apply: (file: CallersFile) => Promise<LineProblem | undefined>
  log: FastifyBaseLogger
}>

/**
 * Follows the callers file (design/promises 8.4): a change is in use within 5 s. A file with a problem changes nothing, and
 * the problem is logged once.
 */
export function followCallers({ config, current, apply, log }: ToFollow): { inUse(): CallersInUse; stop(): void } {
  const { path } = current
  let inUse: CallersInUse = { file: current, since: Date.now(), problems: [] }
  let seen = ''
  let judged = ''
  let looksLeft = Number.POSITIVE_INFINITY

  async function look(): Promise<void> {
    const found = findCallers(path)
    const sign = JSON.stringify(found)
    const settled = sign === seen
    seen = sign
    looksLeft -= 1
    if (!settled || (sign === judged && looksLeft > 0)) return
    judged = sign
    looksLeft = Number.POSITIVE_INFINITY
    try {
      await take(await judgeCallersAside(found, config))
    } catch (error) {
      if (!(error instanceof ConfigError)) log.error({ err: error }, 'internal error')
      refuse(error instanceof ConfigError ? error.problems : [{ problem: 'a fault of catapa-sidecar' }])
    }
  }

  async function take(file: CallersFile): Promise<void> {
    if (isDeepStrictEqual(file, inUse.file)) {
      if (inUse.problems.length === 0) return
      log.info({ file: path }, 'the callers file is again the one that is in use')
      inUse = { file: inUse.file, since: inUse.since, problems: [] }
      return
    }
    const flaw = await apply(file)
    if (flaw !== undefined) {
      looksLeft = looksUntilRetry
      refuse([{ ...flaw, problem: callersFileWords().inLine(flaw.line, flaw.problem) }])
    } else {
      tellChange(inUse.file.sections, file.sections)
      inUse = { file, since: Date.now(), problems: [] }
    }
  }

  function refuse(found: readonly Readonly<{ problem: string; line?: number | undefined }>[]): void {
    const problems = found.map(({ problem }) => problem)
    const lines = [...new Set(found.flatMap(({ line }) => line ?? []))]
    if (!isDeepStrictEqual(problems, inUse.problems)) log.warn({ file: path, problems }, wrongFile)
    inUse = { ...inUse, problems, lines, problemsSince: inUse.problemsSince ?? Date.now() }
  }

  function tellChange(before: readonly Section[], after: readonly Section[]): void {
    const added = after.filter((section) => !before.some(({ name }) => name === section.name))
    const removed = before.filter((section) => !after.some(({ name }) => name === section.name))
    const changed = after.filter((section) => {
      const old = before.find(({ name }) => name === section.name)
      return old !== undefined && !isDeepStrictEqual(withoutLines(old), withoutLines(section))
    })
    const enforced = changed.filter(
      (section) =>
        !section.restrictions.report && before.some((old) => old.name === section.name && old.restrictions.report),
    )
    const names = { added: namesOf(added), removed: namesOf(removed), changed: namesOf(changed) }
    const toldEnforced = enforced.length === 0 ? {} : { enforced: namesOf(enforced) }
    log.info({ file: path, ...names, ...toldEnforced }, 'the callers file has changed and is in use')
    logReported([...added, ...changed], log)
  }

  return { inUse: () => inUse, stop: poll(look, everyMs).stop }
}

const wrongFile = 'the callers file has problems: the one in use stays, and a restart would fail'

const namesOf = (sections: readonly Section[]) => sections.map(({ name }) => shownName(name))

/** A section without its line numbers, to be compared. */
function withoutLines(section: Section): unknown {
  const plain = (_key: string, value: unknown) => (value instanceof Set ? [...value] : value)
  return JSON.parse(JSON.stringify(section, plain), (key, value) => (key === 'line' ? undefined : value))
}
