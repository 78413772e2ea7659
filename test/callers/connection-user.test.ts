import assert from 'node:assert/strict'
import { test } from 'node:test'
import { someone, uidIn } from '../../src/callers/connection-user.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const peer = '0100007F:C001 0100007F:2024 01 '

/** A row of /proc/net/tcp (proc(5)). */
function row(ends: string, uid: number, inode: number): string {
  return `   7: ${ends}00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`
}

test('the user is that of the established row whose local end is our remote one', () => {
  const ours = row('0100007F:2024 0100007F:C001 01 ', 0, 17)
  const other = row('0100007F:C002 0100007F:2024 01 ', 1002, 18)
  assert.equal(uidIn([head + ours + other + row(peer, 1001, 19)], peer), 1001)
})

test('an IPv4 connection of a program with an IPv6 socket stands in tcp6', () => {
  const mapped = peer.replaceAll('0100007F', '0000000000000000FFFF00000100007F')
  assert.equal(uidIn([head, head + row(mapped, 1003, 20)], peer), 1003)
})

test('a row that comes twice, as it may while connections come and go, is one row', () => {
  assert.equal(uidIn([head + row(peer, 1001, 19) + row(peer, 1001, 19), ''], peer), 1001)
})

test('nobody can tell without a row, without an inode, in another state, or from two rows', () => {
  const cases = {
    'no table': ['', ''],
    'no row': [head + row('0100007F:C002 0100007F:2024 01 ', 1001, 19)],
    'a closed socket': [head + row(peer, 0, 0)],
    'a closing one': [head + row(peer.replace(' 01 ', ' 08 '), 1001, 19)],
    'two rows': [head + row(peer, 1001, 19) + row(peer, 1002, 20)],
    garbage: [`${head}   7: ${peer}garbage`],
  }
  for (const [name, tables] of Object.entries(cases)) assert.equal(uidIn(tables, peer), undefined, name)
})

test('in a user namespace, where all other users look like nobody, nobody is told', () => {
  const whole = '         0          0 4294967295\n'
  const ofSystemd = '         0          0          1\n     61234      61234          1\n'
  assert.equal(someone(65_534, whole), 65_534)
  for (const map of [ofSystemd, '         0       1000          1\n', '         0          0      65536\n', ''])
    assert.equal(someone(65_534, map), undefined, map)
  for (const map of [whole, ofSystemd]) assert.equal(someone(33, map), 33)
  assert.equal(someone(undefined, whole), undefined)
})
