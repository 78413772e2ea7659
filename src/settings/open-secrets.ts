import { resolve } from 'node:path'
import { shellWord } from '../words/shell-word.ts'
import { judgeMode, type ModeVerdict } from './file-mode.ts'
import { type SecretSource, type SettingsOrigin, secretSettings, secretSource } from './secret-source.ts'

/** What is wrong with how a secret was written down, and how to mend it. */
export type SecretFlaw = { is: string; remedy: string }

/** For the log of a start: others can read a file that a secret comes from. One sentence a file. */
export function openSecretFiles(origin: SettingsOrigin): string[] {
  const sentences = new Map<string, string>()
  for (const setting of ['CATAPA_CLIENT_SECRET', 'SIDECAR_CACHE_URL'] as const) {
    const source = secretSource(origin, setting)
    const open = openToOthers(source)
    if (open === undefined || source?.file === undefined || sentences.has(source.file)) continue
    sentences.set(source.file, `others can read ${secretSettings[setting]}: ${open.is}. ${open.remedy}`)
  }
  return [...sentences.values()]
}

/** The settings have been read, so what is named there was a file. */
export function openToOthers(source: SecretSource | undefined): SecretFlaw | undefined {
  if (source?.file === undefined) return undefined
  try {
    return tooOpen(source, source.file, judgeMode(source.file))
  } catch {
    return undefined // It has gone since it was read, or the step before this one says that there is none.
  }
}

/** A path is named here, since there is such a file. */
export function tooOpen(
  { inConfig, variable }: SecretSource,
  file: string,
  mode: ModeVerdict | undefined,
): SecretFlaw | undefined {
  if (mode?.flaw === undefined) return undefined
  const what = inConfig ? `the --config file ${file}` : `the file ${resolve(file)} of ${variable}`
  return {
    is: `${what} has ${mode.mode}: ${mode.flaw}`,
    remedy: `Keep it to its owner: chmod 600 ${shellWord(resolve(file))}; a folder with mode 0700 around it does as well.`,
  }
}
