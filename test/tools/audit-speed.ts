// Makes a trail of many lines (1,000,000, or as many as the argument says) and reads it with both commands: lines per second,
// and the most memory that each took. `node build/test/tools/audit-speed.js 10000000`, after `npm run check && npm run build`.
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../support/sidecar.ts'

const wanted = Number(process.argv[2] ?? 1_000_000)
const perSegment = 150_000
const begunAt = Date.parse('2026-01-01T00:00:00.000Z')

/** Says at the end how much memory the process took at most. NODE_OPTIONS takes no blank and no double quote. */
const tellMemory = `--import=data:text/javascript,process.on('exit',()=>console.error('rss',process.resourceUsage().maxRSS))`

const folder = mkdtempSync(join(tmpdir(), 'catapa-audit-speed-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
make()
read('verify')
read('show', '--json', '--caller', 'nobody')

function make(): void {
  let prev = '0'.repeat(64)
  let file: number | undefined
  let texts: string[] = []
  for (let seq = 1; seq <= wanted; seq++) {
    const time = new Date(begunAt + seq * 10).toISOString()
    const begins = seq % perSegment === 1
    if (begins || texts.length === 1000) {
      if (file !== undefined) writeSync(file, texts.join(''))
      texts = []
    }
    if (begins) {
      if (file !== undefined) closeSync(file)
      const name = `audit-${time.replace(/[-:]|\.\d+/g, '')}-${String(seq).padStart(12, '0')}.jsonl`
      file = openSync(join(folder, name), 'wx')
    }
    const told = begins && seq > 1 ? ',"event":"segment"' : aCall(seq)
    const text = `{"v":1,"seq":${seq},"time":"${time}"${told},"prev":"${prev}"`
    prev = hash('sha256', `${text}}`)
    texts.push(`${text},"hash":"${prev}"}\n`)
  }
  if (file === undefined) throw new Error('how many lines?')
  writeSync(file, texts.join(''))
  closeSync(file)
}

function aCall(seq: number): string {
  return `,"event":"request","caller":"payroll-export","how":"key","method":"GET","operation":"/core/v1/employees/{employeeId}/payslip","effect":"read","profile":"profile read-only","verdict":"allowed","status":200,"origin":"catapa","reached":"yes","requestBytes":0,"responseBytes":${seq % 5000},"durationMs":12.3,"requestId":"5f8a63f0-9f0b-4f47-8f4f-0f6b1c7f2a10","tenant":"demo","subject":"${'ab'.repeat(32)}"`
}

function read(command: string, ...options: string[]): void {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/cli.js'), 'audit', command, folder, ...options],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: tellMemory } },
  )
  const seconds = (performance.now() - began) / 1000
  const rss = Number(/rss (\d+)/.exec(stderr)?.[1]) / 1024
  const speed = Math.round(wanted / seconds).toLocaleString('en-US')
  process.stdout.write(
    `${command}: ${speed} lines/s in ${seconds.toFixed(1)} s, ${rss.toFixed(0)} MiB, exit ${status}\n${stdout}`,
  )
}
