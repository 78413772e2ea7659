import { words } from '../words/language.ts'

/** The secrets, who else can read them, and where they come from. */
export const secretWords = words('secretWords', {
  CATAPA_CLIENT_SECRET: 'the client secret',
  SIDECAR_CACHE_URL: 'the URL of the store, with its password',
  SIDECAR_NOTIFY_URL: 'the URLs that notices are sent to',
  SIDECAR_HEARTBEAT_URL: 'the URL of the heartbeat, with its key',
  OTEL_EXPORTER_OTLP_HEADERS: 'the headers for the collector of traces',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'the headers for the collector of traces',
  privateKey: 'the private key of the certificate',
  othersCanRead: (secret: string, { is, remedy }: { is: string; remedy: string }) =>
    `others can read ${secret}: ${is}. ${remedy}`,
  /** @param bits as four octal digits */
  mode: (bits: string) => `mode ${bits}`,
  hasMode: (file: string, mode: string, flaw: string) => `${file} has ${mode}: ${flaw}`,
  configFile: (path: string) => `the --config file ${path}`,
  keepToOwner: (path: string) =>
    `Keep it to its owner: chmod 600 ${path}; a folder with mode 0700 around it does as well.`,
  everyoneInContainer: 'readable by everybody in this container',
  everyone: 'every user of this machine can read it',
  group: 'its group can read it',
  winsOver: (origin: string, config: string) => `${origin}, wins over ${config}`,
  environment: 'environment',
  aFile: 'a file',
  aCommand: 'a command',
  anyConfigFile: 'the --config file',
  /** @param config undefined where the variable is in the environment */
  by: (source: string, variable: string, config: string | undefined) =>
    `${source} (${variable}${config === undefined ? '' : ` in ${config}`})`,
  nowhere: 'nowhere',
})
