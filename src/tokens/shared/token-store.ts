import type { Seal } from './sealed-token.ts'

/** Sends one command to Valkey or Redis. @throws whatever is wrong with it */
export type SendCommand = (command: readonly string[]) => Promise<unknown>

/**
 * What a look at the store says: something that was not known, with its time to live (-1: none); or nothing, and whether the
 * lock is ours now. Throws if the store cannot be asked.
 */
export type Lease = Readonly<{ found: string; ttlMs: number } | 'acquired' | 'held'>

/** The store as the shared token sees it (design/promises 11.3): each of these is one command, and happens at once. */
export type TokenStore = {
  /** Looks, and takes the lock for `lockMs` where there is nothing but what is known. `drop`: that is to go. */
  lease(known: string, drop: boolean): Promise<Lease>
  prolong(): Promise<void>
  /**
   * Stores and gives the lock back; without the lock only in place of what is known, and if nobody else has it.
   *
   * @returns whether it did
   */
  put(text: string, ttlMs: number, known: string): Promise<boolean>
  release(): Promise<void>
}

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

/** What a store must let us do, under a key of its own that is gone at once. */
const trialScript = `
redis.call('SET', KEYS[1], '1', 'NX', 'PX', '1000')
redis.call('PEXPIRE', KEYS[1], '1000')
if redis.call('GET', KEYS[1]) ~= '1' or redis.call('PTTL', KEYS[1]) < 0 then return 0 end
return redis.call('DEL', KEYS[1])`

/** `holder` is this sidecar's name in the lock. */
export function tokenStore(
  send: SendCommand,
  {
    seal: { tokenKey, lockKey },
    holder,
    lockMs,
  }: Readonly<{ seal: Pick<Seal, 'tokenKey' | 'lockKey'>; holder: string; lockMs: number }>,
): TokenStore {
  const run = (script: string, ...values: readonly (string | number)[]) =>
    send(['EVAL', script, '2', tokenKey, lockKey, holder, ...values.map(String)])
  return {
    async lease(known, drop) {
      const lease = await run(leaseScript, lockMs, known, drop ? 'drop' : 'keep')
      if (lease === 'acquired' || lease === 'held') return lease
      const [found, ttlMs] = Array.isArray(lease) ? lease : []
      if (typeof found !== 'string' || typeof ttlMs !== 'number') throw new Error('the store answered something else')
      return { found, ttlMs }
    },
    async prolong() {
      await run(prolongScript, lockMs)
    },
    put: async (text, ttlMs, known) => (await run(putScript, text, Math.max(1, Math.floor(ttlMs)), known)) === 1,
    async release() {
      await run(releaseScript)
    },
  }
}

/** Whether the store does what is needed of it, also for this user, and has room. @throws whatever is wrong with it */
export async function tryOut(send: SendCommand, name: string): Promise<void> {
  await send(['EVAL', trialScript, '1', `catapa-sidecar:trial:{${name}}`])
}
