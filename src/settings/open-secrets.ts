import { resolve } from 'node:path'
import { shellWord } from '../words/shell-word.ts'
import { tried } from '../words/tried.ts'
import { judgeMode, type ModeVerdict } from './file-mode.ts'
import { type SecretSource, type SettingsOrigin, secretSettings, secretSource } from './secret-source.ts'
import { secretWords } from './secret-words.ts'
import { textFileWords } from './text-file-words.ts'

/** A flaw in how a secret is stored (`is` follows a subject), and the remedy. */
export type SecretFlaw = { is: string; remedy: string }

/** Warnings for the log of a start: one sentence for each file with a secret that others can read. */
export function openSecretFiles(origin: SettingsOrigin): string[] {
  const sentences = new Map<string, string>()
  for (const setting of secretSettings) {
    const source = secretSource(origin, setting)
    const open = openToOthers(source)
    if (open === undefined || source?.file === undefined || sentences.has(source.file)) continue
    sentences.set(source.file, secretWords().othersCanRead(secretWords()[setting], open))
  }
  return [...sentences.values()]
}

/** Whether others can read the file of a secret. The settings were read before, so there was such a file. */
export function openToOthers(source: SecretSource | undefined): SecretFlaw | undefined {
  if (source?.file === undefined) return undefined
  const { file } = source
  // The file may be gone since it was read, or the step before this one reports that there is none.
  return tried(() => tooOpen(source, file, judgeMode(file)))
}

/** As `openToOthers`, for a known file. Its path may be shown: there is such a file, so the path is not the secret itself. */
export function tooOpen(
  { inConfig, variable }: SecretSource,
  file: string,
  mode: ModeVerdict | undefined,
): SecretFlaw | undefined {
  if (mode?.flaw === undefined) return undefined
  const what = inConfig ? secretWords().configFile(file) : textFileWords().named(variable, resolve(file))
  return {
    is: secretWords().hasMode(what, mode.mode, mode.flaw),
    remedy: secretWords().keepToOwner(shellWord(resolve(file))),
  }
}
