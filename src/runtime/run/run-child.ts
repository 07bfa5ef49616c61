/** The program of a process of a run. Its parent hands it what it is to do, and tells it to stop. */
import { MillraceError } from '../../engine/errors.ts'
import type { Config } from '../config/config-schema.ts'
import { RunProcess } from './run-process.ts'
import { type EndedMessage, EXIT_FOR_GOOD, type STOP_MESSAGE } from './supervisor.ts'

/** The first message. */
export interface StartMessage {
  readonly type: 'start'
  readonly config: Config
  readonly index: number
  readonly instance: string
}

type Message = StartMessage | typeof STOP_MESSAGE

let isStopping = false
let stop = (): void => {}
const stopped = new Promise<void>(resolve => {
  stop = () => {
    isStopping = true
    resolve()
  }
})

const say =
  (index: number) =>
  (line: string): void =>
    void process.stderr.write(`${new Date().toISOString()} process ${index}: ${line}\n`)

const run = async ({ config, index, instance }: StartMessage): Promise<void> => {
  const tell = say(index)
  const running = new RunProcess({ config, index, instance, wallNow: Date.now, say: tell })
  void stopped.then(() => endLate(config.drainTimeoutMs, running, tell))
  try {
    await running.run(stopped)
    end(0)
  } catch (error) {
    tell(complaintOf(error))
    end(error instanceof MillraceError ? EXIT_FOR_GOOD : 1)
  }
}

/** Told first, as the end itself waits for threads that may hang. */
const end = (code: number): void => {
  const message: EndedMessage = { type: 'ended', code }
  if (process.connected) process.send!(message, () => process.exit(code))
  else process.exit(code)
}

const endLate = (
  drainTimeoutMs: number,
  running: RunProcess,
  tell: (line: string) => void,
): void => {
  const giveUp = (): void => {
    tell(
      `it has not drained within ${drainTimeoutMs} ms (${running.ending}), and ends. Nothing is lost: ` +
        'what it had not committed is done again.',
    )
    end(1)
  }
  setTimeout(giveUp, drainTimeoutMs).unref()
}

/** An error that nobody expected is told whole: it is to be reported. */
const complaintOf = (error: unknown): string => {
  if (error instanceof MillraceError) return `${error.code}: ${error.message}`
  return `an unexpected error, report it: ${error instanceof Error ? error.stack : String(error)}`
}

process.on('message', (message: Message) => {
  if (message.type === 'stop') stop()
  else void run(message)
})
// A parent that is gone starts nothing again. One that went while it waited for the end was hurried.
process.on('disconnect', () => (isStopping ? process.exit(1) : stop()))
process.on('SIGTERM', () => stop())
// Ctrl-C goes to parent and children alike; the parent tells them in its own words.
process.on('SIGINT', () => {})
