// Limits of V8 that can be set at run time (Node 20 to 26 have all of them).

/**
 * For the time before the program is loaded. Loaded code stays in memory, so a growing young generation would not help. And V8
 * would optimise undici's HTTP parser, which is WebAssembly, after one or two answers, which takes much memory for a moment;
 * now it does so after some hundred (docs/design/footprint.md).
 */
export async function smallAtFirst(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  // grip: young generation
  setFlagsFromString('--semi-space-growth-factor=1')
  // grip: parser compiled late
  setFlagsFromString('--wasm-tiering-budget=1000000000')
}

/**
 * For the time after the start. Objects of requests die young if there is room for them (2 is V8's default). The path of a request
 * is many short functions, so V8 may inline more than its usual 920 bytes. And little survives of the young generation, so threads
 * for collecting it cost more than they help (docs/design/cost.md, Levers).
 */
export async function tunedForRequests(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=2')
  // grip: inlined bytes
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=2000')
  // grip: scavenge on one thread
  setFlagsFromString('--no-parallel-scavenge')
}
