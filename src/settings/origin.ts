import { dirname, isAbsolute, resolve, win32 } from 'node:path'
import { commandWords } from '../words/command-words.ts'
import type { CredentialOrigins, Origin } from './config.ts'
import { credentialSettings } from './credential-settings.ts'
import { secretWords } from './secret-words.ts'
import type { Sources } from './sources.ts'

/** How a setting that may be a secret is given: as its value, as the `path` of a file with it, or as a `command` that prints it. */
export type Given = Readonly<
  ({ value: string } | { path: string } | { command: string }) & {
    /** The name that is set: the setting's, or its `…_FILE` or `…_COMMAND` form. */
    variable: string
    /** In the `--config` file; else in the environment. */
    inConfig: boolean
    /** The `--config` file has it as well, but the environment wins. */
    wins: boolean
  }
>

/** How a setting is given: a name set in the environment, in any form, replaces all forms in the file. */
export function givenAs(name: string, { environment, file }: Sources): Given | undefined {
  const inFile = formIn((variable) => file.get(variable)?.value, name)
  const inEnvironment = formIn((variable) => environment.get(variable), name)
  if (inEnvironment !== undefined) return { ...inEnvironment, inConfig: false, wins: inFile !== undefined }
  return inFile && { ...inFile, inConfig: true, wins: false }
}

function formIn(textOf: (variable: string) => string | undefined, name: string) {
  const value = textOf(name)
  if (value !== undefined) return { variable: name, value }
  const variable = `${name}_FILE`
  const path = textOf(variable)
  if (path !== undefined) return { variable, path }
  const ofCommand = `${name}_COMMAND`
  const command = hasCommand(name) ? textOf(ofCommand) : undefined
  return command === undefined ? undefined : { variable: ofCommand, command }
}

/** Whether a command may print the setting. */
export const hasCommand = (name: string) => name === credentialSettings.clientSecret.name

/** The names under which a setting that may be a secret can be set. */
export function formsOfName(name: string): string[] {
  return [name, `${name}_FILE`, ...(hasCommand(name) ? [`${name}_COMMAND`] : [])]
}

/** Where a setting comes from. A path that is not absolute is left out: it could be the secret itself, put into the wrong variable. */
function originOf(given: Given, { environment }: Sources, configPath: string | undefined): Origin {
  const config = configPath === undefined ? undefined : resolve(configPath)
  const { variable, inConfig } = given
  const winsOver = given.wins ? config : undefined
  if ('value' in given) {
    if (inConfig) return { is: 'config_file', path: config }
    return { is: 'environment', variable: config && variable, winsOver }
  }
  const place = { variable, config: inConfig ? config : undefined, winsOver }
  if ('command' in given) return { is: 'command', name: shownProgram(given.command), ...place }
  const { path } = given
  // systemd's LoadCredential sets no variable.
  const ofSystemd = !inConfig && dirname(path) === environment.get('CREDENTIALS_DIRECTORY')
  const name = isAbsolute(path) ? path : undefined
  return { is: 'file', name, ...place, ...(ofSystemd && { variable: '$CREDENTIALS_DIRECTORY' }) }
}

/** The base name alone: arguments may hold a secret. */
export function shownProgram(command: string): string {
  const found = commandWords(command)
  return 'words' in found ? win32.basename(found.words[0]) : secretWords().aCommand
}

/** Where each credential comes from, What is not set comes from the command, where there is one. */
export function originsOf(sources: Sources, configPath: string | undefined): CredentialOrigins {
  const origin = ({ name }: { name: string }) => {
    const given = givenAs(name, sources)
    return given === undefined ? nowhere : originOf(given, sources, configPath)
  }
  const { tenant, clientId, clientSecret } = credentialSettings
  const ofSecret = givenAs(clientSecret.name, sources)
  const byCommand = ofSecret !== undefined && 'command' in ofSecret
  const nowhere: Origin = byCommand ? originOf(ofSecret, sources, configPath) : { is: 'nowhere' }
  return { tenant: origin(tenant), clientId: origin(clientId), clientSecret: origin(clientSecret) }
}
