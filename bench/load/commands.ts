// What the load is told, and what it answers.

/** Where requests go, over TLS or not, and what they carry; of several values each connection has its own. */
export type Target = { name: string; port: number; tls?: boolean; headers?: Record<string, string | readonly string[]> }

export type KindName = 'get' | 'post' | 'note' | 'large' | 'huge' | 'upload' | 'refused'

/** What can differ from the kind: other sizes, more headers, more or fewer different URLs. */
export type Shape = { answerBytes?: number; uploadBytes?: number; headers?: number; urls?: number }

export type Burst = { requests: number; kind?: KindName; connections?: number; shape?: Shape | undefined }
export type Rate = { perSecond: number; requests: number; kind?: KindName; connections?: number }

export type Commands = {
  burst: { target: Target } & Burst
  rate: { targets: Target[] } & Rate
  stall: { target: Target; holdMs: number }
}
export type Command = { [Name in keyof Commands]: { command: Name } & Commands[Name] }[keyof Commands]

/** What came back: how many answers were right, or what they were instead, and how long they took. */
export type Timing = { name: string; statuses: Record<string, number>; p50Ms: number; p99Ms: number }
export type Answers = { burst: Timing & { seconds: number }; rate: Timing[]; stall: Timing }
export type Reply<Name extends keyof Answers> = { result: Answers[Name] } | { error: string }
