import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { judgeMode } from '../../settings/file-mode.ts'
import { openToOthers, type SecretFlaw, tooOpen } from '../../settings/open-secrets.ts'
import { type SecretSource, type SettingsOrigin, secretSource } from '../../settings/secret-source.ts'
import { readTextFile } from '../../settings/text-file.ts'
import { failed, ok, type StepOutcome } from '../step.ts'
import { secretFileStepWords } from '../words/secret-file-step-words.ts'

/** The secrets as they are stored: whether others can read them, and characters that were pasted along with the client's secret. */
export function secretFile(origin: SettingsOrigin): StepOutcome {
  const client = clientSecretFile(origin)
  if (client.status === 'failed') return client
  const urls = ['SIDECAR_CACHE_URL', 'SIDECAR_NOTIFY_URL', 'SIDECAR_HEARTBEAT_URL'] as const
  const open = urls.map((name) => openToOthers(secretSource(origin, name))).find((flaw) => flaw !== undefined)
  return open === undefined ? client : failed('configuration', open.is, open.remedy)
}

function clientSecretFile(origin: SettingsOrigin): StepOutcome {
  const source = secretSource(origin, 'CATAPA_CLIENT_SECRET')
  const say = secretFileStepWords()
  if (source === undefined) return { status: 'skipped', detail: say.noSecret }
  if (source.program !== undefined) return ok(say.fromProgram(source.program))
  if (source.file === undefined) {
    const flaw = pastedAlong(source.value ?? '')
    if (flaw) return broken(source, flaw)
    return ok(say.inEnvironment(source.wins ? origin.configPath : undefined))
  }
  const file = readTextFile(source.file)
  if ('flaw' in file) {
    return failed('configuration', `${named(source)} ${file.flaw}`, say.setPath(source.variable))
  }
  const flaw = pastedAlong(source.value ?? file.text.replace(/\r?\n$/, ''))
  if (flaw) return broken(source, flaw)
  const mode = judgeMode(source.file)
  const open = tooOpen(source, source.file, mode)
  if (open !== undefined) return failed('configuration', open.is, open.remedy)
  const notes = [mode?.mode, mode?.warning && say.warning(mode.warning), left(source.file)]
  return ok([named(source), ...notes].filter(Boolean).join(', '))
}

/** Looks for text that was pasted along and certainly is no part of a secret. */
export function pastedAlong(secret: string): SecretFlaw | undefined {
  const say = secretFileStepWords()
  if (/^CATAPA_CLIENT_SECRET\s*=/.test(secret)) return say.wholeLine
  if (secret.includes('\0')) return say.nul
  if (/[\r\n]/.test(secret)) return say.lines
  if (secret !== secret.trim()) return say.blanks
  if (/^(["'`]).*\1$/.test(secret) || /^[“”‘’„«].*[“”‘’»]$/.test(secret)) return say.quoted
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0]/u.test(secret)) return say.unseen
  return undefined
}

function broken(source: SecretSource, { is, remedy }: SecretFlaw): StepOutcome {
  const { variable, inConfig } = source
  const what = variable.endsWith('_FILE') ? named(source) : secretFileStepWords().setting(variable, inConfig)
  return failed('configuration', `${what} ${is}`, remedy)
}

/** A path that is not absolute could be the secret itself, put into the wrong variable. */
function named({ variable, file, inConfig }: SecretSource): string {
  const say = secretFileStepWords()
  if (inConfig) return say.configFile(file)
  return file !== undefined && isAbsolute(file) ? say.file(file) : say.fileOf(variable)
}

/** A note on characters that the sidecar leaves out by itself. */
function left(path: string): string | undefined {
  const bytes = readFileSync(path)
  const mark = bytes[0] === 0xff || bytes[0] === 0xfe || (bytes[0] === 0xef && bytes[1] === 0xbb)
  return mark ? secretFileStepWords().byteOrderMark : undefined
}
