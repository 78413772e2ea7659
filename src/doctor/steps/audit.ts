import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { auditFolderFlaw } from '../../audit/audit-folder.ts'
import { readKeyFile } from '../../audit/key-file.ts'
import { codeOf } from '../../files/errno.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import { tried } from '../../words/tried.ts'
import { size } from '../../words/units.ts'
import { failed, notesOf, ok, type StepOutcome, type Subject, saidByRunning, shownMode } from '../step.ts'
import { auditStepWords } from '../words/audit-step-words.ts'

type SaidTrail = NonNullable<SidecarStatus['audit']>

/** With less free space, a busy day may not fit. */
const fewBytes = 1e9
/** With less free space, the disk counts as full: the rest may be too small for a line, or for root alone. */
const noBytes = 1e6

/** The folder of the audit trail: its owner, whether it can be written, its free space, and its writer. */
export async function audit({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const { auditDir: folder = '', auditKeyFile } = config
  const say = auditStepWords()
  const other = await ourSidecar()
  const seen = other?.audit
  const written = seen?.folder === folder ? seen : undefined
  const free = freeBytes(folder)
  if (written?.failing !== undefined) {
    // A full disk shows here too, so this need not rest on the answer of a program that could be another one.
    if (free === undefined || free >= noBytes) return saidByRunning('configuration', written.failing)
    return failed('configuration', say.full(written.failing, folder, size(free)), say.makeRoom(folder))
  }
  // If a sidecar writes the trail, it may be another user's: then the rights of this user prove nothing.
  const flaw = written === undefined ? (flawOf(folder) ?? (await flawOfKey(auditKeyFile))) : undefined
  if (flaw !== undefined) return failed('configuration', flaw, say.owner)
  const room = free === undefined ? [] : [say.free(size(free))]
  const facts = [say.folder(folder), ...ofFolder(folder, written), ofKey(auditKeyFile), writer(written), ...room]
  const few = free !== undefined && free < fewBytes ? say.few : undefined
  const replaced = written?.replaced && say.replaced(written.replaced)
  const notes = [replaced, few, other && ofRunning(folder, seen)].flatMap((note) => note ?? [])
  return ok([facts.join(', '), ...notesOf(notes)].join('\n'))
}

/** Why a sidecar of this user could not write there. */
function flawOf(folder: string): string | undefined {
  const place = existsSync(folder) ? folder : dirname(folder)
  try {
    const found = statSync(place)
    const flaw = place === folder ? auditFolderFlaw(folder, found) : undefined
    if (flaw !== undefined) return flaw
    accessSync(place, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return auditStepWords().noFolder(folder)
    return code === 'EROFS' ? auditStepWords().readOnly(place) : auditStepWords().noRight(place, code)
  }
}

async function flawOfKey(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || !existsSync(path)) return undefined
  const reading = await readKeyFile(path)
  return 'flaw' in reading ? `SIDECAR_AUDIT_KEY_FILE ${reading.flaw}` : undefined
}

function ofFolder(folder: string, seen: SaidTrail | undefined): string[] {
  if (!existsSync(folder)) return seen === undefined ? [auditStepWords().madeAtStart] : []
  return shownMode(folder)
}

function ofKey(path: string | undefined): string {
  const say = auditStepWords()
  if (path === undefined) return say.noKey
  return existsSync(path) ? say.key : say.noKeyYet
}

function writer(seen: SaidTrail | undefined): string {
  return seen === undefined ? auditStepWords().writable : auditStepWords().written(seen.lines)
}

function freeBytes(folder: string): number | undefined {
  const disk = tried(() => statfsSync(existsSync(folder) ? folder : dirname(folder)))
  return disk && disk.bavail * disk.bsize
}

function ofRunning(folder: string, seen: SaidTrail | undefined): string | undefined {
  if (seen?.folder === folder) return undefined
  return seen === undefined ? auditStepWords().writesNone : auditStepWords().writesElsewhere
}
