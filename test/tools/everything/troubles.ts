// What goes wrong, and when: two decks of cards that are shuffled by the seed and dealt again and again, so that each trouble comes even in a
// short run. Small ones are over at once; large ones come one after the other.
import { setTimeout as sleep } from 'node:timers/promises'
import { harms } from './book.ts'
import { replace, secretNumber } from './scene.ts'
import type { Stage } from './stage.ts'

type Around = Stage & Readonly<{ random: () => number }>

type Card = () => void | Promise<void>

/** Deals until `isOver`. The last card is played to its end. */
export async function makeTrouble(around: Around, isOver: () => boolean): Promise<void> {
  await Promise.all([
    deal(smallOnes(around), around.random, isOver, () => 400 + around.random() * 800),
    deal(largeOnes(around), around.random, isOver, () => 500 + around.random() * 1500),
    deal([() => rewritten(around, isOver)], around.random, isOver, () => 2000),
  ])
}

async function deal(cards: readonly Card[], random: () => number, isOver: () => boolean, pause: () => number) {
  while (!isOver()) {
    for (const card of shuffled(cards, random)) {
      await sleep(pause())
      if (isOver()) return
      await card()
    }
  }
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ one }) => one)
}

function smallOnes({ catapa, random }: Around): Card[] {
  const some = () => 1 + Math.floor(random() * 3)
  let revokedAt: number[] = []
  return [
    ...harms.map((harm) => () => catapa.book.harmNext(harm, some())),
    async () => {
      catapa.delay(40)
      await sleep(400)
      catapa.delay(0)
    },
    () => {
      // Of more than five in a minute the 401s pass for a while (design/promises 4.9).
      const now = performance.now()
      revokedAt = revokedAt.filter((at) => at > now - 61_000)
      if (revokedAt.length >= 2) return
      revokedAt.push(now)
      catapa.tokens.revoke()
    },
    ...(['503', '429', 'hang', 'slow', 'malformed'] as const).map((how) => () => catapa.tokens.failNext(how, 1)),
  ]
}

function largeOnes(around: Around): Card[] {
  const { scene, catapa, valkey, timeline, random } = around
  let number = 1
  let endsOld = false
  return [
    () => killed(around),
    () => ended(around),
    async () => {
      const over = timeline.began('store')
      await valkey.kill()
      await sleep(1000 + random() * 2000)
      await valkey.start()
      over()
    },
    async () => {
      const over = timeline.began('store')
      valkey.signal('SIGSTOP')
      await sleep(1000 + random() * 2000)
      valkey.signal('SIGCONT')
      over()
    },
    () => filled(around),
    async () => {
      if (scene.clock === undefined) return
      const over = timeline.began('clock')
      scene.clock.jump(Math.round((random() - 0.5) * 4800))
      await sleep(4000)
      scene.clock.jump(0)
      await sleep(1500)
      over()
    },
    async () => {
      const over = timeline.began('secret')
      catapa.tokens.setSecrets([secretNumber(number), secretNumber(number + 1)])
      number += 1
      replace(scene.secret, secretNumber(number))
      if (random() < 0.5) await sleep(6000) // Else the old one is worth nothing at once.
      catapa.tokens.setSecrets([secretNumber(number)])
      over()
    },
    () => {
      timeline.lasts('certificate', 0)
      scene.rotate()
    },
    () => {
      endsOld = !endsOld
      catapa.tokens.endOld(endsOld)
    },
    async () => {
      timeline.lasts('certificate', 0)
      scene.rotate()
      await killed(around)
    },
  ]
}

async function killed({ sidecars: [, second], startSecond }: Around): Promise<void> {
  await second.kill()
  await startSecond()
}

async function ended({ sidecars: [, second], findings, startSecond }: Around): Promise<void> {
  const status = await second.term()
  if (status !== 0) findings.add('TERM ends with 0', `the second sidecar ended with ${status}`)
  await startSecond()
}

async function filled({ scene: { disk }, timeline, random }: Around): Promise<void> {
  if (disk === undefined) return
  const over = timeline.began('disk full', 1)
  disk.fill()
  await sleep(3000 + random() * 4000)
  disk.empty()
  over()
}

/** The guest goes and comes; a file with a mistake changes nothing, and lasts for long enough to be told. */
async function rewritten({ scene, timeline }: Around, isOver: () => boolean): Promise<void> {
  const over = timeline.began('callers file')
  const wait = async () => {
    for (let i = 0; i < 30 && !isOver(); i++) await sleep(500)
  }
  scene.writeCallers(0, true, true)
  scene.writeCallers(1, false)
  await wait()
  scene.writeCallers(0, false)
  scene.writeCallers(1, true)
  await wait()
  scene.writeCallers(0, true)
  over()
}
