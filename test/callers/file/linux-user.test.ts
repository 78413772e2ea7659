import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { linuxUsers, linuxUsersAside } from '../../../src/callers/file/linux-user.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const unknown = { flaw: 'names a user that this system does not know; a number is taken as it is' }

const linuxUser = (name: string, places?: ReturnType<typeof system>) => linuxUsers([name], places)(name)

/** A system with some users in its file, and others elsewhere. */
function system(t: TestContext, getent = 'exit 2') {
  const folder = temporaryFolder(t)
  const passwd = join(folder, 'passwd')
  writeFileSync(
    passwd,
    'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nbroken:x\n+::::::\n',
  )
  const program = join(folder, 'getent')
  writeFileSync(program, `#!/bin/sh\n${getent}\n`)
  chmodSync(program, 0o755)
  return { passwd, getent: program, timeoutMs: 10_000 }
}

test('digits are the number of a user, whether the system knows it or not, up to the last that there can be', () => {
  assert.equal(linuxUser('0'), 0)
  assert.equal(linuxUser('65534'), 65_534)
  assert.equal(linuxUser('4294967294'), 4_294_967_294)
  for (const beyond of ['4294967295', '99999999999999999999']) assert.deepEqual(linuxUser(beyond), unknown)
})

test('a name is looked up in the system’s file, without asking anybody else', (t) => {
  const places = { ...system(t), getent: '/nowhere/getent' }
  assert.equal(linuxUser('www-data', places), 33)
  assert.equal(linuxUser('root', places), 0)
  assert.deepEqual(linuxUser('broken', places), unknown)
  assert.deepEqual(linuxUser('nobody-here', places), unknown)
})

test('a name that is not in the file is asked of getent, as one argument', {
  skip: process.platform === 'win32',
}, (t) => {
  const places = system(t, 'test "$#" = 2 && test "$1" = passwd && printf "%s:*:70001:70001::/home:/bin/sh\\n" "$2"')
  assert.equal(linuxUser('CORP\\anna berg', places), 70_001)
  assert.equal(linuxUser("$(id); '", places), 70_001)
})

test('an answer about another user, a failure and no getent at all are "not known"', (t) => {
  assert.deepEqual(linuxUser('anna', system(t, 'echo "bob:*:70002:70002::/:/bin/sh"')), unknown)
  assert.deepEqual(linuxUser('anna', system(t, 'echo "anna:*:70002:70002::/:/bin/sh"; exit 3')), unknown)
  assert.deepEqual(linuxUser('anna', { ...system(t), getent: '/nowhere/getent' }), unknown)
  assert.deepEqual(linuxUser('anna', { passwd: '/nowhere', getent: '/nowhere', timeoutMs: 1 }), unknown)
})

test('a name that would be an option, a number with a sign or several fields is not asked', (t) => {
  const places = system(t, 'echo "$2:*:70003:70003::/:/bin/sh"')
  for (const name of ['-s', '+5', 'a:b', 'a\tb', '+']) assert.deepEqual(linuxUser(name, places), unknown, name)
})

test('a directory that does not answer is said, and not waited for', { skip: process.platform === 'win32' }, (t) => {
  assert.deepEqual(linuxUser('anna', { ...system(t, 'exec sleep 60'), timeoutMs: 200 }), {
    flaw: 'names a user that could not be looked up: getent passwd did not answer in time',
  })
})

const posix = { skip: process.platform === 'win32' }

test(
  'all names that are not in the file are asked of getent in one call, which has one time in all',
  posix,
  async (t) => {
    const places = system(
      t,
      `echo call >>"$0.calls"; printf 'anna:*:70001:70001::/:/bin/sh\\nbob:*:70002:70002::/:/bin/sh\\n'; exit 2`,
    )
    const names = ['anna', 'nobody-here', 'bob', 'www-data', '33', '-s']
    for (const users of [linuxUsers(names, places), await linuxUsersAside(names, places)]) {
      assert.deepEqual(names.map(users), [70_001, unknown, 70_002, 33, 33, unknown])
    }
    assert.equal(readFileSync(`${places.getent}.calls`, 'utf8'), 'call\ncall\n')
    const hangs = { ...system(t, 'exec sleep 60'), timeoutMs: 200 }
    const late = { flaw: 'names a user that could not be looked up: getent passwd did not answer in time' }
    for (const users of [linuxUsers(names, hangs), await linuxUsersAside(names, hangs)]) {
      assert.deepEqual(names.map(users), [late, late, late, 33, 33, unknown])
    }
    assert.deepEqual((await linuxUsersAside(['anna'], { ...places, getent: '/nowhere/getent' }))('anna'), unknown)
  },
)

test('while a directory does not answer everything else goes on', posix, async (t) => {
  let turns = 0
  const places = { ...system(t, `exec sleep 60`), timeoutMs: 500 }
  const counting = setInterval(() => turns++, 1)
  await linuxUsersAside(['anna'], places)
  clearInterval(counting)
  assert.ok(turns > 1, 'nothing went on')
})
