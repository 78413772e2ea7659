/** After two rounds of the event loop a hang-up that had arrived has been heard. */
export function twoTurns(): Promise<void> {
  return new Promise((resolve) => setImmediate(setImmediate, resolve))
}
