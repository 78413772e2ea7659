/** A notice for the administrator of a sidecar that works. */
export type Notice = Readonly<{
  title: string
  sentence: string
  lines: readonly string[]
  remedy: string
  /** The headline while nothing worse holds; without it: "It works, but" and the title. */
  headline?: Readonly<{ condition: 'warning' | 'bad'; title: string }> | undefined
  /** The state is wanted: the headline stays as it is. */
  wanted?: true
}>
