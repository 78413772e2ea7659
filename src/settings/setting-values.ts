import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Report } from './config-error.ts'
import { credentialSettings } from './credential-settings.ts'
import type { Environment } from './environment.ts'
import { formsOfName, type Given, givenAs } from './origin.ts'
import type { Values } from './read-group.ts'
import { secretCommandSettings } from './secret-command-setting.ts'
import { settingWords } from './setting-words.ts'
import { sandboxSettings, settings } from './settings.ts'
import { readSources, type Sources, settingText } from './sources.ts'
import { namedFile, readTextFile } from './text-file.ts'
import { textFileWords } from './text-file-words.ts'
import { proxySettings } from './upstream-settings.ts'

const credentialNames = Object.values(credentialSettings).map(({ name }) => name)
/** Settings besides the credentials that have a `…_FILE` form. */
const otherSecrets = settings
  .filter(({ name, file }) => file && !credentialNames.includes(name))
  .map(({ name }) => name)
const proxyNames: readonly string[] = Object.values(proxySettings).map(({ name }) => name)

/**
 * systemd's credentials (`LoadCredential=CATAPA_CLIENT_SECRET:/path`), as the `_FILE` form of the environment: a file in
 * `$CREDENTIALS_DIRECTORY` that is named like a credential is that credential's. A variable of the environment, in any
 * form, comes first: it was set on purpose.
 */
function withSystemdCredentials(environment: Sources['environment']): Sources['environment'] {
  const folder = environment.get('CREDENTIALS_DIRECTORY')
  if (folder === undefined || !isAbsolute(folder)) return environment
  const files = [...credentialNames, ...otherSecrets]
    .filter((name) => !formsOfName(name).some((form) => environment.has(form)))
    .map((name) => [`${name}_FILE`, join(folder, name)] as const)
  return new Map([...environment, ...files.filter(([, path]) => existsSync(path))])
}

/** Both sources, with the files of systemd's credentials; problems with the form of the `--config` file are reported. */
export function readSecretSources(env: Environment, configPath: string | undefined, report: Report): Sources {
  const { environment, file } = readSources(env, configPath, report)
  return { environment: withSystemdCredentials(environment), file }
}

/** A credential, and for people where it stands, unless that is the variable of its own name. */
export type CredentialValue = Readonly<{ value: string; where: string | undefined }>

/** How each setting is given; a setting with two forms in one source is reported. */
function formsOf(names: readonly string[], sources: Sources, report: Report): Map<string, Given> {
  const forms = new Map<string, Given>()
  for (const name of names) {
    for (const [source, where] of [
      [sources.file, settingWords().configFile],
      [sources.environment, settingWords().environment],
    ] as const) {
      const [one, ...others] = formsOfName(name).filter((form) => source.has(form))
      if (one !== undefined && others.length > 0) report(one, settingWords().together(others, where))
    }
    const given = givenAs(name, sources)
    if (given !== undefined) forms.set(name, given)
  }
  return forms
}

/** The credentials by name, read from their files; a credential that cannot be read is reported and missing. */
export function credentialValues(sources: Sources, report: Report): ReadonlyMap<string, CredentialValue> {
  return valuesOf(credentialNames, sources, report)
}

function valuesOf(names: readonly string[], sources: Sources, report: Report): Map<string, CredentialValue> {
  const values = new Map<string, CredentialValue>()
  for (const [name, form] of formsOf(names, sources, report)) {
    if ('value' in form) {
      values.set(name, { value: form.value, where: form.inConfig ? settingWords().configFile : undefined })
      continue
    }
    if ('command' in form) continue // It is run once the sidecar starts.
    const named = namedFile(form.path, `${name}_FILE`)
    const file = readTextFile(form.path)
    const text = 'text' in file ? file.text.replace(/\r?\n$/, '') : undefined
    if ('flaw' in file) report(name, `${named} ${file.flaw}`)
    else if (!text) report(name, textFileWords().empty(named))
    else values.set(name, { value: text, where: named })
  }
  return values
}

/** The paths of the files that credentials are read from, absolute. */
export function credentialPaths(sources: Sources): string[] {
  return [...formsOf(credentialNames, sources, () => {}).values()].flatMap((form) =>
    'path' in form ? [resolve(form.path)] : [],
  )
}

/**
 * All settings but the credentials, by name, trimmed; the environment replaces the file. A `…_FILE` that cannot be read is
 * reported.
 */
export function settingValues(sources: Sources, report: Report = () => {}): Values {
  const values = new Map<string, string>()
  for (const { name } of [...settings, ...sandboxSettings].filter((setting) => !setting.file)) {
    const value = settingText(sources, ...(proxyNames.includes(name) ? [name.toLowerCase(), name] : [name]))
    if (value !== undefined) values.set(name, value)
  }
  const secret = givenAs(credentialSettings.clientSecret.name, sources)
  const command = secretCommandSettings.secretCommand.name
  if (secret !== undefined && 'command' in secret) values.set(command, secret.command.trim())
  else values.delete(command) // The environment has another form.
  for (const [name, { value }] of valuesOf(otherSecrets, sources, report)) values.set(name, value.trim())
  return values
}
