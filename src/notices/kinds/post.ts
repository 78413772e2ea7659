import type { Message } from '../message.ts'

/** A message in the form of its receiver; sent by POST. */
export type Post = Readonly<{ headers: Readonly<Record<string, string>>; body: string }>

/** A receiver over HTTP. */
export type HttpKindForm = Readonly<{
  post(message: Message): Post
  /** Whether an answer 2xx with this body means that it was taken; without, it does. */
  took?(text: string): boolean
  /** So long the receiver wants to be left alone, where its body says so, in ms. */
  retryAfterMs?(text: string): number | undefined
}>

export function jsonPost(value: unknown): Post {
  return { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}
