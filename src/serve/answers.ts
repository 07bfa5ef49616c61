/** What is answered at each path. */
import type { Registry } from 'prom-client'
import { frontPage, frontText } from './front-page.ts'
import type { Health } from './health.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

export interface Served {
  readonly metrics: { readonly registry: Registry }
  readonly health: () => Health
  readonly status: () => object
}

const TEXT = 'text/plain; charset=utf-8'

/** In the order in which the front page lists them. */
export const PATHS: Readonly<Record<string, string>> = {
  '/': 'this page',
  '/status': 'what it is doing, as JSON',
  '/metrics': 'numbers for Prometheus',
  '/healthz': '200 while it makes progress',
  '/readyz': '200 while it is connected and caught up',
}

/** @param accept the header of the request; a browser asks for HTML, and gets it */
export const answerTo = async (path: string, accept: string, served: Served): Promise<Answer> => {
  switch (path) {
    case '/':
      return front(accept, served)
    case '/status':
      return { status: 200, type: 'application/json', body: `${JSON.stringify(served.status())}\n` }
    case '/metrics': {
      const { registry } = served.metrics
      return { status: 200, type: registry.contentType, body: await registry.metrics() }
    }
    case '/healthz':
      return verdict(served.health(), ({ live }) => live, 'It makes no progress.')
    case '/readyz':
      return verdict(served.health(), ({ live, ready }) => live && ready, 'It is not ready.')
    default:
      return plain(404, `There is nothing here. There is ${Object.keys(PATHS).join(', ')}.`)
  }
}

export const plain = (status: number, sentence: string): Answer => ({
  status,
  type: TEXT,
  body: `${sentence}\n`,
})

const verdict = (health: Health, isWell: (health: Health) => boolean, other: string): Answer => {
  if (isWell(health)) return plain(200, 'ok')
  const { reasons } = health
  return plain(503, reasons.length === 0 ? other : reasons.join('\n'))
}

const front = (accept: string, { health, status }: Served): Answer => {
  const page = { health: health(), status: status(), paths: PATHS }
  return accept.includes('text/html')
    ? { status: 200, type: 'text/html; charset=utf-8', body: frontPage(page) }
    : { status: 200, type: TEXT, body: frontText(page) }
}
