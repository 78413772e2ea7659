// The long forms of login-endurance.test: npm run soak:login -- steady | shared | crash [--seconds N] [--kills N] [--lanes N]
import { parseArgs } from 'node:util'
import { type Crashed, crash, type Endured, endure } from '../support/login-endurance.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    kills: { type: 'string', default: '200' },
    lanes: { type: 'string', default: '4' },
  },
})

function enduredWell({ failures, lifetimes, refreshRequests, reuseDetections, thief }: Endured): boolean {
  const noFailure = Object.keys(failures).length === 0
  const thiefSeen = thief.noticed && thief.callersHear.every((said) => said === 'login_required')
  return noFailure && refreshRequests <= lifetimes + 2 && reuseDetections === 0 && thiefSeen
}

function crashedWell({ kills, wentOn, loginRequired, wrong, hitWhileWriting }: Crashed): boolean {
  return wrong.length === 0 && wentOn + loginRequired === kills && wentOn > 0 && hitWhileWriting > 0
}

const ends: (() => unknown)[] = []
const t = { after: (end: () => unknown) => ends.unshift(end) }

async function run(): Promise<[outcome: Endured | Crashed, passed: boolean]> {
  const seconds = (usual: number) => Number(values.seconds ?? usual)
  switch (positionals[0]) {
    case 'steady': {
      const endured = await endure(t, { sidecars: 1, lifetimeS: 3, seconds: seconds(300) })
      return [endured, enduredWell(endured)]
    }
    case 'shared': {
      const endured = await endure(t, { sidecars: 2, lifetimeS: 2, seconds: seconds(120) })
      return [endured, enduredWell(endured)]
    }
    case 'crash': {
      const crashed = await crash(t, { kills: Number(values.kills), lanes: Number(values.lanes) })
      return [crashed, crashedWell(crashed)]
    }
    default:
      throw new Error('which one: steady, shared or crash?')
  }
}

const [outcome, passed] = await run()
console.log(JSON.stringify(outcome, null, 2))
console.log(passed ? 'soak:login: passed' : 'soak:login: FAILED')
for (const end of ends) await end()
process.exitCode = passed ? 0 : 1
