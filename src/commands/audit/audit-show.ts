import { statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { keyedDigest, readKeyFile } from '../../audit/key-file.ts'
import { type EntryFilter, newest, passes } from '../../audit/reading/entry-filter.ts'
import { meantPaths } from '../../audit/reading/paths-below.ts'
import { entriesOf, type TrailEntry } from '../../audit/reading/trail-entries.ts'
import { trailLines } from '../../audit/reading/trail-lines.ts'
import { codeOf } from '../../files/errno.ts'
import { effects } from '../../operations/operation.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { takeEnvironment } from '../../settings/environment.ts'
import { readAuditConfig } from '../../settings/read-config.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { auditShowWords } from './audit-show-words.ts'
import { entryJson, entryTable } from './entry-table.ts'
import { timeOption, utc, type Zone, zoneOf } from './time-zone.ts'
import { namedTrail, unreadableTrail } from './trail-option.ts'

/** Prints the entries of a trail, for people or programs (design/promises 9.11). @throws ConfigError */
export async function showAudit(options: CommandOptions): Promise<number> {
  const { operands, own } = options
  const said = auditShowWords()
  if (operands.length > 1 || own.head !== undefined) {
    return complain('audit', said.takes)
  }
  const zone = own.tz === undefined ? utc : zoneOf(String(own.tz))
  if (zone === undefined) return complain('audit', said.badZone)
  const limit = own.limit === undefined ? undefined : limitOf(String(own.limit))
  if (limit === null) return complain('audit', said.badLimit(mostShown))
  const folder = namedTrail(options)
  const filter = await filterOf(options, folder, zone)
  if ('misuse' in filter) return complain('audit', filter.misuse)
  if (folder === undefined) return complain('audit', said.noTrailNamed)
  const seen = { entries: 0, unread: 0 }
  const lines = trailLines(folder, filter.since, () => {
    seen.unread += 1
  })
  const found = counted(entriesOf(lines), filter, seen)
  const chosen = limit === undefined ? found : newest(found, limit)
  try {
    await pipeline(Readable.from(own.json === true ? entryJson(chosen) : entryTable(chosen, zone)), process.stdout, {
      end: false,
    })
  } catch (error) {
    // A reader that closes the pipe early, as `head` does, is no failure.
    if (codeOf(error) === 'EPIPE') return exitStatus.fine
    return unreadableTrail(folder, error)
  }
  tell(seen)
  return exitStatus.fine
}

/** Entries are kept in memory until the last is known. */
const mostShown = 100_000

/** Null for any other text. */
function limitOf(text: string): number | null {
  const limit = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : mostShown + 1
  return limit <= mostShown ? limit : null
}

function* counted(
  entries: Iterable<TrailEntry>,
  filter: EntryFilter,
  seen: { entries: number },
): Generator<TrailEntry, void, void> {
  for (const entry of entries) {
    if (!passes(entry, filter)) continue
    seen.entries += 1
    yield entry
  }
}

function tell({ entries, unread }: { entries: number; unread: number }): void {
  if (entries === 0) complain('audit', auditShowWords().none)
  if (unread === 0) return
  complain('audit', auditShowWords().unread(unread))
}

const effectWords: readonly string[] = [...effects, 'unknown']

/** The filter that the options ask for, or why they are wrong. */
async function filterOf(
  { own, configPath }: CommandOptions,
  folder: string | undefined,
  zone: Zone,
): Promise<EntryFilter | { misuse: string }> {
  const [caller, effect, since, until, path] = ['caller', 'effect', 'since', 'until', 'path'].map((name) =>
    own[name] === undefined ? undefined : String(own[name]),
  )
  if (effect !== undefined && !effectWords.includes(effect)) {
    return { misuse: auditShowWords().badEffect(didYouMean(effect, effectWords), effectWords.join(', ')) }
  }
  const [from, to] = [since, until].map((text) => (text === undefined ? undefined : timeOption(text, zone)))
  if ((since !== undefined && from === undefined) || (until !== undefined && to === undefined)) {
    return { misuse: auditShowWords().badTime }
  }
  const asked = { caller, effect, refused: own.refused === true, since: from, until: to }
  if (path === undefined) return { ...asked, subjects: undefined }
  const subjects = await subjectsOf(path, configPath, folder)
  return 'misuse' in subjects ? subjects : { ...asked, subjects: subjects.found }
}

async function subjectsOf(
  path: string,
  configPath: string | undefined,
  folder: string | undefined,
): Promise<{ found: ReadonlySet<string> } | { misuse: string }> {
  if (!/^\/[^?#]*$/.test(path)) return { misuse: auditShowWords().badPath }
  const { auditKeyFile } = readAuditConfig(takeEnvironment(), configPath)
  if (auditKeyFile === undefined) return { misuse: auditShowWords().noKey }
  const reading = await readKeyFile(auditKeyFile, folder === undefined ? undefined : ownerForRoot(folder))
  if ('flaw' in reading) return { misuse: `SIDECAR_AUDIT_KEY_FILE ${reading.flaw}` }
  return { found: new Set(meantPaths(path).map((meant) => keyedDigest(reading.key, meant))) }
}

/** The owner of the folder, if root reads the trail of a service: then the key belongs to the service's user. */
function ownerForRoot(folder: string): number | undefined {
  return process.geteuid?.() === 0 ? statSync(folder, { throwIfNoEntry: false })?.uid : undefined
}
