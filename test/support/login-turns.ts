// A process of its own for folder-lock.test: argv is the folder and what to do.
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockFolder } from '../../src/login/folder-lock.ts'

const [folder = '', what, counter = '', times = '0'] = process.argv.slice(2)

if (what === 'count') {
  for (let turn = 0; turn < Number(times); turn += 1) {
    const lock = await lockFolder(folder, 60_000)
    if (lock === undefined) throw new Error('no turn')
    const found = Number(readFileSync(counter, 'utf8'))
    await sleep(2)
    writeFileSync(counter, String(found + 1))
    await lock.release()
  }
  process.disconnect()
} else {
  const lock = await lockFolder(folder, 0)
  process.send?.('held')
  process.on('message', async (message) => {
    if (message === 'held?') process.send?.(await lock?.held())
    if (message === 'release') {
      await lock?.release()
      process.disconnect()
    }
  })
}
