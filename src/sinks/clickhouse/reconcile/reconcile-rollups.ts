/**
 * Proves that each rollup holds what the rows of its tables make: its view is asked for all its rows,
 * and the same question is answered from the tables themselves. Order does not matter, and each row
 * counts as often as it is there.
 *
 * Both answers come to the last bit: the states of a rollup must be such that they merge to the same
 * in any order, as those of `deploy/clickhouse` are. They must be of the same moment too, so nobody
 * may be inserting meanwhile.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from '../rows-of.ts'
import { type Rollup, rollupsIn } from './rollups.ts'

export interface RollupProof {
  readonly rollup: string
  /** Rows that its view has. */
  readonly rows: number
  /** Rows on either side without their like on the other. A row that changed is one on each. */
  readonly differences: number
  /** Some of them. */
  readonly examples: readonly RollupDifference[]
}

export interface RollupDifference {
  /** `missing`: the tables make this row, and the view does not have it. */
  readonly what: 'missing' | 'unexpected'
  /** As JSON has it: whole numbers of 64 bits are texts. */
  readonly row: Readonly<Record<string, unknown>>
}

/** @returns by name; none where the database has no rollups */
export const reconcileRollups = async (
  client: ClickHouseClient,
  database: string,
): Promise<RollupProof[]> => {
  const proofs: RollupProof[] = []
  for (const rollup of await rollupsIn(client, database)) {
    proofs.push(await proofOf(client, rollup))
  }
  return proofs
}

const proofOf = async (client: ClickHouseClient, rollup: Rollup): Promise<RollupProof> => {
  const [compared] = await rowsOf<Compared>(client, comparison(rollup))
  const { rows, differences, examples } = compared!
  return {
    rollup: rollup.name,
    rows: Number(rows),
    differences: Number(differences),
    examples: examples.map(([row, surplus]) => ({
      what: Number(surplus) > 0 ? 'unexpected' : 'missing',
      row: JSON.parse(row),
    })),
  }
}

interface Compared {
  readonly rows: string
  readonly differences: string
  readonly examples: readonly (readonly [row: string, surplus: string])[]
}

const EXAMPLES = 5

/**
 * Of each row, how often it is stored, and how much more often than computed. Groups beyond 256 MB
 * are put on disk.
 */
const comparison = ({ stored, computed }: Rollup): string => `
SELECT sum(copies) AS rows,
       sum(abs(surplus)) AS differences,
       groupArrayIf(${EXAMPLES})([row, toString(surplus)], surplus != 0) AS examples
FROM (
  SELECT row, countIf(side = 1) AS copies, sum(side) AS surplus
  FROM (
    SELECT formatRowNoNewline('JSONEachRow', *) AS row, 1 AS side FROM (${stored})
    UNION ALL
    SELECT formatRowNoNewline('JSONEachRow', *) AS row, -1 AS side FROM (${computed})
  )
  GROUP BY row
)
SETTINGS max_bytes_before_external_group_by = 268435456`
