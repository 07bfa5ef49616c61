/**
 * The processes of a run, as an orchestrator keeps them: so many as are wanted, and one that ends by
 * itself is started again. Each has a data directory of its own, which it finds again.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Ending, MillProcess } from './mill-process.ts'

export interface CrewOptions {
  /** Called again for a process that comes again: it finds what it had. */
  readonly start: (index: number) => MillProcess
  readonly tell: (line: string) => void
  /** How long a process may take to end in good order. */
  readonly endWithinMs: number
}

interface Member {
  readonly index: number
  process: MillProcess
  /** Taken down by the run itself, so nobody starts it again meanwhile. */
  isAway: boolean
  isPaused: boolean
}

const START_AGAIN_MS = 1_000

export class Crew {
  readonly #options: CrewOptions
  readonly #members: Member[] = []
  #scaling: Promise<void> = Promise.resolve()
  #childrenKilled = 0
  /** What should not have happened: processes that ended by themselves, or not in good order. */
  readonly oddities: string[] = []

  constructor(options: CrewOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#members.length
  }

  /** Starts what is missing, and ends what is too many in good order; one such change after the other. */
  scaleTo(count: number): Promise<void> {
    const scaled = this.#scaling.then(() => this.#scaleTo(count))
    this.#scaling = scaled.catch(() => {})
    return scaled
  }

  async #scaleTo(count: number): Promise<void> {
    while (this.#members.length < count) this.#add()
    const leaving = this.#members.splice(count)
    await Promise.all(leaving.map(member => this.#end(member)))
  }

  async kill(victim: number, awayMs: number): Promise<void> {
    const member = this.#chosen(victim)
    if (!member) return
    member.isAway = true
    await member.process.kill()
    await this.#comesAgain(member, awayMs)
  }

  async end(victim: number, awayMs: number): Promise<void> {
    const member = this.#chosen(victim)
    if (!member) return
    await this.#end(member)
    await this.#comesAgain(member, awayMs)
  }

  /** Its parent stays, and starts it again. */
  killChild(victim: number): void {
    if (this.#chosen(victim)?.process.killChildren()) this.#childrenKilled++
  }

  /** How many children were killed alone. */
  get childrenKilled(): number {
    return this.#childrenKilled
  }

  async pause(victim: number, awayMs: number): Promise<void> {
    const member = this.#chosen(victim)
    if (!member) return
    const { process } = member
    member.isPaused = true
    process.pause()
    await wait(awayMs)
    process.resume()
    member.isPaused = false
  }

  async killAll(): Promise<void> {
    const all = this.#members.splice(0)
    await Promise.all(
      all.map(member => {
        member.isAway = true
        return member.process.kill()
      }),
    )
  }

  /**
   * Nobody where faults that go on have all of them already.
   *
   * @param victim from 0 to below 1: a place among those that are there
   */
  #chosen(victim: number): Member | undefined {
    const there = this.#members.filter(({ isAway, isPaused }) => !isAway && !isPaused)
    return there[Math.floor(victim * there.length)]
  }

  #add(): void {
    const index = this.#members.length
    const process = this.#options.start(index)
    const member: Member = { index, process, isAway: false, isPaused: false }
    this.#members.push(member)
    this.#watch(member)
  }

  #watch(member: Member): void {
    void member.process.ended.then(async ending => {
      if (member.isAway) return
      this.#odd(`process ${member.index} ended by itself with ${endingText(ending)}`)
      await wait(START_AGAIN_MS)
      if (!member.isAway) this.#startAgain(member)
    })
  }

  async #comesAgain(member: Member, awayMs: number): Promise<void> {
    await wait(awayMs)
    if (this.#members.includes(member)) this.#startAgain(member)
  }

  #startAgain(member: Member): void {
    member.process = this.#options.start(member.index)
    member.isAway = false
    this.#watch(member)
  }

  async #end(member: Member): Promise<void> {
    member.isAway = true
    if (member.process.hasEnded) return
    const ending = await member.process.end(this.#options.endWithinMs)
    // Told before it could listen, it ends by the signal itself.
    if (ending?.code === 0 || ending?.signal === 'SIGTERM') return
    const how = ending === null ? `had to be killed` : `ended with ${endingText(ending)}`
    this.#odd(`process ${member.index} was asked to end and ${how}`)
  }

  #odd(what: string): void {
    this.oddities.push(what)
    this.#options.tell(what)
  }
}

const endingText = ({ code, signal }: Ending): string =>
  signal === null ? `code ${code}` : `signal ${signal}`
