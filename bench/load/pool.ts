import type { Target } from './commands.ts'
import { Connection } from './connection.ts'

/** Port → its open connections. They stay open between commands, as a caller's do. */
const pools = new Map<number, Connection[]>()

export async function connections(target: Target, count: number): Promise<Connection[]> {
  const open = (pools.get(target.port) ?? []).filter((connection) => connection.isFree())
  while (open.length < count) open.push(new Connection(target))
  pools.set(target.port, open)
  await Promise.all(open.map((connection) => connection.open))
  return open.slice(0, count)
}
