// Sidecars that guard writes against repeats (design/promises 12), and callers that give up.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import type { Config } from '../../src/settings/config.ts'
import { callersFile } from './callers.ts'
import { type Ending, raw, startTestSidecar, type TestSidecar, testConfig } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { type Dial, dial } from './wire.ts'

/** The settings of a guard whose trail is in this folder. */
export function guardSettings(folder: string): Partial<Config> {
  const auditDir = join(folder, 'audit')
  mkdirSync(auditDir, { recursive: true, mode: 0o700 })
  return { repeats: 'guard', auditDir, auditKeyFile: join(folder, 'audit.key') }
}

export async function startGuarded(
  t: Ending,
  baseUrl: string,
  overrides: Partial<Config> = {},
  folder = temporaryFolder(t),
): Promise<TestSidecar> {
  return startTestSidecar(t, baseUrl, { ...guardSettings(folder), ...overrides })
}

/** As `startGuarded`, with a callers file of this text. */
export async function startGuardedCallers(
  t: Ending,
  baseUrl: string,
  text: string,
  overrides: Partial<Config> = {},
  folder = temporaryFolder(t),
) {
  const settings = { ...guardSettings(folder), ...overrides, callersFile: callersFile(text).path }
  return startTestSidecar(t, baseUrl, settings, { callers: readCallers(testConfig(baseUrl, settings)) })
}

type Write = Readonly<{ method?: string; target?: string; headers?: readonly string[]; body?: string; close?: boolean }>

/** A POST of an add-on, or another write, as bytes. */
export function bytesOf({ method = 'POST', target = addOn, headers = [], body = '{"a":1}', close = true }: Write = {}) {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(close ? ['Connection: close'] : []),
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export const addOn = '/core/v1/salary-item-add-on'

/** Sends a write and reads the answer to its end. */
export function sendWrite(sidecar: Pick<TestSidecar, 'port'>, write: Write = {}): Promise<string> {
  return raw(sidecar.port, bytesOf(write))
}

/** A caller that has sent a write, and may hang up. */
export function beginWrite(sidecar: Pick<TestSidecar, 'port'>, write: Write = {}): Dial {
  const caller = dial(sidecar.port)
  caller.send(bytesOf({ close: false, ...write }))
  return caller
}

/** Body of an answer as JSON. */
export function jsonOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

export function statusOf(answer: string): number {
  return Number(answer.slice(9, 12))
}

/** `X-Catapa-Sidecar-Repeat-Of` of an answer. */
export function repeatOf(answer: string): string | undefined {
  return /^x-catapa-sidecar-repeat-of: (.*)\r$/im.exec(answer)?.[1]
}
