// A program that hangs up at random, and repeats each write until it knows of it (test/support/repeats-crash.ts).
import { Agent, type IncomingMessage, request } from 'node:http'
import { sleep } from './wire.ts'

/** One request: when it began, when its program hung up, and when the head of an answer came, as performance.now. */
export type Try = {
  readonly id: string
  readonly beganAt: number
  hungUpAt: number | undefined
  headAt: number | undefined
  /** The status of a whole answer, or why there is none. */
  got: string | undefined
}

/** A write that a program meant once. */
export type Meant = {
  readonly id: string
  readonly number: string
  readonly tries: Try[]
  /** `done`: an answer of CATAPA's; `told`: 409 `repeated`. */
  outcome: 'done' | 'told' | undefined
  /** Answers of CATAPA's: the tries and numbers that they speak of. */
  readonly answers: { by: string; number: string }[]
}

export type Program = Readonly<{
  /** Not the number of its writes, which programs of other callers have too. */
  name: string
  numbers: string
  headers: Readonly<Record<string, string>>
  keyed: boolean
  keepAlive: boolean
  port: number
  random: () => number
}>

type Answer = Readonly<{ status: number; text: string }>
type HangUp = 'never' | 'in the body' | 'at a time' | 'at the head' | 'after the answer'

/** Goes on until `isOver`. @returns all that it meant, and answers that nothing explains */
export async function runProgram(program: Program, isOver: () => boolean): Promise<{ meant: Meant[]; odd: string[] }> {
  const { name, numbers, keepAlive, random } = program
  const agent = new Agent({ keepAlive, maxSockets: 1 })
  const meant: Meant[] = []
  const odd: string[] = []
  for (let write = 0; !isOver(); write++) {
    const number = `${numbers}.${write}`
    for (let time = 0; time === 0 || (meant.at(-1)?.outcome === 'done' && random() < 0.2); time++) {
      const now: Meant = { id: `${name}.${write}.${time}`, number, tries: [], outcome: undefined, answers: [] }
      meant.push(now)
      await untilKnown(program, agent, now, odd)
    }
  }
  agent.destroy()
  return { meant, odd }
}

async function untilKnown(program: Program, agent: Agent, meant: Meant, odd: string[]): Promise<void> {
  const { keyed, random } = program
  for (;;) {
    const answer = await attempt(program, agent, meant).catch((error) => ({ status: 0, text: String(error) }))
    const { status, text } = answer
    const last = meant.tries.at(-1)
    if (last !== undefined) last.got = status === 0 ? text : String(status)
    if (status === 201) {
      meant.outcome = 'done'
      meant.answers.push(JSON.parse(text))
      if (!keyed || random() < 0.8) return // With a key a program may send what is done once more.
    } else if (status === 409 && /"outcome":"(?:done|unknown)"/.test(text)) {
      meant.outcome ??= 'told'
      return
    } else if (![0, 409, 502, 503, 504].includes(status)) {
      odd.push(`${status} ${text}`)
      return
    }
    await sleep(random() * 40)
  }
}

function hangUpOf(random: () => number): HangUp {
  const lot = random()
  if (lot < 0.08) return 'in the body'
  if (lot < 0.4) return 'at a time'
  if (lot < 0.43) return 'at the head'
  return lot < 0.5 ? 'after the answer' : 'never'
}

/** @returns a whole answer @throws where there is none */
function attempt({ headers, keyed, port, random }: Program, agent: Agent, meant: Meant): Promise<Answer> {
  const now: Try = {
    ...{ id: `${meant.id}.${meant.tries.length}`, beganAt: performance.now() },
    ...{ hungUpAt: undefined, headAt: undefined, got: undefined },
  }
  meant.tries.push(now)
  const hangUp = hangUpOf(random)
  const body = JSON.stringify({ number: meant.number, amount: 'x'.repeat(200) })
  return new Promise((resolve, reject) => {
    const call = request({
      ...{ port, host: '127.0.0.1', agent, method: 'POST', path: '/core/v1/salary-item-add-on' },
      headers: {
        ...headers,
        'X-Request-Id': now.id,
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        ...(keyed && { 'Idempotency-Key': `"${meant.number}.${meant.id.slice(-1)}"` }),
      },
    })
    const leave = () => {
      now.hungUpAt = performance.now()
      if (random() < 0.5) call.socket?.resetAndDestroy()
      call.destroy()
      reject(new Error('it has hung up'))
    }
    let timer: NodeJS.Timeout | undefined
    call.once('close', () => clearTimeout(timer))
    call.on('error', reject)
    call.once('response', (response) => {
      now.headAt = performance.now()
      if (hangUp === 'at the head') return leave()
      return void wholeOf(response).then((answer) => {
        clearTimeout(timer)
        if (hangUp === 'after the answer') agent.destroy()
        resolve(answer)
      }, reject)
    })
    if (hangUp === 'in the body') call.write(body.slice(0, 100))
    else call.end(body)
    if (hangUp === 'in the body') timer = setTimeout(leave, random() * 10)
    if (hangUp === 'at a time') timer = setTimeout(leave, random() * 150)
  })
}

async function wholeOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  if (!response.complete) throw new Error('the answer broke off')
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }
}
