import { expect, test } from 'vitest'
import { kafkaArgumentsOf } from './kafka-arguments.ts'

test('without more, one node and no port', () => {
  expect(kafkaArgumentsOf(['start'])).toEqual({ verb: 'start', nodes: 1, port: null })
  expect(kafkaArgumentsOf(['stop', '--port', '20000', '--nodes=3'])).toEqual({
    verb: 'stop',
    nodes: 3,
    port: 20_000,
  })
})

test.each([
  [[], '"" is not known.'],
  [['go'], '"go" is not known.'],
  [['start', 'stop'], '"start stop" is not known.'],
  [['start', '--nodes', '2'], '--nodes is 1 or 3, not "2".'],
  [['start', '--port', '80'], '--port is a number from 1024 to 65000, not "80".'],
  [['start', '--prt', '80'], "Unknown option '--prt'"],
])('%j is refused with what there is', (argv, what) => {
  expect(() => kafkaArgumentsOf(argv)).toThrow(what)
  expect(() => kafkaArgumentsOf(argv)).toThrow('Use: npm run kafka -- start|stop|status|get')
})
