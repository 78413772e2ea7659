import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../support/sidecar.ts'
import type { Findings } from './findings.ts'
import type { Outputs } from './outputs.ts'
import type { Timeline } from './timeline.ts'

/** One of the sidecars, through all its lives. */
export type SidecarProcess = Readonly<{
  number: number
  life: () => number
  start(): Promise<void>
  /** Ends it at once, without a chance. */
  kill(): Promise<void>
  /** Sends TERM. @returns the exit status, or the signal that ended it */
  term(): Promise<number | string>
  /** The text of an address of its admin listener; undefined where it does not answer. */
  ask(path: string): Promise<string | undefined>
  rssMiB(): number | undefined
  descriptors(): number | undefined
  /** Of the last start, from its log: how many writes it does not know the outcome of. */
  toldUnknown: () => number | undefined
  /** `SEQ:HASH` of the last line of its trail, by the log. */
  head: () => string | undefined
}>

type Options = {
  number: number
  env: Readonly<Record<string, string>>
  adminPort: number
  findings: Findings
  outputs: Outputs
  timeline: Timeline
}

const startMs = 60_000
const termMs = 40_000

export function sidecarProcess({ number, env, adminPort, findings, outputs, timeline }: Options): SidecarProcess {
  let child: ChildProcess | undefined
  let exit: Promise<number | string> = Promise.resolve(0)
  let life = 0
  let isWanted = false
  let isUp: () => void = () => {}
  const found: { unknown: number | undefined; head: string | undefined } = { unknown: undefined, head: undefined }

  function read(text: string): void {
    const told = /"unknown":(\d+),"ms":\d+,"msg":"guarded writes of the window are read back"/.exec(text)?.[1]
    if (told !== undefined) found.unknown = Number(told)
    for (const [, seq, hash] of text.matchAll(/"seq":(\d+),"hash":"([0-9a-f]{64})"/g)) found.head = `${seq}:${hash}`
  }

  async function start(): Promise<void> {
    life += 1
    found.unknown = undefined
    isWanted = true
    const now = spawn(process.execPath, [join(root, 'dist/cli.js'), 'start'], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = now
    let last = ''
    const up = new Promise<void>((resolve) => {
      isUp = resolve
    })
    for (const [name, stream] of Object.entries({ log: now.stdout, 'standard error': now.stderr })) {
      const watch = outputs.watch(`${name} of sidecar ${number}`)
      let line = ''
      stream.setEncoding('latin1').on('data', (piece: string) => {
        watch(piece)
        last = piece
        if (!piece.includes('"hash"') && !piece.includes('read back')) return
        line = (line + piece).slice(-20_000)
        read(line)
      })
    }
    exit = new Promise((resolve) => now.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing')))
    exit.then((status) => {
      if (child !== now || !isWanted) return
      findings.add('no failure is avoidable', `sidecar ${number} ended by itself with ${status}: ${last.slice(-2000)}`)
      isUp()
    })
    await Promise.race([untilAlive(), up])
  }

  async function untilAlive(): Promise<void> {
    for (const until = performance.now() + startMs; performance.now() < until; await later(30)) {
      if (!isWanted || (await ask('/livez')) !== undefined) return
    }
    findings.add('no failure is avoidable', `sidecar ${number} was not alive within ${startMs} ms`)
  }

  async function ask(path: string): Promise<string | undefined> {
    try {
      const answer = await fetch(`http://127.0.0.1:${adminPort}${path}`, { signal: AbortSignal.timeout(10_000) })
      return await answer.text()
    } catch {
      return undefined
    }
  }

  async function ended(signal: NodeJS.Signals): Promise<number | string> {
    isWanted = false
    const over = timeline.began(signal === 'SIGKILL' ? 'killed' : 'ending', number)
    const now = child
    now?.kill(signal)
    const timer = setTimeout(() => now?.kill('SIGKILL'), termMs)
    const status = await exit
    clearTimeout(timer)
    ends.push(over)
    return status
  }

  const ends: (() => void)[] = []
  return {
    number,
    ask,
    life: () => life,
    async start() {
      await start()
      for (const over of ends.splice(0)) over()
    },
    kill: async () => void (await ended('SIGKILL')),
    term: () => ended('SIGTERM'),
    rssMiB: () =>
      fromProc(() => {
        const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8')
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
      }),
    descriptors: () => fromProc(() => readdirSync(`/proc/${child?.pid}/fd`).length),
    toldUnknown: () => found.unknown,
    head: () => found.head,
  }
}

/** The process may have ended. */
function fromProc(look: () => number): number | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
