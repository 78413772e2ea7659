export const hugeBytes = 64 * 1024 * 1024
/** What else can be had, from /sized/BYTES/. */
export const sizedBytes = [0, 1024, 16 * 1024, 256 * 1024, 4 * 1024 ** 2, hugeBytes, 1024 ** 3]
