/** Exit statuses (design/promises 1.2). */
export const exitStatus = {
  fine: 0,
  notInTime: 1,
  configuration: 2,
  listener: 3,
  credentials: 4,
  unreachable: 5,
  internal: 70,
  interrupted: 130,
} as const
