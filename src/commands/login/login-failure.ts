import { exitStatus } from '../../problems/exit-status.ts'

/** Why a login came to nothing, for people: what happened and what to do. Never a code, a token or the state. */
export class LoginFailure extends Error {
  readonly status: number

  constructor(sentences: string, status: number = exitStatus.credentials) {
    super(sentences)
    this.name = 'LoginFailure'
    this.status = status
  }
}
