import type { Report } from './config-error.ts'
import { type Entry, readConfigFile } from './config-file.ts'
import type { Environment } from './environment.ts'

/** The texts of the environment and of the `--config` file, without empty ones. */
export type Sources = Readonly<{ environment: ReadonlyMap<string, string>; file: ReadonlyMap<string, Entry> }>

/** Reads both sources; problems with the form of the file are reported. */
export function readSources(env: Environment, configPath: string | undefined, report: Report): Sources {
  const environment = new Map<string, string>()
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') environment.set(name, value)
  const file = configPath === undefined ? new Map<string, Entry>() : readConfigFile(configPath, report)
  for (const [name, { value }] of file) if (value === '') file.delete(name)
  return { environment, file }
}

/** The text of a setting, trimmed. The environment replaces the file, an earlier spelling replaces a later one. */
export function settingText({ environment, file }: Sources, ...spellings: readonly string[]): string | undefined {
  const texts = [...spellings.map((name) => environment.get(name)), ...spellings.map((name) => file.get(name)?.value)]
  return texts.map((text) => text?.trim()).find((text) => text)
}
