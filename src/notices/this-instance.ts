import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Config } from '../settings/config.ts'
import { type ListenAddress, nameOf } from '../settings/listen-address.ts'
import { hostAndPort } from '../words/host-and-port.ts'
import { noticeWords } from './notice-words.ts'

/** Which sidecar a message is of: tenant, host name and settings file, in one line. */
export function instanceLine({ credentials }: Pick<Config, 'credentials'>, configPath: string | undefined): string {
  return noticeWords().instance(credentials.tenant, hostname(), configPath && resolve(configPath))
}

/** The address of the status page; undefined where no browser could open it. */
export function pageAddress(adminListen: readonly ListenAddress[]): string | undefined {
  for (const address of adminListen) {
    if (address.kind === 'unix' || address.port === 0) continue
    const everywhere = address.kind === 'tcp' && ['0.0.0.0', '::'].includes(address.host)
    return `http://${everywhere ? hostAndPort(hostname(), address.port) : nameOf(address)}/`
  }
  return undefined
}
