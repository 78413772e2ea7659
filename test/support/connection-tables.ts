import {
  type ConnectionRow,
  keyOf,
  type Ports,
  type Rows,
  rowsIn,
  takeRows,
} from '../../src/network/connection-tables.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

/** A row of /proc/net/tcp (proc(5)); 01 is ESTABLISHED. */
export function tableRow(ends: string, { uid = 0, inode = 0, state = '01', queued = '00000000' }): string {
  return `   7: ${ends} ${state} ${queued}:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`
}

/** What a look at a table finds of connections between these ports. */
export function tablesOf(rows: string, wanted: readonly Ports[]): Rows {
  const found = new Map(wanted.map((ports): [number, ConnectionRow[]] => [keyOf(ports), []]))
  takeRows(Buffer.from(head + rows, 'latin1'), found)
  return rowsIn(found)
}
