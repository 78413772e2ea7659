// Two of V8's limits, which most sidecars need only later or never. V8 takes them while it runs (Node 20 to 26 have both).

/**
 * Before the program is loaded. What is loaded stays, so a young generation that grows to let it die there grows for
 * nothing: 3 to 5 MB. And the HTTP parser of undici, which is WebAssembly, is compiled as for heavy load once it has read
 * one or two answers: that takes 25 to 40 MB for a moment, of which 10 often stay, and 0.1 s of processor time. Now it is
 * after some hundred (docs/design/footprint.md).
 */
export async function smallAtFirst(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--wasm-tiering-budget=1000000000')
}

/** Once it has started: what requests leave dies young, where there is room. 2 is V8's default. */
export async function grownAsNeeded(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=2')
}
