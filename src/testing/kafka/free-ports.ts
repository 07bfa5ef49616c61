/** Ports for servers that are killed and come again on the same one. */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { KAFKA_HOST } from './server-properties.ts'

/**
 * Below the range from which systems give ports to clients (32768 on Linux, 49152 elsewhere): a
 * client that keeps trying to reach a server that is down would be given its very port some day,
 * find itself connected to itself, and keep the server from coming again.
 */
const LOWEST = 20_000
const HIGHEST = 32_000

export const freePorts = async (count: number): Promise<number[]> => {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(LOWEST, HIGHEST)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

export const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    server.listen(port, KAFKA_HOST)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
