import { words } from '../words/language.ts'

/** Why a command could not run, and what to do. */
export const commandFailureWords = words('commandFailureWords', {
  internal: (what: string) => `catapa-sidecar: internal error; please report it:\n${what}`,
  configuration: (lines: string) => `catapa-sidecar cannot start with this configuration:\n${lines}\n`,
  credentials: `
A client id and secret come from CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".
Put them into a file like config.example.env and run: catapa-sidecar start --config FILE
To try the sidecar without credentials: catapa-sidecar demo`,
  notPermitted: (address: string) => `catapa-sidecar: listening on ${address} is not permitted.
Ports below 1024 and other users' folders need rights; choose another address, for example SIDECAR_LISTEN=localhost:8228.`,
  notListening: (address: string, code: string) => `catapa-sidecar: cannot listen on ${address} (${code}).
Choose an address of this machine, for example SIDECAR_LISTEN=localhost:8228.`,
  trailTaken: (
    folder: string,
  ) => `catapa-sidecar: another process writes the audit trail in ${folder}, perhaps another sidecar.
Stop that one, or give this one a SIDECAR_AUDIT_DIR of its own: a trail has one writer.`,
})
