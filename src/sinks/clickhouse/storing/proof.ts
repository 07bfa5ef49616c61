/**
 * How long ago it was certain that a partition is this sink's. The log refuses a commit of a member
 * that the group has put out, so each commit proves that it was in when the commit began.
 */

export class Proof {
  readonly #provenForMs: number
  #monotonicMs = Number.NEGATIVE_INFINITY
  #wallMs = Number.NEGATIVE_INFINITY

  constructor(provenForMs: number) {
    this.#provenForMs = provenForMs
  }

  /**
   * By whichever clock went further: the monotonic one stands still while a machine is suspended,
   * and the other may be set back.
   */
  get isFresh(): boolean {
    const ageMs = Math.max(performance.now() - this.#monotonicMs, Date.now() - this.#wallMs)
    return ageMs <= this.#provenForMs
  }

  async renew(commit: () => Promise<void>): Promise<void> {
    const monotonicMs = performance.now()
    const wallMs = Date.now()
    await commit()
    this.#monotonicMs = monotonicMs
    this.#wallMs = wallMs
  }
}
