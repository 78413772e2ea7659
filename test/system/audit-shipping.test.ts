// docs/audit.md says how Fluent Bit makes ECS of a line. The function is run on lines of the writer, in plain Lua.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lineAfter } from '../../src/audit/audit-chain.ts'
import { type AuditEntry, noHead } from '../../src/audit/audit-line.ts'
import { beginOf, readOf } from '../support/audit-trail.ts'
import { without } from '../support/programs.ts'
import { root } from '../support/sidecar.ts'

/** Of texts in ASCII both languages have the same spelling. */
function inLua(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `["${name}"]=${inLua(member)}`)
  return `{${members.join(',')}}`
}

const printing = `
local function json(value)
  if type(value) == "string" then return string.format("%q", value) end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if value[1] ~= nil then
    for _, one in ipairs(value) do parts[#parts + 1] = json(one) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for name, one in pairs(value) do parts[#parts + 1] = json(name) .. ":" .. json(one) end
  return "{" .. table.concat(parts, ",") .. "}"
end
`

test('the Lua function of docs/audit.md makes ECS of each kind of line', { skip: without('lua5.4') }, () => {
  const script = /^```lua\n(.*?)^```$/ms.exec(readFileSync(join(root, 'docs/audit.md'), 'utf8'))?.[1] ?? ''
  const end: Partial<AuditEntry> = { event: 'end', begin: 2, status: 201, origin: 'catapa', durationMs: 12.5 }
  const refusal: Partial<AuditEntry> = { verdict: 'refused', profile: 'deny line 14', status: 403, origin: 'sidecar' }
  const entries: AuditEntry[] = [
    readOf('r-1'),
    beginOf('r-2'),
    { ...beginOf('r-2'), ...end },
    { ...readOf('r-3'), ...refusal },
    { ...readOf('r-4'), status: undefined, traceId: 'c'.repeat(32) },
    { event: 'start', tenant: 'demo', detail: { version: '0.1.0' } },
  ]
  let head = noHead
  const lines = entries.map((entry) => {
    const line = lineAfter(head, entry, Date.UTC(2026, 10, 27))
    head = line.head
    return line.text.trimEnd()
  })
  const calls = lines.map(
    (line) =>
      `local code, at, made = to_ecs("catapa.audit", 1, ${inLua({ ...JSON.parse(line), log: line })})\nprint(code, at, json(made))`,
  )
  const input = script + printing + calls.map((call) => `do ${call} end\n`).join('')
  const printed = execFileSync('lua5.4', ['-'], { input, encoding: 'utf8' }).trimEnd().split('\n')
  const made = printed.map((line) => {
    const [code, at, text = ''] = line.split('\t')
    assert.deepEqual([code, at], ['2', '1'])
    return JSON.parse(text)
  })
  assert.deepEqual(
    made.map(({ event }) => [event.code, event.sequence, event.outcome, event.type?.[0]]),
    [
      ['request', 1, 'success', 'access'],
      ['begin', 2, 'unknown', 'change'],
      ['end', 3, 'success', 'change'],
      ['request', 4, 'failure', 'access'],
      ['request', 5, 'unknown', 'access'],
      ['start', 6, 'success', undefined],
    ],
  )
  assert.deepEqual(
    made.map(({ event }) => event.original),
    lines,
  )
  const { event, ...rest } = made[2]
  assert.equal(event.duration, 12_500_000)
  assert.deepEqual(rest, {
    '@timestamp': '2026-11-27T00:00:00.000Z',
    user: { name: 'payroll' },
    url: { path: '/core/v1/employees' },
    http: { request: { method: 'POST', id: 'r-2' }, response: { status_code: 201 } },
    organization: { id: 'demo' },
    labels: { effect: 'write', begin: 2 },
  })
  assert.deepEqual(made[3].rule, { name: 'deny line 14' })
  assert.deepEqual(made[4].trace, { id: 'c'.repeat(32) })
  assert.deepEqual(Object.keys(made[5]).sort(), ['@timestamp', 'event', 'organization'])
})
