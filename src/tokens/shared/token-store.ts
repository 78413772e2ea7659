import type { Seal } from './sealed-token.ts'

/** Sends one command to Valkey or Redis. @throws an error of the connection or of the store */
export type SendCommand = (command: readonly string[]) => Promise<unknown>

/**
 * The result of a look at the store: a text not known yet with its time to live (-1: none), or else whether the lock is ours now
 * (`acquired`) or another sidecar's (`held`).
 */
export type Lease = Readonly<{ found: string; ttlMs: number } | 'acquired' | 'held'>

const leaseScript = `
local found = redis.pcall('GET', KEYS[1])
if type(found) == 'string' then
  if found ~= ARGV[3] then return {found, redis.call('PTTL', KEYS[1])} end
  if ARGV[4] == 'drop' then redis.call('DEL', KEYS[1]) end
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'acquired' end
if redis.call('PTTL', KEYS[2]) ~= -1 then return 'held' end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2]) -- No lock of ours: it would never end.
return 'acquired'`

const prolongScript = `
if redis.pcall('GET', KEYS[2]) == ARGV[1] then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return 1`

const putScript = `
local holder = redis.pcall('GET', KEYS[2])
if holder ~= ARGV[1] then
  local found = redis.pcall('GET', KEYS[1])
  if type(holder) == 'string' or (type(found) == 'string' and found ~= ARGV[4]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if holder == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1`

const releaseScript = `
if redis.pcall('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1`

/** Tries all commands that are needed, under a key of its own that is deleted at once. */
const trialScript = `
redis.call('SET', KEYS[1], '1', 'NX', 'PX', '1000')
redis.call('PEXPIRE', KEYS[1], '1000')
if redis.call('GET', KEYS[1]) ~= '1' or redis.call('PTTL', KEYS[1]) < 0 then return 0 end
return redis.call('DEL', KEYS[1])`

/** The store as the shared token sees it (design/promises 11.3). */
export type TokenStore = ReturnType<typeof tokenStore>

/** Each function of it is one atomic command, and throws as `SendCommand`. `holder` is this sidecar's name in the lock. */
export function tokenStore(
  send: SendCommand,
  {
    seal: { tokenKey, lockKey },
    holder,
    lockMs,
  }: Readonly<{ seal: Pick<Seal, 'tokenKey' | 'lockKey'>; holder: string; lockMs: number }>,
) {
  const run = (script: string, ...values: readonly (string | number)[]) =>
    send(['EVAL', script, '2', tokenKey, lockKey, holder, ...values.map(String)])
  return {
    /** Looks, and takes the lock for `lockMs` where there is no other text than `known`. `drop`: deletes `known`. */
    async lease(known: string, drop: boolean): Promise<Lease> {
      const lease = await run(leaseScript, lockMs, known, drop ? 'drop' : 'keep')
      if (lease === 'acquired' || lease === 'held') return lease
      const [found, ttlMs] = Array.isArray(lease) ? lease : []
      if (typeof found !== 'string' || typeof ttlMs !== 'number') throw new Error('the store answered something else')
      return { found, ttlMs }
    },
    async prolong(): Promise<void> {
      await run(prolongScript, lockMs)
    },
    /**
     * Stores a text and gives the lock back. Without the lock it replaces only `known`, and only while nobody else has the lock.
     *
     * @returns whether it was stored
     */
    async put(text: string, ttlMs: number, known: string): Promise<boolean> {
      return (await run(putScript, text, Math.max(1, Math.floor(ttlMs)), known)) === 1
    },
    async release(): Promise<void> {
      await run(releaseScript)
    },
  }
}

/** Tries whether the store can do everything needed, for this user too, and has room. @throws as `SendCommand` */
export async function tryOut(send: SendCommand, name: string): Promise<void> {
  await send(['EVAL', trialScript, '1', `catapa-sidecar:trial:{${name}}`])
}
