/** Lets someone wait for the next change, without missing one that comes while they look. */
export class ChangeSignal {
  #version = 0
  #wake: () => void = () => {}
  #next: Promise<void> = Promise.resolve()

  constructor() {
    this.#renew()
  }

  get version(): number {
    return this.#version
  }

  /** Resolves once there was a change after this version. */
  after(version: number): Promise<void> {
    return version === this.#version ? this.#next : Promise.resolve()
  }

  changed(): void {
    this.#version++
    this.#wake()
    this.#renew()
  }

  #renew(): void {
    this.#next = new Promise(resolve => {
      this.#wake = resolve
    })
  }
}
