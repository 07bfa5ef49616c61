/** What the process of the engine and the one that started it tell each other. */
import type { ErrorCode } from '../engine/errors.ts'

export interface StartMessage {
  readonly type: 'start'
  readonly directory: string
  /** 0 for any that is free. */
  readonly port: number
  readonly durable: boolean
}

export interface ListeningMessage {
  readonly type: 'listening'
  readonly port: number
}

export interface FailedMessage {
  readonly type: 'failed'
  readonly code: ErrorCode
  readonly message: string
}

export type EngineMessage = ListeningMessage | FailedMessage
