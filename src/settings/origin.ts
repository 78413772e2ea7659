import { dirname, isAbsolute, resolve } from 'node:path'
import type { CredentialOrigins } from './config.ts'
import { credentialSettings } from './credential-settings.ts'
import type { Sources } from './sources.ts'

/** How a setting that may be a secret is given: as its value, or as the `path` of a file with it. */
export type Given = Readonly<
  ({ value: string } | { path: string }) & {
    /** The name that is set: the setting's, or its `…_FILE` form. */
    variable: string
    /** In the `--config` file; else in the environment. */
    inConfig: boolean
    /** The `--config` file has it as well, but the environment wins. */
    wins: boolean
  }
>

/** How a setting is given: a name set in the environment, in either form, replaces both forms in the file. */
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
  return path === undefined ? undefined : { variable, path }
}

/**
 * Where a setting comes from, for people: `environment (CATAPA_CLIENT_SECRET), wins over /etc/own.env`, or `environment` where
 * there is no such file. A path that is not absolute is left out: it could be the secret itself, put into the wrong variable.
 */
export function shownOrigin(given: Given, { environment }: Sources, configPath: string | undefined): string {
  const config = configPath === undefined ? 'the --config file' : resolve(configPath)
  const over = given.wins ? `, wins over ${config}` : ''
  if ('value' in given) {
    if (given.inConfig) return config
    return configPath === undefined ? 'environment' : `environment (${given.variable})${over}`
  }
  const { path, variable, inConfig } = given
  // systemd's LoadCredential sets no variable.
  const ofSystemd = !inConfig && dirname(path) === environment.get('CREDENTIALS_DIRECTORY')
  const by = ofSystemd ? '$CREDENTIALS_DIRECTORY' : `${variable}${inConfig ? ` in ${config}` : ''}`
  return `${isAbsolute(path) ? path : 'a file'} (${by})${over}`
}

/** Where each credential comes from. */
export function originsOf(sources: Sources, configPath: string | undefined): CredentialOrigins {
  const origin = ({ name }: { name: string }) => {
    const given = givenAs(name, sources)
    return given === undefined ? 'nowhere' : shownOrigin(given, sources, configPath)
  }
  const { tenant, clientId, clientSecret } = credentialSettings
  return { tenant: origin(tenant), clientId: origin(clientId), clientSecret: origin(clientSecret) }
}
