import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { judgeMode } from '../../settings/file-mode.ts'
import { openToOthers, type SecretFlaw, tooOpen } from '../../settings/open-secrets.ts'
import { type SecretSource, type SettingsOrigin, secretSource } from '../../settings/secret-source.ts'
import { readTextFile } from '../../settings/text-file.ts'
import { failed, ok, type StepOutcome } from '../step.ts'

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
  if (source === undefined) return { status: 'skipped', detail: 'not tried, because there is no client secret' }
  if (source.program !== undefined) return ok(`none: ${source.program} prints the secret`)
  if (source.file === undefined) {
    const flaw = pastedAlong(source.value ?? '')
    if (flaw) return broken(source, flaw)
    return ok(`in the environment${source.wins ? `, which wins over ${origin.configPath}` : ''}, no file`)
  }
  const file = readTextFile(source.file)
  if ('flaw' in file) {
    return failed('configuration', `${named(source)} ${file.flaw}`, `Set ${source.variable} to the path of the file.`)
  }
  const flaw = pastedAlong(source.value ?? file.text.replace(/\r?\n$/, ''))
  if (flaw) return broken(source, flaw)
  const mode = judgeMode(source.file)
  const open = tooOpen(source, source.file, mode)
  if (open !== undefined) return failed('configuration', open.is, open.remedy)
  const notes = [mode?.mode, mode?.warning && `note: ${mode.warning}`, left(source.file)]
  return ok([named(source), ...notes].filter(Boolean).join(', '))
}

/** Looks for text that was pasted along and certainly is no part of a secret. */
export function pastedAlong(secret: string): SecretFlaw | undefined {
  if (/^CATAPA_CLIENT_SECRET\s*=/.test(secret)) {
    return { is: 'is a whole line NAME=value', remedy: 'Leave only the secret itself there.' }
  }
  if (secret.includes('\0')) {
    return {
      is: 'contains NUL characters',
      remedy: 'Save it as UTF-8: it seems to be UTF-16 without a byte order mark.',
    }
  }
  if (/[\r\n]/.test(secret)) return { is: 'has more than one line', remedy: 'Leave one line, with the secret only.' }
  if (secret !== secret.trim()) return { is: 'has blanks around it', remedy: 'Remove the blanks before and after it.' }
  if (/^(["'`]).*\1$/.test(secret) || /^[“”‘’„«].*[“”‘’»]$/.test(secret)) {
    return {
      is: 'is in quotation marks',
      remedy: 'Remove the quotation marks around it: they are sent to CATAPA as a part of the secret.',
    }
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0]/u.test(secret)) {
    return { is: 'contains characters that cannot be seen', remedy: 'Type it, or copy it anew from CATAPA.' }
  }
  return undefined
}

function broken(source: SecretSource, { is, remedy }: SecretFlaw): StepOutcome {
  const what = source.variable.endsWith('_FILE') ? named(source) : `${source.variable}, ${place(source)},`
  return failed('configuration', `${what} ${is}`, remedy)
}

/** A path that is not absolute could be the secret itself, put into the wrong variable. */
function named({ variable, file, inConfig }: SecretSource): string {
  if (inConfig) return `in the --config file ${file}`
  return file !== undefined && isAbsolute(file) ? `the file ${file}` : `the file of ${variable}`
}

function place({ inConfig }: SecretSource): string {
  return inConfig ? 'in the --config file' : 'in the environment'
}

/** A note on characters that the sidecar leaves out by itself. */
function left(path: string): string | undefined {
  const bytes = readFileSync(path)
  const mark = bytes[0] === 0xff || bytes[0] === 0xfe || (bytes[0] === 0xef && bytes[1] === 0xbb)
  return mark ? 'its byte order mark is left out' : undefined
}
