/** Something that whoever runs the sidecar should know although it works. */
export type Notice = Readonly<{
  title: string
  sentence: string
  lines: readonly string[]
  remedy: string
  /** What the headline says while nothing worse holds; unless given: that it works, but for this. */
  headline?: Readonly<{ condition: 'warning' | 'bad'; title: string }> | undefined
  /** Somebody wants it so: the headline stays as it is. */
  wanted?: true
}>
