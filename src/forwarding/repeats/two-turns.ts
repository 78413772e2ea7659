let wait: Promise<void> | undefined

/** After two rounds of the event loop a hang-up that had arrived has been heard. All who ask in one round wait together. */
export function twoTurns(): Promise<void> {
  wait ??= new Promise((resolve) => {
    setImmediate(() => {
      wait = undefined
      setImmediate(resolve)
    })
  })
  return wait
}
