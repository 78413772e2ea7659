import { words } from '../words/language.ts'

/** What a setting should be: each completes "should be …" (`setting-words.ts`). */
export const expectedWords = words('expectedWords', {
  oneOf: (choices: readonly string[]) => `one of ${choices.join(', ')}`,
  oneOrSeveralOf: (choices: readonly string[]) => `one or several of ${choices.join(', ')}`,
  trueOrFalse: 'true or false',
  seconds: (least: number, most: number) => `seconds, from ${least} to ${most}, for example 2.5`,
  wholeNumber: (most: number) => `a whole number from 1 to ${most}`,
  file: 'the path of a file',
  absoluteFile: 'the absolute path of a file',
  absoluteFolder: 'the absolute path of a folder',
  pemFile: 'the path of a PEM file',
  caFile: 'the path of a PEM file with CA certificates',
  tenant: 'your tenant code, or CATAPA_TENANT_FILE the path of a file that holds it',
  clientId: 'the id of your OAuth client, or CATAPA_CLIENT_ID_FILE the path of a file that holds it',
  clientSecret:
    'the secret of your OAuth client, or CATAPA_CLIENT_SECRET_FILE the path of a file that holds it, or CATAPA_CLIENT_SECRET_COMMAND a program that prints it',
  secretCommand: 'a program with its arguments, or a JSON array of them',
  baseUrl: 'an https:// URL without user, path, query or fragment',
  endpointUrl: 'an https:// URL without user or fragment',
  redirectUri: 'an http:// or https:// URL without user or fragment',
  scope: 'scopes of visible ASCII characters without quotes and backslashes, separated by one space',
  proxy: 'a URL http://host:port or https://host:port, with user:password@ before the host if the proxy needs it',
  noProxy: 'names, suffixes, host:port or *, separated by commas or spaces',
  listen:
    'localhost:port, IPv4:port, [IPv6]:port, one of these after tls:, or unix:/path.sock,mode=0660, several separated by spaces',
  adminListen:
    'off, or localhost:port, IPv4:port, [IPv6]:port or unix:/path.sock,mode=0660, several separated by spaces',
  sandboxListen: 'one address, as in SIDECAR_LISTEN',
  allowedHosts: 'host names without scheme, port, path or wildcard, separated by spaces or commas',
  allowedOrigins:
    'origins such as https://app.example.com or http://localhost:3000, without path or wildcard, separated by spaces or commas',
  repeatBody: 'a size from 1 byte to 32MiB, such as 1MiB or 500k',
  maxBody: 'a size such as 100MiB, 500k or 1.5GB (0 is no limit)',
  cacheUrl: 'redis://host:port or rediss://host:port',
  heartbeatUrl: 'an https:// URL without fragment',
  visible: 'visible ASCII characters without blanks',
  sandboxRedirectUri: 'a URL without a fragment',
  collector: 'a URL that begins with http:// or https://',
  collectorHeaders: 'name=value pairs, separated by commas and percent-encoded, that are fit for headers',
  resourceAttributes: 'name=value pairs, separated by commas and percent-encoded',
  serviceName: 'a name',
  milliseconds: 'milliseconds, from 1 to 600000',
  protocol: 'http/json, which is what is sent',
  ratio: 'a number from 0 to 1',
  exporter: 'otlp or none',
  propagators: 'tracecontext or none',
})
