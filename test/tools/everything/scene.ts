// Everything that stands around the two sidecars: files, store, receiver, collector, disk.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { testKey } from '../../support/callers.ts'
import { makeAuthority } from '../../support/certificate.ts'
import { dns, make, purposes } from '../../support/client-certificates.ts'
import { freePort } from '../../support/free-port.ts'
import { isRoot } from '../../support/login.ts'
import type { Ending } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { canary } from './ids.ts'

/** Replaces a file as programs do that take care. */
export function replace(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode })
  chmodSync(`${path}.new`, mode)
  renameSync(`${path}.new`, path)
}

/** The secrets of CATAPA's client, one after the other. */
export const secretNumber = (number: number) => `secret.${canary}.${number}`

export type Scene = Awaited<ReturnType<typeof setScene>>

export async function setScene(t: Ending) {
  const folder = temporaryFolder(t)
  const secret = join(folder, 'secret')
  replace(secret, secretNumber(1))
  const keeper = join(folder, 'keeper')
  writeFileSync(keeper, `#!/bin/sh\necho ${canary} >&2\nexec cat '${secret}'\n`, { mode: 0o755 })
  const authority = makeAuthority('Office CA')
  const pair = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const rotate = () => {
    const { cert, key } = authority.issue('sidecar', ['localhost', '127.0.0.1'], fiveDaysAround())
    writeFileSync(pair.cert, cert)
    writeFileSync(pair.key, key, { mode: 0o600 })
  }
  rotate()
  const callerCa = make({ cn: 'Callers CA', ca: true })
  const names = [dns('payroll.office.example')]
  const program = make({ issuer: callerCa, names, use: [purposes.clientAuth], days: [-5, 30] })
  writeFileSync(join(folder, 'callers-ca.pem'), callerCa.pem)
  const keys = { export: testKey(), erp: testKey(), guest: testKey() }
  const sites = [await site(folder, 0), await site(folder, 1)] as const
  const disk = smallDisk(t, dirname(sites[1].audit))
  const write = (number: 0 | 1, withGuest: boolean, isBroken = false) => {
    const { callers, ownPort } = sites[number]
    replace(callers, `${callersText(keys, ownPort, withGuest)}${isBroken ? '\nprofile = nonsense\n' : ''}`)
  }
  write(0, true)
  write(1, true)
  return {
    ...{ folder, secret, keeper, pair, keys, sites, disk, rotate, writeCallers: write },
    trust: authority.pem,
    program: { cert: program.pem, key: program.keyPem },
    clientCa: join(folder, 'callers-ca.pem'),
    clock: clockOf(folder),
    secrets: Object.values(keys).map(({ key }) => key),
  }
}

function fiveDaysAround(): [number, number] {
  const day = 24 * 3_600_000
  return [Date.now() - 5 * day, Date.now() + 40 * day]
}

async function site(folder: string, number: number) {
  const own = join(folder, `sidecar-${number}`)
  mkdirSync(join(own, 'disk'), { recursive: true })
  const [port, tlsPort, ownPort, adminPort] = [await freePort(), await freePort(), await freePort(), await freePort()]
  return {
    ...{ port, tlsPort, ownPort, adminPort },
    callers: join(own, 'callers'),
    audit: join(own, 'disk', 'audit'),
    auditKey: join(own, 'audit.key'),
  }
}

/** Each caller is known in another way. */
function callersText(keys: Record<'export' | 'erp' | 'guest', { line: string }>, port: number, withGuest: boolean) {
  const sections = [
    ['[export]', keys.export.line, 'profile = read-only', 'max-in-flight = 24'],
    ['[erp]', keys.erp.line, 'deny = DELETE /core/v1/employees/**', 'repeats = guard'],
    ['[clock]', `listen = 127.0.0.1:${port}`, 'profile = directory', 'rate = 500'],
    ['[payroll]', 'certificate = dns:payroll.office.example', 'profile = no-delete no-approvals'],
    ...(isRoot ? [['[intranet]', `user = ${otherUser}`, 'profile = read-only', 'report = true']] : []),
    ...(withGuest ? [['[guest]', keys.guest.line, 'profile = directory']] : []),
  ]
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

/** Nobody, on Debian. */
export const otherUser = 65_534

export type Disk = Readonly<{ fill(): void; empty(): void }> | undefined

/** A disk in memory for a trail, where root may mount one: full as soon as it is as large as what lies on it. */
function smallDisk(t: Ending, folder: string): Disk {
  if (!isRoot || process.env[namespaceMark] === undefined) return undefined
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder])
  mount('size=2g,mode=0700')
  t.after(() => spawnSync('umount', ['-l', folder]))
  const size = (bytes: number | string) => mount(`remount,size=${bytes}`)
  return {
    fill() {
      // Lines are written meanwhile: it gets full a moment later.
      const { bsize, blocks, bfree } = statfsSync(folder)
      size((blocks - bfree) * bsize + 256 * 1024)
    },
    empty: () => size('2g'),
  }
}

/** Set in a process that has a mount namespace of its own. */
export const namespaceMark = 'SOAK_OWN_MOUNTS'

export type Clock = Readonly<{ env: Record<string, string>; jump(seconds: number): void }> | undefined

/** A clock that can be set, for one process: Debian's libfaketime. */
function clockOf(folder: string): Clock {
  const library = (existsSync('/usr/lib') ? readdirSync('/usr/lib') : [])
    .map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path))
  if (library === undefined) return undefined
  const file = join(folder, 'clock')
  const jump = (seconds: number) => replace(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  jump(0)
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_CACHE_DURATION: '1',
    NO_FAKE_STAT: '1',
  }
  return { env, jump }
}
