/**
 * What every log must do, whatever it is made of. An implementation's test calls this with a way to
 * open one; the suite asks nothing but the `Log` interface. It assumes neither that offsets are
 * dense, nor that a topic is fresh because a log is: every test makes topics of its own.
 */
import { describe } from 'vitest'
import { cleaning } from './conformance/cleaning.ts'
import { commits } from './conformance/commits.ts'
import type { ConformanceOptions, OpenLog } from './conformance/fixture.ts'
import { groups } from './conformance/groups.ts'
import { memberships } from './conformance/memberships.ts'
import { againstModel } from './conformance/model.ts'
import { readers } from './conformance/readers.ts'
import { topics } from './conformance/topics.ts'

export type { ConformanceOptions, OpenLog, TestedLog } from './conformance/fixture.ts'

export const logConformance = (
  name: string,
  open: OpenLog,
  options: ConformanceOptions = {},
): void => {
  describe(`${name} keeps the promises of a log`, () => {
    topics(open)
    commits(open, options)
    againstModel(open, options)
    readers(open, options)
    groups(open)
    memberships(open)
    cleaning(open)
  })
}
