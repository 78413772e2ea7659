// design/promises 1.2: exit statuses of what runs until it is told to end.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../support/wire.ts'

const onUnix = { skip: process.platform === 'win32' ? 'signals are Unix' : false }
const module = join(import.meta.dirname, '../../src/commands/run-until-signal.js')

/** A program that runs until a signal, with `stop` as its way to end. */
async function running(t: TestContext, stop: string, fault = '') {
  const program = `import { runUntilSignal } from ${JSON.stringify(module)}
    setInterval(() => {}, 1000)
    runUntilSignal(${stop}, (error) => console.log('fatal: ' + error.message))
    console.log('ready')
    if (${JSON.stringify(fault)}) setTimeout(() => { throw new Error('fault') }, 50)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await once(child.stdout, 'data')
  return { child, output: () => output }
}

async function endOf(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, 'close')
  return signal ?? code
}

test('a signal ends it with 0 once it has stopped', onUnix, async (t) => {
  const { child, output } = await running(t, `async () => console.log('stopped')`)
  child.kill('SIGTERM')
  assert.equal(await endOf(child), 0)
  assert.match(output(), /stopped/)
})

test('a fault while it stops ends it with 70, and is told', onUnix, async (t) => {
  const { child, output } = await running(t, `async () => { throw new Error('stuck') }`)
  child.kill('SIGTERM')
  assert.equal(await endOf(child), 70)
  assert.match(output(), /fatal: stuck/)
})

test('a fault that nobody catches while it stops ends it with 70, and is told', onUnix, async (t) => {
  const stop = `() => { setTimeout(() => { throw new Error('meanwhile') }); return new Promise(() => {}) }`
  const { child, output } = await running(t, stop)
  child.kill('SIGTERM')
  assert.equal(await endOf(child), 70)
  assert.match(output(), /fatal: meanwhile/)
})

test('it dies of a crash, so that it is started again', onUnix, async (t) => {
  const { child } = await running(t, 'async () => {}')
  child.kill('SIGSEGV')
  assert.equal(await endOf(child), 'SIGSEGV')
})

test('a signal during the stop after a fault leaves it one', onUnix, async (t) => {
  const { child, output } = await running(t, `() => { console.log('stopping'); return new Promise(() => {}) }`, 'fault')
  await eventually(() => /stopping/.test(output()), 'it stops')
  child.kill('SIGTERM')
  assert.equal(await endOf(child), 70)
})
