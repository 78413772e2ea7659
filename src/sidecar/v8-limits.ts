// Limits of V8's. It takes them while it runs (Node 20 to 26 have all of them).

/**
 * Before the program is loaded. What is loaded stays, so a young generation that grows to let it die there grows for
 * nothing: 3 to 5 MB. And the HTTP parser of undici, which is WebAssembly, is compiled as for heavy load once it has read
 * one or two answers: that takes 25 to 40 MB for a moment, of which 10 often stay, and 0.1 s of processor time. Now it is
 * after some hundred (docs/design/footprint.md).
 */
export async function smallAtFirst(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  // grip: young generation
  setFlagsFromString('--semi-space-growth-factor=1')
  // grip: parser compiled late
  setFlagsFromString('--wasm-tiering-budget=1000000000')
}

/**
 * Once it has started: what requests leave dies young, where there is room (2 is V8's default). And the way of a request is many
 * short functions, of which V8 puts more than its usual 920 bytes into one: 4 to 5 % less processor time for 3 MB under load. And
 * little survives of the young generation, so that threads cost more than they help, most of all where the processor is
 * shared out by a quota: 2 % (docs/design/cost.md, Levers).
 */
export async function tunedForRequests(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=2')
  // grip: inlined bytes
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=2000')
  // grip: scavenge on one thread
  setFlagsFromString('--no-parallel-scavenge')
}
