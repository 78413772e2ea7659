import { storeTimeoutMs } from '../../settings/cache-url.ts'
import type { StoreRefusal } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'
import { putCa, type Table } from './table.ts'
import { because } from './transport-phrases.ts'

const refusals: Record<StoreRefusal, string> = {
  login: 'it does not accept the user or the password',
  permission: 'its user may not do what is needed',
  full: 'it has no memory left',
  disk: 'it cannot save to its disk and takes nothing new',
  read_only: 'it is a replica and takes nothing',
  cluster: 'it is a part of a cluster, and this part is not responsible',
  database: 'it has no database of this number',
  busy: 'it is busy, or loads its data',
  other: 'it does not do what is needed',
}

const mends: Record<StoreRefusal, string> = {
  login:
    'Check the user and the password in SIDECAR_CACHE_URL; all characters in them but letters and digits have to be percent-encoded.',
  permission:
    'Give the user of SIDECAR_CACHE_URL the keys catapa-sidecar:* and the commands EVAL, GET, SET, DEL, PTTL and PEXPIRE.',
  full: 'Give it more memory, or let it drop what is old (maxmemory-policy). A shared token takes less than 8 KiB.',
  disk: 'Look at the log of the store: its disk may be full. A shared token need not be saved at all.',
  read_only: 'Let SIDECAR_CACHE_URL lead to the primary.',
  cluster: 'Let SIDECAR_CACHE_URL lead to a store that is no cluster: a token or two need none.',
  database: 'Correct the number at the end of SIDECAR_CACHE_URL, or leave it out.',
  busy: 'Wait: this passes. If it stays, look at the log of the store.',
  other: 'It has to be Valkey, or Redis 6 or later, and to run scripts (EVAL).',
}

const way = 'Check SIDECAR_CACHE_URL, that the store runs, and that this machine may connect to it.'

function mend({ why }: TransportFacts): string {
  if (why === 'untrusted') return `${putCa()} If the store has a CA of its own, put that there.`
  if (why === 'no_tls') return `${way} rediss:// is with TLS, redis:// without.`
  return why === 'timeout' ? `${way} It has ${storeTimeoutMs} ms for each command, so it should be near.` : way
}

/** The store of a shared token. Callers never hear of it. */
export const storePhrases = {
  store_unreachable: [(facts) => `The store of the shared token cannot be used: ${because(facts)}`, mend],
  store_refuses: [
    ({ refusal }) => `The store of the shared token cannot be used: ${refusals[refusal]}`,
    ({ refusal }) => mends[refusal],
  ],
} satisfies Partial<Table>
