/** The value at a path of JSON that came from elsewhere; undefined where there is none. */
export function memberAt(from: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    from,
  )
}
