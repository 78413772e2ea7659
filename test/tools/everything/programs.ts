// Programs that call the sidecars without end. Most calls are cheap reads.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, headerOf } from './connection.ts'
import { canary, idOf } from './ids.ts'
import type { Call, Verdicts } from './verdict.ts'

/** What a program needs to know of its sidecar. `life` is that of the process that runs now. */
export type Place = Readonly<{ sidecar: number; life: () => number }>

export type Load = Readonly<{ verdicts: Verdicts; isOver: () => boolean; random: () => number }>

type Named = Place &
  Readonly<{ program: number; connection: Connection; headers: string; expects?: 'refused' | 'either' }>

const pauseAfterFailureMs = 40
/** After so many requests a program opens a new connection. */
const requestsOnOne = 500

/** Reads as fast as it gets answers. `expects`: its caller has no right to read, or has it now and then. */
export async function read(load: Load, { sidecar, life, program, connection, headers, expects }: Named): Promise<void> {
  for (let number = 0; !load.isOver(); number++) {
    const kind = expects === 'refused' ? 'refused' : 'read'
    const id = idOf({ sidecar, life: life(), program, kind, number })
    const target =
      number % 8 === 0
        ? `/core/v1/employees/${canary}-${number}/employment-data`
        : `/core/v1/employees?page=${number}&query=name:${canary}`
    const beganAt = performance.now()
    const answer = await connection.ask(
      `${expects === 'refused' ? 'DELETE' : 'GET'} ${target} HTTP/1.1\r\n${headers}X-Request-Id: ${id}\r\n\r\n`,
    )
    const call: Call = { id, target, sidecar, kind: 'read', beganAt }
    const code = 'why' in answer ? undefined : headerOf(answer, 'x-catapa-sidecar-error')
    if (expects === 'refused' && code === 'policy_denied') load.verdicts.asMeant(call, answer)
    else if (expects === 'either' && code === 'caller_unknown') load.verdicts.asMeant(call, answer)
    else if (load.verdicts.of(call, answer) !== 'answered') await sleep(pauseAfterFailureMs)
    if (expects !== undefined) await sleep(20)
    if (number % requestsOnOne === requestsOnOne - 1) connection.close()
  }
}

/** What became of the writes of all programs. */
export type Writes = {
  done: number[]
  told: number
  tries: number
  hungUp: number
}

/** Each write has a number of its own, and is sent again until the program knows what became of it. */
export async function write(load: Load, writes: Writes, numbers: () => number, named: Named): Promise<void> {
  const { random } = load
  while (!load.isOver()) {
    const number = numbers()
    const outcome = await untilKnown(load, writes, number, named)
    if (outcome === 'answered') writes.done.push(number)
    if (outcome === 'repeated') writes.told += 1
    await sleep(random() * 15)
  }
}

/** @returns undefined if the run is over before it is known */
async function untilKnown(load: Load, writes: Writes, number: number, named: Named) {
  const { sidecar, life, program, connection, headers } = named
  const adds = number % 4 === 0
  const target = adds ? '/core/v1/salary-item-add-on/add' : '/core/v1/employees'
  const body = `{"number":${number},"name":"${canary}","pad":"${'x'.repeat((number * 31) % 400)}"}`
  const earlier: string[] = []
  for (let tries = 0; tries === 0 || !load.isOver(); tries++) {
    const isLate = tries === 0 && load.random() < 0.05
    const id = idOf({
      sidecar,
      life: life(),
      program,
      kind: isLate ? 'late' : 'write',
      number: number * 1024 + (tries % 1024),
    })
    const beganAt = performance.now()
    const asked = connection.ask(
      `${adds ? 'PUT' : 'POST'} ${target} HTTP/1.1\r\n${headers}X-Request-Id: ${id}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    writes.tries += 1
    if (isLate) {
      // CATAPA takes 500 ms for this one.
      await sleep(100 + load.random() * 150)
      connection.close()
      await asked
      earlier.push(id)
      writes.hungUp += 1
    } else {
      const outcome = load.verdicts.of({ id, target, sidecar, kind: 'write', beganAt, earlier }, await asked)
      if (outcome === 'answered' || outcome === 'repeated') return outcome
      if (outcome === 'unknown') earlier.push(id)
      await sleep(pauseAfterFailureMs)
    }
  }
  return undefined
}
