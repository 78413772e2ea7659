// One machine, four Unix users, five programs that nobody wrote for this: who they are and what they may do (design/promises 8).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startWithCallers, testKey } from '../support/callers.ts'
import { without } from '../support/programs.ts'
import { root, startTestSandbox } from '../support/sidecar.ts'

const users = { payroll: 61_001, clock: 61_002, integration: 61_003, cron: 61_004, stranger: 61_005 }
const cannotBeOthers = process.platform !== 'linux' || process.getuid?.() !== 0

const php = `<?php
[, $base, $method, $path] = $argv;
$context = stream_context_create(['http' => ['method' => $method, 'ignore_errors' => true]]);
$body = file_get_contents($base . $path, false, $context);
echo explode(' ', $http_response_header[0])[1], ' ', $body;
`

const java = `
import java.io.*;
import java.net.*;

public class Clock {
    public static void main(String[] args) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(args[0] + args[2]).openConnection();
        connection.setRequestMethod(args[1]);
        connection.setRequestProperty("X-Api-Key", System.getenv("KEY"));
        int status = connection.getResponseCode();
        InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        System.out.print(status + " " + new String(in.readAllBytes(), "UTF-8"));
    }
}
`

/** A folder that everybody may read, with the programs. */
function programs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-programs-'))
  writeFileSync(join(folder, 'export.php'), php)
  writeFileSync(join(folder, 'Clock.java'), java)
  copyFileSync(join(root, 'test/system/compatibility/own_login.py'), join(folder, 'own_login.py'))
  for (const name of ['export.php', 'Clock.java', 'own_login.py']) chmodSync(join(folder, name), 0o644)
  chmodSync(folder, 0o755)
  return folder
}

async function runAs(uid: number, [file = '', ...args]: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(file, args, { uid, gid: uid, cwd: '/', env: { PATH: process.env.PATH, HOME: '/', ...env } })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)))
  await once(child, 'close')
  return text
}

test('a PHP job, a Java job, an SDK that logs in, a cron script and a stranger: each does what it may, and is told why not', {
  skip: cannotBeOthers
    ? 'only root can run programs as other users'
    : without('php-cli', 'default-jdk-headless', 'python3', 'curl'),
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const keys = { payroll: testKey(), clock: testKey(), integration: testKey() }
  const sidecar = await startWithCallers(
    t,
    url,
    `[payroll-export]
${keys.payroll.line}
profile = read-only
[time-clock]
${keys.clock.line}
profile = time-import
deny = GET /core/v1/employees/**
[integration]
${keys.integration.line}
profile = no-delete no-approvals
[cron]
user = ${users.cron}
allow = GET /core/v1/employees
`,
  )
  const folder = programs()
  const base = `http://localhost:${sidecar.port}`
  const withKey = `http://payroll-export:${keys.payroll.key}@localhost:${sidecar.port}`
  const asPayroll = (method: string, path: string) =>
    runAs(users.payroll, ['php', join(folder, 'export.php'), withKey, method, path])
  const asClock = (method: string, path: string) =>
    runAs(
      users.clock,
      ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', join(folder, 'Clock.java'), base, method, path],
      { KEY: keys.clock.key },
    )
  const asIntegration = (secret: string) =>
    runAs(users.integration, ['/usr/bin/python3', join(folder, 'own_login.py'), base, 'demo', 'integration', secret])
  const curl = (uid: number, ...args: string[]) => runAs(uid, ['curl', '-s', '-w', ' %{http_code}', ...args])

  assert.match(await asPayroll('GET', '/core/v1/employees?size=2'), /^200 .*"content"/)
  assert.match(await asPayroll('DELETE', '/core/v1/employees'), /^403 .*caller payroll-export.*profile read-only/)

  assert.match(await asClock('GET', '/timemanagement/v1/attendances'), /^(200|404) /)
  assert.match(await asClock('GET', '/core/v1/employees'), /^403 .*caller time-clock.*deny line 7/)

  assert.match(await asIntegration(keys.integration.key), /after 3310 s: 2 employees, token requests so far: 2/)
  assert.match(await asIntegration(keys.payroll.key), /403/)

  assert.match(await curl(users.cron, `${base}/core/v1/employees?size=1`), /"content".* 200$/)
  assert.match(await curl(users.cron, `${base}/core/v1/banks`), /caller cron.*no allow line.* 403$/)

  assert.match(await curl(users.stranger, `${base}/core/v1/employees`), /caller_unknown.* 403$/)
  assert.match(
    await curl(users.stranger, '-u', `payroll-export:${testKey().key}`, `${base}/x`),
    /caller_unknown.* 403$/,
  )

  const told = sidecar.log.filter(({ msg, status }) => msg === 'request' && status === 200)
  assert.deepEqual(
    [...new Set(told.map(({ caller, how }) => `${caller} ${how}`))].sort(),
    ['cron user', 'integration key', 'payroll-export key'].sort(),
  )
  for (const { key } of Object.values(keys)) assert.ok(!JSON.stringify(sidecar.log).includes(key))
})
