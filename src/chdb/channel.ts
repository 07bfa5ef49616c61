/**
 * The way of a statement's rows out of the engine: a file that the engine writes and we read.
 *
 * It is a pipe with a name: so the engine waits while the client does, and any format comes out as the
 * engine writes it, whatever its length. The streams that the engine's library offers are not used:
 * they format each block on its own, which breaks every format with a header, and they plan a
 * statement on the thread that serves everybody.
 *
 * Where an answer has to be whole before its first byte is sent (`wait_end_of_query`), or the system
 * has no pipes with a name, it is a file on the disk.
 */
import { closeSync, constants, createReadStream, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'

export interface Channel {
  readonly path: string
  /**
   * The rows. Destroyed after the first of them, it makes the engine's next write fail, which ends the
   * statement. Before that the engine would wait for ever to open the file.
   */
  readonly rows: Readable
  /** To be called when the statement has ended: no more will be written. */
  close(how: 'done' | 'failed'): void
}

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants

/** @param path a pipe that nobody else has open */
export const pipeChannel = (path: string): Channel => {
  const reader = openSync(path, O_RDONLY | O_NONBLOCK)
  // Held open so that the pipe does not seem to be at its end before the engine has opened it.
  const holder = openSync(path, O_WRONLY | O_NONBLOCK)
  const rows = new Socket({ fd: reader, readable: true, writable: false })
  return { path, rows, close: () => closeSync(holder) }
}

/** @param path a file that is not there yet */
export const fileChannel = (path: string): Channel => {
  let close: Channel['close'] = () => {}
  const closed = new Promise<'done' | 'failed'>(resolve => {
    close = resolve
  })
  const rows = Readable.from(storedRows(path, closed), { objectMode: false })
  return { path, rows, close }
}

async function* storedRows(
  path: string,
  closed: Promise<'done' | 'failed'>,
): AsyncGenerator<Buffer> {
  try {
    if ((await closed) === 'failed') return
    for await (const chunk of createReadStream(path)) yield chunk as Buffer
  } finally {
    await rm(path, { force: true })
  }
}
