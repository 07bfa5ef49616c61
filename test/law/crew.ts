/**
 * The processes of a run, as an orchestrator keeps them: so many as are wanted, and one that ends by
 * itself is started again. Each has a data directory of its own, which it finds again.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Victim } from './fault-plan.ts'
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
  /** The life in which its children were killed last: one that is asked to end just then tells of it. */
  bereaved: MillProcess | null
}

const START_AGAIN_MS = 1_000
/** A process that is started needs a few seconds, and many on a busy machine. */
const AT_WORK_WITHIN_MS = 30_000
const LOOK_MS = 50

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

  async kill(victim: Victim, awayMs: number): Promise<void> {
    const member = await this.#chosen(victim)
    if (!member) return
    member.isAway = true
    await member.process.kill()
    await this.#comesAgain(member, awayMs)
  }

  async end(victim: Victim, awayMs: number): Promise<void> {
    const member = await this.#chosen(victim)
    if (!member) return
    await this.#end(member)
    await this.#comesAgain(member, awayMs)
  }

  /** Its parent stays, and starts it again. */
  async killChild(victim: Victim): Promise<void> {
    const member = await this.#chosen(victim)
    if (!member?.process.killChildren()) return
    this.#childrenKilled++
    member.bereaved = member.process
  }

  /** How many children were killed alone. */
  get childrenKilled(): number {
    return this.#childrenKilled
  }

  async pause(victim: Victim, awayMs: number): Promise<void> {
    const member = await this.#chosen(victim)
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

  /** Until one is at work, for a while. */
  async atWork(): Promise<void> {
    await this.#chosen({ place: 0, atWork: true })
  }

  /** Nobody where faults that go on have all of them already; and any, where none gets to work. */
  async #chosen({ place, atWork }: Victim): Promise<Member | undefined> {
    const until = performance.now() + (atWork ? AT_WORK_WITHIN_MS : 0)
    for (;;) {
      const there = this.#members.filter(({ isAway, isPaused }) => !isAway && !isPaused)
      const working = there.filter(({ process }) => process.isAtWork)
      if (working.length > 0 || performance.now() >= until) {
        const all = atWork && working.length > 0 ? working : there
        return all[Math.floor(place * all.length)]
      }
      await wait(LOOK_MS)
    }
  }

  #add(): void {
    const index = this.#members.length
    const process = this.#options.start(index)
    const member: Member = { index, process, isAway: false, isPaused: false, bereaved: null }
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
    if (ending?.code === 1 && member.bereaved === member.process) return
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
