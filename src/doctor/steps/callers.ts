import { type CallersFile, everyone, type Section, shownName } from '../../callers/caller.ts'
import { notEnforced } from '../../callers/file/log-callers.ts'
import { readCallers } from '../../callers/file/read-callers.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import type { Config } from '../../settings/config.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning, shownMode } from '../step.ts'

type SaidCallers = SidecarStatus['callers']

/** Whether there is a callers file, or a limit for everyone. */
export function limitsCallers({ callersFile, profile }: Config): boolean {
  return callersFile !== undefined || limitOf(profile) !== undefined
}

function limitOf(profile: Config['profile']): string | undefined {
  return profile.some((name) => name !== 'full') ? `SIDECAR_PROFILE ${profile.join(' ')} limits everyone` : undefined
}

/** The callers file on disk, and how a running sidecar uses it. */
export async function callers({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const reading = read(config)
  if ('problems' in reading) {
    return failed(
      'configuration',
      reading.problems.join('\n'),
      `Correct ${config.callersFile}. A running sidecar goes on with the earlier state of the file, but could not be started again.`,
    )
  }
  const { file } = reading
  const limit = limitOf(config.profile)
  if (file === undefined) return ok(`${limit}; there is no callers file`)
  const other = await ourSidecar()
  const inUse = other?.callers
  const problem = inUse?.problems[0]
  if (problem !== undefined) return saidByRunning('configuration', `its callers file has a problem: ${problem}`)
  const notes = [...notEnforced(file.sections), ...(other === undefined ? [] : ofRunning(file, inUse))]
  const summary = [`the file ${file.path}`, ...shownMode(file.path), whoIn(file), limit].filter(Boolean).join(', ')
  return ok([summary, ...notes.map((note) => `Note: ${note}`)].join('\n'))
}

function read(config: Config): { file: CallersFile | undefined } | { problems: readonly string[] } {
  try {
    return { file: readCallers(config) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { problems: error.problems.map(({ problem }) => problem) }
  }
}

function whoIn({ sections }: CallersFile): string {
  const named = sections.filter(({ name }) => name !== everyone).length
  const others = named < sections.length ? 'everyone else has a section' : 'everyone else is refused'
  return `${named} ${named === 1 ? 'caller' : 'callers'}, ${others}`
}

function forPeople({ name }: Section): string {
  return name === everyone ? 'everyone else' : name
}

/** Names are taken from our own file: another program could answer in the sidecar's place, with any text. */
function ofRunning({ path, sections }: CallersFile, inUse: SaidCallers): string[] {
  if (inUse === undefined)
    return ['the running sidecar uses no callers file: it was started without, and has to be restarted']
  if (inUse.file !== path) return ['the running sidecar uses another callers file']
  const rows = sections.map((section) => inUse.table.find(({ name }) => name === shownName(section.name)))
  const unused = sections.filter((_section, index) => rows[index]?.used === false).map(forPeople)
  const unknown = sections.filter((_section, index) => rows[index] === undefined).map(forPeople)
  return [
    ...(unused.length === 0 ? [] : [`since the running sidecar started no program has called as ${unused.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`not taken over yet by the running sidecar: ${unknown.join(', ')}`]),
  ]
}
